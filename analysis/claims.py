"""Tie every number of the notebooks' prose to a cell: what `provenance` does for a seed, for the report's own words.

The prose is English; what stands in Markdown is read as a reader sees it. Running notebooks belongs to `notebooks`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from analysis import outputs
from analysis.english import RATES, Number, Reader
from analysis.outputs import MIME, cell_text, rows_json
from analysis.tables import DataError, Problem, Tables, read_text

TABLE, COLUMNS = "report_numbers", ("notebook", "quote", "printed", "table", "row", "column", "reason")
# What Markdown is read as, piece by piece: code as …, and comments, tags, addresses and marks of form as nothing.
_PIECES = re.compile(
    r"(?P<code>```.*?```|``.+?``|`[^`]+`)|(?P<end>\n\s*\n\s*)|(?P<blank>\s+)"
    r"|(?P<nothing><!--.*?-->|</?[A-Za-z][^<>]*>|\]\([^)]*\)|\[(?=[^]]*\]\()|https?://\S+|^#+ |\\(?=[^\w\s])"
    r"|(?<!\\)(?:\*+|_+(?!\w)|(?<!\w)_+))|.",
    re.DOTALL | re.MULTILINE,
)
_READ_AS = {"code": "…", "end": "\n", "blank": " ", "nothing": ""}
_DATE = re.compile("[0-9]{4}-[0-9]|//")
_YEAR = re.compile("(?:1[89]|20|21)[0-9]{2}")


@dataclass(frozen=True)
class Prose:
    """The prose of a notebook: its Markdown cells as they are read, a line for each paragraph.

    Attributes:
        text: blanks as one blank, a code span as …; what is no word left out.
        places: for each character of ``text`` the cell it stands in, from 1, and its offset in the cell's source.
    """

    text: str
    places: list[tuple[int, int]]

    @classmethod
    def of(cls, notebook: Mapping) -> Prose:
        """Read a notebook's Markdown cells."""
        text, places = "", []
        for number, cell in enumerate(notebook["cells"], start=1):
            source = "".join(cell["source"]) + "\n\n" if cell["cell_type"] == "markdown" else ""
            for match in _PIECES.finditer(source):
                piece = _READ_AS.get(match.lastgroup, match[0])
                if piece and not (piece == " " and text[-1:] in ("", "\n", " ")):
                    text += piece
                    places.append((number, match.start()))
        return cls(text, places)

    def find(self, quote: str) -> list[int]:
        """Return every position at which a quote begins."""
        quote = re.escape(" ".join(quote.split()))
        return [match.start() for match in re.finditer(f"(?={quote})", self.text)]


@dataclass(frozen=True)
class Grid:
    """A table that numbers may come from: one that a notebook shows, or a CSV.

    Attributes:
        columns, codes: their headings, and their names whatever the language. keys: for each row what names it.
        rows: the cells. numbers: of each row, as the CSV counts it, or from 0.
        shown: whether a notebook shows it.
    """

    name: str
    columns: list[str]
    codes: list[str]
    rows: list[list]
    keys: list[str]
    numbers: list[int]
    shown: bool = True

    def column(self, name: str, rows: Iterable[int]) -> list:
        """Return the cells of a column in some rows."""
        return [self.rows[at][self.columns.index(name)] for at in rows]

    def rows_with(self, row: str) -> list[int] | None:
        """Return the positions of the rows that ``heading = cell`` names, ``all`` of them; None for no such heading."""
        found = list(range(len(self.rows)))
        for condition in row.split(" + ") if row != "all" else ():
            heading, _, cells = condition.partition(" = ")
            if heading not in self.columns:
                return None
            at, wanted = self.columns.index(heading), cells.split(" | ")
            found = [n for n in found if cell_text(self.rows[n][at], "en") in wanted]
        return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def shown(notebook: Mapping) -> Iterator[Grid]:
    """Yield the named charts and tables that a notebook's stored outputs show."""
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", ())):
        bundle = output.get("data", {}).get(MIME, {})
        if outputs.is_table(bundle):
            rows = [list(row) for row in bundle["rows"]]
            texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
            widths = range(1, len(bundle["columns"]) + 1)
            width = next((n for n in widths if len({tuple(row[:n]) for row in texts}) == len(rows)), len(widths))
            keys = [" + ".join(filter(None, row[:width])) for row in texts]
            yield Grid(bundle["name"], bundle["columns"], bundle["codes"], rows, keys, [*range(len(rows))])


def _csv(tables: Tables, name: str) -> Grid:
    frame, resources = tables[name], tables.descriptor["resources"]
    key = next(resource["schema"]["primaryKey"] for resource in resources if resource["name"] == name)
    keys = [" + ".join(map(str, row)) for row in frame[key].itertuples(index=False, name=None)]
    return Grid(name, **rows_json(frame), keys=keys, numbers=list(frame.index), shown=False)


class Cell(NamedTuple):
    """A cell that a claim names; ``row`` is a position in the grid, -1 where the number counts or adds up rows."""

    grid: Grid
    row: int
    column: str
    value: object


def _figures(grids: Iterable[Grid]) -> Iterator[Cell]:
    """Yield the cells that hold a number or little else (no sentence, date or address), of rows that a key names."""
    for grid in grids:
        for at, row in enumerate(grid.rows):
            if grid.keys.count(grid.keys[at]) == 1:
                for column, value in zip(grid.columns, row, strict=True):
                    text = str(value)
                    if _is_number(value) or (re.search("[0-9]", text) and len(text) < 30 and not _DATE.search(text)):
                        yield Cell(grid, at, column, value)


def fits(number: Number, cell: Cell, reader: Reader) -> bool:
    """Tell whether a cell's number, or one of those in its text, is the one that the prose says."""
    named = reader.units_in(cell.column)
    share = not named and "share" in re.findall("[a-z]+", cell.column.lower())
    # A heading that names a rate says all; else the row may name the unit: 72.6 donations, in a column "a day".
    if not share and not named & set(RATES) and cell.row >= 0 and "unit" in cell.grid.columns:
        (unit,) = cell.grid.column("unit", [cell.row])
        named |= reader.units_in(str(unit or ""))
    elif cell.row < 0:
        named &= set(RATES)
    if isinstance(cell.value, str):
        inside = reader.numbers(cell.value)
        return any(number.is_said_of(own.value, named | {own.unit} - {""}) for own in inside)
    if not _is_number(cell.value):
        return False
    # Words say which way a change goes: 3.5% smaller.
    fallen = cell.value < 0 <= number.value and "change" in cell.column
    return number.is_said_of(abs(_exact(cell.value)) if fallen else _exact(cell.value), named, share)


class _Fault(Exception):
    """A row does not hold: its column, what was found, what was expected."""


class Proof:
    """What the rows of ``report_numbers.csv`` claim of one notebook's prose, and what does not hold.

    Args:
        tables: the root's tables, checked.
        name: the notebook's file name without its ending.
        notebook: its content with outputs, as JSON.

    Attributes:
        numbers: those of the prose, in order. cells: by number the cell that proves it. aside: by number the reason.
        rows: by number the row that claims it or sets it aside.
        problems: rows that do not hold and numbers that no row claims.
    """

    def __init__(self, tables: Tables, name: str, notebook: Mapping) -> None:
        self.tables, self.name, self.file = tables, name, f"notebooks/{name}.ipynb"
        self.prose = Prose.of(notebook)
        self.reader = Reader(tables["units"])
        self.numbers = self.reader.numbers(self.prose.text)
        self.shown = list(shown(notebook))
        self.cells: dict[Number, Cell] = {}
        self.aside: dict[Number, str] = {}
        self.rows: dict[Number, int] = {}
        self.problems: list[Problem] = []
        for row in tables[TABLE][tables[TABLE]["notebook"] == name].itertuples():
            try:
                self._prove(row)
            except _Fault as fault:
                self.problems.append(Problem(tables.path(TABLE), int(row.Index), *fault.args))
        self.problems += map(self._unclaimed, self.left)

    @cached_property
    def csvs(self) -> list[Grid]:
        """The tables of the root, but the one of the claims."""
        return [_csv(self.tables, name) for name in self.tables.frames if name != TABLE]

    @property
    def left(self) -> list[Number]:
        """The numbers that no row claims or sets aside."""
        return [number for number in self.numbers if number not in self.rows]

    def _prove(self, row) -> None:
        """Prove one row: its words, and the cell that it names; raise `_Fault` with what does not hold."""
        number = self._number(row)
        text = f"'{row.printed}' in '{row.quote}'"
        if number in self.rows:
            raise _Fault("printed", text, f"a number that no other row claims (row {self.rows[number]} does)")
        self.rows[number] = int(row.Index)
        if row.reason:
            self.aside[number] = row.reason
            return
        cell = self.cells[number] = self._cell(row)
        if not fits(number, cell, self.reader):
            unit = f" in {RATES.get(number.unit, number.unit)}" if number.unit else ""
            found = f"{text}, for the cell '{cell_text(cell.value, 'en')}'"
            raise _Fault("printed", found, f"the cell's number{unit}, rounded as printed; {self._nearest(number)}")

    def _number(self, row) -> Number:
        """Return the number that a row claims: its quote stands in the prose once, ``printed`` in the quote, whole."""
        starts, quote = self.prose.find(row.quote), " ".join(row.quote.split())
        if len(starts) != 1:
            found = f"'{row.quote}', {f'{len(starts)} times' if starts else 'which is not'} in {self.file}"
            raise _Fault("quote", found, "words that stand in its prose exactly once")
        inside = [each for each in self.numbers if starts[0] <= each.start and each.end <= starts[0] + len(quote)]
        whole = [number for number in inside if self._text(number) == " ".join(row.printed.split())]
        if len(whole) != 1:
            phrases = "', '".join(map(self._text, inside)) or "no number"
            found = f"'{row.printed}', {len(whole)} times a whole number of '{row.quote}'"
            raise _Fault("printed", found, f"one of '{phrases}', which the quote has once")
        return whole[0]

    def _cell(self, row) -> Cell:
        """Return the cell that a row names: of a table that the notebook shows, else of a CSV."""
        shown, name = {grid.name: grid for grid in self.shown}, row.table.removesuffix(".csv")
        if row.table not in shown and name not in self.tables.frames:
            found = ", ".join(shown) or "none yet: run `make notebooks`"
            raise _Fault("table", f"'{row.table}'", f"one that the notebook shows ({found}), or a CSV of data/")
        grid = shown.get(row.table) or _csv(self.tables, name)  # NAME.csv is one whose name a shown table hides
        adds, over = row.column.startswith("sum of "), row.column.removeprefix("sum of ")
        columns = ", ".join(grid.columns)
        if adds or row.column == "rows" not in grid.columns:
            rows = grid.rows_with(row.row)
            if rows is None:
                raise _Fault("row", f"'{row.row}'", f"all, or HEADING = CELL with one of {columns}")
            values = grid.column(over, rows) if over in grid.columns else [None]
            if adds and not all(map(_is_number, values)):
                raise _Fault("column", f"'{row.column}'", f"the sum of a column of numbers of {columns}")
            return Cell(grid, -1, over, float(sum(map(_exact, values))) if adds else len(rows))
        if grid.columns.count(row.column) != 1:
            raise _Fault("column", f"'{row.column}'", f"rows, or a column of {grid.name}: {columns}")
        if grid.keys.count(row.row) != 1:
            found, keys = f"'{row.row}', {grid.keys.count(row.row)} rows of {grid.name}", "', '".join(grid.keys[:8])
            raise _Fault("row", found, f"the key of one, such as '{keys}'")
        at = grid.keys.index(row.row)
        return Cell(grid, at, row.column, *grid.column(row.column, [at]))

    def _nearest(self, number: Number, most: int = 3) -> str:
        """Name the cells whose numbers are nearest: of what the notebook shows, if it shows anything."""
        nearest = sorted(self._values, key=lambda found: abs(found[0] - number.value))[:most]
        return "nearest are " + "; ".join(named(cell) for _, cell in nearest) if nearest else "no table has a number"

    @cached_property
    def _values(self) -> list[tuple[Decimal, Cell]]:
        """The first number of each figure."""
        cells = _figures(self.shown or self.csvs)
        return [(own[0].value, cell) for cell in cells if (own := self.reader.numbers(str(cell.value)))]

    def _unclaimed(self, number: Number) -> Problem:
        around = self.prose.text[max(0, number.start - 20) : number.end + 20].replace("\n", " ")
        found = f"'{self._text(number)}' in '…{around}…', which no row claims"
        expected = f"a row of {self.tables.path(TABLE)} (`make claims` drafts it); {self._nearest(number)}"
        return Problem(self.file, self.prose.places[number.start][0], "cell", found, expected)

    def _text(self, number: Number) -> str:
        return self.prose.text[number.start : number.end]

    def drafts(self) -> Iterator[tuple[dict[str, str], list[Cell]]]:
        """Yield a row for each number that is left, and the cells that fit; a single one is filled in.

        Cells that the notebook shows are preferred to those of CSVs. A year is set aside as one.
        """
        for number in self.left:
            row = dict.fromkeys(COLUMNS, "") | {"notebook": self.name, "quote": self._quote(number)}
            row["printed"] = self._text(number)
            fitting: list[Cell] = []
            if _YEAR.fullmatch(row["printed"]):
                row["reason"] = "a year"
            else:
                fitting = self._fitting(number, self.shown) or self._fitting(number, self.csvs)
            if len(fitting) == 1 and re.search("[0-9]", row["printed"]):  # a small number in words fits anywhere
                grid, at, row["column"], _ = fitting[0]
                row |= {"table": grid.name, "row": grid.keys[at]}
            yield row, fitting

    def _fitting(self, number: Number, grids: Iterable[Grid]) -> list[Cell]:
        return [cell for cell in _figures(grids) if fits(number, cell, self.reader)]

    def _quote(self, number: Number) -> str:
        """Return a short run of whole words around a number that stands in the prose once, at most its paragraph."""
        text = self.prose.text
        before = text[text.rfind("\n", 0, number.start) + 1 : number.start].split(" ")
        after = text[number.end : text.index("\n", number.end)].split(" ")
        for words in range(1, max(len(before), len(after)) + 1):
            quote = " ".join(before[-words:]) + self._text(number) + " ".join(after[:words])
            if len(quote) >= 20 and len(self.prose.find(quote)) == 1:
                break
        return quote.strip()


def named(cell: Cell) -> str:
    """Name a cell with its value: ``0.489 (table, row, column)``."""
    place = f"{cell.grid.name}, {cell.grid.keys[cell.row]}, {cell.column}"
    return f"{cell_text(cell.value, 'en')} ({place})"


def read(tables: Tables) -> dict[str, Mapping]:
    """Return the stored notebooks of a root by name, as JSON; a root without the folder has none.

    Raises:
        DataError: a file that is no notebook; what is at fault in its cells, running it says.
    """
    found, problems = {}, []
    for path in sorted((tables.root / "notebooks").glob("*.ipynb")):
        text, faults = read_text(tables.root, f"notebooks/{path.name}")
        try:
            found[path.stem] = json.loads(text, parse_constant=int)  # which refuses NaN
            Prose.of(found[path.stem])
            list(shown(found[path.stem]))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            expected = "Jupyter's format 4: cells with cell_type and source"
            problems += faults or [Problem(f"notebooks/{path.name}", 0, "", "no notebook", expected)]
    if problems:
        raise DataError(problems)
    return found


def proofs(tables: Tables, notebooks: Mapping[str, Mapping]) -> list[Proof]:
    """Return the proof of each notebook.

    Args:
        tables: the root's tables, checked. notebooks: by name, with their outputs: as `read` or a run returns them.
    """
    return [Proof(tables, name, notebook) for name, notebook in notebooks.items()]


def summary(proofs: Sequence[Proof]) -> str:
    """Say in a sentence what became of the numbers of some notebooks."""
    total, cells, aside = (sum(len(getattr(proof, name)) for proof in proofs) for name in ("numbers", "cells", "aside"))
    return (
        f"Of {total} numbers in the prose of {len(proofs)} notebook(s) {cells} are claimed by a cell, "
        f"{aside} set aside with a reason, {total - cells - aside} left over."
    )


def check(tables: Tables, notebooks: Mapping[str, Mapping]) -> list[Proof]:
    """Prove every number of the notebooks' prose; return the proofs when all holds, none for a root without notebooks.

    Raises:
        DataError: with every row of ``report_numbers.csv`` that does not hold and every number that none claims.
    """
    if not (tables.root / "notebooks").is_dir():
        return []  # data and seeds by themselves say nothing to readers
    found, rows = proofs(tables, notebooks), tables[TABLE]["notebook"]
    problems = [problem for proof in found for problem in proof.problems]
    for row, name in rows[~rows.isin(list(notebooks))].items() if notebooks else ():
        expected = f"one of {', '.join(notebooks)}"
        problems.append(Problem(tables.path(TABLE), int(row), "notebook", f"'{name}'", expected))
    if problems:
        raise DataError(problems)
    return found


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Return drafted rows as lines of ``report_numbers.csv``."""
    return pd.DataFrame(rows, columns=COLUMNS).to_csv(index=False, header=False, lineterminator="\n")
