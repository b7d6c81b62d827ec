"""Charts of what a blood station collected: an average day, the mix of bags, one year beside another."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from matplotlib.patches import Rectangle

from analysis.charts.base import SMALL, Chart, Sheet, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PALE, PAPER, PURPLE, PURPLES, RULE
from analysis.charts.rates import finding, interval, told_chart
from analysis.charts.typesetting import measure
from analysis.donations import chain
from analysis.language import Words

MOST_SQUARES = 240  # of one kind; more donations a day are drawn by tens, hundreds ...


def headline(
    panel: pd.DataFrame, goals: pd.DataFrame, words: Words, place: str, period: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what comes first of a place's blood figures, for a `frames.Headline`: sentences and large figures.

    Args:
        panel: as `donations.rate_panel` returns it.
        goals: rows of ``benchmarks.csv`` that are goals for the rate, or none.
        words: the language. place: a row of ``places.csv``. period: its ``period_end``.

    Returns:
        Sentences (what the place is, its donations, its rate beside its country's and the goals: each where it is
        known) and pairs of a large figure and what it is.
    """
    own = panel[(panel["place"] == place) & (panel["period_end"] == period)]
    above = chain(words.tables["places"], place)[1:]
    values, sentences, figures = {"place": words.name("places", place)}, [], []
    if above:
        level = words.tables["places"].set_index("place")["level"][place]
        values |= {"level": words.label("level", level), "parent": words.name("places", above[0])}
        sentences.append(words.text("{place} is a {level} in {parent}.", **values))
    for row in own[own["donations"].notna()].head(1).itertuples():
        values |= {"period": words.period(row.period_start, period), "n": row.donations}
        sentences.append(words.text("{place} took {n} blood donations in {period}.", **values))
        figures.append((words.number(row.donations), words.text("blood donations, {place}, {period}", **values)))
    if told := finding(own, panel, goals, words):
        sentences.append(words.text("{sentence}.", sentence=told))
    for row in own[own["printed_rate"].notna()].head(1).itertuples():
        figures.append((words.number(row.printed_rate), words.text("donations per 1,000 people, as printed")))
    return sentences, figures


def printed(frame: pd.DataFrame, words: Words, name: str) -> Table:
    """Show figures as they are printed, each with its place on the page.

    Args:
        frame: rows of ``collection.csv``, by their index there.
        words: the language. name: as of `frames.show`.
    """
    shown = frame[["measure", "printed", "value", "unit", "source_id"]]
    periods = list(map(words.period, frame["period_start"], frame["period_end"]))
    shown.insert(1, "period", periods)
    return show(shown, words, name, words.text("The figures as printed"), "collection")


def mean_day(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw an average day: a square for each donation and a bar for each litre, the last of a kind in part.

    Args:
        frame: as `donations.daily` returns it.
        words: the language.

    Returns:
        The chart ``mean-day``; a line of text where there is no donation.
    """
    given = frame[(frame["unit"] == "donation") & (frame["a_day"] > 0)]
    if given.empty:
        return nothing("mean-day", words, words.text("No average day is drawn: no donations of the period are known."))
    litres = frame[(frame["unit"] == "mL") & (frame["a_day"] > 0)]
    litres = litres.assign(a_day=litres["a_day"] / 1000)
    rows = [*given.itertuples(), *litres.itertuples()]
    each = 10 ** max(0, math.ceil(math.log10(max(row.a_day for row in rows) / MOST_SQUARES)))
    said = [_a_day(row, words) for row in rows]
    colors = {row.measure: color for row, color in zip(given.itertuples(), (BLUE, ORANGE, GREEN), strict=False)}

    def body(sheet: Sheet) -> float:
        y = 0.05
        for row, text in zip(rows, said, strict=True):
            color = colors.get(row.measure, BLUE)
            y += sheet.text(0, y, text, sheet.width, weight="bold", color=color, va="top") + 0.07
            y = _squares(sheet, y, row.a_day / each, color, 0.34 if row.unit == "mL" else 0.22) + 0.14
        return y - 0.14

    first = given.iloc[0]
    values = {
        "place": words.name("places", first["place"]),
        "period": words.period(first["period_start"], first["period_end"]),
        "n": _short(given["a_day"].sum(), words),
        "litres": _short(litres["a_day"].sum(), words, 1),
        "days": first["days"],
        "each": each,
    }
    if litres.empty:
        title = words.text("{place}, {period}: {n} blood donations on an average day", **values)
    else:
        title = words.text("{place}, {period}: {n} donations and {litres} litres on an average day", **values)
    subtitle = words.text(
        "A square is one donation (a person may give more than once), a bar is one litre: the figures of {period} "
        "over its {days} days, the last of each kind in part"
        if each == 1
        else "A square is {each} donations, a bar is {each} litres: the figures of {period} over its {days} days",
        **values,
    )
    shown = frame[["measure", "printed", "days"]].assign(a_day=pd.concat([given["a_day"], litres["a_day"]]).round(1))
    shown["unit"] = frame["unit"].replace("mL", "litre")
    shown.insert(1, "period", list(map(words.period, frame["period_start"], frame["period_end"])))
    return told_chart("mean-day", words, frame, shown, body, title, subtitle, said)


def _a_day(row, words: Words) -> str:
    values = {"name": words.name("measures", row.measure), "n": words.number(row.a_day, 1)}
    return words.text("{name}: {n} litres a day" if row.unit == "mL" else "{name}: {n} a day", **values)


def _short(value: float, words: Words, decimals: int = 0) -> str:
    """Write a number without decimals, or with one where it is small."""
    return words.number(value, decimals if value >= 10 else 1)


def _squares(sheet: Sheet, y: float, count: float, color: str, high: float) -> float:
    """Draw so many squares (or bars, where they are high), the last filled in part; return their bottom."""
    columns = 12 if sheet.narrow else 26
    step = (sheet.width + 0.05) / columns
    for n in range(math.ceil(count)):
        x, top, part = step * (n % columns), y + (high + 0.05) * (n // columns), min(1.0, count - n)
        sheet.page.add_patch(Rectangle((x, top), step - 0.05, high, facecolor=PALE))
        sheet.page.add_patch(Rectangle((x, top + high * (1 - part)), step - 0.05, high * part, facecolor=color))
    return y + (high + 0.05) * math.ceil(math.ceil(count) / columns)


def feasible_mix(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw every mix of volumes that has the mean, from end to end, and the bounds of each volume's share.

    Args:
        frame: as `donations.mix` returns it.
        words: the language.

    Returns:
        The chart ``feasible-mix``; a line of text where volume or donations are not known.
    """
    if frame.empty:
        message = words.text("No mix of bags is drawn: it takes the volume and the number of whole-blood donations.")
        return nothing("feasible-mix", words, message)
    frame = frame.sort_values(["deviation", "volume"])
    nominal = frame[frame["deviation"] == frame["deviation"].min()]
    colors = dict(zip(nominal["volume"], PURPLES, strict=True))

    def body(sheet: Sheet) -> float:
        half = sheet.width if sheet.narrow else 0.47 * sheet.width
        bottom = _ends(sheet, nominal, colors, words, half)
        x, y = (0, bottom + 0.25) if sheet.narrow else (0.53 * sheet.width, 0)
        return max(bottom, _bounds(sheet, frame, colors, words, x, y, half))

    most, first = nominal.loc[nominal["share_low"].idxmax()], nominal.iloc[0]
    values = {
        "place": words.name("places", first["place"]),
        "period": words.period(first["period_start"], first["period_end"]),
        "low": words.percent(math.floor(10 * most["share_low"]) / 1000, 1),
        "high": words.percent(math.ceil(10 * most["share_high"]) / 1000, 1),
        "volume": most["volume"],
        "mean": words.number(first["mean"], 1),
        "sizes": words.list(words.number(size) for size in colors),
    }
    if most["share_low"] > 0:
        title = words.text("{place}, {period}: if bags were nominal, at least {low} were {volume} mL", **values)
    else:
        title = words.text("{place}, {period}: even if bags were nominal, no volume is certain", **values)
    subtitle = words.text(
        "Shares of {sizes} mL among whole-blood donations that give the mean of {mean} mL. Inferred: the volumes are "
        "the legal ones, and all bags hold what they should, or are off by one factor",
        **values,
    )
    told = [words.text("At most {high} were {volume} mL; the mean donation was {mean} mL", **values)]
    shown = frame[["deviation", "volume", "mean", "share_low", "share_high"]].astype({"mean": float})
    shown = shown.round({"deviation": 2, "mean": 1, "share_low": 1, "share_high": 1})
    shown = shown.assign(deviation=[words.percent(share) for share in shown["deviation"]], period=values["period"])
    return told_chart("feasible-mix", words, frame, shown, body, title, subtitle, told)


def _ends(sheet: Sheet, nominal: pd.DataFrame, colors: dict[int, str], words: Words, width: float) -> float:
    """Draw the mixes between the one with fewest small bags and the one with most; return the bottom."""
    rows = list(nominal.itertuples())
    # At the end with fewest of the smallest volume the middle one is at its most, and the other way round.
    ends = [[row.share_high if n % 2 == turn else row.share_low for n, row in enumerate(rows)] for turn in (1, 0)]
    y = sheet.text(0, 0, words.text("Both mixes fit, and any between them"), width, weight="bold", va="top") + 0.1
    high, bar = 1.75, 0.36 * width
    for x, shares in zip((0, width - bar), ends, strict=True):
        base = y + high
        for row, share in zip(rows, shares, strict=True):
            top = base - high * share / 100
            sheet.page.add_patch(Rectangle((x, top), bar, base - top, facecolor=colors[row.volume], edgecolor=PAPER))
            ink = PAPER if colors[row.volume] == PURPLE else INK
            if share > 9:
                values = {"volume": row.volume, "share": words.percent(share / 100, 1)}
                text = words.text("{volume} mL: {share}", **values)
                sheet.text(x + bar / 2, (top + base) / 2, text, color=ink, weight="bold", ha="center")
            base = top
    for n in range(1, len(rows)):
        heights = [y + high * (1 - sum(shares[:n]) / 100) for shares in ends]
        sheet.line([bar + 0.05, width - bar - 0.05], heights, PURPLE, 0.8)
    y += high + 0.1
    swap = {"small": rows[0].volume, "middle": rows[1].volume, "large": rows[-1].volume}
    text = words.text(
        "Two bags of {middle} mL can become one of {small} and one of {large} mL and the volume stays the same, so the "
        "mix may lie anywhere between the two ends.",
        **swap,
    )
    return y + sheet.text(0, y, text, width, color=MUTED, va="top")


def _bounds(
    sheet: Sheet, frame: pd.DataFrame, colors: dict[int, str], words: Words, x: float, y: float, width: float
) -> float:
    """Draw the least and greatest share of each volume, by how far bags are off; return the bottom."""
    heading = words.text("Least and greatest share of each volume")
    y += sheet.text(x, y, heading, width, weight="bold", va="top") + 0.06
    names = {
        deviation: words.text("bags ±{off}", off=words.percent(deviation)) if deviation else words.text("bags nominal")
        for deviation in frame["deviation"].unique()
    }
    gutter, right, step = max(measure(name, SMALL) for name in names.values()) + 0.1, 0.85, 0.2
    wide = width - gutter - right
    for volume, group in frame.groupby("volume"):
        name = words.text("{volume} mL", volume=volume)
        y += sheet.text(x, y, name, weight="bold", va="top") + 0.02
        for row in group.itertuples():
            at, (low, high) = y + step / 2, (row.share_low / 100, row.share_high / 100)
            sheet.text(x, at, names[row.deviation], color=MUTED)
            sheet.line([x + gutter, x + gutter + wide], [at, at])
            left, length = x + gutter + wide * low, max(0.015, wide * (high - low))
            thick = 0.12 if row.deviation == 0 else 0.07
            sheet.page.add_patch(
                Rectangle(
                    (left, at - thick / 2), length, thick, facecolor=colors[volume], edgecolor=PURPLE, linewidth=0.6
                )
            )
            text = interval(words, row.share_low, row.share_high, 1)
            sheet.text(x + width, at, words.text("{share}%", share=text), ha="right")
            y += step
        y += 0.06
    return y - 0.06


def change(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw a place's figures of two periods, and of those between, in percent of the first; no line joins them.

    Args:
        frame: as `donations.change` returns it.
        words: the language.

    Returns:
        The chart ``change``; a line of text where there are no two periods to compare.
    """
    if frame.empty:
        message = words.text("No change is drawn: there are no two periods of one length with the same figures.")
        return nothing("change", words, message)
    ends = sorted(set(zip(frame["period_end"], frame["period_start"], strict=True)))
    first, last = ((start, end) for end, start in (ends[0], ends[-1]))
    groups = [group.sort_values("period_end") for _, group in frame.groupby("quantity", sort=False)]
    names = [_from_to(group, words) for group in groups]
    apart = frame["of_first"] - 100
    least, most = min(0, apart.min()), max(0, apart.max())
    room = 0.22 * ((most - least) or 1)  # for the labels
    limits = (least - (room if least < 0 else room / 3), most + room)

    def body(sheet: Sheet) -> float:
        rows = sheet.rows(names, step=(0.5, 0.5), xlim=limits)
        rows.axes.axvline(0, color=RULE, linewidth=1)
        rows.axes.spines["left"].set_visible(False)
        rows.axes.xaxis.set_major_formatter(lambda value, _: _signed(value, words, 0))
        rows.axes.locator_params(axis="x", nbins=5)
        for at, group in zip(rows.at, groups, strict=True):
            _points(rows.axes, at, group, words)
        return rows.bottom + 0.25

    title = _changed(frame, first, last, words)
    notes = [
        words.text(
            "Change from {first} in percent: hollow {first}, filled {last}. Arithmetic on printed figures; no line is "
            "drawn, as nothing is known here of other years",
            first=words.period(*first),
            last=words.period(*last),
        )
    ]
    if len(ends) > 2:
        notes.append(words.text("grey a period between that is known"))
    if frame["components"].any():
        counted = frame[frame["components"]].drop_duplicates("period_end").sort_values("period_end")
        periods = words.list(map(words.period, counted["period_start"], counted["period_end"]))
        notes.append(words.text("apheresis of {periods} counts all components, not platelets alone", periods=periods))
    subtitle = words.text("; ").join(notes)
    shown = frame[["value", "unit"]].assign(apart=apart.round(1))
    litres = frame["quantity"] == "whole_blood_volume"
    shown["value"] = (frame["value"] / litres.map({True: 1000, False: 1})).round(2)
    shown["unit"] = frame["unit"].mask(litres, "litre")
    shown.insert(0, "period", list(map(words.period, frame["period_start"], frame["period_end"])))
    shown.insert(0, "quantity", [_quantity(code, words) for code in frame["quantity"]])
    return told_chart("change", words, frame, shown, body, title, subtitle, names[:3])


def _points(axes, at: float, group: pd.DataFrame, words: Words) -> None:
    """Draw the periods of one quantity: the first hollow, the last filled, others small and grey with their date."""
    mark(axes, 0, at, "o", INK, "none", 7)
    for row in group.iloc[1:-1].itertuples():
        mark(axes, row.of_first - 100, at, "D", GREY, "full", 5)
        period = words.period(row.period_start, row.period_end)
        text = words.text("{change} in {period}", change=_signed(row.of_first - 100, words, 1), period=period)
        label(axes, axes.get_xlim()[0], at, text, "below", 9, color=GREY, ha="left")
    grown = group["of_first"].iloc[-1] - 100
    mark(axes, grown, at, "D", BLUE, "full", 8)
    label(axes, grown, at, _signed(grown, words, 1), "left" if grown < 0 else "right", weight="bold", color=BLUE)


def _signed(percent: float, words: Words, decimals: int) -> str:
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return sign + words.percent(abs(percent) / 100, decimals)


def _quantity(code: str, words: Words) -> str:
    return words.text(
        {
            "all_donations": "All donations",
            "whole_blood_donations": "Whole-blood donations",
            "whole_blood_volume": "Litres of whole blood",
            "volume_each": "mL in each whole-blood donation",
            "doses_each": "Doses from each apheresis donation",
        }[code]
    )


def _from_to(group: pd.DataFrame, words: Words) -> str:
    code = group["quantity"].iloc[0]
    ends = group["value"].iloc[[0, -1]] / (1000 if code == "whole_blood_volume" else 1)
    decimals = {"volume_each": 1, "doses_each": 2}.get(code, 0)
    first, last = (words.number(value, decimals) for value in ends)
    return words.text("{name}: {first} to {last}", name=_quantity(code, words), first=first, last=last)


def _changed(frame: pd.DataFrame, first: tuple[str, str], last: tuple[str, str], words: Words) -> str:
    """Return the title that holds: more or fewer donations, each larger or smaller."""
    grown = frame[frame["period_end"] == last[1]].set_index("quantity")["of_first"] - 100
    each = grown.get("volume_each", 0.0)
    own = grown["whole_blood_donations"] if each else grown.iloc[0]
    values = {"place": words.name("places", frame["place"].iloc[0])}
    values |= {"first": words.period(*first), "last": words.period(*last)}
    values |= {"n": words.percent(abs(own) / 100, 1), "each": words.percent(abs(each) / 100, 1)}
    return words.text(
        {
            (1, -1): "{place}, {first} to {last}: {n} more whole-blood donations, each {each} smaller",
            (1, 1): "{place}, {first} to {last}: {n} more whole-blood donations, each {each} larger",
            (-1, -1): "{place}, {first} to {last}: {n} fewer whole-blood donations, each {each} smaller",
            (-1, 1): "{place}, {first} to {last}: {n} fewer whole-blood donations, each {each} larger",
            (1, 0): "{place}, {first} to {last}: {n} more donations",
            (-1, 0): "{place}, {first} to {last}: {n} fewer donations",
            (0, 0): "{place}: as many donations in {last} as in {first}",
        }[_sign(own), _sign(each) if own else 0],
        **values,
    )


def _sign(value: float) -> int:
    return int(value > 0) - int(value < 0)


def derived(frame: pd.DataFrame, words: Words, name: str = "", source_ids: Iterable[str] = ()) -> Table:
    """Show what the figures come to as a table: value or interval, unit, arithmetic or inferred, and the condition.

    Args:
        frame: as `donations.derived` returns it.
        words: the language. name, source_ids: as of `frames.show`.
    """
    title = words.text("What the figures come to")
    return show(frame.round({"low": 2, "high": 2}), words, name, title, source_ids=source_ids)
