"""The notebooks as they are stored: run, in order, thin, and the same as README shows."""

import json
import re
from pathlib import Path

import pytest

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


def test_a_notebook_opens_with_a_question_and_a_lead_in_each_language(notebook):
    first, second = cells(notebook, "markdown")[:2]
    title, _, answer = "".join(first["source"]).partition("\n\n")
    assert title.startswith("# ")
    assert title.endswith("?")
    assert answer.strip()
    assert "lead-zh" in second["metadata"]["tags"]


def test_stored_metadata_name_no_machine(notebook):
    metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
    assert metadata["language_info"] == {"name": "python"}
    assert set(metadata) == {"kernelspec", "language_info"}


def test_every_chart_is_stored_as_png_and_svg_with_alt_text(notebook):
    outputs = [output for cell in cells(notebook, "code") for output in cell["outputs"]]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert pictures
    for output in pictures:
        assert "<svg" in "".join(output["data"]["image/svg+xml"])
        assert len(output["metadata"]["image/png"]["alt"]) > 30


def test_readme_lists_every_notebook_with_its_question():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        title = "".join(cells(path, "markdown")[0]["source"]).splitlines()[0].removeprefix("# ")
        assert f"| [{path.stem}](notebooks/{path.name}) | {title} |" in readme


def test_readmes_chart_is_the_one_a_notebook_draws():
    shown = re.findall(r"docs/([\w-]+)\.svg", (ROOT / "README.md").read_text(encoding="utf-8"))
    drawn = {
        name: "".join(data["image/svg+xml"])
        for path in NOTEBOOKS
        for cell in cells(path, "code")
        for output in cell["outputs"]
        if "image/svg+xml" in (data := output.get("data", {}))
        for name in [data["application/vnd.one-newspaper-page+json"]["name"]]
    }
    assert shown
    for name in shown:
        assert (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8") == drawn[name]
