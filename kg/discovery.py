"""Sources: where the graph comes from, one module or package in `ingest/` each, found by discovery."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

import pyoxigraph as ox

from kg.content import folder
from kg.errors import BadTable, UnknownName
from kg.references import Reference
from kg.schema import Schema


class Source(NamedTuple):
    """What is to be known of a source: name, title (zh, en), whose view it gives (zh, en, ru) as of what year,
    licence, and where it is from."""

    name: str
    title: dict[str, str]
    view: dict[str, str]
    year: int
    licence: str
    origin: str
    needs: tuple[str, ...] = ()


class SourceModule(Protocol):
    """A module of `ingest/`: SOURCE says what it is, `quads` gives its statements."""

    SOURCE: Source | Reference

    def quads(self, schema: Schema) -> Iterator[ox.Quad]:
        """The named-graph statements of the source; BadTable with file and line for a faulty row."""
        ...


def modules() -> list[SourceModule]:
    """The modules of all sources, each after those it needs, else by name."""
    found = [m.name for m in pkgutil.iter_modules([str(folder("ingest"))])]
    named = {module.SOURCE.name: module for module in (import_module(f"kg._ingest.{name}") for name in found)}
    order = in_order([(name, module.SOURCE.needs) for name, module in named.items()])
    return [cast(SourceModule, named[name]) for name in order]


def in_order(sources: list[tuple[str, tuple[str, ...]]]) -> list[str]:
    """The names of sources, each after those it needs, else by name; BadTable where one is missing or they turn in a
    circle.

    >>> in_order([("a", ("z",)), ("z", ())])
    ['z', 'a']
    """
    waiting, done = dict(sorted(sources)), list[str]()
    while waiting:
        ready = next((name for name, needs in waiting.items() if set(needs) <= set(done)), None)
        if ready is None:
            name, needs = next(iter(waiting.items()))
            lacking = sorted(set(needs) - set(done))
            raise BadTable(f"the source {name} needs {', '.join(lacking)}, which is missing or needs it in turn", name)
        done.append(ready)
        del waiting[ready]
    return done


def sources() -> list[Source | Reference]:
    """What there is, by discovery, the paper first.

    >>> sources()[0].name
    'paper'
    """
    return [module.SOURCE for module in modules()]


def source_module(name: str) -> Any:
    """The module of the source of this name; UnknownName where there is none."""
    known = {module.SOURCE.name: module for module in modules()}
    if name not in known:
        raise UnknownName("source", name, known)
    return known[name]
