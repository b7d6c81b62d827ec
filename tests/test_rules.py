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
    (line,) = faults("targets", (row, cells))
    assert line == (
        f"{row}: name_zh: found '{cells['name_zh']}' again, expected a name that no other target with this number has"
    )


@pytest.mark.parametrize("cells", [{"source_id": "sd-plan-2024-official"}, {"name_zh": "另一项"}, {"printed": "1个"}])
def test_a_target_of_another_source_name_or_wording_is_another(tables, faults, cells):
    assert faults("targets", copy_of(tables, NUMBERED, note="", **cells)) == []


def test_a_quote_of_a_target_without_a_number_is_its_own(tables, faults):
    row, cells = copy_of(tables, QUALITATIVE)
    assert faults("targets", (row, cells)) == [
        f"{row}: quote: found '{cells['quote']}' again, expected words that no other target without a number has"
    ]
    # Nor is it another's where one has a number, the source is another, or there is no quote.
    assert faults("targets", (row, cells | {"source_id": "sd-plan-2024-official"})) == []
    reference = {"source_id": "sd-plan-2024-official", "quote": ""}
    assert faults("targets", (row, cells | reference), (row + 1, cells | reference)) == []
    quote = tables["targets"].loc[target(tables, NUMBERED), "quote"]
    assert faults("targets", (row, cells | {"quote": quote})) == []


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


def test_the_areas_of_each_plan_are_numbered_from_1(tables, faults):
    row = row_of(tables, "areas", plan_id="sd-2024", area="innovation")
    assert faults("areas", (row, {"position": 0})) == [
        f"{row}: position: found 0, 2, 3, 4, 5, 6, expected 1 to 6 for sd-2024"
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
