"""The form of the JSON that charts and tables put beside their pictures in a notebook, and from which `report` is made.

Any cell may show JSON of our type; what is made of it belongs to `report`.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from analysis import UserError
from analysis.charts.frames import MIME

# A name becomes that of files and of a worksheet; Windows reserves the first ones, Excel the last.
NAME = re.compile(r"(?!(con|prn|aux|nul|com\d|lpt\d|history)$)\w[\w-]{0,30}", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """What the value of a key must be, as a test and in words."""

    holds: Callable[[object], bool]
    expected: str


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_cell(value: object) -> bool:
    return value is None or _is_text(value) or (isinstance(value, int | float) and abs(value) < 1e300)


def _list_of(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(holds, value))


TEXT = Form(_is_text, "text")
TEXTS = Form(_list_of(_is_text), "a list of texts")
SOURCES = Form(
    _list_of(lambda source: isinstance(source, dict) and all(map(_is_text, map(source.get, ("name", "title", "url"))))),
    "a list of sources, each with name, title and url",
)
DRAWINGS = Form(
    lambda value: (
        isinstance(value, dict)
        and all(_is_text(value.get(width)) and value[width].startswith("<svg") for width in ("wide", "narrow"))
    ),
    "two texts of SVG, wide and narrow",
)
TABLE = {
    "name": Form(
        lambda value: _is_text(value) and NAME.fullmatch(value) is not None,
        "at most 31 letters, digits, '-' and '_', and no name that Windows or Excel reserves",
    ),
    "lang": Form(lambda value: value in ("en", "zh"), "en or zh"),
    **dict.fromkeys(("title", "source"), TEXT),
    **dict.fromkeys(("columns", "codes", "places"), TEXTS),
    "rows": Form(_list_of(_list_of(_is_cell)), "rows of texts and finite numbers"),
    "sources": SOURCES,
}
UNNAMED = Form(lambda value: value == "" or TABLE["name"].holds(value), TABLE["name"].expected)
FORMS: dict[str, dict[str, Form]] = {
    "chart": TABLE | dict.fromkeys(("subtitle", "alt"), TEXT) | {"svg": DRAWINGS},
    "table": TABLE | {"name": UNNAMED},  # a frame without a name is shown in the notebook only
    "text": dict.fromkeys(("name", "title"), TEXT),
    "headline": {
        "sentences": TEXTS,
        "figures": Form(_list_of(lambda pair: TEXTS.holds(pair) and len(pair) == 2), "pairs of texts"),
    },
}
PICTURES = {"chart": ("image/png",), "text": ("text/html",)}


class OutputError(UserError):
    """What a cell shows is not of the form it claims; the message names what was found and what was expected."""


def check(output: Mapping) -> None:
    """Raise OutputError when an output of a notebook holds JSON of our type that is not of its form."""
    data = output.get("data", {})
    if MIME not in data:
        return
    bundle = data[MIME] if isinstance(data[MIME], dict) else {}
    kind = bundle.get("kind")
    if not _is_text(kind) or kind not in FORMS:
        raise OutputError(f"kind: found {_short(kind)}, expected one of {', '.join(FORMS)}")
    values = bundle | {type_: data.get(type_) for type_ in PICTURES.get(kind, ())}
    for key, form in (FORMS[kind] | dict.fromkeys(PICTURES.get(kind, ()), TEXT)).items():
        if not form.holds(values.get(key)):
            raise OutputError(f"{kind}: {key}: found {_short(values.get(key))}, expected {form.expected}")
    width = len(bundle.get("columns", ()))
    if any(len(row) != width for row in bundle.get("rows", ())):
        raise OutputError(f"{kind}: rows: found one of another length, expected {width} cells, one a column")
    if kind == "chart" and not _is_picture(data["image/png"]):
        raise OutputError("chart: image/png: found what is no picture, expected a PNG in base64")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _is_picture(text: str) -> bool:
    try:
        Image.open(io.BytesIO(base64.b64decode(text)), formats=["PNG"]).verify()
    except Exception:  # Pillow raises whatever its decoder meets
        return False
    return True
