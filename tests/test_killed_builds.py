"""Builds that are killed, at any moment or between any two steps, leave the old graph or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import kg
from kg.__main__ import main
from kg.engines.oxigraph import open_
from kg.errors import StoreProblem
from kg.generations import current, publish
from kg.graph import Graph
from tests.builds import CHILDREN, STEPS, Word, build_process, child, dying, lying_about, stored, told, word_in
from tests.builds import folder as folder


def publishing(folder: Path, word: str, news: Connection) -> None:
    """In a child: publish, and tell when it begins and when all that is left is to switch."""
    news.send("begun")
    publish(folder, stored(word, lambda: news.send("written")))


@pytest.mark.slow
def test_a_build_killed_at_a_random_moment_leaves_the_old_graph_or_the_new_one(folder: Path) -> None:
    chance, before = random.Random(5), "old"
    late, span = 0, 0.01
    for trial in range(48):
        word = f"word {trial}"
        here, there = CHILDREN.Pipe(duplex=False)
        process = child(publishing, folder, word, there)
        assert here.recv() == "begun"
        if trial % 3:  # most of them where it matters: from the last byte of the graph to the end
            assert here.recv() == "written"
            time.sleep(chance.uniform(0, span))  # to a moment that nothing in the build marks
        else:
            time.sleep(chance.uniform(0, 0.08))  # to some moment before the graph is whole
        process.kill()
        process.join()
        after = told(folder)
        assert after in (before, word)
        assert len(lying_about(folder)) <= 3
        late += after == word
        if trial % 3:  # earlier next time if it came late: about the switch, however busy the machine is
            span *= 0.7 if after == word else 1.4
        before = after
    assert 4 < late < 44
    publish(folder, stored("at last"))
    assert told(folder) == "at last"
    assert len(lying_about(folder)) == 2


def test_a_build_killed_between_any_two_steps_leaves_the_old_graph_or_the_new_one(tmp_path: Path) -> None:
    folder, switched = tmp_path / "eic", []
    publish(folder, Word.written("0"))
    for number in STEPS:
        before = word_in(folder)
        process = child(dying, folder, number, str(number), signal.SIGKILL)
        process.join()
        assert word_in(folder) in (before, str(number))
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        switched.append(word_in(folder) != before)
        assert len(lying_about(folder)) <= 3
    assert switched == sorted(switched)  # up to some step the old one, from then on the new one
    assert switched.count(False) > 50
    assert switched.count(True) > 10
    assert len(lying_about(folder)) == 2


@pytest.mark.slow
def test_a_whole_build_that_is_killed_leaves_the_graph(tmp_path: Path, store: Path) -> None:
    folder, chance = shutil.copytree(store, tmp_path / "eic"), random.Random(5)
    expected = set(open_(str(store)).store)
    for step in ("checking", "writing"):
        process, known = build_process(folder), lying_about(folder)
        assert process.stderr
        while step != "writing" and step not in process.stderr.readline():
            assert process.poll() is None
        while step == "writing" and lying_about(folder) == known:
            assert process.poll() is None
            time.sleep(0.001)  # until a folder is there, of which the build says nothing
        time.sleep(chance.uniform(0, 0.5))  # to some moment of that step
        process.kill()
        process.communicate()
        assert set(open_(str(folder)).store) == expected
        assert len(lying_about(folder)) <= len(known) + 1 <= 3
    kg.build(folder)
    assert set(open_(str(folder)).store) == expected
    assert len(lying_about(folder)) == 2


def test_the_graph_is_on_the_disk_before_its_name_and_the_name_before_the_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[object] = []
    replace = os.replace

    def switched(one: Path, other: Path) -> None:
        steps.append("switch")
        replace(one, other)

    monkeypatch.setattr("os.fsync", lambda handle: steps.append(os.fstat(handle).st_ino))
    monkeypatch.setattr("os.replace", switched)
    publish(folder, stored("new"))
    generation, switch = current(folder), steps.index("switch")
    for path in (*generation.iterdir(), generation, folder, folder / "eic-current"):
        assert path.stat().st_ino in steps[:switch], path
    assert steps[switch + 1 :] == [folder.stat().st_ino]


def test_what_a_killed_build_left_is_removed_before_the_next_one_needs_the_room(folder: Path) -> None:
    shutil.copytree(current(folder), folder / "generation-000003")
    shutil.copytree(current(folder), folder / "generation-1000000")

    def write(fresh: Path) -> None:
        assert lying_about(folder) == ["generation-000001", "generation-000002"]
        stored("new")(fresh)

    publish(folder, write)
    assert told(folder) == "new"


def test_a_question_after_a_first_build_that_was_killed_is_answered(
    tmp_path: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").touch()
    Word.written("half")(tmp_path / "generation-000001")
    with pytest.raises(StoreProblem, match="is not a store that `kg build` made and finished"):
        kg.open(tmp_path)
    monkeypatch.setenv("KG_STORE", str(tmp_path))
    monkeypatch.setattr(kg, "build", {tmp_path: graph}.get)
    assert main(["ask", "partner-tiers"]) == 0
