"""The form of the JSON that charts and tables put beside their pictures in a notebook, and from which `report` is made.

It is declared in ``outputs.schema.json``. Any cell may show JSON of our type; what is made of it belongs to `report`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import fastjsonschema

from analysis import UserError
from analysis.charts.frames import MIME
from analysis.language import shorten

KINDS = ("chart", "table", "text", "headline")


class OutputError(UserError):
    """What a cell shows is not of the form it claims; the message names what was found and what was expected."""


def check(output: Mapping) -> None:
    """Raise OutputError when an output of a notebook holds JSON of our type that is not of its form."""
    data = output.get("data", {})
    if MIME not in data:
        return
    bundle = data[MIME] if isinstance(data[MIME], dict) else {}
    kind = bundle.get("kind")
    if kind not in KINDS:
        raise OutputError(f"kind: found {shorten(repr(kind))}, expected one of {', '.join(KINDS)}")
    if fault := _fault(kind, data | bundle):
        raise OutputError(f"{kind}: {fault}")
    width = len(bundle.get("columns", ()))
    if any(len(row) != width for row in bundle.get("rows", ())):
        raise OutputError(f"{kind}: rows: found one of another length, expected {width} cells, one a column")


def is_table(bundle: object) -> bool:
    """Tell whether JSON is that of a table, or of a chart with the table behind it, that has a name."""
    return isinstance(bundle, dict) and not _fault("table", bundle) and bundle["name"] != ""


def _fault(kind: str, values: Mapping) -> str:
    """Return the first value that is not of a kind's form and what it should be; nothing where all are."""
    definitions = _schema()["definitions"]
    forms = {key: form["$ref"].rpartition("/")[2] for key, form in definitions[kind]["properties"].items()}
    values = {key: values.get(key) for key in forms}
    try:
        _validator(kind)(values)
    except fastjsonschema.JsonSchemaValueException as error:
        key = error.path[1]
        return f"{key}: found {shorten(repr(values[key]))}, expected {definitions[forms[key]]['description']}"
    return ""


@functools.cache
def _schema() -> dict:
    return json.loads(Path(__file__).with_name("outputs.schema.json").read_text(encoding="utf-8"))


@functools.cache
def _validator(kind: str) -> Callable[[object], object]:
    return fastjsonschema.compile(_schema() | {"$ref": f"#/definitions/{kind}"})
