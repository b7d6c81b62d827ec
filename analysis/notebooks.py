"""Read, run and store notebooks. What is made of their outputs belongs to `report`."""

# ruff: noqa: E402
from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

# nbformat imports jsonschema, and this rfc3987_syntax, which builds a grammar as it is imported: seconds in every
# process, for a format of addresses that no notebook's schema has.
sys.modules.setdefault("rfc3987_syntax", None)
import nbformat

del sys.modules["rfc3987_syntax"]

from nbformat import NotebookNode
from tqdm import tqdm

from analysis import publish, workers
from analysis.charts.svg import svg_with_font
from analysis.outputs import MIME
from analysis.shell import NotebookError, run_cells
from analysis.tables import read_text

_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair; in a name, what is not UTF-8
EXPECTED = "Jupyter's format 4, with code, markdown and raw cells"


def paths(root: Path) -> list[Path]:
    """Return the notebooks of a root in the order of their names; raise NotebookError when there is none."""
    found = sorted((root / "notebooks").glob("*.ipynb"))
    if not found:
        raise NotebookError("notebooks: found no notebook, expected *.ipynb")
    return found


def read(path: Path) -> NotebookNode:
    """Return a notebook of Jupyter's format 4.

    Raises:
        NotebookError: the file is no notebook; the message names the cell where one is at fault.
    """
    text, problems = read_text(path.parent, path.name)
    place, found = ("", problems[0].found) if problems else _fault(text)
    if _HALF.search(path.name):
        found = "its name is not UTF-8"
    if found:
        found = f"{place}found {found}" if place else f"found no readable notebook ({found})"
        raise NotebookError(f"notebooks/{path.name}: {found}, expected {EXPECTED}")
    with warnings.catch_warnings(action="ignore"):  # of cells without an id, which they get
        return nbformat.reads(text, as_version=4)


def _fault(text: str) -> tuple[str, str]:
    """Return where a text is no notebook and what stands there, two empty texts where all of it is one.

    First comes what nbformat's own check stumbles over or does not see.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        return "", f"no JSON: {error}"
    if not isinstance(content, dict) or content.get("nbformat") != 4 or not isinstance(content.get("cells"), list):
        return "", "no nbformat 4 with a list of cells"
    for number, cell in enumerate(content["cells"], start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind not in ("code", "markdown", "raw"):
            return f"cell {number}: ", f"cell_type {kind!r}"
        if _HALF.search(json.dumps(cell, ensure_ascii=False)):
            return f"cell {number}: ", "half of a surrogate pair"
    try:
        with warnings.catch_warnings(action="ignore"):
            nbformat.validate(content)
    except nbformat.ValidationError as error:
        place = "".join(f"{step}: " for step in error.absolute_path)
        place = re.sub(r"^cells: (\d+)", lambda cell: f"cell {int(cell[1]) + 1}", place)
        return place, " ".join(error.message.split())[:200]
    return "", ""


def run(files: Sequence[Path], langs: Sequence[str] = ("en",)) -> dict[str, list[NotebookNode]]:
    """Run notebooks, each in a process of its own, and return them with their outputs; no file is written.

    Args:
        files: paths of notebooks; each runs in its own folder.
        langs: each put into the cell tagged ``parameters``, for a run of its own.

    Returns:
        By language, the notebooks in the order of ``files``.

    Raises:
        NotebookError: a cell failed, or its process ended.
    """
    made = {lang: [read(path) for path in files] for lang in langs}
    jobs = [(path, _cells(notebook, lang)) for lang in langs for path, notebook in zip(files, made[lang], strict=True)]
    jobs.sort(key=lambda job: -len(job[1]))  # the longest first, so that no process waits at the end
    given = [(path, [(cell.source, cell.metadata.get("tags", [])) for cell in cells]) for path, cells in jobs]
    # On a terminal only: a log needs no bar, and an interrupted run leaves one line.
    total = sum(len(cells) for _, cells in jobs)
    with tqdm(total=total, desc="notebooks", unit="cell", mininterval=0.5, leave=False, disable=None) as bar:
        try:
            found = workers.run(run_cells, given, bar.update)
        except workers.WorkerError as error:
            raise NotebookError(f"notebooks/{jobs[error.number][0].name}: {error}") from None
    for (_, cells), shown in zip(jobs, found, strict=True):
        for count, (cell, outputs) in enumerate(zip(cells, shown, strict=True), start=1):
            cell.execution_count = count
            cell.outputs = nbformat.from_dict(json.loads(outputs, parse_constant=str))  # NaN is no JSON
    return made


def _cells(notebook: NotebookNode, lang: str) -> list[NotebookNode]:
    """Return the cells of a notebook that run, emptied of former outputs, the language in its place."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):  # as papermill has it
            cell.source = f'lang = "{lang}"'
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None  # a stored error must not pass for one of this run
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def store(path: Path, notebook: NotebookNode) -> None:
    """Write a run notebook back without what differs from machine to machine: kernel, Python version, times.

    A chart that stands in ``docs/`` by its name (README's) is written there too. A PNG whose drawing did not change
    stays as it was stored: another processor's would differ by a shade, and a diff would show it as new.
    """
    stored = _pictures(path)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            bundle = output.get("data", {}).get(MIME, {})
            if "svg" in bundle:
                output["data"]["image/png"] = stored.get(bundle["svg"]["wide"], output["data"]["image/png"])
                shown = path.parents[1] / "docs" / f"{bundle['name']}.svg"
                if shown.exists():
                    publish.write_text(shown, svg_with_font(bundle["svg"]["wide"]))
    with warnings.catch_warnings(action="ignore"):
        publish.write_text(path, nbformat.writes(notebook) + "\n")


def _pictures(path: Path) -> dict[str, str]:
    """Return the PNG of each chart that a notebook holds, by its SVG."""
    if not path.exists():
        return {}
    found = [output.data for cell in read(path).cells for output in cell.get("outputs", []) if "data" in output]
    charts = [data for data in found if "svg" in data.get(MIME, {}) and "image/png" in data]
    return {data[MIME]["svg"]["wide"]: data["image/png"] for data in charts}
