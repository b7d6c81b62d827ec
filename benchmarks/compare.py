"""Print what README claims of speed, as ratios of one run: `make benchmark`.

Whole processes, in turn with what they are held against; the minimum of the rounds counts. Then where a report's
time goes, and how `check` and the analysis grow with 1, 10 and 100 times the data.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analysis import workers

ROOT = Path(__file__).parents[1]
ROUNDS = 2
# One plain process that imports once and runs the cells of all notebooks, so that it draws the same charts.
FLOOR = """
import sys, nbformat
from pathlib import Path
root, langs = Path(sys.argv[1]), sys.argv[2:]
for lang in langs:
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        space = {}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                *body, last = cell.source.replace('lang = "en"', f'lang = "{lang}"').rstrip().split("\\n")
                try:
                    shown = compile(last, "cell", "eval")
                except SyntaxError:
                    exec(cell.source.replace('lang = "en"', f'lang = "{lang}"'), space)
                    continue
                exec("\\n".join(body), space)
                value = eval(shown, space)
                if hasattr(value, "_repr_mimebundle_"):
                    value._repr_mimebundle_()
"""
GROWTH = """
import sys, time
from analysis import donations, provenance, targets
start = time.perf_counter()
tables = provenance.check(sys.argv[1])
checked = time.perf_counter()
targets.progress(tables["targets"], tables["outcomes"])
donations.rate_panel(tables["collection"], tables["population"])
print(checked - start, time.perf_counter() - checked)
"""


def seconds(*commands: list[str]) -> float:
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def grown(folder: Path, times: int) -> Path:
    """Make a root with so many copies of the page: seed, rows and ids, each copy a source and a plan of its own."""
    root = folder / f"times-{times}"
    shutil.copytree(ROOT / "data", root / "data")
    (root / "seeds").mkdir(parents=True)
    shutil.copy(next((ROOT / "seeds").glob("*.txt")), root / "seeds" / "page.txt")
    for path in (root / "data").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        if "vocabulary" not in path.parts and path.stem not in ("fixed_words", "measures", "errata", "report_numbers"):
            rows = [
                [again(cell, name, copy) for name, cell in zip(header, row, strict=True)]
                for copy in range(times)
                for row in rows
            ]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    for copy in range(1, times):
        shutil.copy(root / "seeds" / "page.txt", root / "seeds" / f"page-{copy}.txt")
    return root


def again(cell: str, name: str, copy: int) -> str:
    """Return a cell of a copy of a row: its ids, files and periods are the copy's own."""
    own = f"-{copy}" if copy else ""
    if name == "file" and cell:
        return f"seeds/page{own}.txt"
    if name == "target_id" and copy and cell:
        plan, rest = cell[:7], cell[7:]
        return f"{plan}{own}{rest}"
    if name in ("source_id", "plan_id", "outcome_id", "benchmark") and copy and cell:
        return f"{cell}{own}"
    return cell


# The steps of a report in two languages, each timed where it is taken.
STEPS = """
import sys, time
from pathlib import Path
start = time.perf_counter()
from analysis import workers
workers.prepare()
from analysis import notebooks, pages, provenance, report
root, out = Path(sys.argv[1]), Path(sys.argv[2])
steps = [("imports", time.perf_counter() - start)]
def timed(module, name, step):
    function = getattr(module, name)
    def run(*given, **named):
        begun = time.perf_counter()
        value = function(*given, **named)
        steps.append((step, time.perf_counter() - begun))
        return value
    setattr(module, name, run)
timed(provenance, "check", "check")
timed(notebooks, "run", "notebooks: running and drawing")
timed(report.claims, "check", "numbers of the prose")
timed(pages, "render", "pages: their text")
timed(report, "write", "pages and files (with their text)")
report.make(provenance.check(root), out, ["en", "zh"])
for step, seconds in steps:
    print(f"  {step:42}{seconds:6.2f} s")
"""


def main() -> None:
    python = sys.executable
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = [python, "-m", "analysis", "report"]
        commands = {
            "report, two languages": [[*report, "--out", f"{name}/ROUND"]],
            "report, one language": [[*report, "--lang", "en", "--out", f"{name}/ROUND-en"]],
            "nbconvert one by one": [
                [python, "-m", "jupyter", "nbconvert", "--to", "html", "--execute", "--output-dir", name, str(path)]
                for path in notebooks
            ],
            "floor, two languages": [[python, "-c", FLOOR, str(ROOT), "en", "zh"]],
            "floor, one language": [[python, "-c", FLOOR, str(ROOT), "en"]],
            "check": [[python, "-m", "analysis", "check"]],
        }
        if (ROOT / ".venv" / "installed").exists():
            commands["make report, nothing changed"] = [["make", "-s", "report"]]
        best = dict.fromkeys(commands, float("inf"))
        for number in range(ROUNDS):
            for what, runs in commands.items():
                own = [[word.replace("ROUND", f"round-{number}") for word in run] for run in runs]
                best[what] = min(best[what], seconds(*own))
        for what, value in best.items():
            print(f"{what:28}{value:7.2f} s")
        print(f"on {min(workers.MOST, os.cpu_count() or 1)} processors (a report uses at most {workers.MOST})")
        print("where a report's time goes, two languages:")
        print(
            subprocess.run(
                [python, "-c", STEPS, str(ROOT), f"{name}/steps"], check=True, text=True, capture_output=True, cwd=ROOT
            ).stdout.rstrip()
        )
        for lang in ("two languages", "one language"):
            made, goal = best[f"report, {lang}"], "   (goal at most 0.50)" * (lang == "two languages")
            print(f"{f'{lang} / floor':28}{made / best[f'floor, {lang}']:7.2f}{goal}")
            print(f"{f'{lang} / nbconvert':28}{made / best['nbconvert one by one']:7.2f}")
        print("growth, per 1 times the data (at most linear: the last column is at most about 1)")
        base = None
        for times in (1, 10, 100):
            root = grown(folder, times)
            run = subprocess.run([python, "-c", GROWTH, root], cwd=ROOT, check=True, capture_output=True, text=True)
            checked, analysed = map(float, run.stdout.split())
            base = base or (checked, analysed)
            ratios = checked / base[0] / times, analysed / base[1] / times
            print(
                f"  x{times:<4} check {checked:6.2f} s ({ratios[0]:.2f})   analysis {analysed:6.2f} s ({ratios[1]:.2f})"
            )


if __name__ == "__main__":
    main()
