"""The form of the JSON that charts and tables put beside their pictures in a notebook, and from which `report` is made.

It is declared in ``outputs.schema.json``. Any cell may show JSON of our type; what is made of it belongs to `report`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import fastjsonschema
import pandas as pd

from analysis import UserError
from analysis.tables import shorten

MIME = "application/vnd.one-newspaper-page+json"
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


def rows_json(frame: pd.DataFrame) -> dict[str, list]:
    """Return columns, their own names (codes) and rows of a frame as JSON: no numpy types, None for what is missing."""
    rows = [[plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    columns = [str(name) for name in frame]
    return {"columns": columns, "codes": frame.attrs.get("codes", columns), "rows": rows}


def plain(value: object) -> object:
    """Return a cell as JSON holds it."""
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float | str) else str(value)


def cell_text(value: object, lang: str) -> str:
    """Return a cell as a reader sees it: numbers in digits (in English by thousands), at most four decimals."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = f"{value:,.4f}" if isinstance(value, float) else f"{value:,}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if lang == "en" else text.replace(",", "")
    return "" if value is None else str(value)
