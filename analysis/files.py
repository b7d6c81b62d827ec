"""The files of a report's language: its page with the font in it, each chart as SVG and PNG, each table as CSV, one
workbook. What they say is made elsewhere.
"""

from __future__ import annotations

import base64
import datetime
import html
import io
import json
import re
from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis.charts.svg import svg_with_font
from analysis.charts.typesetting import cut_font, keep

# What is set in bold; the bold face need not have more characters than that.
BOLD = re.compile(r"<(h[1-4]|caption|th|dt|b|strong)\b[^>]*>(.*?)</\1>|font-weight: 700[^>]*>([^<]*)<", re.DOTALL)


def write(folder: Path, path: str, page: str, items: str) -> tuple:
    """Write a page and the files that it leads to; return nothing, as work of `workers`.

    Args:
        folder: of the report, with its folders ``charts`` and ``tables``.
        path: of the page in it, ``LANG/index.html`` where it has files.
        page: HTML, with FONT-REGULAR and FONT-BOLD for the fonts.
        items: a JSON list of its charts and tables, a chart's with its ``png``.
    """
    (folder / path).write_text(with_fonts(page), encoding="utf-8", newline="\n")
    frames: dict[str, pd.DataFrame] = {}
    for item in json.loads(items):
        name = f"{item['name']}.{item['lang']}"
        frames[item["name"]] = frame = pd.DataFrame(item["rows"], columns=item["columns"])
        write_csv(folder / "tables" / f"{name}.csv", frame)
        if "svg" in item:
            drawn = svg_with_font(item["svg"]["wide"])
            (folder / "charts" / f"{name}.svg").write_text(drawn, encoding="utf-8", newline="\n")
            (folder / "charts" / f"{name}.png").write_bytes(base64.b64decode(item["png"]))
    if lang := path.rpartition("/")[0]:
        (folder / "tables" / f"all.{lang}.xlsx").write_bytes(workbook(frames))
    return ()


def with_fonts(page: str) -> str:
    """Put the project's font into a page, cut down to the characters it uses.

    A reader's machine need not have a Chinese font for the page to show its words.
    """
    for weight, text in (("regular", html.unescape(page)), ("bold", bold(page))):
        keep(weight, text)  # each chart says a part of it
        page = page.replace(f"FONT-{weight.upper()}", cut_font(weight, text), 1)  # the style sheet stands first
    return page


def bold(page: str) -> str:
    """Return what a page sets in bold: the bold face need not have more characters than that."""
    return "0123456789" + html.unescape("".join(match[2] or match[3] or "" for match in BOLD.finditer(page)))


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
