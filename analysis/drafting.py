"""Draft rows from any Chinese text: each number phrase with its quote, what is read from it, and what to decide.

A draft is a start for a curator's hands; what holds in the end is `provenance`'s to say.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import quantities, tables
from analysis.clauses import COMMITMENT_WORDS, commitment
from analysis.quantities import Phrase, QuantityError
from analysis.seeds import Seed
from analysis.tables import DataError, Problem

COLUMNS = ("line", "quote", "printed", "value_low", "value_high", "unit", "bound", "commitment", "kind", "note")
MOST = 10_000_000  # bytes of a page; more is no page
_LONGEST_QUOTE = 120
_MONEY = re.compile("元$")
_GROWTH = re.compile("增长|增速|增幅|增加|提高|上升|下降|减少|降低|同比|环比|涨幅")


def draft_file(path: Path, root: Path | None = None) -> str:
    """Return the draft of a file as CSV.

    Args:
        path: a text in UTF-8 of at most 10 MB.
        root: whose ``units.csv`` has the measure words; default the root here or above, else this package's own.

    Raises:
        tables.DataError: the file cannot be read, is empty or too large, or the root's tables do not hold.
    """
    text = read_page(path)
    try:
        here = tables.find_root() if root is None else root
    except DataError:
        here = tables.OWN_ROOT
    words = quantities.unit_words(tables.load(here)["units"])
    return draft(text, words).to_csv(index=False, lineterminator="\n")


def read_page(path: Path) -> str:
    """Return the text of a page; raise DataError when it cannot be read, is empty or is more than a page."""
    file = Path(os.path.realpath(path))  # also when it is a link
    text, problems = tables.read_text(file.parent, file.name)
    if not problems and not text.strip():
        problems = [Problem("", 0, "", "an empty file", "a text in UTF-8")]
    elif not problems and (size := file.stat().st_size) > MOST:
        expected = f"a page of at most {MOST / 1e6:.0f} MB"
        problems = [Problem("", 0, "", f"a file of {size / 1e6:.0f} MB", expected)]
    if problems:
        raise DataError([replace(problem, file=str(path)) for problem in problems])
    return text


def draft(text: str, words: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each number phrase of a text, in its order.

    Args:
        text: any Chinese text, as it came.
        words: the measure words to read with (`quantities.unit_words`).

    Returns:
        A frame with the columns line (of the text, from 1), quote (the shortest run that stands in the text once and
        holds the phrase whole; empty when none of up to 120 characters does), printed, value_low and value_high (base
        units, as text), unit (the measure word as printed), bound, commitment, kind (one of `quantities.KINDS`)
        and note (what needs a decision).
    """
    seed = Seed.from_text("", text)
    phrases = [_with_guess(seed.normalized, phrase, words) for phrase in quantities.find(seed.normalized, words)]
    quotes = _quotes(seed.normalized, [phrase for phrase, _ in phrases])
    rows = [
        (seed.line(phrase.start), quote, *_read(seed.normalized, phrase, None if guessed else words))
        for (phrase, guessed), quote in zip(phrases, quotes, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"line": int})


def _with_guess(text: str, phrase: Phrase, words: Mapping[str, str]) -> tuple[Phrase, bool]:
    """Return a phrase, with what may be an unknown measure word behind it, and whether there is one."""
    longer = quantities.with_unknown_measure(text, phrase, words) if phrase.kind == "quantity" else ""
    return (phrase._replace(end=phrase.start + len(longer)), True) if longer else (phrase, False)


def _read(text: str, phrase: Phrase, words: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return printed, both values, unit, bound, commitment, kind and note of one phrase.

    Without ``words`` its measure word is a guess.
    """
    printed = text[phrase.start : phrase.end]
    if phrase.kind != "quantity":
        note = "counts one if it is meant as a number" if printed in ("一个", "一种") else ""
        return printed, "", "", "", "", "", phrase.kind, note
    notes = []
    try:
        quantity = quantities.read(printed, words)
    except QuantityError as error:
        low = high = word = bound = ""
        notes.append(str(error))
    else:
        low, high = (f"{value.normalize():f}" for value in (quantity.low, quantity.high))
        word, bound = quantity.word, quantity.bound
        if words is None:
            notes.append(f"add {word} to units.csv?")
    committed = commitment(text, phrase.start)
    notes += _notes(text, phrase.start, phrase.end, word, bound, committed)
    return printed, low, high, word, bound, committed, "quantity", "; ".join(notes)


def _notes(text: str, start: int, end: int, word: str, bound: str, committed: str) -> Iterator[str]:
    sentence = re.split("[；。！？]", text[max(0, start - 200) : start])[-1]
    clause = sentence.rpartition("，")[2]
    found = COMMITMENT_WORDS.findall(sentence) if committed == "plain" else []
    if found:
        yield f"{found[-1]} stands before a comma: does it reach this number?"
    if committed == "seek" and "争取" in clause and _MONEY.search(word):
        yield "争取 with money may mean to obtain funds"
    if word and quantities.plain(word) in ("%", "‰", "成", "倍", "个百分点", "百分点") and _GROWTH.search(clause):
        yield "a growth rate or a change: over which period?"
    if word == "个" and "." in text[start:end]:
        yield "is 个 short for 个百分点?"
    if bound in ("at_least", "at_most", "more_than", "less_than") and re.match("(?:的)?[\u4e00-\u9fff]", text[end:]):
        yield "may be a threshold inside a target or the size of what is counted"
    if re.search("[0-9]十(?![万亿])", text[start:end]):
        yield "十 behind digits may be a + that the scan misread"
    if " " in text[max(0, start - 1) : end + 1]:
        yield "only blanks part two runs of digits: one number or two?"


def _quotes(text: str, phrases: Sequence[Phrase]) -> Iterator[str]:
    """Yield the quote of each phrase: the shortest run that stands in the text once and cuts no phrase."""
    repeated = _longest_repeats(text)
    # For each position within a phrase, where that phrase begins and ends.
    begins, ends = np.arange(len(text)), np.arange(1, len(text) + 1)
    for phrase in phrases:
        begins[phrase.start : phrase.end], ends[phrase.start : phrase.end] = phrase.start, phrase.end
    for blank in re.finditer(" ", text):  # between digits; at an end of a quote it would be no white space to keep
        begins[blank.start()], ends[blank.start()] = begins[blank.start() - 1], ends[blank.end()]
    for phrase in phrases:
        starts = np.arange(phrase.start, max(-1, phrase.end - _LONGEST_QUOTE - 1), -1)
        stops = np.maximum(phrase.end, starts + repeated[starts] + 1)
        fits = (begins[starts] == starts) & (stops <= len(text))
        starts, stops = starts[fits], ends[stops[fits] - 1]
        printed = re.compile(re.escape(text[phrase.start : phrase.end]))
        quotes = (text[starts[i] : stops[i]] for i in np.argsort(stops - starts, kind="stable"))
        short = itertools.takewhile(lambda quote: len(quote) <= _LONGEST_QUOTE, quotes)
        # Where the words stand twice in a run, which of them is the number would be open.
        yield next((quote for quote in short if len(printed.findall(quote)) == 1), "")


def _longest_repeats(text: str) -> np.ndarray:
    """Return for each position the length, up to `_LONGEST_QUOTE`, of the longest run from there that is repeated.

    A run of n + 1 characters stands elsewhere too only where its first n do, so few positions are left soon.
    """
    longest = np.zeros(len(text), dtype=np.int64)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    at, run = np.arange(len(text)), np.zeros(len(text), dtype=np.int64)
    for length in range(1, _LONGEST_QUOTE + 1):
        inside = at + length <= len(text)
        at, run = at[inside], run[inside]
        run = pd.factorize(run << 21 | characters[at + length - 1])[0]  # no code point has more than 21 bits
        repeated = np.bincount(run)[run] > 1
        at, run = at[repeated], run[repeated]
        longest[at] = length
    return longest
