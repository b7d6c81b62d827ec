"""What collection figures come to, and what a printed donation rate implies.

Plans are not dealt with here; nothing is drawn and no file is read. Figures are exact fractions or intervals, each
printed, arithmetic on what is printed, or inferred: true only under an assumption that no source prints. The frames
at the end are what the charts draw; none depends on the order of rows, and one without rows means that the figures
do not suffice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import pandas as pd

from analysis import quantities
from analysis.tables import Tables

VOLUMES = (200, 300, 400)  # mL; what one whole-blood donation may be: see docs/METHODS.md
DEVIATIONS = (Fraction(0), Fraction(1, 20), Fraction(1, 10))  # of bags from their nominal volume
DOSES = {"whole": (1, 2), "half": (1, Fraction(3, 2), 2), "up_to_3": (1, 2, 3)}  # that a platelet donation may give
MONTHS_BETWEEN = 6  # at least, two whole-blood donations of one person: Blood Donation Law, article 9
NEAR = 3.5  # years at most from a population to the end of a rate's period
QUANTITIES = {"all_donations": "donation", "whole_blood_donations": "donation", "whole_blood_volume": "mL"}
QUANTITIES |= {"volume_each": "mL"}  # what `change` compares, in which unit
PERIOD = ["place", "period_start", "period_end"]
CHANGE = ["place", "quantity", "period_start", "period_end", "value", "unit", "components", "sources", "of_first"]
PANEL = [*PERIOD, "donations", "total", "printed", "printed_rate", "computed_low", "computed_high", "population"]
PANEL += ["whole_low", "whole_high", "whole_blood_donations", "whole_blood_volume", "volume_each", "doses_each"]
PANEL += ["components", "sources"]
POPULATIONS = ["printed", "nature", "counting", "donations", "kind", "as_of", "low", "high", "cut_low", "cut_high"]
POPULATIONS += ["near", "source_id"]
NEEDED = [*PERIOD, "step", "low", "high", "share_low", "share_high", "nature", "goal", "goal_name_zh", "goal_name_en"]
NEEDED += ["goal_year", "population", "population_low", "population_high", "sources"]
_RATE_WORDS = dict.fromkeys(("‰", "/千人口", "%"), "")  # a rate may also stand without a measure word


class DonationError(ValueError):
    """A figure cannot be used; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Interval:
    """All values from ``low`` to ``high``; ``closed`` says whether low and high themselves belong to it."""

    low: Fraction
    high: Fraction
    closed: tuple[bool, bool] = (True, True)

    def __contains__(self, value: float) -> bool:
        above = value > self.low or (self.closed[0] and value == self.low)
        below = value < self.high or (self.closed[1] and value == self.high)
        return above and below

    def __mul__(self, factor: Fraction | int) -> Interval:
        return Interval(self.low * factor, self.high * factor, self.closed)

    def __rtruediv__(self, number: Fraction | int) -> Interval:
        """Return what a number comes to over each value: the greatest gives the least."""
        least = number / _above_zero(self.high, "a divisor")
        return Interval(least, number / _above_zero(self.low, "a divisor"), self.closed[::-1])


def collected(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return the rows of ``collection.csv`` of a place for a period, by measure; the index is the row in the CSV.

    Args:
        tables: the checked tables.
        place: a row of ``places.csv``.
        period: ``period_end`` as the rows have it, such as "2023". Where periods of several lengths end then, the
            longest counts; stocks of that date are among the rows.
    """
    rows = tables["collection"]
    rows = rows[(rows["place"] == place) & (rows["period_end"] == period)]
    starts = rows["period_start"][rows["period_start"] != ""]
    rows = rows[rows["period_start"].isin(["", *starts.sort_values().iloc[:1]])]
    return rows.sort_values(["measure", "source_id", "printed"])


def figures(tables: Tables, place: str, period: str) -> dict[str, Fraction]:
    """Return the exact figures of a place and period, by measure, in the units of ``measures.csv``.

    Figures with a bound word (more than 34,000) are left out: nothing is computed from them.

    Args:
        tables, place, period: as of `collected`.

    Raises:
        DonationError: two sources disagree.
    """
    rows = collected(tables, place, period)
    rows = rows[rows["bound"] == "exact"]
    for name, values in rows.groupby("measure")["value"]:
        if values.nunique() > 1:
            raise DonationError(
                f"found {name} of {place} for {period} as {' and '.join(map(str, values))}, expected one value"
            )
    return {row.measure: Fraction(str(row.value)) for row in rows.itertuples()}


def share_bounds(sizes: Sequence[Fraction | int], mean: Fraction) -> dict[Fraction, Interval]:
    """Return the least and greatest share that each size can have when the sizes average to ``mean``.

    The shares are at least 0 and sum to 1: a linear program with two equations, whose vertices have at most
    two sizes in use (Dantzig, Linear Programming and Extensions, 1963, ch. 5). The vertices are enumerated
    in fractions, so the bounds are exact and both are reached.

    Args:
        sizes: the sizes a donation may have, in one unit, all different.
        mean: their mean, in the same unit.

    Raises:
        DonationError: the mean lies outside the sizes.

    >>> {size: (float(b.low), float(b.high)) for size, b in share_bounds([200, 300, 400], Fraction(350)).items()}
    {200: (0.0, 0.25), 300: (0.0, 0.5), 400: (0.5, 0.75)}
    """
    if not min(sizes) <= mean <= max(sizes):
        raise DonationError(f"found a mean of {float(mean):.4g}, expected one from {min(sizes)} to {max(sizes)}")
    vertices = []
    for small, large in combinations(sorted(sizes), 2):
        if small <= mean <= large:
            share = Fraction(mean - small) / (large - small)
            vertices.append({small: 1 - share, large: share})
    return {size: _hull([vertex.get(size, Fraction(0)) for vertex in vertices]) for size in sizes}


def mix_bounds(mean: Fraction, deviation: Fraction = Fraction(0)) -> dict[int, Interval]:
    """Return the bounds of the shares of 200, 300 and 400 mL donations: inferred, at nominal volumes.

    Args:
        mean: mean volume of a donation in mL.
        deviation: all bags may run this much above or below their nominal volume (0.05 is 5%), by one factor.
            Then the nominal mean is anywhere from mean / (1 + deviation) to mean / (1 - deviation); what exceeds the
            smallest or largest volume is cut off.

    Raises:
        DonationError: no mix gives the mean.
    """
    ends = [max(Fraction(VOLUMES[0]), mean / (1 + deviation)), min(Fraction(VOLUMES[-1]), mean / (1 - deviation))]
    # A share's bound is piecewise linear in the mean with its corners at the volumes.
    means = [*ends, *(Fraction(volume) for volume in VOLUMES if ends[0] < volume < ends[1])]
    bounds = [share_bounds(VOLUMES, nominal) for nominal in means]
    return {size: _hull([end for each in bounds for end in (each[size].low, each[size].high)]) for size in VOLUMES}


def double_doses(doses: Fraction, donations: Fraction) -> dict[str, Interval]:
    """Return the share of platelet donations that gave two adult therapeutic doses, by what a donation may give.

    Args:
        doses: adult therapeutic doses. donations: apheresis platelet donations.

    Returns:
        By assumption, none of which the source prints (inferred): ``whole`` (1 or 2 doses: exact),
        ``half`` (1, 1.5 or 2), ``up_to_3`` (1, 2 or 3).

    Raises:
        DonationError: the mean number of doses fits none of an assumption's sizes.

    >>> {name: (round(float(b.low), 3), round(float(b.high), 3))
    ...  for name, b in double_doses(Fraction(3809), Fraction(1977)).items()}
    {'whole': (0.927, 0.927), 'half': (0.853, 0.927), 'up_to_3': (0.0, 0.927)}
    """
    mean = _above_zero(doses, "doses") / _above_zero(donations, "donations")
    return {name: share_bounds(sizes, mean)[2] for name, sizes in DOSES.items()}


def countings(found: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return what a rate may count, by way of counting: whole blood; with platelet donations; with doses.

    In the last, each adult therapeutic dose counts as one and the platelet donations do not count besides. A way for
    which a figure is missing is left out.
    """
    whole, added = found.get("whole_blood_donations", 0), {"whole_blood": Fraction(0)}
    added |= {"with_apheresis": found.get("platelet_donations"), "with_doses": found.get("platelet_doses")}
    return {name: whole + more for name, more in added.items() if whole > 0 and more is not None}


def printed_rate(printed: str, cut: bool = False) -> Interval:
    """Return the rates in per mille that a printed rate may stand for: rounded half up, or cut after its last digit.

    Args:
        printed: a rate of a row whose unit is per mille, in whatever words: ``12.94‰``, ``9.5/千人口``, ``11.5``.
        cut: whether digits were cut off instead of rounded.

    >>> [float(end) for end in (printed_rate("12.94‰").low, printed_rate("12.94‰").high)]
    [12.935, 12.945]
    """
    quantity = quantities.read(printed, _RATE_WORDS)
    if quantity.word == "%" or quantity.bound != "exact" or quantity.low <= 0:
        raise DonationError(f"found the rate '{printed}', expected one above zero in ‰ without a bound word")
    low, high = (quantity.low, quantity.low + quantity.step) if cut else quantity.interval
    return Interval(Fraction(low), Fraction(high), (True, False))


def implied_population(donations: Fraction, rate: Interval) -> Interval:
    """Return the populations that a number of donations and a rate imply: inferred, for one way of counting.

    Args:
        donations: what the rate counts, in a year.
        rate: per mille, as `printed_rate` returns it.

    Raises:
        DonationError: no donations, or a rate that is not above zero.

    >>> found = implied_population(Fraction(28458), printed_rate("12.94‰"))
    >>> math.ceil(found.low), math.floor(found.high)
    (2198378, 2200077)
    """
    return 1000 * _above_zero(donations, "donations") / rate


def rate(donations: Fraction, population: Fraction) -> Fraction:
    """Return donations per 1,000 population, per mille: arithmetic, where both are printed.

    Raises:
        DonationError: one is not above zero, or there are more donations than people.

    >>> round(float(rate(Fraction(28458), Fraction(2209000))), 2)
    12.88
    """
    if _above_zero(population, "population") < donations:
        raise DonationError(f"found {donations} donations by {population} people, expected more people than donations")
    return 1000 * _above_zero(donations, "donations") / population


def distinct_donors(donations: Fraction, months: int = 12) -> Interval:
    """Return the least and most people who can have given so many donations in a period: inferred.

    Args:
        donations: whole-blood donations of the period.
        months: its length. At most months / MONTHS_BETWEEN donations of one person fit, rounded up.

    >>> distinct_donors(Fraction(26481))
    Interval(low=Fraction(13241, 1), high=Fraction(26481, 1), closed=(True, True))
    """
    most_each = math.ceil(months / MONTHS_BETWEEN)
    return Interval(Fraction(math.ceil(_above_zero(donations, "donations") / most_each)), donations)


def rate_panel(collection: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Lay the donation rates of places and periods side by side, printed and computed in columns of their own.

    A rate is computed for a period of twelve months from all donations: their printed total, or whole blood and
    platelet donations; figures with a bound word are left out. Its population is the resident ones known near the
    period's end (`populations_near`); where there are several the rate is an interval. Half a year has no yearly rate.

    Args:
        collection: rows of ``collection.csv``. population: rows of ``population.csv``.

    Returns:
        One row per place and period, or one per source where two disagree, sorted by place and period: ``place``,
        ``period_start``, ``period_end``, ``donations`` (person-times), ``total`` ("printed" or "sum"), ``printed`` and
        ``printed_rate`` (per mille), ``computed_low`` and ``computed_high`` (per mille), ``population`` (dates used),
        ``whole_low`` and ``whole_high`` (per mille, whole blood only), ``whole_blood_donations``,
        ``whole_blood_volume`` (mL), ``volume_each`` (mL per whole-blood donation), ``doses_each`` (doses per platelet
        donation), ``components`` (whether apheresis counts all components, not platelets alone), ``sources``. What
        cannot be had is NaN, or empty where it is text.
    """
    rows = collection[collection["period_start"] != ""].sort_values(["measure", "source_id", "printed"])
    found = []
    for key, group in rows.groupby(PERIOD):
        disagree = (group.groupby("measure")["value"].nunique() > 1).any()
        parts = [part for _, part in group.groupby("source_id")] if disagree else [group]
        found += [dict(zip(PERIOD, key, strict=True)) | _rates(*key, part, population) for part in parts]
    return pd.DataFrame(found, columns=PANEL)


def yearly(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of twelve months that have a rate, with their place on axes, sorted by place and time.

    Args:
        panel: as `rate_panel` returns it, or some of its rows.

    Returns:
        The columns of the panel, and ``year`` (a calendar year is its number, other twelve months go by their end),
        ``low`` and ``high`` (of all rates of the row) and ``rate`` (the printed one, else the middle of the computed).
    """
    months = pd.Series(map(months_of, panel["period_start"], panel["period_end"]), panel.index, dtype="float64")
    ends = panel[["printed_rate", "computed_low", "computed_high"]].astype(float)
    rate = ends["printed_rate"].fillna(ends[["computed_low", "computed_high"]].mean(axis=1))
    year = panel["period_end"].map(decimal_year).astype(float) - 1
    panel = panel.assign(year=year, low=ends.min(axis=1), high=ends.max(axis=1), rate=rate)
    rows = panel[(months == 12) & rate.notna()]
    return rows.sort_values(["place", "period_end", "printed_rate", "computed_low"])


def _rates(place: str, start: str, end: str, rows: pd.DataFrame, population: pd.DataFrame) -> dict:
    """Return the cells of a row of the panel that can be had."""
    found = rows[rows["bound"] == "exact"].set_index("measure")["value"].to_dict()
    near = populations_near(population, place, end) if months_of(start, end) == 12 else population.iloc[:0]
    whole, platelets, total = found.get("whole_blood_donations"), _platelet_donations(found), _all_donations(found)
    volume = found.get("whole_blood_volume", 200 * found.get("whole_blood_units", math.nan))
    doses = found.get("platelet_doses", found.get("apheresis_component_units"))
    cells = {"total": "", "printed": "", "population": ""}
    cells["components"] = "apheresis_component_donations" in found and "platelet_donations" not in found
    sources = {*rows["source_id"]}
    for printed in rows[rows["measure"] == "donation_rate"].head(1).itertuples():
        cells |= {"printed": printed.printed, "printed_rate": printed.value}
    if total is not None:
        cells |= {"donations": total, "total": "printed" if "total_donations" in found else "sum"}
        cells["population"] = ", ".join(dict.fromkeys(near["as_of"]))
    for name, count in {"computed": total, "whole": whole}.items():
        if count is not None and len(near):
            rates = [float(rate(Fraction(str(count)), Fraction(str(people)))) for people in near["value"]]
            cells |= {f"{name}_low": min(rates), f"{name}_high": max(rates)}
            sources |= {*near["source_id"]}
    if whole:
        cells |= {"whole_blood_donations": whole, "whole_blood_volume": volume, "volume_each": volume / whole}
    if doses and platelets:
        cells["doses_each"] = doses / platelets
    return cells | {"sources": tuple(sorted(sources))}


def _all_donations(found: dict[str, float]) -> float | None:
    """Return the printed total of donations, or the sum of whole blood and platelets."""
    parts = (found.get("whole_blood_donations"), _platelet_donations(found))
    return found.get("total_donations", None if None in parts else sum(parts))


def _platelet_donations(found: dict[str, float]) -> float | None:
    """Return the donations by apheresis, under whichever measure they are printed."""
    people = found.get("platelet_donors_as_printed")
    # Printed as people: donations where whole blood and they make up the printed total of donations.
    fits = people is not None and found.get("whole_blood_donations", math.nan) + people == found.get("total_donations")
    return found.get("platelet_donations", found.get("apheresis_component_donations", people if fits else None))


def populations_near(population: pd.DataFrame, place: str, date: str) -> pd.DataFrame:
    """Return the resident populations of a place that may stand under a rate of a period ending at ``date``.

    The one of that very date alone, if there is one. Else all within NEAR years; where the nearest of them is over a
    year and a half away, also the nearest on its other side, so that the true one is likely between them.
    """
    rows = population[(population["place"] == place) & (population["kind"] == "resident")]
    rows = rows.sort_values(["as_of", "value", "source_id"])
    gap = (rows["as_of"].map(decimal_year) - decimal_year(date)).astype(float)
    nearest = gap.abs().min()
    within = gap.abs() <= (NEAR if nearest > 0.1 else 0.1)
    if 1.5 < nearest <= NEAR:
        across = gap[(gap > 0) if (gap == -nearest).any() else (gap < 0)].abs()
        within |= across.reindex(gap.index) == across.min()
    return rows[within]


# Frames of the charts and tables of one place and period. Each is empty where the figures do not suffice.


def chain(places: pd.DataFrame, place: str) -> list[str]:
    """Return a place, the one it is part of, and so on up: city, province, country.

    >>> from analysis.tables import load
    >>> chain(load()["places"], "dongying")
    ['dongying', 'shandong', 'china']
    """
    parents, found = dict(zip(places["place"], places["parent"], strict=True)), [place]
    while (parent := parents.get(found[-1], "")) and parent not in found:
        found.append(parent)
    return found


def daily(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return what was collected on an average day of a period of any length: arithmetic.

    Args:
        tables, place, period: as of `collected`.

    Returns:
        One row per kind of donation (all of them together only where no parts are printed) and one for the volume:
        ``place``, ``period_start``, ``period_end``, ``measure``, ``printed``, ``value`` and ``unit`` (of the period),
        ``days``, ``a_day`` (in that unit), ``source_id``; the index is the row in the CSV.

    >>> from analysis.tables import load
    >>> daily(load(), "dongying", "2023")["a_day"].round(1).tolist()
    [72.6, 5.4, 25313.9]
    """
    found, rows = figures(tables, place, period), collected(tables, place, period)
    kinds = ["whole_blood_donations", "platelet_donations", "apheresis_component_donations"]
    kinds = kinds if "whole_blood_donations" in found else ["total_donations"]
    kinds += ["whole_blood_volume"] if "whole_blood_volume" in found else ["blood_volume"]
    rows = rows[(rows["period_start"] != "") & (rows["bound"] == "exact") & rows["measure"].isin(kinds)]
    rows = rows.drop_duplicates("measure").sort_values("measure", key=lambda measure: measure.map(kinds.index))
    days = rows["period_start"].map(lambda start: days_of(start, period)).astype("int64")
    rows = rows.assign(days=days, a_day=rows["value"] / days)
    return rows[[*PERIOD, "measure", "printed", "value", "unit", "days", "a_day", "source_id"]]


def mix(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return the bounds of the shares of 200, 300 and 400 mL donations: inferred; see `mix_bounds`.

    Args:
        tables, place, period: as of `collected`.

    Returns:
        One row per deviation of the bags and volume: ``place``, ``period_start``, ``period_end``, ``source_id``,
        ``mean`` (mL), ``deviation`` (share), ``volume`` (mL), ``share_low`` and ``share_high`` (percent).
    """
    found, rows = figures(tables, place, period), collected(tables, place, period)
    donations = found.get("whole_blood_donations", 0)
    mean = found.get("whole_blood_volume", 0) / donations if donations else 0
    shares = [
        (float(mean), float(deviation), size, 100 * float(share.low), 100 * float(share.high))
        for deviation in DEVIATIONS
        if VOLUMES[0] <= mean <= VOLUMES[-1]
        for size, share in mix_bounds(mean, deviation).items()
    ]
    frame = pd.DataFrame(shares, columns=["mean", "deviation", "volume", "share_low", "share_high"])
    of = rows.loc[rows["measure"] == "whole_blood_volume", [*PERIOD, "source_id"]].head(1)
    return of.merge(frame, how="cross")


def derived(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return what the figures of a place and period come to: arithmetic on them, and what is inferred.

    Args:
        tables, place, period: as of `collected`.

    Returns:
        ``derived`` (a code), ``low`` and ``high`` (the same where it is a value) in ``unit``, ``nature`` (arithmetic or
        inferred), ``condition`` (a code, or empty: on what an inferred one depends). A row is there where its figures
        are.
    """
    found, rows = figures(tables, place, period), collected(tables, place, period)
    start = next(iter(rows["period_start"][rows["period_start"] != ""]), "")
    whole, doses = found.get("whole_blood_donations"), found.get("platelet_doses")
    volume, platelets = found.get("whole_blood_volume"), _platelet_donations(found)
    regular, people = found.get("regular_donors"), _implied(tables, place, period)
    told: list[tuple] = []
    if whole and platelets:
        told.append(("all_donations", whole + platelets, "donation", ""))
    if whole and volume:
        told += [("mean_volume", volume / whole, "mL", ""), ("units_of_200", volume / 200, "blood_unit", "")]
    if doses and platelets:
        told.append(("doses_each", doses / platelets, "dose", ""))
        if platelets <= doses <= 2 * platelets:
            shares = double_doses(doses, Fraction(platelets)).items()
            told += [("double_doses", share * 100, "percent", f"doses_{name}") for name, share in shares]
    if whole and start:
        told.append(("distinct_donors", distinct_donors(whole, months_of(start, period)), "person", "six_months"))
    if people and regular:
        told.append(("regular_per_thousand", 1000 * regular / people, "person", "all_counted"))
    if people and volume:
        told.append(("volume_per_resident", volume / people, "mL", "all_counted"))
    frame = pd.DataFrame(told, columns=["derived", "value", "unit", "condition"])
    for end in ("low", "high"):
        frame[end] = [float(getattr(value, end, value)) for value in frame["value"]]
    frame["nature"] = frame["condition"].map(lambda condition: "inferred" if condition else "arithmetic")
    return frame[["derived", "low", "high", "unit", "nature", "condition"]]


def change(tables: Tables, place: str, first: str, last: str) -> pd.DataFrame:
    """Return a place's figures of two periods of one length, and of those between: arithmetic.

    Args:
        tables: the checked tables. place: a row of ``places.csv``.
        first, last: ``period_end`` of the two, such as "2011" and "2023".

    Returns:
        One row per quantity that both have, and per period on which no two sources disagree: ``place``, ``quantity``
        (a code), ``period_start``, ``period_end``, ``value``, ``unit``, ``components`` (whether the apheresis figures
        in it count all components, not platelets alone), ``sources``, ``of_first`` (percent of the first).
    """
    panel = rate_panel(tables["collection"], tables["population"].iloc[:0])
    panel = panel[(panel["place"] == place) & panel["period_end"].between(first, last) & (first < last)]
    months = pd.Series(map(months_of, panel["period_start"], panel["period_end"]), panel.index, dtype=float)
    panel = panel[months == months[panel["period_end"] == first].max()].drop_duplicates("period_end", keep=False)
    panel = panel.rename(columns={"donations": "all_donations"}).sort_values("period_end")
    frame = panel.melt([*PERIOD, "components", "sources"], [*QUANTITIES], "quantity").dropna(subset="value")
    base, end = (frame[frame["period_end"] == date].set_index("quantity")["value"] for date in (first, last))
    frame = frame[frame["quantity"].isin(base.index) & frame["quantity"].isin(end.index)].reset_index(drop=True)
    counted = frame["components"] & (frame["quantity"] == "all_donations")
    of_first = 100 * frame["value"] / frame["quantity"].map(base)
    return frame.assign(unit=frame["quantity"].map(QUANTITIES), components=counted, of_first=of_first)[CHANGE]


def populations(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return the populations that a printed rate implies for each way of counting, and those known of the place.

    Args:
        tables, place, period: as of `collected`; a period of twelve months.

    Returns:
        Implied ones first, then the known ones by date: ``place``, ``period_start``, ``period_end``, ``printed`` (the
        rate, or the population), ``nature`` (inferred or printed), ``counting`` and ``donations`` (of implied ones),
        ``kind`` and ``as_of`` (of known ones), ``low`` and ``high`` (people; rounded rate), ``cut_low`` and
        ``cut_high`` (if the rate was cut), ``near`` (whether it may stand under the rate), ``source_id``. Empty
        without a printed rate and figures that it may count.
    """
    rated, counts = _rated(tables, place, period), countings(figures(tables, place, period))
    if rated.empty or not counts:
        return pd.DataFrame(columns=[*PERIOD, *POPULATIONS])
    told, printed, source = [], rated["printed"].iloc[0], rated["source_id"].iloc[0]
    for name, count in counts.items():
        spans = [implied_population(count, printed_rate(printed, cut)) for cut in (False, True)]
        ends = [end for span in spans for end in (math.ceil(span.low), math.floor(span.high))]
        told.append((printed, "inferred", name, int(count), "", "", *ends, False, source))
    rows = tables["population"].query("place == @place").sort_values(["as_of", "kind", "value", "source_id"])
    near = populations_near(rows, place, period).index
    for row in rows.itertuples():
        ends = [int(row.value)] * 4
        told.append((row.printed, "printed", "", None, row.kind, row.as_of, *ends, row.Index in near, row.source_id))
    frame = pd.DataFrame(told, columns=POPULATIONS).astype({"donations": "Int64"})
    return rated[PERIOD].merge(frame, how="cross")


def gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Lay the implied populations beside those known near the period's end: how far each is from the nearest of them.

    Args:
        frame: as `populations` returns it.

    Returns:
        Its implied rows and the known ones that are ``near``, with ``gap``: of implied ones, the distance in percent
        of the known population, rounded up to 0.1; NaN where none is known.
    """
    frame = frame[(frame["nature"] == "inferred") | frame["near"].astype(bool)]
    known, gap = frame.loc[frame["nature"] == "printed", "low"], {}
    for row in frame[frame["nature"] == "inferred"].itertuples():
        shares = [max(row.low - count, count - row.high, 0) / count for count in known]
        gap[row.Index] = math.ceil(1000 * min(shares)) / 10 if shares else math.nan
    return frame.assign(gap=pd.Series(gap, dtype=float))


def medians(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return medians over countries of whole-blood donations, and a place's rate of whole blood alone beside them.

    Args:
        tables, place, period: as of `collected`; a period of twelve months.

    Returns:
        From the highest to the lowest: ``name_zh``, ``name_en``, ``own`` (whether it is the place), ``period_start``,
        ``period_end`` (of the data), ``low`` and ``high`` (per mille), ``nature`` (printed or arithmetic), ``sources``.
        Empty without a median, or without a population for the place.
    """
    own = _year(tables, place, period).dropna(subset="whole_low")
    names = {f"name_{lang}": own["place"].map(tables.names("places", lang)) for lang in ("zh", "en")}
    own = own.rename(columns={"whole_low": "low", "whole_high": "high"}).assign(own=True, nature="arithmetic", **names)
    rows = tables["benchmarks"].query("kind == 'median' and counting == 'whole_blood' and unit == 'per_mille'")
    year, sources = rows["year"].astype(str), rows["source_id"].map(lambda source: (source,))
    rows = rows.assign(own=False, period_start=year, period_end=year, low=rows["value"], high=rows["value"])
    frame = pd.concat([rows.assign(nature="printed", sources=sources), own]) if len(own) and len(rows) else own.head(0)
    frame = frame[["name_zh", "name_en", "own", "period_start", "period_end", "low", "high", "nature", "sources"]]
    return frame.sort_values(["low", "name_en"], ascending=[False, True]).reset_index(drop=True)


def needed(tables: Tables, place: str, period: str, goal: str) -> pd.DataFrame:
    """Return what a goal for the rate would take, step by step, the population held fixed: inferred.

    The population is the one that the printed rate implies if it counts all donations; without a printed rate, the
    residents known near the period's end.

    Args:
        tables, place, period: as of `collected`; a period of twelve months.
        goal: a row of ``benchmarks.csv`` in per mille.

    Returns:
        ``place``, ``period_start``, ``period_end``, ``step`` (whole_blood, apheresis, all_donations where the parts are
        not known, still_needed, needed), ``low`` and ``high`` (donations; rounded up where inferred), ``share_low`` and
        ``share_high`` (the same in percent of the donations given), ``nature``
        (printed or inferred), ``goal`` (per mille), ``goal_name_zh``, ``goal_name_en``, ``goal_year``, ``population``
        (implied or known), ``population_low``, ``population_high``, ``sources``. Empty without donations or population.

    Raises:
        DonationError: no such goal.
    """
    marks = tables["benchmarks"].query("benchmark == @goal and unit == 'per_mille'")
    if marks.empty:
        raise DonationError(f"found goal '{goal}', expected a row of data/blood/benchmarks.csv in per mille")
    own = _year(tables, place, period).query("donations > 0")
    people, how = _implied(tables, place, period), "implied"
    near = populations_near(tables["population"], place, period)
    if people is None and len(near):
        people, how = Interval(Fraction(near["value"].min()), Fraction(near["value"].max())), "known"
    if own.empty or people is None:
        return pd.DataFrame(columns=NEEDED)
    row, mark = own.iloc[0], marks.iloc[0]
    needs = people * (Fraction(str(mark["value"])) / 1000)
    given, whole, ends = row["donations"], row["whole_blood_donations"], (math.ceil(needs.low), math.ceil(needs.high))
    parts = {"whole_blood": whole, "apheresis": given - whole} if 0 < whole < given else {"all_donations": given}
    steps = [(name, count, count, "printed") for name, count in parts.items()]
    steps += [("still_needed", *(end - given for end in ends), "inferred"), ("needed", *ends, "inferred")]
    used = row["sources"] if how == "known" else collected(tables, place, period)["source_id"]
    frame = pd.DataFrame(steps, columns=["step", "low", "high", "nature"]).astype({"low": int, "high": int})
    frame["share_low"], frame["share_high"] = 100 * frame["low"] / given, 100 * frame["high"] / given
    frame["population"], frame["sources"] = how, [tuple(sorted({*used, mark["source_id"]}))] * len(frame)
    frame["population_low"], frame["population_high"] = math.ceil(people.low), math.floor(people.high)
    goal_columns = {"value": "goal", "name_zh": "goal_name_zh", "name_en": "goal_name_en", "year": "goal_year"}
    goals = marks[[*goal_columns]].rename(columns=goal_columns)
    return own[PERIOD].merge(goals, how="cross").merge(frame, how="cross")[NEEDED]


def _year(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return the row of the panel of a place and twelve months, if there is one."""
    panel = rate_panel(tables["collection"], tables["population"])
    rows = panel[(panel["place"] == place) & (panel["period_end"] == period)]
    return rows[rows["period_start"].map(lambda start: months_of(start, period) == 12).astype(bool)].head(1)


def _rated(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return the row of a printed rate of twelve months, if there is one."""
    rows = collected(tables, place, period).query("measure == 'donation_rate' and period_start != ''")
    return rows[rows["period_start"].map(lambda start: months_of(start, period) == 12).astype(bool)].head(1)


def _implied(tables: Tables, place: str, period: str) -> Interval | None:
    """Return the population that a printed rate implies if it counts all donations, or None."""
    rated, count = _rated(tables, place, period), _all_donations(figures(tables, place, period))
    if rated.empty or count is None:
        return None
    return implied_population(Fraction(count), printed_rate(rated["printed"].iloc[0]))


def decimal_year(date: str) -> float:
    """Return a date of the tables as a decimal year; a year or month alone stands for its end."""
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    if not month:
        return year + 1.0
    return year + (month if not day else month - 1 + day / 31) / 12


def months_of(start: str, end: str) -> int:
    """Return the length of a period of the tables in whole months, rounded."""
    first = decimal_year(start) - (1 if len(start) == 4 else 1 / 12 if len(start) == 7 else 1 / 372)
    return round((decimal_year(end) - first) * 12)


def days_of(start: str, end: str) -> int:
    """Return the days of a period of the tables, of whatever length.

    >>> days_of("2023", "2023"), days_of("2024", "2024"), days_of("2017-01", "2017-06")
    (365, 366, 181)

    Raises:
        DonationError: it ends before it starts.
    """
    days = (pd.Period(end).end_time.normalize() - pd.Period(start).start_time).days + 1
    if days < 1:
        raise DonationError(f"found the period '{start}' to '{end}', expected two dates, the first not later")
    return days


def _above_zero(value: Fraction, name: str) -> Fraction:
    if not value > 0:
        raise DonationError(f"found {name} of {value}, expected a number above zero")
    return value


def _hull(values: Sequence[Fraction]) -> Interval:
    return Interval(min(values), max(values))
