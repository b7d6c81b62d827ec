"""Tables: what is accepted, and the one clear line that each fault gets."""

import json
import re

import frictionless
import pandas as pd
import pytest
from conftest import ROOT, append_row, delete_row, edit_cell, problems, read_csv, row_of, write_csv

from analysis.tables import DESCRIPTOR, DataError, find_root, load, read_descriptor

TARGETS, COLLECTION, PLANS = "data/plan/targets.csv", "data/blood/collection.csv", "data/plan/plans.csv"
SOURCES, LABELS, STATED = "data/evidence/sources.csv", "data/vocabulary/labels.csv", "data/plan/stated_counts.csv"
FIXED, INDUSTRIES = "data/evidence/fixed_words.csv", "data/plan/industries.csv"
# One row of each table, by its key: rows may be added before and after it.
KEYS = {
    TARGETS: {"target_id": "sd-2024-enterprise-share"},
    COLLECTION: {"measure": "platelet_doses", "source_id": "dzrb-2024-06-notice"},
    PLANS: {"plan_id": "sd-2024"},
    SOURCES: {"source_id": "dzrb-2024-06-notice"},
    FIXED: {"word": "一批"},
    STATED: {"plan_id": "sd-2024", "counts": "tasks"},
}


def known_row(tables, file: str) -> int:
    return row_of(tables, file.rpartition("/")[2].removesuffix(".csv"), **KEYS[file])


NUMBER = "a plain number such as 12000 or 12.94"
BOUNDS = "exact, about, at_least, more_than, at_most, less_than, range, none"
DATE = "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD"


@pytest.mark.parametrize(
    ("file", "column", "value", "found", "expected"),
    [
        (TARGETS, "value_low", "seven", "'seven'", NUMBER),
        (COLLECTION, "value", "", "nothing", "a value"),
        (COLLECTION, "value", " 3809", "' 3809'", "no white space around the text"),
        (COLLECTION, "value", "3809\n", "'3809⏎'", "no white space around the text"),
        (STATED, "value", "23.0", "'23.0'", "a whole number such as 23"),
        (STATED, "value", "-23", "'-23'", "at least 0"),
        (STATED, "value", "", "nothing", "a value"),
        (TARGETS, "bound", "roughly", "'roughly'", f"one of {BOUNDS}"),
        (TARGETS, "bound", "", "nothing", "a value"),
        (TARGETS, "commitment", "Ensure", "'Ensure'", "one of ensure, plain, strive, seek"),
        (TARGETS, "unit", "per_cent", "'per_cent'", "a row of data/vocabulary/units.csv"),
        (TARGETS, "source_id", "dzrb", "'dzrb'", "a row of data/evidence/sources.csv"),
        (TARGETS, "area", "finance", "'finance'", "an area of sd-2024 in data/plan/areas.csv"),
        (COLLECTION, "place", "dongyin", "'dongyin'", "a row of data/vocabulary/places.csv"),
        (COLLECTION, "measure", "doses", "'doses'", "a row of data/blood/measures.csv"),
        (COLLECTION, "period_end", "2023-02-30", "'2023-02-30'", DATE),
        (COLLECTION, "period_end", "", "nothing", "a value"),
        (PLANS, "period_start", "2025", "'2025'", "a date not after period_end (2024)"),
        (SOURCES, "url", "ftp://example.org", "'ftp://example.org'", "text of the form https?://.+"),
        (FIXED, "word", "一", "'一'", r"text of the form [^0-9０-９\s]{2,}"),
        (FIXED, "word", "2024年", "'2024年'", r"text of the form [^0-9０-９\s]{2,}"),
    ],
)
def test_a_bad_cell_is_one_line_with_file_row_column_found_and_expected(
    root, tables, file, column, value, found, expected
):
    row = known_row(tables, file)
    edit_cell(root, file, row, column, value)
    assert problems(root) == [f"{file}:{row}: {column}: found {found}, expected {expected}"]


@pytest.mark.parametrize(
    ("file", "column", "values", "expected"),
    [
        (TARGETS, "value_low", ["１２", "NaN", "nan", "1e400", "inf", "3,8", "0x10", "75%", ".5", "5.", "+5"], NUMBER),
        (TARGETS, "value_high", ["1_000", "1000000000000000", "１", "--5", "5 5", "五"], NUMBER),
        (INDUSTRIES, "position", ["1.0", "一", "１", "1e0"], "a whole number such as 23"),
        (SOURCES, "published", ["2023-02-29", "2023-13", "2023-2", "2023-00", "0000", "20230614", "2023/06"], DATE),
        (SOURCES, "accessed", ["2024-12-32", "２０２３", "2023年", "2023-01-01-01", "2023-", "-2023", "June"], DATE),
    ],
)  # fmt: skip
def test_each_of_many_bad_cells_of_a_column_is_one_line(root, file, column, values, expected):
    for row, value in enumerate(values, start=2):
        edit_cell(root, file, row, column, value)
    assert problems(root) == [
        f"{file}:{row}: {column}: found '{value}', expected {expected}" for row, value in enumerate(values, start=2)
    ]


def test_a_date_may_be_as_exact_as_its_source(root):
    for row, date in enumerate(["2024", "2024-02", "2024-02-29"], start=2):
        edit_cell(root, SOURCES, row, "published", date)
    assert problems(root) == []


def test_a_duplicate_id_names_the_row_that_has_it(root, tables):
    first = known_row(tables, TARGETS)
    cells = dict(zip(*(read_csv(root, TARGETS)[row - 1] for row in (1, first)), strict=True))
    second = append_row(root, TARGETS, **cells)
    assert problems(root) == [
        f"{TARGETS}:{second}: target_id: found 'sd-2024-enterprise-share' again, "
        f"expected a value that no other row has (row {first} has it)"
    ]


def test_a_key_of_several_columns_may_not_come_twice(root, tables):
    first = known_row(tables, STATED)
    cells = dict(zip(*(read_csv(root, STATED)[row - 1] for row in (1, first)), strict=True))
    second = append_row(root, STATED, **cells | {"note": "another note"})
    assert problems(root) == [
        f"{STATED}:{second}: plan_id + counts: found 'sd-2024 + tasks' again, "
        f"expected a value that no other row has (row {first} has it)"
    ]


def test_every_row_counts_even_an_empty_one_as_in_a_spreadsheet(root, tables):
    rows = read_csv(root, COLLECTION)
    row = known_row(tables, COLLECTION)
    rows[row - 1][rows[0].index("value")] = "many"
    write_csv(root, COLLECTION, [rows[0], [], *rows[1:]])
    assert problems(root) == [f"{COLLECTION}:{row + 1}: value: found 'many', expected {NUMBER}"]


def test_a_line_break_inside_a_cell_starts_no_row(root, tables):
    rows = read_csv(root, COLLECTION)
    row = known_row(tables, COLLECTION)
    rows[row - 2][rows[0].index("note")] = "one\ntwo"
    rows[row - 1][rows[0].index("value")] = "many"
    write_csv(root, COLLECTION, rows)
    assert problems(root) == [f"{COLLECTION}:{row}: value: found 'many', expected {NUMBER}"]


def test_a_row_with_too_many_cells_is_named(root, tables):
    row = known_row(tables, COLLECTION)
    rows = read_csv(root, COLLECTION)
    rows[row - 1].append("more")
    write_csv(root, COLLECTION, rows)
    assert problems(root) == [
        f"{COLLECTION}:{row}: found 12 cells, expected 11 cells, as in the header (a comma inside a cell needs quotes)"
    ]


def test_a_row_with_too_few_cells_is_named(root, tables):
    row = known_row(tables, COLLECTION)
    rows = read_csv(root, COLLECTION)
    rows[row - 1].pop()
    write_csv(root, COLLECTION, rows)
    assert [line.split(",")[0] for line in problems(root)] == [f"{COLLECTION}:{row}: found 10 cells"]


def test_a_missing_column_is_named(root):
    rows = read_csv(root, COLLECTION)
    at = rows[0].index("measure")
    write_csv(root, COLLECTION, [row[:at] + row[at + 1 :] for row in rows])
    assert problems(root) == [
        f"{COLLECTION}:1: measure: found no such column, expected one column, as data/datapackage.json declares"
    ]


def test_an_unknown_column_is_named_with_those_that_are_known(root):
    rows = read_csv(root, PLANS)
    write_csv(root, PLANS, [[*rows[0], "remark"], *([*row, ""] for row in rows[1:])])
    (line,) = [line for line in problems(root) if line.startswith(PLANS)]
    assert line == (
        f"{PLANS}:1: remark: found a column the descriptor does not know, "
        "expected only plan_id, place, period_start, period_end, name_zh, name_en, source_id"
    )


def test_a_column_that_comes_twice_is_named(root):
    rows = read_csv(root, COLLECTION)
    write_csv(root, COLLECTION, [[*row, row[0]] for row in rows])
    assert problems(root) == [
        f"{COLLECTION}:1: place: found 2 columns of this name, expected one column, as data/datapackage.json declares"
    ]


def test_a_missing_file_is_named(root):
    (root / COLLECTION).unlink()
    assert problems(root) == [
        f"{COLLECTION}: found no readable file (No such file or directory), expected a text file in UTF-8"
    ]


def test_an_empty_file_has_no_columns(root):
    (root / COLLECTION).write_bytes(b"")
    assert f"{COLLECTION}:1: place: found no such column" in problems(root)[5]
    assert {line.partition(": ")[0] for line in problems(root)} == {f"{COLLECTION}:1"}


@pytest.mark.parametrize(
    ("raw", "row", "found"),
    [
        ("place,note\nx,y\n东营,全血\n".encode("gbk"), 3, "bytes that are not UTF-8 (likely GBK, or a damaged file)"),
        ("place,note\n东营,全血\n".encode("utf-16"), 1, "bytes that are not UTF-8 (likely UTF-16)"),
        ("place,note\nx,y\n".encode("utf-16-le"), 1, "a NUL character (likely UTF-16)"),
        (b"place,note\nx,y\nx,\0\n", 3, "a NUL character (likely UTF-16)"),
        (b'place,note\nx,"y\n', 0, "text that is no CSV (unexpected end of data)"),
    ],
    ids=["gbk", "utf-16", "utf-16 without a mark", "nul", "open quote"],
)
def test_a_file_that_is_no_utf8_csv_is_one_line_with_the_likely_cause(root, raw, row, found):
    (root / COLLECTION).write_bytes(raw)
    (line,) = problems(root)
    assert line.startswith(f"{COLLECTION}{f':{row}' if row else ''}: found {found}, expected ")


def test_a_root_without_a_descriptor_is_refused(root):
    (root / DESCRIPTOR).unlink()
    (line,) = problems(root)
    assert line.startswith("data/datapackage.json: found no readable file (No such file or directory), expected ")


@pytest.mark.parametrize("text", ["", "{", "name: yaml", "[]", "{}", '{"resources": 3}', "null"])
def test_a_descriptor_that_is_no_data_package_is_refused(root, text):
    (root / DESCRIPTOR).write_text(text)
    (line,) = problems(root)
    assert line.startswith("data/datapackage.json: found text that cannot be read: ")


def test_a_descriptor_in_gbk_is_refused(root):
    (root / DESCRIPTOR).write_bytes((root / DESCRIPTOR).read_text(encoding="utf-8").encode("gb18030"))
    (line,) = problems(root)
    assert line.startswith("data/datapackage.json: found text that cannot be read: ")


def test_a_folder_outside_any_root_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"data/datapackage\.json: found none in .* or above it"):
        find_root(tmp_path)


def test_a_root_is_found_from_a_folder_inside_it(root):
    assert find_root(root / "data" / "plan") == root


def test_all_problems_of_a_run_are_listed_at_once_by_file_and_row(root, tables):
    last = row_of(tables, "targets", target_id="sd-2024-new-output")
    edit_cell(root, TARGETS, last, "unit", "yuan")
    edit_cell(root, TARGETS, known_row(tables, TARGETS), "value_low", "many")
    edit_cell(root, TARGETS, known_row(tables, TARGETS), "direction", "up")
    edit_cell(root, SOURCES, known_row(tables, SOURCES), "kind", "page")
    (root / COLLECTION).unlink()
    assert [line.partition(", expected")[0] for line in problems(root)] == [
        f"{COLLECTION}: found no readable file (No such file or directory)",
        f"{SOURCES}:{known_row(tables, SOURCES)}: kind: found 'page'",
        f"{TARGETS}:{known_row(tables, TARGETS)}: direction: found 'up'",
        f"{TARGETS}:{known_row(tables, TARGETS)}: value_low: found 'many'",
        f"{TARGETS}:{last}: unit: found 'yuan'",
    ]


def test_a_code_without_a_label_is_refused(root, tables):
    delete_row(root, LABELS, row_of(tables, "labels", vocabulary="bound", code="about"))
    assert problems(root) == [
        f"{LABELS}: code: found no row, expected a label of bound 'about', which data/datapackage.json allows"
    ]


def test_a_byte_order_mark_crlf_and_another_order_of_columns_change_nothing(root, tables):
    for path in root.glob("data/*/*.csv"):
        file = path.relative_to(root).as_posix()
        write_csv(root, file, [row[::-1] for row in read_csv(root, file)])
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    loaded = load(root)
    assert loaded.frames.keys() == tables.frames.keys()
    for name, frame in loaded.frames.items():
        pd.testing.assert_frame_equal(frame, tables[name])


def test_number_columns_are_numbers_and_empty_cells_of_them_are_missing(tables):
    targets = tables["targets"].set_index("target_id")
    assert targets.loc["sd-2024-chemical-revenue", "value_low"] == 2.9e12
    assert pd.isna(targets.loc["sd-2024-engineer-college", "value_low"])
    assert targets.loc["sd-2024-engineer-college", "unit"] == ""
    assert tables["stated_counts"]["value"].dtype == "Int64"


def test_a_label_is_told_in_both_languages_and_an_unknown_code_raises(tables):
    assert (tables.label("bound", "about"), tables.label("bound", "about", "zh")) == ("about", "左右")
    assert tables.names("areas", "zh")["parks"] == "园区建设"
    with pytest.raises(KeyError):
        tables.label("bound", "roughly")


def test_frictionless_accepts_the_package(tables):
    report = frictionless.validate(str(ROOT / DESCRIPTOR))
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])
    assert len(report.tasks) == len(tables.frames)


def test_frictionless_finds_a_bad_row_and_so_does_load(root, tables):
    # Were the descriptor empty of constraints, it would accept anything.
    edit_cell(root, TARGETS, known_row(tables, TARGETS), "bound", "roughly")
    found = frictionless.validate(str(root / DESCRIPTOR)).flatten(["rowNumber", "fieldName", "type"])
    assert found == [[known_row(tables, TARGETS), "bound", "constraint-error"]]
    with pytest.raises(DataError):
        load(root)


def test_every_table_and_field_is_described_by_a_sentence():
    for resource in read_descriptor(ROOT)["resources"]:
        for described in [resource, *resource["schema"]["fields"]]:
            place = f"{resource['name']}: {described['name']}"
            assert re.fullmatch(r"\S+( \S+)+\.", described.get("description", "")), place


def test_every_file_under_data_is_declared(tables):
    declared = {tables.path(name) for name in tables.frames}
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("data/*/*")} == declared


@pytest.mark.parametrize("name", ["sources", "units", "labels", "plans"])
def test_a_missing_file_is_one_line_however_many_rows_point_into_it(root, tables, name):
    (root / tables.path(name)).unlink()
    assert len(problems(root)) == 1


@pytest.mark.parametrize("resources", [[], [{}], [{"name": "sources", "path": "evidence/sources.csv"}]])
def test_a_descriptor_without_its_tables_is_refused(root, resources):
    (root / DESCRIPTOR).write_text(json.dumps({"resources": resources}))
    assert problems(root)[0].startswith("data/datapackage.json: ")


def test_a_value_that_a_float_cannot_hold_is_refused(root, tables):
    row = row_of(tables, "targets", target_id="sd-2024-chemical-revenue")
    edit_cell(root, TARGETS, row, "value_low", "2900000000000.0001")
    assert problems(root) != []
