"""Where the labels of many points go: beside their own mark, on nothing else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.charts.base import SMALL, Sheet
from analysis.charts.palette import INK, MUTED
from analysis.charts.typesetting import measure

HEIGHT = 0.15  # inches of a line of small type
ASIDE = [(1, 0), (-1, 0), (0, -1), (0, 1), *itertools.product((1, -1), (-1, 1, -0.5, 0.5)), (0.5, -1), (-0.5, -1)]
ASIDE += [(0.5, 1), (-0.5, 1)]  # right, left, above, below, corners, and between them
GAPS = (0.09, 0.15, 0.24, 0.36, 0.5, 0.7, 0.95, 1.25)  # inches between mark and label
Box = tuple[float, float, float, float]  # left, top, right, bottom, in inches from the body's top left


@dataclass
class Labels:
    """Labels that keep clear of marks, lines and each other inside ``bounds``; each takes the best place left."""

    sheet: Sheet
    bounds: Box
    taken: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)
    written: list[Box] = field(default_factory=list)

    def keep_off_mark(self, x: float, y: float, around: float = 0.085) -> None:
        """Keep labels, and the hair lines to others, off a mark; in inches."""
        box = (x - around, y - around, x + around, y + around)
        self.marks.append(box)
        self.taken.append(box)

    def keep_off_line(self, points: Sequence[tuple[float, float]], around: float = 0.03) -> None:
        """Keep labels off the line through points; in inches."""
        for (x, y), (to_x, to_y) in itertools.pairwise(points):
            steps = 1 + int(math.hypot(to_x - x, to_y - y) / 0.06)
            for at_x, at_y in zip(np.linspace(x, to_x, steps + 1), np.linspace(y, to_y, steps + 1), strict=True):
                self.taken.append((at_x - around, at_y - around, at_x + around, at_y + around))

    def write(self, x: float, y: float, text: str, color: str = INK, weight: str = "regular") -> None:
        """Write a label for the mark at x, y in inches, with a hair line to it where the two are apart."""
        wide, least, best = measure(text, SMALL, weight), math.inf, (x, y, x, y)
        for gap, side in itertools.product(GAPS, ASIDE):
            if least <= max(0.0, gap - 0.1):  # a hair line is about as long as it is far
                break
            box = self._beside(x, y, wide, side, gap)
            if (cost := self._cost(x, y, box)) < least:
                least, best = cost, box
        self.taken.append(best)
        self.written.append(best)
        if hair := _hair(x, y, best):
            self.sheet.line(*hair, MUTED, 0.5)
            self.keep_off_line(list(zip(*hair, strict=True)), 0.02)
        self.sheet.text(best[0], (best[1] + best[3]) / 2, text, clear=True, color=color, weight=weight)

    def _beside(self, x: float, y: float, wide: float, side: tuple[float, float], gap: float) -> Box:
        left = x - wide / 2 + side[0] * (gap + wide / 2)
        top = y - HEIGHT / 2 + side[1] * (gap + HEIGHT / 2)
        left = min(max(left, self.bounds[0]), self.bounds[2] - wide) if not side[0] else left
        return left, top, left + wide, top + HEIGHT

    def _cost(self, x: float, y: float, box: Box) -> float:
        """Return what speaks against a place: what it covers, how far it is, and what the hair line to it crosses."""
        left, top, right, bottom = self.bounds
        outside = max(0, left - box[0]) + max(0, top - box[1]) + max(0, box[2] - right) + max(0, box[3] - bottom)
        cost = 400 * _shared(box, self.taken) + 1000 * (_shared(box, self.written) + outside)
        if hair := _hair(x, y, box):
            (x0, x1), (y0, y1) = hair
            cost += math.hypot(x1 - x0, y1 - y0) + 5 * _crossed(hair, self.written)
            others = [[box for box in boxes if not _holds(box, x, y)] for boxes in (self.marks, self.taken)]
            cost += _crossed(hair, others[0]) + 0.05 * _crossed(hair, others[1])
        return round(cost, 6)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _shared(box: Box, others: list[Box]) -> float:
    """Return the area that a box shares with others."""
    if not others:
        return 0.0
    left, top, right, bottom = np.array(others).T
    across = np.minimum(box[2], right) - np.maximum(box[0], left)
    down = np.minimum(box[3], bottom) - np.maximum(box[1], top)
    return float((np.maximum(across, 0) * np.maximum(down, 0)).sum())


def _crossed(hair: tuple[list[float], list[float]], boxes: list[Box]) -> int:
    """Return how many boxes a line goes through, looked at in 21 of its points."""
    if not boxes:
        return 0
    left, top, right, bottom = np.array(boxes).T[:, :, None]
    x, y = (np.linspace(*ends, 21) for ends in hair)
    return int(((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).any(axis=1).sum())


def _hair(x: float, y: float, box: Box) -> tuple[list[float], list[float]] | None:
    """Return the line from beside a mark to a label's box, or None where they are close."""
    near = (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))
    far = math.hypot(near[0] - x, near[1] - y)
    if far <= GAPS[1] * 1.5:
        return None
    start = 0.08 / far
    return [x + (near[0] - x) * start, near[0]], [y + (near[1] - y) * start, near[1]]
