"""Load the CSVs and hold them to their one declaration, ``data/datapackage.json``.

Columns, types, constraints and keys are read from the descriptor; nothing is declared twice.
What the numbers mean, and whether they are what the source says, belongs to `provenance`.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

DESCRIPTOR = "data/datapackage.json"
# 15 digits are what a float64 still tells apart; exponents, NaN and `１２` are refused.
NUMBER = r"(?!(?:[-.]*[0-9]){16})-?[0-9]+(\.[0-9]+)?"
PATTERNS = {"number": NUMBER, "integer": r"-?[0-9]{1,15}"}
# The tables that the analysis asks for by name; what they hold is the descriptor's to say.
TABLES = (
    *("sources", "context_numbers", "fixed_words", "units", "places", "labels"),
    *("plans", "areas", "targets", "stated_counts", "industries", "outcomes"),
    *("measures", "collection", "population", "benchmarks"),
)
EXPECTED = {"number": "a plain number such as 12000 or 12.94", "integer": "a whole number such as 23"}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that does not hold: where it is, what was found, what was expected.

    `row` is counted as a spreadsheet counts it (the header is 1); 0 stands for the whole file.
    For a seed it is the line of the text.
    """

    file: str
    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = [self.file, str(self.row) if self.row else "", self.column]
        told = ": ".join(
            [
                ":".join(filter(None, place[:2])),
                *filter(None, place[2:]),
                f"found {self.found}, expected {self.expected}",
            ]
        )
        return told.replace("\n", "⏎").replace("\r", "⏎")


class DataError(Exception):
    """The data do not hold; `problems` lists every one of them, in order of file and row."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Tables:
    """The checked tables of one root, each a frame whose index is the row in its CSV.

    ``tables["targets"]`` is the frame of ``data/plan/targets.csv``. Number columns are float64
    (integer columns Int64) with NA where the cell is empty; all others are text, empty when the cell is.
    """

    root: Path
    descriptor: dict
    frames: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def path(self, name: str) -> str:
        """Return the path of a table relative to the root, as problems name it."""
        return next(_path(resource) for resource in self.descriptor["resources"] if resource["name"] == name)

    def label(self, vocabulary: str, code: str, lang: str = "en") -> str:
        """Return the name of a code in ``lang`` ("en" or "zh"); raise KeyError for an unknown code.

        >>> load().label("bound", "about", "zh")
        '左右'
        """
        return self.labels(vocabulary, lang)[code]

    def labels(self, vocabulary: str, lang: str = "en") -> dict[str, str]:
        """Return the names of a vocabulary's codes in ``lang``, in the order of ``labels.csv``."""
        rows = self["labels"][self["labels"]["vocabulary"] == vocabulary]
        return dict(zip(rows["code"], rows[f"name_{lang}"], strict=True))

    def names(self, table: str, lang: str = "en") -> dict[str, str]:
        """Return the names in ``lang`` of a table's rows by its one-column (or last) key."""
        frame = self[table]
        key = self._key(table)
        return dict(zip(frame[key], frame[f"name_{lang}"], strict=True))

    def _key(self, table: str) -> str:
        return next(r["schema"]["primaryKey"][-1] for r in self.descriptor["resources"] if r["name"] == table)


def find_root(start: Path | str | None = None) -> Path:
    """Return the nearest folder at or above ``start`` (default: here) that holds the descriptor.

    Raises DataError when there is none.
    """
    here = Path(start or ".").resolve()
    for folder in [here, *here.parents]:
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise DataError(
        [
            Problem(
                DESCRIPTOR, 0, "", f"none in {here} or above it", "a root: a folder with data/, seeds/ and notebooks/"
            )
        ]
    )


def load(root: Path | str | None = None) -> Tables:
    """Read every table of a root and return them checked.

    Args:
        root: folder with ``data/``; default the nearest one at or above the working directory.

    Raises:
        DataError: with all problems of form at once: files, columns, types, vocabularies, keys.

    >>> load()["areas"]["name_en"].iloc[0]
    'Industrial innovation'
    """
    root = find_root() if root is None else Path(root)
    descriptor = read_descriptor(root)
    problems: list[Problem] = []
    texts = {}
    for resource in descriptor["resources"]:
        texts[resource["name"]], found = _read(root, resource)
        problems += found
        problems += _validate(texts[resource["name"]], resource)
    # Where a file could not be read, every row that points into it would only repeat that.
    broken = {problem.file for problem in problems if problem.row < 2 or not problem.column}
    problems += _foreign_keys(texts, descriptor, broken)
    problems += _labels_cover(texts, descriptor, broken)
    if problems:
        raise DataError(problems)
    frames = {resource["name"]: _typed(texts[resource["name"]], resource) for resource in descriptor["resources"]}
    return Tables(root, descriptor, frames)


def read_descriptor(root: Path) -> dict:
    """Return the descriptor of a root as a dict; raise DataError when it is missing or no JSON."""
    try:
        descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
        named = {resource["name"] for resource in descriptor["resources"] if _fields(resource) and _path(resource)}
    except OSError as error:
        raise DataError(
            [
                Problem(
                    DESCRIPTOR,
                    0,
                    "",
                    f"no readable file ({error.strerror})",
                    "the descriptor of the tables in a root folder",
                )
            ]
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            [
                Problem(
                    DESCRIPTOR, 0, "", f"text that cannot be read: {error}", "a Frictionless Data Package in UTF-8 JSON"
                )
            ]
        ) from None

    if missing := [name for name in TABLES if name not in named]:
        raise DataError(
            [Problem(DESCRIPTOR, 0, "resources", f"no {', '.join(missing)}", f"all of {', '.join(TABLES)}")]
        )
    return descriptor


def read_text(root: Path, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a UTF-8 file under the root (a BOM is dropped), or a problem that names the likely cause."""
    try:
        raw = (root / file).read_bytes()
    except OSError as error:
        return "", [Problem(file, 0, "", f"no readable file ({error.strerror})", "a text file in UTF-8")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        likely = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "GBK, or a damaged file"
        line = raw[: error.start].count(b"\n") + 1
        return "", [
            Problem(
                file,
                line,
                "",
                f"bytes that are not UTF-8 (likely {likely})",
                "UTF-8: save it again as “CSV UTF-8”" if file.endswith(".csv") else "UTF-8",
            )
        ]
    if "\0" in text:
        return "", [
            Problem(file, text[: text.index("\0")].count("\n") + 1, "", "a NUL character (likely UTF-16)", "UTF-8 text")
        ]
    return text, []


def _path(resource: dict) -> str:
    return f"data/{resource['path']}"


def _names(resource: dict) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _fields(resource: dict) -> list[tuple[str, str]]:
    return [
        (field["name"], field["type"]) for field in resource["schema"]["fields"] if resource["schema"]["primaryKey"]
    ]


def _read(root: Path, resource: dict) -> tuple[pd.DataFrame, list[Problem]]:
    """Read one CSV as text; rows of a wrong length are reported and left out, so that the rest is still checked."""
    file, names = _path(resource), _names(resource)
    empty = pd.DataFrame(columns=names, index=pd.Index([], name="row", dtype=int), dtype=str)
    text, problems = read_text(root, file)
    if problems:
        return empty, problems
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return empty, [Problem(file, 0, "", f"text that is no CSV ({error})", "comma-separated cells, quotes in pairs")]
    header = rows[0] if rows else []
    for name in names:
        if header.count(name) != 1:
            found = "no such column" if name not in header else f"{header.count(name)} columns of this name"
            problems.append(Problem(file, 1, name, found, "one column, as data/datapackage.json declares"))
    for name in dict.fromkeys(header):
        if name not in names:
            problems.append(
                Problem(
                    file, 1, name or "(no name)", "a column the descriptor does not know", f"only {', '.join(names)}"
                )
            )
    if problems:
        return empty, problems
    kept, numbers = [], []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) == len(header):
            kept.append(row)
            numbers.append(number)
        else:
            problems.append(
                Problem(
                    file,
                    number,
                    "",
                    f"{len(row)} cells",
                    f"{len(header)} cells, as in the header (a comma inside a cell needs quotes)",
                )
            )
    return pd.DataFrame(kept, columns=header, index=pd.Index(numbers, name="row", dtype=int), dtype=str)[
        names
    ], problems


def _checks(field: dict) -> Iterator[tuple[pa.Check, str]]:
    """Translate one Table Schema field to pandera checks on its text, each with what is expected."""
    limits = field.get("constraints", {})
    kind = field["type"]

    def check(holds, expected: str) -> tuple[pa.Check, str]:
        # An empty cell is the business of `required` alone.
        return pa.Check(lambda value: value == "" or bool(holds(value)), element_wise=True, error=expected), expected

    yield check(lambda value: value == value.strip(), "no white space around the text")
    if limits.get("required"):
        yield pa.Check(lambda value: value != "", element_wise=True, error="a value"), "a value"
    if kind in PATTERNS:
        yield check(re.compile(PATTERNS[kind]).fullmatch, EXPECTED[kind])
        for name, sign in (("minimum", 1), ("maximum", -1)):
            if name in limits:
                limit = limits[name]
                yield check(
                    lambda value, s=sign, n=limit, k=kind: (
                        not re.fullmatch(PATTERNS[k], value) or s * float(value) >= s * n
                    ),
                    f"{'at least' if sign > 0 else 'at most'} {limit}",
                )
    if "enum" in limits:
        yield check(set(limits["enum"]).__contains__, f"one of {', '.join(limits['enum'])}")
    if field.get("partialDate"):
        yield check(_is_date, "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD")
    elif "pattern" in limits:
        yield check(re.compile(limits["pattern"]).fullmatch, f"text of the form {limits['pattern']}")


def _is_date(text: str) -> bool:
    parts = text.split("-")
    widths = [len(part) for part in parts]
    try:
        datetime.date(*(int(part) for part in [*parts, "1", "1"][:3]))
    except (ValueError, TypeError):
        return False
    return text.isascii() and widths == [4, 2, 2][: len(parts)]


def _validate(frame: pd.DataFrame, resource: dict) -> list[Problem]:
    file, schema = _path(resource), resource["schema"]
    columns = {
        field["name"]: pa.Column(str, checks=[check for check, _ in _checks(field)]) for field in schema["fields"]
    }
    problems = []
    try:
        pa.DataFrameSchema(columns).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            problems.append(
                Problem(
                    file,
                    int(case.index),
                    case.column,
                    f"'{case.failure_case}'" if case.failure_case else "nothing",
                    case.check,
                )
            )
    problems = _first_per_cell(problems)
    keys = [
        schema["primaryKey"],
        *([field["name"]] for field in schema["fields"] if field.get("constraints", {}).get("unique")),
    ]
    for key in {tuple(key) for key in keys}:
        for row in frame.index[frame.duplicated(list(key))]:
            same = (frame[list(key)] == frame.loc[row, list(key)]).all(axis=1)
            value = " + ".join(frame.loc[row, list(key)])
            problems.append(
                Problem(
                    file,
                    row,
                    " + ".join(key),
                    f"'{value}' again",
                    f"a value that no other row has (row {same.idxmax()} has it)",
                )
            )
    if {"period_start", "period_end"} <= set(frame):
        for row, start, end in frame[["period_start", "period_end"]].itertuples(name=None):
            if start and end and start[: len(end)] > end[: len(start)]:
                problems.append(
                    Problem(file, row, "period_start", f"'{start}'", f"a date not after period_end ({end})")
                )
    return problems


def _first_per_cell(problems: list[Problem]) -> list[Problem]:
    """Keep one problem a cell: what follows from the first would only repeat it."""
    cells: dict[tuple, Problem] = {}
    for problem in problems:
        cells.setdefault((problem.row, problem.column), problem)
    return list(cells.values())


def _foreign_keys(texts: dict[str, pd.DataFrame], descriptor: dict, broken: set[str]) -> Iterator[Problem]:
    files = {resource["name"]: _path(resource) for resource in descriptor["resources"]}
    for resource in descriptor["resources"]:
        frame = texts[resource["name"]]
        for key in resource["schema"].get("foreignKeys", []):
            fields, other = key["fields"], key["reference"]["resource"] or resource["name"]
            if files[other] in broken:
                continue
            known = set(texts[other][key["reference"]["fields"]].itertuples(index=False, name=None))
            for row, *values in frame[fields].itertuples(name=None):
                # An empty cell is allowed where the column is not required.
                if all(values) and tuple(values) not in known:
                    yield Problem(
                        _path(resource), row, fields[-1], f"'{' + '.join(values)}'", f"a row of {files[other]}"
                    )


def _labels_cover(texts: dict[str, pd.DataFrame], descriptor: dict, broken: set[str]) -> Iterator[Problem]:
    """Every code that the descriptor allows has a name in both languages."""
    labels = texts["labels"]
    named = set(zip(labels["vocabulary"], labels["code"], strict=True))
    file = next(_path(resource) for resource in descriptor["resources"] if resource["name"] == "labels")
    if file in broken:
        return
    fields = [field for resource in descriptor["resources"] for field in resource["schema"]["fields"]]
    for vocabulary, code in {
        (field["name"], code) for field in fields for code in field.get("constraints", {}).get("enum", [])
    } - named:
        yield Problem(
            file, 0, "code", "no row", f"a label of {vocabulary} '{code}', which data/datapackage.json allows"
        )


def _typed(frame: pd.DataFrame, resource: dict) -> pd.DataFrame:
    types = {"number": "float64", "integer": "Int64"}
    kinds = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    numbers = {
        name: pd.to_numeric(frame[name].where(frame[name] != "")).astype(types[kind])
        for name, kind in kinds.items()
        if kind in types
    }
    return frame.assign(**numbers)


def codebook(descriptor: dict) -> str:
    """Return the descriptor's tables and columns as Markdown, for README."""
    parts = []
    for resource in descriptor["resources"]:
        parts += [
            f"**`{_path(resource)}`** {resource['description']}",
            "",
            "| column | type | what it says |",
            "|---|---|---|",
        ]
        for field in resource["schema"]["fields"]:
            kind = "date" if field.get("partialDate") else field["type"]
            needed = "" if field.get("constraints", {}).get("required") else ", may be empty"
            parts.append(f"| `{field['name']}` | {kind}{needed} | {field['description'].replace('|', chr(92) + '|')} |")
        parts.append("")
    return "\n".join(parts)
