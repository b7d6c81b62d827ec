"""Cells run as a kernel runs them: what they show, in which order, and what fails. nbval asks a real kernel too."""

import base64
import json
from pathlib import Path

import pytest

from analysis import outputs, shell, workers


def run(folder: Path, *cells: str, tags: list[str] | None = None) -> list[list[dict]]:
    """Return the outputs of cells, run in a process of their own as notebooks are."""
    given = folder / "1-one.ipynb", [(source, tags or []) for source in cells]
    return list(map(json.loads, workers.run(shell.run_cells, [given])[0]))


def test_outputs_come_in_their_order_and_what_is_printed_in_a_row_is_one(tmp_path):
    source = "import sys\nprint('a')\nprint('b')\ndisplay(1)\nprint('c', file=sys.stderr)\nprint('d')\n2"
    (shown,) = run(tmp_path, source)
    assert [(each["output_type"], each.get("name"), each.get("text")) for each in shown] == [
        ("stream", "stdout", "a\nb\n"),
        ("display_data", None, None),
        ("stream", "stderr", "c\n"),
        ("stream", "stdout", "d\n"),
        ("execute_result", None, None),
    ]
    assert (shown[1]["data"], shown[4]["data"]) == ({"text/plain": "1"}, {"text/plain": "2"})


def test_results_are_numbered_by_cell_and_remembered(tmp_path):
    found = run(tmp_path, "x = 20", "x + 1", "_ + 1")
    assert [[(each["execution_count"], each["data"]["text/plain"]) for each in shown] for shown in found] == [
        [],
        [(2, "21")],
        [(3, "22")],
    ]


def test_a_cell_runs_in_the_folder_of_its_notebook_and_sees_its_modules(tmp_path):
    (tmp_path / "beside.py").write_text("here = 5")
    shown, kept = run(tmp_path, "import beside, os\nos.listdir(), beside.here", "get_ipython().history_manager.enabled")
    assert "beside.py" in shown[0]["data"]["text/plain"]
    assert kept[0]["data"] == {"text/plain": "False"}  # no file of what was typed


def test_what_jupyter_allows_runs(tmp_path):
    (magic, awaited, cleared) = run(
        tmp_path,
        "%precision 2\n0.125",
        "import asyncio\nawait asyncio.sleep(0, 'waited')",
        "print('gone')\nfrom IPython.display import clear_output\nclear_output()\nprint('left')",
    )
    assert magic[-1]["data"]["text/plain"] == "0.12"
    assert awaited[-1]["data"]["text/plain"] == "'waited'"
    assert [each["text"] for each in cleared] == ["left\n"]


def test_a_figure_of_pyplot_is_shown_below_its_cell(tmp_path):
    (shown,) = run(tmp_path, "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert base64.b64decode(shown[-1]["data"]["image/png"]).startswith(b"\x89PNG")


def test_bytes_of_a_picture_become_text_and_what_json_lacks_its_name(tmp_path):
    (shown,) = run(tmp_path, "display({'image/png': b'PNG', 'application/json': {'a': 1j}}, raw=True)")
    assert shown[0]["data"] == {"image/png": "UE5H", "application/json": {"a": "1j"}}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("1/0", "ZeroDivisionError: division by zero"),
        ("raise ValueError('two\\nlines')", "ValueError: two lines"),
        ("1 +", "SyntaxError: "),
        ("%nosuchmagic", "UsageError: Line magic function `%nosuchmagic` not found."),
        ("raise SystemExit(2)", "SystemExit: 2"),
        ("input('how many?')", "EOFError: "),
        ("own = {}\nown['own'] = own\ndisplay({'application/json': own}, raw=True)", "ValueError: Circular reference"),
        (f"display({{'{outputs.MIME}': {{'rows': [[float('nan')]]}}}}, raw=True)", "ValueError: Out of range float"),
        (f"display({{'{outputs.MIME}': {{'kind': 'sound'}}}}, raw=True)", "kind: found 'sound', expected one of"),
    ],
)
def test_a_cell_that_fails_is_one_line_with_its_number(tmp_path, source, found):
    with pytest.raises(shell.NotebookError) as refused:
        run(tmp_path, "1", source, "print('never')")
    assert str(refused.value).startswith("notebooks/1-one.ipynb: code cell 2: ")
    assert found in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_cell_that_may_fail_shows_its_error_and_the_next_runs(tmp_path):
    failed, refused, after = run(tmp_path, "1/0", "import sys\nsys.stdout.write(5)", "2", tags=["raises-exception"])
    assert (failed[0]["output_type"], failed[0]["ename"]) == ("error", "ZeroDivisionError")
    assert [each["ename"] for each in refused] == ["TypeError"]  # what is no text is not kept
    assert after[0]["data"] == {"text/plain": "2"}


def test_what_is_shown_anew_takes_its_former_place(tmp_path):
    first = "print('a')\none = display(1, display_id=True)\ndisplay(2, display_id='two')\none.update(3)\none.update(4)"
    shown, later = run(tmp_path, first, "one.update(5)\ndisplay(6)\none.update(7)")
    assert [each.get("text") or each["data"]["text/plain"] for each in shown] == ["a\n", "4", "2"]
    assert [each["data"]["text/plain"] for each in later] == ["7", "6"]  # another cell's place is not reached


def test_what_is_shown_is_as_it_was_then(tmp_path):
    (shown,) = run(tmp_path, "row = {'a': 1}\ndisplay({'application/json': row}, raw=True)\nrow['a'] = 2")
    assert shown[0]["data"]["application/json"] == {"a": 1}


def test_half_of_a_surrogate_pair_is_a_question_mark(tmp_path):
    (shown,) = run(tmp_path, "print('a\\ud800')")
    assert shown[0]["text"] == "a?\n"


def test_letters_of_a_stream_are_utf_8_and_help_is_no_output(tmp_path):
    letters, told = run(tmp_path, "import sys\nprint(sys.stdout.encoding)", "abs?")
    assert (letters[0]["text"], told) == ("UTF-8\n", [])
