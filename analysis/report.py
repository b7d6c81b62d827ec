"""Make the report: run the notebooks and set what they show as one page, with each chart and table as files.

It takes everything from the notebooks' outputs; nothing is computed or drawn here.
"""

from __future__ import annotations

import base64
import importlib.metadata
import io
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2
import markupsafe
import mistune
import pandas as pd
from fontTools import subset
from fontTools.ttLib import TTFont
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from analysis import notebooks
from analysis.charts.base import FONTS, MIME, table_html
from analysis.tables import Tables

MARK = "one-newspaper-page report"
LIBRARIES = ("pandas", "matplotlib", "numpy", "pandera", "nbclient", "jupyterlab")

FONT, FONT_PLACE = FONTS["regular"], "FONT-DATA"
MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


class ReportError(Exception):
    """The report cannot be written; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Chapter:
    """One notebook on the page."""

    slug: str
    title: str
    items: list[Item]


@dataclass(frozen=True)
class Item:
    """One thing on the page: kind is markdown, code, chart, table, text or output."""

    kind: str
    html: str
    bundle: dict
    data: dict
    narrow: str = ""


def make(tables: Tables, out: Path) -> Path:
    """Run the notebooks of a root afresh and write the report; return the path of its page.

    Args:
        tables: the root's tables, checked.
        out: folder of the report. It is made beside the old one and takes its place at the end,
            so that a failed run leaves the old one whole.

    Raises:
        ReportError: ``out`` holds something else than a report, or cannot be written.
        notebooks.NotebookError: a notebook failed.
    """
    _may_replace(out)
    files = notebooks.paths(tables.root)
    chapters = [
        Chapter(path.stem, _title(notebook), list(_items(notebook)))
        for path, notebook in zip(files, notebooks.run(files), strict=True)
    ]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".reports-", dir=out.parent) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            _write(new, tables, chapters)
            if out.exists():
                out.rename(old)
            try:
                new.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise
    except OSError as error:
        raise ReportError(
            f"{out}: found a folder that cannot be written ({error.strerror}), expected one that can"
        ) from None
    return out / "index.html"


def _may_replace(out: Path) -> None:
    page = out / "index.html"
    if out.exists() and not out.is_dir():
        raise ReportError(f"{out}: found a file, expected a folder for the report")
    ours = page.is_file() and MARK in page.read_text(encoding="utf-8", errors="replace")[:2000]
    if out.is_dir() and any(out.iterdir()) and not ours:
        raise ReportError(f"{out}: found a folder with other things in it, expected a report, an empty folder or none")


def _title(notebook: NotebookNode) -> str:
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), "")


def _items(notebook: NotebookNode) -> Iterator[Item]:
    for cell in notebook.cells:
        if "lead-zh" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            yield Item("markdown", MARKDOWN(cell.source), {}, {})
        elif cell.cell_type == "code" and cell.source.strip():
            yield Item("code", highlight(cell.source, PythonLexer(), HtmlFormatter()), {}, {})
            for output in cell.outputs:
                yield _output(output)


def _output(output: NotebookNode) -> Item:
    data = output.get("data", {})
    if MIME in data:
        bundle = data[MIME]
        shown = data["text/html"] if bundle["kind"] == "text" else table_html(bundle)
        return Item(bundle["kind"], shown, bundle, data, output.metadata.get(MIME, {}).get("narrow", ""))
    text = output.get("text", data.get("text/plain", ""))
    return Item("output", str(markupsafe.escape(text)), {}, {})


def _write(folder: Path, tables: Tables, chapters: list[Chapter]) -> None:
    for sub in ("charts", "tables"):
        (folder / sub).mkdir(parents=True)
    seen: set[str] = set()
    for item in (item for chapter in chapters for item in chapter.items if item.kind in ("chart", "table")):
        name = item.bundle["name"]
        if name in seen:
            raise ReportError(f"notebooks: found two charts or tables named '{name}', expected names that differ")
        seen.add(name)
        frame = pd.DataFrame(item.bundle["rows"], columns=item.bundle["columns"])
        # With a byte order mark, so that Excel shows the Chinese.
        frame.to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
        if item.kind == "chart":
            (folder / "charts" / f"{name}.svg").write_text(item.data["image/svg+xml"], encoding="utf-8", newline="\n")
            (folder / "charts" / f"{name}.png").write_bytes(base64.b64decode(item.data["image/png"]))
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(mark=MARK, chapters=chapters, made=_made(tables.root))
    page = page.replace(FONT_PLACE, _font(page))
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _font(text: str) -> str:
    """Return the project's font as WOFF in base64, cut down to the characters of a text.

    A reader's machine need not have a Chinese font for the page to show its words.
    """
    font = TTFont(FONT, lazy=True)
    cut = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
    cut.populate(text=text)
    cut.subset(font)
    font.flavor, out = "woff", io.BytesIO()
    font.save(out)
    return base64.b64encode(out.getvalue()).decode()


def _made(root: Path) -> dict[str, str]:
    """Return what the footer tells: the commit, the date of the data, and the versions."""
    commit = _git(root, "log", "-1", "--format=%h", "--", ".")
    changed = " with uncommitted changes" if commit and _git(root, "status", "--porcelain", "--", ".") else ""
    return {
        "commit": f"commit {commit}{changed}" if commit else "commit unknown",
        "date": _git(root, "log", "-1", "--format=%cs", "--", "data", "seeds") or "date unknown",
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                *(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES),
            ]
        ),
    }


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
