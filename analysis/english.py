"""Read the numbers of English prose (``some 4,500``, ``2.05 million``, ``48.9%``), as `quantities` reads Chinese ones.

What a number is said of, and which row claims it, is `claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# In order. "One" is a pronoun more often than a number; it counts as a number beside a scale only.
_ALL = [*_ONES, *_TEENS, *(word for ten in _TENS for word in (ten, *(f"{ten}-{one}" for one in _ONES)))]
WORDS = {word: value for value, word in enumerate(_ALL, start=1)}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "万亿": 12, "万": 4, "亿": 8}
# How a cell is rounded that is said with the word; without a scale it is known to two digits, or to the last not 0.
_BOUNDS = dict.fromkeys(("about", "around", "some", "roughly"), ROUND_HALF_UP)
_BOUNDS |= dict.fromkeys(("at least", "more than", "over"), ROUND_FLOOR)
_BOUNDS |= dict.fromkeys(("at most", "less than", "fewer than", "under", "nearly", "almost", "up to"), ROUND_CEILING)
RATES = {"percent": "per cent", "per_mille": "per 1,000", "percentage_point": "percentage points"}


@dataclass(frozen=True)
class Number:
    """A number phrase of a text: positions (end excluded) and what it says.

    Attributes:
        value: in base units; of a percentage, the number before the sign. step: one unit of the last digit printed.
        unit: code of the unit that stands with it, or "". bound: about, at least …, or "".
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str = ""
    bound: str = ""

    def is_said_of(self, value: Decimal, units: Iterable[str], share: bool = False) -> bool:
        """Tell whether a cell's value, rounded as printed, is the number, and its unit the one that is named.

        Args:
            value: of the cell. units: the units that cell, heading and row name.
            share: whether the heading calls it a share: 0.489 is then said as 48.9%, and only then.
        """
        if self.unit == "percent" and share and not units:
            value *= 100
        elif self.unit and self.unit not in units and (units or self.unit in RATES):
            return False
        return (value / self.step).to_integral_value(_BOUNDS.get(self.bound, ROUND_HALF_UP)) * self.step == self.value


class Reader:
    """Finds the numbers of English prose, with the units of a root (a frame as ``units.csv`` has it)."""

    def __init__(self, units: pd.DataFrame) -> None:
        self.units = {"per 1,000": "per_mille", "per cent": "percent", "percentage point": "percentage_point"}
        for row in units.itertuples():  # a single letter is a unit in tables only
            names = {row.unit, row.name_en, row.symbol, *row.words.split("|")}
            self.units |= {name: row.unit for name in names if not re.fullmatch("[A-Za-z]?", name)}
        units = "|".join(re.escape(name) + r"\b" * bool(re.search("[A-Za-z]$", name)) for name in _longest(self.units))
        currencies = "|".join(name for name in self.units if re.fullmatch("[A-Z]{3}", name))
        words, bounds, scales = ("|".join(_longest(known)) for known in (WORDS, _BOUNDS, _SCALES))
        self._unit = re.compile(rf"(?<![A-Za-z])(?:{units})")
        self._number = re.compile(
            rf"(?:\b(?P<bound>(?i:{bounds}))\s)?(?:\b(?P<currency>{currencies})\s)?(?P<sign>−)?"
            rf"(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)|\b(?P<word>(?i:{words}))\b)"
            rf"(?:\s?(?P<scale>{scales})(?![a-z]))?"
            rf"(?:(?:(?:\s[a-z-]+){{0,3}}\s(?=per 1,000)|\s?)(?P<unit>{units})(?!,?\d))?"
        )

    def numbers(self, text: str) -> list[Number]:
        """Return the numbers of a text in order: digits and words, each end of a range by itself.

        The ends of a range share scale and unit. The 1,000 of "per 1,000" belongs to a unit, and "one" is a pronoun.
        """
        found = []
        for match in self._number.finditer(text):
            pronoun = (match["word"] or "").lower() == "one" and not match["scale"]
            if not pronoun and not (match["digits"] == "1,000" and text.endswith("per ", 0, match.start())):
                unit = self.units.get(match["currency"] or match["unit"], "")
                found.append((match, match["scale"], unit))
        for at in reversed(range(len(found) - 1)):  # 200–300 million, 3 to 5 percentage points
            (low, *named), (high, *shared) = found[at : at + 2]
            between = text[low.end() : high.start()]
            is_pair = between == " and " and text.lower().endswith("between ", 0, low.start())
            if not any(named) and (is_pair or re.fullmatch("[–—-]| to ", between)):
                found[at] = (low, *shared)
        return [_number(*parts) for parts in found]

    def units_in(self, text: str) -> set[str]:
        """Return the codes of the units that a heading or a cell names."""
        return {self.units[match[0]] for match in self._unit.finditer(text)}


def _number(match: re.Match, scale: str | None, unit: str) -> Number:
    plain = (match["digits"] or str(WORDS[match["word"].lower()])).replace(",", "")
    bound, power = (match["bound"] or "").lower(), _SCALES.get(scale, 0)
    last = power - len(plain.partition(".")[2])
    if bound and not scale and "." not in plain:
        last = max(0, min(len(plain) - len(plain.rstrip("0")), len(plain) - 2))
    value = Decimal(plain).scaleb(power) * (-1 if match["sign"] else 1)
    return Number(match.start(), match.end(), value, Decimal(1).scaleb(last), unit, bound)


def _longest(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)
