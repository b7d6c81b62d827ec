"""Charts of what a blood station collected: an average day, the mix of bags, one year beside another."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from matplotlib.patches import Rectangle

from analysis.charts.base import Chart, Sheet, chart, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, PURPLES, RULE
from analysis.charts.rates import finding, interval
from analysis.donations import chain
from analysis.language import Words

COLORS = {"platelet_donations": ORANGE, "apheresis_component_donations": GREEN}  # all else is blue
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
        figures.append((words.number(row.printed_rate), words.text("donation rate per 1,000 population, as printed")))
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
    """Draw an average day: a square for each donation and a tall bar for each litre, the last of a kind in part.

    Args:
        frame: as `donations.daily` returns it.
        words: the language.

    Returns:
        The chart ``mean-day``; a line of text where there is no donation.
    """
    litres = frame["unit"] == "mL"
    frame = frame.assign(
        a_day=frame["a_day"].mask(litres, frame["a_day"] / 1000), unit=frame["unit"].mask(litres, "litre")
    )
    rows = frame[frame["a_day"] > 0]
    if (rows["unit"] == "litre").all():
        return nothing("mean-day", words, words.text("No average day is drawn: no donations of the period are known."))
    each = 10 ** max(0, math.ceil(math.log10(rows["a_day"].max() / MOST_SQUARES)))
    names = [_a_day(row.measure, words.number(row.a_day, int(row.a_day < 1000)), words) for row in rows.itertuples()]

    def body(sheet: Sheet) -> float:
        y = 0.05
        for row, name in zip(rows.itertuples(), names, strict=True):
            color, size = COLORS.get(row.measure, BLUE), (0.13, 0.34) if row.unit == "litre" else (0.267, 0.22)
            y += sheet.text(0, y, name, sheet.width, weight="bold", color=color, va="top") + 0.07
            y = _squares(sheet, y, row.a_day / each, color, *size) + 0.14
        return y - 0.14

    first = rows.iloc[0]
    values = _where(first, words) | {"donations": words.list(names), "days": first["days"], "each": each}
    title = words.text("{place}, {period}: {donations} on an average day", **values)
    subtitle = words.text(
        "A square is one donation (a person may give more than once), a bar one litre; the last of a row is filled in "
        "part. The figures of {period} over its {days} days"
        if each == 1
        else "A square is {each} donations, a bar {each} litres: the figures of {period} over its {days} days",
        **values,
    )
    shown = frame[["measure", "printed", "days", "a_day", "unit"]].round({"a_day": 1})
    shown.insert(1, "period", values["period"])
    return chart("mean-day", words, frame, shown, body, title, subtitle, names)


def _where(row: pd.Series, words: Words) -> dict[str, str]:
    """Return the place and the period of a row, in words."""
    period = words.period(row["period_start"], row["period_end"])
    return {"place": words.name("places", row["place"]), "period": period}


def _a_day(measure: str, number: str, words: Words) -> str:
    return words.text(
        {
            "whole_blood_donations": "{n} whole-blood donations",
            "platelet_donations": "{n} platelet donations",
            "apheresis_component_donations": "{n} apheresis donations",
            "total_donations": "{n} blood donations",
            "whole_blood_volume": "{n} litres of whole blood",
            "blood_volume": "{n} litres of blood",
        }[measure],
        n=number,
    )


def _squares(sheet: Sheet, y: float, count: float, color: str, step: float, high: float) -> float:
    """Draw so many squares or bars of a height, a step apart, the last filled in part; return their bottom."""
    columns = int((sheet.width + 0.05) / step)
    for n in range(math.ceil(count)):
        x, top, part = step * (n % columns), y + (high + 0.05) * (n // columns), min(1.0, count - n)
        sheet.page.add_patch(Rectangle((x, top), step - 0.05, high, facecolor=PALE))
        sheet.page.add_patch(Rectangle((x, top + high * (1 - part)), step - 0.05, high * part, facecolor=color))
    return y + (high + 0.05) * math.ceil(count / columns)


def feasible_mix(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw the least and greatest share that each volume can have, by how far bags are off.

    Args:
        frame: as `donations.mix` returns it.
        words: the language.

    Returns:
        The chart ``feasible-mix``; a line of text where volume or donations are not known.
    """
    if frame.empty:
        message = words.text("No mix of bags is drawn: it takes the volume and the number of whole-blood donations.")
        return nothing("feasible-mix", words, message)
    frame = frame.sort_values(["volume", "deviation"])
    frame["share"] = [_share(row, words) for row in frame.itertuples()]
    frame["name"] = [
        words.text("{volume} mL, bags ±{off}", volume=row.volume, off=words.percent(row.deviation))
        if row.deviation
        else words.text("{volume} mL, bags exact", volume=row.volume)
        for row in frame.itertuples()
    ]
    exact = frame[frame["deviation"] == 0]
    colors = dict(zip(exact["volume"], PURPLES, strict=True))

    def body(sheet: Sheet) -> float:
        axes, at, bottom = sheet.rows(list(frame["name"]), step=(0.3, 0.24), right=0.95, xlim=(0, 100))
        axes.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100))
        for where, row in zip(at, frame.itertuples(), strict=True):
            axes.hlines(where, 0, 100, color=RULE, linewidth=0.7, zorder=1)
            least, most = min(row.share_low, 99.5), max(row.share_high, row.share_low + 0.5)  # to be seen
            style = {"color": colors[row.volume], "edgecolor": PURPLE, "linewidth": 0.6}
            axes.barh(where, most - row.share_low, 0.1 if row.deviation else 0.2, left=least, **style)
            label(axes, 100, where, row.share)
        return bottom + 0.25

    largest = exact.loc[exact["share_low"].idxmax()]
    values = _where(largest, words) | {"volume": largest["volume"], "share": largest["share"]}
    values |= {"mean": words.number(largest["mean"], 1), "sizes": words.list(map(words.number, colors))}
    title = words.text(
        "{place}, {period}: if every bag held its labelled volume, {share} of donations were {volume} mL", **values
    )
    subtitle = words.text(
        "Least and greatest share of each volume among whole-blood donations, inferred from their mean of {mean} mL: "
        "bags of {sizes} mL only, all exact or all off by the same percentage",
        **values,
    )
    told = [words.text("{name}: {n}", name=row.name, n=row.share) for row in exact.itertuples()]
    shown = frame[["deviation", "volume", "mean", "share_low", "share_high"]]
    shown = shown.round({"mean": 1, "share_low": 1, "share_high": 1}).assign(period=values["period"])
    shown["deviation"] = shown["deviation"].map(words.percent)
    return chart("feasible-mix", words, frame, shown, body, title, subtitle, told)


def _share(row, words: Words) -> str:
    return words.text("{share}%", share=interval(words, row.share_low, row.share_high, 1))


def change(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw how far a place's figures of later periods lie from those of the first, in percent.

    Args:
        frame: as `donations.change` returns it.
        words: the language.

    Returns:
        The chart ``change``; a line of text where there are no two periods to compare.
    """
    if frame.empty:
        message = words.text("No change is drawn: there are no two periods of one length with the same figures.")
        return nothing("change", words, message)
    litres = frame["quantity"] == "whole_blood_volume"
    value = frame["value"].mask(litres, frame["value"] / 1000)
    frame = frame.assign(value=value, unit=frame["unit"].mask(litres, "litre"), apart=frame["of_first"] - 100)
    frame["period"] = list(map(words.period, frame["period_start"], frame["period_end"]))
    first, last = frame["period_end"].min(), frame["period_end"].max()
    rows = frame[frame["period_end"] != first].copy()
    since = frame["period"][frame["period_end"] == first].iloc[0]
    rows["name"] = [_from_to(row, since, words) for row in rows.itertuples()]
    least, most = min(0, rows["apart"].min()), max(0, rows["apart"].max())
    room = 0.22 * ((most - least) or 1)  # for the labels
    limits = (least - (room if least < 0 else room / 3), most + room)

    def body(sheet: Sheet) -> float:
        axes, at, bottom = sheet.rows(list(rows["name"]), step=(0.42, 0.32), xlim=limits)
        axes.xaxis.set_major_formatter(lambda value, _: _signed(value, words, 0))
        axes.locator_params(axis="x", nbins=5)
        for where, row in zip(at, rows.itertuples(), strict=True):
            color, size = (BLUE, 8) if row.period_end == last else (GREY, 6)
            axes.vlines(0, where - 0.14, where + 0.14, color=INK, linewidth=1.2)
            mark(axes, row.apart, where, "D", color, "full", size)
            side = "left" if row.apart < 0 else "right"
            label(axes, row.apart, where, _signed(row.apart, words, 1), side, weight="bold", color=color)
        return bottom + 0.25

    notes = [words.text("Change from {first} in percent", first=since)]
    if frame["period_end"].nunique() > 2:
        notes.append(words.text("grey: a period between"))
    if frame["components"].any():
        periods = words.list(frame[frame["components"]].sort_values("period_end")["period"].unique())
        caution = words.text(
            "in {periods} all donations include apheresis of all components, not platelets alone", periods=periods
        )
        notes.append(caution)
    shown = frame[["quantity", "period", "value", "unit", "apart"]].round({"value": 2, "apart": 1})
    shown["quantity"] = [_quantity(code, words) for code in frame["quantity"]]
    subtitle, told = words.text("; ").join(notes), list(rows["name"][rows["period_end"] == last])[:3]
    return chart("change", words, frame, shown, body, _changed(frame, words), subtitle, told)


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
        }[code]
    )


def _from_to(row, since: str, words: Words) -> str:
    """Write a quantity with its values in the first period (``since``) and in that of the row."""
    decimals = 1 if row.quantity == "volume_each" else 0
    first, last = (words.number(value, decimals) for value in (100 * row.value / row.of_first, row.value))
    return words.text(
        "{name}: {first} ({since}), {last} ({period})",
        name=_quantity(row.quantity, words),
        since=since,
        period=row.period,
        first=first,
        last=last,
    )


def _changed(frame: pd.DataFrame, words: Words) -> str:
    """Return the title that holds: more or fewer donations, with more or less blood in each."""
    ends = frame.sort_values("period_end")["period"].iloc[[0, -1]]
    grown = frame[frame["period_end"] == frame["period_end"].max()].set_index("quantity")["apart"]
    each = grown.get("volume_each", 0)
    own = grown["whole_blood_donations"] if each else grown.iloc[0]
    what = words.text("whole-blood donations" if each else "donations")
    told = [
        words.text(
            "{n} more {what}" if own > 0 else "{n} fewer {what}" if own else "as many {what}",
            n=words.percent(abs(own) / 100, 1),
            what=what,
        )
    ]
    if each:
        share = words.percent(abs(each) / 100, 1)
        told.append(words.text("with {n} more blood in each" if each > 0 else "with {n} less blood in each", n=share))
    return words.text(
        "{place}, {first} to {last}: {told}",
        place=words.name("places", frame["place"].iloc[0]),
        first=ends.iloc[0],
        last=ends.iloc[1],
        told=words.text(", ").join(told),
    )


def derived(frame: pd.DataFrame, words: Words, name: str = "", source_ids: Iterable[str] = ()) -> Table:
    """Show what the figures come to as a table: value or interval, unit, arithmetic or inferred, and the condition.

    Args:
        frame: as `donations.derived` returns it.
        words: the language. name, source_ids: as of `frames.show`.
    """
    title = words.text("What the figures come to")
    return show(frame.round({"low": 2, "high": 2}), words, name, title, source_ids=source_ids)
