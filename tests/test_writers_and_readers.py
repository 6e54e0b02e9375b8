"""One build writes at a time, and others are told; readers see one whole graph, however many builds follow."""

from __future__ import annotations

import errno
import gc
import itertools
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import generations
from kg.engines.oxigraph import open_
from kg.errors import StoreProblem
from kg.generations import current, publish
from tests.builds import CHILDREN, child, lying_about, saying, stored, told
from tests.builds import folder as folder

fcntl = pytest.importorskip("fcntl")  # locks are those of POSIX


def working(folder: Path, news: Connection) -> None:
    """In a child: a build that does not end by itself."""

    def written() -> None:
        news.send("written")
        time.sleep(60)  # longer than anybody lets it live

    publish(folder, stored("never", written))


def test_a_second_writer_is_told_who_the_first_is_and_a_dead_one_holds_nothing(folder: Path) -> None:
    here, there = CHILDREN.Pipe(duplex=False)
    process = child(working, folder, there)
    assert here.recv() == "written"
    who = rf"process {process.pid}, since {time.strftime('%Y-')}[-0-9: ]+"
    busy = rf"^another build is writing \S+/eic \({who}\); try again when it is done$"
    with pytest.raises(StoreProblem, match=busy):
        publish(folder, stored("new"))
    with pytest.raises(StoreProblem, match=busy):
        kg.build(folder, pytest.fail)  # it is told at once, before any work
    assert told(folder) == "old"
    process.kill()
    process.join()
    publish(folder, stored("new"))
    assert told(folder) == "new"


def test_a_second_writer_in_the_same_process_is_told_too(folder: Path) -> None:
    def another() -> None:
        with pytest.raises(StoreProblem, match=f"another build is writing .* \\(process {os.getpid()}, "):
            publish(folder, stored("newer"))

    publish(folder, stored("new", another))
    assert told(folder) == "new"


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EIO])
def test_a_file_system_without_locks_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def flock(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(StoreProblem, match=rf"cannot be locked: {os.strerror(code)}; name one on a local disk"):
        publish(folder, stored("new"))
    assert told(folder) == "old"  # reading needs no lock


def test_a_lock_that_its_holder_has_just_removed_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock

    def late(handle: Any, how: int) -> None:
        (tmp_path / "eic" / "lock").unlink()
        lock(handle, how)

    monkeypatch.setattr("fcntl.flock", late)
    with pytest.raises(StoreProblem, match="another build is writing"):
        publish(tmp_path / "eic", stored("new"))


# readers


def test_a_reader_is_left_alone_however_many_builds_follow(folder: Path) -> None:
    reader = open_(str(folder))
    for word in ("new", "newer", "newest"):
        publish(folder, stored(word))
        assert set(reader.store) == saying("old")
    assert lying_about(folder) == ["generation-000002", "generation-000004", "generation-000005"]
    assert told(folder) == "newest"
    del reader
    gc.collect()
    publish(folder, stored("at last"))
    assert lying_about(folder) == ["generation-000005", "generation-000006"]


def test_a_generation_that_vanishes_before_it_is_opened_is_looked_for_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(found: Callable[..., Any]) -> Callable[..., Any]:
        def then(*arguments: Any) -> Any:
            monkeypatch.undo()
            result = found(*arguments)
            for word in ("new", "newer"):
                publish(folder, stored(word))
            return result

        return then

    monkeypatch.setattr(generations, "_named", late(generations._named))
    assert told(folder) == "newer"
    monkeypatch.setattr(generations, "current", late(current))
    assert told(folder) == "newer"
    assert lying_about(folder) == ["generation-000005", "generation-000006"]


def publishing_on(folder: Path) -> None:
    """In a child: publish without end."""
    for number in itertools.count():
        publish(folder, stored(str(number)))


def test_readers_beside_builds_see_one_whole_graph_after_the_other(folder: Path) -> None:
    process = child(publishing_on, folder)
    seen, end = [-1], time.monotonic() + 2
    while time.monotonic() < end or len(set(seen)) < 5:
        assert process.is_alive()
        assert time.monotonic() < end + 60
        word = told(folder)
        seen.append(-1 if word == "old" else int(word))
    process.kill()
    process.join()
    assert seen == sorted(seen)
