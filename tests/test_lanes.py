"""Whose turn it is: clients take turns, and those who ask nothing but long ones come last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from kg.web.channel import Channel
from kg.web.crew import Crew
from kg.web.lanes import Habits, Job, Lane
from kg.web.worker import Task


def with_jobs(clients: str, check: Callable[[Lane, list[Job]], None]) -> None:
    """Let a job of each client, told by its letter, wait in a lane."""

    async def run() -> None:
        lane = Lane()
        jobs = [Job(client, b"", b"", asyncio.get_running_loop().create_future()) for client in clients]
        for job in jobs:
            lane.put(job)
        check(lane, jobs)

    asyncio.run(run())


def taken(lane: Lane, rank: Callable[[str], object]) -> str:
    return "".join(lane.take(rank).client for _ in range(lane.size))


def test_clients_take_turns() -> None:
    with_jobs("aaabbc", lambda lane, _: check(taken(lane, Habits().are_long), "abcaba"))


def check(found: str, expected: str) -> None:
    assert found == expected


def test_a_job_that_is_dropped_is_not_taken() -> None:
    def dropping(lane: Lane, jobs: list[Job]) -> None:
        assert lane.drop(jobs[1]) and not lane.drop(jobs[1])
        assert lane.size == 2
        assert taken(lane, Habits().are_long) == "ab"

    with_jobs("aab", dropping)


def test_who_asks_nothing_but_long_ones_comes_last() -> None:
    habits = Habits()
    habits.note("a", 5.0)
    assert habits.are_long("a") and not habits.are_long("b")
    with_jobs("aabb", lambda lane, _: check(taken(lane, habits.are_long), "bbaa"))


def test_of_long_requests_those_of_brisk_clients_come_first() -> None:
    habits = Habits()
    habits.note("a", 5.0)
    for _ in range(10):
        habits.note("c", 0.0)
    assert habits.are_brisk("c") and not habits.are_brisk("b") and not habits.are_brisk("a")
    with_jobs("aabbcc", lambda lane, _: check(taken(lane, habits.rank), "ccbbaa"))
    habits.note("c", 0.4)  # what an exception may take, and there is none for a while
    assert not habits.are_brisk("c") and not habits.are_long("c")


def test_habits_are_those_of_most_requests_and_can_change() -> None:
    habits = Habits()
    for _ in range(10):
        habits.note("a", 0.0)
    for _ in range(3):
        habits.note("a", 0.3)
    assert not habits.are_long("a")  # some that are not so brisk, after ten that are
    for _ in range(10):
        habits.note("a", 2.0)
    for _ in range(5):
        habits.note("a", 0.0)
    assert habits.are_long("a")  # a few that are refused at once do not make up for it
    for _ in range(60):
        habits.note("a", 0.0)
    assert not habits.are_long("a")


class Worker:
    """A channel to a worker that does nothing but note that it has been ended."""

    def __init__(self, generation: int, version: str | None, published: float):
        self.generation, self.version, self.published = generation, version, published
        self.job, self.ended = None, False

    def end(self) -> None:
        self.ended = True


def test_a_worker_whose_store_is_superseded_before_it_is_open_is_ended() -> None:
    crew = Crew(Task("store", published=3.0), 0, *[lambda *_: None] * 3)
    newer, late = Worker(2, "new", 2.0), Worker(1, None, 1.0)
    crew.generation, crew.version, crew.dates = 2, "new", {"new": 2.0}
    crew.all = {cast(Channel, newer), cast(Channel, late)}
    crew._greeted(cast(Channel, late), "old")
    assert late.ended and not newer.ended
    assert crew.version == "new" and crew.dates == {"new": 2.0, "old": 1.0} and crew.idle == []
