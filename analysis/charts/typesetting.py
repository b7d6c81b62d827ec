"""The project's font: how wide a text is, where it breaks into lines, and the font cut down for a file to carry."""

from __future__ import annotations

import base64
import functools
import io
import re
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.ft2font import LoadFlags

FAMILY = "Noto Sans SC"
_FOLDER = files("analysis.charts") / "fonts"
FONTS = {weight: str(_FOLDER / f"NotoSansSC-{weight.title()}.otf") for weight in ("regular", "bold")}
_OPENING, _CLOSING, _HANZI = "“‘（《", "[，。、；：！？）》”’]*", r"\u3000-\u9fff\uff00-\uffef"
_TOKENS = re.compile(
    # A number keeps its measure word: 20 and 个 stay on one line.
    rf"[{_OPENING}]*(?:(?![{_OPENING}])[{_HANZI}]|[^\s{_HANZI}{_OPENING}]+(?:(?<=[0-9])(?![{_OPENING}])[{_HANZI}])?)"
    rf"{_CLOSING}|[{_OPENING}]+|\s+"
)
for _path in FONTS.values():
    font_manager.fontManager.addfont(_path)


class GlyphError(ValueError):
    """A text has a character that the font lacks: it would be an empty box."""


@functools.cache
def _advance(character: str, weight: str) -> float:
    """Return how far a character takes a line on, in sizes of its type."""
    font = font_manager.get_font(FONTS[weight])
    if not font.get_char_index(ord(character)):
        raise GlyphError(f"found U+{ord(character):04X}, expected a character that {FAMILY} has")
    font.set_size(1000, 72)
    return font.load_char(ord(character), LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 1000


def measure(text: str, size: float, weight: str = "regular") -> float:
    """Return the width in inches of text set at ``size`` points: of the widest of its lines.

    Raises:
        GlyphError: the font lacks a character of it.
    """
    return max(sum(_advance(character, weight) for character in line) for line in text.split("\n")) * size / 72


def wrap(text: str, width: float, size: float, weight: str = "regular") -> list[str]:
    """Break each line of text into lines of at most ``width`` inches: at blanks and between hanzi, never before
    punctuation.

    >>> wrap("年内（全省）", 0.45, 10)
    ['年内', '（全', '省）']
    """
    lines = []
    for line in text.split("\n"):
        lines.append("")
        for word in _TOKENS.findall(line):
            if lines[-1] and measure((lines[-1] + word).strip(), size, weight) > width:
                lines.append("")
            lines[-1] += word
    return [line.strip() for line in lines]


def cut_font(weight: str, text: str) -> str:
    """Return a face of the font ("regular" or "bold") as WOFF in base64, cut down to the characters of a text."""
    known, font = _KEPT.get(weight, (frozenset(), b""))
    if not known.issuperset(text):
        known, font = frozenset(), Path(FONTS[weight]).read_bytes()
    return base64.b64encode(_cut(font, text, "woff", known)).decode()


def keep(weight: str, text: str) -> None:
    """Cut a face down to a text once: later cuts within that text start from there, five times as fast."""
    _KEPT[weight] = frozenset(text), _cut(Path(FONTS[weight]).read_bytes(), text)


_KEPT: dict[str, tuple[frozenset, bytes]] = {}


def _cut(data: bytes, text: str, flavor: str | None = None, known: frozenset[str] = frozenset()) -> bytes:
    """Cut a font down to a text; one that was cut to ``known`` has no hints left, and may be what is wanted."""
    font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    if known != set(text):
        cut = subset.Subsetter(subset.Options(layout_features=[], hinting=bool(known)))
        cut.populate(unicodes=set(map(ord, text)))
        cut.subset(font)
    font.flavor, out = flavor, io.BytesIO()
    font.save(out)
    return out.getvalue()
