"""The charts of a plan say what their rows say, whatever these are."""

import re
from pathlib import Path

import pandas as pd
import pytest
from pictures import problems

from analysis import provenance, targets
from analysis.charts import plan
from analysis.charts.base import WIDTHS, Chart
from analysis.displays.base import Text
from analysis.language import Words
from analysis.tables import Tables

ANOTHER = Path(__file__).parent / "another_page"
CHARTS = {"commitments": plan.commitments, "outcomes": plan.outcomes}


@pytest.fixture
def rows(tables) -> pd.DataFrame:
    return targets.overview(tables, "sd-2024")


@pytest.fixture
def words(tables) -> Words:
    return Words(tables, "en")


@pytest.fixture(params=["en", "zh"])
def each(request, tables) -> Words:
    """The words of each language."""
    return Words(tables, request.param)


@pytest.fixture
def frames(rows) -> dict[str, pd.DataFrame]:
    return {"commitments": rows, "outcomes": rows}


def texts(chart: Chart, width: str = "wide") -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", chart.svg(width)))


# Both.


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_chart_reads_without_a_stumble(frames, each, name, width):
    assert problems(CHARTS[name](frames[name], each), width) == []


@pytest.mark.parametrize("name", CHARTS)
def test_the_order_of_rows_changes_nothing(frames, each, name):
    one, other = (CHARTS[name](frame, each) for frame in (frames[name], frames[name][::-1]))
    assert one.bundle() == other.bundle()


@pytest.mark.parametrize("name", CHARTS)
def test_without_a_row_a_line_says_so(frames, each, name):
    shown = CHARTS[name](frames[name].head(0), each)
    assert isinstance(shown, Text)
    assert "nan" not in shown.html


@pytest.mark.parametrize("name", CHARTS)
def test_another_place_and_year_are_named_and_no_word_of_this_page(frames, words, name):
    frame = frames[name].assign(place="dongying", period_start="2019", period_end="2021")
    chart = CHARTS[name](frame, words)
    assert "Dongying" in chart.title
    assert "2019 to 2021" in chart.title
    assert not re.search("Shandong|202[34]", chart.title + chart.subtitle)


@pytest.mark.parametrize("name", CHARTS)
def test_the_alt_text_opens_with_the_finding_and_holds_numbers(frames, each, name):
    chart = CHARTS[name](frames[name], each)
    assert chart.alt.startswith(chart.title)
    assert len(re.findall(r"\d+", chart.alt.removeprefix(chart.title))) >= 3


# Commitments.


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (["met", "met"], "Shandong, 2024: 2 of 2 numerical targets reported as met"),
        (["met", "not_met"], "Shandong, 2024: 1 of 2 numerical targets reported as met, 1 as missed"),
        (["not_met", "nothing_found"], "Shandong, 2024: 0 of 2 numerical targets reported as met, 1 as missed"),
        (["met", "partly"], "Shandong, 2024: 1 of 2 numerical targets reported as met"),
        (["nothing_found", "not_comparable"], "Shandong, 2024: 0 of 2 numerical targets reported as met"),
    ],
)
def test_the_title_of_commitments_is_the_finding_that_holds(tables, rows, status, title):
    two = rows.head(2).assign(status=status)
    assert plan.commitments(two, Words(tables, "en")).title == title
    assert plan.commitments(two, Words(tables, "zh")).figure("narrow")


def test_targets_without_an_area_are_drawn_too(rows, words):
    bare = rows.assign(area="", area_position=pd.NA, area_zh="", area_en="")
    assert "no area" in texts(plan.commitments(bare, words))


def test_every_mark_of_the_rows_is_drawn(rows, words):
    svg = plan.commitments(rows.query("status == 'nothing_found'"), words).svg()
    # One for each target, one for each commitment and one for the outcome in the key.
    assert svg.count("<use") == 12 + 4 + 1


# Outcomes.


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (["met", "met"], "Shandong, 2024: of 2 outcomes 2 reached the target, 0 can be compared only in part"),
        (["met", "partly"], "Shandong, 2024: of 2 outcomes 1 reached the target, 1 can be compared only in part"),
        (
            ["partly", "not_met"],
            "Shandong, 2024: of 2 outcomes 0 reached the target, 1 fell short, 1 can be compared only in part",
        ),
        (
            ["not_met", "not_met"],
            "Shandong, 2024: of 2 outcomes 0 reached the target, 2 fell short, 0 can be compared only in part",
        ),
    ],
)
def test_the_title_of_outcomes_says_how_many_compare_and_fall_short(tables, rows, status, title):
    two = rows[rows["percent"].notna()].head(2).assign(status=status)
    assert plan.outcomes(two, Words(tables, "en")).title == title
    assert plan.outcomes(two, Words(tables, "zh")).figure("narrow")


@pytest.mark.parametrize("width", WIDTHS)
def test_outcome_target_and_percentage_stand_in_the_picture(rows, words, width):
    said = texts(plan.outcomes(rows, words), width)
    for number in ("214%", "125%", "187%", "155%", "137%", "124%", "100%", "12,000", "249", "273"):
        assert number in said


def test_what_is_not_drawn_is_counted(rows, words):
    assert "Not drawn, as nothing comparable was found: 17" in texts(plan.outcomes(rows, words))
    assert "Not drawn" not in texts(plan.outcomes(rows[rows["percent"].notna()], words))


def test_partly_comparable_outcomes_come_last_whatever_they_reached(rows, words):
    status = plan.outcomes(rows, words).frame["what became of it"].tolist()
    assert status == ["met"] * 3 + ["partly comparable"] * 5


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([99.6, 124.5], ["99.6%", "124.5%"]),
        ([100, 124.5], ["100%", "125%"]),
        ([99.97, 100], ["99.97%", "100.00%"]),
        ([0, 1290], ["0%", "1,290%"]),
    ],
)
def test_what_is_not_the_whole_is_never_written_as_the_whole(rows, words, values, said):
    two = rows[rows["percent"].notna()].head(2).assign(percent=values, status="not_met")
    chart = plan.outcomes(two, words)
    assert all(text in texts(chart) for text in said)
    assert all(problems(chart, width) == [] for width in WIDTHS)


def test_where_lower_is_better_the_name_says_so(rows, words):
    drawn = rows[rows["percent"].notna()].head(1).assign(direction="lower")
    assert "lower is better" in texts(plan.outcomes(drawn, words))


# Another province's plan for another year.


@pytest.fixture(scope="module")
def other() -> Tables:
    return provenance.check(ANOTHER)


def test_every_status_of_another_plan_has_its_own_mark(other):
    chart = plan.outcomes(targets.overview(other, "yl-2031"), Words(other, "en"))
    assert "met: 2 not met: 3 partly comparable: 1" in texts(chart)
    assert (
        chart.title == "Yunling, 2031: of 6 outcomes 2 reached the target, 3 fell short, 1 can be compared only in part"
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_another_plan_is_drawn_soundly(other, lang, width):
    words, rows = Words(other, lang), targets.overview(other, "yl-2031")
    charts = [plan.commitments(rows, words), plan.outcomes(rows, words)]
    for chart in charts:
        assert problems(chart, width) == []
        assert not re.search("Shandong|山东|202[34]|nan", chart.title + chart.subtitle + chart.alt + texts(chart))


def test_a_plan_that_no_page_prints_is_told_in_lines(other):
    words, rows = Words(other, "en"), targets.overview(other, "yl-2030")
    assert isinstance(plan.commitments(rows, words), Text)
    assert isinstance(plan.outcomes(rows, words), Text)
