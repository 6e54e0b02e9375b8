"""Pictures of the graph: a map of tiers and implied dependences, a network of alliances, a matrix of elements.

Each is drawn by one module as a small SVG, with its caption in it; nothing is loaded until a picture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from kg.errors import BadQuestion, UnknownName
from kg.naming import find
from kg.terms import LANGUAGES

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.pictures.frame import Drawing
    from kg.pictures.picture import Picture

#: What can be drawn, and the module that draws it.
KINDS = {"map": "geography", "network": "network", "matrix": "matrix"}


def draw(graph: Graph, kind: str, language: str = "en", cities: str | Iterable[str] = ()) -> Picture:
    """A picture of a kind (map, network, matrix) in a language (zh, en, ru), of all cities or of those that are named.

    BadQuestion for another kind or language, or where there is too much for one picture; UnknownName for a city that
    the graph does not know; StoreProblem where it is no graph of ours.
    """
    from kg.pictures.picture import Picture

    if kind not in KINDS:
        raise BadQuestion(f"no picture is called {kind!r}: there are {', '.join(KINDS)}")
    if language not in LANGUAGES:
        raise BadQuestion(f"language {language!r}: there are {', '.join(LANGUAGES)}")
    named = [cities] if isinstance(cities, str) else list(cities)
    only = frozenset(_found(graph, name) for name in named)
    module = import_module(f"kg.pictures.{KINDS[kind]}")

    def drawn(language: str, mark: str) -> Drawing:
        return cast("Drawing", module.draw(graph, language, only, mark))

    picture = Picture(kind, language, drawn)
    picture.drawing  # noqa: B018 - drawn now, so that what is wrong is told now
    return picture


def _found(graph: Graph, name: str) -> str:
    """The IRI of the city that a name means, else of the place."""
    try:
        return find(graph, name, "City", "cities").value
    except UnknownName as unknown:
        try:
            return find(graph, name, "Place", "cities").value
        except UnknownName:
            raise unknown from None
