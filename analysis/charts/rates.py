"""Charts of donation rates: over time, by the population under them, beside medians, and what a goal would take."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, BboxTransform

from analysis.charts.base import SMALL, Chart, Sheet, chart, label, mark
from analysis.charts.frames import Table, Text, nothing, show
from analysis.charts.palette import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PAPER, PURPLE
from analysis.charts.placing import Label, write_labels
from analysis.charts.typesetting import measure
from analysis.donations import chain, decimal_year, months_of
from analysis.language import Words, format_number

CLOSE = 2  # percent of a known population: within this an implied one fits it


def interval(words: Words, low: float, high: float, decimals: int = 0) -> str:
    """Write an interval, or one number where both ends are written the same."""
    return _from_to(words, words.number(low, decimals), words.number(high, decimals))


def _from_to(words: Words, low: str, high: str) -> str:
    return low if low == high else words.text("{low}–{high}", low=low, high=high)


def _count_axis(axes: Axes, write: Callable[[float], str]) -> None:
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: write(round(value)))
    axes.spines["left"].set_visible(False)


def rates(panel: pd.DataFrame, goals: pd.DataFrame, words: Words, place: str) -> Chart | Text:
    """Draw yearly rates over time: the country as a line, a place, what it is part of and others as labelled points.

    A rate is drawn filled where it is printed; where it is not, the computed one hollow, with its interval where
    several populations are known. The table behind the chart has both.

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
    rank = panel["place"].map({place: n for n, place in enumerate(line)}).fillna(len(line))
    panel = panel.assign(rank=rank).sort_values(["rank", "place", "year"], kind="stable", ignore_index=True)
    goals = goals.sort_values(["year", "value", "benchmark"])
    own = panel[panel["place"] == place]
    period = words.period(panel["period_start"].min(), panel["period_end"].max())
    title = finding(own, panel, goals, words) or words.text(
        "Donation rates of {n} places, {period}", n=panel["place"].nunique(), period=period
    )
    subtitle = words.text(
        "Filled: as printed. Hollow: computed from donations and the residents of the nearest dates found. A "
        "line joins consecutive years"
    )
    told = words.text("; ").join(_told(row, words) for row in own.itertuples())
    told = [words.text("{place}: {told}", place=words.name("places", place), told=told)]
    sources = pd.concat([panel["sources"].explode(), goals["source_id"]]).to_frame("source_id")

    def body(sheet: Sheet) -> float:
        return _draw(sheet, panel, goals, line, words)

    return chart("rates", words, sources, _rates_table(panel, goals, words), body, title, subtitle, told)


def _rates_table(panel: pd.DataFrame, goals: pd.DataFrame, words: Words) -> pd.DataFrame:
    columns = ["place", "period_start", "period_end", "donations", "printed_rate", "computed_low", "computed_high"]
    aims = goals.assign(place=goals[f"name_{words.lang}"], period_start=goals["year"], period_end=goals["year"])
    aims = aims.rename(columns={"value": "goal"})[["place", "period_start", "period_end", "goal"]]
    shown = panel[[*columns, "population"]].round({"computed_low": 2, "computed_high": 2})
    return pd.concat([shown, aims], ignore_index=True)


def panel_table(panel: pd.DataFrame, words: Words, name: str) -> Table:
    """Show the rates behind `rates` as a table, the latest first, printed and computed in columns of their own.

    Args:
        panel: as `donations.rate_panel` returns it, or some of its rows.
        words: the language. name: as of `frames.show`.
    """
    rows = _yearly(panel).sort_values(["period_end", "rate"], ascending=False, kind="stable")
    shown = rows[["place", "donations", "printed_rate", "computed_low", "computed_high", "population"]].round(2)
    computed = rows["computed_high"].where(rows["computed_low"] == rows["computed_high"]).astype(float)
    shown["above"] = (100 * (rows["printed_rate"] / computed - 1)).round(1)
    shown.insert(1, "period", list(map(words.period, rows["period_start"], rows["period_end"])))
    title = words.text("Donation rates, printed and computed")
    return show(shown, words, name, title, source_ids=rows["sources"].explode())


def benchmarks(frame: pd.DataFrame, words: Words, name: str) -> Table:
    """Show goals, thresholds and medians: whose, for when, how much, and what each counts.

    Args:
        frame: rows of ``benchmarks.csv``. words: the language. name: as of `frames.show`.
    """
    frame = frame.sort_values(["kind", "year", "value", "benchmark"])
    shown = frame[["name_zh", "name_en", "year", "value", "unit", "kind", "counting", "source_id"]]
    return show(shown, words, name, words.text("Goals, thresholds and medians"))


def _yearly(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of twelve months that have a rate, with their place on the axes, sorted.

    A calendar year stands at its number on the axis of ``year``, other twelve months by their end.
    """
    months = pd.Series(map(months_of, panel["period_start"], panel["period_end"]), panel.index, dtype="float64")
    has = panel["printed_rate"].notna() | panel["computed_low"].notna()
    panel = panel[(months == 12) & has].sort_values(["place", "period_end", "printed_rate", "computed_low"])
    ends = panel[["printed_rate", "computed_low", "computed_high"]].astype(float)
    middle = ends[["computed_low", "computed_high"]].mean(axis=1)
    return panel.assign(
        year=panel["period_end"].map(decimal_year).astype(float) - 1,
        low=ends.min(axis=1),
        high=ends.max(axis=1),
        middle=middle,
        rate=ends["printed_rate"].fillna(middle),
    )


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
    same = (panel["place"] == country) & (panel["period_end"] == row["period_end"]) & (country != row["place"])
    beside = filter(None, [_beside_country(row, panel[same], words), _beside_goals(row, goals, words)])
    values = _where(row, words) | {"rate": _rate(row, words), "both": words.text(", ").join(beside)}
    if not values["both"]:
        return words.text("{place} had {rate} donations per 1,000 people in {period}", **values)
    return words.text("{place}'s {rate} per 1,000 in {period}: {both}", **values)


def _where(row, words: Words) -> dict[str, str]:
    """Return the place and the period of a row in words."""
    period = words.period(row.period_start, row.period_end)
    return {"place": words.name("places", row.place), "period": period}


def _country(place: str, words: Words) -> str:
    """Return a country's name beside a place in it: Chinese calls it the whole country there."""
    return words.name("places", place) if words.lang == "en" else words.text("the whole country")


def _beside_country(row: pd.Series, country: pd.DataFrame, words: Words) -> str:
    """Return where a rate lies beside the country's: above, below, or neither; "" without one."""
    if country.empty:
        return ""
    other = country.iloc[0]
    # Printed beside printed where both are, else all that either may be.
    ends = ["printed_rate"] * 2 if pd.notna(row["printed_rate"] + other["printed_rate"]) else ["low", "high"]
    (low, high), (least, most) = row[ends], other[ends]
    values = {"country": _country(other["place"], words), "other": _rate(other, words)}
    if low > most:
        return words.text("above {country}'s {other}", **values)
    if high < least:
        return words.text("below {country}'s {other}", **values)
    return words.text("like {country}'s {other}", **values)


def _beside_goals(row: pd.Series, goals: pd.DataFrame, words: Words) -> str:
    """Return which goals a rate reaches: all, none, or all but from which on; "" where that cannot be said."""
    low, high = row[["low", "high"]] if pd.isna(row["printed_rate"]) else [row["printed_rate"]] * 2
    missed = goals[goals["value"] > low].sort_values(["value", "year"])
    if goals.empty or (missed["value"] <= high).any():
        return ""
    if missed.empty:
        return words.text("above every goal found")
    return words.text("short of the {year} goal of {goal}", goal=missed["value"].iloc[0], year=missed["year"].iloc[0])


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
    styles = dict.fromkeys(line, (GREEN, "s")) | {line[-1]: (INK, "o"), line[0]: (BLUE, "D")}
    return styles.get(place, (GREY, "^"))


def _draw(sheet: Sheet, panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], words: Words) -> float:
    """Draw the axes, goals, the country's line, the marks and their labels; return the bottom."""
    y = sheet.text(0, 0, words.text("Donation rate per 1,000 population"), color=MUTED, va="top") + 0.12
    high, left = (4.3 if sheet.narrow else 3.9), 0.28
    axes = _rate_axes(sheet.axes(left, y, sheet.width - left, high), panel, goals, 6 if sheet.narrow else 12)
    strokes = _strokes(panel, goals, line)
    for points, color, width in strokes:
        axes.plot(*zip(*points, strict=True), color=color, linewidth=width, zorder=2, solid_capstyle="butt")
    for row in panel[::-1].itertuples():  # what the chart is about lies on top
        color, marker = _style(row.place, line)
        mark(axes, row.year, row.rate, marker, PAPER, "full", 9.5)  # a rim, where marks lie on each other
        mark(axes, row.year, row.rate, marker, color, "none" if pd.isna(row.printed_rate) else "full", 7)
    inches = BboxTransform(axes.viewLim, Bbox([(left, y + high), (sheet.width, y)]))
    write_labels(
        sheet,
        Bbox([(left, y), (sheet.width, y + high)]),
        inches.transform(panel[["year", "rate"]]),
        [inches.transform_path(Path(points)) for points, *_ in strokes],
        [Label(*inches.transform((x, y)), *how) for x, y, *how in _labels(panel, goals, line, words, sheet.narrow)],
    )
    return y + high + 0.25


def _rate_axes(axes: Axes, panel: pd.DataFrame, goals: pd.DataFrame, most: int) -> Axes:
    """Give axes limits that hold every rate and every goal, with room for the marks; label at most so many years."""
    rates, years = [*panel["low"], *panel["high"], *goals["value"]], [*panel["year"], *map(int, goals["year"])]
    axes.set(xlim=(min(years) - 0.7, max(years) + 1))
    axes.set(ylim=(max(0, math.floor(min(rates) - 0.5)), math.ceil(max(rates) + 0.5)))
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    return axes


def _strokes(panel: pd.DataFrame, goals: pd.DataFrame, line: list[str]) -> list[tuple]:
    """Return goals, intervals of computed rates and the country's line: points, colour and width in points."""
    strokes = [
        ([(year - 0.5, goal), (year + 0.5, goal)], ORANGE, 2.5)
        for year, goal in zip(goals["year"].astype(int), goals["value"], strict=True)
    ]
    for row in panel[panel["printed_rate"].isna()].itertuples():
        strokes.append(([(row.year, row.low), (row.year, row.high)], _style(row.place, line)[0], 1.6))
    country = panel[(panel["place"] == line[-1]) & panel["printed_rate"].notna()].drop_duplicates("year")
    for _, run in country.groupby((country["year"].diff() > 1.01).cumsum()):
        strokes.append((run[["year", "rate"]].to_numpy(), _style(line[-1], line)[0], 1.6))
    return strokes


def _labels(
    panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], words: Words, brief: bool = False
) -> list[tuple]:
    """Return the labels, the most needed first: x, y, text, colour, weight.

    Of the country's printed rates the first and the last have one, and that of the place's last year. The first label
    of a place has its name, and so have those of that year unless ``brief``; the others have its colour.
    """
    latest = panel.loc[panel["place"] == line[0], "period_end"].max()
    named = set(panel.drop_duplicates("place").index) | set(panel.index[~panel["place"].isin(line)])
    named |= set() if brief else set(panel.index[panel["period_end"] == latest])
    country = panel.loc[panel["place"] == line[-1], "period_end"]
    labelled = [country.min(), latest, country.max()]
    found = []
    for year, value, name in zip(goals["year"], goals["value"], goals[f"name_{words.lang}"], strict=True):
        found.append((int(year), value, words.text("{name}: {goal}", name=name, goal=value), ORANGE, "regular"))
    for row in panel.itertuples():
        if row.place == line[-1] and row.period_end not in labelled and pd.notna(row.printed_rate):
            continue
        text = _rate(row, words)
        if row.Index in named:
            name = _country(row.place, words) if row.place == line[-1] else words.name("places", row.place)
            text = words.text("{place} {rate}", place=name, rate=text)
        weight = "bold" if row.place == line[0] else "regular"
        found.append((row.year, row.rate, text, _style(row.place, line)[0], weight))
    return found


def populations(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw the populations that a printed rate implies by what it counts, above those known near the period's end.

    Args:
        frame: as `donations.populations` returns it.
        words: the language.

    Returns:
        The chart ``populations``; a line of text where no rate is printed.
    """
    frame = frame[(frame["nature"] == "inferred") | frame["near"].astype(bool)]
    implied, known = frame[frame["nature"] == "inferred"], frame.loc[frame["nature"] == "printed", "low"]
    if implied.empty:
        message = words.text("No implied population is drawn: no yearly rate is printed, or not what it may count.")
        return nothing("populations", words, message)
    gaps = [_gap(row, known) for row in implied.itertuples()]
    values = _where(implied.iloc[0], words) | {"rate": words.printed(implied["printed"].iloc[0], "count")}
    names = [_population(row, words) for row in frame.itertuples()]
    people = [_people(words, low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]

    def body(sheet: Sheet) -> float:
        rows = sheet.rows(names, right=max(measure(text, SMALL) for text in people) + 0.2)
        rows.axes.grid(visible=not sheet.narrow, axis="x")
        rows.axes.margins(x=0.12)
        _count_axis(rows.axes, lambda value: _people(words, value, value))
        for row, at, text in zip(frame.itertuples(), rows.at, people, strict=True):
            color, marker, fill = (PURPLE, "D", "none") if row.nature == "inferred" else (INK, "o", "full")
            rows.axes.plot([row.low, row.high], [at, at], color=color, linewidth=3)
            mark(rows.axes, (row.low + row.high) / 2, at, marker, color, fill, 7)
            sheet.text(sheet.width, at, text, color=color, ha="right")
        return rows.bottom + 0.25

    subtitle = words.text(
        "People that the rate implies, by what it counts (hollow; inferred, if it was rounded), and the residents "
        "of the nearest dates found (filled)"
    )
    told = [words.text("{name}: {value}", name=name, value=text) for name, text in zip(names, people, strict=True)]
    shown = frame[["kind", "as_of", "printed", "donations", "low", "high", "cut_low", "cut_high"]]
    shown = shown.assign(gap=pd.Series(gaps, implied.index), period=pd.Series(values["period"], implied.index))
    shown.insert(0, "counting", [_counting(code, words) if code else "" for code in frame["counting"]])
    title = _fit(dict(zip(implied["counting"], gaps, strict=True)), values, words)
    return chart("populations", words, frame, shown, body, title, subtitle, told)


def _people(words: Words, low: float, high: float) -> str:
    """Write an interval of people to three digits."""
    step = 10 ** max(0, math.floor(math.log10(max(high, 1))) - 2)
    return _from_to(words, *(format_number(round(end), words.lang, step) for end in (low, high)))


def _counting(code: str, words: Words) -> str:
    return words.text(
        {
            "whole_blood": "only whole blood counts",
            "with_apheresis": "platelet donations count too",
            "with_doses": "each platelet dose counts",
        }[code]
    )


def _population(row, words: Words) -> str:
    """Return the name of a population: on what it depends, or its kind and date."""
    if row.counting:
        return words.text("If {counting} ({n})", counting=_counting(row.counting, words), n=int(row.donations))
    kind = words.label("kind", row.kind)
    return words.text("{kind}, {date}", kind=kind[:1].upper() + kind[1:], date=words.date(row.as_of))


def _gap(row, people: pd.Series) -> float:
    """Return how far an implied population is from the nearest of some, in percent of it, rounded up to 0.1."""
    gaps = [max(row.low - count, count - row.high, 0) / count for count in people]
    return math.ceil(1000 * min(gaps)) / 10 if gaps else math.nan


def _fit(gaps: dict[str, float], values: dict, words: Words) -> str:
    """Return the title that holds: which way of counting fits a known population, and whether it alone does."""
    fitting = sorted((code for code, gap in gaps.items() if gap <= CLOSE), key=gaps.get)
    return words.text(
        "How many people {place}'s {rate} per 1,000 of {period} implies depends on what it counts"
        if any(map(math.isnan, gaps.values()))
        else "Whatever it counts, {place}'s {rate} per 1,000 of {period} fits no known population"
        if not fitting
        else "{place}'s {rate} per 1,000 of {period} comes near its known residents only if {counting}"
        if len(fitting) == 1
        else "{place}'s {rate} per 1,000 of {period} comes nearest to its known residents if {counting}",
        counting=_counting(fitting[0], words) if fitting else "",
        **values,
    )


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
    row = own.iloc[0]
    values = {"place": row[f"name_{words.lang}"], "period": words.period(row["period_start"], row["period_end"])}
    medians_of, short = _shared(list(others[f"name_{words.lang}"]))
    own_name = words.text("{place}, {period}", **values)
    names = pd.Series(short, others.index).reindex(frame.index, fill_value=own_name)
    numbers = [interval(words, low, high, 1) for low, high in zip(frame["low"], frame["high"], strict=True)]
    frame = frame.assign(name=names, number=numbers)

    def body(sheet: Sheet) -> float:
        rows = sheet.rows(list(frame["name"]), xlim=(0, 1.12 * frame["high"].max()))
        rows.axes.locator_params(axis="x", nbins=5)
        rows.axes.spines["left"].set_visible(not sheet.narrow)
        for each, at in zip(frame.itertuples(), rows.at, strict=True):
            face, color, weight = (PAPER, BLUE, "bold") if each.own else (GREY, GREY, "regular")
            rows.axes.barh(at, (each.low + each.high) / 2, 0.17, facecolor=face, edgecolor=color, linewidth=1.4)
            label(rows.axes, each.high, at, each.number, weight=weight, color=color)
        return rows.bottom + 0.25

    above, below = frame[frame["low"] > row["high"]]["name"], frame[frame["high"] < row["low"]]["name"]
    title = words.text(
        {
            (True, True): "{place}, {period}: whole-blood rate between the medians of {below} and {above}",
            (True, False): "{place}, {period}: whole-blood rate below the median of {above}",
            (False, True): "{place}, {period}: whole-blood rate above the median of {below}",
            (False, False): "{place}, {period}: whole-blood rate at a median over countries",
        }[len(above) > 0, len(below) > 0],
        above="".join(above[-1:]),
        below="".join(below[:1]),
        **values,
    )
    subtitle = words.text(
        "Whole-blood donations in a year per 1,000 residents. Filled: {medians}, as printed. Hollow: {place} in "
        "{period}, computed from whole blood alone and the residents of the nearest dates found",
        medians=medians_of or words.text("medians over countries"),
        **values,
    )
    told = [words.text("{name}: {value}", name=each.name, value=each.number) for each in frame.itertuples(index=False)]
    shown = frame[["name_zh", "name_en", "period_start", "period_end"]]
    shown = shown.assign(rate_low=frame["low"].round(2), rate_high=frame["high"].round(2))
    return chart("medians", words, frame, shown, body, title, subtitle, told)


def _shared(names: list[str]) -> tuple[str, list[str]]:
    """Split what names begin with, up to a comma or colon, and their bracket from them, where these are the same.

    >>> _shared(["WHO median, poor countries (data of 2018)", "WHO median, rich countries (data of 2018)"])
    ('WHO median (data of 2018)', ['poor countries', 'rich countries'])
    """
    parts = [re.fullmatch(r"([^(（]*[：:，,] ?)?(.*?)( ?[(（].*)?", name).groups("") for name in names]
    around = {first.rstrip("：:，, ") + last for first, _, last in parts}
    return (*around, [middle for _, middle, _ in parts]) if len(around) == 1 else ("", names)


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
    lacking = frame[frame["step"] == "still_needed"].iloc[0]
    given = frame.loc[frame["nature"] == "printed", "low"].sum()
    if lacking["low"] <= 0:
        frame = frame[frame["step"] != "still_needed"]
    values = _needed_values(lacking, given, words)
    names = [_step(code, words, values) for code in frame["step"]]
    numbers = [interval(words, low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]
    starts = frame["low"].cumsum().shift(fill_value=0).mask(frame["step"] == "needed", 0)

    def body(sheet: Sheet) -> float:
        right = max(measure(text, SMALL, "bold") for text in numbers) + 0.2
        rows = sheet.rows(names, right=right, xlim=(0, 1.02 * max(frame["high"].max(), given)))
        _count_axis(rows.axes, words.number)
        for row, at, start, text in zip(frame.itertuples(), rows.at, starts, numbers, strict=True):
            color, face, line = (PURPLE, PAPER, "--") if row.nature == "inferred" else (BLUE, BLUE, "-")
            rows.axes.barh(at, row.low, 0.22, left=start, facecolor=face, edgecolor=color, linestyle=line)
            sheet.text(sheet.width, at, text, color=color, weight="bold", ha="right")
        return rows.bottom + 0.25

    title = words.text(
        "{place} gave more in {period} than the {year} goal of {goal} per 1,000 takes"
        if lacking["high"] <= 0
        else "For the {year} goal of {goal} per 1,000 {place} would have needed {share}% more donations in {period}"
        if lacking["low"] > 0
        else "{place} was about at the {year} goal of {goal} per 1,000 in {period}",
        **values,
    )
    subtitle = words.text(
        "Donations in a year; {name}: {goal} per 1,000 residents. Dashed: inferred for the {people} people that the "
        "printed rate implies if it counts all donations"
        if lacking["population"] == "implied"
        else "Donations in a year; {name}: {goal} per 1,000 residents. Dashed: inferred for the {people} residents "
        "known",
        **values,
    )
    shown = frame[["low", "high", "nature", "population_low", "population_high"]]
    shares = (100 * frame[["low", "high"]] / given).round(1)
    shown = shown.assign(share_low=shares["low"], share_high=shares["high"], benchmark=values["name"])
    shown.insert(0, "step", names)
    told = [words.text("{n} more ({name})", **values)]
    return chart("needed", words, frame, shown, body, title, subtitle, told)


def _needed_values(lacking: pd.Series, given: int, words: Words) -> dict[str, object]:
    """Return what the words of the chart say of a goal and of the donations still needed."""
    shares = 100 * lacking["low"] / given, 100 * lacking["high"] / given
    return _where(lacking, words) | {
        "goal": lacking["goal"],
        "year": lacking["goal_year"],
        "name": lacking[f"goal_name_{words.lang}"],
        "n": interval(words, lacking["low"], lacking["high"]),
        "share": interval(words, *shares, 0 if shares[0] >= 10 else 1),
        "people": _people(words, lacking["population_low"], lacking["population_high"]),
    }


def _step(code: str, words: Words, values: dict) -> str:
    return words.text(
        {
            "whole_blood": "Whole-blood donations, {period}",
            "apheresis": "Platelet donations, {period}",
            "all_donations": "All donations, {period}",
            "still_needed": "Still needed",
            "needed": "Needed for {goal} per 1,000",
        }[code],
        **values,
    )
