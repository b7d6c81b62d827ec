"""What every chart has in common: the sheet it is drawn on, and the forms it is kept in.

A chart states a finding (title), what is plotted, in which unit, for when and on which condition (subtitle), where it
is from (source), and carries the rows drawn (frame) and a text for those who cannot see it (alt).
"""

from __future__ import annotations

import base64
import contextlib
import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from PIL import Image

from analysis.charts.svg import settled
from analysis.charts.typesetting import FAMILY, measure, wrap
from analysis.displays.base import Table, show, sources_of
from analysis.language import Words
from analysis.outputs import MIME
from analysis.palette import INK, MUTED, PAPER, RULE

DPI = 168
WIDTHS = {"wide": 7.2, "narrow": 3.7}  # inches: a column of text on a desk (691 px), and a phone (355 px)
MARGIN = 0.15  # inches around everything
TITLE, TEXT, SMALL = 13.0, 9.5, 8.5  # points, at the size a chart is read
LEADING = 1.38  # height of a line, in sizes of its type
CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}  # behind a text that a line would strike through
STYLE = {"font.family": [FAMILY], "font.size": TEXT, "text.color": INK, "text.parse_math": False}
STYLE |= {"svg.fonttype": "none", "svg.hashsalt": "chart", "text.hinting": "none"}  # widths as a browser has them
STYLE |= {"axes.edgecolor": RULE, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
STYLE |= {"axes.xmargin": 0, "axes.ymargin": 0, "grid.color": RULE, "grid.linewidth": 0.6}
STYLE |= {"xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelsize": SMALL, "ytick.labelsize": SMALL}


@dataclass(frozen=True)
class Chart(Table):
    """A finding drawn: picture, words and numbers from the same rows. Made by `chart`.

    Attributes:
        title: the finding. frame: the rows drawn, the table behind the chart.
        subtitle: what is plotted, unit, period, condition. alt: the finding and the numbers that carry it.
        body: draws on a `Sheet` and returns the height that it took, in inches.
    """

    subtitle: str
    alt: str
    body: Callable[[Sheet], float] = field(repr=False)

    def figure(self, width: str = "wide") -> Figure:
        """Draw the chart at a width, "wide" or "narrow"."""
        with drawing():
            sheet = Sheet(width, self.title, self.subtitle, self.source)
            sheet.close(self.body(sheet))
            return sheet.figure

    def svg(self, width: str = "wide", figure: Figure | None = None) -> str:
        """Return the chart as SVG to stand in a page: letters are text, ids are its own, the same bytes on every run.

        For a file of its own see `svg.svg_with_font`. ``figure``: what `figure` returned, not to draw it again.
        """
        figure, out = figure or self.figure(width), io.StringIO()
        with drawing():
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        return settled(out.getvalue(), f"{self.name}-{self.lang}-{width}", self.title, self.alt)

    def png(self, width: str = "wide", figure: Figure | None = None) -> bytes:
        """Return the chart as PNG in 256 colours, each of the palette exact: a fifth of the size."""
        figure, drawn, out = figure or self.figure(width), io.BytesIO(), io.BytesIO()
        with drawing():
            figure.savefig(drawn, format="png", dpi=DPI, pil_kwargs={"compress_level": 0})
        picture = Image.open(drawn).convert("RGB")
        picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, format="png")
        return out.getvalue()

    def bundle(self, wide: Figure | None = None) -> dict:
        """Return words, rows and both drawings as plain JSON, from which the report is made."""
        drawn = {"kind": "chart", "subtitle": self.subtitle, "alt": self.alt}
        return super().bundle() | drawn | {"svg": {"wide": self.svg("wide", wide), "narrow": self.svg("narrow")}}

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        figure = self.figure()
        png, bundle = self.png(figure=figure), self.bundle(figure)
        width, height = (round(96 / DPI * int.from_bytes(png[at : at + 4])) for at in (16, 20))
        data = {"text/plain": self.title, "image/png": base64.b64encode(png).decode(), MIME: bundle}
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}


def chart(
    name: str,
    words: Words,
    rows: pd.DataFrame,
    shown: pd.DataFrame,
    body: Callable[[Sheet], float],
    title: str,
    subtitle: str,
    numbers: Iterable[str] = (),
) -> Chart:
    """Return the chart of rows.

    Args:
        name: of its files: at most 31 letters, digits and hyphens.
        words: the language.
        rows: those drawn, with their sources, if any, as of `sources_of`.
        shown: the table behind the chart, as of `show`.
        body: draws on a `Sheet`, in inches from its top left corner, and returns the height that it took.
        title, subtitle: in the language, from ``words.text``.
        numbers: what the text for those who cannot see it says behind the title.
    """
    told = words.text("; ").join(numbers)
    alt = words.text("{title}. {told}.", title=title, told=told) if told else title
    behind = show(shown, words, name, title, sources=sources_of(rows))
    return Chart(**vars(behind), subtitle=subtitle, alt=alt, body=body)


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Set our style, and make a character that the font lacks an error: it would be an empty box."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        yield


class Sheet:
    """A figure with title, subtitle and source in place; a body draws on it in inches from its top left corner.

    Attributes:
        figure: the matplotlib figure.
        width: of the body in inches. narrow: whether it is drawn for a phone.
        page: axes over the whole figure, x to the right and y down in inches; the body begins at 0, 0.
    """

    def __init__(self, width: str, title: str, subtitle: str, source: str) -> None:
        self.narrow, full = width == "narrow", WIDTHS[width]
        self.width, self.figure = full - 2 * MARGIN, Figure(figsize=(full, 1))
        self._source, self._axes = source, []
        self.page = self.figure.add_axes((0, 0, 1, 1), zorder=5)  # above the axes that a body adds
        self.page.axis("off")
        head = [(title, TITLE, "bold", INK), (subtitle, TEXT, "regular", MUTED)]
        lines = sum(len(wrap(text, self.width, size, weight)) * size for text, size, weight, _ in head)
        self._head = lines * LEADING / 72 + MARGIN + 0.17
        y = MARGIN - self._head
        for text, size, weight, colour in head:  # a little air between the two
            y += self.text(0, y, text, self.width, size=size, weight=weight, color=colour, va="top") + 0.03

    def close(self, height: float) -> None:
        """Write the source below a body of this height in inches, and give the figure and its axes their places."""
        foot = self.text(0, height + 0.14, self._source, self.width, color=MUTED, va="top") if self._source else 0
        below, full = height + 0.14 + foot + MARGIN / 2, self.width + 2 * MARGIN
        total = self._head + below
        self.figure.set_size_inches(full, total)
        self.page.set(xlim=(-MARGIN, full - MARGIN), ylim=(below, -self._head))
        for axes, (x, y, wide, high) in self._axes:
            axes.set_position(((MARGIN + x) / full, (below - y - high) / total, wide / full, high / total))

    def axes(self, x: float, y: float, width: float, height: float, **settings: object) -> Axes:
        """Return axes at x, y (their top left corner) of a size, all in inches; ``settings`` as of ``Axes.set``."""
        axes = self.figure.add_axes((0, 0, 1, 1), label=str(len(self._axes)))
        self._axes.append((axes, (x, y, width, height)))
        axes.set(**settings)
        return axes

    def text(self, x: float, y: float, text: str, width: float = 0, clear: bool = False, **style: object) -> float:
        """Write text at x, y in inches; return its height in inches.

        Args:
            width: inches at which it is wrapped; 0 for not at all.
            clear: whether the paper shows behind it, where a line would strike through.
            style: of matplotlib's Text; ``va`` is "center" (default), "top" or "bottom" of the lines.
        """
        size, weight, va = style.setdefault("size", SMALL), style.get("weight", "regular"), style.pop("va", "center")
        lines = wrap(text, width, size, weight) if width else text.split("\n")
        step = size * LEADING / 72
        # Lines are placed one by one: where the baseline is depends on the size alone, not on the letters.
        top = y - {"top": 0, "center": 0.5, "bottom": 1}[va] * step * len(lines)
        for n, line in enumerate(lines):
            measure(line, size, weight)  # an error where the font lacks a character
            baseline = top + step * n + 0.5 * step + 0.36 * size / 72
            self.page.text(x, baseline, line, va="baseline", bbox=CLEAR if clear else None, **style)
        return step * len(lines)

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str = RULE, width: float = 0.7) -> None:
        """Draw a rule on the page, in inches."""
        self.page.plot(xs, ys, color=color, linewidth=width, zorder=1)

    def key(self, entries: Iterable[tuple[tuple[str, str, str], str]], y: float = 0, heading: str = "") -> float:
        """Draw a key of ((marker, colour, fill), words) in as many lines as it takes; return where it ends."""
        x, y = 0.0, y + 0.1
        if heading:
            self.text(0, y, heading, weight="bold")
            x = measure(heading, SMALL, "bold") + 0.2
        for (marker, color, fill), label in entries:
            needed = 0.2 + measure(label, SMALL)
            if x and x + needed > self.width:
                x, y = 0.0, y + 0.22
            mark(self.page, x + 0.07, y, marker, color, fill, 7)
            self.text(x + 0.2, y, label, color=color)
            x += needed + 0.2
        return y + 0.12

    def rows(
        self,
        names: Sequence[str],
        y: float = 0,
        step: Sequence[float] = (0.36, 0.3),
        right: float = 0.35,
        bins: int | str = "auto",
        write: Callable[[float], str] = "{:g}".format,
        **settings: object,
    ) -> tuple[Axes, list[float], float]:
        """Make axes with a row for each name: the name stands left of them, or above its row on a phone.

        Args:
            names: one a row, wrapped where they are long. y: top in inches.
            step: height of a row in inches without its name, wide and narrow. right: inches kept free on the right.
            bins: into how many parts at most ticks divide the x axis; default as many as fit. write: says a tick.
            settings: of the axes, as of ``Axes.set``; the rows run down in inches.

        Returns:
            The axes, the y in them of each row's mark, and where the words of the ticks end on the sheet.
        """
        widest = max((measure(name, SMALL) for name in names), default=0)
        gutter = 0.12 if self.narrow else min(widest + 0.15, 0.42 * self.width)  # half a tick label at least
        leading, line, at, down = SMALL * LEADING / 72, gutter - 0.149, [], 0.0
        for name in names:
            if self.narrow:
                down += self.text(0, y + down + 0.04, name, self.width, va="top", clear=True) + 0.04
                at.append(down + step[1] / 2)
                down += step[1]
            else:
                high = max(step[0], len(wrap(name, line, SMALL)) * leading + 0.1)
                self.text(0, y + down + high / 2, name, line)
                at.append(down + high / 2)
                down += high
        axes = self.axes(gutter, y, self.width - gutter - right, down, ylim=(down, 0), yticks=[], **settings)
        axes.spines["left"].set_visible(False)
        axes.locator_params(axis="x", nbins=bins)
        axes.xaxis.set_major_formatter(lambda value, _: write(value))
        return axes, at, y + down + 0.25


def mark(axes: Axes, x: float, y: float, marker: str, color: str, fill: str = "full", size: float = 8) -> None:
    """Draw a mark: ``fill`` is full, none (hollow), bottom (half) or cross (hollow and crossed); size in points."""
    hollow = fill in ("none", "cross")
    size *= {"D": 0.8, "s": 0.92}.get(marker, 1)  # so that all shapes look equally large
    shape = MarkerStyle(marker, "full" if hollow else fill, joinstyle="round")
    face = {"markerfacecolor": PAPER} if hollow else {"markerfacecoloralt": PAPER}
    style = {"color": color, "markeredgewidth": 1.3, "linestyle": "", "zorder": 3}
    axes.plot(x, y, marker=shape, markersize=size, **face, **style)
    if fill == "cross":
        axes.plot(x, y, marker="x", markersize=size * 0.55, **style)


def label(axes: Axes, x: float, y: float, text: str, side: str = "right", gap: float = 8, **style: object) -> None:
    """Write a label beside a mark: ``side`` is right, left or above; ``gap`` in points."""
    across, up, align = {"right": (gap, 0, "left"), "left": (-gap, 0, "right"), "above": (0, gap + 2, "center")}[side]
    style = {"size": SMALL, "ha": align, "va": "center_baseline", "zorder": 4, "bbox": CLEAR} | style
    measure(text, style["size"], style.get("weight", "regular"))
    axes.annotate(text, (x, y), (across, up), textcoords="offset points", **style)
