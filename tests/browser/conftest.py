"""One whole report for all, and a real Chromium, Debian's, driven by playwright.

Without it each test that needs it is skipped and says how to get it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    if not CHROMIUM:
        missing = pytest.mark.skip(reason="no chromium: install it with `apt-get install chromium`")
        for item in items:
            if {"browser", "lab"} & set(item.fixturenames):
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """The files that git tracks, as they are in the working tree, in a folder of their own: a fresh clone."""
    folder = tmp_path_factory.mktemp("fresh") / "one newspaper 版面"
    tracked = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def report(clone) -> Path:
    subprocess.run(
        [sys.executable, "-m", "analysis", "report", "--root", clone], cwd=ROOT, check=True, capture_output=True
    )
    return clone / "reports"
