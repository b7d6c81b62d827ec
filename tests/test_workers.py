"""Processes that work side by side: what they are given, what they leave, and how they end."""

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis import UserError, workers

ROOT = Path(__file__).parents[1]
# On which the bytes of a report depend.
FIXED = {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
FIXED["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


def doubled(number: int, pause: float = 0):
    for each in range(number):
        time.sleep(pause)
        yield 2 * each


def refused(path: Path):
    path.write_text(str(os.getpid()))
    raise ValueError("half-way")


def asleep(path: Path):
    path.write_text(str(os.getpid()))
    time.sleep(60)
    return ()


def ended(number: int):
    yield number
    os._exit(3)


def left(path: Path, how: str):
    """Leave a process that goes on, and end without a word."""
    if how == "fork" and not os.fork():
        path.write_text(str(os.getpid()))
        time.sleep(60)
        os._exit(0)
    if how == "shell":
        os.system(f"sleep 60 & echo $! > '{path}'")
    assert wait_for(lambda: path.exists() and path.read_text())
    os._exit(3)


def twice():
    yield os.getpid()
    if os.fork():
        time.sleep(0.3)  # the copy comes first
    yield os.getpid()


def going_on():
    threading.Thread(target=time.sleep, args=(60,)).start()
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    child.start()
    return [os.getpid(), child.pid]


def read():
    return [os.read(0, 1)]


def surroundings():
    print("past", flush=True)
    os.write(1, b"Python")
    return [{name: os.environ.get(name) for name in workers.ENVIRONMENT}, "pandas" in sys.modules, os.getpid()]


def is_running(process: int) -> bool:
    # One that has ended and that nobody has asked for yet is a zombie.
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def wait_for(condition, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_items_come_in_the_order_of_what_was_given_whoever_is_first():
    ticks = []
    found = workers.run(doubled, [(2, 0.2), (0,), (3,)], lambda: ticks.append(1))
    assert found == [[0, 2], [], [0, 2, 4]]
    assert len(ticks) == 5


def test_each_work_has_a_process_of_its_own_in_our_surroundings_and_prints_nothing(capfd, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    before = dict(os.environ)
    found = workers.run(surroundings, [(), ()])
    can_copy = workers.METHOD == "forkserver"
    assert [own[:2] for own in found] == [[FIXED, can_copy]] * 2
    assert len({own[2] for own in found} | {os.getpid()}) == 3
    assert dict(os.environ) == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_what_work_raises_is_raised_and_ends_the_others(tmp_path):
    with pytest.raises(ValueError, match=r"^half-way$"):
        workers.run(refused_after, [(tmp_path / "one", tmp_path / "two"), (tmp_path / "two",)])
    assert wait_for(lambda: not is_running(int((tmp_path / "two").read_text())))


def refused_after(path: Path, other: Path | None = None):
    if other is None:
        return asleep(path)
    assert wait_for(lambda: other.exists() and other.read_text())
    return refused(path)


def test_a_process_that_ends_before_its_work_is_named_by_its_number():
    with pytest.raises(workers.WorkerError, match=r"\(exit code 3\)") as refusal:
        workers.run(ended_second, [(1,), (2,)])
    assert refusal.value.number == 1
    assert isinstance(refusal.value, UserError)  # one line, whoever asked


def ended_second(number: int):
    return ended(number) if number == 2 else [number]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_work_ends_with_who_asked_for_it_however_that_ended(tmp_path):
    started = tmp_path / "started"
    code = f"from pathlib import Path; import test_workers as t; t.workers.run(t.asleep, [(Path({str(started)!r}),)])"
    settings = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    with subprocess.Popen([sys.executable, "-c", code], env=settings) as process:
        assert wait_for(lambda: started.exists() and started.read_text())
        assert is_running(int(started.read_text()))
        process.kill()
    assert wait_for(lambda: not is_running(int(started.read_text())))


def test_where_processes_cannot_be_copied_each_begins_by_itself(monkeypatch):
    monkeypatch.setattr(workers, "METHOD", "spawn")
    assert workers.run(surroundings, [()])[0][:2] == [FIXED, False]


def test_no_process_is_left_behind():
    workers.run(doubled, [(1,)])
    assert wait_for(lambda: not multiprocessing.active_children())
    with contextlib.suppress(ValueError):
        workers.run(refused_now, [()])
    assert wait_for(lambda: not multiprocessing.active_children())


def refused_now():
    raise ValueError


linux = pytest.mark.skipif(sys.platform != "linux", reason="forks, and asks /proc")


@linux
@pytest.mark.parametrize("how", ["fork", "shell"])
def test_a_process_that_ends_is_known_at_once_and_what_it_started_ends_too(tmp_path, how):
    before = time.monotonic()
    with pytest.raises(workers.WorkerError, match=r"\(exit code 3\)"):
        workers.run(left, [(tmp_path / "child", how)])
    assert wait_for(lambda: not is_running(int((tmp_path / "child").read_text())), 5)
    assert time.monotonic() - before < 30


@linux
def test_a_copy_that_work_makes_of_itself_sends_nothing():
    (sent,) = workers.run(twice, [()])
    assert len(sent) == 2
    assert len(set(sent)) == 1


@linux
def test_threads_and_processes_that_go_on_when_the_work_is_done_are_ended():
    (started,) = workers.run(going_on, [()])
    assert wait_for(lambda: not any(map(is_running, started)), 5)


def test_there_is_nothing_to_read(monkeypatch):
    monkeypatch.setattr(workers, "METHOD", "spawn")
    ours, (reader, writer) = os.dup(0), os.pipe()
    os.write(writer, b"x")
    os.dup2(reader, 0)
    try:
        assert workers.run(read, [()]) == [[b""]]
    finally:
        os.dup2(ours, 0)
        for descriptor in (ours, reader, writer):
            os.close(descriptor)


def test_a_process_that_a_signal_meets_as_it_starts_is_ended(monkeypatch, tmp_path):
    kind = multiprocessing.get_context(workers.METHOD).Process
    start = kind.start

    def interrupted(process):
        start(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(kind, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workers.run(asleep, [(tmp_path / "started",)])
    assert wait_for(lambda: not multiprocessing.active_children(), 5)


def test_a_process_that_cannot_start_is_named_by_its_number(monkeypatch):
    def start(_):
        raise OSError

    monkeypatch.setattr(multiprocessing.get_context(workers.METHOD).Process, "start", start)
    with pytest.raises(workers.WorkerError, match=r"\(exit code None\)") as refusal:
        workers.run(doubled, [(1,)])
    assert refusal.value.number == 0
