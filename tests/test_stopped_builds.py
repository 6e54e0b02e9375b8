"""Builds that are stopped, by Ctrl-C or a termination, leave the old graph or the new one and nothing half done."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import pipeline
from kg.generations import publish
from tests.builds import (
    STEPS,
    Word,
    at_call,
    build_process,
    child,
    dying,
    half_made,
    left_behind,
    lying_about,
    saying,
    stored,
    told,
    word_in,
)
from tests.builds import folder as folder


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard, here and in children, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file that nobody closed any more
def test_ctrl_c_at_any_step_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, switched = tmp_path / "eic", set()
    publish(folder, Word.written("0"))
    for number in STEPS:
        before, half = word_in(folder), half_made(folder)
        try:
            with at_call(number, interrupted):
                publish(folder, Word.written(str(number)))
            break
        except KeyboardInterrupt:
            assert word_in(folder) in (before, str(number))
            switched.add(word_in(folder) != before)
            assert left_behind(folder) <= {half}
    assert switched == {True, False}
    assert len(lying_about(folder)) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # likewise
def test_ctrl_c_in_a_first_build_leaves_no_folder(tmp_path: Path) -> None:
    for number in STEPS:
        folder = tmp_path / str(number)
        with suppress(KeyboardInterrupt), at_call(number, interrupted) as asked:
            publish(folder, Word.written("first"))
        if (folder / "eic-current").exists():
            break
        if "truncate" in asked[: number - 1]:
            assert not folder.exists(), asked[number - 1]
        else:  # hardly begun: an empty folder at most
            assert not left_behind(folder), asked[number - 1]
    assert asked[number - 2] == "replace"  # until the switch nothing stays; from then on it is published


def test_a_termination_at_any_step_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, switched = tmp_path / "eic", set()
    publish(folder, Word.written("0"))
    for number in STEPS[::2]:
        before, half = word_in(folder), half_made(folder)
        process = child(dying, folder, number, str(number), signal.SIGTERM)
        process.join()
        assert word_in(folder) in (before, str(number))
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGTERM
        switched.add(word_in(folder) != before)
        assert left_behind(folder) <= {half}
    assert switched == {True, False}


def test_a_handler_of_somebody_else_stays(tmp_path: Path) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda sign, _: heard.append(sign))
    try:
        publish(tmp_path / "eic", stored("new", lambda: os.kill(os.getpid(), signal.SIGTERM)))
        assert (heard, told(tmp_path / "eic")) == ([signal.SIGTERM], "new")
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        publish(tmp_path / "eic", stored("newer"))
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_whole_build_that_is_stopped_leaves_nothing_behind(tmp_path: Path, sign: int, code: int) -> None:
    process = build_process(tmp_path / "eic")
    assert process.stderr
    while "deriving" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(sign)
    _, talk = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in talk
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("heard")
def test_ctrl_c_is_heard_while_the_store_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def quads() -> Iterator[ox.Quad]:
        yield from saying("new")
        signal.raise_signal(signal.SIGINT)
        yield from saying("late")  # pragma: no cover

    monkeypatch.setattr(pipeline, "assemble", lambda _: quads())
    with pytest.raises(KeyboardInterrupt):
        kg.build(folder)
    assert told(folder) == "old"
    assert not left_behind(folder)
