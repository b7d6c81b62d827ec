"""The command line: ``python -m analysis check | report | notebooks | translations``."""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from pathlib import Path

from analysis import provenance, seeds, tables


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 when all holds, 1 with one line a problem when it does not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # also on a console that is not
    options = _parser().parse_args(arguments)
    try:
        if options.command == "translations":
            return _translations()
        root = tables.find_root() if options.root is None else options.root
        checked = provenance.check(root)
        if options.command == "check":
            print(_told(checked))
            return 0
        return _run(options, checked)
    except tables.DataError as error:
        print(error)
        print(f"{len(error.problems)} problem{'s' * (len(error.problems) > 1)}; nothing was written.", file=sys.stderr)
        return 1


def _translations() -> int:
    from analysis import language

    left, file = language.update_catalogue(), language.CATALOGUE.relative_to(tables.OWN_ROOT)
    print(f"{file}: {left} of {len(language.messages())} messages to translate or to look at")
    return 0


def _run(options: argparse.Namespace, checked: tables.Tables) -> int:
    # Running notebooks takes over a second to import; `check` does without.
    from analysis import language, notebooks, report

    if problems := language.catalogue_problems():
        raise tables.DataError(problems)
    try:
        if options.command == "report":
            print(report.make(checked, options.out or checked.root / "reports", options.lang or report.LANGS))
            return 0
        files = notebooks.paths(checked.root)
        for path, notebook in zip(files, notebooks.run(files)["en"], strict=True):
            notebooks.store(path, notebook)
        codebook = tables.codebook(checked.descriptor)
        (checked.root / tables.CODEBOOK).write_text(codebook, encoding="utf-8", newline="\n")
    except (report.ReportError, notebooks.NotebookError) as error:
        print(error)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description="One newspaper page, made countable.")
    commands = parser.add_subparsers(dest="command", required=True)
    helps = {
        "check": "prove every number against the words it was read from",
        "report": "check, run all notebooks afresh and write the report",
        "notebooks": "check, run all notebooks and store their outputs in place, with README's chart and the codebook",
    }
    told = "bring the Chinese catalogue up to the English of the code"
    commands.add_parser("translations", help=told, description=told)
    for name, told in helps.items():
        command = commands.add_parser(name, help=told, description=told)
        command.add_argument(
            "--root", type=Path, help="folder with data/, seeds/ and notebooks/ (default: here or above)"
        )
        if name == "report":
            command.add_argument("--lang", action="append", help="en or zh; twice for both (default: both)")
            command.add_argument("--out", type=Path, help="folder of the report (default: reports/ in the root)")
    return parser


def _told(checked: tables.Tables) -> str:
    """Return the good news in one line: how many rows and numerals hold."""
    texts, _ = seeds.read(checked)
    proofs = [provenance.Proof(checked, seed) for seed in texts.values()]
    counts = Counter(status for proof in proofs for status in proof.numerals()["status"])
    told = ", ".join(f"{counts[code]} {name}" for code, name in checked.labels("numeral").items() if code != "left")
    rows = sum(len(frame) for frame in checked.frames.values())
    tables_told = f"{rows} rows in {len(checked.frames)} tables"
    return (
        f"All holds: {tables_told}; of {counts.total()} numerals in {len(texts)} seed file(s) {told}, none left over."
    )


if __name__ == "__main__":
    sys.exit(main())
