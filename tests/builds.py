"""What the tests of builds share: small graphs, and builds that are cut off at any step.

Each graph says one word everywhere, so that a mixture or a part of two is seen. Who wants a fixture of these imports it
under its own name (`folder as folder`): pytest looks for it there.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pyoxigraph as ox
import pytest

from kg import generations
from kg.engines.oxigraph import open_
from kg.errors import StoreProblem
from kg.generations import current, publish
from kg.terms import layer
from tests.engines import program

pytest.importorskip("fcntl")  # signals and forks are those of POSIX
ROOT = Path(__file__).parent.parent
#: Children are forked from a process of their own, which has never opened a store: RocksDB's threads survive no fork.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.builds"])
SIZE = 200
STEPS = range(1, 400)  # more than a build takes


def saying(word: str) -> set[ox.Quad]:
    """A graph that says a word SIZE times."""
    say = ox.NamedNode("http://example.org/says")
    things = (ox.NamedNode(f"http://example.org/{n}") for n in range(SIZE))
    return {ox.Quad(thing, say, ox.Literal(word), layer("paper")) for thing in things}


def stored(word: str, then: Callable[[], object] = lambda: None) -> Callable[[Path], None]:
    """What fills a generation with a graph that says a word, and does something `then`."""

    def write(folder: Path) -> None:
        disk = ox.Store(str(folder))
        disk.bulk_extend(saying(word))
        disk.flush()
        del disk
        then()

    return write


def told(folder: Path) -> str:
    """The word that the graph in a folder says, which must be there whole and unmixed."""
    quads = set(open_(str(folder)).store)
    (word,) = {str(getattr(quad.object, "value", "")) for quad in quads}
    assert quads == saying(word)
    return word


def lying_about(folder: Path) -> list[str]:
    """The generations in a folder, oldest first."""
    return sorted(path.name for path in folder.glob("generation-*"))


def left_behind(folder: Path) -> set[str]:
    """What lies in a folder beside what belongs there: the pointer, the lock, the current generation and older ones."""
    if not folder.exists():
        return set()
    fine = {"eic-current", "lock"}
    with suppress(StoreProblem):
        fine |= {name for name in lying_about(folder) if name <= current(folder).name}
    return {path.name for path in folder.iterdir()} - fine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that says "old", and has said "older"."""
    for word in ("older", "old"):
        publish(tmp_path / "eic", stored(word))
    return tmp_path / "eic"


class Word:
    """What stands in for a store where many builds are tried: a folder with a word in two files."""

    def __init__(self, generation: Path):
        one, self.text = [(generation / name).read_text() for name in ("one", "two")]
        assert one == self.text

    @staticmethod
    def written(word: str) -> Callable[[Path], None]:
        def write(generation: Path) -> None:
            generation.mkdir()
            (generation / "one").write_text(word)
            (generation / "two").write_text(word)

        return write


def word_in(folder: Path) -> str:
    return generations.opened(folder, Word).text


def half_made(folder: Path) -> str:
    """What a build that was killed could have left; its name."""
    half = f"generation-{int(current(folder).name[-6:]) + 1:06d}"
    if not (folder / half).exists():
        Word.written("half")(folder / half)
    return half


def child(target: Callable[..., None], *arguments: object) -> Any:
    process = CHILDREN.Process(target=target, args=arguments)
    process.start()
    return process


@contextmanager
def at_call(number: int, act: Callable[[], object]) -> Iterator[list[str]]:
    """Do something just before the block asks the system for the given time; gives the names of all it asked for."""
    asked: list[str] = []

    def profile(_frame: FrameType, event: str, function: Any) -> None:
        module = getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__
        if event == "c_call" and module in ("posix", "fcntl", "io", "_io"):
            asked.append(function.__name__)
            if len(asked) == number:
                act()

    sys.setprofile(profile)
    try:
        yield asked
    finally:
        sys.setprofile(None)


def dying(folder: Path, number: int, word: str, sign: int) -> None:
    """In a child: publish, and get a signal just before the system is asked for the given time."""
    with at_call(number, lambda: os.kill(os.getpid(), sign)):
        publish(folder, Word.written(word))


def build_process(folder: Path) -> subprocess.Popen[str]:
    # not by `python -m`, which in 3.11 may end by the signal itself where its handling ran an `eval`
    command = [program("kg"), "build", "--on", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
