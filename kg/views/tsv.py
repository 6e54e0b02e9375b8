"""Tab-separated values, otherwise as csv and without the mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.views.csv import separated

if TYPE_CHECKING:
    from kg.answers import Answer


def render(answer: Answer) -> str:
    """The rows with their headings."""
    return separated(answer, "\t")
