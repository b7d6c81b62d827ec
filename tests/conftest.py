"""What tests share: the checked tables of this repo, and copies of its root that a test may damage."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from analysis import provenance
from analysis.tables import DataError, Tables

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The tables of this repo, checked once; no test may change a frame of them."""
    return provenance.check(ROOT)


@pytest.fixture
def root(tmp_path) -> Path:
    """A fresh copy of this repo's data and seeds."""
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def problems(root: Path) -> list[str]:
    """Check a root in this process; return its problems as the command prints them, one a line."""
    try:
        provenance.check(root)
    except DataError as error:
        return str(error).split("\n")
    return []


def row_of(tables: Tables, name: str, **cells: object) -> int:
    """Return the row, as a spreadsheet counts it, of the one row of a table that has these cells."""
    frame = tables[name]
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    (row,) = frame.index
    return int(row)


def edit_cell(root: Path, file: str, row: int, column: str, value: str) -> None:
    """Write one cell of a CSV; ``row`` is as a spreadsheet counts it."""
    rows = read_csv(root, file)
    rows[row - 1][rows[0].index(column)] = value
    write_csv(root, file, rows)


def append_row(root: Path, file: str, /, **cells: str) -> int:
    """Add a row with these cells, the others empty; return its number."""
    rows = read_csv(root, file)
    unknown = cells.keys() - set(rows[0])
    assert not unknown
    write_csv(root, file, [*rows, [cells.get(column, "") for column in rows[0]]])
    return len(rows) + 1


def delete_row(root: Path, file: str, row: int) -> None:
    rows = read_csv(root, file)
    del rows[row - 1]
    write_csv(root, file, rows)


def read_csv(root: Path, file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((root / file).read_text(encoding="utf-8"), newline="")))


def write_csv(root: Path, file: str, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    (root / file).write_text(text.getvalue(), encoding="utf-8", newline="\n")
