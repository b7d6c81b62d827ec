"""Titles, subtitles and alt texts get their numbers from the rows drawn: each stands in the chart's own table."""

import json
from collections import Counter
from decimal import Decimal

import pytest
from conftest import ROOT

from analysis import claims, english
from analysis.outputs import MIME

CHARTS = [
    bundle
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
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
    columns = [list(column) for column in zip(*grid.rows, strict=True)]
    # How many rows there are, and how many of each kind ("no comparable outcome: …" is one, whatever the reason).
    counts = {len(grid.rows), *(n for column in columns for n in Counter(map(_kind, column)).values())}
    found = []
    for key in ("title", "subtitle", "alt"):
        for number in reader.numbers(bundle[key]):
            counted = (not number.unit and number.value in counts) or _adds_up(grid, number)
            if not counted and not any(claims.fits(number, cell, reader) for cell in cells):
                found.append(f"{key}: {bundle[key][number.start : number.end]}")
    return found


def _kind(cell: object) -> str:
    return str(cell).partition(":")[0]


def _adds_up(grid: claims.Grid, number: english.Number) -> bool:
    """Say whether a number is the sum of the rows of one unit: all donations of a day."""
    for name in grid.columns if "unit" in grid.columns else ():
        for unit in set(grid.column("unit", range(len(grid.rows)))):
            cells = grid.column(name, [n for n, row in enumerate(grid.rows) if row[grid.columns.index("unit")] == unit])
            if all(isinstance(cell, int | float) for cell in cells) and number.is_said_of(
                Decimal(repr(sum(cells))), {number.unit}
            ):
                return True
    return False


@pytest.mark.parametrize("bundle", [pytest.param(bundle, id=bundle["name"]) for bundle in CHARTS])
def test_each_number_in_a_charts_words_stands_in_its_table(bundle, tables):
    assert not_in_the_table(bundle, english.Reader(tables["units"])) == []


def test_a_number_that_the_table_does_not_have_is_found(tables):
    bundle = CHARTS[0] | {"title": CHARTS[0]["title"] + " 123,457"}
    assert not_in_the_table(bundle, english.Reader(tables["units"])) == ["title: 123,457"]
