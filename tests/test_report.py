"""The report: what stands on its pages and in its files. How it takes the place of the former one: `test_publish`."""

import base64
import html
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from analysis import notebooks, pages, provenance, report
from analysis.charts import typesetting
from analysis.language import Words

ROOT = Path(__file__).parents[1]


TABLE = """from analysis import provenance, targets
from analysis.charts import plan
from analysis.language import Words
tables = provenance.check()
numbers, words = targets.overview(tables, "sd-2024"), Words(tables, "en")
display(plan.commitments(numbers, words))
plan.table(numbers, words, "targets")"""


class Page(html.parser.HTMLParser):
    """Collects the elements of a page, each as tag and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def every(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("out") / "报 告"
    report.make(provenance.check(ROOT), out)
    return out


@pytest.fixture(params=report.LANGS)
def lang(request) -> str:
    return request.param


@pytest.fixture
def page(made, lang) -> Page:
    return Page((made / lang / "index.html").read_text(encoding="utf-8"))


@pytest.fixture
def small(tmp_path) -> Path:
    """A root of its own with one small notebook."""
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    unclaimed(tmp_path)
    write(tmp_path, "print('<b>whole</b>')")
    return tmp_path


def unclaimed(root: Path) -> None:
    """Leave the claims out: they are of other notebooks than this root's."""
    path = root / "data" / "evidence" / "report_numbers.csv"
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")


def write(root: Path, source: str) -> None:
    cells = [nbformat.v4.new_markdown_cell("# Is it whole?"), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "notebooks" / "1-one.ipynb")


def test_a_page_is_at_most_900_kB_and_loads_nothing_from_elsewhere(made, page, lang):
    assert (made / lang / "index.html").stat().st_size <= 900_000
    assert [tag for tag, _ in page.elements if tag in ("script", "link", "iframe", "img")] == []
    assert page.every("html") == [{"lang": lang}]


def test_the_first_page_tells_two_stories_and_leads_to_both_languages(made):
    front = Page((made / "index.html").read_text(encoding="utf-8"))
    links = [link["href"] for link in front.every("a")]
    assert {"en/index.html", "zh/index.html"} <= set(links)
    assert len(front.every("article")) == 4
    for link in links:
        path, _, place = link.partition("#")
        ids = {element.get("id") for _, element in Page((made / path).read_text(encoding="utf-8")).elements}
        assert not place or place in ids


def test_every_chart_is_drawn_for_both_widths_with_a_text_that_carries_a_number(made, page, lang):
    drawn = [each["aria-labelledby"].split()[0].removesuffix("-title") for each in page.every("svg")]
    names = {path.name.split(".")[0] for path in (made / "charts").glob(f"*.{lang}.svg")}
    assert set(drawn) == {f"{name}-{lang}-{width}" for name in names for width in ("wide", "narrow")}
    text = (made / lang / "index.html").read_text(encoding="utf-8")
    assert all(any(map(str.isdigit, each)) for each in re.findall(r"<desc[^>]*>(.*?)</desc>", text, re.DOTALL))


def test_no_two_places_of_a_page_have_one_address(page):
    ids = [element["id"] for _, element in page.elements if "id" in element]
    assert len(ids) == len(set(ids))


def test_addresses_are_names_that_outlive_a_row_before_them(page):
    ids = [element["id"] for _, element in page.elements if "id" in element]
    assert {"what-became-of-the-plan", "chart-commitments", "table-targets", "sources", "errors"} <= set(ids)
    assert [name for name in ids if re.search(r"^(row|words)-[a-z_]+-\d+$|^\d", name)] == []


def test_every_link_to_a_file_finds_it(page, made, lang):
    files = [link["href"] for link in page.every("a") if not link["href"].startswith(("#", "http"))]
    assert len(files) > 40
    assert [name for name in files if not (made / lang / name).is_file()] == []


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


def test_each_chart_is_kept_as_svg_png_and_table_in_each_language(made):
    names = {path.stem for path in (made / "charts").glob("*.svg")}
    assert {"commitments.en", "commitments.zh"} <= names
    assert names == {path.stem for path in (made / "charts").glob("*.png")}
    assert names <= {path.stem for path in (made / "tables").glob("*.csv")}


def test_the_table_behind_the_main_chart_has_the_25_targets_as_numbers(made):
    frame = pd.read_csv(made / "tables" / "commitments.en.csv")
    assert len(frame) == 25
    assert frame["value, low"].max() == 2.9e12


def test_the_workbook_has_every_table_with_numbers_as_numbers_and_no_formula(made, lang):
    sheets = {}
    with zipfile.ZipFile(made / "tables" / f"all.{lang}.xlsx") as book:
        names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        for number, name in enumerate(names, start=1):
            sheets[name] = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert set(sheets) == {path.name.split(".")[0] for path in (made / "tables").glob(f"*.{lang}.csv")}
    assert not any("<f>" in sheet for sheet in sheets.values())
    assert "<v>2900000000000</v>" in sheets["commitments"]


def sheets(workbook: bytes) -> dict[str, list[list[tuple[str, bool]]]]:
    """Return the rows of each sheet of a workbook, each cell as its text and whether it is bold."""
    names = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        files = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.startswith("xl/")}
    strings = files.get("xl/sharedStrings.xml", [])
    texts = ["".join(entry.itertext()) for entry in strings]
    found = {}
    for number, sheet in enumerate(files["xl/workbook.xml"].iterfind("sheets/sheet", names), start=1):
        found[sheet.get("name")] = [
            [
                (
                    texts[int(cell.findtext("v", "", names))]
                    if cell.get("t") == "s"
                    else cell.findtext("v", "", names),
                    cell.get("s") == "1",
                )
                for cell in row.iterfind("c", names)
            ]
            for row in files[f"xl/worksheets/sheet{number}.xml"].iterfind("sheetData/row", names)
        ]
    return found


def test_a_sheet_has_bold_headings_and_a_row_for_each_of_the_table_also_when_there_is_none():
    frames = {
        "two": pd.DataFrame([["=1+1", 1.5], ["https://example.org", None]], columns=["=name", "value"]),
        "none": pd.DataFrame([], columns=["name", "value"]),
    }
    assert sheets(report.workbook(frames)) == {
        "two": [
            [("=name", True), ("value", True)],
            [("=1+1", False), ("1.5", False)],
            [("https://example.org", False)],
        ],
        "none": [[("name", True), ("value", True)]],
    }


def test_the_workbook_says_what_the_tables_say(made, lang):
    found = sheets((made / "tables" / f"all.{lang}.xlsx").read_bytes())
    for name, rows in found.items():
        frame = pd.read_csv(made / "tables" / f"{name}.{lang}.csv", dtype=str, keep_default_na=False)
        assert [text for text, bold in rows[0] if bold] == list(frame.columns)
        assert len(rows) == len(frame) + 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_or_heading_of_a_csv_is_run_as_a_formula(tmp_path, start):
    frame = pd.DataFrame([[f"{start}1", -5]], columns=[f"{start}A1", "plain"])
    report.write_csv(tmp_path / "table.csv", frame)
    assert pd.read_csv(tmp_path / "table.csv").to_dict("list") == {f"'{start}A1": [f"'{start}1"], "plain": [-5]}


def prose(text: str) -> str:
    """What a reader reads: without code, file names, and what is marked as of the other language."""
    text = re.sub(r"<(style|pre|code|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r'<div class="(seed" lang="zh-CN|prose" lang="en)".*?</div>', " ", text, flags=re.DOTALL)
    text = re.sub(r'<(span|a|li|h2|td|th|ul|small)\b[^>]* lang="[\w-]+"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ⏎ ", text))


def test_no_english_sentence_stands_in_the_chinese_report(made):
    text = prose((made / "zh" / "index.html").read_text(encoding="utf-8"))
    # Four English words in a row; names of software and files have fewer, the footer's versions are numbers.
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){4,}[A-Za-z]{2,}", text) == []


def test_no_chinese_sentence_stands_in_the_english_report(made):
    text = prose((made / "en" / "index.html").read_text(encoding="utf-8"))
    # Ten hanzi in a row, or a full stop among hanzi; quoted words are shorter.
    assert re.findall(r"[\u4e00-\u9fff]{10,}|[\u4e00-\u9fff]+。", text) == []


def test_no_path_or_command_stands_in_a_sentence(made, lang):
    text = (made / lang / "index.html").read_text(encoding="utf-8")
    body = re.sub(r'<div class="code".*?</pre></div>\s*</div>', " ", text[text.index("<main") :], flags=re.DOTALL)
    body = re.sub("<[^>]+>", " ", body)
    assert re.findall(r"[\w/-]+\.(?:py|ipynb|csv|po)\b|python -m|\w+\(\)", body) == []


def faces(page: str) -> list[dict[int, str]]:
    """Return what each face of a page's font has, regular and bold, by character."""
    fonts = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", page)
    return [TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap() for font in fonts]


def test_the_font_has_every_character_of_a_page_and_the_bold_face_what_is_bold(made):
    for path in ("index.html", "en/index.html", "zh/index.html"):
        text = (made / path).read_text(encoding="utf-8")
        regular, bold = faces(text)
        body = html.unescape(re.sub(r"<[^>]+>", "", text[text.index("<body") :]))
        assert {ord(character) for character in body if character > " "} <= set(regular) | {0xA0, 0x3000, 0x200B}
        for found in re.findall(r"<(b|h1|h2|h3|caption|dt)\b[^>]*>(.*?)</\1>", text, flags=re.DOTALL):
            words = html.unescape(re.sub(r"<[^>]+>", "", found[1]))
            assert {ord(character) for character in words if character > " "} <= set(bold), words
        assert len(bold) < len(regular)
    assert "Noto Sans SC" in text


def test_what_is_bold_in_a_drawing_or_a_list_is_found():
    page = '<dt>甲</dt><th>乙</th><th></th><text style="font-weight: 700; x" y="1">丙</text><p>丁</p><b>戊</b>'
    assert set("甲乙丙戊") <= set(report._bold(page))
    assert "丁" not in report._bold(page)


def test_a_font_cut_from_one_that_was_cut_is_the_same(monkeypatch):
    monkeypatch.setattr(typesetting, "_KEPT", {})
    fresh = typesetting.cut_font("bold", "A大")
    typesetting.keep("bold", "ABC大众")
    assert typesetting.cut_font("bold", "A大") == fresh
    assert typesetting.cut_font("bold", "A小") != fresh  # not kept: from the whole face
    assert set(faces(f"url(data:font/woff;base64,{fresh})")[0]) == {ord("A"), ord("大")}


def test_the_footer_names_commit_and_versions(made):
    text = (made / "en" / "index.html").read_text(encoding="utf-8")
    footer = text[text.index("<footer>") :]
    assert "pandas 3" in footer
    assert "commit" in footer


def test_the_footers_commit_is_the_last_one_of_the_root_and_says_what_was_changed_since(tmp_path, tables):
    def git(*words: str) -> str:
        settings = os.environ | {"GIT_AUTHOR_DATE": "2024-06-14T12:00Z", "GIT_COMMITTER_DATE": "2024-06-14T12:00Z"}
        own = ["git", "-C", tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
        return subprocess.run(own, env=settings, check=True, capture_output=True, text=True).stdout.strip()

    here = replace(tables, root=tmp_path)
    assert report.footer(Words(here))["line"] == "Data of date unknown; commit unknown."
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").write_text("1")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "first", "--no-verify")
    commit = git("log", "-1", "--format=%h")
    assert report.footer(Words(here))["line"] == f"Data of 14 June 2024; commit {commit}."
    (tmp_path / "data" / "file").write_text("2")
    assert report.footer(Words(here))["line"] == f"Data of 14 June 2024; commit {commit} with uncommitted changes."


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Path:
    """The report, in one language, of a root without git, with HTML in a name and in what a cell prints."""
    root = tmp_path_factory.mktemp("odd")
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "notebooks").mkdir()
    unclaimed(root)
    targets = root / "data" / "plan" / "targets.csv"
    text = targets.read_text(encoding="utf-8").replace("Future-industry clusters built up", "<script>alert(1)</script>")
    targets.write_text(text, encoding="utf-8")
    write(root, "print('<b>whole</b>')\n" + TABLE)
    report.make(provenance.check(root), root / "reports", ["en"])
    return root / "reports"


def test_a_root_without_git_says_commit_unknown(odd):
    assert "commit unknown" in (odd / "en" / "index.html").read_text(encoding="utf-8")


def test_html_in_a_name_or_an_output_shows_as_text(odd):
    page = (odd / "en" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;whole&lt;/b&gt;" in page


def test_one_language_makes_that_page_only(odd):
    assert not (odd / "zh").exists()
    front = Page((odd / "index.html").read_text(encoding="utf-8"))
    assert [link["href"] for link in front.every("a")] == ["en/index.html", "en/index.html#one"]


def test_a_second_run_keeps_the_users_files_and_a_failed_one_names_notebook_cell_and_error(small):
    for _ in range(2):
        report.make(provenance.check(small), small / "reports", ["en", "en"])
        (small / "reports" / "notes.txt").write_text("years of work")
    page = small / "reports" / "en" / "index.html"
    before = page.read_bytes()
    write(small, "raise ValueError('half-way')")
    with pytest.raises(notebooks.NotebookError, match=r"1-one\.ipynb: code cell 1: found ValueError: half-way"):
        report.make(provenance.check(small), small / "reports", ["en"])
    assert page.read_bytes() == before
    assert (small / "reports" / "notes.txt").read_text() == "years of work"
    assert sorted(path.name for path in small.iterdir()) == ["data", "notebooks", "reports", "seeds"]


def test_a_notebook_that_is_none_is_named(small):
    (small / "notebooks" / "2-two.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(notebooks.NotebookError, match=r"2-two\.ipynb: found no readable notebook"):
        report.make(provenance.check(small), small / "reports", ["en"])
    assert not (small / "reports").exists()


def test_an_unknown_language_is_refused_before_anything_runs(small):
    with pytest.raises(report.ReportError, match="--lang: found 'fr', expected one of en, zh"):
        report.make(provenance.check(small), small / "reports", ["fr"])
    assert not (small / "reports").exists()


def test_two_charts_or_tables_of_one_name_are_refused_also_when_only_case_differs():
    bundle = {"name": "a", "columns": ["x"], "rows": []}
    items = [pages.Item("table", "", bundle | {"name": name}) for name in "aA"]
    with pytest.raises(report.ReportError, match=r"^notebooks/2-two\.ipynb: found a second chart or table named 'A'"):
        report.check_names(
            [
                pages.Chapter(name, f"{name}.ipynb", "", "", items[at : at + 1])
                for at, name in enumerate(("1-one", "2-two"))
            ]
        )


def test_another_time_zone_locale_hash_seed_and_folder_give_the_same_bytes(small, tmp_path_factory):
    write(small, TABLE)
    moved = tmp_path_factory.mktemp("another") / "另一个 folder" / "root"
    shutil.copytree(small, moved)
    strange = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    made = []
    for root, settings, folder in ((small, {}, ROOT), (moved, strange, moved / "notebooks")):
        command = [sys.executable, "-m", "analysis", "report", "--lang", "en", "--root", str(root)]
        subprocess.run(command, cwd=folder, env=os.environ | settings, check=True, capture_output=True)
        files = sorted(path for path in (root / "reports").rglob("*") if path.is_file())
        made.append({path.relative_to(root).as_posix(): path.read_bytes() for path in files})
    assert len(made[0]) > 5
    assert made[0] == made[1]


def test_every_number_of_the_prose_leads_to_a_place_that_holds_it_or_counts_it(made, lang):
    """A cell that it leads to holds its digits; a table, a list or a source is another kind of place."""
    text = (made / lang / "index.html").read_text(encoding="utf-8")
    prose = "".join(re.findall('<div class="prose"[^>]*>(.*?)</div>', text, re.DOTALL))
    links = re.findall('<a href="#([^"]*)">([^<]*)</a>', prose)
    cells = {
        place: html.unescape(cell) for place, cell in re.findall(r'<t[hd][^>]* id="([^"]+)"[^>]*>(.*?)</t[hd]>', text)
    }
    assert len(links) > 130
    assert len([place for place, _ in links if place in cells]) > 70
    for place, said in links:
        digits = re.sub("[^0-9]", "", re.split("[ 万亿]", said)[0])[:1]
        if place.count(".") == 2 and re.search("[0-9]", cells.get(place, "")) and digits:
            assert digits in cells[place], (place, said, cells[place])


def test_the_annotations_stand_beside_the_pages(made):
    found = json.loads((made / "annotations.jsonld").read_text(encoding="utf-8"))
    assert found["type"] == "AnnotationCollection"
    assert found["total"] == len(found["first"]["items"]) > 30
