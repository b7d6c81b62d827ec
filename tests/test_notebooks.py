"""The notebooks as they are stored: run, in order, thin, and the same as README shows."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from analysis import notebooks, outputs, targets
from analysis.charts import plan
from analysis.charts.svg import svg_with_font
from analysis.language import Words
from analysis.outputs import MIME

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path, kind: str) -> list[dict]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path, "code")]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> Path:
    return request.param


def test_every_code_cell_has_run_in_order(notebook):
    # nbval compares nothing for a cell that never ran, and passes a cleared notebook.
    counts = [cell["execution_count"] for cell in cells(notebook, "code")]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_holds_an_error_or_a_warning(notebook):
    outputs = [output for cell in cells(notebook, "code") for output in cell["outputs"]]
    assert [out for out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"] == []


def test_a_notebook_is_thin(notebook):
    assert len(cells(notebook, "code")) + len(cells(notebook, "markdown")) <= 25
    assert not re.search(r"^\s*(def|class|for|while) ", "\n".join(code(notebook)), re.MULTILINE)


def test_imports_stand_in_one_cell(notebook):
    assert sum(bool(re.search(r"^(from|import) ", source, re.MULTILINE)) for source in code(notebook)) == 1


def test_a_notebook_opens_with_a_question_and_its_answer(notebook):
    first = cells(notebook, "markdown")[0]
    title, _, answer = "".join(first["source"]).partition("\n\n")
    assert title.startswith("# ")
    assert title.endswith("?")
    assert answer.strip()


def test_stored_metadata_name_no_machine(notebook):
    metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
    assert metadata["language_info"] == {"name": "python"}
    assert set(metadata) == {"kernelspec", "language_info"}


def test_every_chart_is_stored_as_png_and_svg_with_alt_text(notebook):
    outputs = [output for cell in cells(notebook, "code") for output in cell["outputs"]]
    charts = [output for output in outputs if output.get("data", {}).get(MIME, {}).get("kind") == "chart"]
    assert charts or notebook.stem.endswith(("proven", "year-before"))  # these have tables and texts
    for output in charts:
        bundle = output["data"][MIME]
        assert [bundle["svg"][width].startswith("<svg") for width in ("wide", "narrow")] == [True, True]
        assert base64.b64decode(output["data"]["image/png"]).startswith(b"\x89PNG")
        assert "image/svg+xml" not in output["data"]
        assert len(bundle["alt"]) > 30


def test_readme_lists_every_notebook_with_its_question():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        title = "".join(cells(path, "markdown")[0]["source"]).splitlines()[0].removeprefix("# ")
        assert f"| [{path.stem}](notebooks/{path.name}) | {title} |" in readme


def test_readmes_chart_is_the_one_drawn(tables):
    shown = re.findall(r"docs/([\w-]+)\.svg", (ROOT / "README.md").read_text(encoding="utf-8"))
    drawn = plan.commitments(targets.overview(tables, "sd-2024"), Words(tables, "en"))
    assert shown == [drawn.name] == [path.stem for path in (ROOT / "docs").glob("*.svg")]
    assert (ROOT / "docs" / f"{drawn.name}.svg").read_text(encoding="utf-8") == svg_with_font(drawn.svg())


def test_a_chart_that_stands_in_docs_by_its_name_is_written_there_with_its_font(tables, tmp_path):
    drawn = plan.commitments(targets.overview(tables, "sd-2024"), Words(tables, "en"))
    for folder in ("docs", "notebooks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "docs" / "commitments.svg").touch()
    data = drawn._repr_mimebundle_()[0]
    cells = [nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data)])]
    notebooks.store(tmp_path / "notebooks" / "a.ipynb", nbformat.v4.new_notebook(cells=cells))
    assert (tmp_path / "docs" / "commitments.svg").read_text(encoding="utf-8") == svg_with_font(drawn.svg())
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["commitments.svg"]


def blank() -> dict:
    """A notebook of a heading and a cell of code, as JSON."""
    cells = [nbformat.v4.new_markdown_cell("# Is it whole?"), nbformat.v4.new_code_cell("1")]
    return json.loads(json.dumps(nbformat.v4.new_notebook(cells=cells)))


def cell_fault(cell: int, key: str, value: object):
    def damage(content: dict) -> None:
        content["cells"][cell - 1][key] = value

    return damage


def gone(*keys: str | int):
    def damage(content: dict) -> None:
        *path, last = keys
        for key in path:
            content = content[key]
        del content[last]

    return damage


FAULTS = {
    "cell 2: found 'source' is a required property, expected": gone("cells", 1, "source"),
    "cell 2: found 'outputs' is a required property, expected": gone("cells", 1, "outputs"),
    "cell 1: found 'metadata' is a required property, expected": gone("cells", 0, "metadata"),
    "cell 1: found cell_type None, expected Jupyter's format 4": gone("cells", 0, "cell_type"),
    "cell 2: found cell_type 'odd', expected": cell_fault(2, "cell_type", "odd"),
    "cell 2: metadata: tags: found 5 is not of type 'array', expected": cell_fault(2, "metadata", {"tags": 5}),
    "cell 2: metadata: tags: 1: found 5 is not of type 'string'": cell_fault(2, "metadata", {"tags": ["a", 5]}),
    "cell 1: source: found 5 is not valid": cell_fault(1, "source", 5),
    "cell 1: source: found {'a': 'b'} is not valid": cell_fault(1, "source", {"a": "b"}),
    "cell 1: found half of a surrogate pair, expected": cell_fault(1, "source", "a \ud800"),
    "found no readable notebook ('metadata' is a required property), expected": gone("metadata"),
    "cell 1: found cell_type None, expected": lambda content: content.update(cells=["x"]),
}


@pytest.mark.parametrize(("line", "damage"), FAULTS.items(), ids=range(len(FAULTS)))
def test_a_notebook_that_is_none_is_one_line_with_its_cell(tmp_path, line, damage):
    content = blank()
    damage(content)
    path = tmp_path / "1-one.ipynb"
    path.write_text(json.dumps(content))
    with pytest.raises(notebooks.NotebookError) as refused:
        notebooks.read(path)
    assert str(refused.value).startswith(f"notebooks/1-one.ipynb: {line}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "damage", [gone("cells"), gone("nbformat"), lambda content: content.update(nbformat=3)], ids=range(3)
)
def test_a_notebook_of_another_format_is_one_line(tmp_path, damage):
    content = blank()
    damage(content)
    (tmp_path / "1-one.ipynb").write_text(json.dumps(content))
    with pytest.raises(notebooks.NotebookError, match=r"^notebooks/1-one\.ipynb: found no .* \(no nbformat 4.*$"):
        notebooks.read(tmp_path / "1-one.ipynb")


BYTES = [("no JSON", b"{"), ("not UTF-8", b"\xff"), ("no nbformat 4", b"[1]"), ("no JSON", b"[" * 200_000)]


@pytest.mark.parametrize(("reason", "raw"), BYTES, ids=range(len(BYTES)))
def test_a_file_that_is_no_notebook_is_one_line(tmp_path, reason, raw):
    (tmp_path / "1-one.ipynb").write_bytes(raw)
    with pytest.raises(notebooks.NotebookError, match=rf"^notebooks/1-one\.ipynb: found no readable .*{reason}.*$"):
        notebooks.read(tmp_path / "1-one.ipynb")


def test_a_root_without_notebooks_is_one_line(tmp_path):
    with pytest.raises(notebooks.NotebookError, match=r"^notebooks: found no notebook, expected \*\.ipynb$"):
        notebooks.paths(tmp_path)


def test_what_is_no_file_is_one_line_and_is_not_waited_for(tmp_path):
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "link.ipynb").symlink_to("link.ipynb")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo.ipynb")
    for path in tmp_path.iterdir():
        with pytest.raises(notebooks.NotebookError, match=rf"^notebooks/{path.name}: found no readable notebook"):
            notebooks.read(path)


def test_cells_without_an_id_and_a_byte_order_mark_are_read_without_a_word(tmp_path, recwarn, capsys):
    content = blank()
    gone("cells", 0, "id")(content)
    (tmp_path / "1-one.ipynb").write_text(json.dumps(content), encoding="utf-8-sig")
    assert len(notebooks.read(tmp_path / "1-one.ipynb").cells) == 2
    assert not recwarn.list
    assert capsys.readouterr() == ("", "")


def test_the_notebooks_are_imported_without_a_grammar_of_addresses_and_leave_it_to_others():
    code = "import sys, analysis.notebooks; assert not {'lark', 'rfc3987_syntax'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


PIXEL = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
WORDS = {"title": "t", "source": "s", "sources": [], "lang": "en"}
SHOWN = {
    "table": {"name": "a-table", **WORDS, "columns": ["a", "b"], "codes": ["a", "b"]}
    | {"rows": [["x", 1], [None, 2.5]], "places": []},
    "text": {"name": "words", "title": "t"},
    "headline": {"sentences": ["One."], "figures": [["12", "each"]]},
}
SHOWN["chart"] = SHOWN["table"] | {"subtitle": "u", "alt": "v", "svg": {"wide": "<svg/>", "narrow": "<svg/>"}}


def shown(kind: str, changes: dict, data: dict | None = None) -> dict:
    bundle = {"kind": kind} | SHOWN[kind] | changes
    forms = {"text/html": "<p>", "image/png": PIXEL, "image/svg+xml": "<svg/>"} | (data or {})
    return {"output_type": "display_data", "metadata": {}, "data": forms | {MIME: bundle}}


@pytest.mark.parametrize("kind", SHOWN)
def test_what_charts_and_tables_show_is_of_its_form(kind):
    outputs.check(shown(kind, {}))


WRONG = [
    ("table", {"name": "../../../evil"}, "name: found '../../../evil', expected at most 31 letters"),
    *(
        ("chart", {"name": name}, "chart: name: found ")
        for name in ("a/b", "a\\b", "a\0b", "", "a.b", "x" * 32, 5, None)
    ),
    *(
        ("table", {"name": name}, "name: found ")
        for name in ("CON", "nul", "com1", "Lpt9", "history", "\ud800", "-a", "a b")
    ),
    ("table", {"lang": "fr"}, "lang: found 'fr', expected en or zh"),
    ("table", {"columns": ["a", 5]}, "columns: found ['a', 5], expected a list of texts"),
    ("table", {"rows": [["x"]]}, "rows: found one of another length, expected 2 cells"),
    ("table", {"rows": [["x", float("inf")]]}, "rows: found [['x', inf]], expected rows of texts and finite numbers"),
    ("table", {"rows": [["x", 10**400]]}, "expected rows of texts and finite numbers"),
    ("table", {"rows": "xy"}, "rows: found 'xy', expected"),
    ("table", {"rows": [["x", {}]]}, "expected rows of texts"),
    ("table", {"kind": "sound"}, "kind: found 'sound', expected one of chart, table, text, headline"),
    ("table", {"kind": ["table"]}, "kind: found ['table'], expected one of"),
    ("chart", {"alt": None}, "chart: alt: found None, expected text"),
    ("headline", {"figures": [["12"]]}, "headline: figures: found [['12']], expected pairs of texts"),
]


@pytest.mark.parametrize(("kind", "changes", "found"), WRONG, ids=range(len(WRONG)))
def test_json_of_our_type_that_is_not_of_its_form_is_refused(kind, changes, found):
    with pytest.raises(outputs.OutputError) as refused:
        outputs.check(shown(kind, changes))
    assert found in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_chart_without_its_pictures_is_refused():
    for kind, type_, value in (
        ("chart", "image/png", "bm90IGEgUE5H"),
        ("chart", "image/png", None),
        ("text", "text/html", None),
    ):
        with pytest.raises(outputs.OutputError, match=f"{kind}: {re.escape(type_)}: found"):
            outputs.check(shown(kind, {}, {type_: value}))
    for svg in (5, {"wide": "<svg/>"}, {"wide": "<svg/>", "narrow": 5}):
        with pytest.raises(outputs.OutputError, match="chart: svg: found"):
            outputs.check(shown("chart", {"svg": svg}))
    with pytest.raises(outputs.OutputError, match="kind: found None"):
        outputs.check({"data": {MIME: "text"}})


def test_a_file_of_a_notebook_is_refused_with_its_cell_when_its_name_leads_out_of_the_folder(tmp_path):
    data = {"text/plain": "t", MIME: {"kind": "table"} | SHOWN["table"] | {"name": "../../../evil"}}
    content = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Is it whole?"),
            nbformat.v4.new_raw_cell("raw"),
            nbformat.v4.new_code_cell("1"),
            nbformat.v4.new_code_cell(f"display({data!r}, raw=True)"),
        ]
    )
    nbformat.write(content, tmp_path / "1-one.ipynb")
    with pytest.raises(
        notebooks.NotebookError, match=r"^notebooks/1-one\.ipynb: code cell 2: table: name: found '\.\./"
    ):
        notebooks.run([tmp_path / "1-one.ipynb"])


def stored(path: Path, *cells: dict) -> Path:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_notebooks_run_in_each_language_and_come_in_their_order(tmp_path):
    code, tagged = nbformat.v4.new_code_cell, {"tags": ["parameters"]}
    old = nbformat.v4.new_output("stream", text="old")
    one = [code("lang = 'xx'", metadata=tagged), code(" ", outputs=[old], execution_count=7), code("print(lang)")]
    two = [nbformat.v4.new_markdown_cell("# Two"), *(code(f"{number}") for number in range(4))]
    files = [stored(tmp_path / "1-one.ipynb", *one), stored(tmp_path / "2-two.ipynb", *two)]
    found = notebooks.run(files, ["en", "zh"])
    assert list(found) == ["en", "zh"]
    for lang, (first, second) in found.items():
        assert first.cells[0].source == f'lang = "{lang}"'
        assert [cell.execution_count for cell in first.cells] == [1, None, 2]
        assert [cell.outputs for cell in first.cells[:2]] == [[], []]
        assert first.cells[2].outputs == [{"output_type": "stream", "name": "stdout", "text": f"{lang}\n"}]
        assert [cell.outputs[0]["data"]["text/plain"] for cell in second.cells[1:]] == ["0", "1", "2", "3"]
    assert json.loads(files[0].read_text())["cells"][2]["outputs"] == []


def test_a_notebook_whose_process_ends_is_named_and_nan_is_a_word(tmp_path):
    code, shown = nbformat.v4.new_code_cell, "display({'application/json': [float('nan')]}, raw=True)"
    one = stored(tmp_path / "1-one.ipynb", code(shown))
    ended = stored(tmp_path / "2-two.ipynb", code("import os"), code("os._exit(3)"))
    with pytest.raises(notebooks.NotebookError, match=r"^notebooks/2-two\.ipynb: found a process .* \(exit code 3\)"):
        notebooks.run([one, ended])
    (found,) = notebooks.run([one])["en"]
    assert found.cells[0].outputs[0]["data"] == {"application/json": ["NaN"]}


def test_a_stored_notebook_names_no_machine_and_keeps_the_pictures_of_the_same_drawings(tmp_path):
    def cell(svg: str, png: str) -> dict:
        data = {"image/png": png, MIME: {"kind": "chart", "name": "a", "svg": {"wide": svg}}}
        return nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", data)])

    (tmp_path / "notebooks").mkdir()
    path = stored(tmp_path / "notebooks" / "a.ipynb", cell("<svg>1", "one"), cell("<svg>2", "two"))
    timed = nbformat.v4.new_code_cell("1", metadata={"execution": {"a": "b"}, "tags": ["x"]})
    cells = [nbformat.v4.new_markdown_cell("# A"), timed, cell("<svg>3", "other"), cell("<svg>2", "another")]
    notebooks.store(path, nbformat.v4.new_notebook(cells=cells, metadata={"authors": []}))
    read = notebooks.read(path)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert read.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}
    assert read.cells[1].metadata == {"tags": ["x"]}
    assert [own.outputs[0].data["image/png"] for own in read.cells[2:]] == ["other", "two"]
    assert path.read_text(encoding="utf-8").endswith("}\n")
