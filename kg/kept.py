"""Parts of questions that are answered when a graph is published, and not each time that somebody asks.

A sub-select that counts all there is takes seconds in a graph of ten million statements, and always finds the same in
a generation of a store, for that never changes. So where one has `# kept` as its first line, and no parameter, what it
finds lies beside the generation as `VALUES`, and the engine of that generation puts them in its place. Everywhere else
(in memory, in what-ifs, at endpoints) the same text is asked as it stands: to keep something is never to say it twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.content import files
from kg.errors import KgError
from kg.library import question
from kg.sparql import kept_parts, prologue

_FILE = "kept.json"


def keep(ask: Callable[[str], Any], generation: Path) -> None:
    """Write down beside a generation what the kept parts of all questions find; its engine answers them by `ask`."""
    found: dict[str, str] = {}
    for text in _texts():
        for start, end in kept_parts(text):
            if (key := _key(text, start, end)) not in found:  # else another question has the same part
                found[key] = _values(ask(prologue(text) + text[start:end]))
    (generation / _FILE).write_text(json.dumps(found, ensure_ascii=False, indent=0), encoding="utf-8")


def kept_in(generation: Path) -> dict[str, str]:
    """What has been kept of a generation; nothing where it was published without, or the file is damaged."""
    try:
        found = json.loads((generation / _FILE).read_text("utf-8")).items()
        return {key: text for key, text in found if isinstance(text, str)}
    except (OSError, ValueError, AttributeError):
        return {}


def filled(sparql: str, kept: dict[str, str]) -> str:
    """A query with what has been kept in the place of its parts.

    >>> text = "SELECT ?n { { # kept\\n SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    >>> filled(text, {_key(text, *kept_parts(text)[0]): "VALUES (?n) { (7) }"})
    'SELECT ?n { { # kept\\n VALUES (?n) { (7) }} }'
    """
    for start, end in reversed(kept_parts(sparql) if kept else []):
        if values := kept.get(_key(sparql, start, end)):
            sparql = sparql[:start] + values + sparql[end:]
    return sparql


def _texts() -> Iterator[str]:
    """The queries with such parts: to read all questions would take longer than to ingest a small table."""
    for path in files("queries", "*.rq"):
        with suppress(KgError, OSError, ValueError):  # `kg check` tells of malformed ones
            if "# kept" in path.read_text("utf-8"):
                yield question(path.stem).sparql


def _key(sparql: str, start: int, end: int) -> str:
    """A part by what it says: one that has been changed since is not found."""
    return hashlib.sha256((prologue(sparql) + sparql[start:end]).encode()).hexdigest()


def _values(found: ox.QuerySolutions) -> str:
    """Rows as a query can hold them; nothing where one has a blank node, which a query cannot name."""
    names = [v.value for v in found.variables]
    rows = [[row[name] for name in names] for row in found]
    if any(isinstance(term, ox.BlankNode) for row in rows for term in row):
        return ""
    told = " ".join(f"({' '.join(str(term or 'UNDEF') for term in row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {told} }}"
