"""The picture test finds what it is to find, and finds nothing in a sound picture."""

import pandas as pd
import pytest
from pictures import figure_problems, problems

from analysis.charts import base
from analysis.charts.base import SMALL, Chart, Sheet, label, mark
from analysis.charts.plan import commitments
from analysis.displays.base import Table
from analysis.language import Words
from analysis.palette import BLUE, PALE
from analysis.targets import overview


def drawn(body) -> list[str]:
    """What is wrong with a small picture whose body is drawn so; its title and source are sound."""

    def whole(sheet: Sheet) -> float:
        body(sheet)
        return 1.5

    behind = Table("x", "en", "A title", pd.DataFrame(), "Source: none", [], [])
    chart = Chart(**vars(behind), subtitle="a subtitle", alt="", body=whole)
    return problems(chart)


INSIDE = {"gap": 0, "ha": "center", "bbox": None}  # a label on a bar


def axes(sheet: Sheet):
    return sheet.axes(0.5, 0.1, 4, 1, xlim=(0, 10), ylim=(0, 10), xticks=[], yticks=[])


def test_a_sound_picture_has_no_problem():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        mark(own, 5, 5, "o", BLUE)
        label(own, 5, 5, "five")
        own.axvline(9, color=BLUE)
        own.barh(2, 4, 2, color=BLUE)
        label(own, 2, 2, "4", **INSIDE, color="white")

    assert drawn(body) == []


@pytest.mark.parametrize("x", [-1.5, 6.8])
def test_a_text_beyond_the_edge_is_found(x):
    (found,) = drawn(lambda sheet: sheet.text(x, 0.5, "far beyond the edge"))
    assert "cut off" in found


def test_two_texts_on_each_other_are_found():
    def body(sheet: Sheet) -> None:
        sheet.text(1, 0.5, "one text")
        sheet.text(1.2, 0.55, "another")

    assert drawn(body) == ["text 'one text' lies on text 'another'"]


@pytest.mark.parametrize("line", ["axvline", "axhline", "grid", "plot", "vlines"])
def test_a_line_through_a_text_is_found(line):
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        draw = {"axvline": (5,), "axhline": (5,), "grid": (), "plot": ([0, 10], [0, 10]), "vlines": (5, 0, 10)}
        own.set(xticks=[5], xticklabels=[""]) if line == "grid" else None
        getattr(own, line)(*draw[line])
        own.text(5, 5, "five", ha="center", va="center", size=SMALL)

    (found,) = drawn(body)
    assert "goes through text 'five'" in found


def test_a_line_under_a_text_on_paper_is_no_problem():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        own.axhline(5, zorder=1)
        label(own, 5, 5, "five")

    assert drawn(body) == []


def test_a_line_over_a_text_on_paper_is_found():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        own.axhline(5, zorder=9)
        label(own, 5, 5, "five")

    (found,) = drawn(body)
    assert "goes through text 'five'" in found


def test_a_text_on_a_mark_is_found():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        mark(own, 5, 5, "o", BLUE)
        label(own, 5, 5, "five", gap=1)

    (found,) = drawn(body)
    assert "text 'five' lies on a mark" in found


def test_a_text_across_the_end_of_a_bar_is_found():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        own.barh(5, 5, 3, color=BLUE)
        label(own, 5, 5, "five", **INSIDE)

    (found,) = drawn(body)
    assert "text 'five' lies on a mark" in found


def test_a_dark_text_inside_a_dark_bar_is_found():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        own.barh(5, 5, 3, color=BLUE)
        label(own, 2.5, 5, "five", **INSIDE)

    (found,) = drawn(body)
    assert "does not stand out" in found


def test_a_text_under_a_mark_or_under_other_axes_is_found():
    def body(sheet: Sheet) -> None:
        own = axes(sheet)
        own.text(2, 5, "one", zorder=1)
        own.barh(5, 5, 4, color=PALE, zorder=2)
        own.text(8, 5, "two")
        sheet.axes(2.5, 0.1, 3, 1, xticks=[], yticks=[], zorder=2)

    found = drawn(body)
    assert any("text 'one' lies on a mark" in line for line in found)
    assert "text 'two' is covered" in found


@pytest.mark.parametrize("value", [10.2, 18.04, -3])
def test_a_mark_outside_its_axes_is_found(value):
    (found,) = drawn(lambda sheet: mark(axes(sheet), value, 5, "o", BLUE))
    assert "outside its axes" in found


def test_a_line_outside_its_axes_is_found():
    (found,) = drawn(lambda sheet: axes(sheet).plot([1, 12], [5, 6]))
    assert "outside its axes" in found


def test_a_text_under_nine_pixels_is_found():
    (found,) = drawn(lambda sheet: sheet.text(1, 0.5, "tiny", size=6.5))
    assert found == "text 'tiny' is 8.7 px high, expected at least 9"


def test_an_axis_too_narrow_for_its_labels_is_found():
    def body(sheet: Sheet) -> None:
        sheet.axes(0.5, 0.1, 0.5, 0.8, xlim=(0, 10), yticks=[], xticks=[2, 5], xticklabels=["twenty", "fifty"])

    (found,) = drawn(body)
    assert "text 'twenty' lies on text 'fifty'" in found


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", base.WIDTHS)
def test_each_chart_reads_without_a_stumble(tables, lang, width):
    words = Words(tables, lang)
    for chart in [commitments(overview(tables, "sd-2024"), words)]:
        assert problems(chart, width) == []


def test_the_figure_of_another_hand_is_judged_too():
    assert figure_problems(base.Figure(figsize=(3, 1))) == []
