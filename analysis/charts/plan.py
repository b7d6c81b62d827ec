"""Charts and tables of a plan: what it set out to do, in which words, what became of it, and the plan before it."""

from __future__ import annotations

import html
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.base import SMALL, Chart, Sheet, chart, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, COMMITMENT, GROUP, INK, MUTED, RULE
from analysis.charts.typesetting import measure
from analysis.language import Words

# What became of a target, as the fill of its mark: what cannot be said looks like nothing, not like failure.
FILL = {"met": "full", "not_met": "cross", "partly": "bottom", "not_comparable": "none", "nothing_found": "none"}
STANDING = {"met": "full", "missed": "cross", "partly": "bottom", "open": "none"}
NAMED = ("met", "not_met", "partly")  # the targets that are named beside their marks
SIDE = 0.3  # how much of a panel's width lies outside its two periods, on each side


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
    fill = frame["status"].map(FILL).map([*STANDING.values()].index)
    rows = frame.assign(fill=fill, word=frame["commitment"].map([*COMMITMENT].index))
    rows = rows.sort_values(["area_position", "area", "fill", "word", "target_id"], na_position="first")
    areas = dict(iter(rows.groupby(f"area_{words.lang}", sort=False)))

    def body(sheet: Sheet) -> float:
        y = sheet.key(_shapes(rows, words), 0, words.text("Commitment word")) + 0.05
        y = sheet.key(_fills(rows, words), y, words.text("Outcome")) + 0.12
        gutter = 0 if sheet.narrow else max(measure(name, SMALL) for name in areas) + 0.25
        named = 0 if sheet.narrow else gutter + 0.27 * max(map(len, areas.values())) + 0.2
        for name, group in areas.items():
            sheet.line([0, sheet.width], [y, y])
            y = _area(sheet, name or words.text("no area"), group, gutter, named, y, words.lang)
        return y - 0.08

    shown = ["area_zh", "area_en", "name_zh", "name_en", "printed", "value_low", "value_high", "unit", "bound"]
    periods = list(map(words.period, rows["period_start"], rows["period_end"]))
    title, told = _finding(rows, words), [text for _, text in [*_fills(rows, words), *_shapes(rows, words)]]
    return chart(
        "commitments",
        words,
        rows[[*shown, "commitment", "status", "source_id"]].assign(period=periods),
        body,
        source_ids=_source_ids(rows),
        title=title,
        subtitle=words.text(
            "One mark for each target with a number that the page prints (not all of the plan's), by area: the nearest "
            "commitment word in its clause, and what became of it by the public outcomes found"
        ),
        alt=words.text("{title}. {told}.", title=title, told=words.text("; ").join(told)),
    )


def _finding(rows: pd.DataFrame, words: Words) -> str:
    """Return the title that holds of these rows: how many are known to be met, how many missed."""
    told = _standing(rows, words)
    if told["met"] == told["total"]:
        return words.text("All of {place}'s {total} targets for {period} are known to be met", **told)
    if told["missed"]:
        return words.text("{place} met {met} and missed {missed} of {total} targets for {period}", **told)
    if told["met"]:
        return words.plural(
            "{n} of {place}'s {total} targets for {period} is known to be met",
            "{n} of {place}'s {total} targets for {period} are known to be met",
            n=told["met"],
            **told,
        )
    return words.text(
        "No outcome was found that fully compares with any of {place}'s {total} targets for {period}", **told
    )


def _where(rows: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return the place and the period of a plan's rows, in words."""
    periods = sorted(set(rows[["period_start", "period_end"]].itertuples(index=False, name=None)))
    return {
        "place": words.list(words.name("places", place) for place in sorted(set(rows["place"]))),
        "period": words.list(words.period(*ends) for ends in periods),
    }


def _standing(rows: pd.DataFrame, words: Words) -> dict:
    """Return place, period and counts of targets: total, met, missed, partly (comparable), open (none compares)."""
    counts = rows["status"].map(FILL).value_counts()
    return _where(rows, words) | {"total": len(rows)} | {name: int(counts.get(n, 0)) for name, n in STANDING.items()}


def _source_ids(rows: pd.DataFrame) -> list[str]:
    return [*rows["source_id"], *rows.get("outcome_source_id", ())]


def _shapes(rows: pd.DataFrame, words: Words) -> list[tuple[tuple[str, str, str], str]]:
    """Return the entries of the key for the commitments of the rows, with their Chinese word and their number."""
    counts, entries = rows["commitment"].value_counts(), []
    for code, (color, marker) in COMMITMENT.items():
        if code in counts:
            printed = "" if words.lang == "zh" or code == "plain" else words.tables.label("commitment", code, "zh")
            name = " ".join(filter(None, [words.label("commitment", code), printed]))
            entries.append(((marker, color, "full"), words.text("{name}: {n}", name=name, n=counts[code])))
    return entries


def _fills(rows: pd.DataFrame, words: Words, color: str = INK) -> list[tuple[tuple[str, str, str], str]]:
    """Return the entries of the key for what became of the targets, with their number."""
    counts = rows["status"].map(FILL).value_counts()
    names = {
        "full": words.text("met"),
        "cross": words.text("not met"),
        "bottom": words.text("partly comparable"),
        "none": words.text("no comparable outcome found"),
    }
    return [
        (("o", color, fill), words.text("{name}: {n}", name=name, n=counts[fill]))
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
    told = _standing(frame, words)
    parts = {
        "met": words.text("of {total} targets for {period} known to be met", **told),
        "missed": words.text("missed"),
        "partly": words.text("with a partly comparable outcome"),
        "open": words.text("without a comparable outcome"),
    }
    figures = [(words.number(told[name]), text) for name, text in parts.items() if told[name] or name == "met"]
    said = words.text(", ").join(words.text("{n} {what}", n=n, what=what) for n, what in figures)
    first = words.text("What became of {place}'s plan as the page prints it: {said}.", said=said, **told)
    caution = words.text("What was published is no sample: it does not say how the others went.")
    return [first, caution] if told["partly"] or told["open"] else [first], figures


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
    rows = rows.assign(partly=rows["status"] == "partly")
    rows = rows.sort_values(["partly", "percent", "target_id"], ascending=[True, False, True])
    names, shares = [_outcome_name(row, words) for row in rows.itertuples()], _percents(rows["percent"], words)
    missing, most = _missing(frame, words), max(rows["percent"].max(), 100)
    room = 0.06 * most  # for half a mark

    def body(sheet: Sheet) -> float:
        y = sheet.key(_fills(rows, words, BLUE)) + 0.26
        axes, at, y = sheet.rows(names, y, right=0.5, xlim=(min(0, rows["percent"].min() - room), most + room))
        _percent_axis(axes, words)
        for where, row, share in zip(at, rows.itertuples(), shares, strict=True):
            dash = (0, (2, 1.5)) if row.partly else "solid"
            axes.plot([100, row.percent], [where, where], color=BLUE, linewidth=1.8, linestyle=dash, zorder=2)
            mark(axes, row.percent, where, "o", BLUE, FILL[row.status])
            label(axes, max(row.percent, 100), where, share, weight="bold", color=BLUE)
        return y + 0.3 + (sheet.text(0, y + 0.3, missing, sheet.width, va="top") if missing else 0)

    title, told = _outcome_finding(rows, words), [*zip(names, shares, strict=True)][:3]
    shown = ["name_zh", "name_en", "printed", "outcome_printed", "as_of", "percent", "status", "source_id"]
    return chart(
        "outcomes",
        words,
        rows[shown].assign(percent=rows["percent"].round(1)),
        body,
        source_ids=_source_ids(rows),
        title=title,
        subtitle=words.text(
            "Published outcome in percent of the target, {place}, {period}; beside each name the outcome and the "
            "target. What somebody chose to publish is no sample",
            **_where(rows, words),
        ),
        alt=words.text(
            "{title}. {told}.",
            title=title,
            told=words.text("; ").join(words.text("{name}: {told}", name=name, told=share) for name, share in told),
        ),
    )


def _outcome_finding(rows: pd.DataFrame, words: Words) -> str:
    """Return the title that holds of these rows; an outcome that compares in part carries no claim."""
    told = _standing(rows, words)
    told["n"] = told["met"] + told["missed"]
    if not told["n"]:
        return words.text("In {place} no outcome for {period} compares fully with its target", **told)
    if told["missed"]:
        return words.text("In {place} {met} of {n} comparable outcomes for {period} reached the target", **told)
    return words.plural(
        "In {place} the one comparable outcome for {period} reached its target",
        "In {place} all {n} comparable outcomes for {period} reached their targets",
        **told,
    )


def _outcome_name(row, words: Words) -> str:
    told = {
        "name": getattr(row, f"name_{words.lang}"),
        "outcome": words.printed(row.outcome_printed, row.unit),
        "target": words.printed(row.printed, row.unit),
    }
    if row.direction == "lower":
        return words.text("{name}: {outcome} (target: {target}; lower is better)", **told)
    return words.text("{name}: {outcome} (target: {target})", **told)


def _percents(values: pd.Series, words: Words) -> list[str]:
    """Write percentages, all with as few decimals as keep one that is not the whole from being written as the whole."""
    for decimals in range(4):
        step = Decimal(1).scaleb(-decimals)
        rounded = [Decimal(str(value)).quantize(step, ROUND_HALF_UP) for value in values]
        if all(share != 100 or value == 100 for share, value in zip(rounded, values, strict=True)):
            break
    return [words.percent(share / 100, decimals) for share in rounded]


def _percent_axis(axes: Axes, words: Words) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value / 100)))
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="x")
    axes.axvline(100, color=INK, linewidth=1.2, zorder=1)
    label(axes, 100, 0, words.text("target"), "above", gap=4, weight="bold", annotation_clip=False)


def _missing(frame: pd.DataFrame, words: Words) -> str:
    """Return the line that counts the targets that `outcomes` cannot draw, or nothing."""
    unfit, none = ((frame["status"] == code).sum() for code in ("not_comparable", "nothing_found"))
    told = [words.text("{n} with an outcome that does not compare", n=unfit)] if unfit else []
    told += [words.text("{n} without an outcome", n=none)] if none else []
    return words.text("Targets not drawn: {told}", told=words.list(told)) if told else ""


def plans(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw the targets that two plans share, a panel each: the numbers, and below them the word that each carries.

    Args:
        frame: as `targets.paired` returns it, or some of its pairs.
        words: the language.

    Returns:
        The chart ``plans``; a line of text where there is no pair.
    """
    if frame.empty:
        return nothing("plans", words, words.text("The two plans share no target of the same definition."))
    rows = frame.assign(first=frame["change"] == "same").sort_values(["first", "pair", "period_start"])
    pairs = [tuple(pair.itertuples()) for _, pair in rows.groupby(["first", "pair"], sort=False)]

    def body(sheet: Sheet) -> float:
        widest = max(measure(_value(row, words), SMALL, "bold") for pair in pairs for row in pair)
        columns, gap, y = max(1, min(3, len(pairs), int(sheet.width / max(2, widest / SIDE)))), 0.35, 0.0
        width = (sheet.width - gap * (columns - 1)) / columns
        for start in range(0, len(pairs), columns):
            line = {n * (width + gap): pair for n, pair in enumerate(pairs[start : start + columns])}
            heads = [sheet.text(x, y, _pair_name(pair, words), width, va="top") for x, pair in line.items()]
            y = max(_panel(sheet, pair, x, y + max(heads) + 0.05, width, words) for x, pair in line.items()) + 0.2
        return y - 0.2

    shown = ["name_zh", "name_en", "period_start", "printed", "commitment", "change", "wording", "source_id"]
    title, told = _change(pairs, words), words.text("; ").join(_pair_text(pair, words) for pair in pairs)
    return chart(
        "plans",
        words,
        rows[shown],
        body,
        title=title,
        subtitle=_plans_subtitle(rows, words),
        alt=words.text("{title}. {told}.", title=title, told=told),
    )


def _plans_subtitle(rows: pd.DataFrame, words: Words) -> str:
    told = words.text("Targets of the same definition in both plans: the number, and below it the commitment word")
    news = rows[rows["reliability"] == "news"]
    caution = words.text(
        "{told}; number and word of {period} as a news report has them", told=told, **_where(news, words)
    )
    return told if news.empty else caution


def _change(pairs: list[tuple], words: Words) -> str:
    """Return the title: how many shared targets ask for more, for less, or changed in their words only."""
    kinds: dict[str, list[tuple]] = {"more": [], "less": [], "softer": [], "firmer": [], "kept": []}
    for pair in pairs:
        kind = pair[0].wording if pair[0].change == "same" else pair[0].change
        kinds[kind if kind in kinds else "kept"].append(pair)
    clauses = []
    for kind, found in kinds.items():
        said = {
            "more": words.plural("stepped up {n} target", "stepped up {n} targets", n=len(found)),
            "less": words.plural("eased {n} target", "eased {n} targets", n=len(found)),
            "softer": words.text("softened {n}", n=len(found)),
            "firmer": words.text("firmed up {n}", n=len(found)),
            "kept": words.text("kept {n}", n=len(found)),
        }[kind]
        if kind in ("more", "less") and len(found) == 1:
            one, two = (_value(side, words) for side in found[0])
            said = words.text("{said} ({one} to {two})", said=said, one=one, two=two)
        clauses += [said] if found else []
    *most, said = clauses
    if most:
        said = words.text("{most} and {last}", most=words.text(", ").join(most), last=said)
    later = pairs[0][1]
    place, period = words.name("places", later.place), words.period(later.period_start, later.period_end)
    return words.text("For {period} {place} {said}", period=period, place=place, said=said)


def _value(row, words: Words) -> str:
    """Write a target's number with its bound, without its unit."""
    return words.quantity(row.value_low, row.value_high, bound=row.bound)


def _pair_name(pair: tuple, words: Words) -> str:
    name, unit = getattr(pair[1], f"name_{words.lang}"), pair[1].unit
    return name if unit == "count" else words.text("{name} ({unit})", name=name, unit=words.name("units", unit))


def _pair_text(pair: tuple, words: Words) -> str:
    one, two = (words.printed(row.printed, row.unit) for row in pair)
    return words.text("{name}: {one}, then {two}", name=getattr(pair[1], f"name_{words.lang}"), one=one, two=two)


def _panel(sheet: Sheet, pair: tuple, x: float, y: float, width: float, words: Words) -> float:
    """Draw one pair: numbers over the two periods, from zero, and below them period and word; return the bottom."""
    most, high = max(row.value_high for row in pair) or 1, 0.9 if sheet.narrow else 1.15
    across = {"xlim": (-SIDE, 1 - SIDE), "xticks": [], "yticks": []}
    axes = sheet.axes(x, y, width, high, ylim=(0, 1.3 * most), **across)
    axes.spines["left"].set_visible(False)
    sheet.text(x, y + high, "0", va="bottom", color=MUTED)
    span, below = [0, 1 - 2 * SIDE], 0.0
    axes.fill_between(span, *zip(*((row.value_low, row.value_high) for row in pair), strict=True), color=RULE, zorder=1)
    for at, row, side in zip(span, pair, ("right", "left"), strict=True):
        color, marker = COMMITMENT[row.commitment]
        if row.value_low < row.value_high:
            axes.plot([at, at], [row.value_low, row.value_high], color=color, linewidth=7, solid_capstyle="butt")
        else:
            mark(axes, at, row.value_low, marker, color)
        # Away from the line between the two.
        label(axes, at, row.value_high, _value(row, words), "above", weight="bold", color=color, ha=side)
        style = {"width": width / 2, "ha": "center", "va": "top"}
        centre, down = x + width * (SIDE + at), y + high + 0.05
        down += sheet.text(centre, down, words.period(row.period_start, row.period_end), color=MUTED, **style)
        down += sheet.text(centre, down, words.label("commitment", row.commitment), color=color, **style)
        below = max(below, down)
    return below


TABLE = (
    *("area_zh", "area_en", "name_zh", "name_en", "number", "printed", "bound", "commitment", "basis"),
    *("outcome", "as_of", "status", "reason_zh", "reason_en", "why"),
)


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
    told = _where(frame, words) | {"n": len(frame)}
    title = {
        "targets": words.text("Targets of {place} for {period} with a number that the page prints: {n}", **told),
        "qualitative": words.text("Targets of {place} for {period} without a number: {n}", **told),
        "left-out": words.text("Targets of {place} for {period} that the page leaves out: {n}", **told),
        "unpaired": words.text("Targets of {place} for {period} without a pair in the later plan: {n}", **told),
    }[name]
    rows = frame.assign(outcome=_numbers(frame, "outcome_printed", words) if "outcome_printed" in frame else "")
    if words.lang == "en":
        rows["number"] = _numbers(frame, "printed", words, bound=False)
    filled = [column for column in TABLE if column in rows and not rows[column].isin(["", "none"]).all()]
    linked = "targets" if name in ("targets", "qualitative") else ""
    return show(rows[filled], words, name, title, linked, _source_ids(rows))


def _numbers(frame: pd.DataFrame, column: str, words: Words, bound: bool = True) -> list[str]:
    """Return number phrases in the reader's language; a row without a unit is one without a target's number."""
    units = frame["unit"].where(frame["unit"] != "", "count")
    return [
        words.printed(phrase, unit, bound) if phrase else "" for phrase, unit in zip(frame[column], units, strict=True)
    ]


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
    told = _where(frame, words) | {"n": len(frame)}
    title = words.text("{place}'s plan for {period} names {n} industries", **told)
    lists = "\n".join(
        f"<dt>{html.escape(_group_head(group, groups[group], words))}</dt>\n<dd><ul>\n"
        + "\n".join(_industry(row, overlaps, words) for row in groups[group].itertuples())
        + "\n</ul></dd>"
        for group in sorted(groups, key=lambda group: ([*GROUP, group].index(group), group))
    )
    return Text("industries", words.lang, title, f"<p>{html.escape(title)}</p>\n<dl>\n{lists}\n</dl>")


def _group_head(group: str, rows: pd.DataFrame, words: Words) -> str:
    told = {"group": words.label("counts", f"industries:{group}"), "n": len(rows), "stated": rows["stated"].iloc[0]}
    if pd.isna(told["stated"]):
        return words.text("{n} {group}", **told)
    return words.text("{n} {group}; the page says {stated} ({printed})", printed=rows["stated_printed"].iloc[0], **told)


def _industry(row, overlaps: pd.DataFrame, words: Words) -> str:
    """Return an industry as an item of its list, with where else it is named; in English beside its Chinese name."""
    name, groups = html.escape(row.name_zh), words.tables.labels("group", words.lang)
    if words.lang == "en":
        name = f'{html.escape(row.name_en)} <span lang="zh">{name}</span>'
    for how, other in overlaps.loc[overlaps["name_zh"] == row.name_zh, ["how", "other"]].itertuples(index=False):
        note = words.text("{how}: {other}", how=words.label("how", how), other=groups.get(other, other))
        name += f" <small>{html.escape(note)}</small>"
    return f"<li>{name}</li>"
