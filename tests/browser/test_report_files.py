"""The whole report as files: what stands on its pages, in its tables and beside them; no browser is needed."""

import html
import html.parser
import json
import re
import zipfile

import pandas as pd
import pytest
from report_files import Page, faces, sheets

from analysis.report import LANGS


@pytest.fixture(params=LANGS)
def lang(request) -> str:
    return request.param


@pytest.fixture
def page(report, lang) -> Page:
    return Page((report / lang / "index.html").read_text(encoding="utf-8"))


def test_a_page_is_at_most_900_kB_and_loads_nothing_from_elsewhere(report, page, lang):
    assert (report / lang / "index.html").stat().st_size <= 900_000
    assert [tag for tag, _ in page.elements if tag in ("script", "link", "iframe", "img")] == []
    assert page.every("html") == [{"lang": lang}]


def test_the_first_page_tells_two_stories_and_leads_to_both_languages(report):
    front = Page((report / "index.html").read_text(encoding="utf-8"))
    links = [link["href"] for link in front.every("a")]
    assert {"en/index.html", "zh/index.html"} <= set(links)
    assert len(front.every("article")) == 4
    for link in links:
        path, _, place = link.partition("#")
        ids = {element.get("id") for _, element in Page((report / path).read_text(encoding="utf-8")).elements}
        assert not place or place in ids


def test_every_chart_is_drawn_for_both_widths_with_a_text_that_carries_a_number(report, page, lang):
    drawn = [each["aria-labelledby"].split()[0].removesuffix("-title") for each in page.every("svg")]
    names = {path.name.split(".")[0] for path in (report / "charts").glob(f"*.{lang}.svg")}
    assert set(drawn) == {f"{name}-{lang}-{width}" for name in names for width in ("wide", "narrow")}
    text = (report / lang / "index.html").read_text(encoding="utf-8")
    assert all(any(map(str.isdigit, each)) for each in re.findall(r"<desc[^>]*>(.*?)</desc>", text, re.DOTALL))


def test_no_two_places_of_a_page_have_one_address(page):
    ids = [element["id"] for _, element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))


def test_addresses_are_names_that_outlive_a_row_before_them(page):
    ids = [element["id"] for _, element in page.elements if "id" in element]
    assert {"what-became-of-the-plan", "chart-commitments", "table-targets", "sources", "errors"} <= set(ids)
    assert [name for name in ids if re.search(r"^(row|words)-[a-z_]+-\d+$|^\d", name)] == []


def test_every_link_to_a_file_finds_it(page, report, lang):
    files = [link["href"] for link in page.every("a") if not link["href"].startswith(("#", "http"))]
    assert len(files) > 40
    assert [name for name in files if not (report / lang / name).is_file()] == []


def test_every_link_within_the_page_finds_its_place(page):
    ids = {element.get("id") for _, element in page.elements}
    places = {link["href"][1:] for link in page.every("a") if link["href"].startswith("#")}
    assert places
    assert places <= ids


def test_every_mark_of_the_page_leads_to_its_row_and_the_row_back(page):
    marks = {a["id"]: a["href"] for a in page.every("a") if a.get("id", "").startswith("words-")}
    rows = {element["id"] for _, element in page.elements if element.get("id", "").startswith("row-")}
    back = {a["href"][1:] for a in page.every("a") if a.get("href", "").startswith("#words-")}
    spans = {element["id"] for _, element in page.elements if element.get("id", "").startswith("words-")} - set(marks)
    # 25 targets, six stated counts, eight figures, 23 numbers set aside; some share a mark.
    assert {href[1:] for href in marks.values()} <= rows
    assert back == set(marks) | spans
    assert len(back) == 62


def test_each_chart_is_kept_as_svg_png_and_table_in_each_language(report):
    names = {path.stem for path in (report / "charts").glob("*.svg")}
    assert {"commitments.en", "commitments.zh"} <= names
    assert names == {path.stem for path in (report / "charts").glob("*.png")}
    assert names <= {path.stem for path in (report / "tables").glob("*.csv")}


def test_the_table_behind_the_main_chart_has_the_25_targets_as_numbers(report):
    frame = pd.read_csv(report / "tables" / "commitments.en.csv")
    assert len(frame) == 25
    assert frame["value, low"].max() == 2.9e12


def test_the_workbook_has_every_table_with_numbers_as_numbers_and_no_formula(report, lang):
    sheets = {}
    with zipfile.ZipFile(report / "tables" / f"all.{lang}.xlsx") as book:
        names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        for number, name in enumerate(names, start=1):
            sheets[name] = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert set(sheets) == {path.name.split(".")[0] for path in (report / "tables").glob(f"*.{lang}.csv")}
    assert not any("<f>" in sheet for sheet in sheets.values())
    assert "<v>2900000000000</v>" in sheets["commitments"]


def test_the_workbook_says_what_the_tables_say(report, lang):
    found = sheets((report / "tables" / f"all.{lang}.xlsx").read_bytes())
    for name, rows in found.items():
        frame = pd.read_csv(report / "tables" / f"{name}.{lang}.csv", dtype=str, keep_default_na=False)
        assert [text for text, bold in rows[0] if bold] == list(frame.columns)
        assert len(rows) == len(frame) + 1


def prose(text: str) -> str:
    """What a reader reads: without code, file names, and what is marked as of the other language."""
    text = re.sub(r"<(style|pre|code|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r'<div class="(seed" lang="zh-CN|prose" lang="en)".*?</div>', " ", text, flags=re.DOTALL)
    text = re.sub(r'<(span|a|li|h2|td|th|ul|small)\b[^>]* lang="[\w-]+"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ⏎ ", text))


def test_no_english_sentence_stands_in_the_chinese_report(report):
    text = prose((report / "zh" / "index.html").read_text(encoding="utf-8"))
    # Four English words in a row; names of software and files have fewer, the footer's versions are numbers.
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){4,}[A-Za-z]{2,}", text) == []


def test_no_chinese_sentence_stands_in_the_english_report(report):
    text = prose((report / "en" / "index.html").read_text(encoding="utf-8"))
    # Ten hanzi in a row, or a full stop among hanzi; quoted words are shorter.
    assert re.findall(r"[\u4e00-\u9fff]{10,}|[\u4e00-\u9fff]+。", text) == []


def test_no_path_or_command_stands_in_a_sentence(report, lang):
    text = (report / lang / "index.html").read_text(encoding="utf-8")
    body = re.sub(r'<div class="code".*?</pre></div>\s*</div>', " ", text[text.index("<main") :], flags=re.DOTALL)
    body = re.sub("<[^>]+>", " ", body)
    assert re.findall(r"[\w/-]+\.(?:py|ipynb|csv|po)\b|python -m|\w+\(\)", body) == []


def test_the_font_has_every_character_of_a_page_and_the_bold_face_what_is_bold(report):
    for path in ("index.html", "en/index.html", "zh/index.html"):
        text = (report / path).read_text(encoding="utf-8")
        regular, bold = faces(text)
        body = html.unescape(re.sub(r"<[^>]+>", "", text[text.index("<body") :]))
        assert {ord(character) for character in body if character > " "} <= set(regular) | {0xA0, 0x3000, 0x200B}
        for found in re.findall(r"<(b|h1|h2|h3|caption|dt)\b[^>]*>(.*?)</\1>", text, flags=re.DOTALL):
            words = html.unescape(re.sub(r"<[^>]+>", "", found[1]))
            assert {ord(character) for character in words if character > " "} <= set(bold), words
        assert len(bold) < len(regular)
    assert "Noto Sans SC" in text


def test_the_footer_names_commit_and_versions(report):
    text = (report / "en" / "index.html").read_text(encoding="utf-8")
    footer = text[text.index("<footer>") :]
    assert "pandas 3" in footer
    assert "commit" in footer


def test_every_number_of_the_prose_leads_to_a_place_that_holds_it_or_counts_it(report, lang):
    """A cell that it leads to holds its digits; a table, a list or a source is another kind of place."""
    text = (report / lang / "index.html").read_text(encoding="utf-8")
    prose = "".join(re.findall('<div class="prose"[^>]*>(.*?)</div>', text, re.DOTALL))
    links = re.findall('<a href="#([^"]*)">([^<]*)</a>', prose)
    cells = {
        place: html.unescape(cell) for place, cell in re.findall(r'<t[hd][^>]* id="([^"]+)"[^>]*>(.*?)</t[hd]>', text)
    }
    assert "<a>" not in prose
    assert len(links) > 130
    assert len([place for place, _ in links if place in cells]) > 70
    for place, said in links:
        digits = re.sub("[^0-9]", "", re.split("[ 万亿]", said)[0])[:1]
        if place.count(".") == 2 and re.search("[0-9]", cells.get(place, "")) and digits:
            assert digits in cells[place], (place, said, cells[place])


def test_the_annotations_stand_beside_the_pages(report):
    found = json.loads((report / "annotations.jsonld").read_text(encoding="utf-8"))
    assert found["type"] == "AnnotationCollection"
    assert found["total"] == len(found["first"]["items"]) > 30
