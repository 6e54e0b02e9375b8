"""Which things bear a name: letter for letter, by a gazetteer's key, in whatever case, in whatever punctuation."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.searchkeys import search_keys
from kg.terms import LANGUAGES, spelt

if TYPE_CHECKING:
    from kg.graph import Graph

_LABELLED = "?thing rdfs:label|skos:altLabel ?label"


def things_of(of: tuple[str, ...]) -> str:
    """The pattern of things of a class, or of one of several.

    >>> things_of(("City",)), things_of(("City", "Region"))
    ('?thing a eic:City .', '{ ?thing a eic:City } UNION { ?thing a eic:Region }')
    """
    if len(of) == 1:
        return f"?thing a eic:{of[0]} ."
    return " UNION ".join(f"{{ ?thing a eic:{one} }}" for one in of)  # a VALUES of classes takes rdflib many seconds


def fits(graph: Graph, iri: ox.NamedNode, of_class: str) -> bool:
    """Whether a pattern holds for a thing.

    >>> import kg
    >>> kyiv = ox.NamedNode("https://w3id.org/eic/id/city/kyiv")
    >>> fits(kg.build("memory:"), kyiv, things_of(("City",)))
    True
    """
    return bool(graph.select(f"SELECT ?thing WHERE {{ VALUES ?thing {{ {iri} }} {of_class} }} LIMIT 1"))


def bearing(graph: Graph, name: str, of_class: str, loosely: bool = True) -> list[ox.NamedNode]:
    """What bears a name in any language, letter for letter, else what a gazetteer knows by it, else what bears it in
    whatever case, else, `loosely`, in whatever punctuation.

    >>> import kg
    >>> [iri.value for iri in bearing(kg.build("memory:"), "基辅", things_of(("City",)))]
    ['https://w3id.org/eic/id/city/kyiv']
    """
    folded = f"FILTER(LCASE(STR(?label)) = {spelt(ox.Literal(name.casefold()))})"
    found = bearing_exactly(graph, name, of_class) or things(graph, f"{of_class} {_LABELLED} {folded}")
    return found or (_loosely_called(graph, name, f"{of_class} {_LABELLED}") if loosely else [])


def bearing_exactly(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What bears a name letter for letter, else what a gazetteer knows by it."""
    tags = {tag for language in LANGUAGES.values() for tag in (language, language.lower())}
    exact = " ".join(spelt(ox.Literal(name, language=tag)) for tag in sorted(tags))
    found = things(graph, f"VALUES ?label {{ {exact} {spelt(ox.Literal(name))} }} {_LABELLED} . {of_class}")
    return found or _keyed(graph, name, of_class)


def _keyed(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What a gazetteer knows by a name, in whatever language: Kiev, Київ, 基輔."""
    keys = " ".join(spelt(ox.Literal(key)) for key in search_keys(name))
    return things(graph, f"VALUES ?key {{ {keys} }} ?thing eic:nameKey ?key . {of_class}") if keys else []


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


def things(graph: Graph, where: str) -> list[ox.NamedNode]:
    """The things for which a pattern holds, in the order of their IRIs."""
    rows = graph.select(f"SELECT DISTINCT ?thing WHERE {{ {where} }} ORDER BY STR(?thing)")
    return [row["thing"] for row in rows if isinstance(row["thing"], ox.NamedNode)]


def labels_where(graph: Graph, of_class: str) -> list[str]:
    """The labels, in all languages, of the things for which a pattern holds."""
    rows = graph.select(f"SELECT DISTINCT ?label WHERE {{ {of_class} ?thing rdfs:label ?label }} ORDER BY ?label")
    return [str(getattr(row["label"], "value", "")) for row in rows]
