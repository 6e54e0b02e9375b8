"""Whose turn it is: clients take turns, and those who ask nothing but long ones come last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kg.web.lanes import Habits, Job, Lane


def with_jobs(clients: str, check: Callable[[Lane, list[Job]], None]) -> None:
    """Let a job of each client, told by its letter, wait in a lane."""

    async def run() -> None:
        lane = Lane()
        jobs = [Job(client, b"", b"", asyncio.get_running_loop().create_future()) for client in clients]
        for job in jobs:
            lane.put(job)
        check(lane, jobs)

    asyncio.run(run())


def taken(lane: Lane, habits: Habits) -> str:
    return "".join(lane.take(habits).client for _ in range(lane.size))


def test_clients_take_turns() -> None:
    with_jobs("aaabbc", lambda lane, _: check(taken(lane, Habits()), "abcaba"))


def check(found: str, expected: str) -> None:
    assert found == expected


def test_a_job_that_is_dropped_is_not_taken() -> None:
    def dropping(lane: Lane, jobs: list[Job]) -> None:
        assert lane.drop(jobs[1]) and not lane.drop(jobs[1])
        assert lane.size == 2
        assert taken(lane, Habits()) == "ab"

    with_jobs("aab", dropping)


def test_who_asks_nothing_but_long_ones_comes_last() -> None:
    habits = Habits()
    habits.note("a", 5.0)
    assert habits.are_long("a") and not habits.are_long("b")
    with_jobs("aabb", lambda lane, _: check(taken(lane, habits), "bbaa"))


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
