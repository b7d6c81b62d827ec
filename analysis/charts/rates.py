"""Charts of donation rates: over time, by the population under them, beside medians, and what a goal would take."""

from __future__ import annotations

import math
import re

import pandas as pd
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from analysis.charts.base import SMALL, Chart, Sheet, chart, label, mark
from analysis.charts.placing import write_labels
from analysis.charts.typesetting import measure
from analysis.displays.base import Text, nothing, sources_of, where
from analysis.displays.blood import country_name, finding, from_to, interval, rate
from analysis.donations import chain, gaps, yearly
from analysis.language import Words, format_number
from analysis.palette import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PAPER, PURPLE

BESIDE = 0.12  # inches between the middles of marks that would cover each other
CLOSE = 2  # percent of a known population: within this an implied one fits it


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
    line, panel = chain(words.tables["places"], place), yearly(panel)
    if panel.empty:
        return nothing("rates", words, words.text("No rate is drawn: none is printed, and none can be computed."))
    styles = dict.fromkeys(line, (GREEN, "s")) | {line[-1]: (INK, "o"), place: (BLUE, "D")}
    panel[["color", "marker"]] = [styles.get(name, (GREY, "^")) for name in panel["place"]]
    panel["rank"] = panel["place"].map({name: n for n, name in enumerate(line)}).fillna(len(line))
    panel["said"] = [rate(row, words) for row in panel.itertuples()]
    panel = panel.sort_values(["rank", "place", "year"], kind="stable", ignore_index=True)
    goals = goals.sort_values(["year", "value", "benchmark"])
    goals = goals.assign(name=goals[f"name_{words.lang}"], at=goals["year"].astype(int))
    own = panel[panel["place"] == place]
    period = words.period(panel["period_start"].min(), panel["period_end"].max())
    title = finding(own, panel, goals, words) or words.text(
        "Donation rates of {n} places, {period}", n=panel["place"].nunique(), period=period
    )
    subtitle = words.text(
        "Filled: as printed. Hollow: computed from donations and the residents of the nearest dates found. A "
        "line joins consecutive years; marks of a year that would cover each other stand side by side"
    )
    told = [
        words.text(
            "{period} {rate} (printed)" if pd.notna(row.printed_rate) else "{period} {rate} (computed)",
            period=words.period(row.period_start, row.period_end),
            rate=row.said,
        )
        for row in own.itertuples()
    ]
    told = words.text("{place}: {told}", place=words.name("places", place), told=words.text("; ").join(told))
    sources = pd.DataFrame({"source_id": [*sources_of(panel), *goals["source_id"]]})
    columns = ["place", "period_start", "period_end", "donations", "printed_rate", "computed_low", "computed_high"]
    shown = panel[[*columns, "population"]].round({"computed_low": 2, "computed_high": 2})
    aims = goals[["name", "year", "year", "value"]].set_axis(["place", "period_start", "period_end", "goal"], axis=1)

    def body(sheet: Sheet) -> float:
        return _draw(sheet, panel, goals, line, words)

    return chart("rates", words, sources, pd.concat([shown, aims]), body, title, subtitle, [told])


def _draw(sheet: Sheet, panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], words: Words) -> float:
    """Draw the axes, goals, the country's line, the marks and their labels; return the bottom."""
    y = sheet.text(0, 0, words.text("Donation rate per 1,000 population"), color=MUTED, va="top") + 0.12
    high, left, most = (4.3, 0.28, 6) if sheet.narrow else (3.9, 0.28, 12)
    # Every rate and every goal is inside, with room for the marks.
    values, years = [*panel["low"], *panel["high"], *goals["value"]], [*panel["year"], *goals["at"]]
    limits = max(0, math.floor(min(values) - 0.5)), math.ceil(max(values) + 0.5)
    axes = sheet.axes(left, y, sheet.width - left, high, xlim=(min(years) - 0.7, max(years) + 1), ylim=limits)
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    inches = (sheet.width - left) / axes.viewLim.width, high / axes.viewLim.height
    panel = panel.assign(x=_side_by_side(panel, line[-1], inches, axes.get_xlim()))
    strokes = _strokes(panel, goals, line[-1])
    for points, color, width in strokes:
        axes.plot(*zip(*points, strict=True), color=color, linewidth=width, zorder=2, solid_capstyle="butt")
    for row in panel[::-1].itertuples():  # what the chart is about lies on top
        mark(axes, row.x, row.rate, row.marker, PAPER, "full", 9.5)  # a rim, where marks lie on each other
        mark(axes, row.x, row.rate, row.marker, row.color, "none" if pd.isna(row.printed_rate) else "full", 7)
    box, lines = Bbox([(left, y), (sheet.width, y + high)]), [points for points, *_ in strokes]
    write_labels(sheet, axes, box, panel[["x", "rate"]], lines, _labels(panel, goals, line, words, sheet.narrow))
    return y + high + 0.25


def _side_by_side(panel: pd.DataFrame, country: str, inches: tuple, limits: tuple) -> pd.Series:
    """Return the year at which each mark is drawn: beside its own where it would cover another, the country's aside.

    Args:
        panel: the rows drawn. country: whose marks a line joins. inches: of a year and of a rate on the axes.
        limits: years at which the axes begin and end, which no mark passes.
    """
    first, last = limits[0] * inches[0] + BESIDE / 2, limits[1] * inches[0] - BESIDE / 2
    placed: dict[int, tuple[float, float]] = {}
    for row in panel.sort_values("place", key=lambda place: place != country, kind="stable").itertuples():
        steps = [(row.year * inches[0] + step * BESIDE, row.rate * inches[1]) for step in (0, 1, -1, 2, -2)]
        inside = [at for at in steps if first <= at[0] <= last]
        free = (at for at in inside if all(math.dist(at, other) >= BESIDE for other in placed.values()))
        placed[row.Index] = next(free, steps[0])
    return pd.Series({row: x / inches[0] for row, (x, _) in placed.items()})


def _strokes(panel: pd.DataFrame, goals: pd.DataFrame, country: str) -> list[tuple]:
    """Return goals, intervals of computed rates and the country's line: points, colour and width in points."""
    strokes = [([(row.at - 0.5, row.value), (row.at + 0.5, row.value)], ORANGE, 2.5) for row in goals.itertuples()]
    for row in panel[panel["printed_rate"].isna()].itertuples():
        strokes.append(([(row.x, row.low), (row.x, row.high)], row.color, 1.6))
    rows = panel[(panel["place"] == country) & panel["printed_rate"].notna()].drop_duplicates("year")
    for _, run in rows.groupby((rows["year"].diff() > 1.01).cumsum()):
        strokes.append((run[["year", "rate"]].to_numpy(), run["color"].iloc[0], 1.6))
    return strokes


def _labels(panel: pd.DataFrame, goals: pd.DataFrame, line: list[str], words: Words, brief: bool) -> list[tuple]:
    """Return the labels, the most needed first: x, y, text, colour, weight.

    Of the country's printed rates the first and the last have one, and that of the place's last year. The first label
    of a place has its name, and so have those of that year unless ``brief``; the others have its colour.
    """
    labels = [
        (row.at, row.value, words.text("{name}: {goal}", name=row.name, goal=row.value), ORANGE, "regular")
        for row in goals.itertuples()
    ]
    country, ends = panel["place"] == line[-1], panel["period_end"]
    latest = ends[panel["place"] == line[0]].max()
    named = ~panel.duplicated("place") | ~panel["place"].isin(line) | ((ends == latest) & (not brief))
    between = country & panel["printed_rate"].notna() & ~ends.isin([ends[country].min(), latest, ends[country].max()])
    for row in panel.assign(named=named)[~between].itertuples():
        name = country_name(row.place, words) if row.place == line[-1] else words.name("places", row.place)
        text = words.text("{place} {rate}", place=name, rate=row.said) if row.named else row.said
        labels.append((row.x, row.rate, text, row.color, "bold" if row.place == line[0] else "regular"))
    return labels


def populations(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw the populations that a printed rate implies by what it counts, above those known near the period's end.

    Args:
        frame: as `donations.populations` returns it.
        words: the language.

    Returns:
        The chart ``populations``; a line of text where no rate is printed.
    """
    frame = gaps(frame)
    implied = frame[frame["nature"] == "inferred"]
    if implied.empty:
        message = words.text("No implied population is drawn: no yearly rate is printed, or not what it may count.")
        return nothing("populations", words, message)
    values = where(implied, words) | {"rate": words.printed(implied["printed"].iloc[0], "count")}
    people = [_people(words, low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]
    frame = frame.assign(name=[_population(row, words) for row in frame.itertuples()], people=people)

    def body(sheet: Sheet) -> float:
        right = max(measure(text, SMALL) for text in people) + 0.2
        ticks = {"bins": 4, "write": lambda value: _people(words, value, value)}
        axes, places, bottom = sheet.rows(frame["name"], right=right, **ticks)
        axes.grid(visible=not sheet.narrow, axis="x")
        axes.margins(x=0.12)
        for at, row in zip(places, frame.itertuples(), strict=True):
            color, marker, fill = (PURPLE, "D", "none") if row.nature == "inferred" else (INK, "o", "full")
            axes.plot([row.low, row.high], [at, at], color=color, linewidth=3)
            mark(axes, (row.low + row.high) / 2, at, marker, color, fill, 7)
            sheet.text(sheet.width, at, row.people, color=color, ha="right")
        return bottom

    fitting = implied[implied["gap"] <= CLOSE].sort_values("gap", kind="stable")["counting"]
    title = words.text(
        "How many people {place}'s {rate} per 1,000 of {period} implies depends on what it counts"
        if implied["gap"].isna().any()
        else "Whatever it counts, {place}'s {rate} per 1,000 of {period} fits no known population"
        if fitting.empty
        else "{place}'s {rate} per 1,000 of {period} comes near its known residents only if {counting}"
        if len(fitting) == 1
        else "{place}'s {rate} per 1,000 of {period} comes nearest to its known residents if {counting}",
        counting="".join(_counting(code, words) for code in fitting[:1]),
        **values,
    )
    subtitle = words.text(
        "People that the rate implies, by what it counts (hollow; inferred, if it was rounded), and the residents "
        "of the nearest dates found (filled)"
    )
    told = [words.text("{name}: {value}", name=row.name, value=row.people) for row in frame.itertuples()]
    shown = frame[["kind", "as_of", "printed", "donations", "low", "high", "cut_low", "cut_high", "gap"]]
    shown = shown.assign(period=pd.Series(values["period"], implied.index))
    shown.insert(0, "counting", [_counting(code, words) if code else "" for code in frame["counting"]])
    return chart("populations", words, frame, shown, body, title, subtitle, told)


def _people(words: Words, low: float, high: float) -> str:
    """Write an interval of people to three digits."""
    step = 10 ** max(0, math.floor(math.log10(max(high, 1))) - 2)
    return from_to(words, *(format_number(round(end), words.lang, step) for end in (low, high)))


def _counting(code: str, words: Words) -> str:
    return words.text(
        {
            "whole_blood": "whole blood alone counts",
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


def medians(frame: pd.DataFrame, words: Words) -> Chart | Text:
    """Draw medians over countries of whole-blood donations, and a place's rate of whole blood alone among them.

    Args:
        frame: as `donations.medians` returns it.
        words: the language.

    Returns:
        The chart ``medians``; a line of text where there is no median or no rate of whole blood.
    """
    own, others = (frame[frame["own"] == is_own] for is_own in (True, False))
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
        axes, places, bottom = sheet.rows(frame["name"], bins=5, xlim=(0, 1.12 * frame["high"].max()))
        axes.spines["left"].set_visible(not sheet.narrow)
        for at, row in zip(places, frame.itertuples(), strict=True):
            face, color, weight = (PAPER, BLUE, "bold") if row.own else (GREY, GREY, "regular")
            axes.barh(at, (row.low + row.high) / 2, 0.17, facecolor=face, edgecolor=color, linewidth=1.4)
            label(axes, row.high, at, row.number, weight=weight, color=color)
        return bottom

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
    told = [words.text("{name}: {value}", name=row.name, value=row.number) for row in frame.itertuples()]
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
    if lacking["low"] <= 0:
        frame = frame[frame["step"] != "still_needed"]
    goal = {"goal": lacking["goal"], "year": lacking["goal_year"], "name": lacking[f"goal_name_{words.lang}"]}
    values = where(frame, words) | goal | {"n": interval(words, lacking["low"], lacking["high"])}
    values["share"] = interval(words, lacking["share_low"], lacking["share_high"], int(lacking["share_low"] < 10))
    values["people"] = _people(words, lacking["population_low"], lacking["population_high"])
    numbers = [interval(words, low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]
    starts = frame["low"].cumsum().shift(fill_value=0).mask(frame["step"] == "needed", 0)
    most = max(frame["high"].max(), (starts + frame["low"]).max())
    frame = frame.assign(step=[_step(code, words, values) for code in frame["step"]], number=numbers, start=starts)

    def body(sheet: Sheet) -> float:
        right = max(measure(text, SMALL, "bold") for text in numbers) + 0.2
        ticks = {"bins": 4, "write": words.number, "xlim": (0, 1.02 * most)}
        axes, places, bottom = sheet.rows(frame["step"], right=right, **ticks)
        for at, row in zip(places, frame.itertuples(), strict=True):
            color, face, line = (PURPLE, PAPER, "--") if row.nature == "inferred" else (BLUE, BLUE, "-")
            axes.barh(at, row.low, 0.22, left=row.start, facecolor=face, edgecolor=color, linestyle=line)
            sheet.text(sheet.width, at, row.number, color=color, weight="bold", ha="right")
        return bottom

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
    shown = frame[["step", "low", "high", "nature", "population_low", "population_high", "share_low", "share_high"]]
    shown = shown.round(1).assign(benchmark=values["name"])
    return chart("needed", words, frame, shown, body, title, subtitle, [words.text("{n} more ({name})", **values)])


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
