"""What the system refuses a build (room, large files, a folder to write in) is told, and leaves the graph whole."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import pipeline
from kg.errors import StoreProblem
from kg.generations import current, publish
from tests.builds import ROOT, STEPS, Word, at_call, half_made, left_behind, lying_about, saying, stored, told, word_in
from tests.builds import folder as folder

resource = pytest.importorskip("resource")  # limits of files are those of POSIX


def refuse() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def unrefused(write: Callable[[Path], None]) -> Callable[[Path], None]:
    """What fills a generation, and is not counted by `at_call`: it tells its own troubles."""

    def uncounted(generation: Path) -> None:
        profile = sys.getprofile()
        sys.setprofile(None)
        write(generation)
        sys.setprofile(profile)

    return uncounted


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file that nobody closed any more
def test_whatever_the_system_refuses_is_told_and_leaves_the_old_graph_or_the_new_one(tmp_path: Path) -> None:
    folder, problems = tmp_path / "eic", set()
    publish(folder, Word.written("0"))
    for number in STEPS:
        before, half = word_in(folder), half_made(folder)
        asked: list[str] = []
        try:
            with at_call(number, refuse) as asked:
                publish(folder, unrefused(Word.written(str(number))))
            assert word_in(folder) == str(number)  # it was about something that can wait
            if len(asked) < number:
                break
        except OSError as e:
            if asked[-1] == "__exit__":
                continue  # closing a file that holds nothing back is not refused
            assert re.search("cannot be (written|locked): No space left on device; name ", str(e))
            assert word_in(folder) in (before, str(number))
            problems.add((asked[-1], word_in(folder) != before))
            assert left_behind(folder) <= {half}
    assert len(lying_about(folder)) == 2
    assert {("flock", False), ("write", False), ("fsync", False), ("replace", False), ("fsync", True)} < problems


def test_folders_that_cannot_be_synced_are_let_be_and_files_are_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode) == folders:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr("os.fsync", sync)
    folders = True
    publish(folder, stored("new"))
    folders = False
    with pytest.raises(StoreProblem, match="cannot be written: Invalid argument"):
        publish(folder, stored("newer"))
    assert told(folder) == "new"


def build(folder: Path, word: str) -> str:
    """What goes wrong in a build for which the sources say a word; "" where nothing does."""
    store = ox.Store()
    store.extend(saying(word))
    pipeline.assemble = lambda progress: store
    try:
        kg.build(folder)
    except StoreProblem as e:
        return str(e)
    return ""


def elsewhere(script: str, folder: Path, *mount: str) -> None:
    """Run one of the functions below, on a folder, in a process of its own, with something mounted where only it sees.

    Skipped where nobody may mount.
    """
    folder.mkdir(exist_ok=True)
    run = [sys.executable, "-c", f"from tests.test_refused_writes import *; {script}(Path({str(folder)!r}))"]
    if mount:
        apart = ["unshare", "--map-root-user", "--mount"]
        tried = [*apart, "mount", *mount, str(folder)]
        if not shutil.which("unshare") or subprocess.run(tried, capture_output=True).returncode:
            pytest.skip("mounting needs Linux, and root or user namespaces")
        run = [*apart, "sh", "-c", f'mount {" ".join(mount)} {folder} && exec "$@"', "sh", *run]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def on_a_small_disk(disk: Path) -> None:
    folder = disk / "eic"
    assert not build(folder, "old")
    failed = 0
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        for room in range(0, 700, 20):  # in kB: less than nothing, up to what is enough
            with suppress(OSError):
                while ballast.write(bytes(4096)):
                    pass
            ballast.truncate(max(ballast.tell() - room * 1024, 0))
            problem = build(folder, f"word {room}")
            if not problem:
                break
            failed += 1
            assert re.search("cannot be written: .*No space left on device.*; .*name another", problem)
            assert told(folder) == "old"
            assert len(lying_about(folder)) == 1
            ballast.seek(0, os.SEEK_END)
    assert failed > 10
    assert told(folder) == f"word {room}"


def test_a_full_disk_is_told_and_leaves_the_old_graph(tmp_path: Path) -> None:
    elsewhere("on_a_small_disk", tmp_path / "disk", "-t", "tmpfs", "-o", "size=2m", "tmpfs")


def with_small_files(folder: Path) -> None:
    assert not build(folder / "eic", "old")
    largest = max(path.stat().st_size for path in current(folder / "eic").iterdir() if path.name != "LOG")
    for size in (0, 1, 17, 100, 1000, 5000, 20_000, largest - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        problem = build(folder / "eic", "new")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert re.search("cannot be written: .*File too large.*; .*name another", problem)
        assert told(folder / "eic") == "old"
        assert len(lying_about(folder / "eic")) == 1
    assert not build(folder / "eic", "new")
    assert told(folder / "eic") == "new"


def test_files_that_may_not_grow_are_told_and_leave_the_old_graph(tmp_path: Path) -> None:
    elsewhere("with_small_files", tmp_path)


def on_a_disk_for_reading(disk: Path) -> None:
    folder = disk / "eic"
    assert not build(folder, "old")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert told(folder) == "old"
    for place in (folder, disk / "other"):
        problem = f"{place} cannot be written: Read-only file system; name another folder with --on"
        assert build(place, "new") == problem
    assert told(folder) == "old"
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert not build(folder, "new")
    assert told(folder) == "new"


def test_a_folder_for_reading_is_told_and_goes_on_answering(tmp_path: Path) -> None:
    elsewhere("on_a_disk_for_reading", tmp_path / "disk", "-t", "tmpfs", "-o", "size=8m", "tmpfs")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(StoreProblem, match="cannot be written: Permission denied"):
        publish(folder, stored("new"))
    assert told(folder) == "old"


def test_a_pointer_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "eic-current.new").mkdir()
    with pytest.raises(StoreProblem, match="cannot be written: Is a directory"):
        publish(folder, stored("new"))
    assert told(folder) == "old"
    assert len(lying_about(folder)) == 2
    (folder / "eic-current.new").rmdir()
    publish(folder, stored("new"))
    assert told(folder) == "new"
