"""The tables of a plan, the list of its industries and its headline say what their rows say, whatever these are."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import provenance, targets
from analysis.displays import plan as displays
from analysis.displays.base import Headline, Text
from analysis.language import Words

ANOTHER = Path(__file__).parent / "another_page"


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


# Two plans.


def test_a_pair_is_one_row_with_number_and_commitment_in_either_plan(pairs, words):
    shown = displays.pairs(pairs, words)
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
    assert displays.pairs(pairs, each).bundle() == displays.pairs(pairs[::-1], each).bundle()


def test_plans_without_a_pair_are_said_in_a_line(pairs, each):
    assert isinstance(displays.pairs(pairs.head(0), each), Text)


# Tables, list and headline.


def test_the_table_of_targets_gives_each_number_in_words_of_the_language(rows, each):
    shown = displays.table(rows, each, "targets")
    assert len(shown.frame) == len(shown.places) == 25
    assert all(place.startswith("words-") for place in shown.places)
    column, expected = {"en": ("number", "CNY 2.9 trillion"), "zh": ("原文", "2.9万亿元左右")}[each.lang]
    assert expected in set(shown.frame[column])
    if each.lang == "en":
        assert not shown.frame["outcome"].str.contains("[一-鿿]").any()


def test_the_reason_of_a_status_is_in_the_language(rows, tables):
    for lang, column in (("en", "reason"), ("zh", "理由")):
        reasons = displays.table(rows, Words(tables, lang), "targets").frame[column]
        assert (reasons != "").sum() == 13
        assert reasons[reasons != ""].str.contains("[一-鿿]").all() == (lang == "zh")


@pytest.mark.parametrize("name", ["targets", "qualitative", "left-out", "unpaired"])
def test_a_table_without_a_row_is_a_line(rows, each, name):
    assert isinstance(displays.table(rows.head(0), each, name), Text)


@pytest.mark.parametrize(("name", "count"), [("qualitative", 5), ("left-out", 4), ("unpaired", 7)])
def test_the_other_tables_have_their_rows_and_no_empty_column(tables, each, name, count):
    frame = {
        "qualitative": targets.qualitative(tables, "sd-2024"),
        "left-out": targets.left_out(tables, "sd-2024"),
        "unpaired": targets.unpaired(tables, "sd-2023", "sd-2024"),
    }[name]
    shown = displays.table(frame, each, name).frame
    assert len(shown) == count
    assert (shown != "").any().all()


def test_why_targets_have_no_pair_is_a_column_only_where_it_differs(tables, words):
    frame = targets.unpaired(tables, "sd-2023", "sd-2024")
    mixed = frame.assign(why=["unit", *frame["why"][1:]])
    assert ["why" in displays.table(rows, words, "unpaired").frame for rows in (frame, mixed)] == [False, True]


def listed(tables, words, frame=None) -> str:
    frame = targets.industries(tables, "sd-2024") if frame is None else frame
    return displays.industries(frame, targets.overlaps(frame, "以工业母机为重点。工业母机另见"), words).html


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
    shown = displays.headline(rows, each)
    assert [large for large, _ in shown.figures] == ["3", "5", "5", "12"]
    assert all(number in shown.sentences[0] for number in ("25", "3", "5", "12"))


@pytest.mark.parametrize(
    ("status", "figures"),
    [("met", ["25"]), ("not_met", ["0", "25"]), ("partly", ["0", "25"]), ("nothing_found", ["0", "25"])],
)
def test_the_headline_never_leaves_out_how_many_were_met(rows, words, status, figures):
    shown = displays.headline(rows.assign(status=status), words)
    assert [large for large, _ in shown.figures] == figures
    assert len(shown.sentences) == (1 if status in ("met", "not_met") else 2)


def test_a_plan_without_targets_has_no_headline(rows, words):
    assert displays.headline(rows.head(0), words) == Headline("en", [], [])


# Another province's plan for another year.


def test_groups_of_industries_that_this_page_has_not_come_last():
    other = provenance.check(ANOTHER)
    named = targets.industries(other, "yl-2031")
    html = displays.industries(named, targets.overlaps(named, ""), Words(other, "en")).html
    assert html.index("3 future industries") < html.index("5 pillar industries")


def test_the_table_of_targets_has_what_is_known_first_and_what_is_open_in_its_order(rows, words):
    shown = displays.table(rows, words, "targets")
    columns = ["area", "name", "number", "as printed", "bound", "commitment", "outcome", "as of"]
    assert list(shown.frame) == [*columns, "what became of it", "reason"]
    assert shown.title == "Numerical targets of Shandong for 2024 that the newspaper prints: 25"
    assert list(shown.frame["what became of it"][:4]) == ["met"] * 3 + ["partly comparable"]
    still_open = rows["name_en"][~rows["status"].isin(["met", "not_met", "partly"])]
    assert list(shown.frame["name"][-len(still_open) :]) == list(still_open)


def test_a_list_of_industries_is_headed_by_group(tables, words):
    frame = targets.industries(tables, "sd-2024").head(1)
    assert displays.industries(frame, targets.overlaps(frame, ""), words).html == "\n".join(
        [
            "<p>Industries of Shandong&#x27;s plan for 2024 that the newspaper prints: 1</p>",
            "<dl>",
            "<dt>1 emerging industries; 9 are stated (九大)</dt>",
            "<dd><ul>",
            '<li>New-generation information technology <span lang="zh">新一代信息技术</span></li>',
            "</ul></dd>",
            "</dl>",
        ]
    )
