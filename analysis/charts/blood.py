"""Charts of what a blood station collected: an average day, the mix of bags, one year beside another."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.patches import Rectangle

from analysis.charts.base import Chart, Sheet, chart, label, mark
from analysis.displays.base import Text, nothing, where
from analysis.displays.blood import interval
from analysis.language import Words
from analysis.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, PURPLES, RULE

COLORS = {"platelet_donations": ORANGE, "apheresis_component_donations": GREEN}  # all else is blue
MOST_SQUARES = 240  # of one kind; more donations a day are drawn by tens, hundreds ...


def mean_day(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw an average day: a square for each donation and a tall bar for each litre, the last of a kind in part.

    Args:
        frame: as `donations.daily` returns it.
        words: the language.

    Returns:
        The chart ``mean-day``; a line of text where there is no donation.
    """
    frame = _in_litres(frame, "a_day", frame["unit"] == "mL")
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

    values = where(rows, words) | {"donations": words.list(names), "days": rows["days"].iloc[0], "each": each}
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


def _in_litres(frame: pd.DataFrame, column: str, volumes: pd.Series) -> pd.DataFrame:
    """Return a frame with those rows in litres that are volumes in mL."""
    litres = frame[column].mask(volumes, frame[column] / 1000)
    return frame.assign(**{column: litres, "unit": frame["unit"].mask(volumes, "litre")})


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
    frame = frame.assign(off=frame["deviation"].map(words.percent))
    ends = zip(frame["share_low"], frame["share_high"], strict=True)
    frame["share"] = [words.text("{share}%", share=interval(words, *shares, 1)) for shares in ends]
    frame["name"] = [
        words.text("{volume} mL, bags ±{off}" if row["deviation"] else "{volume} mL, bags exact", **row)
        for row in frame.to_dict("records")
    ]
    exact = frame[frame["deviation"] == 0]
    colors = dict(zip(exact["volume"], PURPLES, strict=True))

    def body(sheet: Sheet) -> float:
        write = {"write": lambda value: words.percent(value / 100)}
        axes, places, bottom = sheet.rows(frame["name"], step=(0.3, 0.24), right=0.95, xlim=(0, 100), **write)
        for at, row in zip(places, frame.itertuples(), strict=True):
            axes.hlines(at, 0, 100, color=RULE, linewidth=0.7, zorder=1)
            least, most = min(row.share_low, 99.5), max(row.share_high, row.share_low + 0.5)  # to be seen
            style = {"color": colors[row.volume], "edgecolor": PURPLE, "linewidth": 0.6}
            axes.barh(at, most - row.share_low, 0.1 if row.deviation else 0.2, left=least, **style)
            label(axes, 100, at, row.share)
        return bottom

    largest = exact.loc[exact["share_low"].idxmax()]
    values = where(exact, words) | {"volume": largest["volume"], "share": largest["share"]}
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
    shown = frame[["off", "volume", "mean", "share_low", "share_high"]].rename(columns={"off": "deviation"})
    shown = shown.round(1).assign(period=values["period"])
    return chart("feasible-mix", words, frame, shown, body, title, subtitle, told)


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
    frame = _in_litres(frame, "value", frame["quantity"] == "whole_blood_volume")
    periods = list(map(words.period, frame["period_start"], frame["period_end"]))
    names = [_quantity(code, words) for code in frame["quantity"]]
    frame = frame.assign(apart=frame["of_first"] - 100, period=periods, name=names)
    first, last = (frame[frame["period_end"] == end(frame["period_end"])] for end in (min, max))
    since, until = first["period"].iloc[0], last["period"].iloc[0]
    rows = frame.drop(first.index)
    rows["name"] = [_from_to(row, since, words) for row in rows.itertuples()]
    least, most = min(0, rows["apart"].min()), max(0, rows["apart"].max())
    room = 0.22 * ((most - least) or 1)  # for the labels
    limits = (least - (room if least < 0 else room / 3), most + room)

    def body(sheet: Sheet) -> float:
        ticks = {"bins": 5, "write": lambda value: _signed(value, words, 0)}
        axes, places, bottom = sheet.rows(rows["name"], step=(0.42, 0.32), xlim=limits, **ticks)
        for at, row in zip(places, rows.itertuples(), strict=True):
            color, size = (BLUE, 8) if row.period == until else (GREY, 6)
            axes.vlines(0, at - 0.14, at + 0.14, color=INK, linewidth=1.2)
            mark(axes, row.apart, at, "D", color, "full", size)
            side = "left" if row.apart < 0 else "right"
            label(axes, row.apart, at, _signed(row.apart, words, 1), side, weight="bold", color=color)
        return bottom

    notes = [words.text("Change from {first} in percent", first=since)]
    if frame["period"].nunique() > 2:
        notes.append(words.text("grey: a period between"))
    if frame["components"].any():
        counted = words.list(frame[frame["components"]].sort_values("period_end")["period"].unique())
        caution = words.text(
            "in {periods} all donations include apheresis of all components, not platelets alone", periods=counted
        )
        notes.append(caution)
    values = {"first": since, "last": until, "told": _changed(last.set_index("quantity")["apart"], words)}
    title = words.text("{place}, {first} to {last}: {told}", **where(frame, words), **values)
    shown = frame[["name", "period", "value", "unit", "apart"]].rename(columns={"name": "quantity"})
    shown = shown.round({"value": 2, "apart": 1})
    told = rows["name"][rows["period"] == until].head(3)
    return chart("change", words, frame, shown, body, title, words.text("; ").join(notes), told)


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
    """Write a row's quantity with its values in the first period (``since``) and in its own."""
    decimals = int(row.quantity == "volume_each")
    first, last = (words.number(value, decimals) for value in (100 * row.value / row.of_first, row.value))
    values = {"name": row.name, "since": since, "period": row.period, "first": first, "last": last}
    return words.text("{name}: {first} ({since}), {last} ({period})", **values)


def _changed(apart: pd.Series, words: Words) -> str:
    """Return the finding that holds: more or fewer donations, with more or less blood in each.

    Args:
        apart: the change of each quantity in percent.
    """
    each = apart.get("volume_each", 0)
    own = apart["whole_blood_donations"] if each else apart.iloc[0]
    values = {"what": words.text("whole-blood donations" if each else "donations")}
    values["n"] = words.percent(abs(own) / 100, 1)
    told = words.text("{n} more {what}" if own > 0 else "{n} fewer {what}" if own else "as many {what}", **values)
    if not each:
        return told
    share = words.percent(abs(each) / 100, 1)
    blood = words.text("with {n} more blood in each" if each > 0 else "with {n} less blood in each", n=share)
    return words.text(", ").join([told, blood])
