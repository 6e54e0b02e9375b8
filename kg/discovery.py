"""Sources: where the graph comes from, one module or package in `ingest/` each, found by discovery."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

import pyoxigraph as ox

from kg.content import folder
from kg.errors import UnknownName
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


class SourceModule(Protocol):
    """A module of `ingest/`: SOURCE says what it is, `quads` gives its statements."""

    SOURCE: Source

    def quads(self, schema: Schema) -> Iterator[ox.Quad]:
        """The named-graph statements of the source; BadTable with file and line for a faulty row."""
        ...


def modules() -> list[SourceModule]:
    """The modules of all sources, sorted by name."""
    found = sorted(m.name for m in pkgutil.iter_modules([str(folder("ingest"))]))
    return [cast(SourceModule, import_module(f"kg._ingest.{name}")) for name in found]


def sources() -> list[Source]:
    """What there is, by discovery.

    >>> [source.name for source in sources()]
    ['paper']
    """
    return [module.SOURCE for module in modules()]


def source_module(name: str) -> Any:
    """The module of the source of this name; UnknownName where there is none."""
    known = {module.SOURCE.name: module for module in modules()}
    if name not in known:
        raise UnknownName("source", name, known)
    return known[name]
