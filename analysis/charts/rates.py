"""Charts of donation rates: over time, by the population under them, beside medians, and what a goal would take."""

from __future__ import annotations

import math
import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.base import Chart, Sheet, chart, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE
from analysis.charts.placing import Labels
from analysis.donations import chain, decimal_year, months_of
from analysis.language import Words, format_number

CLOSE = 0.02  # of a known population: within this an implied one is called near it


def interval(words: Words, low: float, high: float, decimals: int = 0) -> str:
    """Write an interval, or one number where both ends are written the same."""
    ends = [words.number(value, decimals) for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else words.text("{low}–{high}", low=ends[0], high=ends[1])


def sources_of(frame: pd.DataFrame) -> list[str]:
    """Return the sources of rows: of a column ``sources`` (several a row) or ``source_id``."""
    return [source for row in frame["sources"] for source in row] if "sources" in frame else list(frame["source_id"])


def told_chart(
    name: str, words: Words, rows: pd.DataFrame, shown: pd.DataFrame, body, title: str, subtitle: str, told: list[str]
) -> Chart:
    """Return the chart of rows whose alt text is its title and what ``told`` adds; ``shown`` is the table behind it."""
    alt = words.text("{title}. {told}.", title=title, told=words.text("; ").join(told))
    return chart(name, words, shown, body, title=title, subtitle=subtitle, alt=alt, source_ids=sources_of(rows))


def _count_axis(axes: Axes, write) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(round(value))))


def rates(panel: pd.DataFrame, goals: pd.DataFrame, words: Words, place: str) -> Chart | Text:
    """Draw yearly rates over time: the country as a line, a place and what it is part of as points, others labelled.

    Printed rates are filled, computed ones hollow, with their interval where several populations are known; where
    both are known the printed one stands in the ring of the computed one.

    Args:
        panel: as `donations.rate_panel` returns it, or some of its rows.
        goals: rows of ``benchmarks.csv`` that are goals for the rate (per mille), or none.
        words: the language.
        place: a row of ``places.csv``; province and country follow from it.

    Returns:
        The chart ``rates``; a line of text where no rate is known.
    """
    line, panel = chain(words.tables["places"], place), _yearly(panel)
    if panel.empty:
        return nothing("rates", words, words.text("No rate is drawn: none is printed, and none can be computed."))
    panel = _side_by_side(panel, line)
    country = line[-1] if len(line) > 1 else ""
    goals = goals.sort_values(["year", "value", "benchmark"])
    goals = goals.assign(middle=goals["year"].map(decimal_year).astype(float) - 0.5)

    def body(sheet: Sheet) -> float:
        y = sheet.key(_places_key(panel, line, words)) + 0.02
        y = sheet.key(_natures_key(panel, goals, words), y) + 0.12
        high, left = (4.3 if sheet.narrow else 3.9), 0.28
        axes = sheet.axes(left, y, sheet.width - left, high, **_limits(panel, goals))
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        _time_axis(axes, 6 if sheet.narrow else 12)
        _draw(axes, panel, goals, line, country)
        labels = Labels(sheet, (left, y, sheet.width, y + high))
        _label(labels, axes, panel, goals, country, _texts(panel, goals, line, country, words))
        return y + high + 0.25

    first, last = panel["year"].min(), panel["year"].max()
    own = panel[panel["place"] == place]
    values = {"first": str(int(first)), "last": str(int(last)), "n": panel["place"].nunique()}
    values |= {"place": words.name("places", place)}
    title = finding(own, panel, goals, words) or words.text("Donation rates of {n} places, {first} to {last}", **values)
    subtitle = words.text(
        "Blood donations in a year per 1,000 residents. Computed: donations over the residents known near the end of "
        "the period. A line joins consecutive years only; places that would cover each other stand side by side"
    )
    told = [
        words.text(
            "{place}: {told}", told=words.text("; ").join(_told(row, words) for row in own.itertuples()), **values
        )
    ]
    columns = ["place", "period_start", "period_end", "donations", "printed_rate", "computed_low", "computed_high"]
    shown = panel[[*columns, "population"]].round({"computed_low": 2, "computed_high": 2})
    named = goals[f"name_{words.lang}"]
    aims = pd.DataFrame(
        {"place": named, "period_start": goals["year"], "period_end": goals["year"], "goal": goals["value"]}
    )
    shown = pd.concat([shown, aims], ignore_index=True)
    sources = pd.concat(
        [panel[["sources"]], goals[["source_id"]].map(lambda one: (one,)).set_axis(["sources"], axis=1)]
    )
    return told_chart("rates", words, sources, shown, body, title, subtitle, told)


def panel_table(panel: pd.DataFrame, words: Words, name: str) -> Table:
    """Show the rates behind `rates` as a table, printed and computed in columns of their own.

    Args:
        panel: as `donations.rate_panel` returns it, or some of its rows.
        words: the language. name: as of `frames.show`.
    """
    rows = _yearly(panel)
    shown = rows[["place", "donations", "printed_rate", "computed_low", "computed_high", "population"]].round(2)
    shown["above"] = (100 * (rows["printed_rate"] / rows["computed_high"].astype(float) - 1)).round(1)
    shown.insert(1, "period", list(map(words.period, rows["period_start"], rows["period_end"])))
    ids = [source for row in rows["sources"] for source in row]
    return show(shown, words, name, words.text("Donation rates, printed and computed"), source_ids=ids)


def benchmarks(frame: pd.DataFrame, words: Words, name: str) -> Table:
    """Show goals, thresholds and medians: whose, for when, how much, and what each counts.

    Args:
        frame: rows of ``benchmarks.csv``. words: the language. name: as of `frames.show`.
    """
    frame = frame.sort_values(["kind", "year", "value", "benchmark"])
    shown = frame[["name_zh", "name_en", "year", "value", "unit", "kind", "counting", "source_id"]]
    return show(shown, words, name, words.text("Goals, thresholds and medians"))


def _yearly(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of twelve months that have a rate, with their place on the axes, sorted."""
    months = pd.Series(map(months_of, panel["period_start"], panel["period_end"]), panel.index, dtype="float64")
    has = panel["printed_rate"].notna() | panel["computed_low"].notna()
    panel = panel[(months == 12) & has].sort_values(["place", "period_end", "printed_rate", "computed_low"])
    ends = panel[["printed_rate", "computed_low", "computed_high"]].astype(float)
    middle = (panel["computed_low"] + panel["computed_high"]) / 2
    return panel.assign(
        year=panel["period_end"].map(decimal_year).astype(float) - 0.5,
        low=ends.min(axis=1),
        high=ends.max(axis=1),
        middle=middle.astype(float),
        rate=panel["printed_rate"].fillna(middle).astype(float),
    )


def _side_by_side(panel: pd.DataFrame, line: list[str]) -> pd.DataFrame:
    """Move places of one year apart along the axis where their rates would cover each other; the country stays."""
    rank = panel["place"].map(lambda place: line[::-1].index(place) if place in line else len(line))
    panel, placed = panel.assign(rank=rank).sort_values(["year", "rank", "place"], kind="stable"), []
    for row in panel.itertuples():
        near = [x for year, _, rate, x in placed if year == row.year and abs(rate - row.rate) < 0.5]
        free = next(move for move in (0, -0.3, 0.3, -0.6, 0.6, 0) if row.year + move not in near or len(near) > 4)
        placed.append((row.year, row.place, row.rate, row.year + free))
    return panel.assign(year=[x for *_, x in placed])


def finding(own: pd.DataFrame, panel: pd.DataFrame, goals: pd.DataFrame, words: Words) -> str:
    """Return what the latest rate of a place is beside its country's of the same period and beside the goals.

    Args:
        own: rows of the panel of one place. panel: all rows. goals: rows of ``benchmarks.csv``. words: the language.

    Returns:
        A sentence without a full stop, or "" where the place has no yearly rate.
    """
    own, panel = _yearly(own), _yearly(panel)
    if own.empty:
        return ""
    row = own.sort_values(["period_end", "rate"]).iloc[-1]
    country = chain(words.tables["places"], row["place"])[-1]
    values = {
        "place": words.name("places", row["place"]),
        "period": words.period(row["period_start"], row["period_end"]),
    }
    values |= {"rate": _rate(row, words)}
    same = (panel["place"] == country) & (panel["period_end"] == row["period_end"]) & (country != row["place"])
    against = _against(row, panel[same], words)
    goal = _beside_goals(row, goals, words)
    both = words.text(", ").join(filter(None, [against, goal]))
    if not both:
        return words.text("{place} had {rate} donations per 1,000 people in {period}", **values)
    return words.text("{place}'s {rate} per 1,000 in {period}: {both}", both=both, **values)


def _against(row: pd.Series, others: pd.DataFrame, words: Words) -> str:
    """Return where a rate lies beside another place's: above, below, or neither; "" without one."""
    if others.empty:
        return ""
    # Printed beside printed where both are, else all that either may be.
    other, printed = others.iloc[0], pd.notna(row["printed_rate"]) and pd.notna(others.iloc[0]["printed_rate"])
    own_ends = [row["printed_rate"]] * 2 if printed else [row["low"], row["high"]]
    ends = [other["printed_rate"]] * 2 if printed else [other["low"], other["high"]]
    values = {"country": words.name("places", other["place"]), "other": _rate(other, words)}
    if own_ends[0] > ends[1]:
        return words.text("above {country}'s {other}", **values)
    if own_ends[1] < ends[0]:
        return words.text("below {country}'s {other}", **values)
    return words.text("like {country}'s {other}", **values)


def _beside_goals(row: pd.Series, goals: pd.DataFrame, words: Words) -> str:
    """Return which goals a rate reaches: all, none, or all but from which on; "" where that cannot be said."""
    low, high = (row["printed_rate"],) * 2 if pd.notna(row["printed_rate"]) else (row["low"], row["high"])
    missed = goals[goals["value"] > high].sort_values(["value", "year"])
    if goals.empty or ((goals["value"] > low) & (goals["value"] <= high)).any():
        return ""
    if missed.empty:
        return words.text("above every goal found")
    first = missed.iloc[0]
    return words.text("short of the {year} goal of {goal}", goal=first["value"], year=str(first["year"]))


def _rate(row, words: Words) -> str:
    """Write the printed rate as printed; a computed one to one decimal, as an interval where it is one."""
    if pd.notna(row.printed_rate):
        return words.number(row.printed_rate)
    return interval(words, row.computed_low, row.computed_high, 1)


def _told(row, words: Words) -> str:
    values = {"period": words.period(row.period_start, row.period_end), "rate": _rate(row, words)}
    return words.text(
        "{period} {rate} (printed)" if pd.notna(row.printed_rate) else "{period} {rate} (computed)", **values
    )


def _style(place: str, line: list[str]) -> tuple[str, str]:
    """Return colour and shape of a place: the one asked for, what it is part of, the country, or another."""
    if place == line[0]:
        return BLUE, "D"
    if place == line[-1]:
        return INK, "o"
    return (GREEN, "s") if place in line else (GREY, "^")


def _places_key(panel: pd.DataFrame, line: list[str], words: Words) -> list:
    shown = [place for place in line if place in set(panel["place"])]
    entries = [
        ((marker, color, "full"), words.name("places", place))
        for place in shown
        for color, marker in [_style(place, line)]
    ]
    if set(panel["place"]) - set(line):
        entries.append((("^", GREY, "full"), words.text("other places")))
    return entries


def _natures_key(panel: pd.DataFrame, goals: pd.DataFrame, words: Words) -> list:
    entries = [(("o", INK, "full"), words.text("printed"))] if panel["printed_rate"].notna().any() else []
    entries += [(("o", INK, "none"), words.text("computed"))] if panel["computed_low"].notna().any() else []
    return entries + ([(("_", ORANGE, "full"), words.text("goal for the year"))] if len(goals) else [])


def _limits(panel: pd.DataFrame, goals: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return limits that hold every rate and every goal, with room for the marks."""
    values = [*panel["low"], *panel["high"], *goals["value"]]
    years = [*panel["year"], *goals["middle"]]
    return {
        "ylim": (max(0, math.floor(min(values) - 0.5)), math.ceil(max(values) + 0.5)),
        "xlim": (math.floor(min(years)) - 0.2, math.ceil(max(years)) + 0.2),
    }


def _time_axis(axes: Axes, most: int) -> None:
    """Label years at their middle, as many as there is room for."""
    first, last = (math.floor(limit + 0.3) for limit in axes.get_xlim())
    step = math.ceil((last - first) / most)
    years = range(last - 1, first - 1, -step)
    axes.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    axes.yaxis.set_major_locator(MaxNLocator(8, integer=True))


def _label(
    labels: Labels, axes: Axes, panel: pd.DataFrame, goals: pd.DataFrame, country: str, texts: list[tuple]
) -> None:
    """Write labels clear of marks, goals and the line of the country, all of which are in values of the axes."""
    left, top, right, bottom = labels.bounds
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()

    def inches(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * (x - x0) / (x1 - x0), top + (bottom - top) * (y1 - y) / (y1 - y0)

    lines = [[(row.year, row.low), (row.year, row.high)] for row in panel.itertuples()]
    lines += [[(row.middle - 0.5, row.value), (row.middle + 0.5, row.value)] for row in goals.itertuples()]
    lines += [list(zip(run["year"], run["rate"], strict=True)) for run in _runs(panel[panel["place"] == country])]
    for points in lines:
        labels.keep_off_line([inches(*point) for point in points])
    for row in panel.itertuples():
        labels.keep_off_mark(*inches(row.year, row.low))
        labels.keep_off_mark(*inches(row.year, row.high))
    for x, y, text, color, weight in texts:
        labels.write(*inches(x, y), text, color, weight)


def _runs(group: pd.DataFrame, column: str = "rate") -> list[pd.DataFrame]:
    """Split a place's rows where years are not consecutive."""
    group = group[group[column].notna()].drop_duplicates("year")
    return [run for _, run in group.groupby((group["year"].diff() > 1.01).cumsum())]


def _draw(axes: Axes, panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], country: str) -> None:
    """Draw goals, the line of the country, rings of computed rates, and the printed ones in them."""
    for row in goals.itertuples():
        axes.hlines(row.value, row.middle - 0.5, row.middle + 0.5, color=ORANGE, linewidth=2.5, zorder=2)
    own = panel[panel["place"] == country]
    for column, width in (("printed_rate", 1.6), ("middle", 0.8)):
        for run in _runs(own, column):
            axes.plot(run["year"], run[column], color=INK, linewidth=width, zorder=2)
    # What the chart is about lies on top.
    order = {place: n for n, place in enumerate(line[::-1])}
    for row in sorted(panel.itertuples(), key=lambda row: order.get(row.place, -1)):
        color, marker = _style(row.place, line)
        if pd.notna(row.middle):
            axes.plot([row.year] * 2, [row.computed_low, row.computed_high], color=color, linewidth=1.6, zorder=2.5)
            mark(axes, row.year, row.middle, marker, color, "none", 9)
        if pd.notna(row.printed_rate):
            mark(axes, row.year, row.printed_rate, marker, color, "full", 4.5 if pd.notna(row.middle) else 6)


def _texts(panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], country: str, words: Words) -> list[tuple]:
    """Return the labels, the most needed first: x, y, text, colour, weight."""
    latest = panel.loc[panel["place"] == line[0], "period_end"].max()
    own = panel[panel["place"] == country]
    named = [own["period_end"].min(), latest, own["period_end"].max()]
    found = []
    for row in panel.itertuples():
        if row.place == country and row.period_end not in named:
            continue
        rank = len(line) if row.place == country else line.index(row.place) if row.place in line else len(line) - 1
        text = _rate(row, words)
        if row.place not in line:
            text = words.text("{place} {rate}", place=words.name("places", row.place), rate=text)
        weight = "bold" if row.place == line[0] else "regular"
        found.append((rank, row.year, row.rate, text, _style(row.place, line)[0], weight))
    for row in goals.itertuples():
        name = getattr(row, f"name_{words.lang}")
        text = words.text("{name}: {goal}", name=name, goal=row.value)
        found.append((-1, row.middle, row.value, text, ORANGE, "regular"))
    return [rest for _, *rest in sorted(found, key=lambda each: (each[0], -each[1], each[2], each[3]))]


def populations(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw the populations that a printed rate implies by what it counts, above those that are known.

    Args:
        frame: as `donations.populations` returns it.
        words: the language.

    Returns:
        The chart ``populations``; a line of text where no rate is printed.
    """
    implied = frame[frame["nature"] == "inferred"]
    if implied.empty:
        message = words.text("No implied population is drawn: no yearly rate is printed, or not what it may count.")
        return nothing("populations", words, message)
    known = frame[frame["nature"] == "printed"]
    names = [(_counting if row.nature == "inferred" else _people)(row, words) for row in frame.itertuples()]
    ends = [*frame["low"], *frame["high"]]
    pad = 0.12 * ((max(ends) - min(ends)) or max(ends))

    def body(sheet: Sheet) -> float:
        rows = sheet.rows(names, xlim=(min(ends) - pad, max(ends) + pad))
        rows.axes.spines["left"].set_visible(False)
        _count_axis(rows.axes, lambda value: _round_count(value, words))
        for row, at in zip(frame.itertuples(), rows.at, strict=True):
            middle, color = (row.low + row.high) / 2, INK if row.near else GREY
            if row.nature == "inferred":
                color, line = PURPLE, {"linewidth": 0.8, "linestyle": (0, (2, 2)), "zorder": 1}
                rows.axes.vlines(middle, at, rows.axes.get_ylim()[0], color=color, **line)
                rows.axes.barh(at, max(row.high - row.low, pad / 40), 0.17, left=row.low, color=color)
            else:
                mark(rows.axes, row.low, at, "o" if row.kind == "resident" else "^", color, "full", 7)
            right = middle < (min(ends) + max(ends)) / 2
            x, side = (row.high, "right") if right else (row.low, "left")
            label(rows.axes, x, at, interval(words, row.low, row.high), side, color=color)
        return rows.bottom + 0.25

    first = implied.iloc[0]
    values = {"place": words.name("places", first["place"]), "rate": words.printed(first["printed"], "per_mille")}
    values |= {"period": words.period(first["period_start"], first["period_end"])}
    near = known[known["near"].astype(bool)]
    title = _fit(implied, near, values, words)
    subtitle = words.text(
        "People that a rate of {rate} in {period} implies, by what it counts (purple; inferred, if it was rounded), "
        "and printed populations: those near the end of the period dark, others grey",
        **values,
    )
    told = [
        words.text("{name}: {value}", name=name, value=interval(words, low, high))
        for name, low, high, near in zip(names, frame["low"], frame["high"], frame["near"], strict=True)
        if near or low < high
    ]
    shown = frame[["kind", "as_of", "printed", "donations", "low", "high", "cut_low", "cut_high"]]
    shown = shown.assign(
        gap=[_gap(row, near["low"]) if row.nature == "inferred" else None for row in frame.itertuples()]
    )
    shown["period"] = [values["period"] if nature == "inferred" else "" for nature in frame["nature"]]
    shown = shown.assign(donations=[None if pd.isna(count) else int(count) for count in shown["donations"]])
    shown.insert(0, "counting", [_counting_name(code, words) if code else "" for code in frame["counting"]])
    return told_chart("populations", words, frame, shown, body, title, subtitle, told)


def _round_count(value: float, words: Words) -> str:
    return format_number(round(value), words.lang, 10 ** max(0, math.floor(math.log10(max(value, 1))) - 2))


def _counting_name(code: str, words: Words) -> str:
    return words.text(
        {
            "whole_blood": "only whole blood counts",
            "with_apheresis": "platelet donations count too",
            "with_doses": "each platelet dose counts",
        }[code]
    )


def _counting(row, words: Words) -> str:
    return words.text("If {counting} ({n})", counting=_counting_name(row.counting, words), n=int(row.donations))


def _people(row, words: Words) -> str:
    kind = words.label("kind", row.kind)
    return words.text("{kind}, {date}", kind=kind[:1].upper() + kind[1:], date=words.date(row.as_of))


def _fit(implied: pd.DataFrame, near: pd.DataFrame, values: dict, words: Words) -> str:
    """Return the title that holds: which way of counting comes how near to a known population."""
    if near.empty:
        return words.text("How many people {place}'s {rate} of {period} implies depends on what it counts", **values)
    gaps = {row.counting: _gap(row, near["low"]) / 100 for row in implied.itertuples()}
    best = min(gaps, key=gaps.get)
    values |= {"counting": _counting_name(best, words), "gap": words.percent(gaps[best], 1)}
    if gaps[best] > CLOSE:
        return words.text("Whatever it counts, {place}'s {rate} of {period} fits no known population", **values)
    if gaps[best]:
        return words.text("{place}'s {rate} of {period} fits its residents within {gap} if {counting}", **values)
    return words.text("{place}'s {rate} of {period} fits its residents if {counting}", **values)


def _gap(row, people: pd.Series) -> float | None:
    """Return how far an implied population is from the nearest of some, in percent of it, rounded up to 0.1."""
    gaps = [max(row.low - count, count - row.high, 0) / count for count in people]
    return math.ceil(1000 * min(gaps)) / 10 if gaps else None


def medians(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw medians over countries of whole-blood donations, and a place's rate of whole blood alone among them.

    Args:
        frame: as `donations.medians` returns it.
        words: the language.

    Returns:
        The chart ``medians``; a line of text where there is no median or no rate of whole blood.
    """
    own, others = frame[frame["own"].astype(bool)], frame[~frame["own"].astype(bool)]
    if own.empty or others.empty:
        message = words.text(
            "No median is drawn: it takes medians of whole-blood donations, and a rate of whole blood."
        )
        return nothing("medians", words, message)
    column, row = f"name_{words.lang}", own.iloc[0]
    head, short = _shared(list(others[column]))
    names = dict(zip(others.index, short, strict=True))
    period = words.period(row["period_start"], row["period_end"])
    names[own.index[0]] = words.text("{place}, {period}", place=row[column], period=period)

    def body(sheet: Sheet) -> float:
        y = sheet.text(0, 0, head, sheet.width, weight="bold", va="top") + 0.05 if head else 0
        rows = sheet.rows([names[index] for index in frame.index], y, xlim=(0, 1.12 * frame["high"].max()))
        rows.axes.locator_params(axis="x", nbins=5)
        for at, each in zip(rows.at, frame.itertuples(), strict=True):
            face, edge, ink, weight = (PAPER, BLUE, BLUE, "bold") if each.own else (GREY, GREY, INK, "regular")
            rows.axes.barh(at, (each.low + each.high) / 2, 0.17, facecolor=face, edgecolor=edge, linewidth=1.4)
            label(rows.axes, each.high, at, interval(words, each.low, each.high, 1), weight=weight, color=ink)
        return rows.bottom + 0.25

    values = {"place": row[column], "period": period, "rate": interval(words, row["low"], row["high"], 1)}
    over, under = others[others["low"] > row["high"]], others[others["high"] < row["low"]]
    values |= {"above": names[over.index[-1]]} if len(over) else {}
    values |= {"below": names[under.index[0]]} if len(under) else {}
    title = words.text(
        {
            (True, True): "{place}, {period}: whole-blood rate between the medians of {below} and {above}",
            (True, False): "{place}, {period}: whole-blood rate below the median of {above}",
            (False, True): "{place}, {period}: whole-blood rate above the median of {below}",
            (False, False): "{place}, {period}: whole-blood rate at a median over countries",
        }[len(over) > 0, len(under) > 0]
        if head
        else "{place}, {period}: {rate} donations of whole blood per 1,000 beside a median over countries",
        **values,
    )
    subtitle = words.text(
        "Whole-blood donations per 1,000 people: medians over countries, as printed, and {place} in {period}, computed "
        "from whole blood alone over the residents known (hollow)",
        **values,
    )
    listed = [
        words.text("{name}: {value}", name=names[at], value=interval(words, low, high, 1))
        for at, low, high in frame[["low", "high"]].itertuples(name=None)
    ]
    shown = frame.rename(columns={"low": "rate_low", "high": "rate_high"}).round({"rate_low": 2, "rate_high": 2})
    shown = shown[["name_zh", "name_en", "period_start", "period_end", "rate_low", "rate_high"]]
    return told_chart("medians", words, frame, shown, body, title, subtitle, listed)


def _shared(names: list[str]) -> tuple[str, list[str]]:
    """Split what all names begin and end with from them, at commas, colons and brackets: said once, and the rest.

    >>> _shared(["WHO median, poor countries (data of 2018)", "WHO median, rich countries (data of 2018)"])
    ('WHO median (data of 2018)', ['poor countries', 'rich countries'])
    """
    parts = [re.findall(r"[^：:，,（(]+[：:，,]?\s*|[（(].*", name) for name in names]
    lead = trail = 0
    while all(len(each) > lead + 1 and each[lead] == parts[0][lead] for each in parts):
        lead += 1
    while all(len(each) > lead + trail + 1 and each[-1 - trail] == parts[0][-1 - trail] for each in parts):
        trail += 1
    if len(names) < 2 or not lead + trail:
        return "", names
    first, last = "".join(parts[0][:lead]).rstrip("：:，, "), "".join(parts[0][len(parts[0]) - trail :])
    space = " " if last[:1] == "(" else ""
    return first + space + last, ["".join(each[lead : len(each) - trail]).strip() for each in parts]


def needed(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw what a goal for the rate would take: the donations of the year, those still needed, and both together.

    Args:
        frame: as `donations.needed` returns it.
        words: the language.

    Returns:
        The chart ``needed``; a line of text where donations or population are not known.
    """
    if frame.empty:
        message = words.text(
            "What a goal would take is not drawn: donations, or a population to go with them, are not known."
        )
        return nothing("needed", words, message)
    steps = frame.set_index("step")
    lacking, total, first = steps.loc["still_needed"], steps.loc["needed"], frame.iloc[0]
    given = int(total["low"] - lacking["low"])
    if lacking["low"] <= 0:
        frame = frame[frame["step"] != "still_needed"]
    values = {
        "place": words.name("places", first["place"]),
        "period": words.period(first["period_start"], first["period_end"]),
        "goal": first["goal"],
        "name": first[f"goal_name_{words.lang}"],
        "n": interval(words, lacking["low"], lacking["high"]),
        "share": _percents(words, lacking["low"] / given, lacking["high"] / given),
        "people": interval(words, first["population_low"], first["population_high"]),
    }
    names = [_step(code, words, values) for code in frame["step"]]

    def body(sheet: Sheet) -> float:
        rows = sheet.rows(names, xlim=(0, 1.04 * max(total["high"], given)))
        _count_axis(rows.axes, words.number)
        start = 0
        for at, row in zip(rows.at, frame.itertuples(), strict=True):
            start = 0 if row.step == "needed" else start
            _bar(rows.axes, at, start, row, words, 0.45 * total["high"])
            start += row.low
        return rows.bottom + 0.25

    title = words.text(
        "{place} gave more in {period} than the goal of {goal} per 1,000 takes"
        if lacking["high"] <= 0
        else "The goal of {goal} per 1,000 would take {place} {share} more donations than in {period}"
        if lacking["low"] > 0
        else "{place} was about at the goal of {goal} per 1,000 in {period}",
        **values,
    )
    subtitle = words.text(
        "{name}: {goal} per 1,000 people. Inferred (dashed): the population held at the {people} that the printed rate "
        "implies if it counts all donations"
        if first["population"] == "implied"
        else "{name}: {goal} per 1,000 people. Inferred (dashed): the population held at the {people} residents known",
        **values,
    )
    told = [words.text("{n} more ({name})", **values)]
    shares = (100 * frame["low"] / given).round(1), (100 * frame["high"] / given).round(1)
    shown = frame[["low", "high", "nature", "population_low", "population_high"]]
    shown = shown.assign(share_low=shares[0], share_high=shares[1], benchmark=values["name"])
    shown.insert(0, "step", names)
    return told_chart("needed", words, frame, shown, body, title, subtitle, told)


def _percents(words: Words, low: float, high: float) -> str:
    ends = [words.percent(share, 0 if low >= 0.1 else 1) for share in (low, high)]
    return ends[0] if ends[0] == ends[1] else words.text("{low}–{high}", low=ends[0], high=ends[1])


def _step(code: str, words: Words, values: dict) -> str:
    return words.text(
        {
            "whole_blood": "Whole blood, {period}",
            "apheresis": "Platelets, {period}",
            "all_donations": "All donations, {period}",
            "still_needed": "Still needed",
            "needed": "Needed for {goal} per 1,000",
        }[code],
        **values,
    )


def _bar(axes: Axes, at: float, start: float, row, words: Words, long: float) -> None:
    """Draw a step of the waterfall: printed filled, inferred dashed and purple; its number inside if there is room."""
    inferred = row.nature == "inferred"
    color, face, line = (PURPLE, PAPER, "--") if inferred else (BLUE, BLUE, "-")
    axes.barh(at, row.low, 0.22, left=start, facecolor=face, edgecolor=color, linestyle=line, linewidth=1.4)
    x, side = (start, "left") if start > long else (start + row.high, "right")
    if row.low > long:
        x, side, color = start + row.low / 2, "inside", color if inferred else PAPER
    label(axes, x, at, interval(words, row.low, row.high), side, weight="bold", color=color)
