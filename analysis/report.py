"""Make the report: run the notebooks in each language and set what they show as pages, with charts and tables as files.

It takes everything from the notebooks' outputs; nothing is computed or drawn here.
"""

from __future__ import annotations

import base64
import datetime
import importlib.metadata
import io
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jinja2
import markupsafe
import mistune
import pandas as pd
import xlsxwriter
from nbformat import NotebookNode
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from analysis import notebooks
from analysis.charts.frames import MIME
from analysis.charts.old.base import table_html, webp
from analysis.charts.svg import svg_with_font
from analysis.charts.typesetting import cut_font
from analysis.tables import Tables

LANGS = ("en", "zh")
LEAD = {"zh": "lead-zh"}  # the tag of the one cell of prose that a language other than the notebooks' own has
MARK = "one-newspaper-page report"
LIBRARIES = ("pandas", "matplotlib", "numpy", "nbclient", "jupyterlab")
# What is set in bold; the bold face need not have more characters than that.
BOLD = re.compile(r"<(h[1-3]|caption|th|b|strong|summary)\b[^>]*>(.*?)</\1>", re.DOTALL)
MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


class ReportError(Exception):
    """The report cannot be written; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Item:
    """One thing on a page: kind is markdown, code, chart, table, text, headline or output."""

    kind: str
    html: str
    bundle: dict
    data: dict
    narrow: str = ""

    @property
    def picture(self) -> str:
        """The chart as WebP in base64."""
        png = Image.open(io.BytesIO(base64.b64decode(self.data["image/png"])))
        return base64.b64encode(webp(png.convert("RGB"))).decode()


@dataclass(frozen=True)
class Chapter:
    """One notebook on a page."""

    slug: str
    title: str
    items: list[Item]


def make(tables: Tables, out: Path, langs: Sequence[str] = LANGS) -> Path:
    """Run the notebooks of a root afresh and write the report; return the path of its first page.

    Args:
        tables: the root's tables, checked.
        out: folder of the report. It is made beside the old one and takes its place at the end,
            so that a failed run leaves the old one whole.
        langs: of "en" and "zh".

    Raises:
        ReportError: an unknown language; ``out`` holds something else than a report, or cannot be written.
        notebooks.NotebookError: a notebook failed.
    """
    if unknown := [lang for lang in langs if lang not in LANGS]:
        raise ReportError(f"--lang: found '{unknown[0]}', expected one of {', '.join(LANGS)}")
    _may_replace(out)
    files = notebooks.paths(tables.root)
    run = notebooks.run(files, langs)
    pages = {lang: list(map(_chapter, files, run[lang], [lang] * len(files))) for lang in langs}
    try:
        with tempfile.TemporaryDirectory(prefix=".reports-", dir=out.parent) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            _write(new, tables, pages)
            if out.exists():
                out.rename(old)
            try:
                new.rename(out)
            except OSError:
                if old.exists():
                    old.rename(out)
                raise
    except OSError as error:
        raise _unwritable(out, error) from None
    return out / "index.html"


def _may_replace(out: Path) -> None:
    """Refuse, before anything runs, what could not be replaced at the end."""
    page = out / "index.html"
    if out.exists() and not out.is_dir():
        raise ReportError(f"{out}: found a file, expected a folder for the report")
    ours = page.is_file() and MARK in page.read_text(encoding="utf-8", errors="replace")[:2000]
    if out.is_dir() and any(out.iterdir()) and not ours:
        raise ReportError(f"{out}: found a folder with other things in it, expected a report, an empty folder or none")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out.parent).close()
    except OSError as error:
        raise _unwritable(out, error) from None


def _unwritable(out: Path, error: OSError) -> ReportError:
    return ReportError(f"{out}: found a folder that cannot be written ({error.strerror}), expected one that can")


def _chapter(path: Path, notebook: NotebookNode, lang: str) -> Chapter:
    """Return a notebook as a chapter: all of it in the language of its prose, else its lead, charts and tables."""
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        led = LEAD.get(lang) in tags
        if cell.cell_type == "code" or led or (lang not in LEAD and not set(tags) & set(LEAD.values())):
            cells.append(cell)
    lines = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    title = next((line.removeprefix("# ") for line in lines if line.startswith("# ")), path.stem)
    items: list[Item] = []
    for item in (item for cell in cells for item in _items(cell)):
        if item.kind == "headline":
            items.insert(0, item)  # shown at the page's top
        elif item.kind == "code" and items and items[-1].kind == "code":
            # Cells that show nothing between them fold into one.
            items[-1] = Item("code", items[-1].html + item.html, {}, {})
        else:
            items.append(item)
    return Chapter(path.stem, title, items)


def _items(cell: NotebookNode) -> Iterator[Item]:
    if cell.cell_type == "markdown":
        yield Item("markdown", MARKDOWN(cell.source), {}, {})
    elif cell.source.strip():
        yield Item("code", highlight(cell.source, PythonLexer(), HtmlFormatter()), {}, {})
        for output in cell.outputs:
            yield _output(output)


def _output(output: NotebookNode) -> Item:
    data = output.get("data", {})
    if MIME in data:
        bundle = data[MIME]
        shown = data["text/html"] if bundle["kind"] == "text" else ""
        return Item(bundle["kind"], shown, bundle, data, output.metadata.get(MIME, {}).get("narrow", ""))
    text = output.get("text", data.get("text/plain", ""))
    return Item("output", str(markupsafe.escape(text)), {}, {})


def _write(folder: Path, tables: Tables, pages: dict[str, list[Chapter]]) -> None:
    for sub in ("charts", "tables"):
        (folder / sub).mkdir(parents=True)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = {lang: tables.labels("report", lang) for lang in LANGS}
    environment.globals |= {"mark": MARK, "langs": list(pages), "words": words}
    heads = {}
    for lang, chapters in pages.items():
        _files(folder, lang, chapters)
        items = [item for chapter in chapters for item in chapter.items]
        # Where the words of a row stand on this page, for tables to link to.
        places = set(re.findall(r'id="(words-[^"]+)"', "".join(item.html for item in items if item.kind == "text")))
        heads[lang] = next((item.bundle for item in items if item.kind == "headline"), None)
        page = environment.get_template("report.html.j2").render(
            lang=lang,
            chapters=chapters,
            headline=heads[lang],
            made=_made(tables, lang),
            table=partial(table_html, places=places),
        )
        (folder / lang).mkdir()
        (folder / lang / "index.html").write_text(_with_fonts(page), encoding="utf-8", newline="\n")
    front = environment.get_template("front.html.j2").render(heads=heads)
    (folder / "index.html").write_text(_with_fonts(front), encoding="utf-8", newline="\n")


def _files(folder: Path, lang: str, chapters: list[Chapter]) -> None:
    """Write each chart as SVG and PNG, each table as CSV, and all tables as one workbook."""
    frames: dict[str, pd.DataFrame] = {}
    for item in (item for chapter in chapters for item in chapter.items if item.kind in ("chart", "table")):
        name = item.bundle["name"]
        if name in frames:
            raise ReportError(f"notebooks: found two charts or tables named '{name}', expected names that differ")
        frames[name] = pd.DataFrame(item.bundle["rows"], columns=item.bundle["columns"])
        # With a byte order mark, so that Excel shows the Chinese.
        frames[name].map(_no_formula).to_csv(
            folder / "tables" / f"{name}.{lang}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
        if item.kind == "chart":
            svg = folder / "charts" / f"{name}.{lang}.svg"
            drawn = item.bundle.get("svg", {}).get("wide")
            text = svg_with_font(drawn) if drawn else item.data["image/svg+xml"]
            svg.write_text(text, encoding="utf-8", newline="\n")
            svg.with_suffix(".png").write_bytes(base64.b64decode(item.data["image/png"]))
    book = xlsxwriter.Workbook(
        folder / "tables" / f"all.{lang}.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {"created": datetime.datetime(2024, 6, 14)}
    )  # any fixed day: the same tables are the same bytes
    bold = book.add_format({"bold": True})
    for name, frame in frames.items():
        sheet = book.add_worksheet(name[:31])
        sheet.write_row(0, 0, list(frame.columns), bold)
        for row, cells in enumerate(frame.astype(object).where(frame.notna(), None).itertuples(index=False), start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write_number(row, column, cell)
        sheet.autofit()
    book.close()


def _no_formula(cell: object) -> object:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _with_fonts(page: str) -> str:
    """Put the project's font into a page, cut down to the characters it uses.

    A reader's machine need not have a Chinese font for the page to show its words.
    """
    bold = "".join(match[2] for match in BOLD.finditer(page))
    page = page.replace("FONT-BOLD", cut_font("bold", bold + "0123456789"))
    return page.replace("FONT-REGULAR", cut_font("regular", page))


def _made(tables: Tables, lang: str) -> dict[str, str]:
    """Return what the footer tells: the commit, the date of the data, and the versions."""
    root, words = tables.root, tables.labels("report", lang)
    commit = _git(root, "log", "-1", "--format=%h", "--", ".")
    told = "changed" if commit and _git(root, "status", "--porcelain", "--", ".") else "commit" if commit else "unknown"
    date = _git(root, "log", "-1", "--format=%cs", "--", "data", "seeds") or words["undated"]
    versions = [
        f"Python {platform.python_version()}",
        *(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES),
    ]
    return {
        "line": words["made"].format(date=date, commit=words[told].format(hash=commit)),
        "versions": ", ".join(versions),
    }


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
