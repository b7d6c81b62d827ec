"""The report's prose is held to the page's rule: small notebooks, written here, and the ways in which they fail."""

import dataclasses
import json
import re
import shutil
from decimal import Decimal

import pandas as pd
import pytest
from conftest import ROOT, append_row, problems, read_csv, write_csv

from analysis import __main__, claims, english
from analysis.outputs import MIME
from analysis.tables import DataError
from benchmarks import changed_numbers

FILE = "data/evidence/report_numbers.csv"
COLUMNS = ["place", "unit", "donations", "share of all", "rate (‰)", "as printed", "percent of target", "change (%)"]
ROWS = [
    ["Dongying", "donations", 26481, 0.489, 12.94, "2.05 million", 186.7, -3.5],
    ["Qingdao", "donations", 228706.87, 0.5, 12.0, "3—5个百分点", 100, 3.5],
]
PROSE = (
    "# How many gave?\n\nIn Dongying 26,481 donations were counted in 2023, that is 12.94 per 1,000 population; "
    "*48.9%* of them were large. See [the page](https://example.org/2024) and `12 + 3`."
)
CLAIMS = [
    ("Dongying 26,481 donations", "26,481 donations", "beside", "Dongying", "donations", ""),
    ("in 2023, that", "2023", "", "", "", "a year"),
    ("is 12.94 per 1,000", "12.94 per 1,000", "beside", "Dongying", "rate (‰)", ""),
    ("; 48.9% of them", "48.9%", "beside", "Dongying", "share of all", ""),
]


def notebook(*prose: str, name: str = "beside", rows: list = ROWS) -> dict:
    """A notebook whose first cell shows a table, and whose others are prose."""
    bundle = {"kind": "table", "name": name, "lang": "en", "title": "", "source": ""}
    bundle |= {"sources": [], "places": ["a", "b"]}
    output = {
        "output_type": "display_data",
        "data": {MIME: bundle | {"columns": COLUMNS, "codes": COLUMNS, "rows": rows}},
    }
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in prose]
    code = {"cell_type": "code", "metadata": {}, "source": "show()", "outputs": [output], "execution_count": 1}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code, *cells]}


@pytest.fixture
def prove(tables):
    """Prove prose with rows of (quote, printed, table, row, column, reason)."""

    def of(claimed, *prose: str, **kwargs):
        cells, index = [["one", *row] for row in claimed], range(2, len(claimed) + 2)
        frame = pd.DataFrame(cells, index, claims.COLUMNS)
        frames = tables.frames | {claims.TABLE: frame}
        return claims.Proof(dataclasses.replace(tables, frames=frames), "one", notebook(*prose, **kwargs))

    return of


def lines(proof) -> list[str]:
    return list(map(str, proof.problems))


def changed(rows, at: int, **cells: str) -> list[tuple]:
    """The rows with some cells of one of them changed."""
    names = claims.COLUMNS[1:]
    return [
        tuple(cells.get(name, cell) if n == at else cell for name, cell in zip(names, row, strict=True))
        for n, row in enumerate(rows)
    ]


# What is read.


@pytest.mark.parametrize(
    ("text", "value", "step", "unit", "bound"),
    [
        ("26,481", "26481", "1", "", ""),
        ("2.05 million", "2050000", "10000", "", ""),
        ("48.9%", "48.9", "0.1", "percent", ""),
        ("48.9 per cent", "48.9", "0.1", "percent", ""),
        ("12.94 per 1,000", "12.94", "0.01", "per_mille", ""),
        ("33 whole-blood donations per 1,000", "33", "1", "per_mille", ""),
        ("some 4,500", "4500", "100", "", "some"),
        ("about 200", "200", "10", "", "about"),
        ("At least 48.9%", "48.9", "0.1", "percent", "at least"),
        ("CNY 2.9 trillion", "2900000000000", "1E11", "CNY", ""),
        ("1.2万个", "12000", "1000", "count", ""),
        ("Three", "3", "1", "", ""),
        ("twenty-five", "25", "1", "", ""),
        ("two hundred", "200", "100", "", ""),
        ("−3.5%", "-3.5", "0.1", "percent", ""),
        ("25.3 litres", "25.3", "0.1", "litre", ""),
    ],
)
def test_a_number_phrase_is_read_whole_with_scale_unit_and_bound(tables, text, value, step, unit, bound):
    (number,) = english.Reader(tables["units"]).numbers(f"That is {text}, in all.")
    assert (number.start, number.end) == (8, 8 + len(text))
    assert (number.value, number.step) == (Decimal(value), Decimal(step))
    assert (number.unit, number.bound) == (unit, bound if text[0].islower() else bound.lower())


@pytest.mark.parametrize(
    ("text", "values", "units"),
    [
        ("200–300 million", [200_000_000, 300_000_000], ["", ""]),
        ("3 to 5 percentage points", [3, 5], ["percentage_point"] * 2),
        ("between 500 and 2,000 people", [500, 2000], ["person"] * 2),
        ("3—5个百分点", [3, 5], ["percentage_point"] * 2),
        ("25 and 48%", [25, 48], ["", "percent"]),
        ("2023-24", [2023, 24], ["", ""]),
        ("WHO 33", [33], [""]),
        ("per 1,000 people", [], []),
        ("one of them, someone, tent, a tenth", [], []),
        ("v2, 12,94 and 1,0000", [2, 12, 94, 1, 0], ["", "", "", "", ""]),
    ],
)
def test_the_ends_of_a_range_share_scale_and_unit_and_no_digit_is_passed_over(tables, text, values, units):
    numbers = english.Reader(tables["units"]).numbers(text)
    assert [number.value for number in numbers] == values
    assert [number.unit for number in numbers] == units
    covered = {at for number in numbers for at in range(number.start, number.end)}
    assert not values or {at for at, char in enumerate(text) if char.isdigit()} <= covered


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("2.05 million", "2052341", True),
        ("2.05 million", "2055341", False),
        ("4,500", "4512", False),
        ("some 4,500", "4512", True),
        ("some 4,500", "4560", False),
        ("about 100", "149", False),
        ("more than 1,000", "1049", True),
        ("more than 1,000", "999", False),
        ("at least 13,241", "13240.5", False),
        ("nearly 4,500", "4480", True),
        ("nearly 4,500", "4512", False),
        ("12.9", "12.94", True),
        ("13", "12.94", True),
        ("3", "2.5", True),
        ("2", "2.5", False),
    ],
)
def test_a_cell_is_said_as_it_is_rounded_and_bounded(tables, text, value, said):
    (number,) = english.Reader(tables["units"]).numbers(text)
    assert number.is_said_of(Decimal(value), set()) is said


def test_prose_is_what_is_read_without_code_addresses_and_marks():
    source = "# A *title*\n\nSome `1 + 1` and\n  [words 5](https://x.org/6) <b title='7'>8</b> <!-- 9 --> 3\\*4 a_1_b\n"
    prose = claims.Prose.of({"cells": [{"cell_type": "markdown", "source": list(source.splitlines(True))}]})
    assert prose.text == "A title\nSome … and words 5 8 3*4 a_1_b\n"
    at = prose.text.index("8")
    assert source[prose.places[at][1]] == "8"


# What holds.


def test_every_number_is_claimed_or_set_aside(prove):
    proof = prove(CLAIMS, PROSE)
    assert lines(proof) == []
    assert (len(proof.numbers), len(proof.cells), list(proof.aside.values())) == (4, 3, ["a year"])


@pytest.mark.parametrize(
    ("text", "printed", "row", "column"),
    [
        ("It was 2.05 million.", "2.05 million", "Dongying", "as printed"),
        ("It was 3 points.", "3", "Qingdao", "as printed"),
        ("It was 186.7% of it.", "186.7%", "Dongying", "percent of target"),
        ("It was 50.0% of it.", "50.0%", "Qingdao", "share of all"),
        ("These are two places.", "two", "all", "rows"),
        ("These are two places.", "two", "place = Dongying | Qingdao + unit = donations", "rows"),
        ("Both make 255,187.87 donations.", "255,187.87 donations", "all", "sum of donations"),
        ("It was 3.5% less.", "3.5%", "Dongying", "change (%)"),
        ("It was some 228,700 donations.", "some 228,700 donations", "Qingdao", "donations"),
    ],
)
def test_a_cell_may_hold_text_a_share_a_percentage_or_be_a_count_of_rows(prove, text, printed, row, column):
    assert lines(prove([(text[:-1], printed, "beside", row, column, "")], text)) == []


def test_a_csv_that_a_shown_table_hides_is_named_with_its_ending(prove, tables):
    row = tables["targets"].query("value_low == 12000").iloc[0]
    claims_ = [
        ("some 12,000 projects", "some 12,000", name, row["target_id"], "value_low", "")
        for name in ("targets", "targets.csv")
    ]
    assert "found 'value_low'" in one(prove(claims_[:1], "These are some 12,000 projects.", name="targets"))
    assert lines(prove(claims_[1:], "These are some 12,000 projects.", name="targets")) == []


def test_a_cell_of_a_csv_is_named_by_its_primary_key(prove, tables):
    row = tables["collection"].query("printed == '26481人次'").iloc[0]
    keys = next(r for r in tables.descriptor["resources"] if r["name"] == "collection")["schema"]["primaryKey"]
    claim = ("took 26,481 donations", "26,481 donations", "collection", " + ".join(row[keys]), "value", "")
    proof = prove([claim], "Dongying took 26,481 donations.")
    assert lines(proof) == []
    (cell,) = proof.cells.values()
    assert (cell.grid.numbers[cell.row], cell.grid.shown) == (row.name, False)


# What does not.


def one(proof) -> str:
    (line,) = lines(proof)
    return line


def test_a_number_that_no_row_claims_is_named_with_its_cell_and_the_nearest_values(prove):
    line = one(prove(CLAIMS, PROSE, "In all 26,480 of them."))
    assert line.startswith("notebooks/one.ipynb:3: cell: found '26,480' in '… page and …. In all 26,480 of them. …'")
    assert "nearest are 26,481 (beside, Dongying, donations)" in line


@pytest.mark.parametrize(
    ("cells", "column", "found"),
    [
        ({"quote": "Dongying 26,482"}, "quote", "which is not in notebooks/one.ipynb"),
        ({"quote": "in"}, "quote", "2 times in notebooks/one.ipynb"),
        ({"printed": "26,48"}, "printed", "0 times a whole number"),
        ({"printed": "26,481"}, "printed", "one of '26,481 donations'"),
        ({"table": "nowhere"}, "table", "one that the notebook shows (beside), or a CSV"),
        ({"row": "Jinan"}, "row", "'Jinan', 0 rows of beside"),
        ({"column": "rate"}, "column", "rows, or a column of beside: place, unit, donations"),
        ({"column": "rate (‰)"}, "printed", "for the cell '12.94'"),
        ({"row": "Qingdao"}, "printed", "for the cell '228,706.87'"),
        ({"row": "region = x", "column": "rows"}, "row", "all, or HEADING = CELL"),
        ({"row": "all", "column": "rows"}, "printed", "for the cell '2'"),
        ({"row": "all", "column": "sum of as printed"}, "column", "the sum of a column of numbers of place"),
    ],
)
def test_a_claim_that_does_not_hold_is_named_by_file_row_and_column(prove, cells, column, found):
    line = lines(prove(changed(CLAIMS, 0, **cells), PROSE))[0]
    assert line.startswith(f"{FILE}:2: {column}:")
    assert found in line


def test_one_number_has_one_row(prove):
    line = one(prove([*CLAIMS, ("a quote: In Dongying 26,481 donations were"[9:], *CLAIMS[0][1:])], PROSE))
    assert f"{FILE}:6: printed: found '26,481 donations'" in line
    assert "no other row claims (row 2 does)" in line


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("It was 48.9 per 1,000.", "share of all"),
        ("It was 12.94%.", "rate (‰)"),
        ("It was 0.5%.", "share of all"),
        ("It was 26,481%.", "donations"),
        ("It was 26,481 people.", "donations"),
    ],
)
def test_a_unit_that_the_cell_does_not_have_is_refused(prove, text, column):
    printed = text.removeprefix("It was ").removesuffix(".")
    assert "the cell's number in " in one(prove([(text, printed, "beside", "Dongying", column, "")], text))


def test_rows_that_no_cell_tells_apart_cannot_be_claimed(prove):
    line = one(prove([CLAIMS[0]], "In Dongying 26,481 donations.", rows=[ROWS[0], ROWS[0]]))
    assert "'Dongying', 0 rows of beside" in line


def test_a_cell_and_a_reason_exclude_each_other(root):
    append_row(root, FILE, notebook="one", quote="a 5", printed="5", table="beside", reason="a year")
    append_row(root, FILE, notebook="one", quote="a 6", printed="6")
    found = [line.partition(" found")[0] for line in problems(root)]
    last = len(read_csv(root, FILE))
    assert found == [f"{FILE}:{last - 1}: table:", *(f"{FILE}:{last}: {name}:" for name in ("column", "row", "table"))]


def test_a_row_of_no_notebook_is_a_problem(tables):
    frame = pd.DataFrame([["gone", *CLAIMS[0]]], columns=claims.COLUMNS, index=[2])
    changed_tables = dataclasses.replace(tables, frames=tables.frames | {claims.TABLE: frame})
    with pytest.raises(DataError, match=r"report_numbers\.csv:2: notebook: found 'gone', expected one of one"):
        claims.check(changed_tables, {"one": notebook("")})


# The commands.


@pytest.fixture
def other(root):
    """A root with one notebook and its claims."""
    (root / "notebooks").mkdir()
    write_csv(root, FILE, [list(claims.COLUMNS), *(["one", *row] for row in CLAIMS)])
    write(root, PROSE)
    return root


def write(root, *prose: str) -> None:
    (root / "notebooks" / "one.ipynb").write_text(json.dumps(notebook(*prose)), encoding="utf-8")


def test_check_says_what_became_of_the_numbers(other, capfd):
    assert __main__.main(["check", "--root", str(other)]) == 0
    told = "Of 4 numbers in the prose of 1 notebook(s) 3 are claimed by a cell, 1 set aside with a reason, 0 left over."
    assert told in capfd.readouterr().out


def test_check_refuses_a_number_that_differs(other, capfd):
    write(other, PROSE.replace("26,481", "26,484"))
    assert __main__.main(["check", "--root", str(other)]) == 1
    out = capfd.readouterr().out
    assert "notebooks/one.ipynb:2: cell: found '26,484 donations'" in out
    assert f"{FILE}:2: quote: found 'Dongying 26,481 donations', which is not in notebooks/one.ipynb" in out


def test_claims_drafts_a_row_where_one_cell_fits_and_leaves_the_others(other, capfd):
    before = (other / FILE).read_text(encoding="utf-8")
    write(other, PROSE, "In 2022 it was 186.7% of the target, 100% elsewhere and 77 in none.")
    assert __main__.main(["claims", "--root", str(other)]) == 0
    out, err = capfd.readouterr()
    assert out == f"{FILE}: 3 rows drafted, 1 numbers left, 0 rows to mend\n"
    assert "'77' in 'elsewhere and 77 in none.': no cell has this number" in err
    after = (other / FILE).read_text(encoding="utf-8")
    assert after.startswith(before)
    rows = read_csv(other, FILE)[-3:]
    assert [(row[2], row[3:]) for row in rows] == [
        ("2022", ["", "", "", "a year"]),
        ("186.7%", ["beside", "Dongying", "percent of target", ""]),
        ("100%", ["beside", "Qingdao", "percent of target", ""]),
    ]


def test_claims_lists_several_cells_and_rows_whose_words_are_gone(other, capfd):
    write(other, "Of them 0.5 or 12 were, 26,481 donations.")
    write_csv(other, FILE, [list(claims.COLUMNS), ["one", "or 13 were", "13", "", "", "", "a threshold"]])
    assert __main__.main(["claims", "--root", str(other)]) == 0
    out, err = capfd.readouterr()
    assert "1 rows to mend" in out
    assert f"{FILE}:2: quote: found 'or 13 were', which is not in notebooks/one.ipynb" in err
    assert "or 13 were" in (other / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": [1]}', '{"cells": [{"cell_type": "markdown"}]}'])
def test_a_notebook_that_is_none_is_one_line(other, capfd, text):
    (other / "notebooks" / "one.ipynb").write_text(text, encoding="utf-8")
    assert __main__.main(["check", "--root", str(other)]) == 1
    assert capfd.readouterr().out.startswith("notebooks/one.ipynb: found no notebook")


def test_a_root_without_notebooks_holds(root):
    write_csv(root, FILE, [list(claims.COLUMNS)])
    shutil.rmtree(root / "notebooks", ignore_errors=True)
    assert __main__.main(["check", "--root", str(root)]) == 0


# The report's own numbers.


def test_no_number_of_the_report_can_be_changed_unseen(tables):
    found = list(changed_numbers.results(tables))
    assert {(notebook, what) for notebook, _, what, _ in found} == {
        (path.stem, what) for path in (ROOT / "notebooks").glob("*.ipynb") for what in ("prose", "prose and row")
    }
    assert [each for each in found if not each[-1]] == []


def test_every_digit_of_the_report_stands_in_a_number_or_belongs_to_a_unit(tables):
    for proof in claims.proofs(tables, claims.read(tables)):
        covered = {at for number in proof.numbers for at in range(number.start, number.end)}
        covered |= {at for match in re.finditer("per 1,000", proof.prose.text) for at in range(*match.span())}
        assert [at for at, char in enumerate(proof.prose.text) if char.isdigit() and at not in covered] == []


def test_readme_says_how_many_numbers_the_report_has(tables):
    proofs = claims.proofs(tables, claims.read(tables))
    total, cells, aside = (sum(len(getattr(proof, name)) for proof in proofs) for name in ("numbers", "cells", "aside"))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"{total} numbers in the prose of {len(proofs)} notebooks, {cells} from a cell, {aside} set aside" in readme
    assert f"{total} of {total} are refused, and {cells} of {cells} where the row is changed" in readme
