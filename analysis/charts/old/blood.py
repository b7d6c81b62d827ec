"""Charts of blood collection: what was collected, and what the printed rate implies."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from analysis import donations
from analysis.charts.old.base import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PALE,
    PURPLE,
    RULE,
    SMALL,
    Canvas,
    Chart,
    Table,
    Words,
    label,
)
from analysis.donations import COUNTINGS, VOLUMES
from analysis.language import format_number
from analysis.tables import Tables

VOLUME = {200: GREY, 300: ORANGE, 400: BLUE}
LAW = ("blood-donation-law",)  # volumes and intervals between donations
SPAN = {"linewidth": 6, "alpha": 0.6, "solid_capstyle": "butt"}
OFF = (Fraction(0), Fraction(5, 100), Fraction(10, 100))


def figures(tables: Tables, place: str, period: str, lang: str = "en") -> Table:
    """Return the printed figures of a place, and what is plain arithmetic on them, told apart."""
    words = Words(tables, "figures", lang)
    found = donations.figures(tables, place, period)
    rows = _rows(tables, place, period)
    measures = tables["measures"].set_index("measure")
    units = tables.names("units", lang)
    told = [
        (measures.loc[row.measure, f"name_{lang}"], row.printed, row.value, units[row.unit], "printed", "")
        for row in rows.itertuples()
    ]
    whole, volume = found["whole_blood_donations"], found["whole_blood_volume"]
    platelets, doses = found["platelet_donations"], found["platelet_doses"]
    year = donations.days(period)
    told += [
        (words(name), "", round(float(value), 2), words(f"{name}_unit"), "arithmetic", words(f"{name}_how", days=year))
        for name, value in {
            "mean_volume": donations.mean_volume(volume, whole),
            "units_200": donations.units_of_200(volume),
            "doses_each": doses / platelets,
            "all_donations": whole + platelets,
            "a_day": (whole + platelets) / year,
            "volume_a_day": volume / 1000 / year,
        }.items()
    ]
    names = ["measure", "printed", "value", "unit", "told", "how"]
    frame = dict(zip(names, zip(*told, strict=True), strict=True))
    frame["told"] = [tables.label("told", code, lang) for code in frame["told"]]
    return words.table(words.columns(**frame), rows["source_id"])


def mean_day(tables: Tables, place: str, period: str, lang: str = "en") -> Chart:
    """Draw the donations of a mean day as squares: one a donation, the last of a kind drawn in part."""
    words = Words(tables, "mean-day", lang)
    found = donations.figures(tables, place, period)
    year = donations.days(period)
    kinds = {"whole_blood_donations": BLUE, "platelet_donations": ORANGE}
    daily = {name: donations.measure(found, name) / year for name in kinds}
    litres = float(donations.measure(found, "whole_blood_volume") / 1000 / year)

    def body(canvas: Canvas) -> float:
        side = 0.27
        columns = int(canvas.width // side)
        y = 0.1
        for name, colour in kinds.items():
            count = words(name, n=f"{float(daily[name]):.1f}")
            y += 0.05 + 0.18 * canvas.text(0, y, count, canvas.width, weight="bold", color=colour, va="top")
            for n in range(math.ceil(daily[name])):
                x, top = (n % columns) * side, y + 0.08 + (n // columns) * side
                part = float(min(Fraction(1), daily[name] - n)) * (side - 0.05)
                canvas.page.add_patch(Rectangle((x, top), side - 0.05, side - 0.05, facecolor=PALE))
                canvas.page.add_patch(Rectangle((x, top), part, side - 0.05, facecolor=colour))
            y += 0.08 + side * math.ceil(math.ceil(daily[name]) / columns) + 0.15
        lines = canvas.text(0, y, words("litres", litres=f"{litres:.1f}"), canvas.width, color=INK, va="top")
        return y + 0.19 * lines

    names = tables.names("measures", lang)
    drawn = [*kinds, "whole_blood_volume"]
    table = words.columns(
        measure=[names[name] for name in drawn],
        in_year=[int(found[name]) for name in drawn],
        a_day=[round(float(found[name]) / year, 2) for name in drawn],
    )
    told = {
        "whole": f"{float(daily['whole_blood_donations']):.1f}",
        "platelets": f"{float(daily['platelet_donations']):.1f}",
    }
    numbers = {"n": f"{float(sum(daily.values())):.0f}", "litres": f"{litres:.1f}", "days": year}
    return words.chart(body, table, _sources(tables, place, period), period=period, **numbers, **told)


def feasible_mix(tables: Tables, place: str, period: str, lang: str = "en") -> Chart:
    """Draw every mix of 200, 300 and 400 mL donations that has the mean, and how its bounds move."""
    words = Words(tables, "feasible-mix", lang)
    found = donations.figures(tables, place, period)
    whole, volume = (donations.measure(found, name) for name in ("whole_blood_donations", "whole_blood_volume"))
    mean = donations.mean_volume(volume, whole)
    along = donations.mixes(mean)
    bounds = {off: donations.mix_bounds(mean, off) for off in OFF}

    def mixes(canvas: Canvas, x: float, y: float, width: float) -> None:
        canvas.text(x, y, words("along"), width, size=SMALL, weight="bold", va="top")
        axes = canvas.axes(x + 0.42, y + 0.5, width - 0.5, 1.9)
        axes.stackplot(
            along[200] * 100,
            *(along[size] * 100 for size in VOLUMES),
            colors=[VOLUME[size] for size in VOLUMES],
            edgecolor="white",
        )
        axes.set(xlim=(0, along[200].max() * 100), ylim=(0, 100), yticks=[0, 50, 100])
        axes.set_yticklabels(["0", "50", "100%"])
        axes.set_xlabel(words("axis"), size=SMALL)
        middle, base = len(along) // 2, 0.0
        for size in VOLUMES:
            height = along[size].iloc[middle] * 100
            axes.text(
                along[200].iloc[middle] * 100,
                base + height / 2,
                words("size", n=size),
                color="white",
                weight="bold",
                ha="center",
                va="center",
                size=SMALL,
            )
            base += height

    def ranges(canvas: Canvas, x: float, y: float, width: float) -> None:
        canvas.text(x, y, words("bounds"), width, size=SMALL, weight="bold", va="top")
        axes = canvas.axes(x + 0.6, y + 0.5, width - 0.75, 1.9)
        axes.set(xlim=(0, 100), ylim=(2.6, -0.6), yticks=[], xticks=[0, 50, 100], axisbelow=True)
        axes.set_xticklabels(["0", "50", "100%"])
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        axes.set_xlabel(words("share"), size=SMALL)
        for n, size in enumerate(VOLUMES):
            axes.text(
                -4, n, words("size", n=size), ha="right", va="center", size=SMALL, color=VOLUME[size], weight="bold"
            )
            for m, off in enumerate(OFF):
                span = bounds[off][size]
                at = n + (m - 1) * 0.24
                axes.plot(
                    [float(span.low) * 100, float(span.high) * 100],
                    [at, at],
                    color=VOLUME[size],
                    linewidth=(5, 2.6, 1.2)[m],
                    solid_capstyle="butt",
                )
                if n == 2:
                    axes.annotate(
                        words("off", off=f"{float(off):.0%}") if off else words("nominal"),
                        (float(span.low) * 100, at),
                        (-4, 0),
                        textcoords="offset points",
                        size=8,
                        color=MUTED,
                        va="center",
                        ha="right",
                    )

    def body(canvas: Canvas) -> float:
        if canvas.narrow:
            mixes(canvas, 0, 0.05, canvas.width)
            ranges(canvas, 0, 3.05, canvas.width)
            return 6.0
        mixes(canvas, 0, 0.05, canvas.width * 0.48)
        ranges(canvas, canvas.width * 0.52, 0.05, canvas.width * 0.48)
        return 2.95

    table = words.columns(
        volume=[words("size", n=size) for _ in OFF for size in VOLUMES],
        off=[f"{float(off):.0%}" for off in OFF for _ in VOLUMES],
        share_low=[_percent(bounds[off][size].low, "low") for off in OFF for size in VOLUMES],
        share_high=[_percent(bounds[off][size].high, "high") for off in OFF for size in VOLUMES],
    )
    exact = bounds[OFF[0]]
    numbers = {
        f"{end}{size}": f"{_percent(getattr(exact[size], end), end):g}" for size in VOLUMES for end in ("low", "high")
    }
    sources = [*_sources(tables, place, period), *LAW]
    return words.chart(body, table, sources, mean=f"{float(mean):.1f}", period=period, **numbers)


def double_doses(tables: Tables, place: str, period: str, lang: str = "en") -> Chart:
    """Draw the share of platelet donations that gave two doses, under each assumption on what one may give."""
    words = Words(tables, "double-doses", lang)
    found = donations.figures(tables, place, period)
    doses, given = donations.measure(found, "platelet_doses"), donations.measure(found, "platelet_donations")
    shares = donations.double_doses(doses, given)

    def body(canvas: Canvas) -> float:
        axes, ys, below = canvas.rows([words(name) for name in shares], 2.2)
        axes.set(xlim=(0, 100), xticks=[0, 25, 50, 75, 100])
        axes.set_xticklabels(["0", "25", "50", "75", "100%"])
        axes.set_xlabel(words("axis"), size=SMALL)
        for at, span in zip(ys, shares.values(), strict=True):
            low, high = _percent(span.low, "low"), _percent(span.high, "high")
            if span.low == span.high:
                low = _percent(span.low)
                axes.plot(low, at, "D", color=PURPLE, markersize=8)
                label(axes, low, at, f"{low}%", "left", weight="bold")
            else:
                axes.plot([low, high], [at, at], color=PURPLE, **SPAN)
                label(axes, max(low, 50), at, f"{low:g}–{high}%", "left" if low > 50 else "above", weight="bold")
        return below + 0.15

    table = words.columns(
        assumption=[words(name) for name in shares],
        share_low=[_percent(span.low, "low") for span in shares.values()],
        share_high=[_percent(span.high, "high") for span in shares.values()],
    )
    numbers = {"share": f"{_percent(shares['whole'].low)}", "each": f"{float(doses / given):.2f}"}
    return words.chart(body, table, _sources(tables, place, period), period=period, **numbers)


def donors(tables: Tables, place: str, period: str, lang: str = "en") -> Chart:
    """Draw the people behind the donations: an interval for those who gave, points for the printed panels."""
    words = Words(tables, "donors", lang)
    found = donations.figures(tables, place, period)
    given = donations.distinct_donors(donations.measure(found, "whole_blood_donations"))
    panels = {name: int(donations.measure(found, name)) for name in ("regular_donors", "rare_type_donors")}
    spans = {"people": (int(given.low), int(given.high)), **{name: (count, count) for name, count in panels.items()}}
    told = [tables.label("told", "inferred" if low < high else "printed", lang) for low, high in spans.values()]
    names = [words(name) for name in spans]

    def body(canvas: Canvas) -> float:
        axes, ys, below = canvas.rows([f"{name} ({nature})" for name, nature in zip(names, told, strict=True)], 2.3)
        _counts(axes, given.high, lang)
        for at, (low, high) in zip(ys, spans.values(), strict=True):
            if low < high:
                axes.plot([low, high], [at, at], color=PURPLE, **SPAN)
                text = f"{format_number(low, lang)}–{format_number(high, lang)}"
                label(axes, (low + high) / 2, at, text, "above", weight="bold")
            else:
                axes.plot(low, at, "D", color=BLUE, markersize=7)
                label(axes, low, at, format_number(low, lang), weight="bold")
        axes.set_xlabel(words("axis"), size=SMALL)
        return below + 0.15

    lows, highs = zip(*spans.values(), strict=True)
    table = words.columns(measure=names, low=lows, high=highs, told=told)
    numbers = {"low": format_number(lows[0], lang), "high": format_number(highs[0], lang)}
    numbers |= {"regular": format_number(lows[1], lang), "rare": format_number(lows[2], lang)}
    sources = [*_sources(tables, place, period), *LAW]
    return words.chart(body, table, sources, period=period, given=numbers["high"], **numbers)


def implied_populations(
    tables: Tables, place: str, period: str, lang: str = "en", known: pd.DataFrame | None = None
) -> Chart:
    """Draw the populations that the printed rate implies, for each way of counting, rounded and cut, on one axis.

    Args:
        tables: the checked tables. place, period: whose figures.
        lang: "en" or "zh".
        known: rows of ``population.csv`` to draw below on the same axis, or none.
    """
    words = Words(tables, "implied-population" if known is None else "known-population", lang)
    counts = donations.donations_by_counting(donations.figures(tables, place, period))
    printed = _rate(tables, place, period)
    rates = {"rounded": donations.printed_rate(printed), "cut": donations.printed_rate(printed, cut=True)}
    implied = {
        (counting, how): donations.implied_population(counts[counting], rate)
        for counting in COUNTINGS
        for how, rate in rates.items()
    }
    colours = dict(zip(COUNTINGS, (GREEN, BLUE, PURPLE), strict=True))
    known = tables["population"].iloc[:0] if known is None else known
    ends = [float(end) for span in implied.values() for end in (span.low, span.high)] + list(known["value"])
    limits = (min(ends) * 0.985, max(ends) * 1.02)
    names = [f"{words(counting)} ({format_number(int(counts[counting]), lang)})" for counting in COUNTINGS]
    people = [f"{tables.label('kind', row.kind, lang)} {row.as_of}" for row in known.itertuples()]

    def body(canvas: Canvas) -> float:
        shades = [*(colours[counting] for counting in COUNTINGS), *[INK] * len(known)]
        axes, ys, below = canvas.rows(names + people, 2.3, color=shades)
        axes.set(xlim=limits)
        axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(lambda value, _: format_number(round(value), lang, 10000))
        for at, counting in zip(ys, COUNTINGS, strict=False):
            for how, (top, shade) in {"rounded": (-0.08, 1), "cut": (0.04, 0.4)}.items():
                low, high = float(implied[counting, how].low), float(implied[counting, how].high)
                # The ends as hair lines: a short interval is no wider than it is, and still seen.
                axes.vlines([low, high], at + top, at + top + 0.11, color=colours[counting], linewidth=1, alpha=shade)
                axes.fill_between(
                    [low, high], at + top, at + top + 0.11, color=colours[counting], linewidth=0, alpha=shade
                )
            span = implied[counting, "rounded"]
            text = f"{format_number(math.ceil(span.low), lang)}–{format_number(math.floor(span.high), lang)}"
            side = "right" if span.high < sum(limits) / 2 else "left"
            label(axes, float(span.high if side == "right" else span.low), at, text, side, weight="bold")
        for at, row in zip(ys[len(COUNTINGS) :], known.itertuples(), strict=True):
            marker = "o" if row.kind == "resident" else "^"
            axes.plot(row.value, at, marker, color=INK, markerfacecolor="white", markersize=6.5, markeredgewidth=1.4)
            label(
                axes, row.value, at, format_number(row.value, lang), "right" if row.value < sum(limits) / 2 else "left"
            )
        axes.set_xlabel(words("axis"), size=SMALL)
        return below + 0.15

    table = words.columns(
        counting=[words(counting) for counting, _ in implied] + people,
        rate=[words(how) for _, how in implied] + [""] * len(known),
        population_low=[math.ceil(span.low) for span in implied.values()] + list(known["value"]),
        population_high=[math.floor(span.high) for span in implied.values()] + list(known["value"]),
    )
    numbers = {
        counting: format_number(round(float(implied[counting, "rounded"].low)), lang, 10000) for counting in COUNTINGS
    }
    fits = implied["with_apheresis", "rounded"]
    numbers |= {"low": format_number(math.ceil(fits.low), lang), "high": format_number(math.floor(fits.high), lang)}
    sources = [*_sources(tables, place, period), *known["source_id"]]
    fitting = any(value in span for span in implied.values() for value in known["value"].map(int))
    title = "title_fits" if fitting else "title"
    return words.chart(body, table, sources, title, printed=printed, period=period, **numbers)


def needed(tables: Tables, place: str, period: str, per_mille: int, lang: str = "en") -> Chart:
    """Draw what a rate would take: the donations of the year, and those lacking, as a waterfall with its interval."""
    words = Words(tables, "needed", lang)
    found = donations.figures(tables, place, period)
    given = donations.donations_by_counting(found)["with_apheresis"]
    population = donations.implied_population(given, donations.printed_rate(_rate(tables, place, period)))
    needs = donations.donations_needed(Fraction(per_mille), population)
    low, high = math.ceil(needs.low), math.ceil(needs.high)
    whole, platelets = int(found["whole_blood_donations"]), int(found["platelet_donations"])
    # Where each bar starts, and its least and greatest length.
    bars = {
        "whole": (0, whole, whole),
        "platelets": (whole, platelets, platelets),
        "lacking": (int(given), low - int(given), high - int(given)),
        "total": (0, low, high),
    }
    names = [words(name, rate=per_mille) for name in bars]

    def body(canvas: Canvas) -> float:
        axes, ys, below = canvas.rows(names, 1.9)
        _counts(axes, high, lang)
        for at, (start, least, most) in zip(ys, bars.values(), strict=True):
            inferred = least < most
            style = {"facecolor": "white", "edgecolor": PURPLE, "linestyle": "--"} if inferred else {"color": BLUE}
            axes.barh(at, least, 0.24, left=start, linewidth=1.4, **style)
            text = (
                f"{format_number(least, lang)}–{format_number(most, lang)}" if inferred else format_number(least, lang)
            )
            inside = least > 0.3 * high
            colour = "white" if inside and not inferred else INK
            label(
                axes,
                start + least / 2 if inside else start,
                at,
                text,
                "inside" if inside else "left",
                weight="bold",
                color=colour,
            )
        axes.set_xlabel(words("axis"), size=SMALL)
        return below + 0.15

    _, lows, highs = zip(*bars.values(), strict=True)
    table = words.columns(step=names, low=lows, high=highs)
    numbers = {"lacking_low": format_number(lows[2], lang), "lacking_high": format_number(highs[2], lang)}
    more = f"{float((needs.low - given) / given):.0%}"
    printed = _rate(tables, place, period)
    return words.chart(
        body, table, _sources(tables, place, period), rate=per_mille, more=more, printed=printed, **numbers
    )


def per_head(tables: Tables, place: str, period: str, lang: str = "en") -> Table:
    """Return panels, doses and volume per so many people: intervals over the population that the rate implies."""
    words = Words(tables, "per-head", lang)
    found = donations.figures(tables, place, period)
    printed = _rows(tables, place, period).set_index("measure").loc["donation_rate", "printed"]
    population = donations.implied_population(
        donations.donations_by_counting(found)["with_apheresis"], donations.printed_rate(printed)
    )
    asked = {"regular_donors": 1000, "rare_type_donors": 100000, "platelet_doses": 1000}
    spans = {
        name: donations.per_people(donations.measure(found, name), population, people) for name, people in asked.items()
    }
    asked["whole_blood_volume"] = 1
    spans["whole_blood_volume"] = donations.volume_per_person(
        donations.measure(found, "whole_blood_volume"), population
    )
    names = tables.names("measures", lang)
    frame = words.columns(
        measure=[names[name] for name in spans],
        per=[words("per", n=format_number(asked[name], lang)) for name in spans],
        low=[round(float(span.low), 3) for span in spans.values()],
        high=[round(float(span.high), 3) for span in spans.values()],
        told=[tables.label("told", "inferred", lang)] * len(spans),
    )
    return words.table(frame, _sources(tables, place, period))


def _rows(tables: Tables, place: str, period: str) -> pd.DataFrame:
    rows = tables["collection"]
    of_period = (rows["period_end"] == period) | (rows["measure"] == "national_awards")
    return rows[(rows["place"] == place) & of_period]


def _sources(tables: Tables, place: str, period: str) -> pd.Series:
    return _rows(tables, place, period)["source_id"]


def _rate(tables: Tables, place: str, period: str) -> str:
    """Return the printed rate of a place; raise DonationError when none is printed."""
    rows = _rows(tables, place, period).query("measure == 'donation_rate'")
    if rows.empty:
        raise donations.DonationError(f"found no donation_rate of {place} for {period}, expected one")
    return rows["printed"].iloc[0]


def _counts(axes: Axes, most: float, lang: str) -> None:
    """Set an axis of counts from zero, with a label every ten thousand."""
    axes.set(xlim=(0, float(most) * 1.04), xticks=range(0, int(most), 10000))
    axes.xaxis.set_major_formatter(lambda value, _: format_number(value, lang))


def _percent(share: Fraction, end: str = "") -> float:
    """Return a share in percent to one decimal; a ``low`` end rounds down, a ``high`` end up: bounds must hold."""
    rounding = {"low": math.floor, "high": math.ceil}.get(end, round)
    return rounding(share * 1000) / 10
