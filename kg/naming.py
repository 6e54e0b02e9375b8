"""From what a person types to the term that is meant: a label in any language, a CURIE, an IRI, a number, a text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.bearers import bearing, bearing_exactly, fits, labels_where, things, things_of
from kg.errors import BadQuestion, KgError, UnknownName, nearest
from kg.library import taking
from kg.literals import LONGEST, half_characters, literal
from kg.terms import CLAIM, EIC, ID, PREFIXES, eic, expand, shorten, spelt

if TYPE_CHECKING:
    from kg.fields import Parameter
    from kg.graph import Graph
    from kg.library import Question

#: Names, in all languages, that are few enough to be listed.
_FEW = 45
_CHINESE = re.compile(r"[\u2e80-\u9fff]")
_IDENTIFIER = re.compile(r"<?https?://\S+|[a-z]+:\S+|[a-z]+(-[a-z]+)*/[a-z0-9-]+")
#: Of the classes of a thing those that hold no other of them: what it is, and not what it is besides.
_NARROWEST = "FILTER NOT EXISTS { ?s a ?narrower . ?narrower rdfs:subClassOf ?kind FILTER(?narrower != ?kind) }"
#: Things that the machine makes for itself: nobody means them by a name.
_BOOKKEEPING = tuple(
    f"{ID}{kind}/"
    for kind in ("hypothesis", "assessment", "passage", "span", "flag", "footnote", "column", "parameter")
)
#: What only lists of codes and gazetteers name: it is meant where no source speaks of anything of that name.
_LISTED = (f"{ID}territory/", f"{ID}place/")
_NAMED_THINGS = "?thing a ?class . " + " ".join(
    f'FILTER(!STRSTARTS(STR(?thing), "{start}"))' for start in (*_BOOKKEEPING, CLAIM)
)


def meanings(graph: Graph, question: Question, parameters: dict[str, Any]) -> dict[str, list[str]]:
    """The terms, in N-Triples form, that the values given for a question's parameters mean, and those of defaults.

    Names found once are remembered, for a graph does not change while it is open.
    """
    values = {}
    for key, given in parameters.items():
        parameter = question.parameter(key)
        if given is None:
            continue
        several = list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
        if not several or None in several:
            raise BadQuestion(f"{key}={several}: give at least one value, or leave {key} out")
        values[key] = [_remembered(graph, parameter, one) for one in several]
    for key, parameter in question.parameters.items():
        if parameter.default is not None and not values.get(key):
            values[key] = [_remembered(graph, parameter, parameter.default)]
    return values


def _remembered(graph: Graph, parameter: Parameter, given: Any) -> str:
    if not parameter.of or not isinstance(given, str):
        return resolve(graph, parameter, given)
    key = (parameter.of, given)
    if key not in graph.names:
        graph.names[key] = resolve(graph, parameter, given)
    return graph.names[key]


def resolve(graph: Graph, parameter: Parameter, given: Any) -> str:
    """The N-Triples form of the term that a value given for a parameter means.

    Raises BadQuestion for a value of the wrong kind and for an ambiguous name (listing what it may mean), and
    UnknownName, with the nearest labels, for a name that nothing of the wanted class bears.
    """
    if not parameter.of:
        return spelt(literal(parameter, given))
    text = given.value if isinstance(given, ox.NamedNode | ox.Literal) else str(given)
    half_characters(parameter.name, text)
    if len(text) > LONGEST:
        raise BadQuestion(f"{parameter.name}: no name has {len(text)} characters")
    return str(find(graph, unicodedata.normalize("NFC", text).strip(), parameter.of, parameter.name))


def find(graph: Graph, name: str, of: str | tuple[str, ...], parameter: str) -> ox.NamedNode:
    """The thing or concept of class `of`, or of one of several, that a name means: an IRI, CURIE or `kind/slug`, a
    label, or a local name."""
    of = (of,) if isinstance(of, str) else of
    of_class = things_of(of)
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        iri = expand(name)
        if fits(graph, iri, of_class):
            return iri
        raise _unknown(graph, re.split(r"[/#:]", name.rstrip(">"))[-1], name, of, parameter, iri)
    bearers = _spoken_of(bearing(graph, name, of_class) or _of_slug(graph, name, of_class))
    if not bearers and (local := _local(name)) and fits(graph, local, of_class):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, of_class)
        raise _unknown(graph, name, name, of, parameter)
    if len(bearers) > 1:
        listed = ", ".join(iri.value for iri in bearers)
        raise BadQuestion(f"{parameter}={name} may mean {listed}; name one of these")
    return bearers[0]


def _unknown(
    graph: Graph, name: str, given: str, of: tuple[str, ...], parameter: str, iri: ox.NamedNode | None = None
) -> KgError:
    """What to say of a name that nothing of a class bears: what else bears it, what is near, or all that there is."""
    kind, known = _either(of), labels_where(graph, things_of(of))
    if not name:
        return BadQuestion(f"{parameter}=: give a name of {kind}, or leave {parameter} out")
    called = [iri] if iri and fits(graph, iri, "?thing a ?any .") else bearing(graph, name, "", loosely=False)
    bearers = [one for one in called if one.value.startswith((ID, EIC))]
    if others := [one for one in bearers if not one.value.startswith(_BOOKKEEPING)]:
        words = ", ".join(map(_spaced, _classes(graph, others[0])))
        asked = taking(parameter, _classes(graph, others[0], _NARROWEST))
        where = f"; for this ask {' or '.join(asked)}" if asked else ""
        return BadQuestion(f"{parameter}={given}: a {kind} is wanted, and this is: {words}{where}")
    alike = [label for label in known if bool(_CHINESE.search(label)) == bool(_CHINESE.search(name))]
    if len(re.split(r"[,;，；、]\s*", name)) > 1:
        hint = f"for several values repeat {parameter}=…"
    elif len(known) <= _FEW:
        hint = f"there are: {', '.join(alike)}"
    else:
        hint = "" if nearest(name, known) else "what no source names is not in the graph"
    if {"City", "Place"} & {*of} and not nearest(name, known):
        hint += "; `kg ingest geonames cities500.txt` brings in the world's settlements"
    return UnknownName(kind, given, nearest(name, known), hint)


def _classes(graph: Graph, iri: ox.NamedNode, which: str = "") -> list[str]:
    """The local names of the classes of our ontology, or of those `which` are meant, that a thing is of."""
    kinds = graph.select(f"SELECT DISTINCT ?kind WHERE {{ VALUES ?s {{ {iri} }} ?s a ?kind {which} }} ORDER BY ?kind")
    told = [str(getattr(row["kind"], "value", "")) for row in kinds]
    return [of.removeprefix(EIC) for of in told if of.startswith(EIC)]


def _either(of: tuple[str, ...]) -> str:
    *others, last = map(_spaced, of)
    return " or ".join([", ".join(others), last] if others else [last])


def _spaced(of: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", of).lower()


def called(graph: Graph, name: str, class_: ox.NamedNode) -> list[ox.NamedNode]:
    """All of a class that bears exactly a name in any language, or that a gazetteer knows by it: quick in any graph."""
    return bearing_exactly(graph, name, f"?thing a {class_} .")


def _of_slug(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What a name is the last part of the IRI of, as two letters are of a territory's; or three, by its longer code."""
    slug = name.lower()
    if not re.fullmatch(r"[a-z0-9-]+", slug):
        return []
    found = things(graph, f'{of_class} FILTER(STRSTARTS(STR(?thing), "{ID}") && STRENDS(STR(?thing), "/{slug}"))')
    if found or not re.fullmatch("[a-z]{3}", slug):
        return found
    return things(graph, f'?codes eic:alpha3 "{slug.upper()}" ; eic:recordedTerritory ?thing . {of_class}')


def find_anything(graph: Graph, name: str, of: ox.NamedNode | None = None) -> ox.NamedNode:
    """The thing, concept or class that a name means, of class `of` where several bear the name: see find."""
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        return expand(name)
    found = bearing(graph, name, "")
    bearers = [iri for iri in found if iri.value.startswith((ID, EIC)) and not iri.value.startswith(_BOOKKEEPING)]
    if len(bearers) > 1 and of is not None:
        bearers = [iri for iri in bearers if graph.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {iri} }} ?s a {of} }}")]
    bearers = _spoken_of(bearers)
    if not bearers and (local := _local(name)) and graph.select(f"SELECT ?c WHERE {{ {local} a ?c }}"):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, "")
        raise UnknownName("thing", name, labels_where(graph, _NAMED_THINGS))
    if len(bearers) > 1:
        raise BadQuestion(f"{name} may mean {', '.join(shorten(iri.value) for iri in bearers)}; name one of these")
    return bearers[0]


def _spoken_of(bearers: list[ox.NamedNode]) -> list[ox.NamedNode]:
    """Those of which a source speaks; all, where only gazetteers and lists of codes name them."""
    return [iri for iri in bearers if not iri.value.startswith(_LISTED)] or bearers


def _perhaps_withdrawn(graph: Graph, name: str, of_class: str) -> None:
    """BadQuestion where a name is borne in the graph without the hypothesis, and in this one by nothing."""
    base = getattr(graph, "base", None)
    if base is not None and bearing(base, name, of_class):
        raise BadQuestion(f"{name} is withdrawn here ({graph.mark('en')})")
    if base is not None:
        _perhaps_withdrawn(base, name, of_class)


def _local(name: str) -> ox.NamedNode | None:
    """The term whose local name a person has written, with or without spaces between its words."""
    first, *others = name.split() or [""]
    joined = first + "".join(word[:1].upper() + word[1:] for word in others)
    return eic(joined) if re.fullmatch(r"[A-Za-z]+", joined) else None
