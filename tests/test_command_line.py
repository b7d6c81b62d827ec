"""The command line as a stranger meets it: exit codes, one line a problem, no traceback, nothing written."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
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
    return [f"data/evidence/sources.csv:2: file: found '{SEED}', no readable file"]


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
    summary = f"{len(starts)} problem{'s' * (len(starts) > 1)}."
    assert done.stderr.decode("utf-8").splitlines() == [summary]
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
    assert b": found no folder, expected a root" in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_root_that_has_no_rows_yet_holds(root):
    (root / SEED).unlink()
    for path in root.glob("data/*/*.csv"):
        if path.name not in ("labels.csv", "units.csv", "places.csv", "measures.csv"):
            path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = run("check", "--root", root)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["x" * 300, "file", "loop", os.fsdecode(b"\xff")], ids=ascii)
def test_a_root_that_is_none_is_one_line(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    done = run("check", "--root", name, cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 1
    assert b": found no folder, expected a root" in done.stdout
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_an_out_that_is_no_place_for_a_report_is_one_line_also_when_it_is_no_text(root):
    (root / "notebooks").mkdir()
    (root / "notebooks" / "1-one.ipynb").write_text("")
    done = run("report", "--root", root, "--out", os.fsdecode(bytes(root) + b"/\xff"))
    assert done.returncode == 1
    assert done.stdout.decode().endswith("/\\udcff: found a name that is not UTF-8, expected one that is\n")
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")


unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals, pipes and devices")


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which `analysis` is the command; the exit code is that of its first program."""
    settings = {"PYTHON": sys.executable, "PYTHONPATH": str(ROOT)} | environment  # its path may have a blank
    line = f'analysis() {{ "$PYTHON" -m analysis "$@"; }}\n{line}; exit ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=os.environ | settings, capture_output=True, timeout=60, check=False
    )


@unix
@pytest.mark.parametrize("command", ["check", "check --root /nowhere", "--help"])
def test_a_reader_that_is_gone_is_no_error_of_ours(command):
    done = shell(f"analysis {command} 2>/dev/null | true")
    # As a program that SIGPIPE ends; argparse is content when nobody reads its help.
    assert done.returncode == (0 if command == "--help" else 141)
    assert done.stderr == b""


@unix
def test_a_disk_that_is_full_is_one_line():
    done = shell("analysis check > /dev/full")
    assert done.returncode == 1
    assert done.stderr.decode() == ("standard output: found No space left on device, expected room for the result\n")


@unix
def test_output_that_is_closed_is_no_error():
    assert shell("analysis check >&-").returncode == 0
    done = shell("analysis check --root /nowhere 2>&-")
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (1, 1, b"")


def one_notebook(root: Path, source: str) -> None:
    (root / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, root / "notebooks" / "1-one.ipynb")


def wait_for(path: Path) -> str:
    """Return the text of a file as soon as there is one."""
    for _ in range(400):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} was not written")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


SIGNALS = [("SIGINT", 130), ("SIGTERM", 143)]


def interrupted(command: list[str], started: Path, name: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Start a command, send it a signal once a file says that it is under way, and wait for its end."""

    def settled() -> None:  # whoever runs the tests may ignore a signal, as nohup does
        for ended_by, _ in SIGNALS:
            signal.signal(getattr(signal, ended_by), signal.SIG_DFL)

    settings = os.environ | environment
    with subprocess.Popen(
        [sys.executable, "-m", "analysis", *command],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=settled,
    ) as process:
        wait_for(started)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@unix
@pytest.mark.parametrize(("name", "code"), SIGNALS)
def test_a_signal_while_notebooks_run_ends_their_processes_and_leaves_nothing(root, tmp_path, name, code):
    started = tmp_path / "started"
    source = f"import os, time, pathlib; pathlib.Path({str(started)!r}).write_text(str(os.getpid())); time.sleep(60)"
    one_notebook(root, source)
    done = interrupted(["report", "--root", str(root), "--out", str(root / "a" / "b")], started, name)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", f"Stopped by {name}.\n")
    assert not (root / "a").exists()
    assert not is_running(int(started.read_text()))


@unix
@pytest.mark.parametrize(("name", "code"), SIGNALS)
def test_a_signal_during_imports_is_one_line(tmp_path, name, code):
    (tmp_path / "pandas.py").write_text(
        "import os, pathlib, time; pathlib.Path(os.environ['STARTED']).write_text('x'); time.sleep(60)"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = interrupted(["check"], tmp_path / "started", name, PYTHONPATH=path, STARTED=str(tmp_path / "started"))
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", f"Stopped by {name}.\n")


@unix
def test_ctrl_c_while_what_notebooks_need_is_imported_is_one_line(tmp_path):
    (tmp_path / "matplotlib.py").write_text(
        "import os, pathlib, time\n"
        "if 'PREPARED_ROOT' in os.environ: pathlib.Path(os.environ['STARTED']).write_text('x')\n"
        "asked = os.getppid()\n"
        "while os.getppid() == asked: time.sleep(0.02)"
    )
    settings = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "STARTED": str(tmp_path / "started")}
    with subprocess.Popen(
        [sys.executable, "-m", "analysis", "report"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            wait_for(tmp_path / "started")
            os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to all of the group
            assert process.communicate(timeout=30) == (b"Stopped by SIGINT.\n", None)
        finally:
            process.kill()
    assert process.returncode == 130


@unix
@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_report_is_made_also_when_nobody_listens(root, closed):
    one_notebook(root, "print(1)")
    assert shell(f"analysis report --lang en --root '{root}' {closed}").returncode == 0
    assert (root / "reports" / "en" / "index.html").exists()


@unix
@pytest.mark.slow
@pytest.mark.parametrize(("command", "place"), [("report", "reports: found a folder that"), ("notebooks", "notebooks")])
def test_no_room_for_what_is_written_is_one_line(root, command, place):
    one_notebook(root, "1")
    done = shell(f"ulimit -f 1; analysis {command} --root '{root}'")
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (1, b"", 1)
    assert place in done.stdout.decode()
    assert "File too large" in done.stdout.decode()
    assert not (root / "reports").exists()
