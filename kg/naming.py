"""From what a person types to the term that is meant: a label in any language, a CURIE, an IRI, a number, a text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion, KgError, UnknownName, nearest
from kg.literals import LONGEST, half_characters, literal
from kg.searchkeys import search_keys
from kg.terms import CLAIM, EIC, ID, LANGUAGES, PREFIXES, eic, expand, shorten, spelt

if TYPE_CHECKING:
    from kg.fields import Parameter
    from kg.graph import Graph
    from kg.library import Question

#: Names, in all languages, that are few enough to be listed.
_FEW = 45
_CHINESE = re.compile(r"[\u2e80-\u9fff]")
_OF_CLASS = "?thing a eic:{of} ."
_LABELLED = "?thing rdfs:label|skos:altLabel ?label"
_IDENTIFIER = re.compile(r"<?https?://\S+|[a-z]+:\S+|[a-z]+(-[a-z]+)*/[a-z0-9-]+")


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


def find(graph: Graph, name: str, of: str, parameter: str) -> ox.NamedNode:
    """The thing or concept of class `of` that a name means: an IRI, CURIE or `kind/slug`, a label, or a local name."""
    of_class = _OF_CLASS.format(of=of)
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        iri = expand(name)
        if _is(graph, iri, of_class):
            return iri
        raise _unknown(graph, re.split(r"[/#:]", name.rstrip(">"))[-1], name, of, parameter)
    bearers = _spoken_of(_called(graph, name, of_class) or _of_slug(graph, name, of_class))
    if not bearers and (local := _local(name)) and _is(graph, local, of_class):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, of_class)
        raise _unknown(graph, name, name, of, parameter)
    if len(bearers) > 1:
        listed = ", ".join(iri.value for iri in bearers)
        raise BadQuestion(f"{parameter}={name} may mean {listed}; name one of these")
    return bearers[0]


def _unknown(graph: Graph, name: str, given: str, of: str, parameter: str) -> KgError:
    """What to say of a name that nothing of a class bears: what else bears it, what is near, or all that there is."""
    kind, known = _spaced(of), _labels(graph, _OF_CLASS.format(of=of))
    if not name:
        return BadQuestion(f"{parameter}=: give a name of {kind}, or leave {parameter} out")
    bearers = [iri for iri in _called(graph, name, "", loosely=False) if iri.value.startswith((ID, EIC))]
    if others := [iri for iri in bearers if not iri.value.startswith(_BOOKKEEPING)]:
        kinds = graph.select(f"SELECT DISTINCT ?kind WHERE {{ VALUES ?s {{ {others[0]} }} ?s a ?kind }} ORDER BY ?kind")
        told = [str(getattr(row["kind"], "value", "")) for row in kinds]
        words = ", ".join(_spaced(iri.removeprefix(EIC)) for iri in told if iri.startswith(EIC))
        return BadQuestion(f"{parameter}={given}: a {kind} is wanted, and this is: {words}")
    alike = [label for label in known if bool(_CHINESE.search(label)) == bool(_CHINESE.search(name))]
    if len(re.split(r"[,;，；、]\s*", name)) > 1:
        hint = f"for several values repeat {parameter}=…"
    elif len(known) <= _FEW:
        hint = f"there are: {', '.join(alike)}"
    else:
        hint = "" if nearest(name, known) else "what no source names is not in the graph"
    if of in ("City", "Place") and not nearest(name, known):
        hint += "; `kg ingest geonames cities500.txt` brings in the world's settlements"
    return UnknownName(kind, given, nearest(name, known), hint)


def _spaced(of: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", of).lower()


def called(graph: Graph, name: str, class_: ox.NamedNode) -> list[ox.NamedNode]:
    """All of a class that bears exactly a name in any language, or that a gazetteer knows by it: quick in any graph."""
    return _exactly_called(graph, name, f"?thing a {class_} .")


def _of_slug(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What a name is the last part of the IRI of, as two letters are of a territory's; or three, by its longer code."""
    slug = name.lower()
    if not re.fullmatch(r"[a-z0-9-]+", slug):
        return []
    found = _bearers(graph, f'{of_class} FILTER(STRSTARTS(STR(?thing), "{ID}") && STRENDS(STR(?thing), "/{slug}"))')
    if found or not re.fullmatch("[a-z]{3}", slug):
        return found
    return _bearers(graph, f'?codes eic:alpha3 "{slug.upper()}" ; eic:recordedTerritory ?thing . {of_class}')


def find_anything(graph: Graph, name: str, of: ox.NamedNode | None = None) -> ox.NamedNode:
    """The thing, concept or class that a name means, of class `of` where several bear the name: see find."""
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        return expand(name)
    found = _called(graph, name, "")
    bearers = [iri for iri in found if iri.value.startswith((ID, EIC)) and not iri.value.startswith(_BOOKKEEPING)]
    if len(bearers) > 1 and of is not None:
        bearers = [iri for iri in bearers if graph.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {iri} }} ?s a {of} }}")]
    bearers = _spoken_of(bearers)
    if not bearers and (local := _local(name)) and graph.select(f"SELECT ?c WHERE {{ {local} a ?c }}"):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, "")
        raise UnknownName("thing", name, _labels(graph, _NAMED_THINGS))
    if len(bearers) > 1:
        raise BadQuestion(f"{name} may mean {', '.join(shorten(iri.value) for iri in bearers)}; name one of these")
    return bearers[0]


def _spoken_of(bearers: list[ox.NamedNode]) -> list[ox.NamedNode]:
    """Those of which a source speaks; all, where only gazetteers and lists of codes name them."""
    return [iri for iri in bearers if not iri.value.startswith(_LISTED)] or bearers


def _perhaps_withdrawn(graph: Graph, name: str, of_class: str) -> None:
    """BadQuestion where a name is borne in the graph without the hypothesis, and in this one by nothing."""
    base = getattr(graph, "base", None)
    if base is not None and _called(base, name, of_class):
        raise BadQuestion(f"{name} is withdrawn here ({graph.mark('en')})")
    if base is not None:
        _perhaps_withdrawn(base, name, of_class)


def _local(name: str) -> ox.NamedNode | None:
    """The term whose local name a person has written, with or without spaces between its words."""
    first, *others = name.split() or [""]
    joined = first + "".join(word[:1].upper() + word[1:] for word in others)
    return eic(joined) if re.fullmatch(r"[A-Za-z]+", joined) else None


def _is(graph: Graph, iri: ox.NamedNode, of_class: str) -> bool:
    return bool(graph.select(f"SELECT ?thing WHERE {{ VALUES ?thing {{ {iri} }} {of_class} }} LIMIT 1"))


def _called(graph: Graph, name: str, of_class: str, loosely: bool = True) -> list[ox.NamedNode]:
    """What bears a name in any language, letter for letter, else what a gazetteer knows by it, else what bears it in
    whatever case, else, `loosely`, in whatever punctuation."""
    folded = f"FILTER(LCASE(STR(?label)) = {spelt(ox.Literal(name.casefold()))})"
    found = _exactly_called(graph, name, of_class) or _bearers(graph, f"{of_class} {_LABELLED} {folded}")
    return found or (_loosely_called(graph, name, f"{of_class} {_LABELLED}") if loosely else [])


def _exactly_called(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What bears a name letter for letter, else what a gazetteer knows by it."""
    tags = {tag for language in LANGUAGES.values() for tag in (language, language.lower())}
    exact = " ".join(spelt(ox.Literal(name, language=tag)) for tag in sorted(tags))
    found = _bearers(graph, f"VALUES ?label {{ {exact} {spelt(ox.Literal(name))} }} {_LABELLED} . {of_class}")
    return found or _keyed(graph, name, of_class)


def _keyed(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What a gazetteer knows by a name, in whatever language: Kiev, Київ, 基輔."""
    keys = " ".join(spelt(ox.Literal(key)) for key in search_keys(name))
    return _bearers(graph, f"VALUES ?key {{ {keys} }} ?thing eic:nameKey ?key . {of_class}") if keys else []


def _loosely_called(graph: Graph, name: str, labelled: str) -> list[ox.NamedNode]:
    """What bears a name but for its width of letters, its hyphens, quotes and spaces."""
    wanted = _letters(name)
    if not wanted:
        return []
    rows = graph.select(f"SELECT ?thing ?label WHERE {{ {labelled} }}")  # put in order here: that is far quicker
    found = {row["thing"] for row in rows if _letters(str(getattr(row["label"], "value", ""))) == wanted}
    return sorted((iri for iri in found if isinstance(iri, ox.NamedNode)), key=lambda iri: iri.value)


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _bearers(graph: Graph, where: str) -> list[ox.NamedNode]:
    rows = graph.select(f"SELECT DISTINCT ?thing WHERE {{ {where} }} ORDER BY STR(?thing)")
    return [row["thing"] for row in rows if isinstance(row["thing"], ox.NamedNode)]


def _labels(graph: Graph, of_class: str) -> list[str]:
    rows = graph.select(f"SELECT DISTINCT ?label WHERE {{ {of_class} ?thing rdfs:label ?label }} ORDER BY ?label")
    return [str(getattr(row["label"], "value", "")) for row in rows]
