"""The report: what stands on the page, and that a failed run leaves the old one whole."""

import html
import html.parser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis import notebooks, provenance, report

ROOT = Path(__file__).parents[1]


TABLE = """from analysis import provenance, targets
from analysis.charts.old import plan
tables = provenance.check()
plan.target_table(tables, targets.printed(tables, "sd-2024"), "en")"""


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
    write(tmp_path, "print('<b>whole</b>')")
    return tmp_path


def write(root: Path, source: str) -> None:
    cells = [nbformat.v4.new_markdown_cell("# Is it whole?"), nbformat.v4.new_code_cell(source)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "notebooks" / "1-one.ipynb")


def test_the_page_loads_nothing_from_elsewhere(page):
    assert page.every("script") == page.every("link") == page.every("iframe") == []
    loaded = [element.get("src", "") or element.get("srcset", "") for _, element in page.elements]
    assert {address.split(",")[0] for address in loaded if address} == {"data:image/webp;base64"}
    policy = next(meta["content"] for meta in page.every("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


def test_a_page_is_at_most_2_MB_and_says_its_language(made, page, lang):
    assert (made / lang / "index.html").stat().st_size <= 2_000_000
    assert page.every("html") == [{"lang": lang}]


def test_the_first_page_leads_to_both_languages(made):
    front = Page((made / "index.html").read_text(encoding="utf-8"))
    assert [link["href"] for link in front.every("a")] == ["en/index.html", "zh/index.html"]


def test_every_picture_has_an_alt_text_that_carries_a_number(page):
    pictures = page.every("img")
    assert len(pictures) >= 5
    assert all(any(character.isdigit() for character in picture["alt"]) for picture in pictures)


def test_every_link_to_a_file_finds_it(page, made, lang):
    files = [link["href"] for link in page.every("a") if not link["href"].startswith(("#", "http"))]
    assert len(files) > 40
    assert [name for name in files if not (made / lang / name).is_file()] == []


def test_every_link_within_the_page_finds_its_place(page):
    ids = {element.get("id") for _, element in page.elements}
    places = {link["href"][1:] for link in page.every("a") if link["href"].startswith("#")}
    assert places
    assert places <= ids


def test_every_claim_of_the_page_links_to_its_row_and_back(page):
    ids = {element.get("id") for _, element in page.elements}
    rows = {name.removeprefix("row-") for name in ids if name and name.startswith("row-")}
    words = {name.removeprefix("words-") for name in ids if name and name.startswith("words-")}
    # 25 targets, six stated counts, eight figures, 23 numbers set aside.
    assert len(rows) == 62
    assert rows == words


def test_each_chart_is_kept_as_svg_png_and_table_in_each_language(made):
    names = {path.stem for path in (made / "charts").glob("*.svg")}
    assert {"targets-table.en", "targets-table.zh"} <= names
    assert names == {path.stem for path in (made / "charts").glob("*.png")}
    assert names <= {path.stem for path in (made / "tables").glob("*.csv")}


def test_the_table_behind_the_main_chart_has_the_25_targets_as_numbers(made):
    frame = pd.read_csv(made / "tables" / "targets-table.en.csv")
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
    assert "<v>2900000000000</v>" in sheets["targets-table"]


def prose(text: str) -> str:
    """What a reader reads: without code, file names, and what is marked as of the other language."""
    text = re.sub(r"<(style|pre|code|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r'<div lang="zh" class="seed".*?</div>', " ", text, flags=re.DOTALL)
    text = re.sub(r'<(span|a)\b[^>]* lang="\w+"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    alts = re.findall(r'alt="([^"]*)"', text)
    return html.unescape(re.sub(r"<[^>]+>", " ⏎ ", text) + " ⏎ ".join(alts))


def test_no_english_sentence_stands_in_the_chinese_report(made):
    text = prose((made / "zh" / "index.html").read_text(encoding="utf-8"))
    # Four English words in a row; names of software and files have fewer, the footer's versions are numbers.
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){4,}[A-Za-z]{2,}", text) == []


def test_no_chinese_sentence_stands_in_the_english_report(made):
    text = prose((made / "en" / "index.html").read_text(encoding="utf-8"))
    # Ten hanzi in a row, or a full stop among hanzi; quoted words are shorter.
    assert re.findall(r"[\u4e00-\u9fff]{10,}|[\u4e00-\u9fff]+。", text) == []


def test_the_footer_names_commit_and_versions(made):
    text = (made / "en" / "index.html").read_text(encoding="utf-8")
    footer = text[text.index("<footer>") :]
    assert "pandas 3" in footer
    assert "commit" in footer


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Path:
    """The report, in one language, of a root without git, with HTML in a name and in what a cell prints."""
    root = tmp_path_factory.mktemp("odd")
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "notebooks").mkdir()
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
    assert [link["href"] for link in front.every("a")] == ["en/index.html"]


def test_a_failed_run_leaves_the_old_report_whole_and_names_notebook_cell_and_error(small):
    report.make(provenance.check(small), small / "reports", ["en"])
    page = small / "reports" / "en" / "index.html"
    before = page.read_bytes()
    write(small, "raise ValueError('half-way')")
    with pytest.raises(notebooks.NotebookError, match=r"1-one\.ipynb: code cell 1: found ValueError: half-way"):
        report.make(provenance.check(small), small / "reports", ["en"])
    assert page.read_bytes() == before
    assert sorted(path.name for path in small.iterdir()) == ["data", "notebooks", "reports", "seeds"]


def test_a_folder_with_other_things_is_not_replaced(small):
    (small / "mine").mkdir()
    (small / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(report.ReportError, match="other things"):
        report.make(provenance.check(small), small / "mine")
    assert (small / "mine" / "thesis.txt").exists()


def test_a_notebook_that_is_none_is_named(small):
    (small / "notebooks" / "2-two.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(notebooks.NotebookError, match=r"2-two\.ipynb: found no readable notebook"):
        report.make(provenance.check(small), small / "reports", ["en"])
    assert not (small / "reports").exists()


def test_an_unknown_language_is_refused_before_anything_runs(small):
    with pytest.raises(report.ReportError, match="--lang: found 'fr', expected one of en, zh"):
        report.make(provenance.check(small), small / "reports", ["fr"])
    assert not (small / "reports").exists()


def test_a_folder_that_cannot_be_made_is_named(small):
    (small / "file").write_text("")
    with pytest.raises(report.ReportError, match="found a folder that cannot be written"):
        report.make(provenance.check(small), small / "file" / "reports")


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
