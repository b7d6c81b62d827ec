"""Processes that work side by side. Each begins as a copy of one that has imported what notebooks need, so that a
start costs milliseconds; where that is not safe (macOS) or not possible (Windows), each imports by itself.

What they do belongs to whoever asks.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import connection
from pathlib import Path

from analysis import UserError

PREPARED, ROOT = "analysis.prepared", "PREPARED_ROOT"
# A report must not depend on who makes it where: same clock, same hashes, same letters.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
# As a kernel has it: a figure of pyplot's is shown below its cell.
ENVIRONMENT["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
METHOD = "forkserver" if sys.platform == "linux" else "spawn"  # macOS may end a copy of what has loaded numpy
MOST = 4  # processes: each takes some 200 MB
GRACE = 1  # second that a process has to end when its work is done


class WorkerError(UserError):
    """A process ended before its work was done; ``number`` says which of the calls it was."""

    def __init__(self, number: int, code: int | None) -> None:
        super().__init__(f"found a process that ended (exit code {code}), expected one that does its work")
        self.number = number


def prepare(root: Path | None = None) -> None:
    """Begin to import what notebooks need, in a process of its own; call it early, and go on.

    Args:
        root: whose notebooks will run; default: the folder here or above.
    """
    if METHOD == "forkserver":
        from multiprocessing import forkserver, resource_tracker

        resource_tracker.ensure_running()  # else it starts below, and lets Ctrl-C through
        multiprocessing.set_forkserver_preload([PREPARED])
        # Ctrl-C ends who asks for the work; all else ends with that.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            with _surroundings(**{ROOT: str(root or "")}):
                forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


@contextlib.contextmanager
def _surroundings(**more: str) -> Iterator[None]:
    """Give processes that start here our environment."""
    before = {name: os.environ.get(name) for name in [*ENVIRONMENT, *more]}
    os.environ.update(ENVIRONMENT | more)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def run(work: Callable[..., Iterable], given: Sequence[tuple], tick: Callable[[], object] = lambda: None) -> list[list]:
    """Do work for each of several givens, each in a new process, as many at a time as there are processors.

    Args:
        work: a function of a module, which returns or yields items.
        given: the arguments of each call; those that take longest come first.
        tick: called for each item that comes.

    Returns:
        For each of ``given`` its items.

    Raises:
        WorkerError: a process ended before its work was done. What ``work`` raises is raised here.
    """
    prepare()
    found: list[list] = [[] for _ in given]
    waiting, busy = list(enumerate(given))[::-1], {}
    try:
        while waiting or busy:
            while waiting and len(busy) < min(MOST, os.cpu_count() or 1):
                number, arguments = waiting.pop()
                receiver, sender = multiprocessing.Pipe(duplex=False)
                process = multiprocessing.get_context(METHOD).Process(target=_work, args=(sender, work, arguments))
                busy[receiver] = number, process  # before it starts: a signal may come in between
                with contextlib.suppress(EOFError, OSError), _surroundings():  # what it is a copy of has ended
                    process.start()
                sender.close()  # so that the receiver learns when the process ends, or has not begun
            for receiver in connection.wait(list(busy)):
                number, process = busy[receiver]
                try:
                    kind, item = receiver.recv()
                except (EOFError, OSError):
                    if process.pid:
                        process.join()
                    raise WorkerError(number, process.exitcode) from None
                if kind == "item":
                    found[number].append(item)
                    tick()
                elif kind == "error":
                    raise item
                else:
                    del busy[receiver]
    finally:
        for process in (each for _, each in busy.values() if each.pid):
            with contextlib.suppress(AttributeError, OSError):  # Windows has no groups; this one has none yet
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()  # it writes no more
    return found


def _work(sender: connection.Connection, work: Callable[..., Iterable], arguments: tuple) -> None:
    """Send what work yields. What it writes past Python, on its descriptors, goes nowhere; there is nothing to read."""
    if sys.platform != "win32":
        os.setpgrp()  # what work starts ends with it
        # Nor may it hold the sender: whoever receives would wait for it.
        os.register_at_fork(after_in_child=sender.close)
        os.set_inheritable(sender.fileno(), False)
    threading.Thread(target=_end_after, args=(multiprocessing.parent_process().join,), daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    try:
        for item in work(*arguments):
            sender.send(("item", item))
    except Exception as error:
        sender.send(("error", error))
    else:
        sender.send(("done", None))
    threading.Thread(target=_end_after, args=(time.sleep, GRACE), daemon=True).start()


def _end_after(wait: Callable, *given: object) -> None:
    """End this process and what it started after a wait: for who asked for the work, or for threads that go on."""
    wait(*given)
    with contextlib.suppress(AttributeError):  # Windows has no groups
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
