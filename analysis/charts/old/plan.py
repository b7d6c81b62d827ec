"""Charts of a plan's targets."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis import language, quantities
from analysis.charts.old.base import (
    BLUE,
    COMMITMENT,
    INK,
    MUTED,
    ORANGE,
    RULE,
    SMALL,
    Canvas,
    Chart,
    Table,
    Words,
    measure,
)
from analysis.language import format_number
from analysis.tables import Tables
from analysis.targets import pace as spread
from analysis.targets import quantified, summary


def target_table(tables: Tables, targets: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw each quantified target as a row: number as printed, bound as a column, commitment as colour and shape.

    Args:
        tables: the checked tables.
        targets: as `targets.printed` returns them.
        lang: "en" or "zh".
    """
    words = Words(tables, "targets-table", lang)
    rows = quantified(targets)
    bounds = [bound for bound in tables.labels("bound") if bound in set(rows["bound"])]
    areas = _areas(tables, rows, lang)

    def wide_row(canvas: Canvas, row, y: float) -> float:
        colour, marker = COMMITMENT[row.commitment]
        columns = [canvas.width - 0.25 - 0.52 * (len(bounds) - 1 - n) for n in range(len(bounds))]
        printed_at = columns[0] - 0.35
        canvas.text(0, y + 0.12, getattr(row, f"name_{lang}"), size=SMALL)
        canvas.text(printed_at, y + 0.12, row.printed, size=SMALL, ha="right", color=MUTED if lang == "en" else INK)
        if lang == "en":
            number = say_target(tables, row, lang, bound=False)
            canvas.text(printed_at - 0.98, y + 0.12, number, size=SMALL, ha="right")
        canvas.page.plot([columns[0], columns[-1]], [y + 0.12] * 2, color=RULE, linewidth=0.6, zorder=1)
        canvas.page.plot(columns[bounds.index(row.bound)], y + 0.12, marker, color=colour, markersize=7.5, zorder=2)
        return y + 0.235

    def narrow_row(canvas: Canvas, row, y: float) -> float:
        colour, marker = COMMITMENT[row.commitment]
        canvas.page.plot(0.07, y + 0.14, marker, color=colour, markersize=6)
        lines = canvas.text(0.2, y + 0.05, getattr(row, f"name_{lang}"), canvas.width - 0.2, size=SMALL, va="top")
        y += 0.15 + 0.15 * lines
        canvas.text(0.2, y, say_target(tables, row, lang), size=SMALL, weight="bold", color=colour)
        if lang == "en":
            canvas.text(canvas.width, y, row.printed, size=SMALL, color=MUTED, ha="right")
        return y + 0.12

    def body(canvas: Canvas) -> float:
        y = _key(canvas, tables, rows, lang) + (0.12 if canvas.narrow else 0.32)
        if not canvas.narrow:
            for n, bound in enumerate(reversed(bounds)):
                x = canvas.width - 0.25 - 0.52 * n
                canvas.text(
                    x, y - 0.08, tables.label("bound", bound, lang), size=SMALL, color=MUTED, ha="center", va="baseline"
                )
            x = canvas.width - 0.6 - 0.52 * (len(bounds) - 1)
            if lang == "en":
                canvas.text(x - 0.98, y - 0.08, words("said"), size=SMALL, color=MUTED, ha="right", va="baseline")
            canvas.text(x, y - 0.08, words("printed"), size=SMALL, color=MUTED, ha="right", va="baseline")
        for area, name in areas.items():
            canvas.text(0, y + 0.16, name, weight="bold", size=SMALL)
            y += 0.31
            canvas.page.plot([0, canvas.width], [y - 0.02, y - 0.02], color=RULE, linewidth=0.8)
            for row in rows[rows["area"] == area].itertuples():
                y = (narrow_row if canvas.narrow else wide_row)(canvas, row, y)
        return y

    count = rows["commitment"].value_counts().reindex(tables.labels("commitment"), fill_value=0)
    return words.chart(body, _named(words, rows), rows["source_id"], n=len(rows), **count)


def commitments_by_area(tables: Tables, targets: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw one mark per quantified target, by area, in the colour and shape of its commitment."""
    words = Words(tables, "commitments-by-area", lang)
    rows = quantified(targets)
    counts = summary(targets, "commitment")
    areas = _areas(tables, rows, lang)
    names = {code: name for code, name in tables.labels("commitment", lang).items() if code in counts}

    def body(canvas: Canvas) -> float:
        y = _key(canvas, tables, rows, lang) + 0.22
        for area, name in areas.items():
            canvas.text(0, y, name, size=SMALL)
            x, at = (0.1, y + 0.23) if canvas.narrow else (2.3, y)
            for code in names:
                for _ in range(counts.loc[area, code]):
                    canvas.page.plot(x, at, COMMITMENT[code][1], color=COMMITMENT[code][0], markersize=9.5)
                    x += 0.29
            canvas.text(x + 0.02, at, str(counts.loc[area, "total"]), size=SMALL, color=MUTED)
            y += 0.52 if canvas.narrow else 0.34
        return y - 0.1

    table = words.columns(area=list(areas.values()), **{name: list(counts[code]) for code, name in names.items()})
    plain = int((counts["plain"] == counts["total"]).sum())
    told = words.listed(f"{name} {counts[code].sum()}" for code, name in names.items())
    return words.chart(body, table, rows["source_id"], m=plain, n=len(areas), told=told)


def bases(tables: Tables, targets: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw how many targets each basis has in each unit: what the numbers are counted over, and in what."""
    words = Words(tables, "bases", lang)
    rows = quantified(targets)
    names, units = tables.labels("basis", lang), tables.names("units", lang)
    symbols = tables["units"].set_index("unit")["symbol"]
    counts = pd.crosstab(rows["basis"], rows["unit"])
    counts = counts.reindex([code for code in names if code in counts.index])[rows["unit"].value_counts().index]

    def body(canvas: Canvas) -> float:
        gutter = 1.55 if canvas.narrow else 2.2
        step = min(0.85, (canvas.width - gutter - 0.3) / len(counts.columns))
        for n, unit in enumerate(counts.columns):
            head = (symbols[unit] if lang == "en" else "") or units[unit]
            canvas.text(gutter + step * (n + 0.5), 0.25, head, step, size=SMALL, color=MUTED, ha="center")
        for m, basis in enumerate(counts.index):
            y = 0.6 + 0.33 * m
            canvas.text(0, y, names[basis], size=SMALL)
            canvas.page.plot([gutter, gutter + step * len(counts.columns)], [y, y], color=RULE, linewidth=0.6, zorder=1)
            for n, count in enumerate(counts.loc[basis]):
                if count:
                    x = gutter + step * (n + 0.5)
                    canvas.page.plot(x, y, "o", color=BLUE, markersize=15, zorder=2)
                    canvas.text(x, y, str(count), size=SMALL, color="white", ha="center", weight="bold")
            total = str(counts.loc[basis].sum())
            canvas.text(gutter + step * len(counts.columns) + 0.12, y, total, size=SMALL, color=MUTED)
        return 0.6 + 0.33 * len(counts)

    whole_year = int(counts.loc[["new_in_year", "total_in_year"]].to_numpy().sum())
    table = words.columns(
        basis=[names[code] for code in counts.index], **{units[unit]: list(counts[unit]) for unit in counts}
    )
    told = words.listed(f"{names[code]} {count}" for code, count in counts.sum(axis=1).items())
    levels = int(counts.loc["level_at_year_end"].sum())
    return words.chart(body, table, rows["source_id"], flows=whole_year, n=len(rows), levels=levels, told=told)


def qualitative(tables: Tables, targets: pd.DataFrame, lang: str = "en") -> Table:
    """Return the promises without a number, with their words."""
    words = Words(tables, "qualitative", lang)
    rows = targets[targets["bound"] == "none"]
    areas = _areas(tables, rows, lang)
    frame = words.columns(
        rows_of="targets",
        area=rows["area"].map(areas),
        promise=rows[f"name_{lang}"],
        commitment=rows["commitment"].map(tables.labels("commitment", lang)),
        quote=rows["quote"],
    )
    return words.table(frame, rows["source_id"])


def rates(tables: Tables, targets: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw the targets in percent and in percentage points, each unit on an axis of its own."""
    words = Words(tables, "rates", lang)
    limits = {"percent": 100, "percentage_point": 6}
    rows = quantified(targets)
    rows = rows[rows["unit"].isin(limits)].sort_values("unit", kind="stable")

    def body(canvas: Canvas) -> float:
        y = 0.1
        gutter, step = (0.1, 0.52) if canvas.narrow else (3.25, 0.34)
        for unit, group in rows.groupby("unit", sort=False):
            canvas.text(0, y, words(unit), weight="bold", size=SMALL)
            axes = canvas.axes(gutter, y + 0.15, canvas.width - gutter - 0.35, step * len(group))
            axes.set(xlim=(0, limits[unit]), ylim=(step * len(group), 0), yticks=[], axisbelow=True)
            axes.grid(axis="x", color=RULE, linewidth=0.6)
            for n, row in enumerate(group.itertuples()):
                colour, marker = COMMITMENT[row.commitment]
                at = step * n + (0.36 if canvas.narrow else step / 2)
                if row.value_low < row.value_high:
                    axes.plot(
                        [row.value_low, row.value_high], [at, at], color=colour, linewidth=5, solid_capstyle="butt"
                    )
                else:
                    axes.plot(row.value_low, at, marker, color=colour, markersize=8)
                if row.bound in ("at_least", "more_than"):
                    arrow = {"arrowstyle": "->", "color": colour, "linewidth": 1.6}
                    axes.annotate("", (row.value_low + 0.13 * limits[unit], at), (row.value_low, at), arrowprops=arrow)
                label = f"{say_target(tables, row, lang)} · {tables.label('commitment', row.commitment, lang)}"
                place = {"xytext": (-9, 0), "textcoords": "offset points", "ha": "right", "va": "center"}
                axes.annotate(label, (row.value_low, at), size=SMALL, color=colour, **place)
                name_at = y + 0.15 + step * n + (0.13 if canvas.narrow else step / 2)
                canvas.text(0, name_at, getattr(row, f"name_{lang}"), size=SMALL)
            y += 0.15 + step * len(group) + 0.5
        return y - 0.2

    told = words.listed(f"{getattr(row, f'name_{lang}')} {say_target(tables, row, lang)}" for row in rows.itertuples())
    points = rows[rows["unit"] == "percentage_point"]
    ends = {"low": f"{points['value_low'].min():g}", "high": f"{points['value_high'].max():g}"}
    return words.chart(body, _named(words, rows), rows["source_id"], told=told, **ends)


def pace(tables: Tables, targets: pd.DataFrame, lang: str = "en", least: float = 4000) -> Chart:
    """Draw what the large yearly counts come to each month if spread evenly: arithmetic, not a forecast.

    Args:
        tables: the checked tables.
        targets: as `targets.printed` returns them.
        lang: "en" or "zh".
        least: the least count drawn; of a handful a month says nothing.
    """
    words = Words(tables, "pace", lang)
    rows = quantified(targets)
    rows = rows[(rows["basis"] == "total_in_year") & (rows["unit"] == "count") & (rows["value_low"] >= least)]
    rows = rows.sort_values("value_low", ascending=False)

    def body(canvas: Canvas) -> float:
        columns = 1 if canvas.narrow else len(rows)
        gap, height = 0.45, 1.5
        width = (canvas.width - gap * (columns - 1) - 0.35) / columns
        for n, row in enumerate(rows.itertuples()):
            line = spread(row.value_low, 12)
            x, y = (n % columns) * (width + gap), (n // columns) * (height + 0.95)
            canvas.text(x, y + 0.02, getattr(row, f"name_{lang}"), width + 0.1, size=SMALL, va="top", weight="bold")
            axes = canvas.axes(x + 0.05, y + 0.45, width, height)
            axes.plot(line["period"], line["cumulative"], color=BLUE, linewidth=1.6, linestyle=(0, (4, 2)))
            for quarter in line.iloc[3::3].itertuples():
                at = (quarter.period, quarter.cumulative)
                axes.plot(*at, "o", markersize=4.5, color=BLUE, markerfacecolor="white", clip_on=False)
                place = {"xytext": (-5, 4), "textcoords": "offset points", "ha": "right"}
                axes.annotate(format_number(round(quarter.cumulative), lang), at, size=SMALL, color=INK, **place)
            axes.set(xlim=(0, 12), ylim=(0, row.value_low * 1.08), xticks=[3, 6, 9, 12], yticks=[])
            axes.set_xticklabels(words("quarters").split("|"))
            monthly = words("monthly", n=format_number(round(row.value_low / 12), lang))
            axes.text(11.9, row.value_low * 0.07, monthly, ha="right", size=SMALL, color=ORANGE, weight="bold")
        return y + 0.45 + height + 0.28

    quarters = {f"q{n}": (rows["value_low"] * n / 4).round(1) for n in (1, 2, 3, 4)}
    monthly = (rows["value_low"] / 12).round(1)
    table = words.columns(target=rows[f"name_{lang}"], printed=rows["printed"], per_month=monthly, **quarters)
    said = [say_target(tables, row, lang) for row in rows.itertuples()]
    told = words.listed(f"{name} {number}" for name, number in zip(rows[f"name_{lang}"], said, strict=True))
    each = format_number(rows["value_low"].iloc[0] / 12, lang)
    return words.chart(body, table, rows["source_id"], told=told, total=said[0], monthly=each)


def say_target(tables: Tables, row, lang: str = "en", bound: bool = True) -> str:
    """Say a target's number in ``lang``: as printed in Chinese, with unit (and bound word) in English."""
    if lang == "zh":
        return row.printed
    quantity = quantities.read(row.printed, quantities.unit_words(tables["units"]))
    symbol = tables["units"].set_index("unit").loc[row.unit, "symbol"]
    return language.format_quantity(quantity if bound else replace(quantity, bound="exact"), "en", symbol)


def _areas(tables: Tables, rows: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return the names of the areas that the rows are in, in the plan's order."""
    areas = tables["areas"].merge(rows[["plan_id", "area"]].drop_duplicates()).sort_values("position")
    return dict(zip(areas["area"], areas[f"name_{lang}"], strict=True))


def _key(canvas: Canvas, tables: Tables, rows: pd.DataFrame, lang: str) -> float:
    """Draw the commitments with their counts as the chart's key; return the height it takes."""
    x, y = 0.07, 0.08
    for code, count in rows["commitment"].value_counts().reindex(tables.labels("commitment")).dropna().items():
        names = [tables.label("commitment", code, "en"), tables.label("commitment", code, "zh")]
        label = f"{names[1] if lang == 'zh' else names[0] if code == 'plain' else ' '.join(names)} {count:.0f}"
        needed = 0.42 + measure(label, SMALL, "bold")
        if x + needed > canvas.width + 0.3:
            x, y = 0.07, y + 0.24
        canvas.page.plot(x, y, COMMITMENT[code][1], color=COMMITMENT[code][0], markersize=7)
        canvas.text(x + 0.12, y, label, size=SMALL, color=COMMITMENT[code][0], weight="bold")
        x += needed
    return y + 0.1


def _named(words: Words, rows: pd.DataFrame) -> pd.DataFrame:
    """Return target rows for readers: headings and codes in words."""
    tables, lang = words.tables, words.lang
    return words.columns(
        rows_of="targets",
        area=rows["area"].map(_areas(tables, rows, lang)),
        target=rows[f"name_{lang}"],
        printed=rows["printed"],
        value_low=rows["value_low"],
        value_high=rows["value_high"],
        unit=rows["unit"].map(tables.names("units", lang)),
        bound=rows["bound"].map(tables.labels("bound", lang)),
        commitment=rows["commitment"].map(tables.labels("commitment", lang)),
        basis=rows["basis"].map(tables.labels("basis", lang)),
        id=rows["target_id"],
    )
