"""Run notebooks on warm kernels, two at a time. What is made of their outputs belongs to `report`."""

# ruff: noqa: E402
from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path

# nbformat imports jsonschema, and this rfc3987_syntax, which builds a grammar as it is imported: seconds in every
# process, for a format of addresses that no notebook's schema has.
sys.modules.setdefault("rfc3987_syntax", None)
import nbformat

del sys.modules["rfc3987_syntax"]

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from tqdm import tqdm

from analysis import UserError, outputs, publish
from analysis.charts.svg import svg_with_font
from analysis.outputs import MIME
from analysis.tables import read_text

_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair; in a name, what is not UTF-8
EXPECTED = "Jupyter's format 4, with code, markdown and raw cells"


class NotebookError(UserError):
    """A notebook cannot be read or run; the message names notebook, cell and error."""


class Client(NotebookClient):
    """nbclient on a kernel that is started and ended elsewhere, so that it leaves signals to whoever called it."""

    @contextlib.asynccontextmanager
    async def async_setup_kernel(self, **_: object) -> AsyncIterator[None]:
        """Take the kernel and the client as they are."""
        yield


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


def run(files: Iterable[Path], langs: Sequence[str] = ("en",)) -> dict[str, list[NotebookNode]]:
    """Run notebooks from an empty namespace each, and return them with their outputs; no file is written.

    Each of two workers keeps one kernel and empties it between notebooks: what is imported stays imported,
    which is most of a notebook's time.

    Args:
        files: paths of notebooks; each runs in its own folder.
        langs: each put into the cell tagged ``parameters``, for a run of its own.

    Returns:
        By language, the notebooks in the order of ``files``.

    Raises:
        NotebookError: a cell failed, or the kernel died.
    """
    jobs = [(lang, path, read(path)) for lang in langs for path in files]
    for lang, _, notebook in jobs:
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):  # as papermill has it
                cell.source = f'lang = "{lang}"'
            if cell.cell_type == "code":
                cell.outputs = []  # a stored error must not pass for one of this run
    total = sum(cell.cell_type == "code" for _, _, notebook in jobs for cell in notebook.cells)
    # On a terminal only: a log needs no bar, and an interrupted run leaves one line.
    with tqdm(total=total, desc="notebooks", unit="cell", mininterval=0.5, leave=False, disable=None) as bar:
        try:
            asyncio.run(_run_all([(path, notebook) for _, path, notebook in jobs], bar))
        except ExceptionGroup as group:  # the first fault of a worker ended the other
            raise group.exceptions[0] from None
    return {lang: [notebook for own, _, notebook in jobs if own == lang] for lang in langs}


async def _run_all(jobs: list[tuple[Path, NotebookNode]], bar: tqdm) -> None:
    waiting = sorted(jobs, key=lambda job: -len(job[1].cells))  # the longest first, so that no worker waits at the end
    async with asyncio.TaskGroup() as workers:
        for _ in range(min(2, os.cpu_count() or 1, len(jobs))):
            workers.create_task(_worker(waiting, bar))


async def _worker(waiting: list[tuple[Path, NotebookNode]], bar: tqdm) -> None:
    kernel = AsyncKernelManager(kernel_name="python3")
    # A report must not depend on who makes it where: same language, same clock, same hashes.
    own = {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    # What a cell prints comes as a message; only a kernel's own complaints, as when it is ended, go elsewhere.
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        await kernel.start_kernel(env=os.environ | own, cwd=str(waiting[0][0].parent), **quiet)
        while waiting:
            path, notebook = waiting.pop(0)
            await _run_one(path, notebook, kernel, bar)
    except (OSError, NoSuchKernel) as error:
        raise NotebookError(f"notebooks: found {error}, expected a kernel that starts") from None
    finally:
        if kernel.has_kernel:
            await kernel.shutdown_kernel(now=True)


async def _run_one(path: Path, notebook: NotebookNode, kernel: AsyncKernelManager, bar: tqdm) -> None:
    runner = Client(notebook, km=kernel, timeout=600, on_cell_executed=lambda **_: bar.update())
    try:
        await runner.async_start_new_kernel_client()
        empty = "import IPython; IPython.get_ipython().reset(new_session=True)"
        await runner.kc.execute_interactive(empty, silent=True, store_history=False)
        await runner.async_execute(reset_kc=False)
    except (CellExecutionError, CellTimeoutError, RuntimeError, nbformat.ValidationError) as error:
        if asyncio.current_task().cancelling():  # nbclient takes every cancellation for the kernel's death
            raise asyncio.CancelledError from None
        raise NotebookError(f"notebooks/{path.name}: {_failure(notebook, error)}") from None
    finally:
        if runner.kc is not None:
            runner.kc.stop_channels()
    for number, output in _shown(notebook):
        try:
            outputs.check(output)
        except outputs.OutputError as error:
            raise NotebookError(f"notebooks/{path.name}: code cell {number}: {error}") from None


def _failure(notebook: NotebookNode, error: Exception) -> str:
    for number, output in _shown(notebook):
        if output.output_type == "error":
            value = " ".join(output.evalue.split())
            return f"code cell {number}: found {output.ename}: {value}, expected a cell that runs"
    found = f"{type(error).__name__} ({' '.join(str(error).split())[:120]})"
    return f"found {found}, expected a kernel that runs the notebook to its end"


def _shown(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Return each output with the number of its code cell, which is what Jupyter shows as ``[1]``."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return ((number, output) for number, cell in enumerate(cells, start=1) for output in cell.outputs)


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


if sys.platform == "win32":  # pyzmq needs a loop that can watch sockets
    asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
