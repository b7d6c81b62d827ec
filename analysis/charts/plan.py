"""Charts of a plan: what it set out to do, in which words, and what became of it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from analysis.charts.base import SMALL, Chart, Sheet, chart, label, mark
from analysis.charts.typesetting import measure
from analysis.displays.base import Text, nothing, where
from analysis.language import Words
from analysis.palette import BLUE, COMMITMENT, INK, MUTED
from analysis.targets import KNOWN, known

# How a mark is filled by what is known of its target: what cannot be said looks like nothing.
FILL = {"met": "full", "missed": "cross", "partly": "bottom", "open": "none"}


def commitments(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw each target as one mark, by area: shape and colour its commitment, fill what became of it.

    Args:
        frame: as `targets.overview` returns it, or some of its rows.
        words: the language.

    Returns:
        The chart ``commitments``; a line of text where there is no row.
    """
    if frame.empty:
        return nothing("commitments", words, words.text("There is no target with a number to draw."))
    fill, word = frame["status"].map(KNOWN).map([*FILL].index), frame["commitment"].map([*COMMITMENT].index)
    rows = frame.assign(fill=fill, word=word, name=frame[f"name_{words.lang}"])
    rows = rows.sort_values(["area_position", "area", "fill", "word", "target_id"], na_position="first")
    areas = dict(iter(rows.groupby(f"area_{words.lang}", sort=False)))
    counts = rows["commitment"].value_counts()
    shapes = [
        ((marker, color, "full"), words.text("{name}: {n}", name=words.label("commitment", code), n=counts[code]))
        for code, (color, marker) in COMMITMENT.items()
        if code in counts
    ]
    fills = _fills(rows, words)

    def body(sheet: Sheet) -> float:
        y = sheet.key(shapes, 0, words.text("Commitment word")) + 0.05
        y = sheet.key(fills, y, words.text("Outcome")) + 0.12
        gutter = 0 if sheet.narrow else max(measure(name, SMALL) for name in areas) + 0.25
        named = 0 if sheet.narrow else gutter + 0.27 * max(map(len, areas.values())) + 0.2
        for name, group in areas.items():
            sheet.line([0, sheet.width], [y, y])
            y = _area(sheet, name or words.text("no area"), group, gutter, named, y)
        return y - 0.08

    values = where(rows, words) | known(rows)
    title = words.text(
        "{place}, {period}: {met} of {total} numerical targets reported as met, {missed} as missed"
        if values["missed"]
        else "{place}, {period}: {met} of {total} numerical targets reported as met",
        **values,
    )
    subtitle = words.text(
        "Shape and colour: the commitment word before the number. Fill: what became of it by published outcomes. "
        "Targets without a name here are in the table"
    )
    shown = ["area_zh", "area_en", "name_zh", "name_en", "printed", "value_low", "value_high", "unit", "bound"]
    shown = rows[[*shown, "commitment", "status", "source_id"]]
    shown = shown.assign(period=list(map(words.period, rows["period_start"], rows["period_end"])))
    return chart("commitments", words, rows, shown, body, title, subtitle, [text for _, text in [*fills, *shapes]])


def _fills(rows: pd.DataFrame, words: Words, marker: str = "h", color: str = MUTED) -> list:
    """Return the entries of the key for what became of the targets, with their number."""
    counts, names = known(rows), {code: words.label("status", status) for status, code in KNOWN.items()}
    names["open"] = words.text("no comparable outcome found")
    return [
        ((marker, color, FILL[code]), words.text("{name}: {n}", name=name, n=counts[code]))
        for code, name in names.items()
        if counts[code]
    ]


def _area(sheet: Sheet, name: str, group: pd.DataFrame, gutter: float, named: float, y: float) -> float:
    """Draw an area's marks beside its name (on a phone below it), then the names of its marks; return its bottom."""
    sheet.text(0, y + 0.2, name)
    at = y + (0.42 if sheet.narrow else 0.2)
    below = at + 0.2 if sheet.narrow else y + 0.1
    for n, row in enumerate(group.itertuples()):
        (color, marker), fill = COMMITMENT[row.commitment], FILL[KNOWN[row.status]]
        mark(sheet.page, gutter + 0.1 + 0.27 * n, at, marker, color, fill)
        if KNOWN[row.status] != "open":
            mark(sheet.page, named + 0.07, below + 0.09, marker, color, fill)
            below += 0.03 + sheet.text(named + 0.2, below, row.name, sheet.width - named - 0.2, va="top", color=color)
    return max(at + 0.2, below + 0.09)


def outcomes(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw what was published in percent of the target, comparable outcomes before partly comparable ones.

    Args:
        frame: as `targets.overview` returns it, or some of its rows; a line counts those without ``percent``.
        words: the language.

    Returns:
        The chart ``outcomes``; a line of text where no outcome compares with a target, not even in part.
    """
    rows = frame[frame["percent"].notna()]
    if rows.empty:
        return nothing("outcomes", words, words.text("No outcome was found that compares with a target, even in part."))
    rows = rows.assign(partly=rows["status"] == "partly", name=rows[f"name_{words.lang}"])
    rows = rows.sort_values(["partly", "percent", "target_id"], ascending=[True, False, True])
    rows["share"] = _percents(rows["percent"], words)
    missing, most = len(frame) - len(rows), max(rows["percent"].max(), 100)
    limits = (min(0, rows["percent"].min() - 0.06 * most), 1.06 * most)  # with room for half a mark

    def body(sheet: Sheet) -> float:
        y = sheet.key(_fills(rows, words, "o", BLUE)) + 0.26
        names = [f"{row.name}\n{_reached(row, words)}" for row in rows.itertuples()]
        axes, places, y = sheet.rows(names, y, right=0.5, write=lambda value: words.percent(value / 100), xlim=limits)
        axes.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
        axes.tick_params(axis="x", length=0)
        label(axes, 100, 0, words.text("target"), "above", gap=4, weight="bold", annotation_clip=False)
        for at, row in zip(places, rows.itertuples(), strict=True):
            axes.vlines(100, at - 0.15, at + 0.15, color=INK, linewidth=1.2, zorder=1)
            dash = (0, (2, 1.5)) if row.partly else "solid"
            axes.plot([100, row.percent], [at, at], color=BLUE, linewidth=1.8, linestyle=dash, zorder=2)
            mark(axes, row.percent, at, "o", BLUE, FILL[KNOWN[row.status]])
            label(axes, max(row.percent, 100), at, row.share, weight="bold", color=BLUE)
        note = words.text("Not drawn, as nothing comparable was found: {n}", n=missing)
        return y + 0.05 + (sheet.text(0, y + 0.05, note, sheet.width, va="top") if missing else 0)

    title = words.text(
        "{place}, {period}: of {total} outcomes {met} reached the target, {missed} fell short, "
        "{partly} can be compared only in part"
        if (rows["status"] == "not_met").any()
        else "{place}, {period}: of {total} outcomes {met} reached the target, {partly} can be compared only in part",
        **where(rows, words),
        **known(rows),
    )
    subtitle = words.text(
        "Published outcome in percent of the target. Half-filled and dashed: comparable in part, for the reason in the "
        "table. Only what was published can be drawn, and it does not stand for the rest"
    )
    shown = ["name_zh", "name_en", "printed", "outcome_printed", "as_of", "percent", "status", "source_id"]
    shown = rows[shown].assign(percent=rows["percent"].round(1))
    told = [words.text("{name}: {n}", name=row.name, n=row.share) for row in rows.head(3).itertuples()]
    return chart("outcomes", words, rows, shown, body, title, subtitle, told)


def _reached(row, words: Words) -> str:
    """Write the outcome and the target of a row."""
    return words.text(
        "{outcome} (target: {target}; lower is better)" if row.direction == "lower" else "{outcome} (target: {target})",
        outcome=words.printed(row.outcome_printed, row.unit),
        target=words.printed(row.printed, row.unit),
    )


def _percents(values: pd.Series, words: Words) -> list[str]:
    """Write percentages, all with as few decimals as keep one that is not the whole from being written as the whole."""
    for decimals in range(4):
        step = Decimal(1).scaleb(-decimals)
        rounded = [Decimal(str(value)).quantize(step, ROUND_HALF_UP) for value in values]
        if all(share != 100 or value == 100 for share, value in zip(rounded, values, strict=True)):
            break
    return [words.percent(share / 100, decimals) for share in rounded]
