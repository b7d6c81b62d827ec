"""The one palette, and what each colour and shape stands for.

Each colour stands out from white by 4.5 to 1 at least and from the others for readers with the common kinds of colour
blindness; shape, fill or words say the same thing once more.
"""

INK, MUTED, RULE, PAPER, PALE = "#1a1f24", "#5a636d", "#d5dade", "#ffffff", "#e9edf1"
BLUE, ORANGE, PURPLE, GREEN, GREY = "#0b5c9e", "#b34700", "#8e1a75", "#00705a", "#59626c"

PURPLES = ("#e8cfe2", "#c98bbb", PURPLE)  # parts of one inferred thing, from small to large

# Orders of codes are these, whatever the order of rows.
COMMITMENT = {"ensure": (BLUE, "s"), "strive": (ORANGE, "o"), "seek": (PURPLE, "^"), "plain": (GREY, "D")}
NUMERAL = {"curated": BLUE, "context": ORANGE, "fixed": GREY, "left": PURPLE}
# How a mark is filled: printed full, computed hollow, inferred purple.
PRINTED, COMPUTED, HALF = "full", "none", "bottom"

# What stands for each on a dark screen: as far from the dark as the colour is from white.
DARK = {INK: "#e7eaed", MUTED: "#a9b2bb", RULE: "#3a434c", PAPER: "#14181c", PALE: "#262d34"}
DARK |= {BLUE: "#6db3f2", ORANGE: "#f59a62", PURPLE: "#e58fd2", GREEN: "#54c7a8", GREY: "#a3acb5"}
