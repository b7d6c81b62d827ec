"""The palette is for every reader."""

from itertools import combinations

import numpy as np
import pytest

from analysis import palette
from analysis.palette import BLUE, GREEN, GREY, INK, MUTED, ORANGE, PALE, PAPER, PURPLE

# Machado, Oliveira and Fernandes 2009, severity 1: what a reader without one kind of cone sees, in linear RGB.
SIGHT = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    light, dark = sorted((float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(values: np.ndarray) -> np.ndarray:
    """CIELAB of a linear RGB colour, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ values
    x, y, z = np.cbrt(np.clip(xyz / [0.9505, 1, 1.089], 1e-6, None))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_black_on_white_has_the_contrast_that_wcag_gives():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize("colour", [INK, MUTED, BLUE, ORANGE, PURPLE, GREEN, GREY])
@pytest.mark.parametrize("ground", [PAPER, PALE])
def test_every_colour_of_text_and_marks_stands_out_by_4_5_to_1(colour, ground):
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("one", "other"), list(combinations([BLUE, ORANGE, PURPLE], 2)))
def test_the_three_accents_stay_apart_for_colour_blind_readers(sight, one, other):
    # A difference of 10 in CIELAB is seen at a glance; shapes say the same besides.
    seen = [np.array(SIGHT[sight]) @ linear(colour) for colour in (one, other)]
    assert np.linalg.norm(lab(seen[0]) - lab(seen[1])) > 10


def test_no_two_commitments_share_a_shape():
    shapes = [marker for _, marker in palette.COMMITMENT.values()]
    assert len(set(shapes)) == len(shapes)
