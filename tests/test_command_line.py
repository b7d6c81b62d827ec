"""The command line as a stranger meets it: exit codes, one line a problem, no traceback, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, edit_cell, row_of

TARGETS, SEED = "data/plan/targets.csv", "seeds/000_6725ac9f72548eda.txt"


def run(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "analysis", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, timeout=60, check=False)


def state(root: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_check_exits_with_0_when_all_holds_and_writes_nothing(root):
    before = state(root)
    done = run("check", "--root", root)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("All holds: ")
    assert done.stdout.count(b"\n") == 1
    assert state(root) == before


def break_form(root: Path, row: int) -> list[str]:
    edit_cell(root, TARGETS, row, "bound", "approximately")
    edit_cell(root, TARGETS, row, "unit", "pieces")
    return [f"{TARGETS}:{row}: bound: found 'approximately'", f"{TARGETS}:{row}: unit: found 'pieces'"]


def break_text_in_a_number_column(root: Path, row: int) -> list[str]:
    edit_cell(root, TARGETS, row, "value_low", "twelve thousand")
    return [f"{TARGETS}:{row}: value_low: found 'twelve thousand'"]


def break_value(root: Path, row: int) -> list[str]:
    edit_cell(root, TARGETS, row, "value_low", "12")
    return [f"{TARGETS}:{row}: value_low: found '12', expected '12000', read back from '1.2万个左右'"]


def break_seed(root: Path, row: int) -> list[str]:  # noqa: ARG001
    (root / SEED).unlink()
    return [f"{SEED}: found no readable file"]


def break_encoding(root: Path, row: int) -> list[str]:  # noqa: ARG001
    file = "data/blood/collection.csv"
    (root / file).write_bytes((root / file).read_text(encoding="utf-8").encode("utf-16"))
    return [f"{file}:1: found bytes that are not UTF-8 (likely UTF-16)"]


@pytest.mark.parametrize("fault", [break_form, break_text_in_a_number_column, break_value, break_seed, break_encoding])
def test_check_exits_with_1_and_one_line_a_problem_and_writes_nothing(root, tables, fault):
    starts = fault(root, row_of(tables, "targets", target_id="sd-2024-renovation-projects"))
    before = state(root)
    # A console that knows no hanzi gets UTF-8 all the same.
    done = run("check", "--root", root, PYTHONIOENCODING="ascii")
    lines = done.stdout.decode("utf-8").splitlines()
    assert done.returncode == 1
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
    told = f"{len(starts)} problem{'s' * (len(starts) > 1)}; nothing was written."
    assert done.stderr.decode("utf-8").splitlines() == [told]
    assert state(root) == before


def test_a_report_of_data_that_do_not_hold_is_not_made(root, tables):
    (line,) = break_value(root, row_of(tables, "targets", target_id="sd-2024-renovation-projects"))
    before = state(root)
    done = run("report", "--root", root)
    assert done.returncode == 1
    assert done.stdout.decode("utf-8").splitlines() == [line]
    assert b"Traceback" not in done.stderr
    assert state(root) == before


def test_the_root_is_found_from_a_folder_inside_it(root):
    done = run("check", cwd=root / "data" / "plan")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_folder_outside_any_root_is_one_line(tmp_path):
    done = run("check", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.decode("utf-8").startswith("data/datapackage.json: found none in ")
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_a_root_that_does_not_exist_is_one_line(tmp_path):
    done = run("check", "--root", tmp_path / "nowhere")
    assert done.returncode == 1
    assert done.stdout.decode("utf-8").startswith("data/datapackage.json: found no readable file")
    assert b"Traceback" not in done.stderr


def test_a_root_that_has_no_rows_yet_holds(root):
    (root / SEED).unlink()
    for path in root.glob("data/*/*.csv"):
        if path.name not in ("labels.csv", "units.csv", "places.csv", "measures.csv"):
            path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = run("check", "--root", root)
    assert (done.returncode, done.stderr) == (0, b"")
