"""Where the labels of many points go: beside their own mark, on nothing else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxTransform
from numpy.typing import ArrayLike

from analysis.charts.base import SMALL, Sheet
from analysis.charts.typesetting import measure
from analysis.palette import MUTED

HEIGHT = 0.17  # inches of a line of small type
MARK = 0.085  # inches from the middle of a mark to what may stand beside it
APART = 0.2  # inches: a label further away gets a hair line to its mark
GAPS = (0.09, 0.15, 0.24, 0.36, 0.5, 0.7, 0.95, 1.25)  # inches between mark and label
SIDES = [(1, 0), (-1, 0), (0, -1), (0, 1), *itertools.product((1, -1, 0.5, -0.5), (-1, 1))]  # right, left, above ...


def write_labels(
    sheet: Sheet, axes: Axes, box: Bbox, marks: ArrayLike, lines: Iterable[ArrayLike], labels: Iterable[tuple]
) -> None:
    """Write labels clear of marks, lines and each other, as near to their marks as that allows.

    Args:
        sheet: what they are written on. axes: in whose units marks, lines and labels are given.
        box: of the axes, in inches from the top left of the sheet's body; labels stay inside.
        marks: points (n, 2), and lines: of points (n, 2) each, what labels keep off.
        labels: x, y, text, colour and weight; those that matter most come first.
    """
    inches = BboxTransform(axes.viewLim, Bbox([(box.x0, box.y1), (box.x1, box.y0)]))
    points, lines = inches.transform(marks), [inches.transform_path(Path(points)) for points in lines]
    taken = [Bbox([point - MARK, point + MARK]) for point in points]
    for x, y, text, color, weight in labels:
        at, wide = inches.transform((x, y)), measure(text, SMALL, weight)
        boxes = [_beside(*at, wide, gap, side, box) for gap, side in itertools.product(GAPS, SIDES)]
        struck = [box.count_overlaps(taken) + sum(_crosses(line, box) for line in lines) for box in boxes]
        clear = [box for box, count in zip(boxes, struck, strict=True) if count == min(struck)]
        best = min(clear, key=lambda box: _doubt(box, at, points, taken))
        taken.append(best.padded(0.05, 0))  # two in a line are told apart
        if hair := _hair(best, at):
            sheet.line(*hair.vertices.T, MUTED, 0.5)
            lines.append(hair)
        sheet.text(best.x0, (best.y0 + best.y1) / 2, text, clear=True, color=color, weight=weight)


def _doubt(box: Bbox, at: np.ndarray, points: np.ndarray, taken: list[Bbox]) -> float:
    """Return what speaks against a label's place: another mark that is nearer, a hair line through others, its length.

    Args:
        box: of the label, in inches. at: its mark. points: all marks (n, 2). taken: boxes of marks and labels.
    """
    hair, own = _hair(box, at), math.dist(at, np.clip(at, box.min, box.max))
    others = points[np.hypot(*(points - at).T) > MARK]
    apart = np.hypot(*(np.clip(others, box.min, box.max) - others).T)
    struck = hair is not None and any(_crosses(hair, other) for other in taken if not other.contains(*at))
    return (apart.min(initial=APART) < min(APART, own)) + 0.5 * struck + max(0, own - APART)


def _hair(box: Bbox, at: np.ndarray) -> Path | None:
    """Return the hair line from a label to its mark, where it is far from it."""
    near = np.clip(at, box.min, box.max)
    return Path([at, near]) if math.dist(at, near) > APART else None


def _crosses(line: Path, box: Bbox) -> bool:
    return line.intersects_bbox(box, filled=False)


def _beside(x: float, y: float, wide: float, gap: float, side: tuple[float, float], bounds: Bbox) -> Bbox:
    """Return the box of a label of a width, a gap away from its mark at x, y but inside of bounds."""
    left, top = x - wide / 2 + side[0] * (gap + wide / 2), y - HEIGHT / 2 + side[1] * (gap + HEIGHT / 2)
    left = min(max(left, bounds.x0), bounds.x1 - wide)
    top = min(max(top, bounds.y0), bounds.y1 - HEIGHT)
    return Bbox.from_bounds(left, top, wide, HEIGHT)
