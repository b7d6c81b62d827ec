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
from collections.abc import Iterator
from pathlib import Path

from analysis import UserError

LOG = logging.getLogger(__name__)
# The one folder of a report that is not for readers. It holds the manifest, and while a report is made the new files.
STATE, MANIFEST, NEW, LOCK = ".report", "manifest.json", "new", "lock"
# A path within the folder on every system: no part is empty or begins with a dot, no blank, colon or backslash.
NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*")
# Folders of a root, and this package: a report among them would be read as data or code.
SOURCES = ("data", "seeds", "notebooks", "analysis", ".git")
OTHER_THINGS = (
    "a folder with other things in it",
    "an empty folder, none, or a report that lists its files (an older one does not: move it away)",
)


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
        _remove(new)
        new.mkdir()
        yield new
        try:
            _commit(folder)
        except KeyboardInterrupt:
            _swap(folder)  # what is left takes milliseconds, and readers get a whole report
            raise
    finally:
        if "former" not in _manifest(folder):
            _remove(new)


def _refusal(out: Path, found: str, expected: str) -> ReportError:
    return ReportError(f"{out}: found {found}, expected {expected}")


def _place(out: Path, root: Path) -> Path:
    """Return the folder that ``out`` leads to; refuse what is no place for a report or holds something else."""
    try:
        str(out).encode()
    except UnicodeEncodeError:
        raise _refusal(out, "a name that is not UTF-8", "one that is") from None
    if "\0" in str(out):
        raise _refusal(out, "a NUL character", "the name of a folder")
    if out.is_symlink() and not out.exists():
        raise _refusal(out, "a link that leads nowhere", "a folder for the report")
    if out.exists() and not out.is_dir():
        raise _refusal(out, "a file", "a folder for the report")
    folder, root = Path(os.path.realpath(out)), Path(os.path.realpath(root))
    if any(_is_same(folder, path) for path in (root, *root.parents)):
        raise _refusal(out, "the root itself or a folder above it", "a folder for the report alone")
    for source in (*(root / name for name in SOURCES), Path(__file__).parent):
        if any(_is_same(path, source) for path in (folder, *folder.parents)):
            raise _refusal(out, f"a folder within {source.name}/", "a folder outside the sources")
    if (folder / STATE).is_symlink():
        raise _refusal(out / STATE, "a link", "a folder")
    if folder.exists() and not _manifest(folder) and {path.name for path in folder.iterdir()} - {STATE}:
        raise _refusal(out, *OTHER_THINGS)
    return folder


def _is_same(path: Path, other: Path) -> bool:
    """Whether two paths are one folder, also by another spelling or where case does not count."""
    return path == other or (path.exists() and other.exists() and path.samefile(other))


@contextlib.contextmanager
def _lock(path: Path, out: Path) -> Iterator[None]:
    """Hold a lock that the system lets go when the process ends, however it ends."""
    # Through a link the file of another folder would be opened, and removed in the end.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0))
    try:
        # A run that ends removes its lock: what was opened just before is then no longer the file of that name.
        if not _try_lock(descriptor) or not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise _refusal(out, "a report that another run is writing", "that run to end first")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Windows removes no open file; it does no harm
                path.unlink()
    finally:
        os.close(descriptor)


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
    path = folder / STATE / MANIFEST
    if not path.is_file():
        return {}
    try:
        lists = {key: dict(value) for key, value in json.loads(path.read_bytes()).items() if key in ("files", "former")}
        names = [name for hashes in lists.values() for name in hashes]
        return lists if "files" in lists and all(map(NAME.fullmatch, names)) else {}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _write_manifest(folder: Path, **lists: dict[str, str]) -> None:
    about = "The files of this report with their SHA-256. Whatever else lies in the folder is left alone."
    path = folder / STATE / MANIFEST
    if path.is_symlink():
        path.unlink()
    write_text(path, json.dumps({"about": about} | lists, indent=1, ensure_ascii=False) + "\n")


def _commit(folder: Path) -> None:
    """Name the new files in the manifest beside the former ones, which decides for the new, and move them."""
    new = folder / STATE / NEW
    files = {path.relative_to(new).as_posix(): _hash(path) for path in sorted(new.rglob("*")) if path.is_file()}
    if odd := [name for name in files if not NAME.fullmatch(name)]:
        raise _refusal(folder, f"a file to be named '{odd[0]}'", "letters, digits, '-', '_' and '.'")
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
        if (new / name).is_file() and (new / name).resolve() == new / name:  # reached through no link
            _clear_way(folder, name, {files[name], former.get(name)})
            (new / name).replace(folder / name)
    for name in former.keys() - files.keys():
        _remove_former(folder, name, former[name])
    _write_manifest(folder, files=files)


def _clear_way(folder: Path, name: str, hashes: set[str | None]) -> None:
    """Make the folders of a file; set aside what stands in its place and is not this report's."""
    path = folder / name
    for parent in reversed(path.relative_to(folder).parents[:-1]):
        place = folder / parent
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            _set_aside(place)
        place.mkdir(exist_ok=True)
    if os.path.lexists(path) and not _is_ours(path, hashes):
        _set_aside(path)


def _remove_former(folder: Path, name: str, digest: str) -> None:
    """Remove a file of the former report, and its folder when that is empty then."""
    path, parents = folder / name, [folder / parent for parent in Path(name).parents[:-1]]
    if not os.path.lexists(path) or any(parent.is_symlink() for parent in parents):
        return
    if _is_ours(path, {digest}):
        path.unlink()
    else:
        _set_aside(path)
    for parent in parents:
        with contextlib.suppress(OSError):
            parent.rmdir()


def _is_ours(path: Path, hashes: set[str | None]) -> bool:
    """Whether a path is a file as a report wrote it."""
    return path.is_file() and not path.is_symlink() and _hash(path) in hashes


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _set_aside(path: Path) -> None:
    """Rename what is not this report's to a name that is free, and say so."""
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        if not os.path.lexists(kept):
            break
    path.rename(kept)
    LOG.warning("%s: found what no report wrote, kept as %s", path, kept.name)


def _remove(path: Path) -> None:
    """Remove a folder, a file, or a link but not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
