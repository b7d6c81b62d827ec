"""What collection figures come to, and what a printed donation rate implies.

Plans do not belong here; nothing is drawn and no file is read. Every result is an exact fraction or an
interval. Each says of itself whether it is printed, arithmetic on what is printed, or inferred, that is,
true only under an assumption that the source does not print.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import pandas as pd

from analysis import quantities
from analysis.tables import Tables

VOLUMES = (200, 300, 400)  # mL; what one whole-blood donation may be: see docs/METHODS.md
_PER_1000 = ("‰", "/千人口")  # a rate may also be printed without a measure word
COUNTINGS = ("whole_blood", "with_apheresis", "with_doses")


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


def figures(tables: Tables, place: str, period: str) -> dict[str, Fraction]:
    """Return the printed figures of a place and period, by measure, in the units of ``measures.csv``.

    Args:
        tables: the checked tables.
        place: a row of ``places.csv``.
        period: ``period_end`` as the rows have it, such as "2023".

    Raises:
        DonationError: there is none, or two sources disagree.
    """
    rows = tables["collection"]
    rows = rows[(rows["place"] == place) & (rows["period_end"] == period)]
    if rows.empty:
        raise DonationError(f"found no figures of {place} for {period}, expected rows in data/blood/collection.csv")
    for name, values in rows.groupby("measure")["value"]:
        if values.nunique() > 1:
            raise DonationError(
                f"found {name} of {place} for {period} as {' and '.join(map(str, values))}, expected one value"
            )
    return {row.measure: Fraction(str(row.value)) for row in rows.itertuples()}


def measure(found: dict[str, Fraction], name: str) -> Fraction:
    """Return one figure; raise DonationError when it is missing, or not above zero."""
    if name not in found:
        raise DonationError(f"found no {name} among {', '.join(found)}, expected it in data/blood/collection.csv")
    return _above_zero(found[name], name)


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
    return {size: _span([vertex.get(size, Fraction(0)) for vertex in vertices]) for size in sizes}


def mix_bounds(mean: Fraction, off: Fraction = Fraction(0)) -> dict[int, Interval]:
    """Return the bounds of the shares of 200, 300 and 400 mL donations: inferred, at nominal volumes.

    Args:
        mean: mean volume of a donation in mL.
        off: all bags may run this much above or below their nominal volume (0.05 is 5%), by one factor.
            Then the nominal mean is anywhere from mean / (1 + off) to mean / (1 - off); what exceeds the
            smallest or largest volume is cut off.

    Raises:
        DonationError: no mix gives the mean, or ``off`` is not from 0 to below 1.
    """
    if not 0 <= off < 1:
        raise DonationError(f"found bags off by {float(off):.0%}, expected from 0% to below 100%")
    ends = [max(Fraction(VOLUMES[0]), mean / (1 + off)), min(Fraction(VOLUMES[-1]), mean / (1 - off))]
    # A share's bound is piecewise linear in the mean with its corners at the volumes.
    means = [*ends, *(Fraction(volume) for volume in VOLUMES if ends[0] < volume < ends[1])]
    bounds = [share_bounds(VOLUMES, nominal) for nominal in means]
    return {size: _span([end for each in bounds for end in (each[size].low, each[size].high)]) for size in VOLUMES}


def mixes(mean: Fraction, steps: int = 20) -> pd.DataFrame:
    """Return the mixes of 200, 300 and 400 mL that have the mean: one free direction, from end to end.

    Along it, two 300 mL donations become one of 200 and one of 400 mL; nothing printed says where on it
    the truth lies.

    Returns:
        Columns 200, 300, 400: shares that sum to 1; ``steps`` + 1 rows from the least to the greatest share of 200 mL.
    """
    least, most = share_bounds(VOLUMES, mean)[200].low, share_bounds(VOLUMES, mean)[200].high
    small = [least + (most - least) * n / steps for n in range(steps + 1)]
    large = [(mean - 300) / 100 + share for share in small]
    rows = [(float(a), float(1 - a - c), float(c)) for a, c in zip(small, large, strict=True)]
    return pd.DataFrame(rows, columns=list(VOLUMES))


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


def donations_by_counting(found: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return what a rate may count, by way of counting: whole blood; with platelet donations; with doses.

    In the last, each adult therapeutic dose counts as one and the platelet donations do not count besides.

    Raises:
        DonationError: a measure is missing.
    """
    whole = measure(found, "whole_blood_donations")
    return {
        "whole_blood": whole,
        "with_apheresis": whole + measure(found, "platelet_donations"),
        "with_doses": whole + measure(found, "platelet_doses"),
    }


def printed_rate(printed: str, cut: bool = False) -> Interval:
    """Return the rates in per mille that a printed rate may stand for: rounded half up, or cut after its last digit.

    Raises:
        DonationError: it is not above zero, not per 1,000, or has a bound word (超过12‰): that is no interval.

    >>> [float(end) for end in (printed_rate("12.94‰").low, printed_rate("12.94‰").high)]
    [12.935, 12.945]
    """
    try:
        quantity = quantities.read(printed, dict.fromkeys(_PER_1000, "per_mille"))
    except quantities.QuantityError:
        quantity = None
    if quantity is None or quantity.bound != "exact" or quantity.low <= 0:
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


def distinct_donors(donations: Fraction, months_between: int = 6) -> Interval:
    """Return the least and most people who can have given so many donations in a calendar year: inferred.

    Args:
        donations: whole-blood donations of a calendar year.
        months_between: least interval between two donations, in months; six by article 9 of China's
            Blood Donation Law. In a year of twelve months at most 12 / months_between donations fit.

    >>> distinct_donors(Fraction(26481))
    Interval(low=Fraction(13241, 1), high=Fraction(26481, 1), closed=(True, True))
    """
    most_each = math.ceil(Fraction(12) / _above_zero(Fraction(months_between), "months between donations"))
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
    platelet donations where none is printed, or only one with a bound word (3.4万余人次). Its population is the
    resident ones known near the period's end (`populations_near`); where there are several the rate is an interval.
    Half a year has no yearly rate.

    Args:
        collection: rows of ``collection.csv``. population: rows of ``population.csv``.

    Returns:
        One row per place and period, or one per source where two disagree, sorted by place and
        period: ``place``, ``period_start``,
        ``period_end``, ``donations`` (person-times), ``total`` ("printed" or "sum"), ``printed`` and
        ``printed_rate`` (per mille), ``computed_low`` and ``computed_high`` (per mille), ``population`` (dates used),
        ``whole_low`` and ``whole_high`` (per mille, whole blood only), ``volume_each`` (mL per whole-blood donation),
        ``doses_each`` (doses per platelet donation), ``sources``. What cannot be had is NaN.
    """
    rows = collection[collection["period_start"] != ""].sort_values("source_id", kind="stable")
    groups = []
    for key, group in rows.groupby(["place", "period_start", "period_end"]):
        disagree = (group.groupby("measure")["value"].nunique() > 1).any()
        parts = [part for _, part in group.groupby("source_id")] if disagree else [group]
        groups += [(key, part) for part in parts]
    return pd.DataFrame([_rates(key, group, population) for key, group in groups])


def _rates(key: tuple[str, str, str], rows: pd.DataFrame, population: pd.DataFrame) -> dict:
    place, start, end = key
    found = rows.set_index("measure")["value"].to_dict()
    whole = found.get("whole_blood_donations")
    platelets = found.get("platelet_donations", found.get("apheresis_component_donations"))
    total, printed_total = found.get("total_donations"), "printed"
    people = found.get("platelet_donors_as_printed")
    # Printed as people: donations where whole blood and they make up the printed total of donations.
    if platelets is None and people is not None and whole is not None and whole + people == total:
        platelets = people
    bounded = "bound" in rows and (rows["bound"][rows["measure"] == "total_donations"] != "exact").any()
    if (total is None or bounded) and whole is not None and platelets is not None:
        total, printed_total = whole + platelets, "sum"
    year = _months(start, end) == 12
    near = populations_near(population, place, end) if year else population.iloc[:0]
    volume = found.get("whole_blood_volume", 200 * found.get("whole_blood_units", math.nan))
    doses = found.get("platelet_doses", found.get("apheresis_component_units"))

    def over(count: float | None) -> tuple[float, float]:
        if count is None or near.empty:
            return math.nan, math.nan
        rates = [float(rate(Fraction(str(count)), Fraction(str(people)))) for people in near["value"]]
        return min(rates), max(rates)

    computed, only_whole = over(total), over(whole)
    return {
        "place": place,
        "period_start": start,
        "period_end": end,
        "donations": math.nan if total is None else total,
        "total": "" if total is None else printed_total,
        "printed": next(iter(rows.loc[rows["measure"] == "donation_rate", "printed"]), ""),
        "printed_rate": found.get("donation_rate", math.nan),
        "computed_low": computed[0],
        "computed_high": computed[1],
        "population": ", ".join(dict.fromkeys(near["as_of"])) if total is not None else "",
        "whole_low": only_whole[0],
        "whole_high": only_whole[1],
        "volume_each": volume / whole if whole else math.nan,
        "doses_each": doses / platelets if doses and platelets else math.nan,
        "sources": tuple(dict.fromkeys([*rows["source_id"], *(near["source_id"] if total is not None else ())])),
    }


def populations_near(population: pd.DataFrame, place: str, date: str, years: float = 3.5) -> pd.DataFrame:
    """Return the resident populations of a place that may stand under a rate of a period ending at ``date``.

    The one of that very date alone, if there is one. Else all within ``years``; where the nearest of them is over a
    year and a half away, also the nearest on its other side, so that the true one is likely between them.
    """
    rows = population[(population["place"] == place) & (population["kind"] == "resident")]
    gap = (rows["as_of"].map(_decimal_year) - _decimal_year(date)).astype(float)
    within = gap.abs() <= (years if gap.abs().min() > 0.1 else 0.1)
    if within.any() and gap[within].abs().min() > 1.5:
        before = gap[within].abs().idxmin() in gap.index[gap < 0]
        other = gap[gap >= 0] if before else gap[gap < 0]
        if len(other):
            within |= gap == other[other.abs().idxmin()]
    return rows[within].sort_values(["as_of", "source_id"])


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


def _decimal_year(date: str) -> float:
    """Return a date as a decimal year; a year or month alone stands for its end."""
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    if not month:
        return year + 1.0
    return year + (month if not day else month - 1 + day / 31) / 12


def _months(start: str, end: str) -> int:
    """Return the length of a period in whole months."""
    first = _decimal_year(start) - (1 if len(start) == 4 else 1 / 12 if len(start) == 7 else 1 / 372)
    return round((_decimal_year(end) - first) * 12)


def days(period: str) -> int:
    """Return the days of a calendar year such as "2023"; raise DonationError for what is none.

    >>> days("2023"), days("2024")
    (365, 366)
    """
    if not (period.isascii() and period.isdigit() and len(period) == 4 and period > "0000"):
        raise DonationError(f"found the period '{period}', expected a calendar year in four digits")
    return 366 if calendar.isleap(int(period)) else 365


def _above_zero(value: Fraction, name: str) -> Fraction:
    if not (isinstance(value, (int, Fraction)) and value > 0):
        raise DonationError(f"found {name} of {value}, expected a number above zero")
    return Fraction(value)


def _span(values: Sequence[Fraction]) -> Interval:
    return Interval(min(values), max(values))
