"""From a number of the prose to its cell on the page, in both languages."""

import re

import pytest

from analysis import claims, language, linking
from analysis.language import Words
from analysis.linking import Anchor, cell_id, linked, resolved


@pytest.fixture(scope="module")
def proofs(tables):
    return claims.proofs(tables, claims.read(tables))


@pytest.fixture(scope="module", params=language.LANGS)
def words(request, tables):
    return Words(tables, request.param)


def cells(proof) -> dict[int, str]:
    notebook = claims.read(proof.tables)[proof.name]
    return {number: "".join(cell["source"]) for number, cell in enumerate(notebook["cells"], start=1)}


def test_a_cell_has_an_address_of_names_not_of_positions():
    assert cell_id("rates", "Dongying + 2023", "printed_rate") == "rates.dongying-2023.printed-rate"


def test_names_that_differ_in_other_scripts_only_have_addresses_that_differ():
    assert len({cell_id("t", "a", column) for column in ("rate", "rate ‰", "rate 率")}) == 3


def test_every_claimed_number_of_the_report_is_a_link_in_each_language(proofs, words):
    for proof in proofs:
        for number, anchors in linking.anchors(proof).items():
            text = linked(cells(proof)[number], anchors, words)
            assert text.count("](#") == len(anchors), text


def test_without_its_links_the_prose_is_as_it_was_written(proofs, words):
    for proof in proofs:
        anchors = linking.anchors(proof)
        for number, source in cells(proof).items():
            text = linked(source, anchors.get(number, ()), words)
            assert linking.without_links(text) == words.prose(source)


def test_what_is_linked_in_chinese_is_the_number_that_is_linked_in_english(proofs, tables):
    """Hold the two against each other by the digits of numbers that have no scale: 26,481 and 26481."""
    seen = 0
    for proof in proofs:
        for number, anchors in linking.anchors(proof).items():
            texts = [linked(cells(proof)[number], anchors, Words(tables, lang)) for lang in ("en", "zh")]
            found = [sorted(re.findall(r"\[([^]]*)\]\((#[^)]*)\)", text), key=lambda link: link[1]) for text in texts]
            assert [href for _, href in found[0]] == [href for _, href in found[1]]
            for href in {href for _, href in found[0] if "." in href}:
                said = [{label for label, other in links if other == href} for links in found]
                digits = [{re.sub("per 1,000|[^0-9.]", "", text).strip(".") for text in labels} for labels in said]
                if all(map(all, digits)) and not re.search("illion|[万亿]", str(said)):
                    assert digits[0] == digits[1]
                    seen += 1
    assert seen > 60


def test_a_number_within_a_link_is_left_as_it_is(tables):
    words = Words(tables, "en")
    source = "See [the 25](https://x.org) of 30."
    marks = [Anchor(source.index(text), source.index(text) + 2, int(text), "#a") for text in ("25", "30")]
    assert linked(source, marks, words) == "See [the 25](https://x.org) of [30](#a)."


def test_each_end_of_a_chinese_range_is_a_number_of_its_own(tables):
    ends = [number[:2] for number in linking._numbers("提高**3至5个百分点**。", Words(tables, "zh"))]
    assert ["提高**3至5个百分点**。"[slice(*each)] for each in ends] == ["3", "5个百分点"]


def test_a_link_leads_to_the_first_of_its_addresses_that_is_there_and_is_taken_off_without_one():
    page = '<a href="#x,b,a">1</a><a href="#x">2</a><i id="a"></i><i id="b"></i><a href="https://e.org/#x">3</a>'
    assert resolved(page) == ('<a href="#b">1</a><a>2</a><i id="a"></i><i id="b"></i><a href="https://e.org/#x">3</a>')


def test_a_number_of_a_csv_leads_to_its_words_or_else_to_its_source(proofs, tables):
    (proof,) = (each for each in proofs if each.name.startswith("2-"))
    hrefs = [anchor.href for anchors in linking.anchors(proof).values() for anchor in anchors]
    rows = [href for href in hrefs if href.startswith("#row-")]
    sources = set(tables["sources"]["source_id"])
    assert rows
    assert {href.partition(",source-")[2] for href in rows} <= sources
