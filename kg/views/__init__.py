"""Views of an answer, one module a format, found by name: `render(answer) -> str` (or bytes, for a file).

Every view tells the basis of each row, whose view it is, as of when, and from which version of the graph.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UnknownName

if TYPE_CHECKING:
    from kg.answers import Answer


@cache
def names() -> tuple[str, ...]:
    """The names of all views, the table first."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return ("table", *(name for name in found if name != "table"))


def render(answer: Answer, view: str) -> str | bytes:
    """The answer in the view of this name, as text, or as the bytes of a file; UnknownName where there is none."""
    if view not in names():
        raise UnknownName("view", view, names(), f"there are: {', '.join(names())}")
    rendered: str | bytes = import_module(f"kg.views.{view}").render(answer)
    return rendered


def below(answer: Answer) -> list[str]:
    """What stands below a table: notes on its rows, and the caption."""
    return [*answer.notes(), *([answer.caption] if answer.caption else [])]
