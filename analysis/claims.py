"""Tie every number of the notebooks' prose to a cell: what `provenance` does for a seed, for the report's own words.

The prose is English; what stands in Markdown is read as a reader sees it. Running notebooks belongs to `notebooks`.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from analysis.charts.frames import MIME, cell_text, rows_json
from analysis.english import RATES, Number, Reader
from analysis.outputs import TABLE as FORM
from analysis.tables import DataError, Problem, Tables, read_text

TABLE, COLUMNS = "report_numbers", ("notebook", "quote", "printed", "table", "row", "column", "reason")
# Code, comments, tags, addresses of links, marks of headings and of emphasis: what is not read as words.
_LEFT_OUT = re.compile(
    r"(?P<code>```.*?```|``.+?``|`[^`]+`)|<!--.*?-->|</?[A-Za-z][^<>]*>|\]\([^)]*\)|\[(?=[^]]*\]\()"
    r"|https?://\S+|^#+ |\\(?=[^\w\s])|(?<!\\)(?:\*+|_+(?!\w)|(?<!\w)_+)",
    re.DOTALL | re.MULTILINE,
)
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
        kept: list[tuple[str, int, int]] = []
        for number, cell in enumerate(notebook["cells"], start=1):
            if cell["cell_type"] == "markdown":
                source, at = "".join(cell["source"]), 0
                for match in [*_LEFT_OUT.finditer(source), None]:
                    start = match.start() if match else len(source)
                    # A blank line ends a paragraph, and a quote with it.
                    ends = [source[offset - 1 : offset + 1] == "\n\n" for offset in range(at, start)]
                    kept += [
                        ("\0" if end else source[offset], number, offset) for offset, end in enumerate(ends, start=at)
                    ]
                    kept += [("…", number, start)] * bool(match and match["code"])
                    at = match.end() if match else at
                kept.append(("\0", number, len(source)))
        characters = ["\n" if char == "\0" else " " if char.isspace() else char for char, *_ in kept]
        held = [at for at, char in enumerate(characters) if char != " " or (at and characters[at - 1] != " ")]
        return cls("".join(characters[at] for at in held), [kept[at][1:] for at in held])

    def find(self, quote: str) -> list[int]:
        """Return every position at which a quote begins."""
        quote = re.escape(" ".join(quote.split()))
        return [match.start() for match in re.finditer(f"(?={quote})", self.text)]


@dataclass(frozen=True)
class Grid:
    """A table that numbers may come from: one that a notebook shows, or a CSV.

    Attributes:
        keys: for each row what names it. rows: the cells. numbers: of each row, as the CSV counts it, or from 0.
        shown: whether a notebook shows it. places: for each row where its words stand on the page, if anywhere.
    """

    name: str
    columns: list[str]
    rows: list[list]
    keys: list[str]
    numbers: list[int]
    shown: bool = True
    places: Sequence[str] = ()

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
        if isinstance(bundle, dict) and all(form.holds(bundle.get(key)) for key, form in FORM.items()):
            rows = [list(row) for row in bundle["rows"]]
            texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
            widths = range(1, len(bundle["columns"]) + 1)
            width = next((n for n in widths if len({tuple(row[:n]) for row in texts}) == len(rows)), len(widths))
            keys = [" + ".join(filter(None, row[:width])) for row in texts]
            yield Grid(
                bundle["name"], bundle["columns"], rows, keys, [*range(len(rows))], places=bundle.get("places", ())
            )


def _csvs(tables: Tables) -> Iterator[Grid]:
    keys = {resource["name"]: resource["schema"]["primaryKey"] for resource in tables.descriptor["resources"]}
    for name, frame in tables.frames.items():
        if name != TABLE:
            plain = rows_json(frame)
            texts = [" + ".join(map(str, row)) for row in frame[keys[name]].itertuples(index=False, name=None)]
            yield Grid(name, plain["columns"], plain["rows"], texts, list(frame.index), shown=False)


class Cell(NamedTuple):
    """A cell that a claim names; ``row`` is a position in the grid, -1 where the number counts or adds up rows."""

    grid: Grid
    row: int
    column: str
    value: object


def cells_of(grids: Iterable[Grid]) -> Iterator[Cell]:
    """Yield every cell of the rows that a key tells apart."""
    for grid in grids:
        for at, row in enumerate(grid.rows):
            if grid.keys.count(grid.keys[at]) == 1:
                yield from (Cell(grid, at, column, row[n]) for n, column in enumerate(grid.columns))


def _is_figure(cell: Cell) -> bool:
    """Tell whether a cell holds a number or little else: no sentence, date or address."""
    text = str(cell.value)
    return _is_number(cell.value) or bool(re.search("[0-9]", text) and len(text) < 30 and not _DATE.search(text))


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


class Link(NamedTuple):
    """A claimed number of a Markdown cell, for the report.

    Attributes:
        start, end: offsets in the cell's source, end excluded.
        table, column: of the cell that proves the number, as the claim names them.
        row: from 0 in a shown table, as a spreadsheet counts it in a CSV; -1 where the number is of several rows.
        shown: whether the notebook shows the table (else it is a CSV).
        place: where the row's words stand on the page, as the bundle's ``places`` has it, or "".
    """

    start: int
    end: int
    table: str
    row: int
    column: str
    shown: bool
    place: str


class Proof:
    """What the rows of ``report_numbers.csv`` claim of one notebook's prose, and what does not hold.

    Args:
        tables: the root's tables, checked.
        name: the notebook's file name without its ending.
        notebook: its content with outputs, as JSON.

    Attributes:
        numbers: those of the prose, in order. cells: by number the cell that proves it. aside: by number the reason.
        problems: rows that do not hold and numbers that no row claims.
    """

    def __init__(self, tables: Tables, name: str, notebook: Mapping) -> None:
        self.tables, self.name, self.prose = tables, name, Prose.of(notebook)
        self.reader = Reader(tables["units"])
        self.numbers = self.reader.numbers(self.prose.text)
        self.shown, self.csvs = list(shown(notebook)), list(_csvs(tables))
        self.cells: dict[Number, Cell] = {}
        self.aside: dict[Number, str] = {}
        self.problems: list[Problem] = []
        self._owner: dict[Number, int] = {}
        rows = tables[TABLE]
        for row in rows[rows["notebook"] == name].itertuples():
            self._row(row)
        self.problems += map(self._unclaimed, self.left)

    @property
    def left(self) -> list[Number]:
        """The numbers that no row claims or sets aside."""
        return [number for number in self.numbers if number not in self._owner]

    def links(self) -> dict[int, list[Link]]:
        """Return the claimed numbers of each Markdown cell (by its number, from 1), in the order of the source."""
        found: dict[int, list[Link]] = {}
        for number in sorted(self.cells, key=lambda number: number.start):
            (cell, start), (_, last) = self.prose.places[number.start], self.prose.places[number.end - 1]
            grid, row, column, _ = self.cells[number]
            place = grid.places[row] if 0 <= row < len(grid.places) else ""
            counted = grid.numbers[row] if row >= 0 else row
            found.setdefault(cell, []).append(Link(start, last + 1, grid.name, counted, column, grid.shown, place))
        return found

    def _row(self, row) -> None:
        """Prove one row: its words, and the cell that it names."""

        def problem(column: str, found: str, expected: str) -> None:
            self.problems.append(Problem(self.tables.path(TABLE), int(row.Index), column, found, expected))

        number = self._number(row, problem)
        if number is None:
            return
        if number in self._owner:
            expected = f"a number that no other row claims (row {self._owner[number]} does)"
            problem("printed", f"'{row.printed}' in '{row.quote}'", expected)
            return
        self._owner[number] = int(row.Index)
        if row.reason:
            self.aside[number] = row.reason
            return
        cell = self._cell(row, problem)
        if cell is None:
            return
        self.cells[number] = cell
        if not fits(number, cell, self.reader):
            unit = f" in {RATES.get(number.unit, number.unit)}" if number.unit else ""
            found = f"'{row.printed}' in {self._where(number)}, for the cell '{cell_text(cell.value, 'en')}'"
            problem("printed", found, f"the cell's number{unit}, rounded as printed; {self._nearest(number)}")

    def _number(self, row, problem) -> Number | None:
        """Return the number that a row claims: its quote stands in the prose once, ``printed`` in the quote, whole."""
        file, starts = f"notebooks/{self.name}.ipynb", self.prose.find(row.quote)
        if len(starts) != 1:
            times = f"{len(starts)} times in" if starts else "which is not in"
            problem("quote", f"'{row.quote}', {times} {file}", "words that stand in its prose exactly once")
            return None
        end, wanted = starts[0] + len(" ".join(row.quote.split())), " ".join(row.printed.split())
        inside = [number for number in self.numbers if starts[0] <= number.start and number.end <= end]
        whole = [number for number in inside if self._text(number) == wanted]
        if len(whole) != 1:
            phrases = "', '".join(map(self._text, inside)) or "no number"
            found = f"'{row.printed}', {len(whole)} times a whole number of '{row.quote}'"
            problem("printed", found, f"one of '{phrases}', which the quote has once")
            return None
        return whole[0]

    def _cell(self, row, problem) -> Cell | None:
        """Return the cell that a row names: of a table that the notebook shows, else of a CSV."""
        known = {f"{grid.name}.csv": grid for grid in self.csvs}  # a name that a shown table hides is still to be had
        known |= {grid.name: grid for grid in [*self.csvs, *self.shown]}
        grid = known.get(row.table)
        if grid is None:
            shown = ", ".join(grid.name for grid in self.shown) or "none yet: run `make notebooks`"
            problem("table", f"'{row.table}'", f"one that the notebook shows ({shown}), or a CSV of data/")
        elif (over := row.column.removeprefix("sum of ")) != row.column or row.column == "rows" not in grid.columns:
            rows, named = grid.rows_with(row.row), ", ".join(grid.columns)
            if rows is None:
                problem("row", f"'{row.row}'", f"all, or HEADING = CELL with one of {named}")
            elif row.column == "rows":
                return Cell(grid, -1, "rows", len(rows))
            elif over not in grid.columns or not all(map(_is_number, values := grid.column(over, rows))):
                problem("column", f"'{row.column}'", f"the sum of a column of numbers of {named}")
            else:
                return Cell(grid, -1, over, float(sum(map(_exact, values))))
        elif grid.columns.count(row.column) != 1:
            problem("column", f"'{row.column}'", f"rows, or a column of {grid.name}: {', '.join(grid.columns)}")
        elif grid.keys.count(row.row) != 1:
            keys = "', '".join(grid.keys[:8])
            found = f"'{row.row}', {grid.keys.count(row.row)} rows of {grid.name}"
            problem("row", found, f"the key of one, such as '{keys}'")
        else:
            at = grid.keys.index(row.row)
            return Cell(grid, at, row.column, grid.rows[at][grid.columns.index(row.column)])
        return None

    def _nearest(self, number: Number, most: int = 3) -> str:
        """Name the cells whose numbers are nearest: of what the notebook shows, if it shows anything."""
        nearest = sorted(self._values, key=lambda found: abs(found[0] - number.value))[:most]
        return "nearest are " + "; ".join(named(cell) for _, cell in nearest) if nearest else "no table has a number"

    @cached_property
    def _values(self) -> list[tuple[Decimal, Cell]]:
        """The first number of each figure."""
        found = []
        for cell in filter(_is_figure, cells_of(self.shown or self.csvs)):
            own = [number.value for number in self.reader.numbers(str(cell.value))[:1]]
            found += [(_exact(cell.value) if _is_number(cell.value) else value, cell) for value in own]
        return found

    def _unclaimed(self, number: Number) -> Problem:
        around = self.prose.text[max(0, number.start - 20) : number.end + 20].replace("\n", " ")
        found = f"'{self._text(number)}' in '…{around}…', which no row claims"
        expected = f"a row of {self.tables.path(TABLE)} (`make claims` drafts it); {self._nearest(number)}"
        file, cell = f"notebooks/{self.name}.ipynb", self.prose.places[number.start][0]
        return Problem(file, cell, "cell", found, expected)

    def _where(self, number: Number) -> str:
        return f"notebooks/{self.name}.ipynb, cell {self.prose.places[number.start][0]}"

    def _text(self, number: Number) -> str:
        return self.prose.text[number.start : number.end]

    def drafts(self) -> Iterator[tuple[dict[str, str], list[Cell]]]:
        """Yield a row for each number that is left, and the cells that fit; a single one is filled in.

        Cells that the notebook shows are preferred to those of CSVs. A year is set aside as one.
        """
        for number in self.left:
            row = dict.fromkeys(COLUMNS, "") | {"notebook": self.name, "printed": self._text(number)}
            row["quote"] = self._quote(number)
            fitting: list[Cell] = []
            if _YEAR.fullmatch(row["printed"]):
                row["reason"] = "a year"
            else:
                for grids in (self.shown, self.csvs):
                    fitting = fitting or [
                        cell for cell in filter(_is_figure, cells_of(grids)) if fits(number, cell, self.reader)
                    ]
            if len(fitting) == 1 and re.search("[0-9]", row["printed"]):  # a small number in words fits anywhere
                grid, at, row["column"], _ = fitting[0]
                row |= {"table": grid.name, "row": grid.keys[at]}
            yield row, fitting

    def _quote(self, number: Number) -> str:
        """Return a short run of whole words around a number that stands in the prose once."""
        text, start, end = self.prose.text, number.start, number.end
        while len(self.prose.find(text[start:end])) > 1 or end - start < 20:
            before, after = start, end
            if text[start - 1 : start] not in ("", "\n"):
                start = max(text.rfind(" ", 0, start - 1), text.rfind("\n", 0, start - 1)) + 1
            if text[end : end + 1] not in ("", "\n"):
                end = min(at for at in (text.find(" ", end + 1), text.find("\n", end + 1), len(text)) if at >= 0)
            if (start, end) == (before, after):
                break
        return text[start:end].strip()


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
        file, notebook = f"notebooks/{path.name}", None
        text, faults = read_text(tables.root, file)
        with contextlib.suppress(ValueError, RecursionError):
            notebook = json.loads(text or "0")
        if not faults and not _is_notebook(notebook):
            faults = [Problem(file, 0, "", "no notebook", "Jupyter's format 4: cells with cell_type and source")]
        problems += faults
        found[path.stem] = notebook
    if problems:
        raise DataError(problems)
    return found


def _is_notebook(content: object) -> bool:
    cells = content.get("cells") if isinstance(content, dict) else None
    outputs = [out for cell in cells or () if isinstance(cell, dict) for out in cell.get("outputs", ())]
    return (
        isinstance(cells, list)
        and all(isinstance(part, dict) for part in [*cells, *outputs])
        and all(isinstance(cell.get("cell_type"), str) and isinstance(cell.get("source"), str | list) for cell in cells)
    )


def proofs(tables: Tables, notebooks: Mapping[str, Mapping]) -> list[Proof]:
    """Return the proof of each notebook.

    Args:
        tables: the root's tables, checked. notebooks: by name, with their outputs: as `read` or a run returns them.
    """
    return [Proof(tables, name, notebook) for name, notebook in notebooks.items()]


def check(tables: Tables, notebooks: Mapping[str, Mapping]) -> list[Proof]:
    """Prove every number of the notebooks' prose; return the proofs when all holds.

    Raises:
        DataError: with every row of ``report_numbers.csv`` that does not hold and every number that none claims.
    """
    if not (tables.root / "notebooks").is_dir():
        return []  # data and seeds by themselves say nothing to readers
    found, rows = proofs(tables, notebooks), tables[TABLE]["notebook"]
    problems = [problem for proof in found for problem in proof.problems]
    for row, name in rows[~rows.isin(list(notebooks))].items():
        expected = f"one of {', '.join(notebooks) or 'no notebook'}"
        problems.append(Problem(tables.path(TABLE), int(row), "notebook", f"'{name}'", expected))
    if problems:
        raise DataError(problems)
    return found


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Return drafted rows as lines of ``report_numbers.csv``."""
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS, lineterminator="\n").writerows(rows)
    return text.getvalue()
