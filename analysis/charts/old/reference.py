"""Charts that hold the page's figures against reference data: outcomes, the earlier plan, other places' rates."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from analysis import donations
from analysis.charts.old.base import BLUE, GREY, INK, MUTED, ORANGE, Canvas, Chart, Headline, Table, Words, label
from analysis.language import format_number
from analysis.tables import Tables

GOALS = ("china-goal-2015", "china-goal-2020")
STATUS = {"met": BLUE, "not_met": ORANGE, "partly": BLUE, "not_comparable": GREY, "nothing_found": GREY}


def headline(tables: Tables, progress: pd.DataFrame, panel: pd.DataFrame, lang: str = "en") -> Headline:
    """Return what the page's numbers come to: three sentences and four large figures."""
    words = Words(tables, "headline", lang)
    status = progress["status"].value_counts()
    met, assessed = status.get("met", 0), status.get("met", 0) + status.get("not_met", 0)
    here = panel[panel["sources"].map(lambda row: tables["sources"]["source_id"].iloc[1] in row)].iloc[0]
    same_year = panel[panel["period_end"] == here["period_end"]].set_index("place")
    values = {
        "n": len(progress),
        "assessed": assessed,
        "met": met,
        "donations": format_number(int(here["donations"]), lang),
        "rate": f"{here['printed_rate']:g}",
        "china": f"{same_year.loc['china', 'computed_high']:.1f}",
    }
    figures = ("targets", "met", "donations", "rate")
    large = {
        "targets": str(values["n"]),
        "met": words("of", **values),
        "donations": values["donations"],
        "rate": f"{values['rate']}‰",
    }
    sentences = [words(f"sentence_{number}", **values) for number in (1, 2, 3)]
    return Headline(sentences, [(large[name], words(name, **values)) for name in figures], lang)


def rates(tables: Tables, panel: pd.DataFrame, lang: str = "en", marks: tuple[str, ...] = GOALS) -> Chart:
    """Draw donation rates of places and periods: printed ones filled, computed ones hollow with their interval.

    Args:
        tables: the checked tables.
        panel: as `donations.rate_panel` returns it.
        lang: "en" or "zh".
        marks: benchmarks drawn as lines, each labelled with what it is.
    """
    words, places = Words(tables, "rates-panel", lang), tables.names("places", lang)
    rows = panel[panel["printed_rate"].notna() | panel["computed_low"].notna()]
    order = ["dongying", "weifang", "weihai", "qingdao", "shandong", "beijing", "china"]
    rows = rows.assign(place=pd.Categorical(rows["place"], order)).sort_values(["place", "period_end"])
    seeds = set(tables["sources"].query("kind == 'seed'")["source_id"])
    lines = tables["benchmarks"].set_index("benchmark").loc[list(marks)]
    own = [bool(seeds & set(row.sources)) for row in rows.itertuples()]
    names = [f"{places[row.place]} {_period(row)}" for row in rows.itertuples()]

    def body(canvas: Canvas) -> float:
        colours = [BLUE if seed else INK for seed in own]
        axes, ys, below = canvas.rows(names, 1.95, y=0.45, step=(0.235, 0.5), color=colours)
        axes.set(xlim=(6, 16.4), xticks=range(6, 17, 2))
        for line in lines.itertuples():
            axes.axvline(line.value, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 2)))
            side = "center" if line.value < 12 else "right"
            place = {"xytext": (0, 4), "textcoords": "offset points", "ha": side, "va": "bottom"}
            name = words("goal", year=line.year)
            axes.annotate(name, (line.value, 0), size=8, color=ORANGE, annotation_clip=False, **place)
        for at, row, seed in zip(ys, rows.itertuples(), own, strict=True):
            colour = BLUE if seed else INK
            if not math.isnan(row.computed_low):
                axes.plot([row.computed_low, row.computed_high], [at, at], color=colour, linewidth=1.6)
                middle = (row.computed_low + row.computed_high) / 2
                axes.plot(middle, at, "o", color=colour, markerfacecolor="white", markersize=6, markeredgewidth=1.4)
            if not math.isnan(row.printed_rate):
                axes.plot(row.printed_rate, at, "D" if seed else "o", color=colour, markersize=7 if seed else 6)
            ends = dict.fromkeys(f"{end:.1f}" for end in (row.computed_low, row.computed_high))
            told = f"{row.printed_rate:g}" if not math.isnan(row.printed_rate) else "–".join(ends)
            far = max(value for value in (row.printed_rate, row.computed_high) if not math.isnan(value))
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            label(axes, far, at, told, bbox=box, weight="bold" if seed else "regular", color=colour)
        return below

    table = words.columns(
        place=rows["place"].map(places).astype(str),
        period=[_period(row) for row in rows.itertuples()],
        donations=rows["donations"],
        printed_rate=rows["printed_rate"],
        computed_low=rows["computed_low"].round(2),
        computed_high=rows["computed_high"].round(2),
        population=rows["population"],
        source=["; ".join(row) for row in rows["sources"]],
    )
    here = rows[own].iloc[0]
    same_year = rows[rows["period_end"] == here["period_end"]].set_index("place")["computed_high"]
    others = {place: f"{same_year[place]:.1f}" for place in ("shandong", "china")}
    sources = [source for row in rows["sources"] for source in row]
    return _many(words.chart(body, table, sources, rate=f"{here['printed_rate']:g}", **others), words, sources)


def change(tables: Tables, panel: pd.DataFrame, place: str, first: str, last: str, lang: str = "en") -> Chart:
    """Draw a place's figures of two years as an index, first = 100; nothing is said of the years between."""
    words = Words(tables, "change", lang)
    rows = panel[panel["place"] == place].set_index("period_end").loc[[first, last]]
    found = [donations.figures(tables, place, year) for year in (first, last)]
    years = int(last) - int(first)
    pairs = {
        "donations": tuple(rows["donations"]),
        "whole_blood_donations": tuple(float(each["whole_blood_donations"]) for each in found),
        "whole_blood_volume": tuple(float(each["whole_blood_volume"]) for each in found),
        "volume_each": tuple(rows["volume_each"]),
        "doses_each": tuple(rows["doses_each"]),
    }
    rates = {name: donations.growth(*pair, years) for name, pair in pairs.items()}
    digits = {"volume_each": 1, "doses_each": 2}

    def body(canvas: Canvas) -> float:
        axes, ys, below = canvas.rows([words(name) for name in pairs], 2.35)
        axes.set(xlim=(90, 132), xticks=[90, 100, 110, 120])
        axes.axvline(100, color=MUTED, linewidth=1)
        for at, (name, (one, two)) in zip(ys, pairs.items(), strict=True):
            index = 100 * two / one
            axes.plot([100, index], [at, at], color=BLUE, linewidth=2)
            axes.plot(100, at, "o", color=INK, markerfacecolor="white", markersize=6)
            axes.plot(index, at, "D", color=BLUE, markersize=7)
            label(
                axes,
                max(index, 100),
                at,
                f"{index:.0f} ({rates[name]:+.1%})".replace("-", "−"),
                weight="bold",
                color=BLUE,
            )
        return below

    table = words.columns(
        measure=[words(name) for name in pairs],
        first=[round(one, digits.get(name, 0)) for name, (one, _) in pairs.items()],
        last=[round(two, digits.get(name, 0)) for name, (_, two) in pairs.items()],
        index=[round(100 * two / one, 1) for one, two in pairs.values()],
        growth=[round(100 * rate, 2) for rate in rates.values()],
    )
    numbers = {"donations": f"{rates['donations']:.1%}", "volume": f"{rates['whole_blood_volume']:.1%}"}
    sources = [source for row in rows["sources"] for source in row if source in set(tables["collection"]["source_id"])]
    return words.chart(body, table, sources, first=first, last=last, **numbers)


def medians(tables: Tables, panel: pd.DataFrame, place: str, period: str, lang: str = "en") -> Chart:
    """Draw a place's rate of whole blood alone against the WHO medians over countries, which count whole blood."""
    words = Words(tables, "medians", lang)
    row = panel[(panel["place"] == place) & (panel["period_end"] == period)].iloc[0]
    marks = tables["benchmarks"]
    marks = marks[(marks["kind"] == "median") & (marks["counting"] == "whole_blood")].sort_values(
        "value", ascending=False
    )
    own = f"{tables.names('places', lang)[place]} {period}"
    names = [*marks[f"name_{lang}"], own]
    spans = [*zip(marks["value"], marks["value"], strict=True), (row["whole_low"], row["whole_high"])]
    order = sorted(range(len(names)), key=lambda n: -spans[n][0])

    def body(canvas: Canvas) -> float:
        colours = [BLUE if names[n] == own else INK for n in order]
        axes, ys, below = canvas.rows([names[n] for n in order], 3.6, color=colours)
        axes.set(xlim=(0, 36), xticks=range(0, 36, 10))
        for at, n in zip(ys, order, strict=True):
            low, high = spans[n]
            if names[n] == own:
                axes.plot(
                    (low + high) / 2, at, "o", color=BLUE, markerfacecolor="white", markersize=8, markeredgewidth=1.8
                )
                label(axes, high, at, f"{low:.1f}–{high:.1f}", weight="bold", color=BLUE)
            else:
                axes.barh(at, low, 0.16, color=GREY)
                label(axes, low, at, f"{low:g}")
        return below

    table = words.columns(
        place=[names[n] for n in order],
        rate_low=[round(spans[n][0], 2) for n in order],
        rate_high=[round(spans[n][1], 2) for n in order],
    )
    below, above = (
        max(marks["value"][marks["value"] < row["whole_low"]]),
        min(marks["value"][marks["value"] > row["whole_high"]]),
    )
    return words.chart(
        body, table, [*row["sources"], *marks["source_id"]], below=f"{below:g}", above=f"{above:g}", period=period
    )


def doses(tables: Tables, panel: pd.DataFrame, lang: str = "en") -> Chart:
    """Draw adult therapeutic doses per platelet donation of places and periods."""
    words, places = Words(tables, "doses-each", lang), tables.names("places", lang)
    rows = panel[panel["doses_each"].notna()].sort_values("doses_each", ascending=False)
    seeds = set(tables["sources"].query("kind == 'seed'")["source_id"])
    own = [bool(seeds & set(row.sources)) for row in rows.itertuples()]
    names = [f"{places[row.place]} {_period(row)}" for row in rows.itertuples()]

    def body(canvas: Canvas) -> float:
        axes, ys, below = canvas.rows(names, 2.2, step=(0.32, 0.55), color=[BLUE if seed else INK for seed in own])
        axes.set(xlim=(0.95, 2.1), xticks=[1, 1.5, 2])
        for at, row, seed in zip(ys, rows.itertuples(), own, strict=True):
            axes.plot(row.doses_each, at, "D" if seed else "o", color=BLUE if seed else INK, markersize=7)
            label(axes, row.doses_each, at, f"{row.doses_each:.2f}", weight="bold" if seed else "regular")
        return below

    table = words.columns(
        place=names, doses_each=rows["doses_each"].round(3), source=["; ".join(row) for row in rows["sources"]]
    )
    collected = set(tables["collection"]["source_id"])
    sources = [source for row in rows["sources"] for source in row if source in collected]
    most = rows["doses_each"].max()
    return words.chart(body, table, sources, n=len(rows), most=f"{most:.2f}", least=f"{rows['doses_each'].min():.2f}")


def benchmarks(tables: Tables, lang: str = "en") -> Table:
    """Return thresholds, medians and goals with what each counts."""
    words, rows = Words(tables, "benchmarks", lang), tables["benchmarks"]
    frame = words.columns(
        benchmark=rows[f"name_{lang}"],
        year=rows["year"],
        value=rows["value"],
        unit=rows["unit"].map(tables.names("units", lang)),
        kind=rows["kind"].map(tables.labels("kind", lang)),
        counting=rows["counting"].map(tables.labels("counting", lang)),
    )
    return words.table(frame, rows["source_id"])


def _many(chart: Chart, words: Words, sources: list[str]) -> Chart:
    """Shorten a source line of many publishers: the table names each row's."""
    return replace(chart, source=words("many", n=len(set(sources))))


def _period(row) -> str:
    if row.period_start == row.period_end:
        return row.period_end
    return f"{row.period_start[:7]}–{row.period_end[:7]}"
