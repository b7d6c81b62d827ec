"""The report: what stands on its pages and in its files. How it takes the place of the former one: `test_publish`."""

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from report_files import Page, faces, sheets

from analysis import files, notebooks, pages, provenance, report
from analysis.charts import typesetting
from analysis.language import Words

ROOT = Path(__file__).parents[1]


TABLE = """from analysis import provenance, targets
from analysis.charts import plan
from analysis.displays import plan as displays
from analysis.language import Words
tables = provenance.check()
numbers, words = targets.overview(tables, "sd-2024"), Words(tables, "en")
display(plan.commitments(numbers, words))
displays.table(numbers, words, "targets")"""


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


def test_a_sheet_has_bold_headings_and_a_row_for_each_of_the_table_also_when_there_is_none():
    frames = {
        "two": pd.DataFrame([["=1+1", 1.5], ["https://example.org", None]], columns=["=name", "value"]),
        "none": pd.DataFrame([], columns=["name", "value"]),
    }
    assert sheets(files.workbook(frames)) == {
        "two": [
            [("=name", True), ("value", True)],
            [("=1+1", False), ("1.5", False)],
            [("https://example.org", False)],
        ],
        "none": [[("name", True), ("value", True)]],
    }


def test_the_files_of_a_page_are_its_tables_and_its_charts(tmp_path):
    for sub in ("charts", "tables", "en"):
        (tmp_path / sub).mkdir()
    rows = {"lang": "en", "columns": ["a"], "rows": [["x"]]}
    svg = '<svg><desc>d</desc><text style="font-weight: 700" x="1">B</text></svg>'
    items = [{"name": "table"} | rows, {"name": "chart", "svg": {"wide": svg}, "png": "UE5H"} | rows]
    assert (
        files.write(tmp_path, "en/index.html", "<style>FONT-REGULAR FONT-BOLD</style><p>A</p>", json.dumps(items)) == ()
    )
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    tables = {"tables/table.en.csv", "tables/chart.en.csv", "tables/all.en.xlsx"}
    assert made == tables | {"en/index.html", "charts/chart.en.svg", "charts/chart.en.png"}
    assert re.match(r"<style>d09GR\S+ d09GR\S+</style><p>A</p>", (tmp_path / "en" / "index.html").read_text())
    assert (tmp_path / "charts" / "chart.en.png").read_bytes() == b"PNG"
    assert "</desc><style>@font-face" in (tmp_path / "charts" / "chart.en.svg").read_text()
    assert (tmp_path / "tables" / "table.en.csv").read_text(encoding="utf-8-sig") == "a\nx\n"
    book = (tmp_path / "tables" / "all.en.xlsx").read_bytes()
    assert sheets(book) == {"table": [[("a", True)], [("x", False)]], "chart": [[("a", True)], [("x", False)]]}
    with zipfile.ZipFile(io.BytesIO(book)) as opened:  # the same tables, the same bytes
        assert b"1980-01-01T00:00:00Z</dcterms:created>" in opened.read("docProps/core.xml")


def test_an_address_in_a_sheet_is_a_text():
    book = files.workbook({"one": pd.DataFrame({"url": ["https://example.org"]})})
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        assert b"hyperlink" not in opened.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_or_heading_of_a_csv_is_run_as_a_formula(tmp_path, start):
    frame = pd.DataFrame([[f"{start}1", -5]], columns=[f"{start}A1", "plain"])
    files.write_csv(tmp_path / "table.csv", frame)
    assert pd.read_csv(tmp_path / "table.csv").to_dict("list") == {f"'{start}A1": [f"'{start}1"], "plain": [-5]}


def test_what_is_bold_in_a_drawing_or_a_list_is_found():
    page = '<dt>甲</dt><th>乙</th><th></th><text style="font-weight: 700; x" y="1">丙</text><p>丁</p><b>戊</b>'
    assert set("甲乙丙戊") <= set(files.bold(page))
    assert "丁" not in files.bold(page)


def test_a_font_cut_from_one_that_was_cut_is_the_same(monkeypatch):
    monkeypatch.setattr(typesetting, "_KEPT", {})
    fresh = typesetting.cut_font("bold", "A大")
    for kept in ("ABC大众", "大A"):
        typesetting.keep("bold", kept)
        assert typesetting.cut_font("bold", "A大") == fresh
    assert typesetting.cut_font("bold", "A小") != fresh  # not kept: from the whole face
    assert set(faces(f"url(data:font/woff;base64,{fresh})")[0]) == {ord("A"), ord("大")}


def test_the_footers_commit_is_the_last_one_of_the_root_and_says_what_was_changed_since(tmp_path, tables):
    def git(*words: str) -> str:
        settings = os.environ | {"GIT_AUTHOR_DATE": "2024-06-14T12:00Z", "GIT_COMMITTER_DATE": "2024-06-14T12:00Z"}
        own = ["git", "-C", tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
        return subprocess.run(own, env=settings, check=True, capture_output=True, text=True).stdout.strip()

    here = replace(tables, root=tmp_path)
    assert report.footer(Words(here))["versions"].startswith(f"Python {platform.python_version()}, pandas ")
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
    write(root, "print('<b>whole</b>')\nprint('FONT-BOLD FONT-REGULAR')\n" + TABLE)
    report.make(provenance.check(root), root / "reports", ["en"])
    return root / "reports"


def test_a_root_without_git_says_commit_unknown(odd):
    assert "commit unknown" in (odd / "en" / "index.html").read_text(encoding="utf-8")


def test_html_in_a_name_or_an_output_shows_as_text(odd):
    page = (odd / "en" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;whole&lt;/b&gt;" in page


def test_what_stands_for_a_font_is_a_word_elsewhere(odd):
    page = (odd / "en" / "index.html").read_text(encoding="utf-8")
    assert page.count("FONT-BOLD FONT-REGULAR") == 2  # of the cell, and of what it prints
    assert len(faces(page)) == 2


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


def test_a_report_in_chinese_alone_holds_its_prose_to_what_is_stored(small):
    report.make(provenance.check(small), small / "reports", ["zh"])
    assert (small / "reports" / "zh" / "index.html").exists()


def test_a_notebook_that_is_none_is_named(small):
    (small / "notebooks" / "2-two.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(notebooks.NotebookError, match=r"2-two\.ipynb: found no readable notebook"):
        report.make(provenance.check(small), small / "reports", ["en"])
    assert not (small / "reports").exists()


def test_an_unknown_language_is_refused_before_anything_runs(small):
    with pytest.raises(report.ReportError, match="--lang: found 'fr', expected one of en, zh"):
        report.make(provenance.check(small), small / "reports", ["fr"])
    assert not (small / "reports").exists()


def test_two_charts_or_tables_of_one_name_are_refused_also_when_only_case_differs(tmp_path):
    bundle = {"name": "a", "columns": ["x"], "rows": []}
    items = [pages.Item("table", "", bundle | {"name": name}) for name in "aA"]
    chapters = [
        pages.Chapter(name, f"{name}.ipynb", "", "", items[at : at + 1]) for at, name in enumerate(("1-one", "2-two"))
    ]
    with pytest.raises(report.ReportError, match=r"^notebooks/2-two\.ipynb: found .* 'A', expected names that differ$"):
        report.write(tmp_path, {"en": None}, {"en": chapters})


@pytest.mark.slow
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
