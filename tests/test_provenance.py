"""The proof: what each row claims of the page, what the page holds beyond it, and every way to be refused."""

import dataclasses
import re

import pandas as pd
import pytest
from conftest import append_row, edit_cell, problems, row_of

from analysis import tables as tables_module
from analysis.provenance import Proof, Seed, commitment, read_seeds
from analysis.tables import Tables

SEED = "seeds/000_6725ac9f72548eda.txt"
TARGETS, COLLECTION, STATED = "data/plan/targets.csv", "data/blood/collection.csv", "data/plan/stated_counts.csv"
INDUSTRIES, CONTEXT, FIXED = (
    "data/plan/industries.csv",
    "data/evidence/context_numbers.csv",
    "data/evidence/fixed_words.csv",
)
SOURCES = "data/evidence/sources.csv"
# The columns that a page proves, of each table whose rows are read from one.
PROVEN = {
    "targets": ["value_low", "value_high", "unit", "bound", "printed", "quote", "commitment"],
    "collection": ["value", "unit", "bound", "printed", "quote"],
    "stated_counts": ["value", "printed", "quote"],
}
CELLS = [(name, column) for name, columns in PROVEN.items() for column in columns]
NEXT_NUMERAL = str.maketrans("0123456789〇一二三四五六七八九十", "1234567890一二三四五六七八九十百")


def seed_rows(tables, name: str) -> pd.DataFrame:
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    return tables[name][tables[name]["source_id"].isin(seeds)]


def wrong_values(tables, name: str, row: pd.Series, column: str) -> list:
    """Return other contents of one cell, each untrue of the page."""
    value = row[column]
    if column.startswith("value"):
        return [1 if pd.isna(value) else value + 1]
    if column == "printed":
        return [value.translate(NEXT_NUMERAL), value[:-1]] if value else ["1家"]
    if column == "quote":
        return ["甲" + value[1:], value[:-1] + "甲"]
    if column == "unit":
        codes = list(tables["units"]["unit"])
        return [codes[codes.index(value) - 1] if value else codes[0]]
    resource = next(resource for resource in tables.descriptor["resources"] if resource["name"] == name)
    field = next(field for field in resource["schema"]["fields"] if field["name"] == column)
    codes = [code for code in field["constraints"]["enum"] if code != value]
    return codes[:2]


@pytest.fixture
def check(monkeypatch):
    """Check tables that were changed in memory: reading all files again would take ten times as long."""

    def check(changed: Tables) -> list[str]:
        monkeypatch.setattr(tables_module, "load", lambda _: changed)
        return problems(changed.root)

    return check


@pytest.fixture(scope="module")
def of_the_page(tables) -> Tables:
    """This repo's tables without the rows of references, which say nothing of the page and cost half the time."""
    names = [*PROVEN, "population", "benchmarks", "outcomes"]
    frames = {name: seed_rows(tables, name) for name in names}
    return dataclasses.replace(tables, frames={**tables.frames, **frames})


@pytest.fixture
def check_with(of_the_page, check):
    """Check this repo with one cell changed."""

    def check_with(name: str, row: int, column: str, value: object) -> list[str]:
        frame = of_the_page[name].copy()
        frame.at[row, column] = value
        return check(dataclasses.replace(of_the_page, frames={**of_the_page.frames, name: frame}))

    return check_with


def without(tables, name: str, **cells: object) -> Tables:
    return dataclasses.replace(tables, frames={**tables.frames, name: tables[name].drop(row_of(tables, name, **cells))})


def test_this_repo_holds(tables, check_with):
    row = row_of(tables, "targets", target_id="sd-2024-smes-served")
    # Also by the way of the test below, with a cell changed to itself.
    assert check_with("targets", row, "value_low", 10000.0) == []


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_every_cell_read_from_the_page_is_refused_when_it_says_something_else(tables, check_with, name, column):
    rows = seed_rows(tables, name)
    assert len(rows) > 5
    for row, cells in rows.iterrows():
        for wrong in wrong_values(tables, name, cells, column):
            refused = any(
                line.startswith(f"{tables.path(name)}:{row}: ") for line in check_with(name, row, column, wrong)
            )
            assert refused, f"row {row}: {column} '{wrong}' is accepted"


def test_wrong_cells_of_files_are_refused_too_each_by_file_and_row(root, tables):
    places = []
    for name, columns in PROVEN.items():
        rows = seed_rows(tables, name).query("printed != ''")
        # A row of its own for each column.
        for column, (row, cells) in zip(columns, rows.iterrows(), strict=False):
            wrong = wrong_values(tables, name, cells, column)[0]
            edit_cell(root, tables.path(name), row, column, f"{wrong:.15g}" if column.startswith("value") else wrong)
            places.append(f"{tables.path(name)}:{row}: ")
    lines = problems(root)
    assert len(places) == len(CELLS)
    assert [place for place in places if not any(line.startswith(place) for line in lines)] == []


@pytest.mark.parametrize(
    ("column", "wrong", "told"),
    [
        ("value_high", 6000, "found '6000', expected '600000000000', read back from '6000亿元以上'"),
        ("unit", "count", "found 'count', expected 'CNY', read back from '6000亿元以上'"),
        ("bound", "exact", "found 'exact', expected 'at_least', read back from '6000亿元以上'"),
        ("commitment", "strive", "found 'strive', expected 'plain', read from the clause"),
        ("value_low", float("nan"), "found nothing, expected a value, as bound is not none"),
        ("unit", "", "found nothing, expected a value, as bound is not none"),
        ("printed", "", "found nothing, expected a value, as bound is not none"),
    ],
)
def test_the_line_says_what_the_page_says(tables, check_with, column, wrong, told):
    row = row_of(tables, "targets", target_id="sd-2024-new-output")
    assert f"{TARGETS}:{row}: {column}: {told}" in check_with("targets", row, column, wrong)


# Pages of a sentence or two, with rows of their own.


@pytest.fixture
def small(tables, tmp_path):
    """Make the tables of one small page: its text, rows of collection figures, context numbers and fixed words."""

    def small(text: str, *rows: dict, context: tuple[dict, ...] = (), fixed: tuple[str, ...] = (), **others) -> Tables:
        (tmp_path / "page.txt").write_bytes(text.encode())  # no newline of it translated
        page = {"source_id": "page", "kind": "seed", "file": "page.txt"}
        reference = {"source_id": "ref", "kind": "reference", "url": "https://example.org/"}
        made = {
            "sources": (page, reference),
            "collection": rows,
            "context_numbers": [
                {"source_id": "page", "reason": "a year", "quote": row["printed"]} | row for row in context
            ],
            "fixed_words": [{"word": word, "reason": "counts nothing"} for word in fixed],
        } | others
        kept = {"units", "labels", "places", "measures"}
        frames = {
            name: frame if name in kept else like(frame, made.get(name, ())) for name, frame in tables.frames.items()
        }
        return dataclasses.replace(tables, root=tmp_path, frames=frames)

    return small


def like(frame: pd.DataFrame, rows) -> pd.DataFrame:
    """Return rows as the loader would give them: numbered from 2, empty cells as empty text."""
    empty = {column: "" if dtype == "str" else None for column, dtype in frame.dtypes.items()}
    cells = [empty | row for row in rows]
    made = pd.DataFrame(cells, columns=frame.columns, index=range(2, len(rows) + 2))
    return made.astype(frame.dtypes.to_dict())


@pytest.fixture
def page(small, check):
    """Check a small page; return its problems."""
    return lambda *texts, **others: check(small(*texts, **others))


DONATIONS = {
    "place": "dongying",
    "period_start": "2023",
    "period_end": "2023",
    "measure": "platelet_donations",
    "printed": "1977人次",
    "value": 1977,
    "unit": "donation",
    "bound": "exact",
    "source_id": "page",
    "quote": "血小板1977人次",
}


@pytest.mark.parametrize(
    "text",
    [
        "单采血小板1977人次。",
        "单采血小板１９７７人次。",
        "单采血小板 1977 人次。",
        "单采血\r\n小板19\r\n77人\r\n次。\r\n",
        "单采血小板1977\n\n人次。",
        "\ufeff单采血小板1977人次。",
        "注①：单采血小板1977人次²，½。",
    ],
)
def test_a_number_is_proven_however_its_line_is_broken_and_its_digits_are_set(page, text):
    assert page(text, DONATIONS) == []


def test_this_repos_page_is_proven_with_crlf_and_full_width_digits_too(root):
    text = (root / SEED).read_text(encoding="utf-8")
    wide = text.translate({ord(digit): ord(digit) - ord("0") + ord("０") for digit in "0123456789"})
    (root / SEED).write_bytes(wide.replace("\n", "\r\n").encode())
    assert problems(root) == []


@pytest.mark.parametrize("blank", [" ", "\t", "　", "\n\n", "\r\n\r\n"])
def test_two_runs_of_digits_with_only_blanks_between_are_not_joined(page, blank):
    lines = page(f"单采血小板19{blank}77人次。", DONATIONS)
    assert "quote: found '血小板1977人次', which is not in page.txt" in lines[0]
    assert [re.search("found '(.*?)'", line)[1] for line in lines[1:]] == ["19", "77"]


def test_a_comma_of_the_sentence_joins_no_number(page):
    lines = page("单采血小板1，977人次。", DONATIONS)
    assert [re.search("found '(.*?)'", line)[1] for line in lines] == ["血小板1977人次", "1", "977"]


def test_a_quote_that_is_not_in_the_page_is_refused(page):
    lines = page("单采血小板1977人次。", DONATIONS | {"quote": "捐血小板1977人次"})
    assert lines[0] == (
        f"{COLLECTION}:2: quote: found '捐血小板1977人次', which is not in page.txt, "
        "expected words that stand there exactly once"
    )


def test_a_quote_that_occurs_twice_is_refused_with_its_lines(page):
    lines = page("血小板1977人次。\n今年无数。\n血小\n板1977人次。", DONATIONS)
    assert lines[0] == (
        f"{COLLECTION}:2: quote: found '血小板1977人次', 2 times in page.txt (lines 1, 3), "
        "expected words that stand there exactly once: quote a little more"
    )


def test_quotes_that_overlap_are_counted(page):
    lines = page("人人人，1977人次。", DONATIONS | {"quote": "人人"})
    assert "'人人', 2 times" in lines[0]


def test_a_row_without_a_quote_is_refused(page):
    lines = page("血小板1977人次。", DONATIONS | {"quote": ""})
    assert lines[0] == f"{COLLECTION}:2: quote: found nothing, expected a run of words of page.txt"


def test_printed_that_is_not_in_its_quote_is_refused(page):
    lines = page("血小板1977人次。", DONATIONS | {"quote": "血小板"})
    assert "printed: found '1977人次', 0 times in the quote '血小板', expected" in lines[0]


def test_printed_that_comes_twice_in_its_quote_is_refused(page):
    lines = page(
        "血小板5人次、又5人次。", DONATIONS | {"printed": "5人次", "value": 5, "quote": "血小板5人次、又5人次"}
    )
    assert "printed: found '5人次', 2 times in the quote" in lines[0]


def test_printed_that_is_a_part_of_a_longer_number_is_refused(page):
    lines = page("血小板1977人次。", DONATIONS | {"printed": "977人次", "value": 977, "quote": "977人次"})
    assert lines[0] == (
        f"{COLLECTION}:2: printed: found '977人次', a part of the number 1977, expected the whole number"
    )


@pytest.mark.parametrize(
    ("text", "printed", "value", "bound", "whole"),
    [
        ("血小板1977人次以上。", "1977人次", 1977, "exact", "1977人次以上"),
        ("血小板约1977人次。", "1977人次", 1977, "exact", "约1977人次"),
        ("血小板1.9万人次。", "9万人次", 90000, "exact", "1.9万人次"),
        ("血小板1977余人次。", "1977", 1977, "exact", "1977余人次"),
        ("血小板二十人次。", "十人次", 10, "exact", "二十人次"),
        ("血小板3—5人次。", "5人次", 5, "exact", "3—5人次"),
        ("血小板百分之五。", "五", 5, "exact", "百分之五"),
    ],
)
def test_printed_that_leaves_out_a_part_of_its_phrase_is_refused(page, text, printed, value, bound, whole):
    row = {"printed": printed, "value": value, "bound": bound, "quote": text[:-1]}
    assert (
        f"{COLLECTION}:2: printed: found '{printed}', "
        f"expected the whole phrase '{whole}', with its measure word and bound word"
    ) in page(text, DONATIONS | row)


def test_printed_without_a_known_measure_word_is_refused(page):
    lines = page("血小板1977斤。", DONATIONS | {"printed": "1977斤", "quote": "血小板1977斤"})
    assert [line.split(": found")[0] for line in lines] == [f"{COLLECTION}:2: printed"] * 2


def test_a_range_is_no_value_of_a_collection_figure(page):
    row = {"printed": "3—5人次", "value": 3, "quote": "血小板3—5人次"}
    lines = page("血小板3—5人次。", DONATIONS | row)
    assert f"{COLLECTION}:2: bound: found 'exact', expected 'range', read back from '3—5人次'" in lines


# Coverage: nothing on the page is left over.


def test_a_numeral_that_no_row_claims_is_left_over_and_its_line_is_named(page):
    lines = page("血小板1977人次。\n\n固定献血者\n9160人。", DONATIONS)
    assert lines == [
        "page.txt:4: found '9160' in '…人次。固定献血者9160人。…', which no row claims, "
        "expected a curated row, a row of data/evidence/context_numbers.csv or a fixed word"
    ]


@pytest.mark.parametrize("name", ["targets", "collection", "stated_counts", "context_numbers", "fixed_words"])
def test_a_row_that_goes_leaves_its_numeral_on_the_page(tables, check, name):
    key = {
        "targets": {"target_id": "sd-2024-matching-events"},
        "collection": {"measure": "national_awards", "source_id": "dzrb-2024-06-notice"},
        "stated_counts": {"counts": "tasks", "plan_id": "sd-2024"},
        "context_numbers": {"printed": "百企"},
        "fixed_words": {"word": "一体"},
    }[name]
    words = {"targets": "5", "collection": "十", "stated_counts": "23", "context_numbers": "百", "fixed_words": "一"}
    lines = (tables.root / SEED).read_text(encoding="utf-8").splitlines()
    found = [
        re.fullmatch(rf"{SEED}:(\d+): found '(.*?)' in .*", line).groups()
        for line in check(without(tables, name, **key))
    ]
    assert found
    for line, numeral in found:
        assert numeral == words[name]
        assert numeral in lines[int(line) - 1]


def test_every_numeral_counts_whatever_stands_beside_it(page):
    numerals = "〇零一二两三四五六七八九十百千万亿半"
    text = "、".join(numerals) + "、v0、3D、x１２。"
    found = [re.search("found '(.*?)'", line)[1] for line in page(text)]
    assert sorted(found) == sorted([*numerals, "0", "3", "12"])


def test_signs_that_only_look_like_numerals_are_none(page):
    assert page("①²½⅓Ⅳ㈠㎡，几多数双。") == []


def test_a_fixed_word_covers_its_numeral_wherever_it_stands(page):
    assert page("进一\n步，再进一步。", fixed=("进一步",)) == []
    # But not the same numeral elsewhere.
    assert len(page("进一步、一家。", fixed=("进一步",))) == 1


def test_a_fixed_word_without_a_numeral_is_refused(page):
    lines = page("献血。", fixed=("献血",))
    assert lines == [f"{FIXED}:2: word: found '献血', expected a word that holds a numeral"]


def test_a_context_row_sets_its_number_aside(page):
    lines = page("2023年血小板1977人次。", DONATIONS, context=({"printed": "2023年"},))
    assert lines == []


def test_a_context_row_may_not_claim_a_curated_number(page):
    lines = page("血小板1977人次。", DONATIONS, context=({"printed": "1977人次"},))
    assert lines == [
        f"{CONTEXT}:2: printed: found '1977人次', which {COLLECTION} row 2 claims too, "
        "expected a number that no other row claims"
    ]


def test_two_context_rows_may_not_claim_the_same_number(page):
    rows = ({"printed": "2023年"}, {"printed": "2023", "quote": "2023年全市"})
    (line,) = page("2023年全市献血。", context=rows)
    assert line.startswith(f"{CONTEXT}:3: printed: found '2023', which {CONTEXT} row 2 claims too")


def test_a_context_row_without_a_number_is_refused(page):
    (line,) = page("献血。", context=({"printed": "献血"},))
    assert line == f"{CONTEXT}:2: printed: found '献血', expected a number"


def test_a_context_row_may_not_claim_a_part_of_a_number(page):
    lines = page("设立2023年。", context=({"printed": "23年"},))
    assert lines[0] == f"{CONTEXT}:2: printed: found '23年', a part of the number 2023, expected the whole number"


def test_numerals_tell_what_became_of_each(small):
    loaded = small(
        "2023年，\n进一步：血小板1 977人次、\n7家、1977人次。",
        DONATIONS | {"quote": "、1977人次"},
        context=({"printed": "2023年"},),
        fixed=("进一步",),
    )
    seeds, _ = read_seeds(loaded)
    proof = Proof(loaded, seeds["page.txt"])
    assert list(proof.numerals()[["line", "numeral", "status", "table", "row", "word"]].itertuples(index=False)) == [
        (1, "2023", "context", "context_numbers", 2, ""),
        (2, "一", "fixed", "", 0, "进一步"),
        (2, "1", "left", "", 0, ""),
        (2, "977", "left", "", 0, ""),
        (3, "7", "left", "", 0, ""),
        (3, "1977", "curated", "collection", 2, ""),
    ]
    text = proof.seed.text
    assert [(text[start:end], status) for start, end, status, _ in proof.marks()] == [
        ("2023年", "context"),
        ("进一步", "fixed"),
        ("1", "left"),
        ("977", "left"),
        ("7", "left"),
        ("1977人次", "curated"),
    ]


def test_a_mark_takes_in_the_line_break_inside_its_number():
    seed = Seed.from_text("page", "率 12 .\r\n94 ‰ ,有效")
    assert seed.squeezed == "率12.94‰,有效"
    start = seed.squeezed.index("12.94‰")
    assert seed.text[seed.offsets[start] : seed.offsets[start + 5] + 1] == "12 .\r\n94 ‰"
    assert [seed.line(start), seed.line(start + 5)] == [1, 2]


# The seed file itself.


def test_a_missing_seed_is_one_line(root):
    (root / SEED).unlink()
    assert problems(root) == [
        f"{SEED}: found no readable file (No such file or directory), expected a text file in UTF-8"
    ]


def test_a_seed_that_is_not_utf8_is_one_line(root):
    text = (root / SEED).read_text(encoding="utf-8")
    (root / SEED).write_bytes(text.encode("gb18030"))
    assert problems(root) == [
        f"{SEED}:1: found bytes that are not UTF-8 (likely GBK, or a damaged file), expected UTF-8"
    ]


@pytest.mark.parametrize("file", ["", "../page.txt", "seeds/../../page.txt", "/etc/hostname"])
def test_a_seed_outside_the_root_is_refused(tables, check_with, file):
    row = row_of(tables, "sources", source_id="dzrb-2024-06-notice")
    told = f"{SOURCES}:{row}: file: found '{file}', expected the path of the seed's text inside the root"
    assert told in check_with("sources", row, "file", file)


# Commitments.


@pytest.mark.parametrize(
    ("before", "read"),
    [
        ("力争年内创建", "strive"),
        ("确保达到", "ensure"),
        ("争创", "seek"),
        ("争取承接", "seek"),
        ("新培育", "plain"),
        ("", "plain"),
        # The nearest word decides.
        ("力争年内创建7家、争创", "seek"),
        ("争创1家、力争", "strive"),
        ("力争入园率确保达到", "ensure"),
        # 力争取得 is 力争 and 取得.
        ("力争取得", "strive"),
        # 、 is reached over; ， ； and 。 are not.
        ("力争新培育绿色工厂200家、绿色工业园区", "strive"),
        ("力争创建7家、", "strive"),
        ("力争创建7家，重组", "plain"),
        ("力争创建7家；重组", "plain"),
        ("力争创建7家。重组", "plain"),
        ("确保：", "ensure"),
        ("力争(全年)", "strive"),
    ],
)
def test_the_commitment_is_the_nearest_such_word_to_the_left_within_the_clause(before, read):
    # What stands to the right of the number, even in its clause, says nothing.
    assert commitment(f"{before}7家左右确保", len(before)) == read


# Lists.


def test_a_stated_count_must_be_borne_out_by_the_list(tables, check):
    row = row_of(tables, "stated_counts", plan_id="sd-2024", counts="industries:future")
    assert check(without(tables, "industries", plan_id="sd-2024", name_zh="深海空天")) == [
        f"{STATED}:{row}: value: found 7, expected 6, the rows of {INDUSTRIES} for industries:future"
    ]


def test_an_area_too_many_contradicts_the_stated_count_and_the_page(root, tables):
    file = tables.path("areas")
    row = append_row(root, file, plan_id="sd-2024", area="x", position="7", name_zh="品牌引领", name_en="Brands")
    count = row_of(tables, "stated_counts", plan_id="sd-2024", counts="areas")
    assert problems(root) == [
        f"{file}:{row}: name_zh: found '品牌引领', which {SEED} does not print, expected the area's name as printed",
        f"{STATED}:{count}: value: found 6, expected 7, the rows of {file} for areas",
    ]


def test_areas_are_numbered_without_a_gap(tables, check_with):
    (line,) = check_with("areas", row_of(tables, "areas", plan_id="sd-2024", area="opening"), "position", 7)
    assert line.endswith("position: found 1, 2, 3, 4, 5, 7, expected 1 to 6 for sd-2024")


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("name_zh", "空间科技", "found '空间科技', expected one item of its quote '元宇宙、"),
        # A part of an item is no item.
        ("name_zh", "空天", "found '空天', expected one item of its quote '元宇宙、"),
        ("position", 8, "found 8, expected 7, its place in the quote"),
        ("quote", "元宇宙和深海空天", "found '元宇宙和深海空天', which is not in"),
        ("quote", "", f"found nothing, expected a run of words of {SEED}"),
    ],
)
def test_an_industry_stands_in_its_list_at_its_position(tables, check_with, column, value, told):
    row = row_of(tables, "industries", plan_id="sd-2024", name_zh="深海空天")
    (line,) = check_with("industries", row, column, value)
    assert line.startswith(f"{INDUSTRIES}:{row}: {column}: {told}")


# References: facts carry over, sentences do not.

FACT = DONATIONS | {"source_id": "ref", "quote": ""}


def test_a_reference_row_that_says_what_it_prints_is_accepted(page):
    assert page("献血。", FACT) == []


def test_a_reference_row_with_a_quote_is_refused(page):
    assert page("献血。", FACT | {"quote": "血小板1977人次"}) == [
        f"{COLLECTION}:2: quote: found '血小板1977人次', "
        "expected nothing: the sentences of a reference are not carried over"
    ]


def test_a_reference_without_an_address_is_refused(page):
    sources = [{"source_id": "ref", "kind": "reference"}]
    assert page("", sources=sources) == [f"{SOURCES}:2: url: found nothing, expected the address of a reference"]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("value", 1978, "found '1978', expected '1977', read back from '1977人次'"),
        ("bound", "about", "found 'about', expected 'exact', read back from '1977人次'"),
        ("printed", "19 77人次", "found two runs of digits with only blanks between in '19 77人次', expected one number"),  # noqa: E501
        ("printed", "多人次", "found '多人次', expected a number with its measure word and bound word"),
    ],
)  # fmt: skip
def test_a_reference_row_that_does_not_say_what_it_prints_is_refused(page, column, value, told):
    assert page("献血。", FACT | {column: value}) == [f"{COLLECTION}:2: {column}: {told}"]


def test_a_reference_may_print_a_number_without_a_measure_word_and_the_row_gives_the_unit(page):
    assert page("献血。", FACT | {"printed": "1,977"}) == []


PLAN = {
    "plans": [{"plan_id": "p", "period_start": "2023", "period_end": "2023", "source_id": "ref"}],
    "targets": [{"target_id": "p-t", "plan_id": "p", "bound": "none", "commitment": "plain", "source_id": "ref"}],
}


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("population", {"place": "dongying"}),
        ("benchmarks", {"benchmark": "b", "unit": "person"}),
        (
            "outcomes",
            {"target_id": "p-t", "as_of": "2023", "unit": "person", "reason_en": "Same.", "reason_zh": "相同。"},
        ),
    ],
)
def test_population_benchmarks_and_outcomes_say_what_they_print(page, tables, name, own):
    row = {"source_id": "ref", "printed": "220.9万人", "value": 2209000} | own
    assert page("", **PLAN, **{name: [row]}) == []
    assert page("", **PLAN, **{name: [row | {"value": 220.9}]}) == [
        f"{tables.path(name)}:2: value: found '220.9', expected '2209000', read back from '220.9万人'"
    ]


# What holds between the columns of a row.


@pytest.mark.parametrize(
    ("key", "column", "value", "told"),
    [
        ("sd-2024-engineer-college", "direction", "higher", "found 'higher', expected nothing, as bound is none"),
        ("sd-2024-engineer-college", "value_low", 1, "found '1.0', expected nothing, as bound is none"),
        (
            "sd-2024-smes-served",
            "direction",
            "",
            "found nothing, expected a value for ‘全年服务中小企业1万家’: whether a higher or a lower outcome is better "
            "(one of higher, lower)",
        ),
        ("sd-2024-smes-served", "area", "", "found nothing, expected an area, as the source is a seed"),
    ],
)
def test_a_target_has_a_number_with_all_its_columns_or_none(tables, check_with, key, column, value, told):
    row = row_of(tables, "targets", target_id=key)
    assert check_with("targets", row, column, value) == [f"{TARGETS}:{row}: {column}: {told}"]


@pytest.mark.parametrize(
    ("measure", "value", "told"),
    [
        ("regular_donors", "2023", "found '2023', expected nothing, as regular_donors is a stock"),
        ("national_awards", "2023", "found '2023', expected nothing, as national_awards is a to_date"),
        ("donation_rate", "", "found '', expected a date, as donation_rate is a rate"),
        ("platelet_doses", "", "found '', expected a date, as platelet_doses is a flow"),
    ],
)
def test_a_flow_or_a_rate_has_a_start_and_nothing_else_has(tables, check_with, measure, value, told):
    row = row_of(tables, "collection", measure=measure, source_id="dzrb-2024-06-notice")
    assert check_with("collection", row, "period_start", value) == [f"{COLLECTION}:{row}: period_start: {told}"]


def test_a_figure_is_in_the_unit_of_its_measure(tables, check_with):
    row = row_of(tables, "collection", measure="regular_donors", source_id="dzrb-2024-06-notice")
    assert check_with("collection", row, "measure", "rare_type_donors") == []
    # `times named` has no start either.
    assert check_with("collection", row, "measure", "national_awards") == [
        f"{COLLECTION}:{row}: unit: found 'person', expected 'count', the unit of national_awards"
    ]


def test_a_measure_word_belongs_to_one_unit(tables, check_with):
    row = row_of(tables, "units", unit="dose")
    told = "words: found '人次', expected a measure word of one unit only (donation has it)"
    assert f"{tables.path('units')}:{row}: {told}" in check_with("units", row, "words", "个治疗量|人次")


POPULATION = {"place": "dongying", "as_of": "2023", "kind": "resident", "printed": "220.9万人", "value": 2209000}


def test_a_population_that_claims_to_be_of_the_page_is_refused(page):
    assert page("献血。", population=[POPULATION | {"source_id": "page"}]) != []


def test_a_population_counts_persons(page):
    assert page("", population=[POPULATION | {"source_id": "ref", "printed": "220.9万元"}]) != []


def test_a_context_row_of_a_reference_is_refused(page):
    assert page("献血。", context=({"source_id": "ref", "quote": "别人的一整句话", "printed": "一"},)) != []


def test_a_seed_that_no_source_names_is_refused(root):
    (root / "seeds" / "another.txt").write_text("明年献血7人次。", encoding="utf-8")
    assert problems(root) != []


def test_a_context_row_sets_aside_one_number_only(page):
    assert page("血小板1977人次，固定献血者9160人", context=({"printed": "血小板1977人次，固定献血者9160人"},)) != []


@pytest.mark.parametrize("before", ["数", "几", "第", "上"])
def test_a_number_that_a_word_before_it_makes_another_is_refused(page, before):
    row = {"printed": "十人次", "value": 10, "quote": f"血小板{before}十人次"}
    assert page(f"血小板{before}十人次。", DONATIONS | row) != []


@pytest.mark.parametrize(
    ("before", "read"),
    [("全力争创", "seek"), ("努力争取", "seek"), ("明确保障资金", "plain"), ("推动竞争创新平台", "plain")],
)
def test_a_commitment_word_is_not_found_across_two_words(before, read):
    assert commitment(f"{before}7家", len(before)) == read


def test_a_list_that_is_gone_contradicts_its_stated_count(tables, check):
    future = tables["industries"].query("group == 'future'").index
    assert check(dataclasses.replace(tables, frames={**tables.frames, "industries": tables["industries"].drop(future)}))


def test_a_target_without_a_number_has_a_quote_of_its_own(tables, check_with):
    row = row_of(tables, "targets", target_id="sd-2024-national-clusters")
    assert check_with("targets", row, "quote", "争创国家卓越工程师学院")


def test_printed_stands_without_white_space(page):
    assert page("血小板1977人次。", DONATIONS | {"printed": "1977 人次"})
