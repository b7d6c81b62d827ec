"""What a blood station's figures say: its headline, its tables, and its rate in a sentence, beside others."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.displays.base import Headline, Table, show, sources_of, where
from analysis.donations import chain, yearly
from analysis.language import Words


def headline(panel: pd.DataFrame, goals: pd.DataFrame, words: Words, place: str, period: str) -> Headline:
    """Say what comes first of a place's blood figures, each where it is known.

    Args:
        panel: as `donations.rate_panel` returns it.
        goals: rows of ``benchmarks.csv`` that are goals for the rate, or none.
        words: the language. place: a row of ``places.csv``. period: its ``period_end``.

    Returns:
        Sentences (what the place is, its donations, its rate beside its country's and the goals) and pairs of a large
        figure and what it is.
    """
    own = panel[(panel["place"] == place) & (panel["period_end"] == period)]
    values, sentences, figures = {"place": words.name("places", place)}, [], []
    for parent in chain(words.tables["places"], place)[1:2]:
        level = words.tables["places"].set_index("place")["level"][place]
        values |= {"level": words.label("level", level), "parent": words.name("places", parent)}
        sentences.append(words.text("{place} is a {level} in {parent}.", **values))
    for row in own[own["donations"].notna()].head(1).itertuples():
        values |= {"period": words.period(row.period_start, period), "n": row.donations}
        sentences.append(words.text("{place} took {n} blood donations in {period}.", **values))
        figures.append((words.number(row.donations), words.text("blood donations, {place}, {period}", **values)))
    if told := finding(own, panel, goals, words):
        sentences.append(words.text("{sentence}.", sentence=told))
    for printed_rate in own["printed_rate"].dropna().head(1):
        figures.append((words.number(printed_rate), words.text("donation rate per 1,000 population, as printed")))
    return Headline(words.lang, sentences, figures)


def printed(frame: pd.DataFrame, words: Words, name: str) -> Table:
    """Show figures as they are printed, each with its place on the page.

    Args:
        frame: rows of ``collection.csv``, by their index there.
        words: the language. name: as of `base.show`.
    """
    shown = frame[["measure", "printed", "value", "unit", "source_id"]]
    shown.insert(1, "period", list(map(words.period, frame["period_start"], frame["period_end"])))
    return show(shown, words, name, words.text("The figures as printed"), "collection")


def derived(frame: pd.DataFrame, words: Words, name: str = "", sources: Iterable[str] = ()) -> Table:
    """Show what the figures come to as a table: value or interval, unit, arithmetic or inferred, and the condition.

    Args:
        frame: as `donations.derived` returns it.
        words: the language. name, sources: as of `base.show`.
    """
    title = words.text("What the figures come to")
    return show(frame.round({"low": 2, "high": 2}), words, name, title, sources=sources)


def panel_table(panel: pd.DataFrame, words: Words, name: str) -> Table:
    """Show yearly rates as a table, the latest first, printed and computed in columns of their own.

    Args:
        panel: as `donations.rate_panel` returns it, or some of its rows.
        words: the language. name: as of `base.show`.
    """
    rows = yearly(panel).sort_values(["period_end", "rate"], ascending=False, kind="stable")
    shown = rows[["place", "donations", "printed_rate", "computed_low", "computed_high", "population"]].round(2)
    computed = rows["computed_high"].where(rows["computed_low"] == rows["computed_high"]).astype(float)
    shown["above"] = (100 * (rows["printed_rate"] / computed - 1)).round(1)
    shown.insert(1, "period", list(map(words.period, rows["period_start"], rows["period_end"])))
    title = words.text("Donation rates, printed and computed")
    return show(shown, words, name, title, sources=sources_of(rows))


def benchmarks(frame: pd.DataFrame, words: Words, name: str) -> Table:
    """Show goals, thresholds and medians: whose, for when, how much, and what each counts.

    Args:
        frame: rows of ``benchmarks.csv``. words: the language. name: as of `base.show`.
    """
    frame = frame.sort_values(["kind", "year", "value", "benchmark"])
    shown = frame[["name_zh", "name_en", "year", "value", "unit", "kind", "counting", "source_id"]]
    return show(shown, words, name, words.text("Goals, thresholds and medians"))


def finding(own: pd.DataFrame, panel: pd.DataFrame, goals: pd.DataFrame, words: Words) -> str:
    """Return what the latest rate of a place is beside its country's of the same period and beside the goals.

    Args:
        own: rows of the panel of one place. panel: all rows. goals: rows of ``benchmarks.csv``. words: the language.

    Returns:
        A sentence without a full stop, or "" where the place has no yearly rate.
    """
    own, panel = yearly(own), yearly(panel)
    if own.empty:
        return ""
    latest = own.sort_values(["period_end", "rate"]).tail(1)
    row = latest.iloc[0]
    above = chain(words.tables["places"], row["place"])[1:][-1:]
    same = panel["place"].isin(above) & (panel["period_end"] == row["period_end"])
    beside = filter(None, [_beside_country(row, panel[same], words), _beside_goals(row, goals, words)])
    values = where(latest, words) | {"rate": rate(row, words), "both": words.text(", ").join(beside)}
    return words.text(
        "{place}'s {rate} per 1,000 in {period}: {both}"
        if values["both"]
        else "{place} had {rate} donations per 1,000 people in {period}",
        **values,
    )


def _beside_country(row: pd.Series, country: pd.DataFrame, words: Words) -> str:
    """Return where a rate lies beside the country's: above, below, or neither; "" without one."""
    if country.empty:
        return ""
    other = country.iloc[0]
    # Printed beside printed where both are, else all that either may be.
    ends = ["printed_rate"] * 2 if pd.notna(row["printed_rate"] + other["printed_rate"]) else ["low", "high"]
    (low, high), (least, most) = row[ends], other[ends]
    return words.text(
        "above {country}'s {other}"
        if low > most
        else "below {country}'s {other}"
        if high < least
        else "like {country}'s {other}",
        country=country_name(other["place"], words),
        other=rate(other, words),
    )


def _beside_goals(row: pd.Series, goals: pd.DataFrame, words: Words) -> str:
    """Return which goals a rate reaches: all, none, or all but from which on; "" where that cannot be said."""
    low, high = row[["low", "high"]] if pd.isna(row["printed_rate"]) else [row["printed_rate"]] * 2
    missed = goals[goals["value"] > low].sort_values(["value", "year"])
    if goals.empty or (missed["value"] <= high).any():
        return ""
    if missed.empty:
        return words.text("above every goal found")
    return words.text("short of the {year} goal of {goal}", goal=missed["value"].iloc[0], year=missed["year"].iloc[0])


def country_name(place: str, words: Words) -> str:
    """Return a country's name beside a place in it: Chinese calls it the whole country there."""
    return words.name("places", place) if words.lang == "en" else words.text("the whole country")


def rate(row, words: Words) -> str:
    """Write a row's printed rate as printed; a computed one to one decimal, as an interval where it is one."""
    if pd.notna(row.printed_rate):
        return words.number(row.printed_rate)
    return interval(words, row.computed_low, row.computed_high, 1)


def interval(words: Words, low: float, high: float, decimals: int = 0) -> str:
    """Write an interval, or one number where both ends are written the same."""
    return from_to(words, words.number(low, decimals), words.number(high, decimals))


def from_to(words: Words, low: str, high: str) -> str:
    """Write what runs from one written number to another, or the number where they are the same."""
    return low if low == high else words.text("{low}–{high}", low=low, high=high)
