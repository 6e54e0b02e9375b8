"""Which place of the world is meant: a city of the sources before all others, else a settlement of a gazetteer.

Where several settlements bear a name none is guessed: they are listed with territory and population, the most populous
first, and "Paris, FR", "Paris, France" or an IRI tells which is meant; a territory may have any of its names and codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import BadQuestion, UnknownName
from kg.namekeys import parted
from kg.naming import called, find
from kg.searchkeys import plain_key, search_keys
from kg.terms import eic, shorten, spelt
from kg.values import python_value

if TYPE_CHECKING:
    from kg.graph import Graph

_SHOWN = 12


def place_named(graph: Graph, name: str) -> ox.NamedNode:
    """The city or settlement that a name means, in any language, or `name, territory`, an IRI, a CURIE or `kind/slug`.

    UnknownName where nothing bears the name, BadQuestion where several settlements do.

    >>> import kg
    >>> place_named(kg.build("memory:"), "Kazan").value.rsplit("/")[-1]
    'geonames-551487'
    """
    if len(cities := [iri for iri in called(graph, name, eic("City")) if not _listed(graph, iri)]) == 1:
        return cities[0]
    bare, territory = parted(name)
    bearers = called(graph, bare, eic("Place"))
    if not bearers:  # an IRI, a slug, a name in another case; or nothing
        return find(graph, name, "Place" if ":" in name or "/" in name else "City", "city")
    filed = _filed(graph, bearers)
    if territory:
        wanted = {territory.casefold(), *search_keys(territory)}
        bearers = [iri for iri in bearers if wanted & filed[iri][0]]
        if not bearers:
            raise UnknownName("place", name, [], f"there is {_told(filed)}")
    if len(bearers) > 1:
        code = next((filed[iri][1] for iri in bearers if filed[iri][1]), "FR")
        told = _told({iri: filed[iri] for iri in bearers})
        raise BadQuestion(f'{bare} may mean {told}; write "{bare}, {code}", or one of these')
    return bearers[0]


def _listed(graph: Graph, city: ox.NamedNode) -> bool:
    """Whether a city has its name from a gazetteer, where others may have it too: somebody has assessed it."""
    return bool(graph.select(f"SELECT ?city WHERE {{ VALUES ?city {{ {city} }} ?city a eic:PopulatedPlace }}"))


def _filed(graph: Graph, places: list[ox.NamedNode]) -> dict[ox.NamedNode, tuple[set[str], str, int]]:
    """For each place the keys of what it is filed under, the code of two letters, and the population."""
    filed: dict[ox.NamedNode, tuple[set[str], str, int]] = {place: (set(), "", 0) for place in places}
    listed = " ".join(map(spelt, places))
    rows = graph.select(f"""SELECT ?place ?code ?long ?name ?other ?people WHERE {{ VALUES ?place {{ {listed} }}
  ?record eic:recordedPlace ?place . OPTIONAL {{ ?record eic:population ?people }}
  OPTIONAL {{ ?record eic:filedCode ?other }}
  OPTIONAL {{ ?record eic:filedUnder ?territory . ?codes eic:recordedTerritory ?territory ; eic:alpha2 ?code
    OPTIONAL {{ ?codes eic:alpha3 ?long }} OPTIONAL {{ ?territory rdfs:label|skos:altLabel ?name }} }} }}""")
    for row in rows:
        place, code = row["place"], str(python_value(row["code"]) or "")
        assert isinstance(place, ox.NamedNode)
        names, old, people = filed[place]
        names |= {plain_key(str(python_value(row[one]) or "")) for one in ("code", "long", "name", "other")} - {""}
        filed[place] = (names, code or old, max(people, int(python_value(row["people"]) or 0)))
    return filed


def _told(filed: dict[ox.NamedNode, tuple[set[str], str, int]]) -> str:
    """Some places, the most populous first."""
    order = sorted(filed, key=lambda iri: (-filed[iri][2], iri.value))
    told = [f"{shorten(iri.value)} ({filed[iri][1] or '?'}, {filed[iri][2]:,})" for iri in order]
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more
