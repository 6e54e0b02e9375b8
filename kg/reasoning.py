"""The materialiser: CONSTRUCT rules from `ontology/rule_*.rq`, run stratum by stratum to a fixpoint.

Each rule becomes `INSERT { GRAPH inferred {…} } USING … WHERE …`, which means the same in every SPARQL 1.1 store.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.content import files, front_matter
from kg.errors import BadTable
from kg.patterns import ANY_CLASS, ANY_PROPERTY, Body, Node, Pattern, Reader, named
from kg.terms import LABEL, LANGUAGES, RDF_TYPE, SKOS, eic, expand, layer, thing

_SHAPE = re.compile(
    r"(?s)^(?P<head>.*?)^CONSTRUCT \{\n(?P<template>.*?)^\}\nWHERE (?P<where>\{.*\})\s*\Z", re.MULTILINE
)
_DEFINITION = ox.NamedNode(SKOS + "definition")
INFERRED = layer("inferred")
ROUNDS = 100
#: So many triples are written in bulk, in less than half the time; fewer, as of a what-if, in one transaction.
MANY = 10_000
#: Each triple lives in one graph: what a source states is not kept as derived too.
_ONCE = """DELETE {{ GRAPH ?inferred {{ ?s ?p ?o }} }} WHERE {{
  VALUES ?inferred {{ {} }}
  GRAPH ?inferred {{ ?s ?p ?o }} GRAPH ?stated {{ ?s ?p ?o }} FILTER(?stated != ?inferred)
}}""".format(layer("inferred"))


class Rule:
    """A rule: its stratum, its reading in zh and en, the properties it derives, and its CONSTRUCT query."""

    def __init__(self, path: Path):
        meta, self.sparql = front_matter(path)
        self.name = path.stem.removeprefix("rule_").replace("_", "-")
        shape = _SHAPE.match(self.sparql)
        if not shape:
            raise BadTable(
                "a rule is `CONSTRUCT {`, template, `}`, `WHERE {`, pattern, `}`, each at the start of a line",
                path.name,
            )
        self._prologue = re.sub(r"(?m)^#.*\n", "", shape["head"])
        self._template, self._where = shape["template"], shape["where"]
        self.file = path.name
        try:
            self.stratum = int(str(meta["stratum"]))
            reading = meta["reading"]
            assert isinstance(reading, dict)
            self.reading = {language: str(reading[language]) for language in ("zh", "en")}
        except (KeyError, ValueError, AssertionError) as e:
            raise BadTable(f"front matter lacks {e}", path.name, hint="stratum, reading.zh and reading.en") from None
        self.heads = [str(head) for head in meta.get("edges", [])]  # type: ignore[attr-defined]  # TOML gives a list

    @property
    def iri(self) -> ox.NamedNode:
        """The IRI under which derived facts name this rule."""
        return thing(f"rule/{self.name}")

    def update(self, graphs: Iterable[ox.NamedNode], target: ox.NamedNode = INFERRED) -> str:
        """The rule as a SPARQL update that reads the given graphs and writes the inferred one, or another `target`."""
        using = "".join(f"USING <{g.value}>\n" for g in graphs)
        return f"{self._prologue}INSERT {{ GRAPH {target} {{\n{self._template}}} }}\n{using}WHERE {self._where}"

    def construct(self, given: str = "") -> str:
        """The rule as a query for all that it derives; `given` is put first in the pattern, to narrow it."""
        return f"{self._prologue}CONSTRUCT {{\n{self._template}}}\nWHERE {{ {given} {self._where[1:]}"

    def solutions(self, given: str = "") -> str:
        """The rule as a query for all that its pattern finds; `given` is put first in the pattern, to narrow it."""
        return f"{self._prologue}SELECT DISTINCT * WHERE {{ {given} {self._where[1:]}"

    def looking_for(self, pattern: str) -> str:
        """A query for all that fits another pattern, written with the prefixes of the rule."""
        return f"{self._prologue}SELECT DISTINCT * WHERE {{ {pattern} }}"

    @cached_property
    def template(self) -> list[Pattern]:
        """The patterns of the triples that the rule derives."""
        return Reader(self._prologue).template(self._template)

    @cached_property
    def bodies(self) -> list[Body]:
        """What the rule looks for, once for each choice of its UNIONs."""
        return Reader(self._prologue).bodies(self._where)

    @cached_property
    def reads(self) -> set[Node]:
        """The properties and classes on which the rule looks."""
        return named(p for body in self.bodies for p in body.needed + body.optional + body.barred)

    @cached_property
    def gives(self) -> set[Node]:
        """The properties and classes that the rule derives."""
        return named(self.template)

    def woken(self, properties: set[Node], classes: set[Node]) -> str | None:
        """Whether new triples can bring new results: None if not, else the condition under which they are found.

        `classes` are those with new members, `properties` those of all other new triples.
        """
        if ANY_PROPERTY in self.reads or self.reads & (properties | classes):
            return ""
        if not classes or ANY_CLASS not in self.reads:
            return None
        open_ = [p.object for body in self.bodies for p in body.needed if p.path[0] == RDF_TYPE]
        plain = len(open_) == len(self.bodies) == 1 and not (self.bodies[0].optional or self.bodies[0].barred)
        return f"VALUES ?{open_[0]} {{ {' '.join(map(str, classes))} }}" if plain else ""

    @property
    def barred(self) -> bool:
        """Whether the rule says of something that it must not hold."""
        return any(body.barred for body in self.bodies)

    @cached_property
    def edges(self) -> set[ox.NamedNode]:
        """The properties whose plain edges the rule derives."""
        return {expand(head) for head in self.heads}

    def heads_of(self, solution: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The triples that one solution of the rule's pattern derives; None stands for what it leaves unbound."""
        nodes = ((p.subject, p.path[0], p.object) for p in self.template)
        return [tuple(solution.get(node) if isinstance(node, str) else node for node in triple) for triple in nodes]

    def describe(self) -> Iterator[ox.Quad]:
        """The rule itself as a thing of the catalog, and which properties it derives."""
        place = layer("catalog")
        yield ox.Quad(self.iri, RDF_TYPE, eic("Rule"), place)
        for language, text in self.reading.items():
            name = f"规则 {self.name}" if language == "zh" else f"rule {self.name}"
            yield ox.Quad(self.iri, LABEL, ox.Literal(name, language=LANGUAGES[language]), place)
            yield ox.Quad(self.iri, _DEFINITION, ox.Literal(text, language=LANGUAGES[language]), place)
        for head in self.heads:
            yield ox.Quad(self.iri, eic("derives"), expand(head), place)


@cache
def rules() -> list[Rule]:
    """All rules in the order in which they run: by stratum, then by name; read once."""
    return sorted((Rule(path) for path in files("ontology", "rule_*.rq")), key=lambda r: (r.stratum, r.name))


def materialise(store: ox.Store, every: list[Rule] | None = None, done: Collection[str] = ()) -> int:
    """Fill the inferred graph of a store; returns the number of derived triples.

    The strata run in order, each together with those below it, until nothing new comes of it: what a higher stratum
    derives may be the matter of a lower rule, but never what that rule negates. A rule runs again only where something
    new came of what it looks on. RuntimeError if a stratum does not come to rest in ROUNDS rounds, which a rule that
    makes new names for its own results could cause. Rules that are `done`, by name, have run on all that is stated.
    """
    every = rules() if every is None else every
    again = any(store.quads_for_pattern(None, None, None, layer("inferred")))
    derived = 0
    waiting: dict[Rule, set[str]] = {}  # under which conditions a rule has to run again
    for stratum in sorted({rule.stratum for rule in every}):
        running = [rule for rule in every if rule.stratum <= stratum]
        waiting |= {rule: {""} for rule in running if rule.stratum == stratum and rule.name not in done}
        for _ in range(ROUNDS):
            for rule in running:
                if rule in waiting:
                    new = _new(store, rule, waiting.pop(rule))
                    (store.bulk_extend if len(new) >= MANY else store.extend)(new)
                    derived += len(new)
                    _wake(running, new, waiting)
            if not waiting:
                break
        else:
            raise RuntimeError(f"the rules of stratum {stratum} do not come to rest")
    if again:
        size = len(store)
        store.update(_ONCE)
        derived -= size - len(store)
    return derived


def _new(store: ox.Store, rule: Rule, conditions: set[str]) -> set[ox.Quad]:
    """What a rule derives, under any of some conditions, that stands in no graph yet."""
    place, find = layer("inferred"), store.quads_for_pattern
    new: set[ox.Quad] = set()
    for given in [""] if "" in conditions else conditions:
        try:
            found = store.query(rule.construct(given), use_default_graph_as_union=True)
        except SyntaxError as e:
            raise BadTable(f"not SPARQL: {e!s:.160}", rule.file) from None
        assert isinstance(found, ox.QueryTriples)
        new |= {ox.Quad(s, p, o, place) for s, p, o in found if next(find(s, p, o, None), None) is None}
    return new


def _wake(running: list[Rule], new: set[ox.Quad], waiting: dict[Rule, set[str]]) -> None:
    """Put down which rules have to run again, and under which conditions."""
    classes: set[Node] = {q.object for q in new if q.predicate == RDF_TYPE and isinstance(q.object, ox.NamedNode)}
    properties: set[Node] = {q.predicate for q in new if q.predicate != RDF_TYPE}
    for rule in running if new else ():
        condition = rule.woken(properties, classes)
        if condition is not None:
            waiting.setdefault(rule, set()).add(condition)
