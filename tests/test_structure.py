"""How the package is laid out: its rooms import each other in README's order only."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = re.findall(
    "`([a-z_]+)`", re.search(r"Read the package.*?only\.", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
)
ORDER = [room for room in ROOMS if room != "base"]
# These begin everything, or are begun by it: whoever reads the package meets them at either end.
ENDS = {"__init__", "__main__", "prepared"}


def room(module: str) -> str:
    """Return the room of a module, as analysis.charts.base is of charts."""
    return module.split(".")[1]


def imported(path: Path) -> set[str]:
    """Return the rooms that a file imports as it is loaded."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            names = [f"analysis.{name.name}" for name in node.names] if node.module == "analysis" else [node.module]
            found |= {room(name) for name in names}
    return found & set(ORDER)


@pytest.mark.parametrize("path", sorted((ROOT / "analysis").rglob("*.py")), ids=lambda path: path.stem)
def test_a_room_imports_those_before_it_only(path):
    own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if own not in ENDS:
        assert own in ORDER
        assert not [other for other in imported(path) if ORDER.index(other) > ORDER.index(own)]
