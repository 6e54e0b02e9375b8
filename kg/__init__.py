"""EIC Graph: a paper's argument about innovation partnerships between cities, as a graph that can be asked.

>>> import kg
>>> g = kg.build("memory:")
>>> answer = g.ask("second-tier-dependencies", city="Kyiv", partner="莫斯科")
>>> len(answer)
1
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.discovery import Source
    from kg.graph import Graph
    from kg.library import Question
    from kg.pipeline import Progress
    from kg.references import Reference
    from kg.remote import Addresses

__version__ = "0.1.0"
__all__ = ["__version__", "build", "open", "questions", "sources"]


def build(target: str | Path | Addresses = "memory:", progress: Progress | None = None) -> Graph:
    """The graph made from its sources, checked, and published at "memory:", in a folder or in a SPARQL 1.1 store: see
    kg.pipeline.build."""
    from kg import pipeline

    return pipeline.build(target, progress)


def open(target: object) -> Graph:
    """The graph in a folder that `build` made, at an http(s) endpoint, in an rdflib Dataset or a pyoxigraph Store, or,
    for "memory:", built in memory."""
    if target == "memory:":
        return build()
    from kg.graph import Graph

    return Graph.open(target)


def questions(tag: str | None = None) -> list[Question]:
    """The questions of the library, by discovery: see kg.library.Question."""
    from kg import library

    return library.questions(tag)


def sources() -> list[Source | Reference]:
    """The sources of the graph, by discovery: see kg.discovery.Source."""
    from kg import discovery

    return discovery.sources()
