"""The command line: ``python -m analysis check | report | notebooks | claims | translations | draft | init``.

How a command ends is decided here: what it prints, its exit code, and what a signal or a closed pipe does.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from analysis import UserError

if TYPE_CHECKING:
    from analysis.tables import Tables

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code.

    Returns:
        0 when all holds; 1 with one line a problem when it does not; 2 for wrong usage; 128 and the signal's number
        when one ended it, also SIGPIPE's (141) when the reader of the output is gone.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        os.set_inheritable(opened, True)  # it was closed; a file or a pipe would take its place
    os.close(opened)
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Also on a console that is not UTF-8; and a file's name may be no text at all.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    text = ""
    try:
        options = _parser().parse_args(arguments)
        text, status = _run(options)
    except ModuleNotFoundError as error:
        expected = "the project's environment: run `make check` once, then .venv/bin/python -m analysis"
        text, status = f"found no module {error.name}, expected {expected}", 1
    except SystemExit as exit_:  # argparse has printed the help or what is wrong
        status = int(exit_.code or 0)
    except KeyboardInterrupt:  # a second one, while the first was cleaned up after
        status = _stopped(signal.SIGINT)
    return _print(text) or status


def _run(options: argparse.Namespace) -> tuple[str, int]:
    """Return what a command prints, and its exit code."""
    if options.command in ("report", "notebooks"):
        from analysis import workers

        workers.prepare(options.root)  # before pandas is imported here: side by side with it
    from analysis.tables import DataError

    try:
        return COMMANDS[options.command](options), 0
    except DataError as error:
        count = len(error.problems)
        _warn(f"{count} problem{'s' * (count > 1)}{'; nothing was written' * (options.command != 'check')}.")
        return str(error), 1
    except UserError as error:
        return str(error), 1
    except OSError as error:
        return f"{error.filename or options.command}: found {error.strerror or error}, expected room to write", 1


def _check(options: argparse.Namespace) -> str:
    """Prove every number against the words it was read from."""
    from analysis import claims, provenance

    tables, page = provenance.prove(options.root)
    report = claims.check(tables, claims.read(tables))
    counts = Counter(status for proof in page for status in proof.numerals()["status"])
    kinds = ", ".join(f"{counts[code]} {name}" for code, name in tables.labels("numeral").items() if code != "left")
    rows = f"{sum(map(len, tables.frames.values()))} rows in {len(tables.frames)} tables"
    numerals = f"of {counts.total()} numerals in {len(page)} seed file(s) {kinds}, none left over"
    return "\n".join([f"All holds: {rows}; {numerals}.", *([claims.summary(report)] if report else [])])


def _report(options: argparse.Namespace) -> str:
    """Check, run all notebooks afresh and write the report."""
    tables = _checked(options)
    from analysis import report

    _translated(tables)
    with _cleaning_up():
        return str(report.make(tables, options.out or tables.root / "reports", options.lang or report.LANGS))


def _notebooks(options: argparse.Namespace) -> str:
    """Check, run all notebooks and store their outputs in place, with README's chart and the codebook."""
    tables = _checked(options)
    from analysis import claims, notebooks, publish
    from analysis.tables import CODEBOOK, DataError, codebook

    _translated(tables)
    with _cleaning_up():
        files = notebooks.paths(tables.root)
        for path, notebook in zip(files, notebooks.run(files)["en"], strict=True):
            notebooks.store(path, notebook)
        publish.write_text(tables.root / CODEBOOK, codebook(tables.descriptor))
    try:
        return claims.summary(claims.check(tables, claims.read(tables)))
    except DataError as error:  # the outputs are stored: it is they that the prose is held to
        raise UserError(str(error)) from None


def _claims(options: argparse.Namespace) -> str:
    """Draft a row of report_numbers.csv for each number of the notebooks' prose that has none."""
    tables = _checked(options)
    from analysis import claims, publish

    proofs = claims.proofs(tables, claims.read(tables))
    drafts = [draft for proof in proofs for draft in proof.drafts()]
    made = [row for row, _ in drafts if row["table"] or row["reason"]]
    for row, cells in drafts:
        if row not in made:
            fitting = "; ".join(map(claims.named, cells)) or "no cell has this number"
            _warn(f"notebooks/{row['notebook']}.ipynb: '{row['printed']}' in '{row['quote']}': {fitting}")
    name = tables.path(claims.TABLE)
    stale = [problem for proof in proofs for problem in proof.problems if problem.file == name]
    for problem in stale:
        _warn(str(problem))
    if made:
        text = (tables.root / name).read_text(encoding="utf-8-sig")
        publish.write_text(tables.root / name, text + "\n" * (not text.endswith("\n")) + claims.as_csv(made))
    return f"{name}: {len(made)} rows drafted, {len(drafts) - len(made)} numbers left, {len(stale)} rows to mend"


def _translated(tables: Tables) -> None:
    """Refuse to run anything with a catalogue that is behind its English."""
    from analysis import language, translation
    from analysis.tables import DataError

    if problems := [*language.catalogue_problems(), *translation.problems(tables)]:
        raise DataError(problems)


def _translations(options: argparse.Namespace) -> str:
    """Bring the catalogues up to the English of the code and of the notebooks."""
    from analysis import language, tables

    root = options.root or tables.find_root()
    lines = []
    for path, folder in ((language.CATALOGUE, language.SOURCE_DIR), (language.paragraphs(root), root / "notebooks")):
        if folder.is_dir():
            left = language.update_catalogue(path, folder)
            lines.append(f"{path.relative_to(folder.parent).as_posix()}: {left} messages to translate or to look at")
    return "\n".join(lines)


def _draft(options: argparse.Namespace) -> str:
    """Print the number phrases of a Chinese text as CSV: rows to start from."""
    from analysis import drafting

    return drafting.draft_file(options.file, options.root)


def _init(options: argparse.Namespace) -> str:
    """Make a new root from a page: its rows drafted, what is judgement left empty."""
    from analysis import new_root, provenance

    given = {name: getattr(options, name) or "" for name in ("place", "title", "publisher", "published")}
    with _cleaning_up():
        made = new_root.make(options.dir, options.file, options.kind, **given)
    rows = ", ".join(f"{label} {len(made[name])}" for name, label in DRAFTED.items() if len(made[name]))
    left = len(provenance.survey(options.dir)[1])
    command = f"python -m analysis check --root {shlex.quote(str(options.dir))}"
    return f"{options.dir}: drafted {rows or 'no row'}. Still needed: {left}, listed by\n    {command}"


DRAFTED = {
    **{"targets": "targets", "areas": "areas", "stated_counts": "stated counts", "collection": "figures"},
    **{"context_numbers": "numbers set aside", "fixed_words": "fixed words"},
}


# A command is a function from its options to what it prints; it raises UserError or DataError when it fails. What its
# docstring says is its help.
COMMANDS: dict[str, Callable[[argparse.Namespace], str]] = {
    **{"check": _check, "report": _report, "notebooks": _notebooks, "claims": _claims},
    **{"translations": _translations, "draft": _draft, "init": _init},
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description="One newspaper page, made countable.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {
        name: commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        for name, command in COMMANDS.items()
    }
    init, report = parsers.pop("init"), parsers["report"]
    for command in parsers.values():
        command.add_argument(
            "--root", type=Path, help="folder with data/, seeds/ and notebooks/ (default: here or above)"
        )
    report.add_argument("--lang", action="append", help="en or zh; twice for both (default: both)")
    report.add_argument("--out", type=Path, help="folder of the report (default: reports/ in the root)")
    init.add_argument("dir", type=Path, metavar="DIR", help="folder of the new root, empty or not there yet")
    init.add_argument("--kind", required=True, help="plan (targets) or blood (a notice of blood collection)")
    init.add_argument("--place", help="code or Chinese name of places.csv, or both: zhenjiang:镇江市")
    init.add_argument("--title", help="title of the page, in Chinese")
    init.add_argument("--publisher", help="publisher of the page, in Chinese")
    init.add_argument("--published", help="date: YYYY, YYYY-MM or YYYY-MM-DD")
    for command in (parsers["draft"], init):
        command.add_argument("file", type=Path, metavar="FILE", help="a text in UTF-8")
    return parser


def _checked(options: argparse.Namespace) -> Tables:
    from analysis import provenance

    return provenance.check(options.root)


def _print(text: str) -> int:
    """Print a command's result; return the exit code of what kept it from being read, else 0."""
    try:
        print(text, end="" if text.endswith("\n") or not text else "\n", flush=True)
        return 0
    except OSError as error:
        # Else Python tries to write the rest as it exits, and complains of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 128 + 13  # what SIGPIPE does to other programs; Python ignores it
        _warn(f"standard output: found {error.strerror}, expected room for the result")
        return 1


def _warn(line: str) -> None:
    """Write a line to standard error, if anything can be written there."""
    with contextlib.suppress(OSError, ValueError):
        os.write(2, f"{line}\n".encode(errors="backslashreplace"))


def _stopped(number: int) -> int:
    """Say which signal ended the command; return the exit code."""
    _warn(f"Stopped by {signal.Signals(number).name}.")
    return 128 + number


def _handle(handler: Callable[[int, FrameType | None], object]) -> None:
    """Have a handler called for the signals that end a command, but for those that are ignored (as under nohup)."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _exit_at_once(number: int, _: FrameType | None) -> None:
    """End the process from within a signal's handler: until something is written there is nothing to clean up.

    An exception would have to find its way out of a half-done import.
    """
    os._exit(_stopped(number))


@contextlib.contextmanager
def _cleaning_up() -> Iterator[None]:
    """Have signals raise KeyboardInterrupt for a while, so that processes are ended and folders removed."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    received = []

    def interrupt(number: int, _: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    try:
        _handle(interrupt)
        yield
    except KeyboardInterrupt:
        raise SystemExit(_stopped(received[0] if received else signal.SIGINT)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    _handle(_exit_at_once)
    sys.exit(main())
