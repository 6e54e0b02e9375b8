"""The materialiser: CONSTRUCT rules from `ontology/rule_*.rq`, run stratum by stratum to a fixpoint.

Each rule becomes `INSERT { GRAPH inferred {…} } USING … WHERE …`, which means the same in every SPARQL 1.1 store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.content import files, front_matter
from kg.errors import BadTable
from kg.terms import LABEL, LANGUAGES, RDF_TYPE, SKOS, eic, expand, layer, thing

_SHAPE = re.compile(
    r"(?s)^(?P<head>.*?)^CONSTRUCT \{\n(?P<template>.*?)^\}\nWHERE (?P<where>\{.*\})\s*\Z", re.MULTILINE
)
_DEFINITION = ox.NamedNode(SKOS + "definition")
ROUNDS = 100
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

    def update(self, graphs: Iterable[ox.NamedNode]) -> str:
        """The rule as a SPARQL update that reads the given graphs and writes the inferred one."""
        using = "".join(f"USING <{g.value}>\n" for g in graphs)
        target = layer("inferred").value
        return f"{self._prologue}INSERT {{ GRAPH <{target}> {{\n{self._template}}} }}\n{using}WHERE {self._where}"

    def solutions(self) -> str:
        """The rule as a query for all that its pattern finds."""
        return f"{self._prologue}SELECT DISTINCT * WHERE {self._where}"

    def patterns(self) -> list[tuple[str | ox.NamedNode, ...]]:
        """The triples of the template: variables by name, terms as IRIs."""
        prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", self._prologue))

        def term(text: str) -> str | ox.NamedNode:
            prefix, _, local = text.partition(":")
            return text[1:] if text.startswith("?") else ox.NamedNode(prefixes[prefix] + local)

        found: list[tuple[str | ox.NamedNode, ...]] = []
        subject = predicate = ""
        for part in re.findall(r"[;,.](?=\s|$)|\S+", self._template):
            if part == ".":
                subject = predicate = ""
            elif part == ";":
                predicate = ""
            elif part != "," and not subject:
                subject = part
            elif part != "," and not predicate:
                predicate = part
            elif part != ",":
                found.append((term(subject), RDF_TYPE if predicate == "a" else term(predicate), term(part)))
        return found

    def heads_of(self, solution: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The triples that one solution of the rule's pattern derives; None stands for what it leaves unbound."""
        return [tuple(solution.get(t) if isinstance(t, str) else t for t in p) for p in self.patterns()]

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


def rules() -> list[Rule]:
    """All rules in the order in which they run: by stratum, then by name."""
    return sorted((Rule(path) for path in files("ontology", "rule_*.rq")), key=lambda r: (r.stratum, r.name))


def materialise(store: ox.Store, every: list[Rule] | None = None) -> int:
    """Fill the inferred graph of a store; returns the number of derived triples.

    The strata run in order, each together with those below it, until nothing new comes of it: what a higher stratum
    derives may be the matter of a lower rule, but never what that rule negates. RuntimeError if a stratum does not come
    to rest in ROUNDS rounds, which a rule that makes new names for its own results could cause.
    """
    graphs = [g for g in store.named_graphs() if isinstance(g, ox.NamedNode)]
    graphs += [g for g in [layer("inferred")] if g not in graphs]
    before = len(store)
    running: list[tuple[Rule, str]] = []
    for stratum, group in groupby(every if every is not None else rules(), key=lambda r: r.stratum):
        running += [(rule, rule.update(graphs)) for rule in group]
        for _ in range(ROUNDS):
            size = len(store)
            for rule, update in running:
                _run(store, rule, update)
            if len(store) == size:
                break
        else:
            raise RuntimeError(f"the rules of stratum {stratum} do not come to rest")
    store.update(_ONCE)
    return len(store) - before


def _run(store: ox.Store, rule: Rule, update: str) -> None:
    try:
        store.update(update)
    except SyntaxError as e:
        raise BadTable(f"not SPARQL: {e!s:.160}", f"rule_{rule.name.replace('-', '_')}.rq") from None
