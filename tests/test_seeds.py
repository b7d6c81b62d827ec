"""The texts of the seeds: their lines, their paragraphs and what a source is of them."""

import dataclasses

import pytest

from analysis import seeds
from analysis.seeds import Seed


def paragraphs(text: str) -> list[int]:
    return Seed.from_text("page", text).paragraphs


def test_a_seed_does_not_change():
    seed = Seed.from_text("page", "一")
    with pytest.raises(dataclasses.FrozenInstanceError):
        seed.text = "二"


@pytest.mark.parametrize(
    ("text", "lines"), [("一\n二", [1, 2]), ("一二\n\n三\n", [1, 1, 3]), ("\n一", [2]), ("一\n", [1])]
)
def test_each_character_is_on_its_line_and_what_is_behind_the_end_on_the_last_that_has_any(text, lines):
    seed = Seed.from_text("page", text)
    assert [seed.line(position) for position in range(len(seed.normalized))] == lines
    assert seed.line(len(lines)) == seed.line(99) == lines[-1]


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("", [0]),
        ("\n \n", [0]),
        ("一行。", [0]),
        ("一行。\n二行。", [0]),
        # Behind an empty line, or several.
        ("一行。\n\n二行。", [0, 3]),
        ("一行。\n \n\n二行。\n三行。\n\n四行。\n", [0, 3, 9]),
        # Indented, by a wide blank or by two, not by one.
        ("一行\n　二行", [0, 2]),
        ("一行\n  二行", [0, 2]),
        ("一行\n 二行", [0]),
        ("　一行\n　二行", [0, 2]),
        # An empty line that is indented begins nothing.
        ("一行\n　\n二行", [0]),
        # A blank that is kept between digits belongs to the line before.
        ("共12。\n\n34家", [0, 4]),
        ("甲乙丙丁\n12\n\n34家", [0, 7]),
    ],
)
def test_a_paragraph_begins_behind_an_empty_line_or_indented(text, begin):
    assert paragraphs(text) == begin


def column(length: int, end: str = "", usual: int = 20) -> list[int]:
    """Return the paragraphs of a line of a length, an empty one, and two lines that are as long as is usual."""
    return paragraphs(f"{'甲' * (length - len(end))}{end}\n\n{'乙' * usual}\n{'丙' * usual}")


def test_a_column_of_print_goes_on_behind_a_line_of_about_the_usual_length():
    # From three quarters of the usual length to 1.35 times it.
    assert [column(length) for length in (15, 20, 27)] == [[0], [0], [0]]
    assert [column(length) for length in (2, 14, 28)] == [[0, 2], [0, 14], [0, 28]]


@pytest.mark.parametrize("end", "。！？”")
def test_a_column_of_print_does_not_go_on_behind_the_end_of_a_sentence(end):
    assert column(20, end) == [0, 20]
    assert column(20, "，") == [0]


def test_a_column_of_print_goes_on_over_several_empty_lines_but_not_into_an_indented_one():
    assert paragraphs("甲乙丙丁\n\n \n子丑寅卯") == [0]
    assert paragraphs("甲乙丙丁\n\n　子丑寅卯") == [0, 4]


def test_a_quote_is_found_wherever_it_begins_and_an_empty_one_nowhere():
    seed = Seed.from_text("page", "人人\n人，１2")
    assert seed.find("人人") == [0, 1]
    assert seed.find("1 ２") == []
    assert seed.find("１２") == [4]
    assert seed.find(" ") == seed.find("") == []


def test_the_text_of_a_source_is_of_its_own_lines(small):
    sources = [
        {"source_id": "first", "kind": "seed", "file": "page.txt", "first_line": 1, "last_line": 1},
        {"source_id": "page", "kind": "seed", "file": "page.txt", "first_line": 2, "last_line": 3},
        {"source_id": "last", "kind": "seed", "file": "page.txt", "first_line": 4, "last_line": 4},
        {"source_id": "ref", "kind": "reference"},
    ]
    loaded = small("一 行。\n二\n三行。\n四行。", sources=sources)
    assert seeds.source_text(loaded, "first") == "一行。"
    assert seeds.source_text(loaded, "page") == "二三行。"
    assert seeds.source_text(loaded, "last") == "四行。"
    for unknown in ("ref", "no"):
        with pytest.raises(KeyError):
            seeds.source_text(loaded, unknown)


def test_each_file_of_the_sources_is_read_once_and_what_cannot_be_read_is_told_of_its_first_row(small):
    page = {"kind": "seed", "file": "page.txt"}
    sources = [
        {"source_id": "a", **page},
        {"source_id": "b", **page},
        {"source_id": "c", "kind": "seed", "file": "gone.txt"},
        {"source_id": "d", "kind": "seed", "file": "gone.txt"},
        {"source_id": "e", "kind": "seed"},
        {"source_id": "f", "kind": "reference", "file": "other.txt"},
    ]
    read, problems = seeds.read(small("一行。", sources=sources))
    assert list(read) == ["page.txt"]
    assert [(problem.row, problem.column) for problem in problems] == [(4, "file")]


def test_a_file_of_the_folder_of_seeds_that_no_seed_names_is_told_by_its_name(small):
    sources = [{"source_id": "a", "kind": "seed", "file": "seeds/b.txt"}]
    sources += [{"source_id": "r", "kind": "reference", "file": "seeds/c.txt"}]
    loaded = small("", sources=sources)
    (loaded.root / "seeds" / "folder").mkdir(parents=True)
    for name in ("c.txt", "b.txt", "a.txt", ".hidden"):
        (loaded.root / "seeds" / name).write_text("一", encoding="utf-8")
    read, problems = seeds.read(loaded)
    assert list(read) == ["seeds/b.txt"]
    assert [(problem.file, problem.row, problem.found) for problem in problems] == [
        ("seeds/a.txt", 0, "a file that no source names"),
        ("seeds/c.txt", 0, "a file that no source names"),
    ]
