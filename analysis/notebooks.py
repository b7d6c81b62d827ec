"""Run notebooks on warm kernels, two at a time. What is made of their outputs belongs to `report`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from analysis.charts.frames import MIME
from analysis.charts.svg import svg_with_font

PARAMETERS = "parameters"  # the tag of the cell that sets the language, as papermill has it


class NotebookError(Exception):
    """A notebook cannot be read or run; the message names notebook, code cell and error."""


def paths(root: Path) -> list[Path]:
    """Return the notebooks of a root in the order of their names; raise NotebookError when there is none."""
    found = sorted((root / "notebooks").glob("*.ipynb"))
    if not found:
        raise NotebookError("notebooks: found no notebook, expected *.ipynb")
    return found


def read(path: Path) -> NotebookNode:
    """Return a notebook; raise NotebookError when the file is none."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever its parser meets
        detail = str(error).strip().splitlines()[0][:120]
        raise NotebookError(
            f"notebooks/{path.name}: found no readable notebook ({detail}), expected Jupyter's format 4"
        ) from None


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
            if PARAMETERS in cell.metadata.get("tags", []):
                cell.source = f'lang = "{lang}"'
    total = sum(cell.cell_type == "code" for _, _, notebook in jobs for cell in notebook.cells)
    with tqdm(total=total, desc="notebooks", unit="cell", mininterval=0.5) as bar:
        asyncio.run(_run_all([(path, notebook) for _, path, notebook in jobs], bar))
    return {lang: [notebook for own, _, notebook in jobs if own == lang] for lang in langs}


async def _run_all(jobs: list[tuple[Path, NotebookNode]], bar: tqdm) -> None:
    waiting = sorted(jobs, key=lambda job: -len(job[1].cells))  # the longest first, so that no worker waits at the end
    workers = [asyncio.create_task(_worker(waiting, bar)) for _ in range(min(2, os.cpu_count() or 1, len(jobs)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _worker(waiting: list[tuple[Path, NotebookNode]], bar: tqdm) -> None:
    kernel = AsyncKernelManager(kernel_name="python3")
    # A report must not depend on who makes it where: same language, same clock, same hashes.
    settled = {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYTHONUTF8": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    try:
        folder = str(waiting[0][0].parent)
        await kernel.start_kernel(env=os.environ | settled, cwd=folder, extra_arguments=["--log-level=ERROR"])
        while waiting:
            path, notebook = waiting.pop(0)
            await _run_one(path, notebook, kernel, bar)
    finally:
        if kernel.has_kernel:
            await kernel.shutdown_kernel(now=True)


async def _run_one(path: Path, notebook: NotebookNode, kernel: AsyncKernelManager, bar: tqdm) -> None:
    runner = NotebookClient(notebook, km=kernel, timeout=600, on_cell_executed=lambda **_: bar.update())
    try:
        await runner.async_start_new_kernel_client()
        empty = "import IPython; IPython.get_ipython().reset(new_session=True)"
        await runner.kc.execute_interactive(empty, silent=True, store_history=False)
        await runner.async_execute(reset_kc=False, cleanup_kc=False)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"notebooks/{path.name}: {_failure(notebook, error)}") from None
    finally:
        if runner.kc is not None:
            runner.kc.stop_channels()


def _failure(notebook: NotebookNode, error: Exception) -> str:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        for output in cell.outputs:
            if output.output_type == "error":
                value = " ".join(output.evalue.split())
                return f"code cell {number}: found {output.ename}: {value}, expected a cell that runs"
    return f"found {type(error).__name__}, expected a kernel that runs the notebook to its end"


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
            data = output.get("data", {})
            bundle = data.get(MIME, {})
            shown = path.parents[1] / "docs" / f"{bundle.get('name')}.svg"
            if "svg" in bundle and shown.exists():
                shown.write_text(svg_with_font(bundle["svg"]["wide"]), encoding="utf-8", newline="\n")
            if "svg" in bundle:
                data["image/png"] = stored.get(bundle["svg"]["wide"], data["image/png"])
    nbformat.write(notebook, path)


def _pictures(path: Path) -> dict[str, str]:
    """Return the PNG of each chart that a notebook holds, by its SVG."""
    if not path.exists():
        return {}
    outputs = [output for cell in read(path).cells for output in cell.get("outputs", [])]
    found = [output.data for output in outputs if "svg" in output.get("data", {}).get(MIME, {})]
    return {data[MIME]["svg"]["wide"]: data["image/png"] for data in found if "image/png" in data}


if sys.platform == "win32":  # pyzmq needs a loop that can watch sockets
    asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
