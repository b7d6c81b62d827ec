"""Make the report: run the notebooks in each language and write what they show as pages, charts and tables.

What the pages say belongs to `pages`, and how files take their place to `publish`.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from analysis import claims, evidence, files, notebooks, pages, publish, workers
from analysis.claims import Grid
from analysis.language import Words
from analysis.pages import Chapter
from analysis.publish import ReportError
from analysis.tables import Tables

LANGS = ("en", "zh")
LIBRARIES = ("pandas", "matplotlib", "numpy", "ipython", "jupyterlab")


def make(tables: Tables, out: Path, langs: Sequence[str] = LANGS) -> Path:
    """Run the notebooks of a root afresh and write the report; return the path of its first page.

    Args:
        tables: the root's tables, checked.
        out: folder of the report, or a link to one. What else lies in it is left alone, and a failed run leaves
            the old report whole: see `publish.replacing`.
        langs: of "en" and "zh".

    Raises:
        ReportError: an unknown language; ``out`` is no place for a report, or cannot be written.
        notebooks.NotebookError: a notebook failed.
    """
    if unknown := [lang for lang in langs if lang not in LANGS]:
        raise ReportError(f"--lang: found '{unknown[0]}', expected one of {', '.join(LANGS)}")
    found = notebooks.paths(tables.root)
    with publish.replacing(out, tables.root) as folder:
        run = notebooks.run(found, list(dict.fromkeys(langs)))
        # The prose is English, and so are the tables that prove its numbers: as just run, else as they are stored.
        shown = dict(zip((path.stem for path in found), run["en"], strict=True)) if "en" in run else claims.read(tables)
        proofs = {proof.name: proof for proof in claims.check(tables, shown)}
        languages = {lang: Words(tables, lang) for lang in run}
        chapters = {
            lang: [
                pages.chapter(path, notebook, words, proofs.get(path.stem))
                for path, notebook in zip(found, run[lang], strict=True)
            ]
            for lang, words in languages.items()
        }
        write(folder, languages, chapters, {grid.name: grid for proof in proofs.values() for grid in proof.shown})
        annotations = json.dumps(evidence.annotations(tables), ensure_ascii=False, indent=1)
        (folder / "annotations.jsonld").write_text(annotations + "\n", encoding="utf-8", newline="\n")
    return out / "index.html"


def write(
    folder: Path,
    languages: dict[str, Words],
    chapters: dict[str, list[Chapter]],
    grids: Mapping[str, Grid] | None = None,
) -> None:
    """Write pages and files of chapters, by language, into an empty folder; ``grids`` as of `pages.View`."""
    for sub in ("charts", "tables", *languages):
        (folder / sub).mkdir()
    items = {f"{lang}/index.html": _items(own) for lang, own in chapters.items()}
    texts = pages.render(languages, chapters, {lang: footer(words) for lang, words in languages.items()}, grids)
    texts = dict(sorted(texts.items(), key=lambda text: -len(text[1])))  # what takes longest comes first
    workers.run(files.write, [(folder, path, text, items.get(path, "[]")) for path, text in texts.items()])


def _items(chapters: Iterable[Chapter]) -> str:
    """Return charts and tables as a JSON list, a chart with its ``png``.

    Raises:
        ReportError: two have one name, also where case does not tell files apart.
    """
    found: dict[str, dict] = {}
    for chapter, item in ((each, item) for each in chapters for item in each.items):
        if item.kind in ("chart", "table"):
            name = item.bundle["name"]
            if name.casefold() in found:
                place = f"notebooks/{chapter.file}: found a second chart or table named '{name}'"
                raise ReportError(f"{place}, expected names that differ")
            found[name.casefold()] = item.bundle | {"png": item.png}
    return json.dumps(list(found.values()))


def footer(words: Words) -> dict[str, str]:
    """Return what the footer says: the commit, the date of the data, and the versions."""
    root = words.tables.root
    commit = _git(root, "log", "-1", "--format=%h", "--", ".")
    state = words.text("commit {hash}", hash=commit) if commit else words.text("commit unknown")
    if commit and _git(root, "status", "--porcelain", "--", "."):
        state = words.text("commit {hash} with uncommitted changes", hash=commit)
    date = _git(root, "log", "-1", "--format=%cs", "--", "data", "seeds")
    date = words.date(date) if date else words.text("date unknown")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
    return {
        "line": words.text("Data of {date}; {commit}.", date=date, commit=state),
        "versions": ", ".join([f"Python {platform.python_version()}", *versions]),
    }


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
