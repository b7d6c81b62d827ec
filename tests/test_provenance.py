"""The proof: what each row claims of the page, what the page holds beyond it, and every way to be refused."""

import dataclasses
import itertools
import re

import pandas as pd
import pytest
from conftest import append_row, edit_cell, problems, row_of

from analysis.provenance import Proof, check, commitment, survey
from analysis.quantities import vocabulary
from analysis.seeds import Seed
from analysis.seeds import read as read_seeds
from analysis.tables import DataError, Tables

SEED = "seeds/000_6725ac9f72548eda.txt"
PLANS, AREAS, TARGETS = "data/plan/plans.csv", "data/plan/areas.csv", "data/plan/targets.csv"
STATED, INDUSTRIES, OUTCOMES = "data/plan/stated_counts.csv", "data/plan/industries.csv", "data/plan/outcomes.csv"
COLLECTION, BENCHMARKS, POPULATION = (f"data/blood/{name}.csv" for name in ("collection", "benchmarks", "population"))
SOURCES, CONTEXT, FIXED = (f"data/evidence/{name}.csv" for name in ("sources", "context_numbers", "fixed_words"))
UNITS, MEASURES = "data/vocabulary/units.csv", "data/blood/measures.csv"
# The columns that a page proves, of each table whose rows are read from one.
PROVEN = {
    "targets": [
        *("value_low", "value_high", "unit", "bound", "printed", "quote", "commitment", "area", "source_id", "plan_id")
    ],
    "collection": [
        *("value", "unit", "bound", "printed", "quote", "measure", "place", "source_id"),
        *("period_start", "period_end"),
    ],
    "stated_counts": ["value", "printed", "quote", "plan_id", "source_id"],
    "industries": ["name_zh", "position", "quote", "plan_id", "source_id"],
    "areas": ["name_zh", "position", "quote"],
    "plans": ["place", "period_start", "period_end"],
    "context_numbers": ["printed", "quote", "source_id"],
}
CELLS = [(name, column) for name, columns in PROVEN.items() for column in columns]
NEXT_NUMERAL = str.maketrans("0123456789〇一二三四五六七八九十百", "1234567890一二三四五六七八九十百千")


def seed_rows(tables, name: str) -> pd.DataFrame:
    """Return the rows of a table that were read from the page."""
    seeds = set(tables["sources"].query("kind == 'seed'")["source_id"])
    if name == "areas":
        plans = tables["plans"]
        return tables["areas"][tables["areas"]["plan_id"].isin(plans["plan_id"][plans["source_id"].isin(seeds)])]
    return tables[name][tables[name]["source_id"].isin(seeds)]


def wrong_values(tables, column: str, row: pd.Series) -> list:
    """Return other contents of one cell, each untrue of the page."""
    value = row[column]
    if column in ("value", "value_low", "value_high"):
        return [1 if pd.isna(value) else value + 1]
    if column == "position":
        return [value + 1]
    if column == "printed":
        return [value.translate(NEXT_NUMERAL), value + "左右", value[:-1]] if value else ["1家"]
    if column == "quote":
        return ["甲" + value[1:], value[:-1] + "甲", ""]
    if column == "name_zh":
        return [value[1:], value + "等", "甲"]
    if column == "unit":
        codes = list(tables["units"]["unit"])
        return [codes[codes.index(value) - 1] if value else codes[0]]
    if column in ("period_start", "period_end"):
        # No year stands before the awards, and a stock has no start: no words prove a cell of theirs.
        return [str(int(value[:4]) - 1)] if value in ("2023", "2024") else []
    if column == "source_id":
        return [code for code in tables["sources"].query("kind == 'seed'")["source_id"] if code != value]
    codes = {
        **{"plan_id": tables["plans"]["plan_id"], "area": [*seed_rows(tables, "areas")["area"], ""]},
        **{"measure": tables["measures"]["measure"], "place": ["beijing", "qingdao", "weihai"]},
        **{"bound": ["exact", "about", "at_least", "more_than", "at_most", "less_than", "range"]},
        "commitment": ["ensure", "plain", "strive", "seek"],
    }
    others = [code for code in codes[column] if code != value]
    if column == "measure":
        units = dict(zip(tables["measures"]["measure"], tables["measures"]["unit"], strict=True))
        return [code for code in others if units[code] == row["unit"]]
    return [others[0], others[-1]]


@pytest.fixture(scope="module")
def of_the_page(tables) -> Tables:
    """This repo's tables without the rows of references, which say nothing of the page and cost half the time."""
    names = ["targets", "collection", "stated_counts", "population", "benchmarks", "outcomes"]
    frames = {name: seed_rows(tables, name) for name in names}
    return dataclasses.replace(tables, frames={**tables.frames, **frames})


@pytest.fixture
def check_with(of_the_page, check):
    """Check this repo with one cell changed."""

    def check_with(name: str, row: int, column: str, value: object) -> list[str]:
        frame = of_the_page[name].copy()
        frame.at[row, column] = value
        return check(with_frame(of_the_page, name, frame))

    return check_with


def with_frame(tables, name: str, frame: pd.DataFrame) -> Tables:
    return dataclasses.replace(tables, frames={**tables.frames, name: frame})


def without(tables, name: str, **cells: object) -> Tables:
    return with_frame(tables, name, tables[name].drop(row_of(tables, name, **cells)))


def test_this_repo_holds(tables, check_with):
    row = row_of(tables, "targets", target_id="sd-2024-smes-served")
    # Also by the way of the tests below, with a cell changed to itself.
    assert check_with("targets", row, "value_low", 10000.0) == []


def test_check_returns_the_tables_and_raises_with_every_problem(root):
    assert len(check(root)["targets"]) == len(check(str(root))["targets"])
    edit_cell(root, TARGETS, 2, "value_low", "8")
    with pytest.raises(DataError) as refused:
        check(root)
    assert [(problem.file, problem.row, problem.column) for problem in refused.value.problems] == [
        (TARGETS, 2, "value_low")
    ]


def test_a_survey_returns_the_tables_and_every_problem_where_check_raises(root):
    edit_cell(root, TARGETS, 2, "value_low", "8")
    loaded, found = survey(root)
    assert loaded["targets"]["value_low"][2] == 8
    assert [(problem.file, problem.row, problem.column) for problem in found] == [(TARGETS, 2, "value_low")]


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_every_cell_read_from_the_page_is_refused_when_it_says_something_else(of_the_page, check, name, column):
    rows = seed_rows(of_the_page, name)
    others = {row: wrong_values(of_the_page, column, cells) for row, cells in rows.iterrows()}
    assert any(others.values())
    trials = [
        {row: value for row, value in zip(others, wrong, strict=True) if value is not None}
        for wrong in itertools.zip_longest(*others.values())
    ]
    if name == "context_numbers" and column == "printed":
        trials.pop()  # a measure word that the reader does not know may be there or not
    if name == "areas":
        # Their names and positions are held against one another.
        trials = [{row: value} for row, value in trials[0].items()]
    # Elsewhere all rows may be wrong at once: each is refused by a line of its own.
    for cells in trials:
        frame = of_the_page[name].copy()
        for row, value in cells.items():
            frame.at[row, column] = value
        lines = check(with_frame(of_the_page, name, frame))
        refused = {int(match[1]) for line in lines if (match := re.match(rf"{of_the_page.path(name)}:(\d+): ", line))}
        if name == "areas" and refused:
            continue
        assert {row: value for row, value in cells.items() if row not in refused} == {}


def test_wrong_cells_of_files_are_refused_too_each_by_file_and_row(root, tables):
    places = []
    for name, count in (("targets", 8), ("collection", 5), ("stated_counts", 3)):
        # A row of its own for each column.
        for column, (row, cells) in zip(PROVEN[name][:count], seed_rows(tables, name).iterrows(), strict=False):
            wrong = wrong_values(tables, column, cells)[0]
            text = f"{wrong:.15g}" if column.startswith("value") else str(wrong)
            edit_cell(root, tables.path(name), row, column, text)
            places.append(f"{tables.path(name)}:{row}: ")
    lines = problems(root)
    assert len(places) == 16
    assert [place for place in places if not any(line.startswith(place) for line in lines)] == []


@pytest.mark.parametrize(
    ("column", "wrong", "told"),
    [
        ("value_high", 6000, "found '6000', expected '600000000000', read back from '6000亿元以上'"),
        ("unit", "count", "found 'count', expected 'CNY', read back from '6000亿元以上'"),
        ("bound", "exact", "found 'exact', expected 'at_least', read back from '6000亿元以上'"),
        ("commitment", "strive", "found 'strive', expected 'plain', read from the clause"),
        ("area", "parks", "found 'parks', expected 'opening', whose words open this part of the text"),
        ("value_low", float("nan"), "found nothing, expected a value, as bound is not none"),
        ("unit", "", "found nothing, expected a value, as bound is not none"),
        ("printed", "", "found nothing, expected a value, as bound is not none"),
    ],
)
def test_the_line_says_what_the_page_says(tables, check_with, column, wrong, told):
    row = row_of(tables, "targets", target_id="sd-2024-new-output")
    assert f"{TARGETS}:{row}: {column}: {told}" in check_with("targets", row, column, wrong)


# What strangers found that the first edition accepted.


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "line"),
    [
        (TARGETS, 18, "quote", "实施100项重大科技创新项目", "name_zh: found '省级先进制造业和服务业融合试点'"),
        (TARGETS, 18, "quote", "聚力在园区建设上攻坚提质", "name_zh: found '省级先进制造业和服务业融合试点'"),
        (TARGETS, 22, "quote", "争创1家国家质量标准实验室", "name_zh: found '争创国家先进制造业集群', expected"),
        (TARGETS, 22, "quote", "积极争创国", "name_zh: found '争创国家先进制造业集群', expected a name"),
        (COLLECTION, 2, "measure", "total_donations", "measure: found 'total_donations', expected 'whole_blood_"),
        (COLLECTION, 2, "place", "beijing", "place: found 'beijing' (北京市), expected a place whose Chinese name"),
        (COLLECTION, 2, "period_start", "2003", "period_start: found '2003', expected 2023, as '2023年' stands before"),
        (COLLECTION, 9, "period_end", "6024-06", "period_end: found '6024-06', expected a date not after its source"),
        (STATED, 5, "plan_id", "sd-2023", "plan_id: found 'sd-2023', expected a plan whose source is"),
        (AREAS, 6, "name_zh", "产业创新", "name_zh: found '产业创新' in the quote '聚力在园区建设上"),
        (AREAS, 2, "name_zh", "产业", "name_zh: found '产业' in the quote '聚力在产业创新上攻坚提质'"),
        (BENCHMARKS, 3, "unit", "percent", "unit: found 'percent', expected 'per_mille', read back from '31.5'"),
        (COLLECTION, 3, "quote", "1人次、9239583毫升", "quote: found '1人次、9239583毫升', which cuts '26481人次'"),
        (CONTEXT, 12, "printed", "2024", "printed: found '2024', expected one whole phrase of '2024年'"),
        (CONTEXT, 24, "printed", "二十周", "printed: found '二十周', expected one whole phrase of '二十周年'"),
        (OUTCOMES, 13, "printed", "2.9亿万元", "printed: found '2.9亿万' in '2.9亿万元', expected a number such as"),
        (TARGETS, 35, "printed", "１００项左右", "printed: found '１００项左右', expected '100项左右': no white space"),
        (TARGETS, 35, "printed", "100左右", "unit: found 'count', expected '', read back from '100左右'"),
    ],
)  # fmt: skip
def test_a_slip_of_one_cell_that_once_passed_is_refused(tables, check, file, row, column, value, line):
    (name,) = (name for name in tables.frames if tables.path(name) == file)
    frame = tables[name].copy()
    frame.at[row, column] = value
    assert check(with_frame(tables, name, frame))[0].startswith(f"{file}:{row}: {line}")


def test_a_target_again_under_another_id_is_refused(root, tables):
    cells = {column: str(cell) for column, cell in tables["targets"].loc[2].items()}
    cells |= {"target_id": "sd-2024-again", "value_low": "7", "value_high": "7"}
    row = append_row(root, TARGETS, **cells)
    place = f"{TARGETS}:{row}: name_zh: found '创建全国重点实验室' again, expected"
    assert [line for line in problems(root) if f":{row}: name_zh" in line] == [
        f"{place} a name that no other target with this number has",
        f"{place} another name than row 2 with this number",
    ]


def test_targets_of_another_source_of_the_page_are_refused_each(of_the_page, check):
    frame = of_the_page["targets"].assign(source_id="dzrb-2024-06-notice")
    lines = check(with_frame(of_the_page, "targets", frame))
    refused = [line for line in lines if ": source_id: found 'dzrb-2024-06-notice', while the quote stands on" in line]
    assert len(refused) == len(frame) == 30
    assert refused[0].endswith(f"expected lines 125 to 169 of {SEED}, where it stands")


@pytest.mark.parametrize("numeral", [*"廿卅拾仟萬²½Ⅲ", "壹佰贰拾", "①②", "٣٤", "𝟗𝟗"])
def test_a_numeral_of_any_script_is_left_over_until_a_row_claims_it(of_the_page, check, tmp_path, numeral):
    text = (of_the_page.root / SEED).read_text(encoding="utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / SEED).write_text(text.replace("大众日报记者", f"大众{numeral}人日报记者"), encoding="utf-8")
    lines = check(dataclasses.replace(of_the_page, root=tmp_path))
    assert lines
    assert all(line.startswith(f"{SEED}:123: found '") and "which no row claims, expected a" in line for line in lines)
    assert set(numeral) == {character for line in lines for character in line.partition("'")[2].partition("'")[0]} - {
        "人"
    }


# Pages of a sentence or two, with rows of their own.

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


def context(*rows: dict) -> list[dict]:
    """Return rows of context numbers, each quoting what it prints unless it says otherwise."""
    return [{"source_id": "page", "reason": "a year", "quote": row["printed"]} | row for row in rows]


def fixed(*words: str) -> list[dict]:
    return [{"word": word, "reason": "counts nothing"} for word in words]


@pytest.mark.parametrize(
    "text",
    [
        "东营单采血小板1977人次。",
        "东营单采血小板１９７７人次。",
        "东营单采血小板 1977 人次。",
        "东营单采血\r\n小板19\r\n77人\r\n次。\r\n",
        "东\n营单采血小板1977\n\n人次。",
        "\ufeff东营单采血小板1977人次。",
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
    assert [re.search("found '(.*?)'", line)[1] for line in lines[1:]] == ["19", "77人次"]


def test_a_comma_of_the_sentence_joins_no_number(page):
    lines = page("单采血小板1，977人次。", DONATIONS)
    assert [re.search("found '(.*?)'", line)[1] for line in lines] == ["血小板1977人次", "1", "977人次"]


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


@pytest.mark.parametrize(
    ("quote", "cut"),
    [("板约1977", "约1977人次"), ("板约", "约1977人次"), ("77人次，共", "约1977人次"), ("人次，共", "约1977人次")],
)
def test_a_quote_that_cuts_a_phrase_is_refused(page, quote, cut):
    lines = page("东营血小板约1977人次，共。", DONATIONS | {"quote": quote})
    assert lines[0] == (
        f"{COLLECTION}:2: quote: found '{quote}', which cuts '{cut}', "
        "expected whole phrases: quote a little more or less"
    )


def test_a_quote_may_begin_and_end_with_the_phrase(page):
    row = {"quote": "1977人次全血", "measure": "whole_blood_donations"}
    assert page("东营1977人次全血。", DONATIONS | row) == []
    assert page("东营血小板1977人次", DONATIONS) == []


def test_a_quote_may_be_the_whole_text_of_its_source(page):
    assert page("东营血小板1977人次", DONATIONS | {"quote": "东营血小板1977人次"}) == []


@pytest.mark.parametrize(
    ("printed", "quote", "told"),
    [
        ("1977人次", "血小板", "found '1977人次', 0 times in the quote '血小板'"),
        ("5人次", "血小板5人次、又5人次", "found '5人次', 2 times in the quote '血小板5人次、又5人次'"),
        ("", "血小板5人次、又5人次", "found nothing"),
    ],
)
def test_printed_stands_in_its_quote_once(page, printed, quote, told):
    lines = page("东营血小板5人次、又5人次。", DONATIONS | {"printed": printed, "value": 5, "quote": quote})
    assert lines[0] == f"{COLLECTION}:2: printed: {told}, expected the number as the quote prints it, once"


def test_of_two_places_in_the_quote_the_one_that_is_a_whole_phrase_is_meant(page):
    """5人次 stands in 15人次 too."""
    text = "东营血小板15人次、全血5人次。"
    rows = (
        DONATIONS
        | {"printed": "5人次", "value": 5, "measure": "whole_blood_donations", "quote": "血小板15人次、全血5人次"},
        DONATIONS | {"printed": "15人次", "value": 15, "quote": "血小板15人次"},
    )
    assert page(text, *rows) == []


def test_printed_that_is_a_part_of_a_longer_number_is_refused(page):
    row = {"printed": "977人次", "value": 977, "quote": "血小板1977人次"}
    assert page("血小板1977人次。", DONATIONS | row)[0] == (
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


@pytest.mark.parametrize(("text", "printed"), [("血小板20周年", "20周年"), ("血小板第19人次", "第19人次")])
def test_printed_that_counts_nothing_is_refused_by_its_kind(page, text, printed):
    lines = page(text, DONATIONS | {"printed": printed, "quote": text})
    assert f"{COLLECTION}:2: printed: found '{printed}', which is read as an ordinal, expected a quantity" in lines


def test_an_unknown_measure_word_is_named_where_it_is_missing(page):
    row = {"printed": "22亿", "value": 22 * 10**8, "quote": "血小板22亿斛以上"}
    told = f"'22亿斛以上', and 斛 in {UNITS}: it has no such measure word"
    assert f"{COLLECTION}:2: printed: found '22亿', expected {told}" in page("东营血小板22亿斛以上。", DONATIONS | row)
    assert page("共22亿斛以上。") == [
        "page.txt:1: found '22亿' in '…共22亿斛以上。…', which no row claims, "
        f"expected add 斛 to {UNITS}, and a curated row, a row of {CONTEXT} or a fixed word"
    ]
    lines = page("东营血小板22亿斛以上。", DONATIONS | row | {"printed": "22亿斛以上"})
    assert any("printed: found '22亿斛以上', expected one number with" in line for line in lines)


def test_a_range_is_no_value_of_a_collection_figure(page):
    row = {"printed": "3—5人次", "value": 3, "quote": "血小板3—5人次"}
    lines = page("血小板3—5人次。", DONATIONS | row)
    assert f"{COLLECTION}:2: bound: found 'exact', expected 'range', read back from '3—5人次'" in lines


@pytest.mark.parametrize("before", ["数", "几", "第"])
def test_a_number_that_a_word_before_it_makes_another_is_refused(page, before):
    row = {"printed": "十人次", "value": 10, "quote": f"血小板{before}十人次"}
    lines = page(f"血小板{before}十人次。", DONATIONS | row)
    expected = "expected a number that the word before leaves as it is"
    assert f"{COLLECTION}:2: printed: found '十人次' behind {before}, {expected}" in lines


def test_printed_stands_without_white_space(page):
    assert page("血小板1977人次。", DONATIONS | {"printed": "1977 人次"})[0] == (
        f"{COLLECTION}:2: printed: found '1977 人次', expected '1977人次': no white space, no full-width digits"
    )


@pytest.mark.parametrize(
    ("printed", "bound"),
    [
        ("超过1977人次", "more_than"),
        ("不足1977人次", "less_than"),
        ("1977人次以内", "at_most"),
        ("近1977人次", "about"),
    ],
)
def test_each_bound_is_proven(page, printed, bound):
    row = DONATIONS | {"printed": printed, "quote": f"血小板{printed}"}
    assert page(f"东营血小板{printed}。", row | {"bound": bound}) == []
    assert page(f"东营血小板{printed}。", row) == [
        f"{COLLECTION}:2: bound: found 'exact', expected '{bound}', read back from '{printed}'"
    ]


# Coverage: nothing on the page is left over.


def test_a_numeral_that_no_row_claims_is_left_over_and_its_line_is_named(page):
    lines = page("东营血小板1977人次。\n\n固定献血者\n9160人。", DONATIONS)
    assert lines == [
        "page.txt:4: found '9160人' in '…人次。固定献血者9160人。…', which no row claims, "
        f"expected a curated row, a row of {CONTEXT} or a fixed word"
    ]


def test_what_is_left_over_is_shown_with_eight_characters_to_either_side(page):
    (line,) = page("甲乙丙丁戊己庚辛壬7家子丑寅卯辰巳午未申")
    assert line.startswith("page.txt:1: found '7家' in '…乙丙丁戊己庚辛壬7家子丑寅卯辰巳午未…'")


def test_what_is_left_over_comes_in_the_order_of_the_text_one_line_a_phrase(page):
    text = "投资12.5亿元，\n三千五百万人；约1.2万个左右、3—5个百分点，\n2024年6月14日，第19个，一般，½，5家"
    lines = page(text)
    assert [re.search(r":(\d+): found '(.*?)'", line).groups() for line in lines] == [
        ("1", "12.5亿元"),
        ("2", "三千五百万人"),
        ("2", "约1.2万个左右"),
        ("2", "3—5个百分点"),
        *(("3", phrase) for phrase in ("2024年6月14日", "第19个", "一般", "½", "5家")),
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
    words = {"targets": "5场左右", "collection": "十次", "stated_counts": "23项", "context_numbers": "百"}
    lines = (tables.root / SEED).read_text(encoding="utf-8").splitlines()
    found = [
        re.fullmatch(rf"{SEED}:(\d+): found '(.*?)' in .*", line).groups()
        for line in check(without(tables, name, **key))
    ]
    assert found
    for line, phrase in found:
        assert phrase in (words.get(name), "一体", "一体化")
        assert phrase[0] in lines[int(line) - 1]


def test_every_numeral_counts_whatever_stands_beside_it(page):
    numerals = "〇零一二两三四五六七八九十百千万亿半廿卅½²Ⅲ①"
    text = "，".join(numerals) + "，v0，3D，x１２。"
    found = [re.search("found '(.*?)'", line)[1] for line in page(text)]
    assert found == [*numerals, "v0", "3D", "x12"]


def test_signs_that_only_look_like_numerals_are_none(page):
    assert page("㎡，几多数双，参与队伍。") == []


def test_a_fixed_word_covers_its_numeral_wherever_it_stands(page):
    assert page("进一\n步，再进一步。", fixed_words=fixed("进一步")) == []
    # But not the same numeral elsewhere.
    assert len(page("进一步、一家。", fixed_words=fixed("进一步"))) == 1
    # Of two that overlap the longer one covers.
    assert page("一业一策。", fixed_words=fixed("一策", "一业一策")) == []


def test_a_fixed_word_without_a_numeral_is_refused(page):
    lines = page("献血。", fixed_words=fixed("献血"))
    assert lines == [f"{FIXED}:2: word: found '献血', expected a word that holds a numeral"]


def test_a_context_row_sets_its_number_aside(page):
    rows = context({"printed": "2023年"})
    assert page("2023年东营血小板1977人次。", DONATIONS, context_numbers=rows) == []


@pytest.mark.parametrize("printed", ["六方面", "六", "六方"])
def test_an_unknown_measure_word_of_up_to_three_characters_may_stand_in_a_context_row(page, printed):
    assert page("部署六方面工作。", context_numbers=context({"printed": printed})) == []


@pytest.mark.parametrize(
    ("text", "printed", "told"),
    [
        ("献血。", "献血", "found '献血', expected a number"),
        (
            "血小板1977人次，共9160人",
            "血小板1977人次，共9160人",
            "expected one whole phrase of '1977人次' and '9160人'",
        ),
        ("部署六方面工作。", "六方面工作", "found '六方面工作', expected one whole phrase of '六'"),
        ("部署约60家。", "60家", "found '60家', expected one whole phrase of '约60家'"),
        ("部署60家以上。", "60家", "found '60家', expected one whole phrase of '60家以上'"),
        ("部署60家。", "署60家", "found '署60家', expected one whole phrase of '60家'"),
        ("设立2023年。", "23年", "found '23年', a part of the number 2023, expected the whole number"),
        ("部署60家。", "", "found nothing, expected the number as the quote prints it, once"),
    ],
)
def test_a_context_row_sets_aside_one_whole_phrase(page, text, printed, told):
    lines = page(text, context_numbers=context({"printed": printed, "quote": text}))
    assert lines[0].startswith(f"{CONTEXT}:2: printed: found '{printed}'" if printed else f"{CONTEXT}:2: printed: ")
    assert told in lines[0]


def test_a_context_row_may_set_aside_a_numeral_that_is_no_phrase(page):
    assert page("面积½。", context_numbers=context({"printed": "½"})) == []


def test_a_context_row_may_not_claim_a_curated_number(page):
    lines = page("东营血小板1977人次。", DONATIONS, context_numbers=context({"printed": "1977人次"}))
    assert lines == [
        f"{CONTEXT}:2: printed: found '1977人次', which {COLLECTION} row 2 claims too, "
        "expected a number that no other row claims"
    ]


def test_a_context_row_over_several_claimed_numbers_names_the_first_of_them(page):
    text = "东营血小板1977人次、全血5人次。"
    plasma = DONATIONS | {"printed": "5人次", "value": 5, "measure": "whole_blood_donations", "quote": "全血5人次"}
    rows = context({"printed": "1977人次、全血5人次"})
    assert page(text, plasma, DONATIONS, context_numbers=rows) == [
        f"{CONTEXT}:2: printed: found '1977人次、全血5人次', expected one whole phrase of '1977人次' and '5人次'",
        f"{CONTEXT}:2: printed: found '1977人次、全血5人次', which {COLLECTION} row 3 claims too, "
        "expected a number that no other row claims",
    ]


def test_two_context_rows_may_not_claim_the_same_number(page):
    rows = context({"printed": "2023年"}, {"printed": "2023年", "quote": "2023年全市"})
    (line,) = page("2023年全市献血。", context_numbers=rows)
    assert line.startswith(f"{CONTEXT}:3: printed: found '2023年', which {CONTEXT} row 2 claims too")


def test_two_figures_may_not_claim_the_same_number(page):
    lines = page("东营血小板1977人次。", DONATIONS, DONATIONS | {"note": "again"})
    assert lines == [
        f"{COLLECTION}:{row}: printed: found '1977人次', which {COLLECTION} row 2 claims too, "
        "expected a number that one row claims"
        for row in (2, 3)
    ]


def test_numerals_tell_what_became_of_each(small):
    loaded = small(
        "2023年，\n进一步：血小板1 977人次、\n7家、1977人次。",
        DONATIONS | {"quote": "、1977人次"},
        context_numbers=context({"printed": "2023年"}),
        fixed_words=fixed("进一步"),
    )
    seeds, _ = read_seeds(loaded)
    proof = Proof(loaded, seeds["page.txt"])
    numerals = proof.numerals()
    assert list(numerals.columns) == ["start", "end", "line", "numeral", "status", "table", "row", "word"]
    assert list(numerals[["line", "numeral", "status", "table", "row", "word"]].itertuples(index=False)) == [
        (1, "2023", "context", "context_numbers", 2, ""),
        (2, "一", "fixed", "", 0, "进一步"),
        (2, "1", "left", "", 0, ""),
        (2, "977", "left", "", 0, ""),
        (3, "7", "left", "", 0, ""),
        (3, "1977", "curated", "collection", 2, ""),
    ]
    text = proof.seed.normalized
    assert [text[row.start : row.end] for row in numerals.itertuples()] == list(numerals["numeral"])
    text = proof.seed.text
    assert [(text[start:end], status) for start, end, status, _ in proof.marks()] == [
        ("2023年", "context"),
        ("进一步", "fixed"),
        ("1", "left"),
        ("977", "left"),
        ("7", "left"),
        ("1977人次", "curated"),
    ]
    assert [[(claim.table, claim.row) for claim in claims] for *_, claims in proof.marks()] == [
        *([("context_numbers", 2)], [], [], [], [], [("collection", 2)])
    ]


def test_a_mark_takes_in_the_line_break_inside_its_number():
    seed = Seed.from_text("page", "率 12 .\r\n94 ‰ ,有效")
    assert seed.normalized == "率12.94‰,有效"
    start = seed.normalized.index("12.94‰")
    assert seed.text[seed.offsets[start] : seed.offsets[start + 5] + 1] == "12 .\r\n94 ‰"
    assert [seed.line(start), seed.line(start + 5)] == [1, 2]
    assert seed.last_line == 2


@pytest.mark.parametrize("text", ["", "\n", "5 6", "１ \n\n２家\n", "\0 5家\ud800", " 5\t \n 6 ", "五\u2028家"])
def test_each_character_of_the_normalized_text_leads_back_to_its_own(text):
    seed = Seed.from_text("page", text)
    assert len(seed.offsets) == len(seed.normalized)
    assert list(seed.offsets) == sorted(set(seed.offsets))
    for character, offset in zip(seed.normalized, seed.offsets, strict=True):
        assert Seed.from_text("", text[offset]).normalized in (character, "")


def test_the_part_of_a_source_is_its_lines_both_included():
    seed = Seed.from_text("page", "一\n二\n\n三四\n五")
    parts = [seed.normalized[slice(*seed.part(*lines))] for lines in [(1, 1), (2, 2), (2, 4), (3, 3), (1, 5), (5, 5)]]
    assert parts == ["一", "二", "二三四", "", "一二三四五", "五"]
    assert seed.find("") == []
    assert seed.find("三 四") == [2]


# The seed file itself.


def test_a_missing_seed_is_one_line(root):
    (root / SEED).unlink()
    assert problems(root) == [
        f"{SOURCES}:2: file: found '{SEED}', no readable file (No such file or directory), "
        "expected a text file in UTF-8"
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
    found = (
        f"'{file}', a path that leads out of the root, expected one inside it" if file else "nothing, expected a value"
    )
    assert any(
        line.startswith(f"{SOURCES}:{row}: file: found {found}") for line in check_with("sources", row, "file", file)
    )


def test_a_seed_that_no_source_names_is_refused(root):
    (root / "seeds" / "another.txt").write_text("明年献血7人次。", encoding="utf-8")
    (root / "seeds" / ".hidden").write_text("7", encoding="utf-8")
    (root / "seeds" / "folder").mkdir()
    assert problems(root) == [
        f"seeds/another.txt: found a file that no source names, expected a source of kind seed in {SOURCES}"
    ]


# The source of a row: its lines.


def test_sources_of_one_file_have_lines_of_their_own(page):
    sources = [
        {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 2},
        {"source_id": "second", "kind": "seed", "file": "page.txt", "first_line": 3, "last_line": 3},
    ]
    text = "东营血小板1977人次。\n\n青岛血小板7人次。"
    second = DONATIONS | {
        "source_id": "second",
        "place": "qingdao",
        "printed": "7人次",
        "value": 7,
        "quote": "血小板7人次",
    }
    assert page(text, DONATIONS, second, sources=sources) == []
    # Each place stands in its own source's text, not in the other's.
    assert page(text, DONATIONS, second | {"place": "dongying"}, sources=sources) == [
        f"{COLLECTION}:3: place: found 'dongying' (东营市), "
        "expected a place whose Chinese name stands in the text of second, its title or its publisher"
    ]
    lines = page(text, DONATIONS | {"source_id": "second"}, second, sources=sources)
    assert lines[0] == (
        f"{COLLECTION}:2: source_id: found 'second', while the quote stands on line 1, "
        "expected lines 3 to 3 of page.txt, where it stands"
    )


def test_the_lines_where_a_quote_should_stand_end_where_its_source_does(page):
    sources = [
        {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 2},
        {"source_id": "second", "kind": "seed", "file": "page.txt", "first_line": 3, "last_line": 3},
    ]
    text = "东营献血。\n今年无数。\n东营血小板1977人次。"
    assert page(text, DONATIONS, sources=sources)[0] == (
        f"{COLLECTION}:2: source_id: found 'page', while the quote stands on line 3, "
        "expected lines 1 to 2 of page.txt, where it stands"
    )


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((0, 1), "'' to '1'"),
        ((1, 2), "'1' to '2'"),
        ((2, 1), "'2' to '1'"),
        ((None, 1), "'' to '1'"),
        ((None, None), "'' to ''"),
    ],
)
def test_the_lines_of_a_source_are_lines_of_its_file(page, lines, found):
    sources = [{"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": lines[0], "last_line": lines[1]}]
    expected = "first_line and last_line between 1 and 1, the lines of page.txt"
    told = f"{SOURCES}:2: first_line: found {found}, expected {expected}"
    assert told in page("东营血小板1977人次。", sources=sources)


def test_sources_of_one_file_do_not_share_lines(page):
    sources = [
        {"source_id": "second", "kind": "seed", "file": "page.txt", "first_line": 2, "last_line": 3},
        {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 2},
    ]
    assert page("东营。\n青岛。\n济宁。", sources=sources) == [
        f"{SOURCES}:2: first_line: found '2', expected a line behind 2, the last of the source before it in page.txt"
    ]


# The place, the period and the measure of a figure.


@pytest.mark.parametrize(
    ("text", "place", "holds"),
    [
        ("东营血小板1977人次。", "dongying", True),
        ("东营市血小板1977人次。", "dongying", True),
        ("山东血小板1977人次。", "shandong", True),
        ("中国血小板1977人次。", "china", True),
        ("东城血小板1977人次。", "dongying", False),
        ("山东血小板1977人次。", "dongying", False),
    ],
)
def test_a_place_is_one_that_its_source_names_省_and_市_aside(page, text, place, holds):
    assert (page(text, DONATIONS | {"place": place}) == []) is holds


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("东营2023年血小板1977人次。", "2023", "2023"),
        ("东营2022年共5家，2023年血小板1977人次。", "2023", "2023"),
        ("东营2022—2023年血小板1977人次。", "2022", "2023"),
        ("东营2023年6月血小板1977人次。", "2023", "2023"),
        # A comparison says nothing of the period, nor does another sentence.
        ("东营2023年比2022年多，血小板1977人次。", "2023", "2023"),
        ("东营2023年较2022年多，血小板1977人次。", "2023", "2023"),
        ("东营2023年，自2011年起，血小板1977人次。", "2023", "2023"),
        ("东营2023年，从2011年起，血小板1977人次。", "2023", "2023"),
        # Where no year stands before it, it is one that the source prints, or with 去年 the year before one.
        ("东营2022年。血小板1977人次。", "2022", "2022"),
        ("东营2022年。去年血小板1977人次。", "2021", "2021"),
        ("东营血小板1977人次，2022年。", "2022", "2022"),
        ("东营6月血小板1977人次。", "1999", "2001"),
    ],
)
def test_a_period_is_that_of_the_nearest_year_to_the_left_in_its_sentence(page, text, start, end):
    left = context(
        *({"printed": year} for year in re.findall("20[0-9—]+年(?:6月)?|(?<![年])6月", text)), {"printed": "5家"}
    )
    rows = [row for row in left if row["printed"] in text]
    assert page(text, DONATIONS | {"period_start": start, "period_end": end}, context_numbers=rows) == []
    if start == "1999":
        return
    for column, year in (("period_start", start), ("period_end", end)):
        lines = page(
            text, DONATIONS | {"period_start": start, "period_end": end} | {column: "2019-05"}, context_numbers=rows
        )
        assert len(lines) == 1
        assert lines[0].startswith(f"{COLLECTION}:2: {column}: found '2019-05', expected {year}")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        # A source that prints no year, or speaks of this one, speaks of the year of its publication.
        ("东营血小板1977人次。", "2024"),
        ("东营今年血小板1977人次。", "2024"),
        ("东营今年好过2022年。血小板1977人次。", "2022 or 2024"),
        ("东营去年血小板1977人次。", "2023 or 2024"),
        # Any other speaks of those that it prints, the first of its words included.
        ("东营2022年好。血小板1977人次。", "2022"),
        ("2022年东营好。血小板1977人次。", "2022"),
    ],
)
def test_the_year_of_publication_counts_where_a_source_speaks_of_no_other_or_of_this_one(page, text, years):
    source = {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 1}
    rows = context({"printed": "2022年"}) if "2022年" in text else []
    others = {"sources": [source | {"published": "2024-06-14"}], "context_numbers": rows}
    for year in ("2021", "2022", "2023", "2024"):
        told = f"found '{year}', expected {years}, the years that page prints"
        wanted = [] if year in years else [f"{COLLECTION}:2: period_{which}: {told}" for which in ("end", "start")]
        assert page(text, DONATIONS | {"period_start": year, "period_end": year}, **others) == wanted


def test_the_years_of_the_next_source_say_nothing_of_a_period(page):
    sources = [
        {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 1},
        {"source_id": "second", "kind": "seed", "file": "page.txt", "first_line": 2, "last_line": 2},
    ]
    rows = context({"printed": "2021年", "source_id": "second"})
    assert page("东营血小板1977人次。\n2021年好。", DONATIONS, sources=sources, context_numbers=rows) == []


def test_a_period_without_a_start_has_its_end_proven(page):
    row = DONATIONS | {"measure": "regular_donors", "unit": "person", "printed": "9160人", "value": 9160}
    row |= {"quote": "固定献血者9160人", "period_start": ""}
    rows = context({"printed": "2023年"})
    assert page("东营2023年固定献血者9160人。", row, context_numbers=rows) == []
    assert page("东营2023年固定献血者9160人。", row | {"period_end": "2022"}, context_numbers=rows) == [
        f"{COLLECTION}:2: period_end: found '2022', expected 2023, as '2023年' stands before it"
    ]


@pytest.mark.parametrize(
    ("quote", "unit", "measure", "word"),
    [
        # Left before right, and the nearest of them.
        ("血小板采集量1977人次全血", "donation", "platelet_donations", "血小板"),
        ("全血和血小板1977人次", "donation", "platelet_donations", "血小板"),
        ("1977人次全血、血小板", "donation", "whole_blood_donations", "全血"),
        # The longest of those that end there; another measure has 献血人次.
        ("全血献血人次1977人次", "donation", "whole_blood_donations", "全血献血人次"),
        ("献血人次1977人次", "donation", "total_donations", "献血人次"),
        # Of one word, the measure of the unit.
        ("全血1977毫升", "mL", "whole_blood_volume", "全血"),
        ("全血1977单位", "blood_unit", "whole_blood_units", "全血"),
    ],
)
def test_a_measure_is_that_of_the_nearest_words_and_the_unit(page, tables, quote, unit, measure, word):
    printed = re.search("1977[^全、]+", quote)[0]
    row = DONATIONS | {"unit": unit, "measure": measure, "quote": quote, "printed": printed}
    assert page(f"东营{quote}。", row) == []
    others = tables["measures"].query("unit == @unit and measure != @measure and time == 'flow'")["measure"]
    assert len(others)
    for other in others:
        assert page(f"东营{quote}。", row | {"measure": other}) == [
            f"{COLLECTION}:2: measure: found '{other}', expected '{measure}', by '{word}', "
            "the nearest words in the quote"
        ]


def test_a_quote_that_names_no_measure_is_to_be_longer(page):
    assert page("东营血小板1977人次。", DONATIONS | {"quote": "1977人次"}) == [
        f"{COLLECTION}:2: quote: found '1977人次', which names no measure in donation, "
        f"expected words of {MEASURES} beside the number: quote a little more"
    ]


# The plan and the area of a target.

ARTICLE = (
    "山东2024年方案。力争全年达10项。聚力在创新上提质，创建7家左右实验室；"
    "再聚力在升级上提质，新增工厂200家；聚力在园区上提质。"
)
NAMES = {"name_zh": "实验室", "name_en": "Laboratories", "basis": "new_in_year", "direction": "higher"}


def target(number: str, printed: str, value: float, quote: str, **cells: object) -> dict:
    row = {"target_id": f"p-{number}", "plan_id": "p", "unit": "count", "bound": "exact", "commitment": "plain"}
    row |= {"printed": printed, "value_low": value, "value_high": value, "quote": quote, "source_id": "page"}
    return NAMES | row | {"name_zh": f"第{number}项"} | cells


def article(targets: dict[int, dict] | None = None, areas: dict[int, dict] | None = None, **plan: str) -> dict:
    """Return the tables of ARTICLE by name, with cells of some rows changed (rows as a spreadsheet counts them)."""
    rows = [
        target("a", "10项", 10, "达10项", area="", commitment="strive"),
        target("b", "7家左右", 7, "创建7家左右", area="innovation", bound="about"),
        target("c", "200家", 200, "工厂200家", area="upgrade"),
    ]
    openings = [
        {"plan_id": "p", "area": "innovation", "position": 1, "name_zh": "创新", "quote": "聚力在创新上提质"},
        {"plan_id": "p", "area": "upgrade", "position": 2, "name_zh": "升级", "quote": "聚力在升级上提质"},
        {"plan_id": "p", "area": "parks", "position": 3, "name_zh": "园区", "quote": "聚力在园区上提质"},
    ]
    period = {"period_start": "2024", "period_end": "2024"}
    return {
        "plans": [{"plan_id": "p", "place": "shandong", "source_id": "page"} | period | plan],
        "areas": [row | (areas or {}).get(number, {}) for number, row in enumerate(openings, 2)],
        "targets": [row | (targets or {}).get(number, {}) for number, row in enumerate(rows, 2)],
        "context_numbers": context({"printed": "2024年"}),
    }


def test_a_small_article_holds(page):
    assert page(ARTICLE, **article()) == []
    # The words that open an area may be its name alone.
    named = {row: {"quote": name} for row, name in enumerate(("创新", "升级", "园区"), 2)}
    assert page(ARTICLE, **article(areas=named)) == []


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"targets": {2: {"area": "innovation"}}}, "2: area: found 'innovation', expected nothing: no area has opened"),
        (
            {"targets": {3: {"area": "upgrade"}}},
            "3: area: found 'upgrade', expected 'innovation', whose words open this part of the text",
        ),
        (
            {"targets": {4: {"area": ""}}},
            "4: area: found '', expected 'upgrade', whose words open this part of the text",
        ),
        (
            {"targets": {4: {"commitment": "strive"}}},
            "4: commitment: found 'strive', expected 'plain', read from the clause",
        ),
    ],
)
def test_the_area_of_a_target_is_the_one_whose_words_open_its_part(page, changed, line):
    assert page(ARTICLE, **article(**changed)) == [f"{TARGETS}:{line}"]


def test_a_target_may_begin_with_the_words_that_open_its_area(page):
    made = article()
    cells = {"target_id": "p-d", "plan_id": "p", "bound": "none", "commitment": "plain", "source_id": "page"}
    row = cells | {"name_zh": "园区上提质", "quote": "聚力在园区上提质"}
    assert page(ARTICLE, **made | {"targets": [*made["targets"], row | {"area": "parks"}]}) == []
    assert page(ARTICLE, **made | {"targets": [*made["targets"], row | {"area": "upgrade"}]}) == [
        f"{TARGETS}:5: area: found 'upgrade', expected 'parks', whose words open this part of the text"
    ]


@pytest.mark.parametrize(
    ("areas", "line"),
    [
        (
            {2: {"name_zh": "创"}},
            "2: name_zh: found '创' in the quote '聚力在创新上提质', "
            "expected the area's whole name: what stands around it is the same for all areas, or nothing",
        ),
        ({2: {"name_zh": "升级"}}, "2: name_zh: found '升级' in the quote '聚力在创新上提质', expected the area's"),
        ({2: {"quote": "聚力在"}}, "2: quote: found '聚力在', 3 times in page.txt (lines 1, 1, 1)"),
        ({2: {"quote": ""}}, "2: quote: found nothing, expected a run of words of page.txt"),
        (
            {3: {"quote": "聚力在创新上提", "name_zh": "创新"}},
            "3: quote: found '聚力在创新上提', expected words behind those that open 'innovation', as its",
        ),
        (
            {2: {"position": 2}, 3: {"position": 1}},
            "2: quote: found '聚力在创新上提质', expected words behind those that open 'upgrade', as its position says",
        ),
    ],
)
def test_an_area_opens_with_its_whole_name_in_the_plans_order(page, areas, line):
    assert any(found.startswith(f"{AREAS}:{line}") for found in page(ARTICLE, **article(areas=areas)))


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (
            {"place": "beijing"},
            "place: found 'beijing' (北京市), expected a place whose Chinese name stands in the text",
        ),
        (
            {"period_start": "2023"},
            "period_start: found '2023', expected a year that the text of page prints, or that it was published in",
        ),
        (
            {"period_end": "2025-12"},
            "period_end: found '2025-12', expected a year that the text of page prints, or that it was published in",
        ),
    ],
)
def test_a_plan_names_a_place_and_years_that_its_source_prints(page, cells, line):
    assert page(ARTICLE, **article(**cells))[0].startswith(f"{PLANS}:2: {line}")


def test_a_row_belongs_to_a_plan_of_its_source(page):
    made = article(targets={3: {"plan_id": "q", "target_id": "q-b", "area": ""}})
    made["plans"].append(made["plans"][0] | {"plan_id": "q", "source_id": "ref"})
    assert page(ARTICLE, **made) == [
        f"{TARGETS}:3: plan_id: found 'q', expected a plan whose source is page (q has ref)"
    ]


def test_two_targets_of_one_number_differ_in_name_and_each_note_says_why(page):
    def lines(one: dict, two: dict) -> list[str]:
        made = article(targets={4: one})
        made["targets"].append(made["targets"][2] | {"target_id": "p-d"} | two)
        return page(ARTICLE, **made)

    assert lines({"note": "why"}, {"note": "why", "name_zh": "另一项"}) == []
    missing = "note: found nothing, expected why another row has the same number"
    assert lines({}, {"name_zh": "另一项"}) == [f"{TARGETS}:4: {missing}", f"{TARGETS}:5: {missing}"]
    assert lines({"note": "why"}, {"name_zh": "另一项", "note": ""}) == [f"{TARGETS}:5: {missing}"]
    again = "found '第c项' again, expected another name than row 4 with this number"
    assert f"{TARGETS}:5: name_zh: {again}" in lines({"note": "why"}, {"note": "why"})


def test_a_target_and_a_stated_count_may_not_share_a_number(page):
    made = article(targets={4: {"note": "why"}})
    made["stated_counts"] = [
        {"plan_id": "p", "counts": "tasks", "printed": "200家", "value": 200, "source_id": "page", "quote": "工厂200家"}
    ]
    assert page(ARTICLE, **made) == [
        f"{STATED}:2: printed: found '200家', which {TARGETS} row 4 claims too, expected a number that one row claims"
    ]


# Targets without a number.


@pytest.fixture
def qualitative(page):
    """Check a page of one target without a number: its text, its quote and its name."""

    def qualitative(text: str, quote: str, name: str, **cells: str) -> list[str]:
        row = {"target_id": "p-t", "plan_id": "p", "bound": "none", "commitment": "plain", "source_id": "page"}
        plans = article()["plans"]
        return page(
            f"山东2024年，{text}",
            plans=plans,
            targets=[row | {"quote": quote, "name_zh": name} | cells],
            context_numbers=context({"printed": "2024年"}),
            fixed_words=fixed("一体"),
        )

    return qualitative


@pytest.mark.parametrize(
    "end", ["，", "。", "；", "、", "：", "！", "？", "”", "）", ")", "等", "的", "和", "及", "与", ""]
)
def test_a_name_ends_where_its_clause_does(qualitative, end):
    assert qualitative("争创国家集群" + end, "争创国家集群", "争创国家集群", commitment="seek") == []


@pytest.mark.parametrize("longer", ["甲", "或", "建设，", "1家", "“"])
def test_a_name_that_goes_on_is_not_whole(qualitative, longer):
    assert qualitative(f"争创国家集群{longer}", "争创国家集群", "争创国家集群", commitment="seek")[:1] == [
        f"{TARGETS}:2: name_zh: found '争创国家集群', "
        "expected a name that stands in the quote '争创国家集群' once and ends where its clause does"
    ]


def test_a_name_stands_in_its_quote_once(qualitative):
    for quote, name in [("集群、集群", "集群"), ("建设集群", "集群甲"), ("建设集群", "")]:
        (line,) = qualitative("集群、集群，建设集群。", quote, name)
        assert line.startswith(
            f"{TARGETS}:2: name_zh: found '{name}', expected a name that stands in the quote '{quote}'"
        )


def test_a_quote_of_a_target_without_a_number_holds_no_other_number(qualitative):
    lines = qualitative("建7家、融合试点。", "建7家、融合试点", "融合试点")
    assert lines[0] == (
        f"{TARGETS}:2: quote: found '建7家、融合试点', which holds the number 7, "
        "expected words without another row's number"
    )
    # Its own name may hold one, and a fixed word counts nothing.
    assert qualitative("一体建设融合试点。", "一体建设融合试点", "融合试点") == []
    # A number right at the quote's begin is in it, one right behind its end is not.
    lines = qualitative("建7家、融合试点。", "7家、融合试点", "融合试点")
    assert "quote: found '7家、融合试点', which holds the number 7" in lines[0]
    left = qualitative("融合试点、7家。", "融合试点、", "融合试点")
    assert [line.partition(" in ")[0] for line in left] == ["page.txt:1: found '7家'"]
    left = qualitative("实施百企计划。", "实施百企计划", "百企计划")
    assert [line.partition(" in ")[0] for line in left] == ["page.txt:1: found '百'"]


def test_the_commitment_of_a_target_without_a_number_is_read_at_the_end_of_its_name(qualitative):
    assert qualitative("争创国家集群。", "争创国家集群", "争创国家集群") == [
        f"{TARGETS}:2: commitment: found 'plain', expected 'seek', read from the clause"
    ]
    assert qualitative("争创集群，建设试点。", "建设试点", "建设试点") == []


# Commitments.


@pytest.mark.parametrize(
    ("before", "read"),
    [
        ("力争年内创建", "strive"),
        ("确保达到", "ensure"),
        ("力保", "ensure"),
        ("争创", "seek"),
        ("争取承接", "seek"),
        ("新培育", "plain"),
        ("", "plain"),
        # The nearest word decides.
        ("力争年内创建7家、争创", "seek"),
        ("争创1家、力争", "strive"),
        ("力争入园率确保达到", "ensure"),
        # 力争取得 is 力争 and 取得; 争取到 is had already.
        ("力争取得", "strive"),
        ("争取到", "plain"),
        # 、 is reached over; ， ； and 。 are not.
        ("力争新培育绿色工厂200家、绿色工业园区", "strive"),
        ("力争创建7家、", "strive"),
        ("力争创建7家，重组", "plain"),
        ("力争创建7家；重组", "plain"),
        ("力争创建7家。重组", "plain"),
        ("确保：", "ensure"),
        ("力争(全年)", "strive"),
        # 竞争, 战争, 能力争, 明确保: two words.
        ("推动竞争创新平台", "plain"),
        ("战争创伤", "plain"),
        ("竞争取胜", "plain"),
        ("战争取得", "plain"),
        ("明确保障资金", "plain"),
        ("全力争创", "seek"),
        ("努力争取", "seek"),
        ("主力保持", "plain"),
    ],
)
def test_the_commitment_is_the_nearest_such_word_to_the_left_within_the_clause(before, read):
    # What stands to the right of the number, even in its clause, says nothing.
    assert commitment(f"{before}7家左右确保", len(before)) == read


def test_a_commitment_reaches_no_further_than_200_characters():
    assert commitment("力争" + "甲" * 198 + "7家", 200) == "strive"
    assert commitment("力争" + "甲" * 199 + "7家", 201) == "plain"


@pytest.mark.parametrize("row", vocabulary("commitment_words"), ids=lambda row: row["word"])
def test_each_commitment_word_says_its_commitment_and_is_another_word_beside_its_neighbours(row):
    word = row["word"]
    assert commitment(f"今年{word}7家", len(word) + 2) == row["commitment"]
    for neighbour in row["not_after"]:
        assert commitment(f"{neighbour}{word}7家", len(word) + 1) != row["commitment"]
    for neighbour in row["not_before"]:
        assert commitment(f"{word}{neighbour}7家", len(word) + 1) != row["commitment"]


# Lists.


def test_a_stated_count_must_be_borne_out_by_the_list(tables, check):
    row = row_of(tables, "stated_counts", plan_id="sd-2024", counts="industries:future")
    assert check(without(tables, "industries", plan_id="sd-2024", name_zh="深海空天")) == [
        f"{STATED}:{row}: value: found 7, expected 6, the rows of {INDUSTRIES} for industries:future"
    ]


def test_a_list_that_is_gone_contradicts_its_stated_count(tables, check):
    rest = tables["industries"].query("group != 'future'")
    row = row_of(tables, "stated_counts", plan_id="sd-2024", counts="industries:future")
    assert check(with_frame(tables, "industries", rest)) == [
        f"{STATED}:{row}: value: found 7, expected 0, the rows of {INDUSTRIES} for industries:future"
    ]


def test_an_area_too_many_contradicts_the_stated_count_and_the_page(root, tables):
    row = append_row(
        root, AREAS, plan_id="sd-2024", area="x", position="7", name_zh="品牌引领", name_en="Brands", quote="品牌引领"
    )
    count = row_of(tables, "stated_counts", plan_id="sd-2024", counts="areas")
    assert problems(root) == [
        f"{AREAS}:{row}: quote: found '品牌引领', which is not in {SEED}, expected words that stand there exactly once",
        f"{STATED}:{count}: value: found 6, expected 7, the rows of {AREAS} for areas",
    ]


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


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("collection", FACT | {"quote": "血小板1977人次"}),
        ("targets", target("a", "7家", 7, "建7家", source_id="ref", area="")),
        ("stated_counts", {"plan_id": "p", "counts": "tasks", "printed": "7项", "value": 7, "quote": "共7项"}),
        ("industries", {"plan_id": "p", "group": "g", "position": 1, "name_zh": "冶金", "quote": "冶金等"}),
    ],
)
def test_a_reference_row_with_a_quote_is_refused(page, tables, table, row):
    lines = page("献血。", **PLAN | {table: [row | {"source_id": "ref"}]})
    assert lines == [
        f"{tables.path(table)}:2: quote: found '{row['quote']}', "
        "expected nothing: the sentences of a reference are not carried over"
    ]


def test_a_target_of_a_reference_has_no_area(page):
    made = PLAN | {"areas": [{"plan_id": "p", "area": "x", "position": 1}]}
    made["targets"] = [target("a", "7家", 7, "", source_id="ref", area="x")]
    assert page("献血。", **made) == [
        f"{TARGETS}:2: area: found 'x', expected nothing: no text proves an area outside a seed"
    ]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("value", 1978, "found '1978', expected '1977', read back from '1977人次'"),
        ("value", None, "found '', expected '1977', read back from '1977人次'"),
        ("bound", "about", "found 'about', expected 'exact', read back from '1977人次'"),
        (
            "printed",
            "19 77人次",
            "found two runs of digits with only blanks between in '19 77人次', expected one number",
        ),
        ("printed", "多人次", "found '多人次', expected a number"),
        ("printed", "数千人次", "found '数千人次', expected a number: 数十 and 几十 state none"),
        ("printed", "１９７７人次", "found '１９７７人次', expected '1977人次': no white space, no full-width digits"),
        ("printed", "1977 人次", "found '1977 人次', expected '1977人次': no white space, no full-width digits"),
    ],
)
def test_a_reference_row_that_does_not_say_what_it_prints_is_refused(page, column, value, told):
    assert f"{COLLECTION}:2: {column}: {told}" in page("献血。", FACT | {column: value})


def test_a_reference_may_print_a_number_without_a_measure_word_and_the_row_gives_the_unit(page):
    assert page("献血。", FACT | {"printed": "1,977"}) == []
    # A table of many units has no such rows, nor has a page.
    assert page("献血。", **PLAN | {"targets": [target("a", "7", 7, "", source_id="ref", area="")]}) == [
        f"{TARGETS}:2: unit: found 'count', expected '', read back from '7'"
    ]
    assert f"{COLLECTION}:2: unit: found 'donation', expected '', read back from '1977'" in page(
        "东营血小板1977。", DONATIONS | {"printed": "1977", "quote": "血小板1977"}
    )


PLAN = {
    "plans": [{"plan_id": "p", "period_start": "2023", "period_end": "2023", "source_id": "ref"}],
    "targets": [{"target_id": "p-t", "plan_id": "p", "bound": "none", "commitment": "plain", "source_id": "ref"}],
}
OWN = {
    "population": {"place": "dongying", "as_of": "2023", "kind": "resident"},
    "benchmarks": {"benchmark": "b", "unit": "person", "counting": "persons"},
    "outcomes": {"target_id": "p-t", "as_of": "2023", "unit": "person", "comparable": "yes"},
}


@pytest.mark.parametrize("name", OWN)
def test_population_benchmarks_and_outcomes_say_what_they_print(page, tables, name):
    row = {"source_id": "ref", "printed": "220.9万人", "value": 2209000} | OWN[name]
    assert page("", **PLAN | {name: [row]}) == []
    for cells, told in [
        ({"value": 220.9}, "value: found '220.9', expected '2209000', read back from '220.9万人'"),
        ({"printed": "约220.9万人"}, "printed: found '约220.9万人', expected 'a number without a bound word'"),
        ({"printed": "220.9万元"}, "expected 'CNY', read back from '220.9万元'"),
        ({"source_id": "page"}, "source_id: found 'page', expected a reference: a row of this table has no quote"),
        ({"printed": "220—230万人", "value": 2200000}, "printed: found '220—230万人', expected 'one number'"),
    ]:
        (line,) = page("", **PLAN | {name: [row | cells]})
        assert line.startswith(f"{tables.path(name)}:2: ")
        assert told in line


def test_an_outcome_that_is_not_comparable_may_have_a_bound_word(page):
    row = {"source_id": "ref", "printed": "约220.9万人", "value": 2209000} | OWN["outcomes"]
    assert page("", **PLAN | {"outcomes": [row | {"comparable": "partly"}]}) == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"unit": "per_mille", "counting": "unknown"}, []),
        (
            {"unit": "percent", "counting": "unknown"},
            ["unit: found 'percent', expected 'per_mille', read back from '10'"],
        ),
        ({"unit": "percent", "counting": "persons"}, []),
        ({"unit": "percent", "counting": "unknown", "printed": "10%"}, []),
    ],
)
def test_a_benchmark_without_a_measure_word_is_a_donation_rate_unless_persons_are_counted(page, cells, expected):
    row = {"benchmark": "b", "source_id": "ref", "printed": "10", "value": 10} | cells
    assert page("", benchmarks=[row]) == [f"{BENCHMARKS}:2: {line}" for line in expected]


def test_a_population_without_a_measure_word_counts_persons(page):
    row = OWN["population"] | {"source_id": "ref", "printed": "2,209,000", "value": 2209000}
    assert page("", population=[row]) == []


def test_a_stated_count_of_a_reference_may_lack_a_measure_word(page):
    row = {"plan_id": "p", "counts": "tasks", "printed": "22", "value": 22, "source_id": "ref"}
    assert page("", **PLAN | {"stated_counts": [row]}) == []
    assert page("", **PLAN | {"stated_counts": [row | {"value": 23}]}) == [
        f"{STATED}:2: value: found '23', expected '22', read back from '22'"
    ]


def test_a_context_row_of_a_reference_is_refused(page):
    rows = [{"source_id": "ref", "quote": "别人的一整句话", "printed": "一"}]
    assert page("献血。", context_numbers=rows) == [
        f"{CONTEXT}:2: source_id: found 'ref', expected a seed: a reference has no text here"
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
            "found nothing, expected a value for ‘全年服务中小企业1万家’: "
            "whether a higher or a lower outcome is better",
        ),
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
    # `times named` has no start either.
    assert (f"{COLLECTION}:{row}: unit: found 'person', expected 'count', the unit of national_awards") in check_with(
        "collection", row, "measure", "national_awards"
    )
