"""Where labels go: beside their own mark, clear of what is there, and where no reader takes them for another's."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.transforms import Bbox

from analysis.charts import rates
from analysis.charts.base import SMALL, Sheet
from analysis.charts.placing import APART, HEIGHT, write_labels
from analysis.charts.typesetting import measure
from analysis.donations import rate_panel
from analysis.language import Words


@pytest.fixture
def place():
    """Write labels on axes of 4 by 3 inches, an inch a unit, and return the box of each in those units, y upwards."""

    def written(marks, labels, lines=()) -> list[Bbox]:
        sheet = Sheet("wide", "Title", "subtitle", "")
        axes = sheet.axes(0, 0, 4, 3, xlim=(0, 4), ylim=(0, 3))
        before = len(sheet.page.texts)
        write_labels(sheet, axes, Bbox([(0, 0), (4, 3)]), np.array(marks, float), lines, labels)
        boxes = []
        for text in sheet.page.texts[before:]:
            x, y = text.get_position()
            middle = 3 - (y - 0.36 * SMALL / 72)
            width = measure(text.get_text(), SMALL, text.get_weight())
            boxes.append(Bbox([(x, middle - HEIGHT / 2), (x + width, middle + HEIGHT / 2)]))
        return boxes

    return written


def apart(box: Bbox, point) -> float:
    return math.dist(point, np.clip(point, box.min, box.max))


def said(x: float, y: float, text: str) -> tuple:
    return x, y, text, "#000000", "regular"


def test_a_label_stands_right_of_its_mark_where_nothing_is(place):
    (box,) = place([(1, 1)], [said(1, 1, "12.2")])
    assert box.x0 == pytest.approx(1.09)
    assert (box.y0 + box.y1) / 2 == pytest.approx(1)


def test_a_label_stays_inside_and_keeps_off_marks_lines_and_other_labels(place):
    marks = [(3.9, 1), (3.6, 1), (3.9, 1.1)]
    line = np.array([(0, 0.8), (4, 0.8)])
    boxes = place(marks, [said(x, y, "Somewhere 12.2") for x, y in marks], [line])
    for n, box in enumerate(boxes):
        assert 0 <= box.x0 <= box.x1 <= 4 + 1e-9
        assert not box.count_overlaps([Bbox([(x - 0.08, y - 0.08), (x + 0.08, y + 0.08)]) for x, y in marks])
        assert not box.count_overlaps(boxes[:n])
        assert not box.y0 < 0.8 < box.y1


CROWD = [(1, 1.15), (1, 1), (1, 0.96)]
LINE = np.array([(0.65, 0.86), (1, 1), (1.35, 0.84)])


def test_a_label_does_not_stand_beside_another_mark_when_it_can_stand_elsewhere(place):
    _, box = place(CROWD, [said(1, 1.15, "Dongying"), said(1, 1, "China 12.2")], [LINE])
    assert apart(box, CROWD[0]) >= min(APART, apart(box, CROWD[1]))
    assert apart(box, CROWD[1]) < 0.3


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_mark_of_a_rate_covers_another(tables, width):
    panel = rate_panel(tables["collection"], tables["population"])
    figure = rates.rates(panel, tables["benchmarks"].iloc[:0], Words(tables), "dongying").figure(width)
    (axes,) = [each for each in figure.axes if each.get_label() == "0"]
    marks = [line for line in axes.lines if line.get_marker() not in ("None", "", None)]
    points = {tuple(np.round(axes.transData.transform(line.get_xydata())[0] / figure.dpi, 3)) for line in marks}
    assert len(points) * 2 == len(marks)  # each has a rim
    assert min(math.dist(one, other) for one in points for other in points if one != other) > 0.115


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_marks_of_many_places_in_one_year_stay_on_their_axes(tables, width):
    panel = rate_panel(tables["collection"], tables["population"])
    rows = panel[panel["printed_rate"].notna()].drop_duplicates("place")
    crowd = rows.assign(period_start="2024", period_end="2024", printed_rate=12.0)
    chart = rates.rates(pd.concat([panel, crowd]), tables["benchmarks"].iloc[:0], Words(tables), "dongying")
    figure = chart.figure(width)
    (axes,) = [each for each in figure.axes if each.get_label() == "0"]
    years = [line.get_xdata()[0] for line in axes.lines if line.get_marker() not in ("None", "", None)]
    assert axes.get_xlim()[0] < min(years) <= max(years) < axes.get_xlim()[1]
