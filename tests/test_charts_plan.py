"""The charts and tables of a plan say what their rows say, whatever these are."""

import re
from pathlib import Path

import pandas as pd
import pytest
from pictures import problems

from analysis import provenance, targets
from analysis.charts import plan
from analysis.charts.base import WIDTHS, Chart
from analysis.charts.frames import Headline, Text
from analysis.language import Words
from analysis.tables import Tables

ANOTHER = Path(__file__).parent / "another_page"
CHARTS = {"commitments": plan.commitments, "outcomes": plan.outcomes}


@pytest.fixture
def rows(tables) -> pd.DataFrame:
    return targets.overview(tables, "sd-2024")


@pytest.fixture
def pairs(tables) -> pd.DataFrame:
    return targets.paired(tables, "sd-2023", "sd-2024")


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


# Two plans.


def test_a_pair_is_one_row_with_number_and_commitment_in_either_plan(pairs, words):
    shown = plan.pairs(pairs, words)
    assert list(shown.frame)[:3] == ["name", "2023", "2024"]
    assert shown.title == "Targets of Shandong that the plans for 2023 and 2024 share: 3"
    cells = {row[0]: list(row[1:]) for row in shown.frame.itertuples(index=False, name=None)}
    assert cells["Provincial-or-above green factories added"] == [
        "about 100 (no commitment word)",
        "200 (strive)",
        "asks for more",
        "changed, not ranked",
    ]
    assert len(shown.frame) == 3


def test_the_order_of_rows_changes_no_table_of_pairs(pairs, each):
    assert plan.pairs(pairs, each).bundle() == plan.pairs(pairs[::-1], each).bundle()


def test_plans_without_a_pair_are_said_in_a_line(pairs, each):
    assert isinstance(plan.pairs(pairs.head(0), each), Text)


# Tables, list and headline.


def test_the_table_of_targets_gives_each_number_in_words_of_the_language(rows, each):
    shown = plan.table(rows, each, "targets")
    assert len(shown.frame) == len(shown.places) == 25
    assert all(place.startswith("words-") for place in shown.places)
    column, expected = {"en": ("number", "CNY 2.9 trillion"), "zh": ("原文", "2.9万亿元左右")}[each.lang]
    assert expected in set(shown.frame[column])
    if each.lang == "en":
        assert not shown.frame["outcome"].str.contains("[一-鿿]").any()


def test_the_reason_of_a_status_is_in_the_language(rows, tables):
    for lang, column in (("en", "reason"), ("zh", "理由")):
        reasons = plan.table(rows, Words(tables, lang), "targets").frame[column]
        assert (reasons != "").sum() == 13
        assert reasons[reasons != ""].str.contains("[一-鿿]").all() == (lang == "zh")


@pytest.mark.parametrize("name", ["targets", "qualitative", "left-out", "unpaired"])
def test_a_table_without_a_row_is_a_line(rows, each, name):
    assert isinstance(plan.table(rows.head(0), each, name), Text)


@pytest.mark.parametrize(("name", "count"), [("qualitative", 5), ("left-out", 4), ("unpaired", 7)])
def test_the_other_tables_have_their_rows_and_no_empty_column(tables, each, name, count):
    frame = {
        "qualitative": targets.qualitative(tables, "sd-2024"),
        "left-out": targets.left_out(tables, "sd-2024"),
        "unpaired": targets.unpaired(tables, "sd-2023", "sd-2024"),
    }[name]
    shown = plan.table(frame, each, name).frame
    assert len(shown) == count
    assert (shown != "").any().all()


def test_why_targets_have_no_pair_is_a_column_only_where_it_differs(tables, words):
    frame = targets.unpaired(tables, "sd-2023", "sd-2024")
    mixed = frame.assign(why=["unit", *frame["why"][1:]])
    assert ["why" in plan.table(rows, words, "unpaired").frame for rows in (frame, mixed)] == [False, True]


def listed(tables, words, frame=None) -> str:
    frame = targets.industries(tables, "sd-2024") if frame is None else frame
    return plan.industries(frame, targets.overlaps(frame, "以工业母机为重点。工业母机另见"), words).html


def test_industries_are_listed_by_group_with_both_counts_and_overlaps(tables, words):
    html = listed(tables, words)
    assert html.count("<li>") == 31
    assert "9 upgraded industries, as stated (九大)" in html
    assert re.search(r"汽车</span> <small>part of another name \(an overlap by our reading\): 新能源汽车<", html)
    assert re.search(r"工业母机</span> <small>also named elsewhere in the text", html)
    assert html.index("traditional") < html.index("upgraded") < html.index("emerging") < html.index("future ind")


def test_industries_without_stated_counts_are_listed_alone(tables, words):
    frame = targets.industries(tables, "sd-2024").assign(stated=pd.NA, stated_printed="")
    html = listed(tables, words, frame)
    assert "7 future industries<" in html
    assert "stated" not in html
    assert "7 future industries; 8 are stated ()" in listed(tables, words, frame.assign(stated=8))
    assert "names no industry" in listed(tables, words, frame.head(0))


def test_names_of_industries_are_escaped(tables, words):
    frame = targets.industries(tables, "sd-2024").assign(name_en="<script>")
    assert "<script>" not in listed(tables, words, frame)


def test_the_figures_of_the_headline_add_up_to_all_targets(rows, each):
    sentences, figures = plan.headline(rows, each)
    assert [large for large, _ in figures] == ["3", "5", "5", "12"]
    assert all(number in sentences[0] for number in ("25", "3", "5", "12"))
    assert Headline(each.lang, sentences, figures)


@pytest.mark.parametrize(
    ("status", "figures"),
    [("met", ["25"]), ("not_met", ["0", "25"]), ("partly", ["0", "25"]), ("nothing_found", ["0", "25"])],
)
def test_the_headline_never_leaves_out_how_many_were_met(rows, words, status, figures):
    sentences, found = plan.headline(rows.assign(status=status), words)
    assert [large for large, _ in found] == figures
    assert len(sentences) == (1 if status in ("met", "not_met") else 2)


def test_a_plan_without_targets_has_no_headline(rows, words):
    assert plan.headline(rows.head(0), words) == ([], [])


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
    assert plan.headline(rows, words) == ([], [])


def test_groups_of_industries_that_this_page_has_not_come_last(other):
    named = targets.industries(other, "yl-2031")
    html = plan.industries(named, targets.overlaps(named, ""), Words(other, "en")).html
    assert html.index("3 future industries") < html.index("5 pillar industries")
