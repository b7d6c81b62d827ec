"""What a frame, a text and rows without a chart show in a notebook."""

import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

from analysis.displays import base
from analysis.displays.base import show
from analysis.language import Words
from analysis.outputs import MIME


@pytest.fixture
def en(tables) -> Words:
    return Words(tables, "en")


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target_id": ["a", "b"],
            "name_zh": ["甲", "乙"],
            "name_en": ["first", "<b>second"],
            "status": ["met", "nothing_found"],
            "value": [12000.0, None],
            "my own": [1.25, 2],
            "source_id": ["dzrb-2024-06-plan"] * 2,
        },
        index=pd.Index([7, 9], name="row"),
    )


def test_one_column_is_shown_as_a_frame_of_it(frame, en):
    bundle = base.show(frame["status"], en).bundle()
    assert (bundle["codes"], bundle["rows"]) == (["status"], [["met"], ["unknown: nothing found"]])


def test_a_frame_shown_has_readable_columns_and_codes_and_no_ids(frame, en, tables):
    shown = base.readable(frame, en)
    assert list(shown) == ["name", "what became of it", "value", "my own"]
    assert shown.iloc[0, :2].tolist() == ["first", "met"]
    assert base.readable(frame, Words(tables, "zh")).iloc[1, 0] == "乙"


def test_a_frame_shown_keeps_its_rows_as_json_beside_escaped_html(frame, en):
    data = show(frame, en, "two-rows", "Two rows", rows_of="targets")._repr_mimebundle_()
    assert data[MIME]["rows"][0] == ["first", "met", 12000, 1.25]
    assert data[MIME]["rows"][1][2] is None
    assert data[MIME]["places"] == ["words-targets-sd-2024-matching-events", "words-targets-sd-2024-top-talents"]
    assert data[MIME]["source"] == "Source: Dazhong Daily, June 2024"
    assert "&lt;b&gt;second" in data["text/html"]
    assert "12,000" in data["text/html"]
    assert "<th>7" not in data["text/html"]


def test_where_there_is_nothing_to_draw_a_line_says_so(en):
    data = base.nothing("x", en, "No <row>.")._repr_mimebundle_()
    assert data["text/html"] == "<p>No &lt;row&gt;.</p>"
    assert data[MIME]["kind"] == "text"


def test_sources_are_those_of_every_column_that_names_them():
    frame = pd.DataFrame({"source_id": ["a", "b"], "outcome_source_id": ["c", "a"], "value": [1, 2]})
    assert base.sources_of(frame) == ["a", "c", "b", "a"]
    assert base.sources_of(pd.DataFrame({"sources": [("a", "b"), ("c",)], "source_id": "d"})) == ["a", "b", "c"]
    assert base.sources_of(pd.DataFrame({"value": [1]})) == []


def test_several_places_and_periods_are_a_list(en):
    ends = {"period_start": ["2024", "2023", "2024"], "period_end": ["2024", "2023", "2024"]}
    frame = pd.DataFrame({"place": ["shandong", "china", "shandong"]} | ends)
    assert base.where(frame, en) == {"place": "China and Shandong", "period": "2023 and 2024"}


def test_what_only_tells_loads_nothing_that_draws():
    code = "import sys; from analysis.displays import base, blood, page, plan; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"matplotlib", "PIL", "analysis.charts"} & {*loaded.split()}


def test_what_is_shown_says_its_kind_name_language_and_title(frame, en):
    shown = show(frame[["value", "source_id"]], en, "two-rows", "Two rows")
    assert shown._repr_mimebundle_()["text/plain"] == "Two rows"
    assert shown.bundle() == {
        **{"kind": "table", "name": "two-rows", "lang": "en", "title": "Two rows"},
        "source": "Source: Dazhong Daily, June 2024",
        "sources": en.source_list(["dzrb-2024-06-plan"]),
        "places": ["source-dzrb-2024-06-plan"] * 2,
        **{"columns": ["value"], "codes": ["value"], "rows": [[12000], [None]]},
    }
    text = base.nothing("x", en, "No row.")._repr_mimebundle_()
    assert text["text/plain"] == "No row."
    assert text[MIME] == {"kind": "text", "name": "x", "lang": "en", "title": "No row."}


def test_a_headline_is_its_sentences_and_its_figures_if_there_are_any():
    shown = base.Headline("en", ["One & two.", "Three."], [("3", "a < b")])._repr_mimebundle_()
    assert shown["text/plain"] == "One & two. Three."
    assert shown["text/html"] == "<p>One &amp; two.</p><p>Three.</p><ul><li><b>3</b> a &lt; b</li></ul>"
    assert shown[MIME] == {
        **{"kind": "headline", "name": "headline", "lang": "en"},
        **{"sentences": ["One & two.", "Three."], "figures": [["3", "a < b"]]},
    }
    assert base.Headline("en", ["One."], [])._repr_mimebundle_()["text/html"] == "<p>One.</p>"


def test_codes_of_the_tables_are_named_and_a_row_that_is_nowhere_leads_nowhere(en, tables):
    frame = pd.DataFrame({"place": ["china", "x"], "unit": ["household", "per_mille"], "column": ["place", "unit"]})
    shown = show(frame, en)
    assert shown.frame.to_numpy().tolist() == [["China", "households", "place"], ["x", "per 1,000", "unit"]]
    assert shown.frame.attrs["codes"] == ["place", "unit", "column"]
    assert (shown.places, shown.title, shown.name) == (["", ""], "", "")
    unquoted = tables["collection"].query("quote == ''").head(1)
    assert base.places(unquoted[["value"]], tables, "collection") == [f"source-{unquoted['source_id'].iloc[0]}"]
