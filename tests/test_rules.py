"""Rules: what must hold between the columns of a row and between rows, tried on tables changed in memory."""

import dataclasses

import pandas as pd
import pytest
from conftest import row_of

from analysis import rules

NUMBERED, QUALITATIVE = "sd-2024-smes-served", "sd-2024-engineer-college"


@pytest.fixture
def faults(tables):
    """Return the problems of this repo's tables with cells of some rows changed, each as `row: column: message`."""

    def faults(name: str, *changes: tuple[int, dict]) -> list[str]:
        frame = tables[name].copy()
        for row, cells in changes:
            new = frame.loc[[row]] if row in frame.index else frame.iloc[[-1]].set_axis([row])
            frame = pd.concat([frame.drop(row, errors="ignore"), new.assign(**cells)]).sort_index()
        changed = dataclasses.replace(tables, frames={**tables.frames, name: frame.astype(tables[name].dtypes)})
        found = sorted(map(str, rules.problems(changed)))
        prefix = f"{tables.path(name)}:"
        assert all(line.startswith(prefix) for line in found)
        return [line.removeprefix(prefix) for line in found]

    return faults


def target(tables, target_id: str) -> int:
    return row_of(tables, "targets", target_id=target_id)


def copy_of(tables, target_id: str, **cells: object) -> tuple[int, dict]:
    """Return a new last row of targets: another one again, but for some cells."""
    frame = tables["targets"]
    return max(frame.index) + 1, frame.loc[target(tables, target_id)].to_dict() | {"target_id": "sd-2024-again"} | cells


def test_this_repos_tables_hold(tables):
    assert rules.problems(tables) == []


def test_a_target_is_named_after_its_plan(tables, faults):
    row = target(tables, NUMBERED)
    assert faults("targets", (row, {"target_id": "smes-served"})) == [
        f"{row}: target_id: found 'smes-served', expected 'sd-2024-' and a name: the same name is the same definition"
    ]


@pytest.mark.parametrize("column", ["printed", "value_low", "value_high", "unit", "basis", "direction"])
def test_a_target_has_all_columns_of_a_number_or_none(tables, faults, column):
    numbered, qualitative = target(tables, NUMBERED), target(tables, QUALITATIVE)
    value, nothing = (1.0, None) if column.startswith("value") else ("x", "")
    expected = "a value for ‘" if column in ("basis", "direction") else "a value, as bound is not none"
    (line,) = faults("targets", (numbered, {column: nothing}))
    assert line.startswith(f"{numbered}: {column}: found nothing, expected {expected}")
    assert faults("targets", (qualitative, {column: value})) == [
        f"{qualitative}: {column}: found '{value}', expected nothing, as bound is none"
    ]


def test_a_target_again_under_another_id_is_refused(tables, faults):
    row, cells = copy_of(tables, NUMBERED)
    again = (
        f"{row}: name_zh: found '{cells['name_zh']}' again, expected a name that no other target with this number has"
    )
    assert faults("targets", (row, cells)) == [again]
    # Another name, another number or another plan: it is another target.
    assert faults("targets", (row, cells | {"name_zh": "另一项"})) == []
    assert faults("targets", (row, cells | {"printed": "2万家"})) == []
    assert faults("targets", (row, cells | {"plan_id": "sd-2023", "target_id": "sd-2023-x", "area": ""})) == []


def test_a_quote_of_a_target_without_a_number_is_its_own(tables, faults):
    row, cells = copy_of(tables, QUALITATIVE, name_zh="另一项")
    assert faults("targets", (row, cells)) == [
        f"{row}: quote: found '{cells['quote']}' again, expected words that no other target without a number has"
    ]
    # Nor is it another's where one has a number, the source is another, or there is no quote.
    assert faults("targets", (row, cells | {"source_id": "sd-plan-2024-official"})) == []
    reference = {"source_id": "sd-plan-2024-official", "quote": ""}
    assert faults("targets", (row, cells | reference), (row + 1, cells | reference | {"name_zh": "又一项"})) == []
    quote = tables["targets"].loc[target(tables, NUMBERED), "quote"]
    assert faults("targets", (row, cells | {"quote": quote})) == []


@pytest.mark.parametrize("column", ["file", "first_line", "last_line"])
def test_a_seed_has_a_file_and_lines_and_a_reference_has_none(tables, faults, column):
    seed = row_of(tables, "sources", source_id="dzrb-2024-06-notice")
    reference = row_of(tables, "sources", source_id="weifang-2023")
    nothing, something = ("", "x") if column == "file" else (None, 7)
    assert faults("sources", (seed, {column: nothing})) == [
        f"{seed}: {column}: found nothing, expected a value, as the source is a seed"
    ]
    assert faults("sources", (reference, {column: something})) == [
        f"{reference}: {column}: found '{something}', expected nothing, as the source is a reference"
    ]


def test_a_reference_has_an_address_and_a_reliability(tables, faults):
    reference = row_of(tables, "sources", source_id="weifang-2023")
    seed = row_of(tables, "sources", source_id="dzrb-2024-06-notice")
    for column in ("url", "reliability"):
        assert faults("sources", (reference, {column: ""})) == [
            f"{reference}: {column}: found nothing, expected a value, as the source is a reference"
        ]
    assert faults("sources", (seed, {"reliability": "news"})) == [
        f"{seed}: reliability: found 'news', expected nothing, as the source is a seed"
    ]
    # What a source is, a curator may not have typed yet.
    assert faults("sources", (seed, {"kind": ""})) == []
    # A seed may have one too.
    assert faults("sources", (seed, {"url": "https://example.org/"})) == []


@pytest.mark.parametrize(
    ("published", "date", "holds"),
    [
        ("2024", "2024", True),
        ("2024", "2024-12-31", True),
        ("2024", "2025", False),
        ("2024-06", "2024", True),
        ("2024-06", "2024-06-30", True),
        ("2024-06", "2024-07", False),
        ("2024-06-14", "2024-06-14", True),
        ("2024-06-14", "2024-06-15", False),
        ("", "2099", True),
    ],
)
@pytest.mark.parametrize(
    ("name", "column"), [("collection", "period_end"), ("outcomes", "as_of"), ("population", "as_of")]
)
def test_nothing_is_known_of_a_time_after_its_source(tables, name, column, published, date, holds):
    row = int(tables[name].query("source_id != 'dzrb-2024-06-notice'").index[-1])
    source = tables[name].loc[row, "source_id"]
    sources = tables["sources"].copy()
    sources.loc[sources["source_id"] == source, "published"] = published
    frame = (
        tables[name]
        .loc[[row]]
        .assign(**{column: date, "period_start": "2000"} if "period" in column else {column: date})
    )
    frames = {**tables.frames, "sources": sources, name: frame}
    lines = [str(line) for line in rules.problems(dataclasses.replace(tables, frames=frames)) if line.column == column]
    expected = (
        f"{tables.path(name)}:{row}: {column}: found '{date}', expected a date not after its source ({published})"
    )
    assert lines == ([] if holds else [expected])


def test_a_correction_names_a_file_and_a_column_that_exist(faults):
    assert faults("errata", (2, {"file": "data/plan/none.csv"}))[0].startswith(
        "2: file: found 'data/plan/none.csv', expected one of data/evidence/"
    )
    assert faults("errata", (2, {"column": "colour"})) == [
        "2: column: found 'colour', expected a column of data/blood/collection.csv, or nothing"
    ]
    assert faults("errata", (2, {"column": ""})) == []
    assert faults("errata", (2, {"file": "data/plan/plans.csv", "column": "place"})) == []


def test_a_word_and_a_unit_together_say_one_measure(tables, faults):
    row = row_of(tables, "measures", measure="platelet_donations")
    (line,) = faults("measures", (row, {"words": "全血"}))
    assert line == (
        f"{row}: words: found '全血', expected words that whole_blood_donations, of the same unit, does not have"
    )
    # 血小板 is of doses too; within one row a word may stand twice.
    assert faults("measures", (row, {"words": "血小板|血小板"})) == []
    assert faults("measures", (row, {"words": "血小板|"})) == [
        f"{row}: words: found '血小板|', expected words with | between"
    ]


def test_an_outcome_is_in_the_unit_of_its_target_and_not_before_the_plan(tables, faults):
    row = row_of(tables, "outcomes", outcome_id="national-key-labs-2024")
    assert faults("outcomes", (row, {"unit": "person"})) == [
        f"{row}: unit: found 'person', expected 'count', the unit of sd-2024-national-key-labs"
    ]
    assert faults("outcomes", (row, {"as_of": "2023-12"})) == [
        f"{row}: as_of: found '2023-12', expected a date not before the plan's period (2024)"
    ]
    assert faults("outcomes", (row, {"as_of": "2024"})) == faults("outcomes", (row, {"as_of": "2024-01-01"})) == []


@pytest.mark.parametrize(
    "empty", [["printed"], ["value"], ["unit"], ["printed", "value"], ["printed", "unit"], ["value", "unit"]]
)
def test_an_outcome_has_printed_value_and_unit_or_none_of_them(tables, faults, empty):
    row = row_of(tables, "outcomes", outcome_id="national-key-labs-2024")
    lines = faults("outcomes", (row, {column: None if column == "value" else "" for column in empty}))
    assert (
        f"{row}: value: found some of printed, value and unit, "
        "expected all three, or none for an outcome without a number"
    ) in lines


def test_an_outcome_without_a_number_answers_a_target_without_one(tables, faults):
    row = row_of(tables, "outcomes", outcome_id="national-key-labs-2024")
    nothing = {"printed": "", "value": None, "unit": ""}
    assert faults("outcomes", (row, nothing)) == [
        f"{row}: printed: found nothing, expected a number, as sd-2024-national-key-labs has one"
    ]
    assert faults("outcomes", (row, nothing | {"target_id": QUALITATIVE})) == []
    # A number may answer it too, in any unit.
    assert faults("outcomes", (row, {"target_id": QUALITATIVE})) == []


def test_a_measure_word_is_of_one_unit_and_is_never_empty(tables, faults):
    dose = row_of(tables, "units", unit="dose")
    assert faults("units", (dose, {"words": "个治疗量||治疗量"})) == [
        f"{dose}: words: found '个治疗量||治疗量', expected words with | between"
    ]
    (line,) = faults("units", (dose, {"words": "人次"}))
    assert line.endswith("words: found '人次', expected a measure word of one unit only (donation has it)")
    # Twice in one row says nothing false.
    assert faults("units", (dose, {"words": "个治疗量|个治疗量"})) == []


def test_a_fixed_word_holds_a_numeral(faults):
    assert faults("fixed_words", (2, {"word": "进步"})) == [
        "2: word: found '进步', expected a word that holds a numeral"
    ]
    assert faults("fixed_words", (2, {"word": "参与"})) == []


@pytest.mark.parametrize(("area", "position"), [("innovation", 0), ("opening", 7), ("parks", 4)])
def test_the_areas_of_each_plan_are_numbered_from_1_without_a_gap(tables, faults, area, position):
    row = row_of(tables, "areas", plan_id="sd-2024", area=area)
    first = row_of(tables, "areas", plan_id="sd-2024", area="innovation")
    found = {"innovation": "0, 2, 3, 4, 5, 6", "opening": "1, 2, 3, 4, 5, 7", "parks": "1, 2, 3, 4, 4, 6"}[area]
    assert faults("areas", (row, {"position": position})) == [
        f"{first}: position: found {found}, expected 1 to 6 for sd-2024"
    ]


@pytest.mark.parametrize(
    ("counts", "value", "expected"),
    [
        ("areas", 5, "found 5, expected 6, the rows of data/plan/areas.csv for areas"),
        ("industries:future", 8, "found 8, expected 7, the rows of data/plan/industries.csv for industries:future"),
    ],
)
def test_a_stated_count_is_that_of_the_rows(tables, faults, counts, value, expected):
    row = row_of(tables, "stated_counts", plan_id="sd-2024", counts=counts)
    assert faults("stated_counts", (row, {"value": value})) == [f"{row}: value: {expected}"]


def test_a_stated_count_of_what_a_plan_does_not_list_stands_alone(tables, faults):
    tasks = row_of(tables, "stated_counts", plan_id="sd-2024", counts="tasks")
    other = row_of(tables, "stated_counts", plan_id="sd-2023", counts="tasks")
    assert faults("stated_counts", (tasks, {"value": 99})) == []
    assert faults("stated_counts", (other, {"counts": "industries:future"})) == []
