"""Read what the words around a number say of it: how firmly it is set, of when and where it is, which way it goes.

The phrase of the number itself is the business of `quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis import quantities
from analysis.quantities import Phrase

_COMMITMENTS = {row["word"]: row["commitment"] for row in quantities.vocabulary("commitment_words")}
COMMITMENT_WORDS = re.compile("|".join(map(quantities.word_pattern, quantities.vocabulary("commitment_words"))))
YEAR = re.compile("(?:1[89]|20|21)[0-9]{2}")
# A year behind one of these is what a number is compared with, or where it begins; so is a year before one of those.
_GOVERNS_A_YEAR = tuple("比较自从")
_COMPARES_A_YEAR = re.compile("相[比较]|同期|持平")
# A text may leave out what kind of place it is: 内蒙古 for 内蒙古自治区.
_KIND_OF_PLACE = re.compile("(?<=..)(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|[省市县区])$")
_DECREASE = re.compile("(?:减少|下降|降低|下滑|减幅|降幅)[了为达至约近超过]*$")


def commitment(text: str, position: int) -> str:
    """Return the commitment of what stands at a position of a normalized text.

    It is that of the nearest commitment word to the left within the clause, which 、 does not end and
    ， ； 。 do; "plain" when there is none. A reading rule: grammar may reach further.

    >>> commitment("力争新培育绿色工厂200家、绿色工业园区20个", 18), commitment("力争创建7家，重组200家", 9)
    ('strive', 'plain')
    """
    clause = re.split("[，；。]", text[max(0, position - 200) : position])[-1]
    found = COMMITMENT_WORDS.findall(clause)
    return _COMMITMENTS[found[-1]] if found else "plain"


def sentence_start(text: str, position: int, stops: str = "。！？") -> int:
    """Return where the sentence begins that a position of a text stands in."""
    return max(text.rfind(stop, 0, position) for stop in stops) + 1


def date_before(text: str, phrases: Sequence[Phrase], position: int) -> str:
    """Return the nearest date with a year to the left in the sentence that is no comparison, or nothing.

    Dates that only 、, 和, 与, 至 or 到 part are one: 2013年、2014年.
    """
    sentence = sentence_start(text, position)
    runs: list[tuple[int, int]] = []
    for date in phrases:
        if date.kind == "date" and sentence <= date.start < position:
            joined = runs and re.fullmatch("[、和与至到]", text[runs[-1][1] : date.start])
            start = runs.pop()[0] if joined else date.start
            runs.append((start, date.end))
    for start, end in reversed(runs):
        compared = text[start - 1 : start] in _GOVERNS_A_YEAR or _COMPARES_A_YEAR.match(text, end)
        if YEAR.search(text[start:end]) and not compared:
            return text[start:end]
    return ""


class NamedMeasure(NamedTuple):
    """A measure that words beside a number name; of several the smallest is meant.

    Attributes:
        right: whether the words stand right of the number. distance: characters between. length: the word's, negative.
        measure, unit: as ``measures.csv`` has them. word, start: what names it, and where.
    """

    right: bool
    distance: int
    length: int
    measure: str
    unit: str
    word: str
    start: int


def measures_named(measures: pd.DataFrame, text: str, number: tuple[int, int], part: tuple[int, int]) -> list:
    """Return every `NamedMeasure` that a part of a text names beside a number; positions are of the text.

    >>> rows = pd.DataFrame({"measure": ["all", "platelets"], "unit": "dose", "words": ["献血", "血小板|献血小板"]})
    >>> min(measures_named(rows, "今年献血小板7份", (6, 8), (0, 8))).word
    '献血小板'
    """
    found, (start, end) = [], number
    for row in measures[["measure", "unit", "words"]].itertuples():
        for word in filter(None, row.words.split("|")):
            for at in quantities.positions(text, word, *part):
                if at + len(word) <= start or at >= end:
                    distance = at - end if at >= end else start - at - len(word)
                    found.append(NamedMeasure(at >= end, distance, -len(word), row.measure, row.unit, word, at))
    return found


def is_decrease(before: str) -> bool:
    """Tell whether the words before a change say that it is a decrease."""
    return bool(_DECREASE.search(before))


def short_name(place: str) -> str:
    """Return the name of a place as a text may print it, without what kind of place it is."""
    return _KIND_OF_PLACE.sub("", place)
