"""Titles, subtitles and alt texts get their numbers from the rows drawn: each stands in the chart's own table."""

import json
from collections import Counter

import pytest
from conftest import ROOT

from analysis import claims, english
from analysis.charts.frames import MIME

CHARTS = [
    (path.stem, bundle, notebook)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    for notebook in [json.loads(path.read_text(encoding="utf-8"))]
    for cell in notebook["cells"]
    for output in cell.get("outputs", [])
    if (bundle := output.get("data", {}).get(MIME, {})).get("kind") == "chart"
]


def not_in_the_table(bundle: dict, reader: english.Reader) -> list[str]:
    """The numbers of a chart's words that are no cell of its table, rounded as shown, and count no rows of it."""
    (grid,) = claims.shown({"cells": [{"outputs": [{"data": {MIME: bundle}}]}]})
    cells = [
        claims.Cell(grid, at, name, cell)
        for at, row in enumerate(grid.rows)
        for name, cell in zip(grid.columns, row, strict=True)
    ]
    counts = {len(grid.rows), *(n for column in zip(*grid.rows, strict=True) for n in Counter(column).values())}
    found = []
    for key in ("title", "subtitle", "alt"):
        for number in reader.numbers(bundle[key]):
            counted = not number.unit and number.value in counts
            if not counted and not any(claims.fits(number, cell, reader) for cell in cells):
                found.append(f"{key}: {bundle[key][number.start : number.end]}")
    return found


@pytest.mark.parametrize("bundle", [chart[1] for chart in CHARTS], ids=lambda bundle: bundle["name"])
def test_each_number_in_a_charts_words_stands_in_its_table(bundle, tables):
    assert not_in_the_table(bundle, english.Reader(tables["units"])) == []
