"""Tables: what is accepted, and the one clear line that each fault gets."""

import json
import os
import re

import frictionless
import pandas as pd
import pytest
from conftest import ROOT, append_row, delete_row, edit_cell, problems, read_csv, row_of, write_csv

from analysis.tables import (
    CODEBOOK,
    DESCRIPTOR,
    DataError,
    Problem,
    codebook,
    find_root,
    load,
    read_descriptor,
    read_text,
)

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


def edit_descriptor(root, steps: str, value: object) -> None:
    """Set one node of a root's descriptor, or delete it (`...`); members of lists go by name, a new one comes last."""
    descriptor = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    *way, last = steps.split()
    node = descriptor["resources"]
    for step in way:
        node = next(member for member in node if member["name"] == step) if isinstance(node, list) else node[step]
    if isinstance(node, list):
        names = [member["name"] for member in node]
        last = names.index(last) if last in names else len(names)
        node[last:] = [value, *node[last + 1 :]] if value is not ... else node[last + 1 :]
    elif value is ...:
        del node[last]
    else:
        node[last] = value
    (root / DESCRIPTOR).write_text(json.dumps(descriptor), encoding="utf-8")


NUMBER = "a plain number such as 12000 or 12.94"
BOUNDS = "exact, about, at_least, more_than, at_most, less_than, range, none"
DATE = "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD"


@pytest.mark.parametrize(
    ("file", "column", "value", "found", "expected"),
    [
        (TARGETS, "value_low", "seven", "'seven'", NUMBER),
        (COLLECTION, "value", "", "''", "'3809', read back from '3809个治疗量'"),
        (COLLECTION, "value", " 3809", "' 3809'", "no white space around the text"),
        (COLLECTION, "value", "3809\n", "'3809⏎'", "no white space around the text"),
        (STATED, "value", "23.0", "'23.0'", "a whole number such as 23"),
        (STATED, "value", "-23", "'-23'", "at least 0"),
        (STATED, "value", "", "nothing", "a value for ‘谋划提出23项重点任务’: the stated count"),
        (TARGETS, "bound", "roughly", "'roughly'", f"one of {BOUNDS}"),
        (TARGETS, "bound", "", "''", "'exact', read back from '75%'"),
        (TARGETS, "commitment", "Ensure", "'Ensure'", "one of ensure, plain, strive, seek"),
        (TARGETS, "unit", "per_cent", "'per_cent'", "a row of data/vocabulary/units.csv"),
        (TARGETS, "source_id", "dzrb", "'dzrb'", "a row of data/evidence/sources.csv"),
        (TARGETS, "area", "finance", "'finance'", "'innovation', whose words open this part of the text"),
        (COLLECTION, "place", "dongyin", "'dongyin'", "a row of data/vocabulary/places.csv"),
        (COLLECTION, "measure", "doses", "'doses'", "a row of data/blood/measures.csv"),
        (COLLECTION, "period_end", "2023-02-30", "'2023-02-30'", DATE),
        (
            COLLECTION,
            "period_end",
            "",
            "nothing",
            "a value for ‘单采血小板1977人次、3809个治疗量’: end of the period, or the date of a stock",
        ),
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
    for row, date in enumerate(["2024", "2024-08", "2024-02-29"], start=2):
        edit_cell(root, SOURCES, row, "published", date)
    assert problems(root) == []


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        ("2023", "2023", True),
        ("2023-07-01", "2023-07-01", True),
        ("2023-07-02", "2023-07-01", False),
        ("2023-08", "2023-07", False),
        # Only as far as both are exact.
        ("2023-07", "2023", True),
        ("2023", "2023-07-01", True),
        ("2023-08", "2023-07-31", False),
        ("2024-01", "2023", False),
    ],
)
def test_a_period_does_not_end_before_it_starts(root, tables, start, end, holds):
    row = known_row(tables, COLLECTION)
    edit_cell(root, COLLECTION, row, "period_start", start)
    edit_cell(root, COLLECTION, row, "period_end", end)
    line = f"{COLLECTION}:{row}: period_start: found '{start}', expected a date not after period_end ({end})"
    assert (line in problems(root)) != holds


def test_a_limit_is_itself_allowed(root):
    edit_descriptor(root, "industries schema fields position constraints", {"minimum": 1, "maximum": 5})
    found = [line.partition(": position: ")[2] for line in problems(root)]
    assert set(found) == {f"found '{value}', expected at most 5" for value in range(6, 10)}


UNDRAWABLE = [
    *("\x07", "\t", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff"),
    *("\ufdd0", "\uffff", "\u0378", "\ue000", "\U000f0000", "\ufe0f", "\U000e0100", "\U0001f600", "\U0001f3fb"),
]


@pytest.mark.parametrize("char", UNDRAWABLE, ids=ascii)
def test_a_character_that_no_chart_can_draw_is_refused_and_shown_by_its_number(root, tables, char):
    row = known_row(tables, TARGETS)
    edit_cell(root, TARGETS, row, "name_en", f"Small{char}firms")
    assert problems(root) == [
        f"{TARGETS}:{row}: name_en: found 'Small<U+{ord(char):04X}>firms', "
        "expected text that can be drawn: no emoji, no control or invisible character"
    ]


@pytest.mark.parametrize("char", "㐀𠀀〇—“　\xa0±²‰é·\n", ids=ascii)
def test_a_character_of_a_text_is_accepted(root, tables, char):
    edit_cell(root, TARGETS, known_row(tables, TARGETS), "note", f"Small{char}firms")
    assert problems(root) == []


def test_a_line_break_of_windows_inside_a_cell_is_one_line_break(root, tables):
    row = known_row(tables, TARGETS)
    edit_cell(root, TARGETS, row, "note", "Small\nfirms")
    (root / TARGETS).write_bytes((root / TARGETS).read_bytes().replace(b"\n", b"\r\n"))
    assert load(root)["targets"].loc[row, "note"] == "Small\nfirms"


def test_a_problem_is_one_line_whatever_was_found():
    assert str(Problem("a.csv", 0, "", "'\n\x1b[31m\ud800'", "a value")) == (
        "a.csv: found '⏎<U+001B>[31m<U+D800>', expected a value"
    )


def test_problems_come_by_file_row_and_column_and_then_as_they_were_found():
    found = [Problem(*place, "x", "y") for place in [("b", 1, ""), ("a", 10, "b"), ("a", 10, "a"), ("a", 9, "z")]]
    last, first = Problem("b", 2, "", "z", "y"), Problem("b", 2, "", "a", "y")
    assert DataError([last, first, *found, last]).problems == [*found[:0:-1], found[0], last, first]


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


@pytest.mark.parametrize("text", ["", "{", "name: yaml", '{"resources": NaN}', '{"resources": ' + "[" * 100_000])
def test_a_descriptor_that_is_no_json_is_refused(root, text):
    (root / DESCRIPTOR).write_text(text)
    (line,) = problems(root)
    assert line.startswith("data/datapackage.json: found text that cannot be read: ")


@pytest.mark.parametrize("text", ["[]", "{}", "null"])
def test_a_descriptor_that_is_no_data_package_is_refused(root, text):
    (root / DESCRIPTOR).write_text(text)
    (line,) = problems(root)
    assert line.endswith(", expected a Frictionless Data Package: an object with resources")


def test_a_descriptor_in_gbk_is_refused_and_one_with_a_byte_order_mark_is_read(root):
    text = (root / DESCRIPTOR).read_text(encoding="utf-8")
    (root / DESCRIPTOR).write_bytes(text.encode("gb18030"))
    (line,) = problems(root)
    assert re.match(r"data/datapackage\.json:\d+: found bytes that are not UTF-8 \(likely GBK", line)
    (root / DESCRIPTOR).write_text(text, encoding="utf-8-sig")
    assert problems(root) == []


FIELDS = "targets schema fields"
PATTERN = "a regular expression"
CSV_PATH = "the path of one CSV file inside data/: neither absolute nor with .."
BAD_DESCRIPTORS = [
    # Shapes.
    ("targets", None, "resources.7: found null, expected an object with at least name, path and schema"),
    ("targets name", ..., 'found {"path": "plan/targets.csv", "title'),
    ("targets name", "目标", 'resources.目标.name: found "目标", expected a name of lower-case letters, digits, full'),
    ("targets name", "../targets", 'resources.../targets.name: found "../targets", expected a name of lower-case'),
    ("targets path", 3, f"resources.targets.path: found 3, expected {CSV_PATH}"),
    ("targets path", ["a.csv"], f'resources.targets.path: found ["a.csv"], expected {CSV_PATH}'),
    ("targets description", 5, "resources.targets.description: found 5, expected a text"),
    ("targets schema", "x", 'resources.targets.schema: found "x", expected an object with at least fields'),
    (FIELDS, None, "resources.targets.schema.fields: found null, expected a list of at least one field"),
    (FIELDS, [], "resources.targets.schema.fields: found [], expected a list of at least one field"),
    (FIELDS, {}, "resources.targets.schema.fields: found {}, expected a list of at least one field"),
    (f"{FIELDS} more", "x", 'resources.targets.schema.fields.16: found "x", expected an object with at least a name'),
    (f"{FIELDS} bound type", "geopoint", '.bound.type: found "geopoint", expected string, number or integer'),
    (f"{FIELDS} bound constraints", None, ".bound.constraints: found null, expected an object with no keys but"),
    (f"{FIELDS} bound constraints", {"minLength": 3}, 'found {"minLength": 3}, expected an object with'),
    (f"{FIELDS} bound constraints enum", None, ".enum: found null, expected a list of at least one text"),
    (f"{FIELDS} bound constraints enum", [1, 2], ".bound.constraints.enum.0: found 1, expected a text"),
    (f"{FIELDS} bound constraints enum", [], ".enum: found [], expected a list of at least one text"),
    (f"{FIELDS} bound constraints required", 1, ".bound.constraints.required: found 1, expected true or false"),
    (f"{FIELDS} value_low constraints", {"minimum": "one"}, '.minimum: found "one", expected a number'),
    ("targets schema primaryKey", None, "resources.targets.schema.primaryKey: found null, expected the name of"),
    ("targets schema primaryKey", [["x"]], 'resources.targets.schema.primaryKey.0: found ["x"], expected a text'),
    ("targets schema foreignKeys", {}, ".schema.foreignKeys: found {}, expected a list of keys"),
    ("targets schema foreignKeys", [None], ".foreignKeys.0: found null, expected an object with fields and reference"),
    # Patterns.
    *(
        (f"{FIELDS} note constraints", {"pattern": pattern}, f", expected {PATTERN}")
        for pattern in (
            *("[a-z", "a{99999999999999999999}", "(" * 500),
        )
    ),
    # Names that come twice, and keys of nothing.
    ("more", {"name": "targets", "path": "x.csv", "schema": {"fields": [{"name": "x"}]}}, "found 'targets' 2 times"),
    ("areas path", "./plan//targets.csv", "resources.path: found 'data/plan/targets.csv' 2 times"),
    (f"{FIELDS} more", {"name": "note"}, "resources.targets.schema.fields: found 'note' 2 times, expected each"),
    ("targets schema primaryKey", "id", "targets.schema: found the key 'id', expected a field of table targets"),
    *(
        (
            "targets schema foreignKeys",
            [{"fields": fields, "reference": {"resource": table, "fields": others}}],
            f"resources.targets.schema{line}",
        )
        for fields, table, others, line in (
            ("plan", "plans", "plan_id", ": found the key 'plan', expected a field of table targets"),
            ("plan_id", "plans", "plan", ": found the key 'plan', expected a field of table plans"),
            ("plan_id", "x", "plan_id", ": found the key 'plan_id', expected a field of table x"),
            (["plan_id", "area"], "plans", "plan_id", ".foreignKeys: found 2 for 1 fields of plans, expected as many"),
            ([], "plans", [], ".foreignKeys: found 0 for 0 fields of plans, expected as many, and at least one"),
        )
    ),
    # Paths.
    *(("targets path", path, f", expected {CSV_PATH}") for path in ("/x.csv", "../x.csv", "plan/../../x", "..", "")),
    ("targets path", "plan/\0.csv", "data/plan/<U+0000>.csv: found no readable file (embedded null byte), expected a"),
    ("targets path", "plan/\ud800.csv", "data/plan/<U+D800>.csv: found no readable file ("),
    ("targets path", "x" * 5000, ": found no readable file (File name too long), expected a text file"),
    ("targets path", "plan", "data/plan: found what is no regular file, expected a text file in UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "value", "line"), BAD_DESCRIPTORS)
def test_a_malformed_descriptor_is_one_line_that_says_where(root, steps, value, line):
    edit_descriptor(root, steps, value)
    (found,) = problems(root)
    assert line in found
    # The file, and no row of it.
    assert re.match("data/[^:]+: ", found)


@pytest.mark.parametrize("value", [None, {}, [], ["sources"], 3, [[]]])
def test_resources_that_are_no_list_of_tables_are_one_line(root, value):
    (root / DESCRIPTOR).write_text(json.dumps({"resources": value}))
    (line,) = problems(root)
    assert line.startswith("data/datapackage.json: resources")


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        ("targets schema primaryKey", "target_id"),
        ("targets schema primaryKey", ...),
        ("targets schema foreignKeys", ...),
        (
            "targets schema foreignKeys",
            [{"fields": "plan_id", "reference": {"resource": "plans", "fields": "plan_id"}}],
        ),
        ("places schema foreignKeys", [{"fields": "parent", "reference": {"fields": "place"}}]),
        ("places schema foreignKeys", [{"fields": ["parent"], "reference": {"resource": "", "fields": ["place"]}}]),
        ("targets schema fields note type", ...),
        ("targets schema fields value_low type", ...),
        ("targets schema fields note constraints", {}),
        ("targets schema fields plan_id constraints", ...),
        (
            "targets schema fields note constraints",
            {"pattern": r"(?:https?://)?(?P<x>(a|b)?c)?((ab){2})?([*+)\]])?(\(\))*.*"},
        ),
        ("targets description", ...),
        ("targets missingValues", [""]),
        ("more", {"name": "more", "path": "plan/more.csv", "schema": {"fields": [{"name": "x"}]}}),
        ("targets schema fields remark", {"name": "note2", "type": "integer"}),
    ],
)
def test_what_table_schema_allows_works(root, tables, steps, value):
    edit_descriptor(root, steps, value)
    if steps == "more":
        (root / "data/plan/more.csv").write_text("x\n一\n", encoding="utf-8")
    if steps.endswith("remark"):
        header, *rows = read_csv(root, TARGETS)
        write_csv(root, TARGETS, [[*header, "note2"], *([*row, ""] for row in rows)])
    loaded = load(root)
    pd.testing.assert_frame_equal(loaded["targets"][list(tables["targets"])], tables["targets"])
    assert loaded.names("areas") == tables.names("areas")


@pytest.mark.parametrize(
    ("steps", "file", "column", "value", "line"),
    [
        ("targets schema primaryKey", TARGETS, "target_id", "sd-2024-smes-served", "found 'sd-2024-smes-served' again"),
        ("targets schema foreignKeys", TARGETS, "plan_id", "sd-1949", "found 'sd-1949', expected a row of data/plan/"),
        ("targets schema fields plan_id constraints", TARGETS, "plan_id", "", "found nothing, expected a value"),
        ("targets schema fields value_low type", TARGETS, "value_low", "many", f"found 'many', expected {NUMBER}"),
        (
            "places schema foreignKeys",
            "data/vocabulary/places.csv",
            "parent",
            "mars",
            "found 'mars', expected a row of",
        ),
    ],
)
def test_what_the_analysis_relies_on_holds_where_a_descriptor_leaves_it_out(root, steps, file, column, value, line):
    edit_descriptor(root, steps, ...)
    edit_cell(root, file, 2, column, value)
    if column == "target_id":
        edit_descriptor(root, "targets schema fields target_id constraints", {})
    assert any(line in problem for problem in problems(root))


def test_an_older_root_is_told_for_each_table_what_to_add(root):
    for column in ("basis", "direction"):
        edit_descriptor(root, f"targets schema fields {column}", ...)
        header, *rows = read_csv(root, TARGETS)
        at = header.index(column)
        write_csv(root, TARGETS, [row[:at] + row[at + 1 :] for row in [header, *rows]])
    edit_descriptor(root, "benchmarks", ...)
    (root / "data/blood/benchmarks.csv").unlink()
    assert problems(root) == [
        f"{DESCRIPTOR}: resources.benchmarks: found nothing, "
        f"expected it: copy this resource from {ROOT / DESCRIPTOR} and add data/blood/benchmarks.csv",
        f"{DESCRIPTOR}: resources.targets.schema.fields: found no basis, direction, "
        f"expected them: copy these fields from {ROOT / DESCRIPTOR} and add the columns to {TARGETS}",
    ]


# Files that are none.


@pytest.mark.parametrize("file", [COLLECTION, "seeds/page.txt", DESCRIPTOR])
def test_a_file_that_is_no_regular_file_inside_the_root_is_one_line_and_waits_for_nothing(tmp_path, file):
    root, path = tmp_path / "root", tmp_path / "root" / file
    path.parent.mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("secret")
    looped = "no readable file (Too many levels of symbolic links)"
    for make, found, expected in [
        (lambda: os.mkfifo(path), "what is no regular file", "a text file in UTF-8"),
        (lambda: path.mkdir(), "what is no regular file", "a text file in UTF-8"),
        (lambda: path.symlink_to(path.name), looped, "a text file in UTF-8"),
        (lambda: path.symlink_to(tmp_path / "outside.txt"), "a path that leads out of the root", "one inside it"),
    ]:
        make()
        text, (problem,) = read_text(root, file)
        assert (text, str(problem)) == ("", f"{file}: found {found}, expected {expected}")
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_table_that_is_a_fifo_a_loop_or_a_link_out_of_the_root_is_one_line(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "collection.csv"
    (root / COLLECTION).rename(outside)
    os.mkfifo(root / COLLECTION)
    assert len(problems(root)) == 1
    (root / COLLECTION).unlink()
    (root / COLLECTION).symlink_to(outside)
    assert problems(root) == [f"{COLLECTION}: found a path that leads out of the root, expected one inside it"]


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
        if name != "report_numbers":  # the copy claims nothing of notebooks that it does not have
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


def break_header(root):
    write_csv(root, PLANS, [["id"], *read_csv(root, PLANS)[1:]])


def break_a_row(root):
    write_csv(root, PLANS, [*read_csv(root, PLANS), ["sd-2025"]])


def break_a_cell(root):
    edit_cell(root, PLANS, 2, "name_en", "")


@pytest.mark.parametrize(("fault", "silent"), [(break_header, True), (break_a_row, True), (break_a_cell, False)])
def test_a_broken_file_silences_what_points_into_it_and_nothing_else(root, tables, fault, silent):
    """A row that was left out may be the one pointed at; a bad cell leaves every row in place."""
    fault(root)
    row = known_row(tables, TARGETS)
    edit_cell(root, TARGETS, row, "plan_id", "sd-1949")
    edit_cell(root, TARGETS, row, "unit", "yuan")
    lines = [line for line in problems(root) if line.startswith(TARGETS)]
    assert f"{TARGETS}:{row}: unit: found 'yuan', expected a row of data/vocabulary/units.csv" in lines
    assert (f"{TARGETS}:{row}: plan_id: found 'sd-1949', expected a row of {PLANS}" in lines) != silent


def test_a_value_that_a_float_cannot_hold_is_refused(root, tables):
    row = row_of(tables, "targets", target_id="sd-2024-chemical-revenue")
    edit_cell(root, TARGETS, row, "value_low", "2900000000000.0001")
    assert problems(root) != []


def test_the_codebook_is_the_descriptors():
    assert (ROOT / CODEBOOK).read_text(encoding="utf-8") == codebook(read_descriptor(ROOT))
