"""Charts of a plan's targets: what it set out to do, in which words, and what became of it."""

from __future__ import annotations

import pandas as pd

from analysis.charts.base import SMALL, Chart, Sheet, chart
from analysis.charts.frames import Text, nothing
from analysis.charts.palette import COMMITMENT, INK
from analysis.charts.typesetting import measure
from analysis.language import Words

# What became of a target, as the fill of its mark: what cannot be said looks like nothing, not like failure.
FILL = {"met": "full", "not_met": "cross", "partly": "bottom", "not_comparable": "none", "nothing_found": "none"}
FILLS = ("full", "cross", "bottom", "none")
NAMED = ("met", "not_met", "partly")  # the targets that are named beside their marks


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
    fill, word = frame["status"].map(FILL).map(FILLS.index), frame["commitment"].map(list(COMMITMENT).index)
    rows = frame.assign(fill=fill, word=word).sort_values(["fill", "word", "target_id"])
    areas = {name: rows[rows[f"area_{words.lang}"] == name] for name in frame[f"area_{words.lang}"].unique()}

    def body(sheet: Sheet) -> float:
        y = sheet.key(_shapes(rows, words), 0, words.text("Commitment word")) + 0.05
        y = sheet.key(_fills(rows, words), y, words.text("Outcome")) + 0.12
        gutter = 0 if sheet.narrow else max(measure(name, SMALL) for name in areas) + 0.25
        named = 0 if sheet.narrow else gutter + 0.27 * max(map(len, areas.values())) + 0.2
        for name, group in areas.items():
            sheet.line([0, sheet.width], [y, y])
            y = _area(sheet, name or words.text("no area"), group, gutter, named, y, words.lang)
        return y - 0.08

    title, told = _finding(rows, words), words.text("; ").join(text for _, text in _shapes(rows, words))
    return chart(
        "commitments",
        words,
        frame[["area_zh", "area_en", "name_zh", "name_en", "printed", "commitment", "status", "source_id"]],
        body,
        source_ids=[*frame["source_id"], *frame["outcome_source_id"]],
        title=title,
        subtitle=words.text(
            "One mark for each target with a number that the page prints (not all of the plan's), by area: the nearest "
            "commitment word in its clause, and what became of it by the public outcomes found"
        ),
        alt=words.text("{title}. By commitment word: {told}.", title=title, told=told),
    )


def _finding(rows: pd.DataFrame, words: Words) -> str:
    """Return the title that holds of these rows: how many were met, missed, or cannot be said."""
    status = rows["status"].value_counts()
    met, missed = status.get("met", 0), status.get("not_met", 0)
    periods = sorted(set(rows[["period_start", "period_end"]].itertuples(index=False, name=None)))
    values = {
        "count": len(rows),
        "met": met,
        "missed": missed,
        "place": words.list(words.name("places", place) for place in sorted(set(rows["place"]))),
        "period": words.list(words.period(*ends) for ends in periods),
    }
    left = sum(status.get(code, 0) for code in FILL if FILL[code] == "none")
    if met == len(rows):
        return words.text("{place} met all of its {count} targets for {period}", **values)
    if missed:
        return words.text("{place} met {met} of {count} targets for {period} and missed {missed}", **values)
    if met and left:
        return words.plural(
            "{place} met {met} of {count} targets for {period}; {n} has no comparable outcome",
            "{place} met {met} of {count} targets for {period}; {n} have no comparable outcome",
            n=left,
            **values,
        )
    if met:
        return words.text("{place} met {met} of {count} targets for {period}", **values)
    if left < len(rows):
        return words.text(
            "No outcome was found that fully compares with any of {place}'s {count} targets for {period}", **values
        )
    return words.text("No outcome was found that compares with any of {place}'s {count} targets for {period}", **values)


def _shapes(rows: pd.DataFrame, words: Words) -> list[tuple[tuple[str, str, str], str]]:
    """Return the entries of the key for the commitments of the rows, with their Chinese word and their number."""
    counts, entries = rows["commitment"].value_counts(), []
    for code, (color, marker) in COMMITMENT.items():
        if code in counts:
            printed = "" if words.lang == "zh" or code == "plain" else words.tables.label("commitment", code, "zh")
            name = " ".join(filter(None, [words.label("commitment", code), printed]))
            entries.append(((marker, color, "full"), words.text("{name}: {n}", name=name, n=counts[code])))
    return entries


def _fills(rows: pd.DataFrame, words: Words) -> list[tuple[tuple[str, str, str], str]]:
    """Return the entries of the key for what became of the targets, with their number."""
    counts = rows["status"].map(FILL).value_counts()
    names = {
        "full": words.text("met"),
        "cross": words.text("not met"),
        "bottom": words.text("partly comparable"),
        "none": words.text("no comparable outcome found"),
    }
    return [
        (("o", INK, fill), words.text("{name}: {n}", name=name, n=counts[fill]))
        for fill, name in names.items()
        if fill in counts
    ]


def _area(sheet: Sheet, name: str, group: pd.DataFrame, gutter: float, named: float, y: float, lang: str) -> float:
    """Draw an area's marks beside its name (on a phone below it), then the names of its marks; return its bottom."""
    sheet.text(0, y + 0.2, name)
    at = y + (0.42 if sheet.narrow else 0.2)
    below = at + 0.2 if sheet.narrow else y + 0.1
    for n, row in enumerate(group.itertuples()):
        color, marker = COMMITMENT[row.commitment]
        sheet.mark(gutter + 0.1 + 0.27 * n, at, marker, color, FILL[row.status], 9)
        if row.status in NAMED:
            sheet.mark(named + 0.07, below + 0.09, marker, color, FILL[row.status], 6)
            text = getattr(row, f"name_{lang}")
            below += 0.03 + sheet.text(named + 0.2, below, text, sheet.width - named - 0.2, va="top", color=color)
    return max(at + 0.2, below + 0.09)
