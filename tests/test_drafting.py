"""Drafts: what is written down of a page, and that `check` accepts what is drafted."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import provenance, quantities, seeds
from analysis.drafting import COLUMNS, draft
from analysis.quantities import KINDS, normalize
from analysis.seeds import Seed

SEED = "seeds/000_6725ac9f72548eda.txt"
PAGE = """某市2025年工作计划

今年，力争新增工厂1 . 2万个左右，建成园区3—5个；确保
达标率达到95%以上、不足半数的企业超过10亿元。十四五期间，
第19个示范区进一步提高，新增工厂30家。
"""


@pytest.fixture
def drafted(words):
    """Draft a text with this repo's measure words."""
    return lambda text: draft(text, words)


def test_a_page_is_drafted_in_the_order_of_its_text(drafted):
    rows = drafted(PAGE)
    columns = ["line", "printed", "value_low", "value_high", "unit", "bound", "commitment", "kind"]
    assert rows[columns].to_numpy().tolist() == [
        [1, "2025年", "", "", "", "", "", "date"],
        [3, "1.2万个左右", "12000", "12000", "个", "about", "strive", "quantity"],
        [3, "3—5个", "3", "5", "个", "range", "plain", "quantity"],
        [4, "95%以上", "95", "95", "%", "at_least", "ensure", "quantity"],
        [4, "半数", "", "", "", "", "", "idiom"],
        [4, "超过10亿元", "1000000000", "1000000000", "元", "more_than", "ensure", "quantity"],
        [4, "十四五", "", "", "", "", "", "name"],
        [5, "第19个", "", "", "", "", "", "ordinal"],
        [5, "进一步", "", "", "", "", "", "idiom"],
        [5, "30家", "30", "30", "家", "exact", "plain", "quantity"],
    ]
    # What stands once is quoted by itself; where the phrase is repeated the quote goes on.
    assert rows["quote"].tolist() == rows["printed"].tolist()


def test_a_draft_has_its_columns_and_types(drafted):
    for text in (PAGE, "", "献血。", "\ufeff\n"):
        rows = drafted(text)
        assert tuple(rows.columns) == COLUMNS
        assert rows["line"].dtype == "int64"
        assert {*map(str, rows.dtypes.drop("line"))} == {"object"}
        assert all(isinstance(cell, str) for cell in rows.drop(columns="line").to_numpy().ravel())
        assert list(rows.index) == list(range(len(rows)))
    assert len(drafted("献血。")) == 0


def test_the_columns_are_those_of_the_contract():
    assert ", ".join(COLUMNS) == "line, quote, printed, value_low, value_high, unit, bound, commitment, kind, note"


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("建7家。", ["7家"]),
        # The shortest run that stands once, to the left or to the right.
        ("建7家，设7家。", ["7家，", "7家。"]),
        ("建7家甲，建7家乙。", ["7家甲", "7家乙"]),
        ("建7家甲，设7家甲", ["建7家", "设7家"]),
        ("子丑7家，子丑7家寅", ["7家，", "7家寅"]),
        ("甲乙7家甲乙7家甲", ["7家甲乙", ""]),
        # 5家 stands in 15家 too.
        ("共5家、共15家", ["5家、", "15家"]),
        # It cuts no neighbour, and holds the number's words once.
        ("7家12人、7家13人，7家13人", ["7家12人", "、7家", "，7家"]),
        ("甲7家、7家", ["7家、", "、7家"]),
        ("7家7家", ["", ""]),
        # Nor does it end in a blank that is kept.
        ("7家甲12 34，甲7家甲12 56，丙", ["7家甲12 34", "甲7家"]),
    ],
)
def test_a_quote_is_the_shortest_run_that_stands_once_and_cuts_nothing(drafted, text, quotes):
    assert drafted(text).query("kind == 'quantity' and printed in ('7家', '5家', '15家')")["quote"].tolist() == quotes


def test_a_page_that_repeats_itself_is_drafted_with_empty_quotes(drafted):
    rows = drafted("今年建成7家工厂，再建200个园区。\n" * 3000)
    assert len(rows) == 6000
    assert set(rows["printed"]) == {"7家", "200个"}
    # Only what stands at an end of the page could be told apart.
    assert set(rows["quote"][2:-2]) == {""}
    assert rows["line"].iloc[-1] == 3000


def test_a_quote_has_at_most_120_characters(drafted):
    for left, right, quoted in [(117, 200, True), (118, 200, False), (200, 117, True), (200, 118, False)]:
        words = f"{'甲' * left}7家{'乙' * right}"
        quotes = drafted(f"子{words}丑寅{words}卯")["quote"]
        assert quotes.map(len).tolist() == ([120, 120] if quoted else [0, 0])


@pytest.mark.parametrize(
    ("text", "printed", "note"),
    [
        ("力争年底前，新增7家。", "7家", "力争 stands before a comma: does it reach this number?"),
        ("确保全年，确保7家；新增30家。", "30家", ""),
        ("力争全年，确保7家。", "7家", ""),
        ("争取资金5亿元。", "5亿元", "争取 with money may mean to obtain funds"),
        ("争取项目5个。", "5个", ""),
        ("争创资金5亿元。", "5亿元", ""),
        ("产值增长8.5%。", "8.5%", "a growth rate or a change: over which period?"),
        ("降低三成。", "三成", "a growth rate or a change: over which period?"),
        ("提高两个百分点。", "两个百分点", "a growth rate or a change: over which period?"),
        ("增长，达到75%。", "75%", ""),
        ("提高2.5个。", "2.5个", "is 个 short for 个百分点?"),
        ("提高2个，降低2.5倍。", "2个", ""),
        ("建成30.5家。", "30.5家", ""),
        ("增长5家。", "5家", ""),
        ("投资500万元以上项目", "500万元以上", "may be a threshold inside a target or the size of what is counted"),
        ("超过50家的企业", "超过50家", "may be a threshold inside a target or the size of what is counted"),
        ("不足50家企业", "不足50家", "may be a threshold inside a target or the size of what is counted"),
        ("50家以内企业", "50家以内", "may be a threshold inside a target or the size of what is counted"),
        ("50家左右企业", "50家左右", ""),
        ("新增50家以上。", "50家以上", ""),
        ("投资22亿斛。", "22亿斛", "add 斛 to units.csv?"),
        ("建成50十家。", "50十家", "十 behind digits may be a + that the scan misread"),
        ("建成12 34家。", "12", "only blanks part two runs of digits: one number or two?"),
        ("建成12 34家。", "34家", "only blanks part two runs of digits: one number or two?"),
        ("分别高5.6个、7.2个百分点。", "5.6个", "is 个 short for 个百分点?"),
        ("是一个家。", "一个", "counts one if it is meant as a number"),
        ("是一种。", "一种", "counts one if it is meant as a number"),
        ("引进一批。", "一批", ""),
    ],
)
def test_a_note_says_what_needs_a_decision(drafted, text, printed, note):
    rows = drafted(text)
    (found,) = rows["note"][rows["printed"] == printed]
    assert note in found.split("; ") if note else found == ""


def test_what_cannot_be_read_is_drafted_with_the_reason(drafted):
    (row,) = drafted("确保1.2.3家。").itertuples()
    assert row[1:] == (
        *(1, "1.2.3家", "1.2.3家", "", "", "", "", "ensure", "quantity"),
        "found '1.2.3' in '1.2.3家', expected digits with one point, commas between thousands, no 0 first",
    )


def test_every_note_of_the_module_is_tried_here():
    """A note that no test names would be one that nothing proves to be right."""
    source = (Path(__file__).parents[1] / "analysis" / "drafting.py").read_text(encoding="utf-8")
    notes = re.findall(r'(?:yield f?|append\(f?|note = )"([^"]{12,})"', source)
    assert len(notes) == 9
    here = Path(__file__).read_text(encoding="utf-8")
    assert [note for note in notes if max(re.split("{.*?}", note), key=len) not in here] == []


def test_an_unknown_measure_word_is_read_with_its_bound(drafted):
    (row,) = drafted("力争投资10斛以上。").itertuples()
    assert row[2:9] == ("10斛以上", "10斛以上", "10", "10", "斛", "at_least", "strive")


def test_a_value_is_written_without_an_exponent(drafted):
    rows = drafted("投资2.9万亿元、0.05%、1.20家、0家、五分之一、负3%。")
    assert rows["value_low"].tolist() == ["2900000000000", "0.05", "1.2", "0", "0.2", "-3"]


# What draft prints, check accepts.


def as_targets(rows: pd.DataFrame, words: dict[str, str]) -> list[dict]:
    """Return rows of ``targets.csv`` made of drafted quantities, the other columns filled in somehow."""
    counted = rows[(rows["kind"] == "quantity") & (rows["value_low"] != "") & (rows["quote"] != "")]
    return [
        {
            **{column: getattr(row, column) for column in ("printed", "quote", "bound", "commitment")},
            **{"value_low": float(row.value_low), "value_high": float(row.value_high)},
            **{"unit": quantities.unit_of(row.unit, words), "target_id": f"p-{row.Index}", "plan_id": "p"},
            **{"name_zh": f"第{row.Index}项", "note": "why", "basis": "new_in_year", "direction": "higher"},
            "source_id": "page",
        }
        for row in counted.itertuples()
        if quantities.unit_of(row.unit, words)
    ]


@pytest.fixture
def accepted(page, drafted, words):
    """Draft a page, put its quantities into targets.csv of a small root, and return what `check` says of them."""

    def accepted(text: str) -> tuple[int, list[str]]:
        rows = as_targets(drafted(text), words)
        plans = [{"plan_id": "p", "place": "shandong", "source_id": "page"}]
        lines = page(text, plans=plans, targets=rows)
        return len(rows), [line for line in lines if line.startswith("data/plan/targets.csv")]

    return accepted


def test_what_is_drafted_of_this_repos_page_is_accepted(accepted, tables):
    text = (tables.root / SEED).read_text(encoding="utf-8")
    assert accepted(text) == (41, [])


def test_what_is_drafted_is_accepted_as_a_collection_figure_too(page, drafted, words, tables):
    text = (tables.root / SEED).read_text(encoding="utf-8")
    rows = [
        {key: row[key] for key in ("printed", "quote", "bound", "unit", "source_id")}
        | {"value": row["value_low"], "place": "dongying", "measure": "total_donations", "period_end": f"{number}"}
        for number, row in enumerate(as_targets(drafted(text), words), 1900)
        if row["bound"] != "range"
    ]
    assert len(rows) == 39
    refused = [line for line in page(text, *rows) if re.search(r"collection.csv:\d+: (printed|value|bound)", line)]
    assert refused == []


def test_what_is_drafted_of_an_invented_page_is_accepted(accepted):
    assert accepted(PAGE) == (5, [])


def test_every_row_of_this_repos_page_is_found_and_nothing_else_is_a_quantity(tables, drafted, words):
    seed = Seed.from_text(SEED, (tables.root / SEED).read_text(encoding="utf-8"))
    phrases = list(quantities.find(seed.normalized, words))
    rows = drafted(seed.text)
    assert len(phrases) == len(rows)
    by_start = {phrase.start: row for phrase, row in zip(phrases, rows.itertuples(), strict=True)}
    counted = {start for start, row in by_start.items() if row.kind == "quantity"}
    for name in ("targets", "collection", "stated_counts", "context_numbers"):
        for row in tables[name][
            tables[name]["source_id"].isin(["dzrb-2024-06-plan", "dzrb-2024-06-notice"])
        ].itertuples():
            if row.printed:
                start = seed.find(row.quote)[0] + normalize(row.quote).index(row.printed)
                found = by_start[start]
                assert found.printed == row.printed or (name == "context_numbers" and row.printed in ("六方面", "百企"))
                assert found.line == seed.line(start)
                if name == "targets":
                    assert (float(found.value_low), found.bound) == (row.value_low, row.bound)
                    assert found.commitment == row.commitment
                counted.discard(start)
    assert counted == set()


def test_the_seed_of_this_repo_is_read_as_the_seed_it_is(tables):
    loaded, found = seeds.read(tables)
    assert found == []
    assert list(loaded) == [SEED]
    assert provenance.Proof(tables, loaded[SEED]).problems == []


# For any page.

TOKENS = [
    *"，。、；！？“”（） \n建设新增家个项%十百千万亿点3509",
    *(
        "力争",
        "确保",
        "争取",
        "增长",
        "约",
        "超过",
        "不足",
        "以上",
        "左右",
        "多",
        "2024年",
        "十四五",
        "一批",
        "人次",
        "个百分点",
    ),
    *("1.2万", "500", "7家", "三千五百万元", "3—5个", "12 34", "斛", "第19个", "五分之一", "负3%", "１２"),
]
pages = st.lists(st.sampled_from(TOKENS), max_size=30).map("".join)
PROPERTY = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(PROPERTY, max_examples=80)
@given(pages | st.text(st.characters() | st.characters(categories=["Cs"]), max_size=12))
def test_a_draft_of_any_text_holds_what_is_found_in_order(drafted, words, text):
    rows = drafted(text)
    normalized = normalize(text)
    phrases = list(quantities.find(normalized, words))
    assert len(rows) == len(phrases)
    assert rows["line"].is_monotonic_increasing
    assert set(rows["kind"]) <= {*KINDS}
    for phrase, row in zip(phrases, rows.itertuples(), strict=True):
        assert row.kind == phrase.kind
        # An unknown measure word may follow the phrase.
        assert normalized.startswith(row.printed, phrase.start)
        assert len(row.printed) >= phrase.end - phrase.start
        if row.quote:
            assert normalized.count(row.quote) == 1
            start = normalized.index(row.quote)
            end = start + len(row.quote)
            assert start <= phrase.start < phrase.start + len(row.printed) <= end
            assert not any(other.start < cut < other.end for other in phrases for cut in (start, end))
            assert len(re.findall(f"(?={re.escape(normalized[phrase.start : phrase.end])})", row.quote)) >= 1


@settings(PROPERTY, max_examples=40)
@given(pages.filter(str.strip))
def test_what_is_drafted_of_any_page_is_accepted(accepted, text):
    assert accepted(text)[1] == []
