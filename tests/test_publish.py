"""Putting a report in its place: nothing of the user's is lost, whenever a run is cut short and whatever lies there."""

import json
import os
from pathlib import Path

import pytest

from analysis import publish

FORMER = {
    "index.html": "former",
    "charts/a.svg": "former a",
    "charts/b.svg": "former b",
    "zh/index.html": "former zh",
    "zh/c.csv": "former c",
}
LATTER = {"index.html": "latter", "charts/a.svg": "latter a", "charts/b.svg": "latter b", "tables/t.csv": "latter t"}
USERS = {"notes.txt": "years of work", "charts/mine.png": "mine", "charts/a.svg.bak": "an older edit"}
STEPS = ("mkdir", "replace", "rename", "unlink", "rmdir")


class Killed(BaseException):
    """Stands for the end of the process: from then on no step succeeds."""


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def out(root) -> Path:
    """A report beside which a user keeps files, and of which one page was edited since."""
    folder = root / "reports"
    write_report(folder, FORMER)
    add_users_files(folder)
    return folder


def write_report(out: Path, files: dict[str, str]) -> None:
    with publish.replacing(out, out.parent) as new:
        for name, text in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_text(text)


def add_users_files(out: Path) -> None:
    for name, text in USERS.items():
        (out / name).write_text(text)
    (out / "charts" / "b.svg").write_text("edited b")


def contents(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): path.read_text()
        for path in sorted(out.rglob("*"))
        if path.is_file() and publish.STATE not in path.parts
    }


def interrupt(monkeypatch, at: int, error: BaseException, forever: bool) -> list[int]:
    """Have the step of this number, and all after it if ``forever``, raise; return what counts the steps."""
    count = [0]

    def counted(step):
        def call(*arguments, **options):
            count[0] += 1
            if count[0] == at or (forever and count[0] > at):
                raise error
            return step(*arguments, **options)

        return call

    for name in STEPS:
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    return count


AFTER_FORMER = FORMER | USERS | {"charts/b.svg": "edited b"}
AFTER_LATTER = LATTER | USERS | {"charts/b.svg.bak": "edited b"}


def test_a_new_report_takes_the_place_of_the_former_and_leaves_other_files_alone(out, root):
    write_report(out, LATTER)
    assert contents(out) == AFTER_LATTER
    assert not (out / "zh").exists()
    assert [path.name for path in (out / publish.STATE).iterdir()] == ["manifest.json"]
    assert [path.name for path in root.iterdir()] == ["reports"]


def test_an_edited_file_is_kept_beside_the_new_one_and_named(out, caplog):
    write_report(out, LATTER)
    assert [record.getMessage() for record in caplog.records] == [
        f"{out / 'charts' / 'b.svg'}: found what no report wrote, kept as b.svg.bak"
    ]
    (out / "charts" / "b.svg").write_text("edited again")
    write_report(out, FORMER)
    assert (out / "charts" / "b.svg.bak").read_text() == "edited b"
    assert (out / "charts" / "b.svg.bak2").read_text() == "edited again"


def test_an_edited_file_that_the_new_report_has_no_more_is_kept(out):
    (out / "zh" / "index.html").write_text("edited zh")
    write_report(out, LATTER)
    assert contents(out) == AFTER_LATTER | {"zh/index.html.bak": "edited zh"}


def test_an_interruption_at_any_step_leaves_the_former_report_or_the_new_one(root, monkeypatch):
    for number in range(1, 200):
        out = root / f"reports-{number}"
        write_report(out, FORMER)
        add_users_files(out)
        with monkeypatch.context() as patch:
            count = interrupt(patch, number, KeyboardInterrupt(), forever=False)
            try:
                write_report(out, LATTER)
            except KeyboardInterrupt:
                pass
            else:
                assert count[0] < number
                break
        assert contents(out) in (AFTER_FORMER, AFTER_LATTER), number
    assert number > 15


@pytest.mark.parametrize(
    ("error", "raised", "forever"), [(Killed(), Killed, True), (OSError(28, "No space"), publish.ReportError, False)]
)
def test_after_a_kill_or_an_error_at_any_step_the_next_run_has_a_whole_report_and_every_file_of_the_user(
    root, monkeypatch, error, raised, forever
):
    for number in range(1, 200):
        out = root / f"reports-{number}"
        write_report(out, FORMER)
        add_users_files(out)
        with monkeypatch.context() as patch:
            count = interrupt(patch, number, error, forever)
            try:
                write_report(out, LATTER)
            except raised:
                pass
            else:
                if count[0] < number:
                    break
        left = contents(out)
        assert "edited b" in left.values()
        assert left | USERS == left
        with pytest.raises(RuntimeError), publish.replacing(out, root):
            raise RuntimeError("a notebook of the next run fails")
        assert contents(out) in (AFTER_FORMER, AFTER_LATTER), number
        write_report(out, LATTER)
        assert contents(out) == AFTER_LATTER, number
        assert [path.name for path in (out / publish.STATE).iterdir()] == ["manifest.json"]
    assert number > 15


def test_a_kill_in_the_first_run_leaves_nothing_that_stops_the_next(root, monkeypatch):
    for number in range(1, 200):
        out = root / f"reports-{number}"
        with monkeypatch.context() as patch:
            interrupt(patch, number, Killed(), forever=True)
            try:
                write_report(out, LATTER)
            except Killed:
                pass
            else:
                break
        write_report(out, LATTER)
        assert contents(out) == LATTER, number
    assert number > 8


def test_a_failed_run_leaves_the_former_report_and_no_new_folder(out, root):
    for folder in (out, root / "a" / "b"):
        with pytest.raises(RuntimeError), publish.replacing(folder, root) as new:
            raise RuntimeError((new / "index.html").write_text("half"))
    assert contents(out) == AFTER_FORMER
    assert [path.name for path in root.iterdir()] == ["reports"]


def test_a_second_run_into_the_same_folder_is_refused_while_the_first_writes(out, root):
    (root / "link").symlink_to(out)
    with publish.replacing(out, root) as new:
        (new / "index.html").write_text("latter")
        for same in (out, root / "link"):
            with (
                pytest.raises(publish.ReportError, match="found a report that another run is writing"),
                publish.replacing(same, root),
            ):
                pass
    assert (out / "index.html").read_text() == "latter"


def test_the_lock_of_a_run_that_was_killed_holds_nobody_up(out):
    (out / publish.STATE / publish.LOCK).write_text("")
    write_report(out, LATTER)
    assert contents(out) == AFTER_LATTER


def test_a_strangers_index_is_not_replaced(root):
    out = root / "mine"
    out.mkdir()
    (out / "index.html").write_text('<meta name="generator" content="one-newspaper-page report">')
    with pytest.raises(publish.ReportError, match="found a folder with other things in it, expected an empty folder"):
        write_report(out, LATTER)
    assert [path.name for path in out.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    "name",
    ["../victim", "a/../../victim", "/victim", "..\\victim", "C:/victim", ".report/x", "", "a//b", "./a", 5, None],
)
@pytest.mark.parametrize("key", ["files", "former"])
def test_a_manifest_that_leads_out_of_the_folder_is_none(out, root, key, name):
    (root / "victim").write_text("former")
    path = out / publish.STATE / publish.MANIFEST
    lists = json.loads(path.read_text())
    lists.setdefault(key, {})
    # JSON's keys are text: what else there is stands in a list of pairs.
    lists[key] = lists[key] | {name: lists["files"]["index.html"]} if isinstance(name, str) else [[name, "x"]]
    path.write_text(json.dumps(lists))
    before = contents(root)
    with pytest.raises(publish.ReportError, match="other things"):
        write_report(out, LATTER)
    assert contents(root) == before


def test_what_a_link_leads_to_is_not_touched(out, root):
    elsewhere = root / "elsewhere"
    (out / "charts").rename(elsewhere)
    (out / "charts").symlink_to(elsewhere)
    (out / "zh").rename(root / "zh")
    (out / "zh").symlink_to(root / "zh")
    (root / "page").write_text("former")
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(root / "page")
    before = contents(elsewhere), contents(root / "zh"), (root / "page").read_text()
    write_report(out, LATTER)
    assert (contents(elsewhere), contents(root / "zh"), (root / "page").read_text()) == before
    assert {name: text for name, text in contents(out).items() if name in LATTER} == LATTER
    assert (out / "charts.bak").readlink() == elsewhere
    assert (out / "index.html.bak").readlink() == root / "page"


def test_a_link_among_the_files_of_a_killed_run_is_refused(out, root):
    elsewhere, path = root / "elsewhere", out / publish.STATE / publish.MANIFEST
    elsewhere.mkdir()
    (elsewhere / "a.svg").write_text("whole")
    path.write_text(json.dumps({"files": {"charts/a.svg": "x"}, "former": {}}))
    (out / publish.STATE / publish.NEW).mkdir()
    (out / publish.STATE / publish.NEW / "charts").symlink_to(elsewhere)
    with pytest.raises(publish.ReportError, match=r"reports/\.report: found a link, expected only what a report put"):
        write_report(out, LATTER)
    assert contents(elsewhere) == {"a.svg": "whole"}


@pytest.mark.parametrize("name", ["", publish.NEW, publish.LOCK, publish.MANIFEST])
def test_a_link_in_the_place_of_our_own_files_is_refused_and_changes_nothing_elsewhere(root, name):
    elsewhere, out = root / "elsewhere", root / "reports"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("whole")
    (out if not name else out / publish.STATE).mkdir(parents=True)
    aims = {publish.LOCK: elsewhere / "none", publish.MANIFEST: elsewhere / "file"}
    (out / publish.STATE / name).symlink_to(aims.get(name, elsewhere))
    with pytest.raises(publish.ReportError, match="found a link"):
        write_report(out, LATTER)
    assert contents(elsewhere) == {"file": "whole"}


def test_a_link_to_a_folder_stays_a_link(root):
    (root / "real").mkdir()
    (root / "reports").symlink_to(root / "real")
    write_report(root / "reports", LATTER)
    assert (root / "reports").is_symlink()
    assert contents(root / "real") == LATTER


def test_folders_of_the_users_in_the_place_of_files_are_kept(out):
    (out / "index.html").unlink()
    (out / "index.html").mkdir()
    (out / "index.html" / "thesis.txt").write_text("years of work")
    (out / "tables").write_text("a file")
    write_report(out, LATTER)
    assert contents(out) == AFTER_LATTER | {"index.html.bak/thesis.txt": "years of work", "tables.bak": "a file"}


PLACES = {
    ".": "the root itself",
    "..": "the root itself or a folder above it",
    "data/reports": "a folder within data/",
    "data/../seeds": "a folder within seeds/",
    "notebooks": "a folder within notebooks/",
    "analysis/deep/er": "a folder within analysis/",
    str(Path(publish.__file__).parent / "reports"): "a folder within analysis/",
    "file": "a file",
    "file/x": "a folder that cannot be written (Not a directory)",
    "nowhere": "a link that leads nowhere",
    "loop": "a link that leads nowhere",
    "loop/x": "a folder that cannot be written (Too many levels of symbolic links)",
    "x" * 300: "a folder that cannot be written (File name too long)",
    "a/" + "x" * 300: "a folder that cannot be written (File name too long)",
    "\udcff": "a name that is not UTF-8",
}


@pytest.mark.parametrize(("place", "found"), PLACES.items(), ids=[ascii(place)[:20] for place in PLACES])
def test_what_is_no_place_for_a_report_is_refused_before_anything_runs(root, place, found):
    for name in ("data", "seeds", "notebooks"):
        (root / name).mkdir()
    (root / "file").write_text("")
    (root / "nowhere").symlink_to(root / "none")
    (root / "loop").symlink_to(root / "loop")
    before = sorted(root.rglob("*"))
    with pytest.raises(publish.ReportError) as refused, publish.replacing(root / place, root):
        pytest.fail("it ran")
    assert f": found {found}" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert sorted(root.rglob("*")) == before


def test_a_text_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("former")
    path.chmod(0o600)
    with monkeypatch.context() as patch:
        interrupt(patch, 2, KeyboardInterrupt(), forever=False)
        with pytest.raises(KeyboardInterrupt):
            publish.write_text(path, "latter")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "former"
    publish.write_text(path, "latter")
    assert path.read_text() == "latter"
    assert path.stat().st_mode & 0o777 == 0o600
