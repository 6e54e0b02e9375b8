"""The soak of `kg serve`, 20 seconds of it, and its judge, which has to find each fault; no network but loopback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.closed_loop import Reply, Request, Run
from tests.footprint import FRONT, WORKER, Footprint, served
from tests.ordinary import Case
from tests.soak import Crowd, Record, Sample, judge, soak

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and addresses 127.0.0.x, as Linux has them")


def samples(seconds: float, verdict: str = "right", number: int = 1_000) -> list[Sample]:
    return [Sample("page", seconds, verdict)] * number


BEFORE = Footprint(50 << 20, 300 << 20, 7, 0, 30)
FINE = Record(samples(0.1), samples(0.4), BEFORE, BEFORE, {"cross product 503": 500}, [], True, (Run(3, 1, 0, 0),) * 2)
FAULTS: dict[str, tuple[Record, str]] = {
    "a wrong answer": (FINE._replace(beset=[*samples(0.4), Sample("page", 0.1, "200 b'' to page")]), "1 times 200 b''"),
    "a wrong answer without hostile clients": (
        FINE._replace(calm=[*samples(0.1), Sample("page", 0.1, "500")]),
        "calm: 1 times 500",
    ),
    "told to wait": (FINE._replace(beset=samples(0.4) + samples(0.01, "busy", 4)), "4 of 1004"),
    "slow": (FINE._replace(beset=samples(0.51)), "5.1 times 100"),
    "slow for two of a hundred": (
        FINE._replace(beset=samples(0.1) + samples(2.0, number=20)),
        "is 2000 ms, 20.0 times",
    ),
    "nothing answered": (FINE._replace(beset=[]), "beset: 0 right answers"),
    "no attacks": (FINE._replace(attacks={}), "0 attacks"),
    "an attack that came through": (FINE._replace(faults=["a query reached another server"]), "reached another"),
    "not well": (FINE._replace(well=False), "not well"),
    "memory of the front": (FINE._replace(after=BEFORE._replace(front=(60 << 20) + FRONT)), "in the front: 50 before"),
    "memory of workers": (FINE._replace(after=BEFORE._replace(workers=(310 << 20) + 7 * WORKER)), "in other processes"),
    "processes": (FINE._replace(after=BEFORE._replace(processes=8)), "processes: 7 before, 8 after"),
    "zombies": (FINE._replace(after=BEFORE._replace(ended=1)), "waited for: 0 before, 1 after"),
    "descriptors": (FINE._replace(after=BEFORE._replace(descriptors=33)), "descriptors: 30 before, 33 after"),
}


def test_the_judge_finds_nothing_where_all_is_well() -> None:
    assert judge(FINE) == []
    assert judge(FINE._replace(after=BEFORE._replace(front=1, descriptors=20))) == []
    assert judge(FINE._replace(beset=samples(0.4) + samples(0.01, "busy", 3))) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_judge_finds(name: str) -> None:
    record, told = FAULTS[name]
    (found,) = judge(record)
    assert told in found


def test_where_all_have_one_address_waiting_is_no_fault_but_a_wrong_answer_is() -> None:
    waiting = FINE._replace(beset=samples(9.0) + samples(0.01, "busy", 500))
    assert judge(waiting, alone=False) == []
    assert judge(waiting._replace(beset=samples(9.0, "404")), alone=False)


def test_an_answer_that_is_not_the_right_one_is_told() -> None:
    asked = Request(b"GET / HTTP/1.1\r\n\r\n", "page")
    crowd = Crowd.__new__(Crowd)
    crowd.everything, crowd.known = {asked: Case(asked, lambda reply: reply.body, b"right")}, {}
    assert crowd.verdict(asked, Reply(200, body=b"right")) == "right"
    assert crowd.verdict(asked, Reply(200, body=b"wrong")).startswith("200 b'wrong' to page")
    assert crowd.verdict(asked, Reply(500, body=b"right")).startswith("500")
    assert crowd.verdict(asked, Reply(0)).startswith("0 ")
    assert crowd.verdict(asked, Reply(503)).startswith("503")  # it does not say when to come again
    assert crowd.verdict(asked, Reply(429, b"http/1.1 429 \r\nretry-after: 1\r\n")) == "busy"


@linux
@pytest.mark.soak
def test_ordinary_clients_are_served_well_beside_hostile_ones(store: Path) -> None:
    with served(store, "--seconds", "8", "--memory", "512") as server:
        assert judge(soak(server, store, (4.0, 5.0, 11.0))) == []
