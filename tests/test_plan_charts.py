"""The charts of a plan say what their rows say, whatever these are."""

import pytest

from analysis.charts import plan
from analysis.charts.frames import Text
from analysis.language import Words
from analysis.targets import overview


@pytest.fixture
def rows(tables):
    return overview(tables, "sd-2024")


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (["met", "met"], "Shandong met all of its 2 targets for 2024"),
        (["met", "not_met"], "Shandong met 1 of 2 targets for 2024 and missed 1"),
        (["not_met", "nothing_found"], "Shandong met 0 of 2 targets for 2024 and missed 1"),
        (["met", "nothing_found"], "Shandong met 1 of 2 targets for 2024; 1 has no comparable outcome"),
        (["met", "partly"], "Shandong met 1 of 2 targets for 2024"),
        (
            ["nothing_found", "not_comparable"],
            "No outcome was found that compares with any of Shandong's 2 targets for 2024",
        ),
        (
            ["nothing_found", "partly"],
            "No outcome was found that fully compares with any of Shandong's 2 targets for 2024",
        ),
    ],
)
def test_the_title_is_the_finding_that_holds(tables, rows, status, title):
    two = rows.head(2).assign(status=status)
    assert plan.commitments(two, Words(tables, "en")).title == title
    assert plan.commitments(two, Words(tables, "zh")).figure("narrow")


def test_another_place_and_year_are_named(tables, rows):
    other = rows.assign(place="dongying", period_start="2019", period_end="2021")
    chart = plan.commitments(other, Words(tables, "en"))
    assert chart.title.startswith("Dongying met 3 of 25 targets for 2019 to 2021")
    assert "Shandong" not in chart.title + chart.subtitle + chart.alt


def test_targets_without_an_area_are_drawn_too(tables, rows):
    bare = rows.assign(area="", area_zh="", area_en="")
    assert "no area" in plan.commitments(bare, Words(tables, "en")).svg()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_target_a_line_says_so(tables, rows, lang):
    assert isinstance(plan.commitments(rows.head(0), Words(tables, lang)), Text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_order_of_rows_changes_no_sentence(tables, rows, lang):
    one, other = (plan.commitments(frame, Words(tables, lang)) for frame in (rows, rows[::-1]))
    assert (one.title, one.subtitle, one.alt, one.source) == (other.title, other.subtitle, other.alt, other.source)


def test_every_mark_of_the_rows_is_drawn(tables, rows):
    svg = plan.commitments(rows.query("status == 'nothing_found'"), Words(tables, "en")).svg()
    # One for each target, one for each commitment and one for the outcome in the key.
    assert svg.count("<use") == 16 + 4 + 1
