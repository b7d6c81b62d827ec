"""Put files where readers find them: whole or not at all, and so that nothing else in the folder is lost.

What the files say belongs to `report` and `notebooks`.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from analysis import UserError

LOG = logging.getLogger(__name__)
# The one folder of a report that is not for readers. It holds the manifest, and while a report is made the new files.
STATE, MANIFEST, NEW, LOCK = ".report", "manifest.json", "new", "lock"
# A path within the folder on every system: no part is empty or begins with a dot, no blank, colon or backslash.
NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*")
# Folders of a root, and this package: a report among them would be read as data or code.
SOURCES = ("data", "seeds", "notebooks", "analysis", ".git")


class ReportError(UserError):
    """The report cannot be written; the message says what was found and what was expected."""


@contextlib.contextmanager
def replacing(out: Path, root: Path) -> Iterator[Path]:
    """Yield an empty folder for the files of a report; on leaving, they take the places of the former report's.

    The folder lies within ``out``, so that each file is moved by one rename. A manifest there lists the
    report's files with their hashes. Only files of the list are replaced or removed; one that was edited since, or
    a stranger's in its place, is kept as ``NAME.bak``. Before the first move the manifest names the new files and
    the former ones: from then on the next run completes what an interruption left, before then it drops it.

    Args:
        out: folder of the report, or a link to one.
        root: folder with ``data/``; a report may lie in it, but not among its sources.

    Raises:
        ReportError: ``out`` is no place for a report, holds something else, cannot be written, or another run
            is writing it.
    """
    try:
        folder = _place(out, root)
        state = folder / STATE
        missing = [path for path in (state, *state.parents) if not path.exists()]
        try:
            state.mkdir(parents=True, exist_ok=True)
            with _lock(state / LOCK, out):
                yield from _staged(folder)
        finally:
            for path in missing:  # those that stayed empty, as the run failed
                with contextlib.suppress(OSError):
                    path.rmdir()
    except OSError as error:
        raise _refusal(out, f"a folder that cannot be written ({error.strerror or error})", "one that can") from None


def _staged(folder: Path) -> Iterator[Path]:
    """Complete or drop what an earlier run left, yield the folder for new files, and move them into place."""
    new = folder / STATE / NEW
    try:
        _swap(folder)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        yield new
        try:
            _commit(folder)
        except KeyboardInterrupt:
            _swap(folder)  # what is left takes milliseconds, and readers get a whole report
            raise
    finally:
        if "former" not in _manifest(folder):
            shutil.rmtree(new, ignore_errors=True)


def _refusal(out: Path, found: str, expected: str) -> ReportError:
    return ReportError(f"{out}: found {found}, expected {expected}")


def _place(out: Path, root: Path) -> Path:
    """Return the folder that ``out`` leads to; refuse what is no place for a report or holds something else."""
    if re.search("[\ud800-\udfff]", str(out)):
        raise _refusal(out, "a name that is not UTF-8", "one that is")
    if os.path.lexists(out) and not out.is_dir():
        raise _refusal(out, "a file" if out.exists() else "a link that leads nowhere", "a folder for the report")
    folder, root = Path(os.path.realpath(out)), Path(os.path.realpath(root))
    if any(_is_same(folder, path) for path in (root, *root.parents)):
        raise _refusal(out, "the root itself or a folder above it", "a folder for the report alone")
    for source in (*(root / name for name in SOURCES), Path(__file__).parent):
        if any(_is_same(path, source) for path in (folder, *folder.parents)):
            raise _refusal(out, f"a folder within {source.name}/", "a folder outside the sources")
    state = folder / STATE
    if any(path.is_symlink() for path in (state, *state.rglob("*"))):
        raise _refusal(state, "a link", "only what a report put there: move it away")
    if folder.exists() and not _manifest(folder) and {path.name for path in folder.iterdir()} - {STATE}:
        expected = "an empty folder, none, or a report that lists its files (an older one does not: move it away)"
        raise _refusal(out, "a folder with other things in it", expected)
    return folder


def _is_same(path: Path, other: Path) -> bool:
    """Whether two paths are one folder, also by another spelling or where case does not count."""
    return path == other or (path.exists() and other.exists() and path.samefile(other))


@contextlib.contextmanager
def _lock(path: Path, out: Path) -> Iterator[None]:
    """Hold a lock that the system lets go when the process ends, however it ends."""
    with path.open("a") as lock:
        # A run that ends removes its lock: what was opened just before is then no longer the file of that name.
        is_held = _try_lock(lock.fileno()) and path.exists()
        if not (is_held and os.path.samestat(os.fstat(lock.fileno()), path.stat())):
            raise _refusal(out, "a report that another run is writing", "that run to end first")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Windows removes no open file; it does no harm
                path.unlink()


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    """Return the hashes of a report's files, and of the former ones while they are replaced; empty without a report.

    A manifest with a name that could lead out of the folder is none.
    """
    try:
        manifest = json.loads((folder / STATE / MANIFEST).read_bytes())
        lists = {key: dict(value) for key, value in manifest.items() if key in ("files", "former")}
        names = [name for hashes in lists.values() for name in hashes]
        return lists if "files" in lists and all(map(NAME.fullmatch, names)) else {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _write_manifest(folder: Path, **lists: dict[str, str]) -> None:
    about = "The files of this report with their SHA-256. Whatever else lies in the folder is left alone."
    text = json.dumps({"about": about} | lists, indent=1, ensure_ascii=False)
    write_text(folder / STATE / MANIFEST, text + "\n")


def _commit(folder: Path) -> None:
    """Name the new files in the manifest beside the former ones, which decides for the new, and move them."""
    new = folder / STATE / NEW
    files = {path.relative_to(new).as_posix(): _hash(path) for path in sorted(new.rglob("*")) if path.is_file()}
    _write_manifest(folder, files=files, former=_manifest(folder).get("files", {}))
    _swap(folder)


def _swap(folder: Path) -> None:
    """Move the new files to their places and remove those left of the former; begun again, it goes on."""
    manifest, new = _manifest(folder), folder / STATE / NEW
    if "former" not in manifest:
        return
    files, former = manifest["files"], manifest["former"]
    # The pages last, the first page at the very end: what a page links to is there before it.
    for name in sorted(files, key=lambda name: (name.endswith(".html"), -name.count("/"), name)):
        if (new / name).is_file():
            for parent in reversed(Path(name).parents[:-1]):
                if (folder / parent).is_symlink() or not (folder / parent).is_dir():
                    _set_aside(folder / parent)
                (folder / parent).mkdir(exist_ok=True)
            _set_aside(folder / name, {files[name], former.get(name)})
            (new / name).replace(folder / name)
    for name in former.keys() - files.keys():
        path = folder / name
        if path.parent.resolve() == path.parent:  # what a link leads to is no longer the report's
            _set_aside(path, {former[name]})
            path.unlink(missing_ok=True)
            for parent in Path(name).parents[:-1]:
                with contextlib.suppress(OSError):  # it holds something else
                    (folder / parent).rmdir()
    _write_manifest(folder, files=files)


def _set_aside(path: Path, hashes: Collection[str | None] = ()) -> None:
    """Rename what stands at a path to a name that is free, and log it, unless it is a file of these hashes."""
    is_ours = path.is_file() and not path.is_symlink() and _hash(path) in hashes
    if is_ours or not os.path.lexists(path):
        return
    names = (path.with_name(f"{path.name}.bak{number if number > 1 else ''}") for number in itertools.count(1))
    kept = next(name for name in names if not os.path.lexists(name))
    path.rename(kept)
    LOG.warning("%s: found what no report wrote, kept as %s", path, kept.name)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 in one step: a reader, or who comes after an interruption, finds the old or the new.

    Raises:
        OSError: the file cannot be written; the old one is whole.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    whole = path.with_name(f".{path.name}.new")
    try:
        whole.unlink(missing_ok=True)  # left by an interruption; through a link another file would be written
        whole.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            shutil.copymode(path, whole)
        whole.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            whole.unlink()
        raise
