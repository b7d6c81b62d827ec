"""Charts and tables of a plan: what it set out to do, in which words, what became of it, and the plan before it."""

from __future__ import annotations

import html
import itertools
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from analysis.charts.base import SMALL, Chart, Sheet, chart, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, COMMITMENT, GROUP, INK, MUTED
from analysis.charts.typesetting import measure
from analysis.language import Words

# What is known of a target, by its status, and how its mark is filled: what cannot be said looks like nothing.
KNOWN = {"met": "met", "not_met": "missed", "partly": "partly", "not_comparable": "open", "nothing_found": "open"}
FILL = {"met": "full", "missed": "cross", "partly": "bottom", "open": "none"}
TABLE = ["area_zh", "area_en", "name_zh", "name_en", "number", "printed", "bound", "commitment", "basis"]
TABLE += ["outcome", "as_of", "status", "reason_zh", "reason_en", "why"]


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
    rows = frame.assign(fill=fill, word=word, sources=_sources(frame))
    rows = rows.sort_values(["area_position", "area", "fill", "word", "target_id"], na_position="first")
    areas = dict(iter(rows.groupby(f"area_{words.lang}", sort=False)))
    shapes, fills = _shapes(rows, words), _fills(rows, words)

    def body(sheet: Sheet) -> float:
        y = sheet.key(shapes, 0, words.text("Commitment word")) + 0.05
        y = sheet.key(fills, y, words.text("Outcome")) + 0.12
        gutter = 0 if sheet.narrow else max(measure(name, SMALL) for name in areas) + 0.25
        named = 0 if sheet.narrow else gutter + 0.27 * max(map(len, areas.values())) + 0.2
        for name, group in areas.items():
            sheet.line([0, sheet.width], [y, y])
            y = _area(sheet, name or words.text("no area"), group, gutter, named, y, words.lang)
        return y - 0.08

    known = _known(rows, words)
    title = words.text(
        "{place}, {period}: {met} of {total} numerical targets reported as met, {missed} as missed"
        if known["missed"]
        else "{place}, {period}: {met} of {total} numerical targets reported as met",
        **known,
    )
    subtitle = words.text(
        "Shape and colour: the commitment word before the number. Fill: what became of it by published outcomes. "
        "Targets without a name here are in the table"
    )
    periods = list(map(words.period, rows["period_start"], rows["period_end"]))
    shown = ["area_zh", "area_en", "name_zh", "name_en", "printed", "value_low", "value_high", "unit", "bound"]
    shown = rows[[*shown, "commitment", "status", "source_id"]].assign(period=periods)
    return chart("commitments", words, rows, shown, body, title, subtitle, [text for _, text in [*fills, *shapes]])


def _sources(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return for each target its source and that of its outcome, where it has one."""
    return list(zip(rows["source_id"], rows.get("outcome_source_id", rows["source_id"]), strict=True))


def _where(rows: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return the place and the period of a plan's rows, in words."""
    periods = sorted(set(rows[["period_start", "period_end"]].itertuples(index=False, name=None)))
    return {
        "place": words.list(words.name("places", place) for place in sorted(set(rows["place"]))),
        "period": words.list(words.period(*ends) for ends in periods),
    }


def _known(rows: pd.DataFrame, words: Words) -> dict:
    """Return place, period and counts of targets: total, met, missed, partly (comparable), open (none compares)."""
    counts = rows["status"].map(KNOWN).value_counts()
    return _where(rows, words) | {"total": len(rows)} | {name: int(counts.get(name, 0)) for name in FILL}


def _shapes(rows: pd.DataFrame, words: Words) -> list[tuple[tuple[str, str, str], str]]:
    """Return the entries of the key for the commitments of the rows, with their number."""
    counts = rows["commitment"].value_counts()
    return [
        ((marker, color, "full"), words.text("{name}: {n}", name=words.label("commitment", code), n=counts[code]))
        for code, (color, marker) in COMMITMENT.items()
        if code in counts
    ]


def _fills(rows: pd.DataFrame, words: Words, marker: str = "h", color: str = MUTED) -> list:
    """Return the entries of the key for what became of the targets, with their number."""
    known = _known(rows, words)
    names = {
        "met": words.text("met"),
        "missed": words.text("not met"),
        "partly": words.text("partly comparable"),
        "open": words.text("no comparable outcome found"),
    }
    return [
        ((marker, color, FILL[code]), words.text("{name}: {n}", name=name, n=known[code]))
        for code, name in names.items()
        if known[code]
    ]


def _area(sheet: Sheet, name: str, group: pd.DataFrame, gutter: float, named: float, y: float, lang: str) -> float:
    """Draw an area's marks beside its name (on a phone below it), then the names of its marks; return its bottom."""
    sheet.text(0, y + 0.2, name)
    at = y + (0.42 if sheet.narrow else 0.2)
    below = at + 0.2 if sheet.narrow else y + 0.1
    for n, row in enumerate(group.itertuples()):
        (color, marker), known = COMMITMENT[row.commitment], KNOWN[row.status]
        mark(sheet.page, gutter + 0.1 + 0.27 * n, at, marker, color, FILL[known])
        if known != "open":
            mark(sheet.page, named + 0.07, below + 0.09, marker, color, FILL[known])
            text = getattr(row, f"name_{lang}")
            below += 0.03 + sheet.text(named + 0.2, below, text, sheet.width - named - 0.2, va="top", color=color)
    return max(at + 0.2, below + 0.09)


def headline(frame: pd.DataFrame, words: Words) -> tuple[list[str], list[tuple[str, str]]]:
    """Return a plan's part of the headline: what became of all its targets, so that no count stands for another.

    Args:
        frame: as `targets.overview` returns it.
        words: the language.

    Returns:
        The sentences, and the large figures with what each is: they add up to all targets. Two empty lists where
        there is no row.
    """
    if frame.empty:
        return [], []
    known, counts = _known(frame, words), frame["status"].value_counts()
    parts = {
        "met": words.text("of {total} targets for {period} reported as met", **known),
        "not_met": words.text("missed"),
        "partly": words.text("only partly comparable"),
        "not_comparable": words.text("something else published"),
        "nothing_found": words.text("nothing found"),
    }
    codes = [code for code in parts if code in counts or code == "met"]
    figures = [(words.number(counts.get(code, 0)), parts[code]) for code in codes]
    said = words.text(", ").join(words.text("{n} {what}", n=n, what=what) for n, what in figures)
    first = words.text("What became of {place}'s plan as the newspaper prints it: {said}.", said=said, **known)
    caution = words.text("What was published is no sample: it does not say how the others went.")
    return [first, caution] if known["partly"] or known["open"] else [first], figures


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
    rows = rows.assign(partly=rows["status"] == "partly", sources=_sources(rows))
    rows = rows.sort_values(["partly", "percent", "target_id"], ascending=[True, False, True])
    names, shares = list(rows[f"name_{words.lang}"]), _percents(rows["percent"], words)
    missing, most = len(frame) - len(rows), max(rows["percent"].max(), 100)
    room = 0.06 * most  # for half a mark

    def body(sheet: Sheet) -> float:
        y = sheet.key(_fills(rows, words, "o", BLUE)) + 0.26
        lines = [f"{name}\n{_reached(row, words)}" for name, row in zip(names, rows.itertuples(), strict=True)]
        axes, at, y = sheet.rows(lines, y, right=0.5, xlim=(min(0, rows["percent"].min() - room), most + room))
        axes.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
        axes.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100))
        axes.tick_params(axis="x", length=0)
        label(axes, 100, 0, words.text("target"), "above", gap=4, weight="bold", annotation_clip=False)
        for where, row, share in zip(at, rows.itertuples(), shares, strict=True):
            axes.vlines(100, where - 0.15, where + 0.15, color=INK, linewidth=1.2, zorder=1)
            dash = (0, (2, 1.5)) if row.partly else "solid"
            axes.plot([100, row.percent], [where, where], color=BLUE, linewidth=1.8, linestyle=dash, zorder=2)
            mark(axes, row.percent, where, "o", BLUE, FILL[KNOWN[row.status]])
            label(axes, max(row.percent, 100), where, share, weight="bold", color=BLUE)
        note = words.text("Not drawn, as nothing comparable was found: {n}", n=missing)
        return y + 0.3 + (sheet.text(0, y + 0.3, note, sheet.width, va="top") if missing else 0)

    title = words.text(
        "{place}, {period}: of {total} outcomes {met} reached the target, {missed} fell short, "
        "{partly} can be compared only in part"
        if (rows["status"] == "not_met").any()
        else "{place}, {period}: of {total} outcomes {met} reached the target, {partly} can be compared only in part",
        **_known(rows, words),
    )
    subtitle = words.text(
        "Published outcome in percent of the target. Half-filled and dashed: comparable in part, for the reason in the "
        "table. Only what was published can be drawn, and it does not stand for the rest"
    )
    shown = ["name_zh", "name_en", "printed", "outcome_printed", "as_of", "percent", "status", "source_id"]
    shown = rows[shown].assign(percent=rows["percent"].round(1))
    told = [words.text("{name}: {n}", name=name, n=share) for name, share in zip(names, shares, strict=True)]
    return chart("outcomes", words, rows, shown, body, title, subtitle, told[:3])


def _reached(row, words: Words) -> str:
    """Write the outcome and the target of a row."""
    numbers = {"outcome": words.printed(row.outcome_printed, row.unit), "target": words.printed(row.printed, row.unit)}
    return words.text(
        "{outcome} (target: {target}; lower is better)" if row.direction == "lower" else "{outcome} (target: {target})",
        **numbers,
    )


def _percents(values: pd.Series, words: Words) -> list[str]:
    """Write percentages, all with as few decimals as keep one that is not the whole from being written as the whole."""
    for decimals in range(4):
        step = Decimal(1).scaleb(-decimals)
        rounded = [Decimal(str(value)).quantize(step, ROUND_HALF_UP) for value in values]
        if all(share != 100 or value == 100 for share, value in zip(rounded, values, strict=True)):
            break
    return [words.percent(share / 100, decimals) for share in rounded]


def table(frame: pd.DataFrame, words: Words, name: str) -> Table | Text:
    """Show targets as a table: number in the reader's language and as printed, what became of it, and why that is said.

    Args:
        frame: as `targets.overview`, `targets.qualitative`, `targets.left_out` or `targets.unpaired` returns it.
        words: the language.
        name: which of them: targets, qualitative, left-out or unpaired. The table is called so.

    Returns:
        The table, columns without a cell left out; a line of text where there is no row.
    """
    if frame.empty:
        return nothing(name, words, words.text("There is no target to list."))
    values = _where(frame, words) | {"n": len(frame)}
    title = {
        "targets": words.text("Numerical targets of {place} for {period} that the newspaper prints: {n}", **values),
        "qualitative": words.text("Targets of {place} for {period} without a number: {n}", **values),
        "left-out": words.text("Targets of {place} for {period} that the newspaper does not print: {n}", **values),
        "unpaired": words.text("Targets of {place} for {period} without a pair in the later plan: {n}", **values),
    }[name]
    rows = frame.assign(outcome=_numbers(frame, "outcome_printed", words) if "outcome_printed" in frame else "")
    if words.lang == "en":
        rows["number"] = _numbers(frame, "printed", words, bound=False)
    if "why" in rows and rows["why"].nunique() == 1:
        rows["why"] = ""  # the same in each row
    if "status" in rows:  # what is known comes first, and leaves no room for the basis
        rank = rows["status"].map(KNOWN).map([*FILL].index)
        rows = rows.drop(columns="basis", errors="ignore").loc[rank.sort_values(kind="stable").index]
    filled = [column for column in TABLE if column in rows and not rows[column].isin(["", "none"]).all()]
    linked = "targets" if name in ("targets", "qualitative") else ""
    return show(rows[filled], words, name, title, linked, itertools.chain(*_sources(rows)))


def _numbers(frame: pd.DataFrame, column: str, words: Words, bound: bool = True) -> list[str]:
    """Return number phrases in the reader's language; a row without a unit is one without a target's number."""
    units = frame["unit"].where(frame["unit"] != "", "count")
    return [
        words.printed(phrase, unit, bound) if phrase else "" for phrase, unit in zip(frame[column], units, strict=True)
    ]


def pairs(frame: pd.DataFrame, words: Words) -> Table | Text:
    """Show the targets that two plans share, a row each: number and commitment in either plan, and what changed.

    Args:
        frame: as `targets.paired` returns it, or some of its pairs.
        words: the language.

    Returns:
        The table ``plans``; a line of text where there is no pair.
    """
    if frame.empty:
        return nothing("plans", words, words.text("The two plans share no target of the same definition."))
    rows = frame.sort_values(["pair", "period_start"]).reset_index(names="row")
    rows["said"] = [
        words.text("{number} ({word})", number=number, word=words.label("commitment", code))
        for number, code in zip(_numbers(rows, "printed", words), rows["commitment"], strict=True)
    ]
    earlier, later = (rows.drop_duplicates("pair", keep=which).set_index("pair") for which in ("first", "last"))
    shown = later[["name_zh", "name_en"]].copy()
    for side in (earlier, later):
        shown[_where(side, words)["period"]] = side["said"]
    shown = shown.join(later[["change", "wording", "row"]]).sort_values("change", kind="stable").set_index("row")
    title = words.text("Targets of {place} that the plans for {period} share: {n}", n=len(shown), **_where(rows, words))
    return show(shown, words, "plans", title, "targets", rows["source_id"])


def industries(frame: pd.DataFrame, overlaps: pd.DataFrame, words: Words) -> Text:
    """List the industries that a plan names, by group, each with where else it is named.

    Args:
        frame: as `targets.industries` returns it.
        overlaps: as `targets.overlaps` returns it for them.
        words: the language.

    Returns:
        The text ``industries``: a list for each group, headed by how many it lists and how many the plan says it has.
    """
    if frame.empty:
        return nothing("industries", words, words.text("The page names no industry."))
    groups = dict(iter(frame.sort_values("position").groupby("group")))
    title = words.text(
        "Industries of {place}'s plan for {period} that the newspaper prints: {n}", n=len(frame), **_where(frame, words)
    )
    lists = "\n".join(
        f"<dt>{html.escape(_group_head(group, groups[group], words))}</dt>\n<dd><ul>\n"
        + "\n".join(_industry(row, overlaps, words) for row in groups[group].itertuples())
        + "\n</ul></dd>"
        for group in sorted(groups, key=lambda group: ([*GROUP, group].index(group), group))
    )
    return Text("industries", words.lang, title, f"<p>{html.escape(title)}</p>\n<dl>\n{lists}\n</dl>")


def _group_head(group: str, rows: pd.DataFrame, words: Words) -> str:
    values = {"group": words.label("counts", f"industries:{group}"), "n": len(rows), "stated": rows["stated"].iloc[0]}
    if pd.isna(values["stated"]):
        return words.text("{n} {group}", **values)
    return words.text(
        "{n} {group}, as stated ({printed})"
        if values["n"] == values["stated"]
        else "{n} {group}; {stated} are stated ({printed})",
        printed=rows["stated_printed"].iloc[0],
        **values,
    )


def _industry(row, overlaps: pd.DataFrame, words: Words) -> str:
    """Return an industry as an item of its list, with where else it is named; in English beside its Chinese name."""
    name, groups = html.escape(row.name_zh), words.tables.labels("group", words.lang)
    if words.lang == "en":
        name = f'{html.escape(row.name_en)} <span lang="zh">{name}</span>'
    for how, other in overlaps.loc[overlaps["name_zh"] == row.name_zh, ["how", "other"]].itertuples(index=False):
        note = words.text("{how}: {other}", how=words.label("how", how), other=groups.get(other, other))
        name += f" <small>{html.escape(note)}</small>"
    return f"<li>{name}</li>"
