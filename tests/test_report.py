"""The report: what stands on the page, and that a failed run leaves the old one whole."""

import html.parser
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis import notebooks, provenance, report

ROOT = Path(__file__).parents[1]


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


@pytest.fixture(scope="module")
def page(made) -> Page:
    return Page((made / "index.html").read_text(encoding="utf-8"))


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
    assert {address.split(",")[0] for address in loaded if address} == {"data:image/png;base64"}


def test_every_picture_has_an_alt_text_that_carries_a_number(page):
    pictures = page.every("img")
    assert len(pictures) >= 5
    assert all(any(character.isdigit() for character in picture["alt"]) for picture in pictures)


def test_every_link_to_a_file_finds_it(page, made):
    files = [link["href"] for link in page.every("a") if not link["href"].startswith(("#", "http"))]
    assert len(files) > 10
    assert [name for name in files if not (made / name).is_file()] == []


def test_every_link_within_the_page_finds_its_place(page):
    ids = {element.get("id") for _, element in page.elements}
    places = {link["href"][1:] for link in page.every("a") if link["href"].startswith("#")}
    assert places
    assert places <= ids


def test_each_chart_is_kept_as_svg_png_and_table(made):
    names = {path.stem for path in (made / "charts").glob("*.svg")}
    assert "targets-table" in names
    assert names == {path.stem for path in (made / "charts").glob("*.png")}
    assert names <= {path.stem for path in (made / "tables").glob("*.csv")}


def test_the_table_behind_the_main_chart_has_the_25_targets_as_numbers(made):
    frame = pd.read_csv(made / "tables" / "targets-table.csv")
    assert len(frame) == 25
    assert frame["value, low"].max() == 2.9e12


def test_the_footer_names_commit_and_versions(made):
    text = (made / "index.html").read_text(encoding="utf-8")
    footer = text[text.index("<footer>") :]
    assert "pandas 3" in footer
    assert "commit" in footer


def test_a_root_without_git_says_commit_unknown_and_escapes_what_a_cell_prints(small):
    report.make(provenance.check(small), small / "reports")
    text = (small / "reports" / "index.html").read_text(encoding="utf-8")
    assert "commit unknown" in text
    assert "&lt;b&gt;whole&lt;/b&gt;" in text


def test_a_failed_run_leaves_the_old_report_whole_and_names_notebook_cell_and_error(small):
    page = report.make(provenance.check(small), small / "reports")
    before = page.read_bytes()
    write(small, "raise ValueError('half-way')")
    with pytest.raises(notebooks.NotebookError, match=r"1-one\.ipynb: code cell 1: found ValueError: half-way"):
        report.make(provenance.check(small), small / "reports")
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
        report.make(provenance.check(small), small / "reports")
    assert not (small / "reports").exists()
