"""Web Annotations of the curated numbers, resolved as any other program would: by a search for their words."""

import json

import pytest
from conftest import ROOT

from analysis import evidence, provenance

ANOTHER = ROOT / "tests" / "another_page"


@pytest.fixture(params=[ROOT, ANOTHER], ids=["page", "another"])
def resolved(request) -> list[tuple[dict, str, dict]]:
    """Each annotation with the text of its source and its selectors by type; nothing here is code of ours."""
    content = json.loads(json.dumps(evidence.annotations(provenance.check(request.param))))
    assert content["type"] == "AnnotationCollection"
    assert content["total"] == len(content["first"]["items"]) > 0
    found = []
    for item in content["first"]["items"]:
        text = (request.param / item["target"]["source"]).read_bytes().decode("utf-8-sig")
        found.append((item, text, {selector["type"]: selector for selector in item["target"]["selector"]}))
    return found


def test_each_quote_is_found_once_and_where_its_position_says(resolved):
    for _, text, selectors in resolved:
        quote, position = selectors["TextQuoteSelector"], selectors["TextPositionSelector"]
        whole = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert text.count(whole) == 1
        assert text.index(whole) + len(quote["prefix"]) == position["start"]
        assert text[position["start"] : position["end"]] == quote["exact"]


def test_each_curated_number_is_annotated_once_and_says_what_its_row_says(resolved):
    ids = [item["id"] for item, _, _ in resolved]
    assert len(set(ids)) == len(ids)
    for item, _, _ in resolved:
        dataset, words = item["body"]
        assert "#row=" in dataset["id"]
        assert words["value"].startswith("value")


def test_the_annotations_of_the_page_are_its_curated_rows(tables):
    seeds = tables["sources"].query("kind == 'seed'")["source_id"]
    frames = [tables[name] for name in ("targets", "collection", "stated_counts")]
    rows = sum((frame["source_id"].isin(seeds) & (frame["printed"] != "")).sum() for frame in frames)
    assert evidence.annotations(tables)["total"] == rows
