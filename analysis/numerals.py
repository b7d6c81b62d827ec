"""Decide what counts as a numeral in a text, so that every one of them must be accounted for.

Nothing here uses the reader of `quantities`: what the reader misses must not vanish from the count too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# Unicode gives these no numeric value; they count all the same.
_WITHOUT_VALUE = "两半"
# They stand in common words too (参与, 队伍, 大陆, 什么): numerals beside a numeral or a measure word only.
_IN_COMMON_WORDS = frozenset("参參伍陆陸漆拾什仨幺阡陌廾肆兆")


def spans(text: str, measure_words: Collection[str] = ()) -> list[tuple[int, int]]:
    """Return start and end of every numeral of a text: a run of ASCII digits, or one other character.

    Args:
        text: any text, full-width digits folded.
        measure_words: what may follow a numeral that is also part of common words.

    >>> spans("廿2024½，参与队伍"), spans("伍家", ["家"])
    ([(0, 1), (1, 5), (5, 6)], [(0, 1)])
    """
    found = []
    for match in re.finditer(r"[0-9]+|[^\x00-\x7f]", text):
        start, end = match.span()
        character = text[start]
        if character in _IN_COMMON_WORDS:
            beside = is_numeral(text[start - 1 : start]) or is_numeral(text[end : end + 1])
            if not beside and not any(text.startswith(word, end) for word in measure_words):
                continue
        if is_numeral(character):
            found.append((start, end))
    return found


def is_numeral(character: str) -> bool:
    """Say whether a character has a numeric value in Unicode, or is 两 or 半; an empty text has none."""
    return bool(character) and (character in _WITHOUT_VALUE or unicodedata.numeric(character, None) is not None)
