"""Charts of the industries that a plan names."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import FancyBboxPatch

from analysis.charts.old.base import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PALE,
    PURPLE,
    SMALL,
    Canvas,
    Chart,
    Table,
    Words,
    wrap,
)
from analysis.tables import Tables

GROUP = {"traditional": ORANGE, "upgraded": BLUE, "emerging": GREEN, "future": PURPLE}


def tiles(tables: Tables, industries: pd.DataFrame, overlaps: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw each industry as a tile with its name in both languages, a column for each group.

    Args:
        tables: the checked tables.
        industries: rows of ``industries.csv`` of one plan.
        overlaps: as `targets.overlaps` returns it; its names are marked.
        lang: "en" or "zh", for everything but the tiles.
    """
    words = Words(tables, "industries", lang)
    groups = {group: rows for group, rows in industries.groupby("group", sort=False)}
    marks = {row.name_zh: "*" if row.how == "inside" else "†" for row in overlaps.itertuples()}
    marks |= {row.other: "*" for row in overlaps.itertuples() if row.how == "inside"}

    def tile(canvas: Canvas, x: float, y: float, width: float, row, colour: str) -> None:
        shape = {"boxstyle": "round,pad=0,rounding_size=0.05", "linewidth": 0}
        canvas.page.add_patch(FancyBboxPatch((x, y), width, 0.56, facecolor=PALE, **shape))
        canvas.page.add_patch(FancyBboxPatch((x, y), 0.05, 0.56, facecolor=colour, **shape))
        mark = marks.get(row.name_zh, "")
        canvas.text(x + 0.12, y + 0.13, f"{row.name_zh}{mark}", weight="bold", size=9.5)
        lines = wrap(row.name_en, width - 0.16, 8)
        canvas.text(x + 0.12, y + 0.24, "\n".join(lines), size=8, va="top", color=INK, linespacing=1.1)

    def body(canvas: Canvas) -> float:
        columns = 2 if canvas.narrow else 4
        width = (canvas.width - 0.1 * (columns - 1)) / columns
        tops = [0.0] * columns
        for n, (group, rows) in enumerate(groups.items()):
            column = n % columns
            x, y = column * (width + 0.1), max(tops) if n and column == 0 else tops[column]
            if column == 0:
                tops = [y] * columns
            name = tables.label("group", group, lang)
            canvas.text(x, y + 0.15, f"{name} · {len(rows)}", weight="bold", color=GROUP[group])
            y += 0.32
            for row in rows.itertuples():
                tile(canvas, x, y, width, row, GROUP[group])
                y += 0.62
            tops[column] = y + 0.12
        y = max(tops)
        for note in (words("mark_inside"), words("mark_elsewhere")):
            y += 0.05 + 0.16 * canvas.text(0, y, note, canvas.width, size=SMALL, color=MUTED, va="top")
        return y

    counts = {group: len(rows) for group, rows in groups.items()}
    table = words.columns(
        group=industries["group"].map(tables.labels("group", lang)),
        position=industries["position"],
        name_zh=industries["name_zh"],
        name_en=industries["name_en"],
        mark=industries["name_zh"].map(marks).fillna(""),
    )
    sums = " + ".join(map(str, counts.values()))
    return words.chart(body, table, industries["source_id"], n=len(industries), sums=sums)


def twice(tables: Tables, industries: pd.DataFrame, overlaps: pd.DataFrame, lang: str = "en") -> Table:
    """Return the industries that are named more than once, how, and whether code found it or we read it so."""
    words = Words(tables, "industries-twice", lang)
    frame = words.columns(
        name_zh=overlaps["name_zh"],
        name_en=overlaps["name_en"],
        how=overlaps["how"].map(tables.labels("how", lang)),
        other=overlaps["other"],
    )
    return words.table(frame, industries["source_id"])


def stated(tables: Tables, industries: pd.DataFrame, lang: str = "en") -> Table:
    """Return the counts that the article states beside the names it lists."""
    words = Words(tables, "industries-stated", lang)
    rows = tables["stated_counts"]
    rows = rows[rows["plan_id"].isin(industries["plan_id"]) & rows["counts"].str.startswith("industries:")]
    groups = rows["counts"].str.partition(":")[2]
    frame = words.columns(
        group=groups.map(tables.labels("group", lang)),
        printed=rows["printed"],
        stated=rows["value"].astype(int),
        listed=groups.map(industries["group"].value_counts()),
    )
    return words.table(frame, rows["source_id"])
