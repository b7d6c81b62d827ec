"""Hold the Chinese of the notebooks' paragraphs (`notebooks/zh.po` of a root) to their English.

What a catalogue is and what it says belongs to `language`; which cell proves a number of the English, to `claims`.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from analysis import language
from analysis.claims import Prose
from analysis.english import Reader
from analysis.quantities import normalize, numbers, unit_words
from analysis.tables import Problem, Tables, shorten

_MONTHS = list(calendar.month_name)
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS[1:])})(?= \d{{4}})")
_HANZI = re.compile("[\u3400-\u9fff]")
_CHINESE = re.compile("[\u4e00-\u9fff]{10,}|[\u4e00-\u9fff]+。")  # a quoted word is shorter, and no sentence
_SENTENCE = re.compile(r"[A-Za-z'’]+(?:[ ,;]+[A-Za-z'’]+){4,}")  # five words: no name or title here has as many


def problems(tables: Tables) -> list[Problem]:
    """Return what keeps a root's paragraphs from standing whole and alike in Chinese; a root without any has none."""
    path = language.paragraphs(tables.root)
    if not path.is_file():
        return []
    known = Reader(tables["units"]), unit_words(tables["units"])

    def judge(english: str, chinese: str) -> Iterator[tuple[str, str]]:
        from analysis.pages import MARKDOWN  # heavy, and needed here only

        tags = [re.findall("<(h[1-6]|p|li|t[dh])[ >]", MARKDOWN(text)) for text in (english, chinese)]
        if tags[0] != tags[1]:
            wanted, found = (", ".join(each) or "nothing" for each in tags)
            yield f"{found} in '{shorten(chinese)}'", f"Markdown as in the English: {wanted}"
        said, own = _plain(english), _plain(chinese)
        if chinese_words := _CHINESE.search(said):
            yield f"Chinese in the English, '{shorten(chinese_words[0])}'", "English, and of a source its words only"
        sentence = _SENTENCE.search(own)
        if re.search("[A-Za-z]", said) and (sentence or not _HANZI.search(own)):
            yield f"English in the Chinese, '{shorten(sentence[0] if sentence else own)}'", "Chinese"
            return
        others = other_numbers(said, own, *known)
        added, missing = (", ".join(f"{value.normalize():f}" for value in values) for values in others)
        if added or missing:
            found = f"{added or 'too few'} among the numbers of '{shorten(own)}'"
            yield found, f"those of the English{': ' * bool(missing)}{missing}"

    return language.catalogue_problems(path, path.parent, judge)


def _plain(markdown: str) -> str:
    return Prose.of({"cells": [{"cell_type": "markdown", "source": markdown}]}).text


def other_numbers(english: str, chinese: str, reader: Reader, words: Mapping[str, str]) -> list[list[Decimal]]:
    """Return the numbers that only the Chinese has, and those that only the English has.

    What one says in digits the other says as often, in digits or in words; what both say in words is not compared.
    """
    (theirs, their_words), (ours, our_words) = english_numbers(english, reader), chinese_numbers(chinese, words)
    return [sorted(each.elements()) for each in (ours - theirs - their_words, theirs - ours - our_words)]


def english_numbers(text: str, reader: Reader) -> tuple[Counter[Decimal], Counter[Decimal]]:
    """Return the values that a text says in digits (a month before a year too), and those that it says in words."""
    digits = Counter(Decimal(_MONTHS.index(month)) for month in _MONTH.findall(text))
    words: Counter[Decimal] = Counter()
    for number in reader.numbers(text):
        (digits if re.search(r"\d", text[number.start : number.end]) else words)[abs(number.value)] += 1
    return digits, words


def chinese_numbers(text: str, words: Mapping[str, str]) -> tuple[Counter[Decimal], Counter[Decimal]]:
    """Return the values that a text says in digits (each number of a date), and those that it says in hanzi alone."""
    digits: Counter[Decimal] = Counter()
    hanzi: Counter[Decimal] = Counter()
    text = normalize(text)
    for start, end, values in numbers(text, words):
        (digits if re.search(r"\d", text[start:end]) else hanzi).update(values)
    return digits, hanzi
