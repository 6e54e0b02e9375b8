"""What stands behind the rows of an answer: basis, place in the source, flags; and the labels of what they name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.answers import Evidence
from kg.terms import BASE, CLAIM, EIC, ID, LANGUAGES
from kg.values import Term, listed_iris

if TYPE_CHECKING:
    from kg.graph import Graph

_GRAVITY = ("highSeverity", "mediumSeverity", "lowSeverity")
_FROM = "SELECT ?claim ?premise WHERE {{ VALUES ?claim {{ {nodes} }} ?claim prov:wasDerivedFrom ?premise }}"
_BASIS = """SELECT ?node ?basis WHERE {{ VALUES ?node {{ {nodes} }} ?node eic:certainty/rdfs:label ?basis
  FILTER(langMatches(lang(?basis), "{language}")) }}"""
_PLACE = """SELECT ?node ?place ?start WHERE {{ VALUES ?node {{ {nodes} }} ?node oa:hasSelector ?piece ;
  rdfs:label ?place FILTER(langMatches(lang(?place), "{language}")) OPTIONAL {{ ?piece oa:start ?start }} }}"""
_FLAG = """SELECT ?node ?kind ?note ?severity WHERE {{ VALUES ?node {{ {nodes} }} ?flag eic:flags ?node ;
  eic:flagKind/rdfs:label ?kind ; rdfs:label ?note ; eic:severity ?severity
  FILTER(langMatches(lang(?kind), "{language}") && langMatches(lang(?note), "{language}")) }}"""

_RECORD = """SELECT ?node ?source ?name ?key ?date ?at WHERE {{ VALUES ?node {{ {nodes} }}
  ?node eic:recordedIn ?source ;
  eic:recordKey ?key . ?source eic:viewName ?name FILTER(langMatches(lang(?name), "{language}"))
  OPTIONAL {{ ?node eic:asOf ?date }} OPTIONAL {{ ?node eic:statedAt ?at }} }}"""
_RECORDED = {"zh": "另见记录", "en": "recorded"}
_UNDATED = {"zh": "未注日期", "en": "undated"}
#: How the IRIs of records begin, and those of findings that users have brought.
RECORD, ASSESSED = f"{ID}record/", f"{CLAIM}assessments/"
_ASSESSOR = """SELECT ?node ?name ?date WHERE {{ VALUES ?node {{ {nodes} }} ?node eic:saidBy/rdfs:label ?name
  FILTER(langMatches(lang(?name), "{language}")) OPTIONAL {{ ?node eic:asOf ?date }} }}"""


def evidence_of(graph: Graph, named: list[list[str]], language: str) -> list[Evidence]:
    """The evidence of each row from the IRIs of the claims that it rests on; premises are followed to their passages.

    `language` is "zh" or "en".
    """
    claims = sorted({iri for row in named for iri in row})
    premises = behind(graph, claims)
    reached = sorted(set(claims).union(*premises.values()))
    basis: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[tuple[int, str]]] = defaultdict(set)
    flags: dict[str, set[tuple[int, str, str]]] = defaultdict(set)
    for found in chunks(graph, _BASIS, claims, language):
        basis[found["node"]].add(found["basis"])
    for found in chunks(graph, _PLACE, reached, language):
        places[found["node"]].add((int(found.get("start", 0)), found["place"]))
    for node, record in recorded(graph, claims, language).items():
        basis[node].add(_RECORDED[language])
        places[node].add((0, record.told(language)))
    for found in chunks(graph, _FLAG, reached, language):
        flags[found["node"]].add((_GRAVITY.index(found["severity"].removeprefix(EIC)), found["kind"], found["note"]))

    def of(row: list[str]) -> Evidence:
        nodes = {node for iri in row for node in premises[iri]}
        source = joined([text for _, text in sorted({place for node in nodes for place in places[node]})])
        told = sorted({b for iri in row for b in basis[iri]})
        marked = sorted({flag for node in nodes for flag in flags[node]})
        return Evidence(tuple(told), source, tuple((kind, note) for _, kind, note in marked))

    return [of(row) for row in named]


class Recorded(NamedTuple):
    """Where a record stands: the name of its source, its key there, as of when it holds ("" where nothing tells), and
    on which page it can be read."""

    source: str
    key: str
    date: str
    page: str

    def told(self, language: str) -> str:
        """The same in one line."""
        return f"{self.source} {self.key} ({self.date or _UNDATED[language]})" + (f": {self.page}" if self.page else "")


def recorded(graph: Graph, named: Iterable[str], language: str) -> dict[str, Recorded]:
    """Where each record among some IRIs stands; `language` is that of the names of sources."""
    asked = [iri for iri in named if iri.startswith(RECORD)]
    return {
        found["node"]: Recorded(found["name"], found["key"], found.get("date", ""), found.get("at", ""))
        for found in chunks(graph, _RECORD, asked, language)
    }


def assessed(graph: Graph, named: Iterable[str], language: str) -> dict[str, Recorded]:
    """For each finding of a user's assessments among some IRIs the assessor, and as of when it holds."""
    asked = [iri for iri in named if iri.startswith(ASSESSED)]
    shown = language if language in ("zh", "en") else "en"
    return {
        found["node"]: Recorded(found["name"], "", found.get("date", ""), "")
        for found in chunks(graph, _ASSESSOR, asked, shown)
    }


def layers_of(graph: Graph, rows: list[tuple[Term | None, ...]], language: str) -> list[Evidence]:
    """For each triple the graph's layers that hold it, as its basis; none where the query has made it up."""
    layers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    known = [row for row in rows if not any(isinstance(term, ox.BlankNode | ox.Triple) for term in row)]
    for start in range(0, len(known), 500):
        triples = " ".join(f"({s} {p} {o})" for s, p, o in known[start : start + 500])
        found = graph.select(f"""SELECT ?s ?p ?o ?layer WHERE {{
  VALUES (?s ?p ?o) {{ {triples} }} GRAPH ?g {{ ?s ?p ?o }}
  ?g a void:Dataset ; rdfs:label ?layer FILTER(langMatches(lang(?layer), "{LANGUAGES[language]}")) }}""")
        for row in found:
            layers[str(row["s"]), str(row["p"]), str(row["o"])].add(str(getattr(row["layer"], "value", "")))
    return [Evidence(tuple(sorted(layers[tuple(map(str, row))])), (), ()) for row in rows]


def joined(places: list[str]) -> tuple[str, ...]:
    """Places with the sentences of one paragraph or note put together.

    >>> joined(["p. 129 §3.2 ¶2 s3", "p. 129 §3.2 ¶2 s5", "p. 127 n1 s1"])
    ('p. 129 §3.2 ¶2 s3, s5', 'p. 127 n1 s1')
    """
    sentences: dict[str, list[str]] = defaultdict(list)
    for place in dict.fromkeys(places):
        head, mark, sentence = re.fullmatch(r"(.*?)(?:( s\d.*)|(第\d+句.*))?", place).groups()  # type: ignore[union-attr]
        sentences[head].append(mark or sentence or "")
    return tuple(head + ("、".join(s) if s[0].startswith("第") else ",".join(s)) for head, s in sentences.items())


def behind(graph: Graph, claims: list[str]) -> dict[str, set[str]]:
    """Each claim with itself, its premises, theirs, and so on to the passages: a query a step, as a path is slower."""
    premises: dict[str, set[str]] = {}
    edge = claims
    while edge:
        premises |= {node: set() for node in edge}
        for found in chunks(graph, _FROM, edge, "en"):
            premises[found["claim"]].add(found["premise"])
        edge = sorted({p for node in edge for p in premises[node]} - premises.keys())
    reached = {}
    for claim in claims:
        seen, open_ = {claim}, [claim]
        while open_:
            new = premises[open_.pop()] - seen
            seen |= new
            open_ += new
        reached[claim] = seen
    return reached


def chunks(graph: Graph, query: str, iris: list[str], language: str) -> Iterable[dict[str, str]]:
    """The rows, as texts, of a query whose `{nodes}` are some IRIs, asked for some hundred of them at a time."""
    for start in range(0, len(iris), 500):
        nodes = " ".join(f"<{iri}>" for iri in iris[start : start + 500])
        for row in graph.select(query.format(nodes=nodes, language=LANGUAGES[language])):
            yield {name: str(getattr(term, "value", "")) for name, term in row.items() if term is not None}


def labels_of(graph: Graph, rows: list[tuple[Term | None, ...]], language: str) -> dict[str, tuple[str, str]]:
    """For each IRI of ours in the rows its label and the label's language, the wanted language first, then English.

    A label in another language than the wanted one is a fallback, which views mark.
    """
    terms = {term for row in rows for term in row if term is not None}
    single = {t.value for t in terms if isinstance(t, ox.NamedNode) and t.value.startswith(BASE)}
    iris = sorted(single.union(*(listed_iris(t) for t in terms)))
    order = [LANGUAGES[language].lower(), "en", "zh-hans", "ru"]
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(iris), 500):
        listed = " ".join(f"<{iri}>" for iri in iris[start : start + 500])
        for row in graph.select(f"SELECT ?iri ?label WHERE {{ VALUES ?iri {{ {listed} }} ?iri rdfs:label ?label }}"):
            iri, label = row["iri"], row["label"]
            if isinstance(iri, ox.NamedNode) and isinstance(label, ox.Literal) and label.language:
                tag = label.language.lower()
                if iri.value not in found or order.index(tag) < order.index(found[iri.value][1]):
                    found[iri.value] = (label.value, tag)
    return found
