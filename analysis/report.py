"""Make the report: run the notebooks in each language and write what they show as pages, charts and tables.

What the pages say belongs to `pages`, and how files take their place to `publish`.
"""

from __future__ import annotations

import base64
import datetime
import html
import importlib.metadata
import io
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis import claims, evidence, notebooks, pages, publish
from analysis.charts.svg import svg_with_font
from analysis.charts.typesetting import cut_font, keep
from analysis.claims import Grid
from analysis.language import Words
from analysis.pages import Chapter
from analysis.publish import ReportError
from analysis.tables import Tables

LANGS = ("en", "zh")
LIBRARIES = ("pandas", "matplotlib", "numpy", "nbclient", "jupyterlab")
# What is set in bold; the bold face need not have more characters than that.
BOLD = re.compile(r"<(h[1-4]|caption|th|dt|b|strong)\b[^>]*>(.*?)</\1>|font-weight: 700[^>]*>([^<]*)<", re.DOTALL)


def make(tables: Tables, out: Path, langs: Sequence[str] = LANGS) -> Path:
    """Run the notebooks of a root afresh and write the report; return the path of its first page.

    Args:
        tables: the root's tables, checked.
        out: folder of the report, or a link to one. What else lies in it is left alone, and a failed run leaves
            the old report whole: see `publish.replacing`.
        langs: of "en" and "zh".

    Raises:
        ReportError: an unknown language; ``out`` is no place for a report, or cannot be written.
        notebooks.NotebookError: a notebook failed.
    """
    if unknown := [lang for lang in langs if lang not in LANGS]:
        raise ReportError(f"--lang: found '{unknown[0]}', expected one of {', '.join(LANGS)}")
    files = notebooks.paths(tables.root)
    with publish.replacing(out, tables.root) as folder:
        run = notebooks.run(files, list(dict.fromkeys(langs)))
        # The prose is English, and so are the tables that prove its numbers: as just run, else as they are stored.
        shown = dict(zip((path.stem for path in files), run["en"], strict=True)) if "en" in run else claims.read(tables)
        proofs = {proof.name: proof for proof in claims.check(tables, shown)}
        languages = {lang: Words(tables, lang) for lang in run}
        chapters = {
            lang: [
                pages.chapter(path, notebook, words, proofs.get(path.stem))
                for path, notebook in zip(files, run[lang], strict=True)
            ]
            for lang, words in languages.items()
        }
        write(folder, languages, chapters, {grid.name: grid for proof in proofs.values() for grid in proof.shown})
        annotations = json.dumps(evidence.annotations(tables), ensure_ascii=False, indent=1)
        (folder / "annotations.jsonld").write_text(annotations + "\n", encoding="utf-8", newline="\n")
    return out / "index.html"


def write(
    folder: Path,
    languages: dict[str, Words],
    chapters: dict[str, list[Chapter]],
    grids: Mapping[str, Grid] | None = None,
) -> None:
    """Write pages and files of chapters, by language, into an empty folder; ``grids`` as of `pages.View`."""
    for sub in ("charts", "tables", *languages):
        (folder / sub).mkdir(parents=True)
    texts = pages.render(languages, chapters, {lang: footer(words) for lang, words in languages.items()}, grids)
    every = "".join(texts.values())
    for weight, text in (("regular", html.unescape(every)), ("bold", _bold(every))):
        keep(weight, text)  # every page and chart says a part of it
    for path, text in texts.items():
        (folder / path).write_text(_with_fonts(text), encoding="utf-8", newline="\n")
    for lang in languages:
        _files(folder, lang, chapters[lang])


def _files(folder: Path, lang: str, chapters: list[Chapter]) -> None:
    """Write each chart as SVG and PNG, each table as CSV, and all tables as one workbook."""
    frames: dict[str, pd.DataFrame] = {}
    check_names(chapters)
    for item in (item for chapter in chapters for item in chapter.items if item.kind in ("chart", "table")):
        name = item.bundle["name"]
        frames[name] = pd.DataFrame(item.bundle["rows"], columns=item.bundle["columns"])
        write_csv(folder / "tables" / f"{name}.{lang}.csv", frames[name])
        if item.kind == "chart":
            svg = folder / "charts" / f"{name}.{lang}.svg"
            svg.write_text(svg_with_font(item.bundle["svg"]["wide"]), encoding="utf-8", newline="\n")
            svg.with_suffix(".png").write_bytes(base64.b64decode(item.png))
    (folder / "tables" / f"all.{lang}.xlsx").write_bytes(workbook(frames))


def check_names(chapters: Iterable[Chapter]) -> None:
    """Raise ReportError when two charts or tables have one name, also where case does not tell files apart."""
    names = set()
    for chapter in chapters:
        for name in (item.bundle["name"] for item in chapter.items if item.kind in ("chart", "table")):
            if name.casefold() in names:
                found = f"a second chart or table named '{name}'"
                raise ReportError(f"notebooks/{chapter.file}: found {found}, expected names that differ")
            names.add(name.casefold())


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table for spreadsheets: with a byte order mark, so that Excel shows the Chinese, and without formulas."""
    safe = frame.map(_no_formula).set_axis([_no_formula(name) for name in frame.columns], axis="columns")
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def workbook(frames: dict[str, pd.DataFrame]) -> bytes:
    """Return a workbook with a sheet for each table: headings in bold, numbers as numbers, texts as texts."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.datetime(1980, 1, 1)})  # a fixed day: the same tables, the same bytes
    bold = book.add_format({"bold": True})
    for name, frame in frames.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, list(frame.columns), bold)
        cells = frame.astype(object).where(frame.notna(), None)
        for row, values in enumerate(cells.itertuples(index=False, name=None), start=1):
            sheet.write_row(row, 0, values)
        sheet.autofit()
    book.close()
    return out.getvalue()


def _no_formula(cell: object) -> object:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _with_fonts(page: str) -> str:
    """Put the project's font into a page, cut down to the characters it uses.

    A reader's machine need not have a Chinese font for the page to show its words.
    """
    page = page.replace("FONT-BOLD", cut_font("bold", _bold(page)))
    return page.replace("FONT-REGULAR", cut_font("regular", html.unescape(page)))


def _bold(page: str) -> str:
    return "0123456789" + html.unescape("".join(match[2] or match[3] or "" for match in BOLD.finditer(page)))


def footer(words: Words) -> dict[str, str]:
    """Return what the footer says: the commit, the date of the data, and the versions."""
    root = words.tables.root
    commit = _git(root, "log", "-1", "--format=%h", "--", ".")
    state = words.text("commit {hash}", hash=commit) if commit else words.text("commit unknown")
    if commit and _git(root, "status", "--porcelain", "--", "."):
        state = words.text("commit {hash} with uncommitted changes", hash=commit)
    date = _git(root, "log", "-1", "--format=%cs", "--", "data", "seeds")
    date = words.date(date) if date else words.text("date unknown")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    return {
        "line": words.text("Data of {date}; {commit}.", date=date, commit=state),
        "versions": ", ".join([f"Python {platform.python_version()}", *versions]),
    }


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
