"""A month appears whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from emubatch import runfolder
from emubatch.runfolder import RunFolderError, open_run_folder, read_manifest

FACTS = {"programme": "p", "tool": "0"}


def _publish(out: Path, text: str = "mới", replace: bool = False) -> None:
    with open_run_folder(out, replace=replace) as run:
        (run.staging / "data").mkdir()
        (run.staging / "data" / "a.csv").write_text(text, encoding="utf-8")
        run.publish(FACTS)


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_publishes_files_and_manifest_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "results" / "2020-07"
    _publish(out)
    assert _names(out.parent) == ["2020-07"]
    assert read_manifest(out) == {
        **FACTS,
        "outputs": [
            {
                "path": "data/a.csv",
                "size": 5,
                "sha256": hashlib.sha256("mới".encode()).hexdigest(),
            }
        ],
    }


def test_manifest_is_canonical(tmp_path: Path) -> None:
    _publish(tmp_path / "a")
    text = (tmp_path / "a" / "manifest.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert text.endswith("}\n")


def test_nothing_appears_without_publish(tmp_path: Path) -> None:
    with pytest.raises(KeyError), open_run_folder(tmp_path / "out") as run:
        (run.staging / "x").write_text("x")
        raise KeyError
    assert _names(tmp_path) == []


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    _publish(out)
    assert (out / "data" / "a.csv").exists()


def test_a_published_month_is_refused_and_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _publish(out, "cũ")
    before = _tree(out)
    with pytest.raises(RunFolderError) as caught:
        _publish(out)
    assert caught.value.reason == "published"
    assert _tree(out) == before
    assert _names(tmp_path) == ["out"]


def test_replace_swaps_a_published_month(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _publish(out, "cũ")
    _publish(out, "mới", replace=True)
    assert (out / "data" / "a.csv").read_text(encoding="utf-8") == "mới"
    assert _names(tmp_path) == ["out"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_that_is_no_run_folder_is_never_replaced(tmp_path: Path, replace: bool) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "luận văn.docx").write_text("quan trọng")
    with pytest.raises(RunFolderError) as caught:
        _publish(out, replace=replace)
    assert caught.value.reason == "foreign"
    assert _names(out) == ["luận văn.docx"]


def test_a_file_in_the_way_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cases = ((tmp_path / "file", "not_folder"), (tmp_path / "file" / "out", "not_writable"))
    for out, reason in cases:
        with pytest.raises(RunFolderError) as caught:
            _publish(out)
        assert caught.value.reason == reason


def test_a_held_lock_names_its_owner(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_run_folder(out):
        with pytest.raises(RunFolderError) as caught:
            _publish(out)
        assert caught.value.reason == "busy"
        assert caught.value.words["owner"].startswith(f"{os.getpid()}@")
        assert caught.value.words["minutes"] == "0"
    _publish(out)


def test_a_lock_without_owner_file_still_holds(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".out.lock"), pytest.raises(RunFolderError) as caught:
        _publish(tmp_path / "out")
    assert (caught.value.reason, caught.value.words["owner"]) == ("busy", "–")


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".out.part-1").mkdir()
    (tmp_path / ".out.part-1" / "half").write_text("x")
    (tmp_path / ".out.lock").write_text("")
    (tmp_path / ".out.lock.json").write_text("{")
    (tmp_path / ".outer.part-1").mkdir()
    _publish(tmp_path / "out")
    assert _names(tmp_path) == [".outer.part-1", "out"]


def test_a_month_moved_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _publish(out, "cũ")
    out.rename(tmp_path / ".out.old-7")
    with pytest.raises(RunFolderError) as caught:
        _publish(out)
    assert caught.value.reason == "published"
    assert (out / "data" / "a.csv").read_text(encoding="utf-8") == "cũ"
    assert _names(tmp_path) == ["out"]


class _FailsAtStep:
    """The k-th call of any of the file operations of a publish fails."""

    def __init__(self, patch: pytest.MonkeyPatch, step: int, code: int) -> None:
        self.left, self.code = step, code
        for name in ("rename", "fsync", "open"):
            patch.setattr(runfolder.os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **kwargs)

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("replace", [False, True])
def test_failure_at_any_step_leaves_a_whole_month_or_none(
    tmp_path: Path, replace: bool, code: int
) -> None:
    done = False
    for step in range(1, 60):
        out = tmp_path / str(step) / "out"
        if replace:
            _publish(out, "cũ")
        with pytest.MonkeyPatch.context() as patch:
            faults = _FailsAtStep(patch, step, code)
            try:
                _publish(out, "mới", replace)
                done = faults.left > 0
            except RunFolderError as error:
                assert error.reason == ("no_space" if code == errno.ENOSPC else "not_writable")
        # What could not be removed from an old month is hidden, and gone after the next run.
        assert [name for name in _names(out.parent) if ".old-" not in name] in ([], ["out"])
        if out.exists():
            tree = _tree(out)
            assert tree.keys() == {"data/a.csv", "manifest.json"}
            stated = json.loads(tree["manifest.json"])["outputs"][0]["sha256"]
            assert stated == hashlib.sha256(tree["data/a.csv"]).hexdigest()
        assert out.exists() or not replace
        _publish(out, "mới", replace=True)
        assert _names(out.parent) == ["out"]
        if done:
            return
    pytest.fail("never ran to the end")


_KILLED = """
import os, sys
from pathlib import Path
from emubatch import runfolder
real, step = os.rename, int(sys.argv[2])
def rename(a, b):
    global step
    step -= 1
    if step == 0:
        os._exit(9)
    real(a, b)
runfolder.os.rename = rename
with runfolder.open_run_folder(Path(sys.argv[1]), replace=True) as run:
    (run.staging / "a.csv").write_text("new")
    run.publish({})
"""


@pytest.mark.parametrize("step", [1, 2])
def test_killed_between_the_renames_the_next_run_mends_it(tmp_path: Path, step: int) -> None:
    out = tmp_path / "out"
    _publish(out, "cũ")
    done = subprocess.run([sys.executable, "-c", _KILLED, str(out), str(step)], check=False)
    assert done.returncode == 9
    with pytest.raises(RunFolderError) as caught:
        _publish(out)
    assert caught.value.reason == "published"
    assert (out / "data" / "a.csv").read_text(encoding="utf-8") == "cũ"
    assert _names(tmp_path) == ["out"]


def _held(patch: pytest.MonkeyPatch, out: Path) -> None:
    """What Windows does while another program has a file of the folder open."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == out:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return real(self, target)

    patch.setattr(Path, "rename", rename)


def test_a_month_held_open_stays_and_the_new_one_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _publish(out, "cũ")
    (tmp_path / "out (2)").mkdir()
    _held(monkeypatch, out)
    with pytest.raises(RunFolderError) as caught:
        _publish(out, "mới", replace=True)
    assert caught.value.reason == "not_writable"
    with runfolder.open_run_folder(out, replace=True) as run:
        (run.staging / "a.csv").write_text("mới", encoding="utf-8")
        place = run.publish({}, beside=True)
    assert place == tmp_path / "out (3)"
    assert (place / "a.csv").read_text(encoding="utf-8") == "mới"
    assert (out / "data" / "a.csv").read_text(encoding="utf-8") == "cũ"
    assert _names(tmp_path) == ["out", "out (2)", "out (3)"]


def test_a_run_says_where_its_results_lie_when_the_folder_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from emubatch.cli import main

    (tmp_path / "inbox").mkdir()
    out = tmp_path / "out"
    args = ["run", "--programme", "bacgiang-models-2020", "--inbox", str(tmp_path / "inbox")]
    args += ["--out", str(out), "--replace", "--close", "--lang", "en"]
    assert CliRunner().invoke(main, [*args[:-3], "--lang", "en"]).exit_code == 0
    _held(monkeypatch, out)
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0
    assert "out (2)" in result.stderr
    assert "out (2)" in result.stdout
    assert (tmp_path / "out (2)" / "manifest.json").is_file()
    assert not runfolder.is_closed(out)


def test_the_age_of_a_lock_is_never_negative_when_the_clock_was_set_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with runfolder.open_run_folder(out):
        owner = tmp_path / ".out.lock.json"
        facts = json.loads(owner.read_text(encoding="utf-8"))
        facts["started"] += 10**9
        owner.write_text(json.dumps(facts), encoding="utf-8")
        with pytest.raises(RunFolderError) as caught:
            _publish(out)
    assert caught.value.reason == "busy"
    assert caught.value.words["minutes"] == "0"
    assert caught.value.words["owner"].startswith(f"{os.getpid()}@")
