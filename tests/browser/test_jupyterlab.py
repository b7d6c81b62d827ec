"""JupyterLab for real: each notebook of a fresh clone shows its charts unrun, and runs to its end."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

NOTEBOOKS = 5


@pytest.fixture(scope="module")
def lab(clone, tmp_path_factory):
    """The address of a JupyterLab on loopback with its token on, serving a fresh clone."""
    home = tmp_path_factory.mktemp("home")
    settings = {"JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data", "HOME": home}

    log = (home / "log").open("w+")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root"]
    command.append("--LabApp.expose_app_in_browser=True")  # so that a test can ask the notebook, not its picture
    own = os.environ | {name: str(folder) for name, folder in settings.items()}
    server = subprocess.Popen(command, cwd=clone, env=own, stdout=log, stderr=subprocess.STDOUT)
    address = None
    for _ in range(120):
        time.sleep(0.5)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/lab\?token=(\w+)", (home / "log").read_text())
        if found:
            address = found.groups()
            break
    assert address, (home / "log").read_text()
    yield address
    server.terminate()
    server.wait(timeout=30)
    log.close()


@pytest.fixture(scope="module")
def names(clone) -> list[str]:
    found = sorted(path.name for path in (clone / "notebooks").glob("*.ipynb"))
    assert len(found) == NOTEBOOKS
    return found


RUN_ALL = """async () => {
    const app = window.jupyterapp, panel = app.shell.currentWidget;
    await panel.sessionContext.ready;
    await app.commands.execute('notebook:run-all-cells');
    const cells = [...panel.content.model.cells].filter(cell => cell.type === 'code');
    const outputs = cells.flatMap(cell => cell.outputs.toJSON());
    return {
        run: cells.filter(cell => cell.executionCount > 0).length === cells.length,
        pictures: outputs.filter(output => output.data && output.data['image/png']).length,
        faults: outputs.filter(output => output.output_type === 'error' || output.name === 'stderr'),
    };
}"""


@pytest.mark.parametrize("number", range(NOTEBOOKS))
def test_a_notebook_shows_its_charts_unrun_and_runs_without_error(browser, lab, names, number):
    port, token = lab
    page = browser.new_page(viewport={"width": 1400, "height": 4000})
    page.goto(f"http://127.0.0.1:{port}/lab/tree/notebooks/{names[number]}?token={token}&reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
    stored = (Path(__file__).parents[2] / "notebooks" / names[number]).read_text(encoding="utf-8")
    charts = '"image/png"' in stored
    if charts:  # The stored picture, before anything runs: not "<Figure size …>", as an untrusted SVG would be.
        page.wait_for_selector(".jp-OutputArea-output img", timeout=60_000)
        assert page.evaluate("document.querySelector('.jp-OutputArea-output img').naturalWidth") > 500
    assert page.locator(".jp-OutputArea-output", has_text="<Figure size").count() == 0
    # A missing glyph is an error of the chart itself: see analysis/charts/base.py.
    found = page.evaluate(RUN_ALL)
    assert found["faults"] == []
    assert found["run"]
    assert found["pictures"] >= charts
    page.close()
