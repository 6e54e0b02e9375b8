"""The whole graph in the forms that others read: N-Quads, TriG and JSON-LD keep its layers, the others have none.

Each form is the same text for the same quads, and reads back as the same quads (or triples). RDF/XML is the view for
ontology editors and DL reasoners: Protégé and owlready2 read it, and the graph is OWL 2 DL.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.terms import PREFIXES, RDF_TYPE, XSD, shorten

_STRING = ox.NamedNode(XSD + "string")
_TEXT = "a text in some language"
_OWN = "this graph"  # no property's name, so that readers of JSON-LD pass over what is said there


def serialize(quads: Iterable[ox.Quad], form: str, mark: str = "") -> str:
    """Quads in a form of FORMS; `mark` is said at the top, as a comment. UnknownName for a form that there is not.

    >>> quad = ox.Quad(ox.NamedNode("http://example.org/a"), RDF_TYPE, ox.NamedNode("http://example.org/B"))
    >>> print(serialize([quad], "ntriples"), end="")
    <http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/B> .
    """
    if form not in FORMS:
        raise UnknownName("form of a graph", form, FORMS, f"there are {', '.join(FORMS)}")
    return FORMS[form](sorted(quads, key=str), mark)


def _lines(statements: Iterable[object], mark: str) -> str:
    text = "".join(sorted({f"{statement} .\n" for statement in statements}))
    return (f"# {mark}\n" if mark else "") + text


def _nquads(quads: list[ox.Quad], mark: str) -> str:
    return _lines(quads, mark)


def _ntriples(quads: list[ox.Quad], mark: str) -> str:
    return _lines((quad.triple for quad in quads), mark)


def _pretty(statements: Iterable[Any], form: ox.RdfFormat) -> str:
    return (ox.serialize(statements, format=form, prefixes=PREFIXES) or b"").decode()


def _triples(quads: list[ox.Quad]) -> list[ox.Triple]:
    """The triples of quads in the order of their text, each once."""
    return [triple for _, triple in sorted({str(quad.triple): quad.triple for quad in quads}.items())]


def _trig(quads: list[ox.Quad], mark: str) -> str:
    by_graph = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
    return (f"# {mark}\n" if mark else "") + _pretty(by_graph, ox.RdfFormat.TRIG)


def _turtle(quads: list[ox.Quad], mark: str) -> str:
    return (f"# {mark}\n" if mark else "") + _pretty(_triples(quads), ox.RdfFormat.TURTLE)


def _rdfxml(quads: list[ox.Quad], mark: str) -> str:
    head, end, body = _pretty(_triples(quads), ox.RdfFormat.RDF_XML).partition("?>")
    return head + end + (f"<!-- {mark.replace('--', '- -')} -->" if mark else "") + body


def _jsonld(quads: list[ox.Quad], mark: str) -> str:
    """JSON-LD with a context of our own: short names, and what a property holds said once, there."""
    held = _held(quads)
    context: dict[str, Any] = dict(PREFIXES)
    for name, kind in sorted(held.items()):
        if kind == _TEXT:
            context[_key(name)] = {"@id": shorten(name), "@container": "@language"}
        elif kind:
            context[_key(name)] = {"@id": shorten(name), "@type": kind}
        else:
            context[_key(name)] = {"@id": shorten(name)}
    graphs: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else _id(quad.graph_name)
        node = graphs[name].setdefault(_id(quad.subject), {"@id": _id(quad.subject)})
        if quad.predicate == RDF_TYPE:
            node.setdefault("@type", []).append(_id(quad.object))
        else:
            _put(node, _key(quad.predicate.value), quad.object, held[quad.predicate.value])
    members: list[Any] = list(graphs.pop("", {}).values())
    members += [{"@id": name, "@graph": list(nodes.values())} for name, nodes in sorted(graphs.items())]
    told = {"@context": {**context, _OWN: None}, _OWN: mark} if mark else {"@context": context}
    return json.dumps({**told, "@graph": members}, ensure_ascii=False, indent=1) + "\n"


def _held(quads: list[ox.Quad]) -> dict[str, str]:
    """For each property what all its values are: "@id", a datatype, texts with a language, or "" where they differ."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate != RDF_TYPE:
            kinds[quad.predicate.value].add(_kind(quad.object))
    return {name: one.pop() if len(one) == 1 else "" for name, one in kinds.items()}


def _kind(value: Any) -> str:
    if not isinstance(value, ox.Literal):
        return "@id"
    return _TEXT if value.language else "" if value.datatype == _STRING else shorten(value.datatype.value)


def _put(node: dict[str, Any], key: str, value: Any, held: str) -> None:
    if held == _TEXT:
        node.setdefault(key, {}).setdefault(value.language, []).append(value.value)
        return
    told: Any = value.value if isinstance(value, ox.Literal) else _id(value)
    if not held and isinstance(value, ox.Literal):
        extra = {"@language": value.language} if value.language else {"@type": shorten(value.datatype.value)}
        told = told if value.datatype == _STRING else {"@value": told, **extra}
    elif not held:
        told = {"@id": told}
    elif held == "xsd:integer" and told == str(_whole(told)):
        told = _whole(told)
    node.setdefault(key, []).append(told)


def _whole(text: str) -> int | None:
    """The number that JSON may have for a text: what its readers keep exactly."""
    return int(text) if len(text) < 16 and text.removeprefix("-").isdecimal() else None


def _id(term: Any) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _key(iri: str) -> str:
    """The short name of a property: that of a term of ours needs no prefix."""
    return shorten(iri).removeprefix("eic:")


FORMS: dict[str, Callable[[list[ox.Quad], str], str]] = {
    "nquads": _nquads,
    "trig": _trig,
    "jsonld": _jsonld,
    "turtle": _turtle,
    "ntriples": _ntriples,
    "rdfxml": _rdfxml,
}
#: Endings of files, and what media they are.
ENDINGS = {"nq": "nquads", "trig": "trig", "jsonld": "jsonld", "ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml"}
ENDINGS |= {"owl": "rdfxml", "xml": "rdfxml", "json": "jsonld"}
