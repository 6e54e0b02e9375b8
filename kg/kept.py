"""Parts of questions that are answered when a graph is published, and not each time that somebody asks.

A sub-select that counts all there is takes seconds in a graph of ten million statements, and always finds the same in
a generation of a store, for that never changes. So where one has `# kept` as its first line, and no parameter, what it
finds lies beside the generation as `VALUES`, and the engine of that generation puts them in its place. Everywhere else
(in memory, in what-ifs, at endpoints) the same text is asked as it stands: to keep something is never to say it twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.library import questions
from kg.sparql import kept_parts

_FILE = "kept.json"


def keep(store: ox.Store, generation: Path) -> None:
    """Write down beside a generation, whose store this is, what the kept parts of all questions find in it."""
    found: dict[str, str] = {}
    for text in (question.sparql for question in questions()):
        for start, end in kept_parts(text):
            if (key := _key(text, start, end)) not in found:  # else another question has the same part
                rows = store.query(_prologue(text) + text[start:end], use_default_graph_as_union=True)
                assert isinstance(rows, ox.QuerySolutions)
                found[key] = _values(rows)
    (generation / _FILE).write_text(json.dumps(found, ensure_ascii=False, indent=0), encoding="utf-8")


def kept_in(generation: Path) -> dict[str, str]:
    """What has been kept of a generation; nothing where it was published without."""
    with suppress(FileNotFoundError, ValueError):
        return dict(json.loads((generation / _FILE).read_text("utf-8")))
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


def _prologue(sparql: str) -> str:
    return "".join(re.findall(r"(?im)^PREFIX .*\n", sparql))


def _key(sparql: str, start: int, end: int) -> str:
    """A part by what it says: one that has been changed since is not found."""
    return hashlib.sha256((_prologue(sparql) + sparql[start:end]).encode()).hexdigest()


def _values(found: ox.QuerySolutions) -> str:
    """Rows as a query can hold them; nothing where one has a blank node, which a query cannot name."""
    names = [v.value for v in found.variables]
    rows = [[row[name] for name in names] for row in found]
    if any(isinstance(term, ox.BlankNode) for row in rows for term in row):
        return ""
    told = " ".join(f"({' '.join(str(term or 'UNDEF') for term in row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {told} }}"
