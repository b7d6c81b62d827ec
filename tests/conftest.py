"""What tests share: the checked tables of this repo, copies of its root that a test may damage, and small roots."""

import csv
import dataclasses
import io
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from analysis import provenance, quantities
from analysis import tables as tables_module
from analysis.tables import DataError, Tables

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The tables of this repo, checked once; no test may change a frame of them."""
    return provenance.check(ROOT)


@pytest.fixture
def root(tmp_path) -> Path:
    """A fresh copy of this repo's data and seeds, without notebooks and without what is claimed of them."""
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    claims = "data/evidence/report_numbers.csv"
    write_csv(tmp_path, claims, read_csv(tmp_path, claims)[:1])
    return tmp_path


@pytest.fixture(scope="session")
def words(tables) -> dict[str, str]:
    """The measure words of this repo."""
    return quantities.unit_words(tables["units"])


@pytest.fixture
def check(monkeypatch) -> Callable[[Tables], list[str]]:
    """Check tables that were made or changed in memory: reading all files again would take ten times as long."""

    def check(changed: Tables) -> list[str]:
        with monkeypatch.context() as patched:
            patched.setattr(tables_module, "partial", lambda _: (changed, [], True))
            return problems(changed.root)

    return check


@pytest.fixture
def small(tables, tmp_path) -> Callable[..., Tables]:
    """Make the tables of one small page, ``page``: its text, its collection figures, and rows of any other table.

    The page may also be quoted by the source ``ref``, a reference. Units, places and measures are this repo's.
    """

    def small(text: str, *collection: dict, **rows: Sequence[dict]) -> Tables:
        (tmp_path / "page.txt").write_bytes(text.encode())  # no newline of it translated
        page = {"source_id": "page", "kind": "seed", "file": "page.txt"}
        page |= {"first_line": 1, "last_line": text.count("\n") + 1}
        reference = {"source_id": "ref", "kind": "reference", "url": "https://example.org/", "reliability": "news"}
        made = {"sources": [page, reference], "collection": collection} | rows
        kept = {"units", "labels", "places", "measures"} - made.keys()
        frames = {
            name: frame if name in kept else like(frame, made.get(name, ())) for name, frame in tables.frames.items()
        }
        return dataclasses.replace(tables, root=tmp_path, frames=frames)

    return small


@pytest.fixture
def page(small, check) -> Callable[..., list[str]]:
    """Check a small page; return its problems."""
    return lambda *texts, **others: check(small(*texts, **others))


def like(frame: pd.DataFrame, rows: Sequence[dict]) -> pd.DataFrame:
    """Return rows as the loader would give them: numbered from 2, empty cells as empty text."""
    if not rows:
        return frame.iloc[:0]
    empty = {column: "" if dtype == "str" else None for column, dtype in frame.dtypes.items()}
    cells = [empty | row for row in rows]
    made = pd.DataFrame(cells, columns=frame.columns, index=range(2, len(cells) + 2))
    return made.astype(frame.dtypes.to_dict())


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
