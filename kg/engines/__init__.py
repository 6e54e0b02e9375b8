"""Engines: what a graph can live in. One module an engine; the first whose `accepts` says yes opens a target.

A module has `ORDER` (lower is asked first), `accepts(target) -> bool` and `open_(target) -> Engine`. A target is a
text (a path, an address) or an object of another library.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from kg.errors import StoreProblem

Result = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]


class Engine(Protocol):
    """A store that answers SPARQL 1.1 queries over our named graphs."""

    target: str
    graphs: list[str]  # the addresses of our named graphs there

    def query(self, text: str) -> Result:
        """Solutions, a boolean or triples; the default graph is the union of our named graphs, always."""
        ...


def open_engine(target: object) -> Engine:
    """The engine that holds the graph at a target: a folder that `kg build` made, an http(s) endpoint, a Dataset.

    Raises StoreProblem where nothing accepts the target, or where it is not a store of ours.
    """
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    modules: list[Any] = [import_module(f"kg.engines.{name}") for name in names]
    for module in sorted(modules, key=lambda m: int(m.ORDER)):
        if module.accepts(target):
            engine: Engine = module.open_(target)
            return engine
    raise StoreProblem(
        f"{target!r} is neither a folder nor an http(s) address, nor a data set that a graph could be read from"
    )
