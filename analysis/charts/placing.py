"""Where the labels of many points go: beside their own mark, on nothing else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from analysis.charts.base import SMALL, Sheet
from analysis.charts.typesetting import measure
from analysis.palette import MUTED

HEIGHT = 0.17  # inches of a line of small type
MARK = 0.085  # inches from the middle of a mark to what may stand beside it
APART = 0.2  # inches: a label further away gets a hair line to its mark
GAPS = (0.09, 0.15, 0.24, 0.36, 0.5, 0.7, 0.95, 1.25)  # inches between mark and label
SIDES = [(1, 0), (-1, 0), (0, -1), (0, 1), *itertools.product((1, -1, 0.5, -0.5), (-1, 1))]  # right, left, above ...


class Label(NamedTuple):
    """What is written beside the mark at x, y in inches."""

    x: float
    y: float
    text: str
    color: str
    weight: str


def write_labels(
    sheet: Sheet, bounds: Bbox, marks: Iterable[tuple[float, float]], lines: Iterable[Path], labels: Iterable[Label]
) -> None:
    """Write labels clear of marks, lines and each other, as near to their marks as that allows.

    Args:
        sheet: what they are written on; all places are in inches from the top left of its body.
        bounds: what they stay inside of.
        marks, lines: what they keep off.
        labels: those that matter most come first.
    """
    taken, lines = [Bbox([(x - MARK, y - MARK), (x + MARK, y + MARK)]) for x, y in marks], list(lines)
    for label in labels:
        wide = measure(label.text, SMALL, label.weight)
        boxes = [_beside(label, wide, gap, side, bounds) for gap, side in itertools.product(GAPS, SIDES)]
        best = min(boxes, key=lambda box: box.count_overlaps(taken) + sum(_crosses(line, box) for line in lines))
        taken.append(best)
        near = np.clip((label.x, label.y), best.min, best.max)
        if math.dist((label.x, label.y), near) > APART:
            hair = Path([(label.x, label.y), near])
            sheet.line(*hair.vertices.T, MUTED, 0.5)
            lines.append(hair)
        sheet.text(best.x0, (best.y0 + best.y1) / 2, label.text, clear=True, color=label.color, weight=label.weight)


def _crosses(line: Path, box: Bbox) -> bool:
    return line.intersects_bbox(box, filled=False)


def _beside(label: Label, wide: float, gap: float, side: tuple[float, float], bounds: Bbox) -> Bbox:
    """Return the box of a label of a width, a gap away from its mark but inside of bounds."""
    left = label.x - wide / 2 + side[0] * (gap + wide / 2)
    top = label.y - HEIGHT / 2 + side[1] * (gap + HEIGHT / 2)
    left = min(max(left, bounds.x0), bounds.x1 - wide)
    top = min(max(top, bounds.y0), bounds.y1 - HEIGHT)
    return Bbox.from_bounds(left, top, wide, HEIGHT)
