"""Builds never break what works: killed, interrupted, starved or faulty, they leave the graph that was there, whole.

Graphs here are small: each says one word everywhere, so that a mixture or a part of two is seen.
"""

from __future__ import annotations

import errno
import gc
import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest
from kg._ingest import paper

import kg
from kg import generations, pipeline
from kg.__main__ import main
from kg.checks import Check
from kg.engines.oxigraph import open_
from kg.errors import BadTable, ChecksFailed, KgError, StoreProblem
from kg.generations import current, publish
from kg.graph import Graph
from kg.reasoning import Rule
from kg.terms import layer

fcntl, resource = pytest.importorskip("fcntl"), pytest.importorskip("resource")  # signals and forks are those of POSIX

ROOT = Path(__file__).parent.parent
#: Children are forked from a process of their own, which has never opened a store: RocksDB's threads survive no fork.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.test_generations"])
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that says "old", and has said "older"."""
    for word in ("older", "old"):
        publish(tmp_path / "eic", stored(word))
    return tmp_path / "eic"


def test_the_generation_before_is_kept(folder: Path) -> None:
    publish(folder, stored("new"))
    assert lying_about(folder) == ["generation-000002", "generation-000003"]
    assert (folder / "eic-current").read_text() == "generation-000003\n"


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


# ── killed ──


def child(target: Callable[..., None], *arguments: object) -> Any:
    process = CHILDREN.Process(target=target, args=arguments)
    process.start()
    return process


def publishing(folder: Path, word: str, news: Connection) -> None:
    """In a child: publish, and tell when it begins and when all that is left is to switch."""
    news.send("begun")
    publish(folder, stored(word, lambda: news.send("written")))


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
            time.sleep(chance.uniform(0, span))
        else:
            time.sleep(chance.uniform(0, 0.08))
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


def dying(folder: Path, number: int, word: str, sign: int) -> None:
    """In a child: publish, and get a signal just before the system is asked for the given time."""
    with at_call(number, lambda: os.kill(os.getpid(), sign)):
        publish(folder, Word.written(word))


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


def build_process(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kg", "build", "--on", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


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
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
        assert set(open_(str(folder)).store) == expected
        assert len(lying_about(folder)) <= len(known) + 1 <= 3
    kg.build(folder)
    assert set(open_(str(folder)).store) == expected
    assert len(lying_about(folder)) == 2


def test_what_a_killed_build_left_is_removed_before_the_next_one_needs_the_room(folder: Path) -> None:
    shutil.copytree(current(folder), folder / "generation-000003")
    shutil.copytree(current(folder), folder / "generation-1000000")

    def write(fresh: Path) -> None:
        assert lying_about(folder) == ["generation-000001", "generation-000002"]
        stored("new")(fresh)

    publish(folder, write)
    assert told(folder) == "new"


def test_what_only_looks_like_a_generation_is_left_alone(folder: Path) -> None:
    (folder / "generation-000001.bak").mkdir()
    (folder / "generation-notes.txt").write_text("mine")
    for word in ("new", "newer"):
        publish(folder, stored(word))
    assert told(folder) == "newer"
    assert {"generation-000001.bak", "generation-notes.txt"} < set(lying_about(folder))


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


# ── interrupted ──


def left_behind(folder: Path) -> set[str]:
    """What lies in a folder beside what belongs there: the pointer, the lock, the current generation and older ones."""
    if not folder.exists():
        return set()
    fine = {"eic-current", "lock"}
    with suppress(StoreProblem):
        fine |= {name for name in lying_about(folder) if name <= current(folder).name}
    return {path.name for path in folder.iterdir()} - fine


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard, here and in children, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted() -> None:
    raise KeyboardInterrupt


def half_made(folder: Path) -> str:
    """What a build that was killed could have left; its name."""
    half = f"generation-{int(current(folder).name[-6:]) + 1:06d}"
    if not (folder / half).exists():
        Word.written("half")(folder / half)
    return half


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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
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


# ── refused by the system ──


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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
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
    run = [sys.executable, "-c", f"from tests.test_generations import *; {script}(Path({str(folder)!r}))"]
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


@pytest.mark.parametrize("pointer", [b"", b"\xff\x00", b"generation-000009\n", b"generation-/../../etc\n"])
def test_a_damaged_pointer_is_told_and_mended_by_the_next_build(folder: Path, pointer: bytes) -> None:
    (folder / "eic-current").write_bytes(pointer)
    with pytest.raises(StoreProblem, match=r"is missing or empty|is no generation here"):
        kg.open(folder)
    publish(folder, stored("new"))
    assert told(folder) == "new"


def test_a_folder_that_vanishes_under_a_build_is_told(folder: Path) -> None:
    with pytest.raises(StoreProblem, match="was moved or removed"):
        publish(folder, stored("new", lambda: shutil.rmtree(folder)))
    assert not folder.exists()
    publish(folder, stored("newer"))
    assert told(folder) == "newer"


def test_a_folder_that_another_build_made_anew_meanwhile_is_not_touched(folder: Path) -> None:
    def another() -> None:
        shutil.rmtree(folder)
        for word in ("first", "second", "third", "fourth"):
            publish(folder, stored(word))

    with pytest.raises(StoreProblem, match="was moved or removed"):
        publish(folder, stored("new", another))
    assert told(folder) == "fourth"
    assert lying_about(folder) == ["generation-000003", "generation-000004"]


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST", ".sst"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, path.stat().st_size // 2)])
def test_a_damaged_generation_is_told(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(next(path for path in sorted(current(folder).iterdir()) if name in path.name))
    with pytest.raises(StoreProblem, match=r"cannot be read: .*run `kg build|holds no graph of ours"):
        kg.open(folder)
    publish(folder, stored("new"))
    assert told(folder) == "new"


# ── faulty sources ──


def a_broken_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tables = shutil.copytree(paper.FOLDER, tmp_path / "tables")
    with (tables / "claim_membership.csv").open("a", encoding="utf-8") as table:
        table.write("member-broken,city/atlantis\n")
    monkeypatch.setattr(paper, "FOLDER", tables)


def a_broken_ontology(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("@prefix : <http://example.org/> .\n:a :b :c .\n:a :b\n")
    monkeypatch.setattr(pipeline, "files", lambda *_: [tmp_path / "broken.ttl"])


def a_broken_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "rule_broken.rq").write_text(
        '#+ stratum = 0\n#+ [reading]\n#+ zh = "甲"\n#+ en = "a"\nCONSTRUCT {\n  ?s ?p ?o\n}\nWHERE { ?s ?p }\n'
    )
    monkeypatch.setattr(pipeline, "rules", lambda: [Rule(tmp_path / "rule_broken.rq")])


def a_check_that_finds_something(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str = "?offender a ?class"
) -> None:
    (tmp_path / "check_all.rq").write_text(
        f'#+ severity = "error"\n#+ [message]\n#+ zh = "甲"\n#+ en = "a"\nSELECT ?offender {{ {where} }}\n'
    )
    monkeypatch.setattr(pipeline, "all_checks", lambda: [Check(tmp_path / "check_all.rq")])
    monkeypatch.setattr(pipeline, "modules", list)


def a_broken_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_check_that_finds_something(monkeypatch, tmp_path, "?offender a")


def a_source_that_breaks_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def quads(schema: object) -> Iterator[ox.Quad]:
        yield from saying("half")
        raise BadTable("the line is dead", "far-away")

    monkeypatch.setattr(pipeline, "modules", lambda: [SimpleNamespace(SOURCE=paper.SOURCE, quads=quads)])


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (a_broken_row, BadTable),
        (a_broken_ontology, BadTable),
        (a_broken_rule, BadTable),
        (a_broken_check, BadTable),
        (a_check_that_finds_something, ChecksFailed),
        (a_source_that_breaks_off, BadTable),
    ],
)
def test_a_fault_in_a_source_leaves_the_old_graph(
    folder: Path, tmp_path: Path, fault: Callable[..., None], problem: type[KgError]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        fault(patched, tmp_path)
        for place in (folder, tmp_path / "fresh"):
            with pytest.raises(problem):
                kg.build(place)
    assert told(folder) == "old"
    assert not left_behind(folder)
    assert not (tmp_path / "fresh").exists()
    publish(folder, stored("new"))
    assert told(folder) == "new"


# ── two writers ──


def working(folder: Path, news: Connection) -> None:
    """In a child: a build that does not end by itself."""
    publish(folder, stored("never", lambda: news.send("written") or time.sleep(60)))  # type: ignore[func-returns-value]


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


# ── readers ──


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
