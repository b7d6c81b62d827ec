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
_RATE_WORDS = dict.fromkeys(("‰", "/千人口", "%"), "")  # a rate may also stand without a measure word
COUNTINGS = ("whole_blood", "with_apheresis", "with_doses")
QUANTITIES = ("all_donations", "whole_blood_donations", "whole_blood_volume", "volume_each", "doses_each")
CHANGE = ["place", "quantity", "period_start", "period_end", "value", "unit", "components", "sources"]
PANEL = ["place", "period_start", "period_end", "donations", "total", "printed", "printed_rate", "computed_low"]
PANEL += ["computed_high", "population", "whole_low", "whole_high", "volume_each", "doses_each", "sources"]


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


def mean_volume(volume: Fraction, donations: Fraction) -> Fraction:
    """Return the mean volume of a whole-blood donation in mL: arithmetic.

    Args:
        volume: whole blood collected, mL. donations: whole-blood donations (person-times).

    Raises:
        DonationError: one is not above zero, or the mean lies outside the volumes one donation may have.

    >>> round(float(mean_volume(Fraction(9239583), Fraction(26481))), 2)
    348.91
    """
    mean = _above_zero(volume, "volume") / _above_zero(donations, "donations")
    if not VOLUMES[0] <= mean <= VOLUMES[-1]:
        raise DonationError(f"found a mean of {float(mean):.1f} mL, expected one from {VOLUMES[0]} to {VOLUMES[-1]} mL")
    return mean


def units_of_200(volume: Fraction) -> Fraction:
    """Return a volume of whole blood in mL as units of 200 mL, as Chinese stations count them: arithmetic.

    >>> float(units_of_200(Fraction(9239583)))
    46197.915
    """
    return _above_zero(volume, "volume") / 200


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
        DonationError: no mix gives the mean, or ``deviation`` is not from 0 to below 1.
    """
    if not 0 <= deviation < 1:
        raise DonationError(f"found bags off by {float(deviation):.0%}, expected from 0% to below 100%")
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
    sizes = {"whole": (1, 2), "half": (1, Fraction(3, 2), 2), "up_to_3": (1, 2, 3)}
    return {name: share_bounds(given, mean)[2] for name, given in sizes.items()}


def countings(found: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return what a rate may count, by way of counting: whole blood; with platelet donations; with doses.

    In the last, each adult therapeutic dose counts as one and the platelet donations do not count besides. A way for
    which a figure is missing is left out.
    """
    whole, both = found.get("whole_blood_donations", 0), ("platelet_donations", "platelet_doses")
    added = dict(zip(COUNTINGS, (Fraction(0), *(found.get(name) for name in both)), strict=True))
    return {name: whole + more for name, more in added.items() if more is not None and whole > 0}


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
    donations = _above_zero(donations, "donations")
    _above_zero(rate.low, "rate")
    return Interval(1000 * donations / rate.high, 1000 * donations / rate.low, rate.closed[::-1])


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


def per_people(count: Fraction, population: Interval, people: int) -> Interval:
    """Return a count per so many people (1,000 or 100,000) for a population known as an interval: inferred.

    Raises:
        DonationError: the population is not above zero, or is smaller than the count.
    """
    if _above_zero(population.low, "population") < count:
        raise DonationError(f"found a count of {count} in {float(population.low):.0f} people, expected more people")
    return Interval(people * count / population.high, people * count / population.low, population.closed[::-1])


def volume_per_person(volume: Fraction, population: Interval) -> Interval:
    """Return a volume in mL per resident of a population known as an interval: inferred.

    Raises:
        DonationError: volume or population is not above zero.
    """
    _above_zero(population.low, "population")
    volume = _above_zero(volume, "volume")
    return Interval(volume / population.high, volume / population.low, population.closed[::-1])


def distinct_donors(donations: Fraction, months_between: int = 6, months: int = 12) -> Interval:
    """Return the least and most people who can have given so many donations in a period: inferred.

    Args:
        donations: whole-blood donations of the period.
        months_between: least interval between two donations, in months; six by article 9 of China's
            Blood Donation Law. At most months / months_between donations fit, rounded up.
        months: length of the period.

    >>> distinct_donors(Fraction(26481))
    Interval(low=Fraction(13241, 1), high=Fraction(26481, 1), closed=(True, True))
    """
    most_each = math.ceil(Fraction(months) / _above_zero(Fraction(months_between), "months between donations"))
    return Interval(Fraction(math.ceil(_above_zero(donations, "donations") / most_each)), donations)


def donations_needed(per_mille: Fraction, population: Interval) -> Interval:
    """Return the donations that a rate takes in a population known as an interval, held fixed: inferred.

    >>> needed = donations_needed(Fraction(15), implied_population(Fraction(28458), printed_rate("12.94‰")))
    >>> math.ceil(needed.low), math.ceil(needed.high)
    (32976, 33002)
    """
    goal = _above_zero(per_mille, "rate") / 1000
    return Interval(goal * _above_zero(population.low, "population"), goal * population.high, population.closed)


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
        ``whole_low`` and ``whole_high`` (per mille, whole blood only), ``volume_each`` (mL per whole-blood donation),
        ``doses_each`` (doses per platelet donation), ``sources``. What cannot be had is NaN.
    """
    rows = collection[collection["period_start"] != ""].sort_values(["measure", "source_id", "printed"])
    groups = []
    for key, group in rows.groupby(["place", "period_start", "period_end"]):
        disagree = (group.groupby("measure")["value"].nunique() > 1).any()
        parts = [part for _, part in group.groupby("source_id")] if disagree else [group]
        groups += [(key, part) for part in parts]
    return pd.DataFrame([_rates(key, group, population) for key, group in groups], columns=PANEL)


def _rates(key: tuple[str, str, str], rows: pd.DataFrame, population: pd.DataFrame) -> dict:
    place, start, end = key
    found = rows[rows["bound"] == "exact"].set_index("measure")["value"].to_dict()
    printed = rows[rows["measure"] == "donation_rate"]
    whole, platelets, total = found.get("whole_blood_donations"), _platelet_donations(found), _all_donations(found)
    how = "printed" if "total_donations" in found else "sum"
    near = populations_near(population, place, end) if months_of(start, end) == 12 else population.iloc[:0]
    volume = found.get("whole_blood_volume", 200 * found.get("whole_blood_units", math.nan))
    doses = found.get("platelet_doses", found.get("apheresis_component_units"))

    def over_populations(count: float | None) -> tuple[float, float]:
        if count is None or near.empty:
            return math.nan, math.nan
        rates = [float(rate(Fraction(str(count)), Fraction(str(people)))) for people in near["value"]]
        return min(rates), max(rates)

    used = near if total is not None or whole is not None else near.iloc[:0]
    values = (place, start, end, math.nan if total is None else total, "" if total is None else how)
    values += (next(iter(printed["printed"]), ""), next(iter(printed["value"]), math.nan), *over_populations(total))
    values += (", ".join(dict.fromkeys(used["as_of"])) if total is not None else "", *over_populations(whole))
    values += (volume / whole if whole else math.nan, doses / platelets if doses and platelets else math.nan)
    return dict(zip(PANEL, (*values, tuple(sorted({*rows["source_id"], *used["source_id"]}))), strict=True))


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


def populations_near(population: pd.DataFrame, place: str, date: str, years: float = 3.5) -> pd.DataFrame:
    """Return the resident populations of a place that may stand under a rate of a period ending at ``date``.

    The one of that very date alone, if there is one. Else all within ``years``; where the nearest of them is over a
    year and a half away, also the nearest on its other side, so that the true one is likely between them.
    """
    rows = population[(population["place"] == place) & (population["kind"] == "resident")]
    rows = rows.sort_values(["as_of", "value", "source_id"])
    gap = (rows["as_of"].map(decimal_year) - decimal_year(date)).astype(float)
    within = gap.abs() <= (years if gap.abs().min() > 0.1 else 0.1)
    if within.any() and gap[within].abs().min() > 1.5:
        before = gap[within].abs().idxmin() in gap.index[gap < 0]
        other = gap[gap >= 0] if before else gap[gap < 0]
        if len(other):
            within[other.abs().idxmin()] = True
    return rows[within].sort_values(["as_of", "value", "source_id"])


def growth(first: float, last: float, years: float) -> float:
    """Return the compound annual growth rate between two values, as a share: arithmetic, silent on the years between.

    Raises:
        DonationError: a value or the span is not above zero.

    >>> round(growth(24007, 28458, 12), 4)
    0.0143
    """
    if not (first > 0 and last > 0 and years > 0):
        raise DonationError(f"found {first} to {last} in {years} years, expected all above zero")
    return (last / first) ** (1 / years) - 1


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
    spans = [days_of(*ends) for ends in zip(rows["period_start"], rows["period_end"], strict=True)]
    rows = rows.assign(days=spans, a_day=rows["value"] / pd.Series(spans, rows.index, dtype="float64"))
    columns = ["place", "period_start", "period_end", "measure", "printed", "value", "unit", "days", "a_day"]
    return rows[[*columns, "source_id"]]


def mix(tables: Tables, place: str, period: str, deviations: Sequence[Fraction] = DEVIATIONS) -> pd.DataFrame:
    """Return the bounds of the shares of 200, 300 and 400 mL donations: inferred; see `mix_bounds`.

    Args:
        tables, place, period: as of `collected`.
        deviations: of all bags from their nominal volume, as shares.

    Returns:
        One row per deviation and volume: ``place``, ``period_start``, ``period_end``, ``donations``, ``mean`` (mL),
        ``deviation`` (share), ``volume`` (mL), ``share_low`` and ``share_high`` (percent), ``source_id``.
    """
    columns = ["place", "period_start", "period_end", "donations", "mean", "deviation", "volume", "share_low"]
    columns += ["share_high", "source_id"]
    found, rows = figures(tables, place, period), collected(tables, place, period)
    volume, given = found.get("whole_blood_volume", 0), found.get("whole_blood_donations", 0)
    if not (volume > 0 and given > 0 and VOLUMES[0] <= volume / given <= VOLUMES[-1]):
        return pd.DataFrame(columns=columns)
    row = rows.set_index("measure").loc[["whole_blood_volume"]].iloc[0]
    fixed = (place, row["period_start"], period, int(given), float(volume / given))
    bounds = [(deviation, mix_bounds(volume / given, deviation)) for deviation in deviations]
    told = [
        (*fixed, float(deviation), size, 100 * float(share.low), 100 * float(share.high), row["source_id"])
        for deviation, shares in bounds
        for size, share in shares.items()
    ]
    return pd.DataFrame(told, columns=columns)


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
    told: list[tuple] = []
    if whole and platelets:
        told.append(("all_donations", whole + platelets, "donation", ""))
    if whole and volume:
        told += [("mean_volume", volume / whole, "mL", ""), ("units_of_200", volume / 200, "blood_unit", "")]
    if doses and platelets:
        told.append(("doses_each", doses / platelets, "dose", ""))
        if platelets <= doses <= 2 * platelets:
            shares = double_doses(doses, Fraction(platelets))
            told += [("double_doses", _times(share, 100), "percent", f"doses_{name}") for name, share in shares.items()]
    if whole and start:
        donors = distinct_donors(whole, months=months_of(start, period))
        told.append(("distinct_donors", donors, "person", "six_months"))
    if people := _implied(tables, place, period):
        if regular := found.get("regular_donors"):
            told.append(("regular_per_thousand", per_people(regular, people, 1000), "person", "all_counted"))
        if volume:
            told.append(("volume_per_resident", volume_per_person(volume, people), "mL", "all_counted"))
    ends = [(value.low, value.high) if isinstance(value, Interval) else (value, value) for _, value, _, _ in told]
    return pd.DataFrame(
        [
            (name, float(low), float(high), unit, "inferred" if condition else "arithmetic", condition)
            for (name, _, unit, condition), (low, high) in zip(told, ends, strict=True)
        ],
        columns=["derived", "low", "high", "unit", "nature", "condition"],
    )


def change(tables: Tables, place: str, first: str, last: str) -> pd.DataFrame:
    """Return a place's figures of two periods of one length, and of those between: arithmetic.

    Args:
        tables: the checked tables. place: a row of ``places.csv``.
        first, last: ``period_end`` of the two, such as "2011" and "2023".

    Returns:
        One row per quantity that both have, and per period: ``place``, ``quantity`` (a code), ``period_start``,
        ``period_end``, ``value``, ``unit``, ``components`` (whether the apheresis figures in it count all components,
        not platelets alone), ``sources``, ``of_first`` (percent of the first).
    """
    panel = rate_panel(tables["collection"], tables["population"].iloc[:0])
    panel = panel[(panel["place"] == place) & panel["period_end"].between(first, last)].drop_duplicates("period_end")
    panel = panel.assign(months=list(map(months_of, panel["period_start"], panel["period_end"])))
    lengths = panel.set_index("period_end")["months"].reindex([first, last])
    comparable = first < last and lengths.nunique(dropna=False) == 1
    panel = panel[panel["months"] == lengths.iloc[0]] if comparable else panel.iloc[:0]
    frame = pd.DataFrame([row for each in panel.itertuples() for row in _quantities(tables, each)], columns=CHANGE)
    frame = frame.dropna(subset="value").sort_values(["place", "period_end"])
    frame = frame.sort_values("quantity", key=lambda names: names.map(QUANTITIES.index), kind="stable")
    both = [set(frame["quantity"][frame["period_end"] == end]) for end in (first, last)]
    frame = frame[frame["quantity"].isin(both[0] & both[1])]
    base = frame["quantity"].map(frame[frame["period_end"] == first].set_index("quantity")["value"])
    return frame.assign(of_first=100 * frame["value"] / base.astype(float)).reset_index(drop=True)


def _quantities(tables: Tables, row) -> list[tuple]:
    """Return the quantities of a row of the panel, NaN where it has none."""
    found = figures(tables, row.place, row.period_end)
    whole, volume = (float(found.get(f"whole_blood_{name}", math.nan)) for name in ("donations", "volume"))
    values, ends = (row.donations, whole, volume, row.volume_each, row.doses_each), (row.period_start, row.period_end)
    components = "apheresis_component_donations" in found and "platelet_donations" not in found
    return [
        (
            row.place,
            name,
            *ends,
            float(value),
            unit,
            components and name in ("all_donations", "doses_each"),
            row.sources,
        )
        for name, value, unit in zip(QUANTITIES, values, ("donation", "donation", "mL", "mL", "dose"), strict=True)
    ]


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
    rate_row, counts = _rate_row(tables, place, period), countings(figures(tables, place, period))
    columns = ["printed", "nature", "counting", "donations", "kind", "as_of", "low", "high", "cut_low", "cut_high"]
    columns += ["near", "source_id"]
    if rate_row is None or not counts:
        return _of_period(pd.DataFrame(columns=columns), place, "", period)
    told, printed = [], rate_row["printed"]
    for name, count in counts.items():
        rounded, cut = (implied_population(count, printed_rate(printed, cut)) for cut in (False, True))
        ends = [end for span in (rounded, cut) for end in (math.ceil(span.low), math.floor(span.high))]
        told.append((printed, "inferred", name, int(count), "", "", *ends, False, rate_row["source_id"]))
    rows = tables["population"]
    rows = rows[rows["place"] == place].sort_values(["as_of", "kind", "value", "source_id"])
    near = set(populations_near(rows, place, period).index)
    for row in rows.itertuples():
        people, number = int(row.value), (row.kind, row.as_of)
        told.append((row.printed, "printed", "", None, *number, *[people] * 4, row.Index in near, row.source_id))
    frame = pd.DataFrame(told, columns=columns).astype({"donations": "Int64"})
    return _of_period(frame, place, rate_row["period_start"], period)


def medians(tables: Tables, place: str, period: str) -> pd.DataFrame:
    """Return medians over countries of whole-blood donations, and a place's rate of whole blood alone beside them.

    Args:
        tables, place, period: as of `collected`; a period of twelve months.

    Returns:
        From the highest to the lowest: ``name_zh``, ``name_en``, ``own`` (whether it is the place), ``period_start``,
        ``period_end`` (of the data), ``low`` and ``high`` (per mille), ``nature`` (printed or arithmetic), ``sources``.
        Empty without a median, or without a population for the place.
    """
    columns = ["name_zh", "name_en", "own", "period_start", "period_end", "low", "high", "nature", "sources"]
    panel = rate_panel(tables["collection"], tables["population"])
    own = panel[(panel["place"] == place) & (panel["period_end"] == period) & panel["whole_low"].notna()]
    marks = tables["benchmarks"]
    marks = marks[(marks["kind"] == "median") & (marks["counting"] == "whole_blood") & (marks["unit"] == "per_mille")]
    if own.empty or marks.empty:
        return pd.DataFrame(columns=columns)
    told = [
        (row.name_zh, row.name_en, False, *[str(row.year)] * 2, row.value, row.value, "printed", (row.source_id,))
        for row in marks.itertuples()
    ]
    row, names = own.iloc[0], [tables.names("places", lang)[place] for lang in ("zh", "en")]
    ends = (row["period_start"], period, row["whole_low"], row["whole_high"])
    told.append((*names, True, *ends, "arithmetic", row["sources"]))
    frame = pd.DataFrame(told, columns=columns)
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
        not known, still_needed, needed), ``low`` and ``high`` (donations; rounded up where inferred), ``nature``
        (printed or inferred), ``goal`` (per mille), ``goal_name_zh``, ``goal_name_en``, ``goal_year``, ``population``
        (implied or known), ``population_low``, ``population_high``, ``sources``. Empty without donations or population.

    Raises:
        DonationError: no such goal.
    """
    rows = tables["benchmarks"].set_index("benchmark", drop=False)
    if goal not in rows.index or rows.loc[goal, "unit"] != "per_mille":
        raise DonationError(f"found goal '{goal}', expected a row of data/blood/benchmarks.csv in per mille")
    panel, mark = rate_panel(tables["collection"], tables["population"]), rows.loc[goal]
    own = panel[(panel["place"] == place) & (panel["period_end"] == period) & (panel["donations"] > 0)]
    people, how = _implied(tables, place, period), "implied"
    columns = ["step", "low", "high", "nature"]
    if people is None and not own.empty:
        near, how = populations_near(tables["population"], place, period)["value"], "known"
        people = Interval(Fraction(int(near.min())), Fraction(int(near.max()))) if len(near) else None
    if own.empty or people is None or months_of(own.iloc[0]["period_start"], period) != 12:
        return _of_period(pd.DataFrame(columns=columns), place, "", period)
    row, found = own.iloc[0], figures(tables, place, period)
    given, whole = int(row["donations"]), int(found.get("whole_blood_donations", 0))
    needs = donations_needed(Fraction(str(mark["value"])), people)
    low, high = math.ceil(needs.low), math.ceil(needs.high)
    parts = [("whole_blood", whole), ("apheresis", given - whole)] if 0 < whole < given else [("all_donations", given)]
    told = [(name, count, count, "printed") for name, count in parts]
    told += [("still_needed", low - given, high - given, "inferred"), ("needed", low, high, "inferred")]
    used = {*(row["sources"] if how == "known" else collected(tables, place, period)["source_id"]), mark["source_id"]}
    fixed = {"goal": mark["value"], "goal_name_zh": mark["name_zh"], "goal_name_en": mark["name_en"]}
    fixed |= {"goal_year": str(mark["year"]), "population": how}
    fixed |= {"population_low": math.ceil(people.low), "population_high": math.floor(people.high)}
    frame = pd.DataFrame(told, columns=columns).assign(**fixed, sources=[tuple(sorted(used))] * len(told))
    return _of_period(frame, place, row["period_start"], period)


def _of_period(frame: pd.DataFrame, place: str, start: str, end: str) -> pd.DataFrame:
    ends = pd.DataFrame({"place": place, "period_start": start, "period_end": end}, frame.index)
    return pd.concat([ends, frame], axis=1)


def _rate_row(tables: Tables, place: str, period: str) -> pd.Series | None:
    """Return the row of a printed rate of twelve months, or None."""
    rows = collected(tables, place, period).query("measure == 'donation_rate' and period_start != ''")
    if rows.empty or months_of(rows["period_start"].iloc[0], period) != 12:
        return None
    return rows.iloc[0]


def _implied(tables: Tables, place: str, period: str) -> Interval | None:
    """Return the population that a printed rate implies if it counts all donations, or None."""
    row, count = _rate_row(tables, place, period), _all_donations(figures(tables, place, period))
    return None if row is None or count is None else implied_population(Fraction(count), printed_rate(row["printed"]))


def _times(span: Interval, factor: int) -> Interval:
    return Interval(span.low * factor, span.high * factor, span.closed)


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
        DonationError: it ends before it starts, or is no date.
    """
    try:
        days = (pd.Period(end).end_time.normalize() - pd.Period(start).start_time).days + 1
    except ValueError:
        days = 0
    if days < 1:
        raise DonationError(f"found the period '{start}' to '{end}', expected two dates, the first not later")
    return days


def _above_zero(value: Fraction, name: str) -> Fraction:
    if not (isinstance(value, (int, Fraction)) and value > 0):
        raise DonationError(f"found {name} of {value}, expected a number above zero")
    return Fraction(value)


def _hull(values: Sequence[Fraction]) -> Interval:
    return Interval(min(values), max(values))
