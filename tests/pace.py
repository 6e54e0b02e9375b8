"""What is tried at once and what is slow: `make test` leaves out what is marked `slow`, `make test-all` does not.

A test is marked, or all cases of a test but some that stand for the others; what those touch stays touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def slow_unless(at_once: object) -> list[pytest.MarkDecorator]:
    """The marks of a case that is slow, unless it is tried at once."""
    return [] if at_once else [pytest.mark.slow]


def one_at_once(cases: Iterable[Any], kind: Callable[[Any], object] = lambda _: None) -> list[Any]:
    """The cases of a test as they are parametrized, all of them slow but the first of each kind; a tuple is a case of
    several arguments."""
    seen: set[object] = set()
    found = []
    for case in cases:
        marks = slow_unless((of := kind(case)) not in seen)
        seen.add(of)
        found.append(pytest.param(*case if isinstance(case, tuple) else (case,), marks=marks))
    return found
