"""Print what README claims of speed, as ratios of one run: `make benchmark`.

Each command runs as a whole process, in turn with the one it is held against; the minimum of three counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 3


def seconds(*commands: list[str]) -> float:
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    python = sys.executable
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        report = [python, "-m", "analysis", "report", "--out", f"{folder}/report"]
        convert = [
            [python, "-m", "jupyter", "nbconvert", "--to", "html", "--execute", "--output-dir", folder, str(path)]
            for path in notebooks
        ]
        check = [python, "-m", "analysis", "check"]
        times = {"report": [], "nbconvert one by one": [], "check": []}
        for _ in range(ROUNDS):
            times["report"].append(seconds(report))
            times["nbconvert one by one"].append(seconds(*convert))
            times["check"].append(seconds(check))
    best = {name: min(values) for name, values in times.items()}
    for name, value in best.items():
        print(f"{name:24}{value:7.2f} s")
    ratio = best["report"] / best["nbconvert one by one"]
    print(f"{'report to nbconvert':24}{ratio:7.2f}   ({len(notebooks)} notebooks, goal at most 0.85)")


if __name__ == "__main__":
    main()
