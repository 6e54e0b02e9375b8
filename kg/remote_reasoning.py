"""The materialiser inside somebody's store: the rules as SPARQL updates, stratum by stratum, until nothing new comes.

The strata run as in kg.reasoning.materialise. What is new stays in the store: how many facts each property and class
has there tells which rules have to run again, and each runs as a whole.
"""

from __future__ import annotations

import re
from collections import Counter

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.patterns import Node
from kg.reasoning import ROUNDS, Rule, rules
from kg.remote import Remote
from kg.terms import RDF_TYPE

_TEXT = r'"(?:[^"\\]|\\.)*"'
_TAGGED = re.compile(rf'STRLANG\(CONCAT\(((?:{_TEXT}|[^()"])*)\), "([\w-]+)"\)')


def materialise_in(store: Remote, graphs: list[str], target: str, every: list[Rule] | None = None) -> int:
    """Fill the graph `target` of a store with what the rules derive from its `graphs`, and from nothing else there;
    returns the number of derived triples.

    StoreProblem, with the rule's file, where the store does not take a rule; RuntimeError as of materialise.
    """
    every = rules() if every is None else every
    tags = _takes_tags(store)
    read = [ox.NamedNode(name) for name in (*graphs, target)]
    store.update(f"DROP SILENT GRAPH <{target}>")
    size, waiting = Counter[ox.NamedNode](), set[str]()
    for stratum in sorted({rule.stratum for rule in every}):
        running = [rule for rule in every if rule.stratum <= stratum]
        waiting |= {rule.name for rule in running if rule.stratum == stratum}
        for _ in range(ROUNDS):
            for rule in running:
                if rule.name in waiting:
                    waiting.remove(rule.name)
                    _run(store, rule, rule.update(read, ox.NamedNode(target)), tags)
                    before, size = size, _tally(store, target)
                    waiting |= {other.name for other in running if _woken(other, size - before)}
            if not waiting:
                break
        else:
            raise RuntimeError(f"the rules of stratum {stratum} do not come to rest")
    store.update(_once(graphs, target))
    return store.count(target)


def _run(store: Remote, rule: Rule, text: str, tags: bool) -> None:
    try:
        store.update(text if tags else _TAGGED.sub(_retagged, text))
    except StoreProblem as e:
        raise StoreProblem(f"{rule.file}: {e}") from None


def _tally(store: Remote, graph: str) -> Counter[ox.NamedNode]:
    """How many triples of a graph have each property, and how many members each class."""
    found: Counter[ox.NamedNode] = Counter()
    for pattern in ("?s ?name ?o", f"?s {RDF_TYPE} ?name"):
        text = f"SELECT ?name (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ {pattern} }} }} GROUP BY ?name"
        found.update({ox.NamedNode(row["name"]): int(row["n"]) for row in store.rows(text) if row["name"]})
    return found


def _woken(rule: Rule, new: Counter[ox.NamedNode]) -> bool:
    """Whether a rule has to run again, given the properties and the classes that have more facts than before."""
    names: set[Node] = {name for name in new if name != RDF_TYPE}
    return rule.woken(names, names if RDF_TYPE in new else set()) is not None


def _once(graphs: list[str], target: str) -> str:
    """Each triple lives in one graph: an update that takes from a graph what stands in one of the others too."""
    using = "".join(f"USING <{name}>\n" for name in graphs)
    pattern = f"GRAPH <{target}> {{ ?s ?p ?o }}"
    return f"DELETE {{ {pattern} }}\n{using}USING NAMED <{target}>\nWHERE {{ ?s ?p ?o . {pattern} }}"


def _takes_tags(store: Remote) -> bool:
    """Whether a store gives texts a tag like `zh-Hans`; Virtuoso up to 7.2 takes no more than two letters, or four."""
    try:
        rows = store.rows('SELECT (LANG(STRLANG("x", "zh-Hans")) AS ?tag) WHERE { }')
    except StoreProblem:
        return False
    return [row["tag"].lower() for row in rows] == ["zh-hans"]


def _retagged(found: re.Match[str]) -> str:
    """A text put together of texts that all have the tag, which then has it too (SPARQL 1.1, section 17.4.3.12)."""
    tag = found[2].lower()  # as labels have it that have passed through our store
    return f"CONCAT({re.sub(_TEXT, lambda text: f'{text[0]}@{tag}', found[1])})"
