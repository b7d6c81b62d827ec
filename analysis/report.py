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
from collections.abc import Iterable, Iterator, Sequence
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

from analysis import notebooks, publish
from analysis.charts.frames import MIME
from analysis.charts.old.base import table_html, webp
from analysis.charts.svg import svg_with_font
from analysis.charts.typesetting import cut_font
from analysis.publish import ReportError
from analysis.tables import Tables

LANGS = ("en", "zh")
LEAD = {"zh": "lead-zh"}  # the tag of the one cell of prose that a language other than the notebooks' own has
MARK = "one-newspaper-page report"
LIBRARIES = ("pandas", "matplotlib", "numpy", "nbclient", "jupyterlab")
# What is set in bold; the bold face need not have more characters than that.
BOLD = re.compile(r"<(h[1-3]|caption|th|b|strong|summary)\b[^>]*>(.*?)</\1>", re.DOTALL)
MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


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
        pages = {lang: list(map(_chapter, files, run[lang], [lang] * len(files))) for lang in run}
        _write(folder, tables, pages)
    return out / "index.html"


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
    elif cell.cell_type == "code" and cell.source.strip():
        yield Item("code", highlight(cell.source, PythonLexer(), HtmlFormatter()), {}, {})
        items = map(_output, cell.outputs)
        yield from (item for item in items if item.kind != "table" or item.bundle["name"])


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
            made=footer(tables, lang),
            table=partial(table_html, places=places),
        )
        (folder / lang).mkdir()
        (folder / lang / "index.html").write_text(_with_fonts(page), encoding="utf-8", newline="\n")
    front = environment.get_template("front.html.j2").render(heads=heads)
    (folder / "index.html").write_text(_with_fonts(front), encoding="utf-8", newline="\n")


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
            svg.with_suffix(".png").write_bytes(base64.b64decode(item.data["image/png"]))
    (folder / "tables" / f"all.{lang}.xlsx").write_bytes(workbook(frames))


def check_names(chapters: Iterable[Chapter]) -> None:
    """Raise ReportError when two charts or tables have one name, also where case does not tell files apart."""
    names = set()
    for chapter in chapters:
        for name in (item.bundle["name"] for item in chapter.items if item.kind in ("chart", "table")):
            if name.casefold() in names:
                found = f"a second chart or table named '{name}'"
                raise ReportError(f"notebooks/{chapter.slug}.ipynb: found {found}, expected names that differ")
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
    bold = "".join(match[2] for match in BOLD.finditer(page))
    page = page.replace("FONT-BOLD", cut_font("bold", bold + "0123456789"))
    return page.replace("FONT-REGULAR", cut_font("regular", page))


def footer(tables: Tables, lang: str) -> dict[str, str]:
    """Return what the footer says: the commit, the date of the data, and the versions."""
    root, words = tables.root, tables.labels("report", lang)
    commit = _git(root, "log", "-1", "--format=%h", "--", ".")
    changed = commit and _git(root, "status", "--porcelain", "--", ".")
    state = "changed" if changed else "commit" if commit else "unknown"
    date = _git(root, "log", "-1", "--format=%cs", "--", "data", "seeds") or words["undated"]
    versions = [
        f"Python {platform.python_version()}",
        *(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES),
    ]
    return {
        "line": words["made"].format(date=date, commit=words[state].format(hash=commit)),
        "versions": ", ".join(versions),
    }


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
