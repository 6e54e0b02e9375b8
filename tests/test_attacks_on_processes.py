"""Attacks on the processes of `kg serve`: some are killed, and the graph is replaced under the others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.generations import current
from tests.attacked import Server, attacked, within
from tests.attacked import eic as eic
from tests.attacked import site as site

pytestmark = pytest.mark.xdist_group("serve")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
#: Kills the process that parses it: deep, without a bracket.
BOMB = f"SELECT * {{ FILTER({'!' * 30_000}true) }}"
VERSION = "http://www.w3.org/2002/07/owl#versionInfo"


def test_workers_that_are_killed_without_end_come_back(site: Server) -> None:
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda n: site.query(f"{BOMB}#{n}").status, range(24)))
    assert set(told) == {503}
    began = time.monotonic()
    assert site.query("ASK {}").status == 200
    assert time.monotonic() - began < 2
    assert within(5, lambda: json.loads(site.ask("/health").body)["workers"] >= 3)


def test_no_worker_outlives_who_could_stop_it(eic: Path, tmp_path: Path) -> None:
    with attacked(tmp_path, str(eic), "--seconds", "2") as server:
        before = set(server.of_session())
        forks = [pid for pid in before if pid != server.pid and parents(before).count(pid) > 1]
        assert len(forks) == 1
        with ThreadPoolExecutor(2) as threads:
            asked = threads.submit(server.query, ENDLESS)
            time.sleep(0.5)  # by then a worker computes
            os.kill(forks[0], signal.SIGKILL)
            assert server.query("ASK {}").status == 200
            assert asked.result().status == 503
        assert within(3, lambda: busy(server) == 0)  # the time is over, and nothing computes
        assert server.query("ASK { ?s ?p ?o }").status == 200
        threading.Thread(
            target=server.raw, args=(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),)
        ).start()
        assert within(2, lambda: busy(server) > 0)
        os.kill(server.pid, signal.SIGKILL)
        assert within(3, lambda: not server.of_session())


def parents(processes: set[int]) -> list[int]:
    """The parents of these processes."""
    found = []
    for pid in processes:
        with suppress(OSError):
            found.append(int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]))
    return found


def busy(server: Server) -> int:
    """How much of a second and a half the workers of a server have computed, in half seconds."""

    def used() -> int:
        total = 0
        for pid in server.of_session():
            with suppress(OSError):
                total += int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
        return total

    began = used()
    time.sleep(0.5)  # that in which it is measured
    return max(used() - began, 0) * 10 // os.sysconf("SC_CLK_TCK")  # a tenth of the time is nothing


# builds


@pytest.mark.slow
def test_each_answer_is_of_one_build_and_says_of_which(site: Server, eic: Path) -> None:
    text = f"SELECT ?v {{ ?d <{VERSION}> ?v FILTER(CONTAINS(?v, '+')) }}"
    seen: list[tuple[str, str, str]] = []
    over = threading.Event()

    def ask(number: int) -> None:
        for n in range(10_000):
            if over.is_set():
                return
            got = site.query(f"{text}#{n % 3 if number else n}")  # some are answered from the cache
            assert got.status == 200, got
            (row,) = json.loads(got.body)["results"]["bindings"]
            seen.append(
                (got.headers["graph-version"], row["v"]["value"], got.headers["etag"].partition("-")[0].strip('"'))
            )

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask, number) for number in range(3)]
        for number in range(3):
            version = switched(eic, f"generation-9{number:05d}", number)
            within(8, lambda version=version: version in {told for told, _, _ in seen[-3:]})  # type: ignore[misc]  # bound here, for the next round binds another
        over.set()
        [asked.result() for asked in asking]
    assert len({told for told, _, _ in seen}) >= 4
    assert not [told for told in seen if len(set(told)) != 1]


def switched(eic: Path, name: str, number: int) -> str:
    """The version of a new build that is now the current one."""
    place, fresh = current(eic), eic / name
    shutil.copytree(place, fresh)
    store = ox.Store(str(fresh))
    (old,) = [q for q in store.quads_for_pattern(None, ox.NamedNode(VERSION), None) if "+" in str(q.object)]
    version = f"{str(old.object).strip(chr(34))}{number}"
    store.remove(old)
    store.add(ox.Quad(old.subject, old.predicate, ox.Literal(version), old.graph_name))
    store.flush()
    del store
    (eic / "next").write_text(f"{name}\n")
    (eic / "next").replace(eic / "eic-current")
    return version
