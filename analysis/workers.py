"""Processes that work side by side. Each begins as a copy of one that has imported what notebooks need, so that a
start costs milliseconds; where the system cannot copy a process (Windows), each imports by itself.

What they do belongs to whoever asks.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from multiprocessing import connection
from pathlib import Path
from types import MappingProxyType

PREPARED, ROOT = "analysis.prepared", "PREPARED_ROOT"
# A report must not depend on who makes it where: same clock, same hashes, same letters.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
# As a kernel has it: a figure of pyplot's is shown below its cell.
ENVIRONMENT["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
MOST = 4  # processes: each takes some 200 MB


class WorkerError(Exception):
    """A process ended before its work was done; ``number`` says which of the calls it was."""

    def __init__(self, number: int, code: int | None) -> None:
        super().__init__(f"exit code {code}")
        self.number = number


def prepare(root: Path | None = None) -> None:
    """Begin to import what notebooks need, in a process of its own; call it early, and go on.

    Args:
        root: whose notebooks will run; default: the folder here or above.
    """
    if METHOD == "forkserver":
        from multiprocessing import forkserver

        multiprocessing.set_forkserver_preload([PREPARED])
        with _surroundings({ROOT: str(root or "")}):
            forkserver.ensure_running()


@contextlib.contextmanager
def _surroundings(more: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Give processes that start here our environment, and keep Ctrl-C from them: whoever started them ends them."""
    before = {name: os.environ.get(name) for name in [*ENVIRONMENT, *more]}
    os.environ.update(ENVIRONMENT | more)
    mask = [signal.SIGINT] if sys.platform != "win32" else []
    if mask:
        signal.pthread_sigmask(signal.SIG_BLOCK, mask)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
        if mask:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, mask)


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
                try:
                    receiver, process = _start(work, arguments)
                except (EOFError, OSError):  # what processes are copied from has ended
                    raise WorkerError(number, None) from None
                busy[receiver] = number, process
            for receiver in connection.wait(list(busy)):
                number, process = busy[receiver]
                try:
                    kind, item = receiver.recv()
                except (EOFError, OSError):
                    process.join()
                    raise WorkerError(number, process.exitcode) from None
                if kind == "item":
                    found[number].append(item)
                    tick()
                elif kind == "error":
                    raise item
                else:
                    del busy[receiver]
                    receiver.close()
    finally:
        for _, process in busy.values():
            process.kill()
    return found


def _start(work: Callable[..., Iterable], arguments: tuple) -> tuple[connection.Connection, multiprocessing.Process]:
    context = multiprocessing.get_context(METHOD)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, work, arguments))
    with _surroundings():
        process.start()
    sender.close()  # so that the receiver learns when the process ends
    return receiver, process


def _work(sender: connection.Connection, work: Callable[..., Iterable], arguments: tuple) -> None:
    """Send what work yields. What it writes past Python, on its descriptors, goes nowhere."""
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    try:
        for item in work(*arguments):
            sender.send(("item", item))
    except Exception as error:
        sender.send(("error", error))
    else:
        sender.send(("done", None))


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    """End when the process that asked for the work does, however it ended."""
    parent.join()
    os._exit(1)
