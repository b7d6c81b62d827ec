"""Load the CSVs and hold them to their one declaration, ``data/datapackage.json``.

Columns, types, constraints and keys are read from the descriptor; nothing is declared twice.
What the numbers mean, and whether they are what the source says, belongs to `provenance`.
"""

from __future__ import annotations

import csv
import datetime
import functools
import hashlib
import io
import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fastjsonschema
import pandas as pd

DESCRIPTOR, CODEBOOK = "data/datapackage.json", "data/README.md"
# The root that the package stands in: what its tables hold is what the analysis reads.
OWN_ROOT = Path(__file__).parents[1]
# 15 digits are what a float64 still tells apart; exponents, NaN and `１２` are refused.
NUMBERS = {  # by type its dtype, its pattern, and what is expected
    "number": ("float64", r"(?!(?:[-.]*[0-9]){16})-?[0-9]+(\.[0-9]+)?", "a plain number such as 12000 or 12.94"),
    "integer": ("Int64", r"-?[0-9]{1,15}", "a whole number such as 23"),
}
Rows = dict[int, dict[str, str]]  # by row as a spreadsheet counts it, its cells by column
RELIABILITY = ("", "official", "news", "unknown")  # in the order in which sources are named; a seed has none
ROOT_WANTED = "a root: a folder with data/, seeds/ and notebooks/"
NO_LINK = "do not make it a link"  # in the note of a source whose host is doubtful
# What the font of the charts lacks beside what cannot be printed at all: emoji and variation selectors.
_EMOJI = re.compile("[\U0001f000-\U0001ffff\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True)
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
        row, column = f":{self.row}" if self.row else "", f" {self.column}:" if self.column else ""
        message = f"{self.file}{row}:{column} found {self.found}, expected {self.expected}"
        return "".join(f"<U+{ord(char):04X}>" if _is_undrawable(char) else char for char in message).replace("\n", "⏎")


class DataError(Exception):
    """The data do not hold; `problems` lists all, by file, row and column, and in these in the order of finding."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(dict.fromkeys(problems), key=lambda found: (found.file, found.row, found.column))
        super().__init__("\n".join(map(str, self.problems)))

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the lines to mend, not the way through the code to them."""
        count = len(self.problems)
        return [f"{count} problem{'s' * (count > 1)} in the data:", *map(str, self.problems)]


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
        return _path(self._resource(name))

    def problem(self, table: str, row: int, column: str, found: str, expected: str) -> Problem:
        """Return a problem of one cell of a table."""
        return Problem(self.path(table), int(row), column, found, expected)

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
        key = self._resource(table)["schema"]["primaryKey"][-1]
        return dict(zip(self[table][key], self[table][f"name_{lang}"], strict=True))

    def row_id(self, name: str, row: int) -> str:
        """Return a name for a row that outlives a change of the rows before it: its table and the cells of its key.

        It can stand in an address: where a cell holds more than ASCII letters, digits and ``_ . : -``, a digest of
        the key stands for such cells.

        >>> load().row_id("targets", 2), load().row_id("context_numbers", 2)
        ('targets-sd-2024-national-key-labs', 'context_numbers-dzrb-2024-06-plan-2024-fbcb6017')
        """
        cells = [str(self[name].at[row, column]) for column in self._resource(name)["schema"]["primaryKey"]]
        plain = [cell for cell in cells if re.fullmatch("[A-Za-z0-9_.:-]+", cell)]
        if len(plain) < len(cells):
            plain.append(hashlib.sha256("\0".join(cells).encode()).hexdigest()[:8])
        return "-".join([name, *plain])

    def wanted(self, table: str, column: str, quote: str) -> str:
        """Return what belongs into an empty cell, by the descriptor, and of which words its row is."""
        fields = self._resource(table)["schema"]["fields"]
        return _wanted(next(field for field in fields if field["name"] == column), quote)

    def _resource(self, name: str) -> dict:
        return next(resource for resource in self.descriptor["resources"] if resource["name"] == name)


def link_to(url: str, note: str) -> str:
    """Return the address of a source where a reader may be led; empty where its note says ``do not make it a link``.

    >>> link_to("https://example.org/a", ""), link_to("https://example.org/a", "Spam: do not make it a link.")
    ('https://example.org/a', '')
    """
    return "" if NO_LINK in note else url


def shorten(text: str, most: int = 80) -> str:
    """Return a text in one line, cut where it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def find_root(start: Path | str | None = None) -> Path:
    """Return the nearest folder at or above ``start`` (default: here) that holds the descriptor.

    Raises:
        DataError: when there is none.
    """
    here = Path(start or ".").resolve()
    for folder in [here, *here.parents]:
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise DataError([Problem(DESCRIPTOR, 0, "", f"none in {here} or above it", ROOT_WANTED)])


def load(root: Path | str | None = None) -> Tables:
    """Read every table of a root and return them checked.

    Args:
        root: folder with ``data/``; default the nearest one at or above the working directory.

    Raises:
        DataError: with all problems of form at once: files, columns, types, vocabularies, keys.

    >>> load()["areas"]["name_en"].iloc[0]
    'Industrial innovation'
    """
    loaded, problems, _ = partial(root)
    if problems:
        raise DataError(problems)
    return loaded


def partial(root: Path | str | None = None) -> tuple[Tables, list[Problem], bool]:
    """Read what a root has so far, for a curator at work: rows whose cells are still empty, and no row that is wrong.

    Returns:
        The tables without the rows that have a fault, or point to one; all problems; and whether every row is there.

    Raises:
        DataError: there is no root, or its descriptor does not hold.
    """
    root = find_root() if root is None else Path(root)
    if not os.path.isdir(root):  # noqa: PTH112  # also of a name that is too long for a path
        raise DataError([Problem(str(root), 0, "", "no folder", ROOT_WANTED)])
    descriptor = read_descriptor(root)
    resources, problems = {resource["name"]: resource for resource in descriptor["resources"]}, []
    rows: dict[str, Rows] = {}
    for name, resource in resources.items():
        rows[name], found = _read(root, resource)
        problems += found
    # Where a file could not be read whole, every row that points into it would only repeat that.
    broken = {problem.file for problem in problems if problem.row < 2 or not problem.column}
    faults = list(_faults(rows, resources, broken))
    whole, problems = not problems, [*problems, *faults]
    while unusable := {(fault.file, fault.row) for fault in faults if fault.row and not _is_gap(fault, descriptor)}:
        whole = False
        for name, resource in resources.items():
            gone = {row for file, row in unusable if file == _path(resource)}
            rows[name] = {row: cells for row, cells in rows[name].items() if row not in gone}
        faults = list(_faults(rows, resources, set()))
    frames = {name: _typed(rows[name], resource) for name, resource in resources.items()}
    return Tables(root, descriptor, frames), problems, whole


def _faults(rows: dict[str, Rows], resources: dict[str, dict], broken: set[str]) -> Iterator[Problem]:
    files = {name: _path(resource) for name, resource in resources.items() if _path(resource) not in broken}
    for name, resource in resources.items():
        yield from (*_cells(rows[name], resource), *_keys(rows[name], resource))
        yield from (*_periods(rows[name], resource), *_foreign_keys(rows, resource, files))
    if "labels" in files:
        yield from _unlabelled(rows["labels"], resources)


def _is_gap(problem: Problem, descriptor: dict) -> bool:
    """Tell whether a problem is an empty cell that leaves its row of use: no key, and no whole number."""
    schema = next(table for table in descriptor["resources"] if _path(table) == problem.file)["schema"]
    keys = {*schema["primaryKey"], *(column for key in schema["foreignKeys"] for column in key["fields"])}
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    return problem.found == "nothing" and problem.column not in keys and kinds[problem.column] != "integer"


def _wanted(field: dict, quote: str) -> str:
    said, codes = field["description"].rstrip("."), field["constraints"].get("enum", [])
    listed = f" (one of {', '.join(codes)})" if not all(code in said for code in codes) else ""
    return f"a value{f' for ‘{quote}’' if quote else ''}: {said[:1].lower()}{said[1:]}{listed}"


def read_descriptor(root: Path) -> dict:
    """Return the descriptor of a root in one shape: every default filled in, every key a list of columns.

    The types, keys and required values of this package's own tables hold for the same tables of every root.

    Raises:
        DataError: with its first fault, or with every table of which the analysis needs more.
    """
    descriptor = _parse(root)
    resources = {resource["name"]: resource for resource in reversed(descriptor["resources"])}
    own = _own_resources()
    if problems := [fault for needed in own for fault in _lacking(resources.get(needed["name"]), needed)]:
        raise DataError(problems)
    for fault in _contradictions(descriptor["resources"]):
        raise DataError([fault])
    for needed in own:
        _require(resources[needed["name"]]["schema"], needed["schema"])
    return descriptor


def _parse(root: Path) -> dict:
    """Return the descriptor of a root as its schema wants it; raise DataError with its first fault."""
    text, problems = read_text(root, DESCRIPTOR)
    if problems:
        raise DataError(problems)
    try:
        descriptor = json.loads(text, parse_constant=int)  # which refuses NaN
        _validator()(descriptor)
    except fastjsonschema.JsonSchemaValueException as error:
        found = json.dumps(error.value, ensure_ascii=False)
        place, expected = _place(descriptor, error.path[1:]), error.definition["description"]
        raise DataError([Problem(DESCRIPTOR, 0, place, found[:80], expected)]) from None
    except (ValueError, RecursionError) as error:
        expected = "a Frictionless Data Package in UTF-8 JSON"
        raise DataError([Problem(DESCRIPTOR, 0, "", f"text that cannot be read: {error}", expected)]) from None
    for resource in descriptor["resources"]:
        _normalize_keys(resource)
    return descriptor


@functools.cache
def _validator() -> Callable[[object], object]:
    schema = json.loads(Path(__file__).with_name("descriptor.schema.json").read_text(encoding="utf-8"))
    return fastjsonschema.compile(schema, formats={"pattern": _is_pattern})


@functools.cache
def _own_resources() -> list[dict]:
    return _parse(OWN_ROOT)["resources"]


def _is_pattern(text: str) -> bool:
    try:
        return bool(re.compile(text))
    except (re.error, OverflowError, RecursionError):
        return False


def _place(node: object, steps: list[str]) -> str:
    """Name a place in the descriptor, the members of lists by their names: ``resources.targets.schema``."""
    names = []
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
        name = node.get("name") if isinstance(node, dict) else None
        names.append(name if isinstance(name, str) else step)
    return ".".join(names)


def _normalize_keys(resource: dict) -> None:
    """Turn the keys of a schema into lists of columns, and a reference to the table itself into its name."""
    schema = resource["schema"]
    references = [key["reference"] for key in schema["foreignKeys"]]
    for reference in references:
        reference["resource"] = reference["resource"] or resource["name"]
    for owner, name in [(schema, "primaryKey"), *((key, "fields") for key in [*schema["foreignKeys"], *references])]:
        owner[name] = [owner[name]] if isinstance(owner[name], str) else owner[name]


def _lacking(resource: dict | None, needed: dict) -> Iterator[Problem]:
    """Yield what a root lacks of one table that the analysis reads: the table, or columns of it."""
    place, own = f"resources.{needed['name']}", OWN_ROOT / DESCRIPTOR
    if not resource:
        yield Problem(DESCRIPTOR, 0, place, "nothing", f"it: copy this resource from {own} and add {_path(needed)}")
    elif missing := [name for name in _names(needed) if name not in _names(resource)]:
        expected = f"them: copy these fields from {own} and add the columns to {_path(resource)}"
        yield Problem(DESCRIPTOR, 0, f"{place}.schema.fields", f"no {', '.join(missing)}", expected)


def _require(schema: dict, needed: dict) -> None:
    """Hold a table to the types, keys and required values that the analysis relies on."""
    fields = {field["name"]: field for field in schema["fields"]}
    for own in needed["fields"]:
        fields[own["name"]]["type"] = own["type"]
        if own["constraints"].get("required"):
            fields[own["name"]]["constraints"]["required"] = True
    schema["primaryKey"] = schema["primaryKey"] or needed["primaryKey"]
    schema["foreignKeys"] += [key for key in needed["foreignKeys"] if key not in schema["foreignKeys"]]


def _contradictions(resources: list[dict]) -> Iterator[Problem]:
    """Yield what no schema can see: names and files that come twice, keys of no column."""
    columns = {resource["name"]: _names(resource) for resource in resources}
    lists = {f"resources.{name}.schema.fields": names for name, names in columns.items()}
    lists["resources"] = [resource["name"] for resource in resources]
    lists["resources.path"] = [os.path.normpath(_path(resource)) for resource in resources]
    for place, names in lists.items():
        if repeated := next((name for name in names if names.count(name) > 1), None):
            yield Problem(DESCRIPTOR, 0, place, f"'{repeated}' {names.count(repeated)} times", "each of them once")
    for resource in resources:
        place, keys = f"resources.{resource['name']}.schema", [(resource["name"], resource["schema"]["primaryKey"])]
        for key in resource["schema"]["foreignKeys"]:
            other, others = key["reference"]["resource"], key["reference"]["fields"]
            keys += [(resource["name"], key["fields"]), (other, others)]
            if len(key["fields"]) != len(others) or not others:
                found = f"{len(key['fields'])} for {len(others)} fields of {other}"
                yield Problem(DESCRIPTOR, 0, f"{place}.foreignKeys", found, "as many, and at least one")
        for table, column in [(table, column) for table, key in keys for column in key]:
            if column not in columns.get(table, []):
                yield Problem(DESCRIPTOR, 0, place, f"the key '{column}'", f"a field of table {table}")


def read_text(root: Path, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a UTF-8 file inside the root (a BOM is dropped), or a problem that names the likely cause."""
    path, row, expected = root / file, 0, "a text file in UTF-8"
    try:
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            found, expected = "a path that leads out of the root", "one inside it"
        elif not stat.S_ISREG(path.stat().st_mode):  # a FIFO would be waited for
            found = "what is no regular file"
        else:
            raw = path.read_bytes()
            text = raw.decode("utf-8-sig")
            if "\0" not in text:
                return text, []
            row, found, expected = (
                text.partition("\0")[0].count("\n") + 1,
                "a NUL character (likely UTF-16)",
                "UTF-8 text",
            )
    except UnicodeDecodeError as error:
        likely = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "GBK, or a damaged file"
        row, found = raw[: error.start].count(b"\n") + 1, f"bytes that are not UTF-8 (likely {likely})"
        expected = "UTF-8: save it again as “CSV UTF-8”" if file.endswith(".csv") else "UTF-8"
    except (OSError, ValueError) as error:  # a name with a NUL or with half a surrogate pair is a ValueError
        found = f"no readable file ({error.strerror if isinstance(error, OSError) else error})"
    return "", [Problem(file, row, "", found, expected)]


def _path(resource: dict) -> str:
    return f"data/{resource['path']}"


def _names(resource: dict) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _read(root: Path, resource: dict) -> tuple[Rows, list[Problem]]:
    """Read one CSV as text; rows of a wrong length are reported and left out, so that the rest is still checked."""
    file, names = _path(resource), _names(resource)
    text, problems = read_text(root, file)
    try:
        # A line break inside a cell is one, however the file ends its lines.
        header, *rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""), strict=True)) or [[]]
    except csv.Error as error:
        header, rows, expected = [], [], "comma-separated cells, quotes in pairs"
        problems = [Problem(file, 0, "", f"text that is no CSV ({error})", expected)]
    problems = problems or list(_header(header, file, names))
    if problems:
        return {}, problems
    kept, expected = {}, f"{len(header)} cells, as in the header (a comma inside a cell needs quotes)"
    for number, row in enumerate(rows, start=2):
        if len(row) == len(header):
            kept[number] = dict(zip(header, row, strict=True))
        elif row:
            problems.append(Problem(file, number, "", f"{len(row)} cells", expected))
    return kept, problems


def _header(header: list[str], file: str, names: list[str]) -> Iterator[Problem]:
    for name in dict.fromkeys([*names, *header]):
        if name not in names:
            expected = f"only {', '.join(names)}"
            yield Problem(file, 1, name or "(no name)", "a column the descriptor does not know", expected)
        elif (count := header.count(name)) != 1:
            found = f"{count} columns of this name" if count else "no such column"
            yield Problem(file, 1, name, found, f"one column, as {DESCRIPTOR} declares")


@functools.cache
def _is_undrawable(char: str) -> bool:
    """Tell whether no chart can draw a character: emoji, control, invisible, private or unassigned characters."""
    unprintable = not char.isprintable() and char != "\n" and unicodedata.category(char) != "Zs"
    return unprintable or bool(_EMOJI.match(char))


def is_date(text: str) -> bool:
    """Tell whether YYYY, YYYY-MM or YYYY-MM-DD is a date that exists."""
    first = text + "-01" * (2 - text.count("-"))
    try:
        return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", first) and datetime.date.fromisoformat(first))
    except ValueError:
        return False


def _checks(field: dict) -> Iterator[tuple[Callable[[str], object], str]]:
    """Yield what must hold of every text in a field, each with what is expected where it does not."""
    limits, kind = field["constraints"], field["type"]
    drawable = "text that can be drawn: no emoji, no control or invisible character"
    yield lambda text: not any(map(_is_undrawable, text)), drawable
    yield lambda text: text == text.strip(), "no white space around the text"
    if kind in NUMBERS:
        _, pattern, expected = NUMBERS[kind]
        yield re.compile(pattern).fullmatch, expected
        if (least := limits.get("minimum")) is not None:
            yield lambda text: float(text) >= least, f"at least {least}"
        if (most := limits.get("maximum")) is not None:
            yield lambda text: float(text) <= most, f"at most {most}"
    if "enum" in limits:
        yield set(limits["enum"]).__contains__, f"one of {', '.join(limits['enum'])}"
    if field["partialDate"]:
        yield is_date, "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD"
    if "pattern" in limits:
        yield re.compile(limits["pattern"]).fullmatch, f"text of the form {limits['pattern']}"


def _cells(rows: Rows, resource: dict) -> Iterator[Problem]:
    for field in resource["schema"]["fields"]:
        name, checks = field["name"], list(_checks(field))
        # One fault a cell: what follows from the first would only repeat it.
        texts = {cells[name] for cells in rows.values()}
        faults = {text: next((expected for holds, expected in checks if not holds(text)), None) for text in texts}
        for row, cells in rows.items():
            if cells[name] and faults[cells[name]]:
                yield Problem(_path(resource), row, name, f"'{cells[name]}'", faults[cells[name]])
            elif not cells[name] and field["constraints"].get("required"):
                yield Problem(_path(resource), row, name, "nothing", _wanted(field, cells.get("quote", "")))


def _keys(rows: Rows, resource: dict) -> Iterator[Problem]:
    schema = resource["schema"]
    unique = [(field["name"],) for field in schema["fields"] if field["constraints"].get("unique")]
    for columns in filter(None, dict.fromkeys([tuple(schema["primaryKey"]), *unique])):
        first: dict[tuple, int] = {}
        for row, cells in rows.items():
            key = tuple(cells[column] for column in columns)
            if (other := first.setdefault(key, row)) != row:
                expected = f"a value that no other row has (row {other} has it)"
                yield Problem(_path(resource), row, " + ".join(columns), f"'{' + '.join(key)}' again", expected)


def _periods(rows: Rows, resource: dict) -> Iterator[Problem]:
    for row, cells in rows.items():
        start, end = cells.get("period_start"), cells.get("period_end")
        # Only as far as both are exact: 2024-07 is not after 2024.
        if start and end and start[: len(end)] > end[: len(start)]:
            expected = f"a date not after period_end ({end})"
            yield Problem(_path(resource), row, "period_start", f"'{start}'", expected)


def _foreign_keys(rows: dict[str, Rows], resource: dict, files: dict[str, str]) -> Iterator[Problem]:
    for key in resource["schema"]["foreignKeys"]:
        other, columns = key["reference"]["resource"], key["reference"]["fields"]
        known = {tuple(cells[column] for column in columns) for cells in rows[other].values()}
        for row, cells in rows[resource["name"]].items() if other in files else ():
            named = tuple(cells[column] for column in key["fields"])
            if all(named) and named not in known:  # an empty cell is allowed where the column is not required
                found = f"'{' + '.join(named)}'"
                yield Problem(_path(resource), row, key["fields"][-1], found, f"a row of {files[other]}")


def _unlabelled(labels: Rows, resources: dict[str, dict]) -> Iterator[Problem]:
    """Yield the codes that the descriptor allows and that have no name."""
    named = {(cells["vocabulary"], cells["code"]) for cells in labels.values()}
    fields = [field for resource in resources.values() for field in resource["schema"]["fields"]]
    codes = {(field["name"], code) for field in fields for code in field["constraints"].get("enum", [])}
    for vocabulary, code in sorted(codes - named):
        expected = f"a label of {vocabulary} '{code}', which {DESCRIPTOR} allows"
        yield Problem(_path(resources["labels"]), 0, "code", "no row", expected)


def _typed(rows: Rows, resource: dict) -> pd.DataFrame:
    index = pd.Index(rows, name="row", dtype=int)
    frame = pd.DataFrame(list(rows.values()), index, _names(resource), dtype=str)
    types = {field["name"]: field["type"] for field in resource["schema"]["fields"] if field["type"] in NUMBERS}
    numbers = {name: pd.to_numeric(frame[name].where(frame[name] != "")) for name in types}
    return frame.assign(**{name: numbers[name].astype(NUMBERS[kind][0]) for name, kind in types.items()})


def codebook(descriptor: dict) -> str:
    """Return the descriptor's tables and columns as Markdown: the text of ``data/README.md``."""
    parts = ["Written by `make notebooks` from [datapackage.json](datapackage.json).", "", "# Codebook", ""]
    for resource in descriptor["resources"]:
        parts += [f"## `{_path(resource)}`", "", resource["description"], ""]
        parts += ["| column | type | what it says |", "|---|---|---|"]
        for field in resource["schema"]["fields"]:
            kind, limits = "date" if field["partialDate"] else field["type"], field["constraints"]
            optional = "" if limits.get("required") else ", may be empty"
            form = f" Form: `{limits['pattern']}`." if "pattern" in limits and kind != "date" else ""
            description = (field["description"] + form).replace("|", r"\|")
            parts.append(f"| `{field['name']}` | {kind}{optional} | {description} |")
        parts.append("")
    return "\n".join(parts)
