"""What every chart keeps: its bytes, its colours, its words, its font."""

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from analysis import notebooks, palette
from analysis.charts import base, typesetting
from analysis.charts.base import Sheet, chart, label, mark
from analysis.charts.svg import svg_with_font
from analysis.charts.typesetting import GlyphError, wrap
from analysis.language import Words
from analysis.outputs import MIME
from analysis.tables import DataError, Problem

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def en(tables) -> Words:
    return Words(tables, "en")


@pytest.fixture
def small(en):
    """A chart with every helper of a sheet in it."""
    frame = pd.DataFrame({"place": ["dongying", "shandong"], "value": [1.5, 9.25], "source_id": "dzrb-2024-06-plan"})

    def body(sheet: Sheet) -> float:
        y = sheet.key([(("o", palette.BLUE, "full"), "printed"), (("s", palette.ORANGE, "none"), "computed")])
        names = ["Dongying", "a place with a name that is much too long for one line of a chart"]
        axes, places, bottom = sheet.rows(names, y, xlim=(0, 10))
        axes.set(xticks=[0, 5, 10])
        axes.grid(axis="x")
        for value, at in zip(frame["value"], places, strict=True):
            mark(axes, value, at, "o", palette.BLUE, "bottom")
            label(axes, value, at, str(value), "left")
        return bottom + 0.05

    return chart("small", en, frame, frame, body, "A <title> & more", "per 1,000", ['Says "it"'])


@pytest.mark.parametrize("towards", [0, 1])
@pytest.mark.parametrize("width", base.WIDTHS)
def test_a_margin_moved_by_one_unit_in_the_last_place_changes_no_byte(monkeypatch, small, towards, width):
    before = small.svg(width)
    monkeypatch.setattr(base, "MARGIN", np.nextafter(base.MARGIN, towards))
    assert base.MARGIN != 0.15
    assert small.svg(width) == before


def test_an_svg_is_the_same_on_every_drawing(small):
    assert small.svg() == small.svg()


def test_an_svg_has_words_for_a_screen_reader(small):
    root = ElementTree.fromstring(small.svg())
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert [named[name] for name in root.get("aria-labelledby").split()] == [
        "A <title> & more",
        'A <title> & more. Says "it".',
    ]


def test_an_svg_has_the_pixels_of_a_column_and_of_a_phone(small):
    widths = {width: int(ElementTree.fromstring(small.svg(width)).get("width")) for width in base.WIDTHS}
    assert widths == {"wide": 691, "narrow": 355}


@pytest.mark.parametrize("width", base.WIDTHS)
def test_ids_begin_with_chart_language_and_width_and_all_are_used(small, width):
    svg = small.svg(width)
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) > 2
    assert all(name.startswith(f"small-en-{width}-") for name in ids)
    assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) == {name for name in ids if name[-1].isdigit()}


def test_an_svg_holds_no_date_no_program_and_no_style_that_reaches_a_page(small):
    svg = small.svg()
    assert not re.search(r"metadata|matplotlib|<style|<!--|<\?xml|DOCTYPE|font-family: [^']", svg)


def test_letters_are_text_and_coordinates_have_two_decimals(small):
    svg = small.svg()
    texts = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert {"A <title> & more", "per 1,000", "printed", "Source: Dazhong Daily, June 2024"} <= set(texts)
    assert not re.search(r"<[^>]*\d\.\d{3}", svg)


def test_a_png_has_the_colours_of_the_palette_exactly(small):
    picture = Image.open(io.BytesIO(small.png())).convert("RGB")
    found = {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in picture.getcolors(1 << 24)}
    # Hair lines are never a whole pixel wide: their colour is mixed with paper.
    assert {palette.PAPER, palette.INK, palette.MUTED, palette.BLUE, palette.ORANGE} <= found


def test_a_file_carries_the_font_of_its_own_words(small):
    svg = svg_with_font(small.svg())
    ElementTree.fromstring(svg)
    faces = re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", svg)
    assert [weight for weight, _ in faces] == ["400", "700"]
    for weight, data in faces:
        font = TTFont(io.BytesIO(base64.b64decode(data)))
        words = "Dongying" if weight == "400" else "title"
        assert {ord(letter) for letter in words} <= set(font.getBestCmap())
    assert len(svg) < 60_000


def test_a_character_that_the_font_lacks_is_an_error(en, small):
    with pytest.raises(GlyphError, match=r"found U\+1F600"):
        typesetting.measure("\U0001f600", 9)
    for body in (
        lambda sheet: sheet.text(0, 0, "\U0001f600"),
        lambda sheet: label(sheet.axes(0, 0, 1, 1), 0, 0, "\U0001f600"),
    ):
        with pytest.raises(GlyphError):
            chart("x", en, small.frame, small.frame, body, "", "").figure()

    def ticks(sheet: Sheet) -> float:
        sheet.axes(0, 0, 1, 1, xticks=[0], xticklabels=["\U0001f600"])
        return 1

    with pytest.raises(UserWarning, match="Glyph"):
        chart("x", en, small.frame, small.frame, ticks, "", "").png()


def test_a_dollar_sign_is_no_mathematics(en, small):
    def body(sheet: Sheet) -> float:
        return sheet.text(0, 0.1, "$x_1$ and \\alpha")

    assert "$x_1$ and \\alpha" in chart("x", en, small.frame, small.frame, body, "", "").svg()


def test_a_chart_in_a_notebook_is_a_png_and_our_json(small):
    data, metadata = small._repr_mimebundle_()
    assert list(data) == ["text/plain", "image/png", MIME]
    bundle = data[MIME]
    assert bundle["kind"] == "chart"
    assert bundle["columns"] == ["place", "value"]
    assert bundle["rows"] == [["Dongying", 1.5], ["Shandong", 9.25]]
    assert bundle["sources"][0]["name"] == "Dazhong Daily, June 2024"
    assert bundle["svg"] == {width: small.svg(width) for width in base.WIDTHS}
    assert metadata["image/png"]["width"] == 691
    assert metadata["image/png"]["alt"] == bundle["alt"]


def test_names_stand_beside_their_marks_on_a_desk_and_above_them_on_a_phone(small):
    for width, beside in (("wide", True), ("narrow", False)):
        texts = {
            element.text: float(element.get("y"))
            for element in ElementTree.fromstring(small.svg(width)).iter(f"{SVG}text")
        }
        assert (abs(texts["Dongying"] - texts["1.5"]) < 2) is beside


def test_lines_never_begin_with_closing_nor_end_with_opening_punctuation():
    text = "园区目标数字不变，措辞由“确保”变“力争”（2023年至2024年），其余不变。"
    for width in (0.6, 0.9, 1.3):
        lines = wrap(text, width, 10)
        assert "".join(lines) == text
        assert not any(line[0] in "，。）”" or line[-1] in "“（" for line in lines)


def test_a_number_keeps_its_measure_word():
    assert wrap("三个达到，20个未见", 0.85, 10) == ["三个达到，", "20个未见"]


def test_english_breaks_at_blanks():
    assert wrap("one two three", 0.6, 10) == ["one two", "three"]


def test_data_that_do_not_hold_show_their_lines_in_a_notebook():
    error = DataError([Problem("data/x.csv", 2, "a", "'1'", "'2'")])
    assert error._render_traceback_() == ["1 problem in the data:", "data/x.csv:2: a: found '1', expected '2'"]


def test_a_png_stays_as_stored_while_its_drawing_does(tmp_path):
    path = tmp_path / "notebooks" / "a.ipynb"
    path.parent.mkdir()

    def stored(png: str, svg: str) -> str:
        data = {"image/png": png, MIME: {"kind": "chart", "name": "x", "svg": {"wide": svg, "narrow": svg}}}
        cell = new_code_cell("x", outputs=[new_output("display_data", data)])
        notebooks.store(path, new_notebook(cells=[cell]))
        return notebooks.read(path).cells[0].outputs[0].data["image/png"]

    assert stored("old", "<svg>1</svg>") == "old"
    assert stored("new", "<svg>1</svg>") == "old"
    assert stored("new", "<svg>2</svg>") == "new"
