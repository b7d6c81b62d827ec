"""What a reader of a picture would trip over: found by drawing a chart on a renderer that writes down what it draws.

``problems(chart, width)`` returns a line for each: a text cut off or too small, two texts on each other, a line through
a text, a text on a mark, a mark outside its axes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.charts.base import Chart, drawing
from analysis.palette import PAPER

DPI = 96  # of a screen: 7.2 inches are 691 px, 3.7 inches 355 px
LEAST = 9  # px: the smallest type
TOUCH = 0.75  # px: what may overlap unseen


@dataclass
class Thing:
    """One thing drawn: kind is text, line, mark or paper; ``box`` is where, in px from the bottom left."""

    kind: str
    box: Bbox
    clip: Bbox | None = None
    text: str = ""
    size: float = 0
    color: str = ""
    face: str = ""
    points: list[np.ndarray] = field(default_factory=list)

    def __str__(self) -> str:
        x, y = (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2
        return f"text '{self.text}'" if self.text else f"{self.kind} at {x:.0f}, {y:.0f} px"


class Recorder(RendererBase):
    """A renderer that keeps what is drawn, in its order."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.size, self.things = (width, height), []
        self._agg = RendererAgg(int(width) + 1, int(height) + 1, DPI)

    def flipy(self) -> bool:
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.size

    def points_to_pixels(self, points):
        return points * DPI / 72

    def get_text_width_height_descent(self, s, prop, ismath):
        return self._agg.get_text_width_height_descent(s, prop, ismath)

    def draw_image(self, *arguments, **_) -> None:
        raise NotImplementedError("found an image in a chart, expected marks, lines and texts")

    def draw_path(self, gc, path, transform, rgbFace=None) -> None:
        shapes = [points for points in path.to_polygons(transform, closed_only=False) if len(points)]
        if not shapes or gc.get_alpha() == 0:
            return
        edged = gc.get_linewidth() > 0 and gc.get_rgb()[3] > 0
        face = to_hex(rgbFace) if rgbFace is not None and rgbFace[3:] != (0,) else ""
        box = Bbox([np.min([s.min(0) for s in shapes], 0), np.max([s.max(0) for s in shapes], 0)])
        if face:
            self._add(gc, "paper" if face == PAPER and not edged else "mark", box, face=face)
        elif edged:
            self._add(gc, "line", box, points=shapes)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None) -> None:
        shape = marker_path.get_extents(marker_trans)
        face = to_hex(rgbFace) if rgbFace is not None else ""
        for points, _ in path.iter_segments(trans, simplify=False):
            box = Bbox(shape.get_points() + points[-2:])
            if min(shape.width, shape.height) < 1e-6:  # a tick
                self._add(gc, "line", box, points=[box.get_points()])
            else:
                self._add(gc, "mark", box, face=face)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None) -> None:  # noqa: ARG002
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        turn = np.deg2rad(angle)
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        corners = [(across, up) for across in (0, width) for up in (-descent, height - descent)]
        corners = np.array(corners) @ turned.T + (x, y)
        box, size = Bbox([corners.min(0), corners.max(0)]), prop.get_size_in_points() * DPI / 72
        self._add(gc, "text", box, text=s, size=size, color=to_hex(gc.get_rgb()))

    def _add(self, gc, kind: str, box: Bbox, **more) -> None:
        clip = gc.get_clip_rectangle()
        self.things.append(Thing(kind, box, Bbox(clip.get_points()) if clip is not None else None, **more))


def problems(chart: Chart, width: str = "wide") -> list[str]:
    """Return what is wrong with a chart's picture at a width, "wide" or "narrow"."""
    return figure_problems(chart.figure(width))


def figure_problems(figure: Figure) -> list[str]:
    """Return what is wrong with a figure, as it is read on a screen."""
    figure.set_dpi(DPI)
    recorder = Recorder(*(figure.get_size_inches() * DPI))
    with drawing():
        figure.draw(recorder)
    things = recorder.things
    texts = [(n, thing) for n, thing in enumerate(things) if thing.kind == "text" and thing.text.strip()]
    found = []
    for n, text in texts:
        found += _alone(text, recorder.size)
        found += [f"{text} lies on {other}" for m, other in texts if m > n and _touch(text.box, other.box)]
        for m, other in enumerate(things):
            found += _beside(text, other, m < n, [thing for thing in things[m + 1 : n] if thing.kind == "paper"])
    return list(dict.fromkeys([*found, *_outside(things)]))


def _alone(text: Thing, size: tuple[float, float]) -> list[str]:
    found = []
    if text.box.x0 < 0 or text.box.y0 < 0 or text.box.x1 > size[0] or text.box.y1 > size[1]:
        found.append(f"{text} is cut off at the edge of the picture")
    if text.size < LEAST - 0.01:
        found.append(f"{text} is {text.size:.1f} px high, expected at least {LEAST}")
    return found


def _beside(text: Thing, other: Thing, below: bool, papers: list[Thing]) -> list[str]:
    """Return what is wrong between a text and another thing; ``papers`` lie between the two."""
    seen = _seen(other)
    if seen is None or not _touch(text.box, seen):
        return []
    if other.kind == "paper" and not below:
        return [f"{text} is covered"]
    if other.kind == "line" and _strikes(other, text.box) and not any(_holds(paper.box, text.box) for paper in papers):
        return [f"a {other} goes through {text}"]
    if other.kind == "mark" and not (below and _holds(seen, text.box)):
        return [f"{text} lies on a {other}"]
    if other.kind == "mark" and other.face and not papers and contrast(text.color, other.face) < 4.5:
        return [f"{text} does not stand out from the {other}"]
    return []


def _outside(things: list[Thing]) -> list[str]:
    """Return the marks and lines that their axes cut."""
    cut = [thing for thing in things if thing.kind in ("mark", "line") and thing.clip is not None]
    return [f"a {thing} lies outside its axes" for thing in cut if not _holds(thing.clip, thing.box)]


def _seen(thing: Thing) -> Bbox | None:
    return thing.box if thing.clip is None else Bbox.intersection(thing.box, thing.clip)


def _touch(one: Bbox, other: Bbox) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    # A line has no width of its own.
    return width > min(TOUCH, 0.9 * other.width - 1e-9) and height > min(TOUCH, 0.9 * other.height - 1e-9)


def _holds(outer: Bbox, inner: Bbox) -> bool:
    low, high = outer.get_points()[0] - TOUCH, outer.get_points()[1] + TOUCH
    return bool((inner.get_points() >= low).all() and (inner.get_points() <= high).all())


def _strikes(line: Thing, box: Bbox) -> bool:
    """Tell whether a line goes through a box, by Liang and Barsky's clipping."""
    low, high = box.get_points() + np.array([[TOUCH], [-TOUCH]])
    return any(
        _segment_strikes(start, end, low, high) for points in line.points for start, end in itertools.pairwise(points)
    )


def _segment_strikes(start: np.ndarray, end: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    first, last = 0.0, 1.0
    for at, step, least, most in zip(start, end - start, low, high, strict=True):
        if abs(step) < 1e-9:
            if not least <= at <= most:
                return False
            continue
        near, far = sorted(((least - at) / step, (most - at) / step))
        first, last = max(first, near), min(last, far)
    return first <= last


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours by WCAG 2.2."""

    def light(colour: str) -> float:
        values = np.array(to_rgb(colour))
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    dark, pale = sorted((light(one), light(other)))
    return (pale + 0.05) / (dark + 0.05)
