"""What every chart has in common: its frame, its fonts and palette, and the forms it is kept in.

A chart states a finding (title), what is plotted, in which unit and for when (subtitle), where it is from
(source), and carries the numbers drawn (table) and a text for those who cannot see it (alt).
"""

from __future__ import annotations

import base64
import calendar
import contextlib
import html
import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis.language import format_number
from analysis.tables import Tables

MIME = "application/vnd.one-newspaper-page+json"
DPI = 168
WIDE, NARROW = 7.2, 3.7  # inches: a column of text on a desk (691 px), and a phone (355 px)

# The one palette. Each colour stands out from white by 4.5 to 1 at least and from the others for
# readers with the common kinds of colour blindness; shape or words say the same thing once more.
INK, MUTED, RULE, PAPER = "#1a1f24", "#5a636d", "#d5dade", "#ffffff"
BLUE, ORANGE, PURPLE, GREEN, GREY = "#0b5c9e", "#b34700", "#8e1a75", "#00705a", "#59626c"
PALE = "#e9edf1"
COMMITMENT = {"ensure": (BLUE, "s"), "strive": (ORANGE, "o"), "plain": (GREY, "D"), "seek": (PURPLE, "^")}
NUMERAL = {"curated": BLUE, "context": ORANGE, "fixed": GREY, "left": PURPLE}

CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}  # behind text that a line would strike through
TITLE, TEXT, SMALL = 13.0, 9.5, 8.5  # points, at the size a chart is read
FONTS = {
    weight: str(files("analysis.charts") / "fonts" / f"NotoSansSC-{weight.title()}.otf")
    for weight in ("regular", "bold")
}

for _path in FONTS.values():
    font_manager.fontManager.addfont(_path)
STYLE = {
    "font.family": ["Noto Sans SC"],
    "font.size": TEXT,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "figure.facecolor": PAPER,
    "svg.fonttype": "path",
    "svg.hashsalt": "one-newspaper-page",
}


class Words:
    """The words of one chart or table in one language, from ``labels.csv``: its name is the vocabulary.

    ``words("title", n=25)`` fills the template of that code; ``words.column("area")`` is a heading.
    """

    def __init__(self, tables: Tables, name: str, lang: str) -> None:
        if lang not in ("en", "zh"):
            raise ValueError(f"found language '{lang}', expected en or zh")
        self.tables, self.name, self.lang = tables, name, lang

    def __call__(self, code: str, **values: object) -> str:
        """Return the words of a code with the values put in."""
        return self.tables.label(self.name, code, self.lang).format(**values)

    def columns(self, rows_of: str = "", **columns: object) -> pd.DataFrame:
        """Return a frame of the columns, their headings in the language.

        ``rows_of`` names the table whose rows these are; the report then links each to its words on the page.
        """
        frame = pd.DataFrame(columns)
        places = [f"words-{rows_of}-{row}" for row in frame.index] if rows_of else []
        frame = frame.rename(columns=self.tables.labels("column", self.lang)).reset_index(drop=True)
        frame.attrs["places"] = places
        return frame

    def listed(self, told: Iterable[str]) -> str:
        """Return several things as one run of words."""
        return ("; " if self.lang == "en" else "；").join(told)

    def chart(self, body, table: pd.DataFrame, source_ids: Iterable[str], title: str = "title", **values) -> Chart:
        """Return the chart whose title, subtitle and alt text are this vocabulary's, filled with ``values``."""
        finding = self(title, **values)
        alt = self("alt", title=finding, **values)
        source = source_line(self.tables, source_ids, self.lang)
        return Chart(self.name, finding, self("subtitle", **values), source, alt, table, body, self.lang)

    def table(self, frame: pd.DataFrame, source_ids: Iterable[str] = (), **values) -> Table:
        """Return the table whose title is this vocabulary's."""
        return Table(
            self.name, self("title", **values), frame, source_line(self.tables, source_ids, self.lang), self.lang
        )


@dataclass(frozen=True)
class Table:
    """A table for readers: shown in a notebook and in the report, kept as CSV.

    Attributes:
        name: file name without ending.
        title: what the rows are.
        frame: the rows; headings are in ``lang``, numbers are numbers.
        source: the source line.
    """

    name: str
    title: str
    frame: pd.DataFrame
    source: str
    lang: str = "en"

    def bundle(self) -> dict:
        """Return the table as plain JSON, from which the report is made."""
        rows = [[_plain(value) for value in row] for row in self.frame.itertuples(index=False, name=None)]
        return {
            "places": self.frame.attrs.get("places", []),
            "kind": "table",
            "name": self.name,
            "lang": self.lang,
            "title": self.title,
            "source": self.source,
            "columns": list(self.frame.columns),
            "rows": rows,
        }

    def _repr_mimebundle_(self, **_: object) -> dict:
        bundle = self.bundle()
        return {"text/plain": self.title, "text/html": table_html(bundle), MIME: bundle}


@dataclass(frozen=True)
class Text:
    """A text for readers that is neither chart nor table: HTML whose every text is escaped, and its plain form."""

    name: str
    title: str
    html: str
    lang: str = "en"

    def _repr_mimebundle_(self, **_: object) -> dict:
        return {
            "text/plain": self.title,
            "text/html": self.html,
            MIME: {"kind": "text", "name": self.name, "lang": self.lang, "title": self.title},
        }


@dataclass(frozen=True)
class Headline:
    """What comes first: a few sentences, and a few large figures with what each is."""

    sentences: list[str]
    figures: list[tuple[str, str]]
    lang: str = "en"

    def _repr_mimebundle_(self, **_: object) -> dict:
        figures = "".join(f"<li><b>{html.escape(large)}</b> {html.escape(small)}</li>" for large, small in self.figures)
        said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        bundle = {"kind": "headline", "name": "headline", "lang": self.lang, "sentences": self.sentences}
        return {
            "text/plain": " ".join(self.sentences),
            "text/html": f"{said}<ul>{figures}</ul>",
            MIME: bundle | {"figures": [list(figure) for figure in self.figures]},
        }


@dataclass(frozen=True)
class Chart:
    """A finding drawn: figure, words and numbers from the same frame.

    Attributes:
        name: file name without ending.
        title: the finding. subtitle: what is plotted, unit, period, condition.
        source: the source line. alt: the finding and the numbers that carry it.
        table: the numbers drawn, headings in ``lang``.
        body: draws into a `Canvas` and returns the height it took, in inches.
    """

    name: str
    title: str
    subtitle: str
    source: str
    alt: str
    table: pd.DataFrame
    body: Callable[[Canvas], float] = field(repr=False)
    lang: str = "en"

    @cached_property
    def figure(self) -> Figure:
        """The figure at the width of a column."""
        return self.draw(WIDE)

    def draw(self, width: float) -> Figure:
        """Return the figure at a width in inches, `WIDE` or `NARROW`."""
        with mpl.rc_context(STYLE):
            words = (self.title, self.subtitle, self.source)
            height = self.body(Canvas(width, 1, *words))  # once on a scrap of paper, to learn how high it is
            canvas = Canvas(width, height, *words)
            self.body(canvas)
            return canvas.figure

    @cached_property
    def svg(self) -> str:
        """The figure as SVG, letters as shapes, the same bytes on every run."""
        with mpl.rc_context(STYLE), _every_glyph():
            out = io.StringIO()
            about = {"Date": None, "Title": self.title, "Description": self.alt, "Creator": None}
            self.figure.savefig(out, format="svg", metadata=about)
        return out.getvalue()

    def picture(self, width: float = WIDE) -> Image.Image:
        """Return the figure as pixels: `DPI` dots an inch at the width of a column, 144 for a phone."""
        with mpl.rc_context(STYLE), _every_glyph():
            figure = self.figure if width == WIDE else self.draw(width)
            figure.set_dpi(DPI if width == WIDE else 144)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")

    def png(self, width: float = WIDE) -> bytes:
        """Return the figure as PNG in 256 colours: nothing is lost, and a fifth of the size."""
        out = io.BytesIO()
        flat = self.picture(width).quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        flat.save(out, format="png")
        return out.getvalue()

    def bundle(self) -> dict:
        """Return words and numbers as plain JSON, from which the report is made."""
        words = {"kind": "chart", "subtitle": self.subtitle, "alt": self.alt}
        return Table(self.name, self.title, self.table, self.source, self.lang).bundle() | words

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        png = self.png()
        width, height = (round(96 / DPI * int.from_bytes(png[at : at + 4])) for at in (16, 20))
        data = {
            "text/plain": self.title,
            "image/png": base64.b64encode(png).decode(),
            "image/svg+xml": self.svg,
            MIME: self.bundle(),
        }
        # nbval compares data, not metadata: the picture for phones need not be proven twice.
        narrow = base64.b64encode(webp(self.picture(NARROW))).decode()
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}, MIME: {"narrow": narrow}}


def webp(picture: Image.Image) -> bytes:
    """Return a picture as lossless WebP in 48 colours, for a page of many: half the size of PNG, no less to see."""
    out = io.BytesIO()
    flat = picture.quantize(48, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    flat.convert("RGB").save(out, format="webp", lossless=True, quality=60, method=2)
    return out.getvalue()


@contextlib.contextmanager
def _every_glyph() -> Iterator[None]:
    """Make a character that the fonts lack an error: it would be an empty box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        yield


class Canvas:
    """A figure with title, subtitle and source in place; the body is drawn in inches from its top left corner.

    Attributes:
        figure: the matplotlib figure.
        width, height: size of the body in inches.
        narrow: whether it is drawn for a phone.
        page: axes over the whole body; x runs right and y down, in inches.
    """

    def __init__(self, width: float, height: float, title: str, subtitle: str, source: str) -> None:
        margin = 0.15
        self.narrow = width < WIDE
        self.width, self.height = width - 2 * margin, height
        head = [(line, TITLE, "bold", INK) for line in wrap(title, self.width, TITLE, "bold")]
        head += [(line, TEXT, "regular", MUTED) for line in wrap(subtitle, self.width, TEXT)]
        foot = [(line, SMALL, "regular", MUTED) for line in wrap(source, self.width, SMALL)]
        rows = [size * 1.42 / 72 for _, size, _, _ in head + foot]
        above, below = margin + sum(rows[: len(head)]) + 0.12, margin + sum(rows[len(head) :]) + 0.08
        full = above + height + below
        self.figure = Figure(figsize=(width, full))
        y = full - margin
        for (line, size, weight, colour), row in zip(head + foot, rows, strict=True):
            if line == foot[0][0] and size == SMALL:
                y = below - 0.08
            self.figure.text(margin / width, y / full, line, size=size, weight=weight, color=colour, va="top")
            y -= row
        self._box = (margin, below, full)
        self.page = self.axes(0, 0, self.width, self.height)
        self.page.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.page.axis("off")
        self.page.set_zorder(5)  # above the axes that a body adds

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Return axes at x, y (top left) of a size, all in inches of the body."""
        left, below, full = self._box
        total = self.figure.get_figwidth()
        return self.figure.add_axes(
            ((left + x) / total, (below + self.height - y - height) / full, width / total, height / full)
        )

    def rows(
        self, names: Sequence[str], gutter: float, y: float = 0.1, step: tuple[float, float] = (0.42, 0.66), **style
    ) -> tuple[Axes, list[float], float]:
        """Return axes with a row for each name: the name stands left of them, or above each row on a phone.

        Args:
            names: one a row. gutter: inches that names need on the left.
            y: top of the axes, in inches. step: height of a row in inches, wide and narrow.
            style: of the names; ``color`` may be a list.

        Returns:
            The axes (y in inches from their top), the y of each row's mark, and where the body goes on below.
        """
        high, gutter = step[self.narrow], 0 if self.narrow else gutter
        axes = self.axes(gutter + 0.05, y, self.width - gutter - 0.35, high * len(names))
        axes.set(ylim=(high * len(names), 0), yticks=[], axisbelow=True)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        colours = style.pop("color", INK)
        for n, name in enumerate(names):
            colour = colours[n] if isinstance(colours, list) else colours
            at = y + high * n + (0.17 if self.narrow else high / 2)
            self.text(0, at, name, size=SMALL, color=colour, bbox=CLEAR, **style)
        return (
            axes,
            [high * n + high * (0.72 if self.narrow else 0.5) for n in range(len(names))],
            y + high * len(names) + 0.3,
        )

    def text(self, x: float, y: float, text: str, width: float = math.inf, **style) -> int:
        """Write text at x, y in inches, wrapped to ``width`` inches; return the number of lines."""
        size, weight = style.get("size", TEXT), style.get("weight", "regular")
        lines = wrap(text, width, size, weight) if math.isfinite(width) else [text]
        self.page.text(
            x,
            y,
            "\n".join(lines),
            **{"size": size, "va": "center_baseline" if len(lines) == 1 else "center", "linespacing": 1.25} | style,
        )
        return len(lines)


def label(axes: Axes, x: float, y: float, text: str, side: str = "right", **style) -> None:
    """Write a label beside a mark: ``side`` is right, left, above or inside."""
    offsets = {"right": (8, 0, "left"), "left": (-8, 0, "right"), "above": (0, 9, "center"), "inside": (0, 0, "center")}
    across, up, align = offsets[side]
    style = {"size": SMALL, "va": "center", "ha": align} | style
    if side != "inside":
        style["bbox"] = CLEAR
    axes.annotate(text, (x, y), (across, up), textcoords="offset points", **style)


def measure(text: str, size: float, weight: str = "regular") -> float:
    """Return the width of a line of text in inches, set in the project's font at ``size`` points."""
    font = font_manager.get_font(FONTS[weight])
    font.set_size(size, 72)
    font.set_text(text)
    return font.get_width_height()[0] / 64 / 72


def wrap(text: str, width: float, size: float, weight: str = "regular") -> list[str]:
    """Break text into lines of at most ``width`` inches: at blanks and between hanzi, never before punctuation."""
    opening, closing, hanzi = "“‘（《", "[，。、；：！？）》”’]*", r"\u3000-\u9fff\uff00-\uffef"
    tokens = rf"[{opening}]*(?:(?![{opening}])[{hanzi}]|[^\s{hanzi}{opening}]+){closing}|[{opening}]+|\s+"
    lines, line = [], ""
    for word in re.findall(tokens, text):
        if line and measure((line + word).strip(), size, weight) > width:
            lines.append(line.strip())
            line = ""
        line += word
    return [*lines, line.strip()]


def source_line(tables: Tables, source_ids: Iterable[str], lang: str) -> str:
    """Return the source line of the rows drawn, from ``sources.csv`` so that it cannot go stale; empty without rows."""
    sources = tables["sources"].set_index("source_id").loc[list(dict.fromkeys(source_ids))]
    dates = [say_date(date, lang) for date in sources["published"]]
    comma, semicolon, head = (", ", "; ", "Source: ") if lang == "en" else ("，", "；", "来源：")
    told = [comma.join(filter(None, pair)) for pair in zip(sources[f"publisher_{lang}"], dates, strict=True)]
    return head + semicolon.join(dict.fromkeys(told)) if told else ""


def say_date(date: str, lang: str) -> str:
    """Say a date of the tables, as exact as it is: ``June 2024``, ``14 June 2024`` or ``2024年6月14日``; "" stays "".

    >>> say_date("2024-06-14", "en"), say_date("2024-06", "zh"), say_date("2024", "zh")
    ('14 June 2024', '2024年6月', '2024年')
    """
    parts = [int(part) for part in date.split("-") if part]
    if lang == "zh":
        return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
    return " ".join([*map(str, parts[2:]), *(calendar.month_name[part] for part in parts[1:2]), *map(str, parts[:1])])


def table_html(bundle: dict, places: Iterable[str] = ()) -> str:
    """Return the HTML of a table's or chart's numbers, every text escaped, numbers set right.

    Rows whose place is among ``places`` get their first cell linked to it: the words the row was read from.
    """
    columns = list(zip(*bundle["rows"], strict=True)) or [()] * len(bundle["columns"])
    sides = [' style="text-align:right"' if _numeric(cells) else ' style="text-align:left"' for cells in columns]
    head = _row("th scope=col", map(html.escape, bundle["columns"]), sides)
    body = []
    for n, row in enumerate(bundle["rows"]):
        cells = [_marked(say_cell(cell, bundle["lang"]), bundle["lang"]) for cell in row]
        if n < len(bundle["places"]) and bundle["places"][n] in places:
            cells[0] = f'<a href="#{bundle["places"][n]}">{cells[0]}</a>'
        body.append(_row("td", cells, sides))
    caption = html.escape(bundle["title"])
    return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"


def _marked(text: str, lang: str) -> str:
    """Escape a text, and say so where it is in the other language."""
    hanzi = sum("\u3400" <= character <= "\u9fff" for character in text)
    other = {"en": hanzi > 0 and hanzi * 2 > len(text), "zh": not hanzi and len(text.split()) > 2}[lang]
    return f'<span lang="{"zh" if lang == "en" else "en"}">{html.escape(text)}</span>' if other else html.escape(text)


def _numeric(cells: Iterable[object]) -> bool:
    return all(isinstance(cell, (int, float, type(None))) for cell in cells)


def _row(tag: str, cells: Iterable[str], sides: list[str]) -> str:
    end = tag.split()[0]
    inside = (f"<{tag}{side}>{cell}</{end}>" for cell, side in zip(cells, sides, strict=True))
    return f"<tr>{''.join(inside)}</tr>"


def say_cell(value: object, lang: str) -> str:
    """Return a cell as a reader sees it: numbers grouped, at most four decimals; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        return format_number(value, lang, 10 ** (len(str(int(abs(value)))) - 2)) if abs(value) >= 10**8 else text
    return str(value)


def _plain(value: object) -> object:
    """Return a value as JSON holds it: no numpy types, None for what is missing."""
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value
