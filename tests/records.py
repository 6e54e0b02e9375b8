"""Records of users' sources beside what is shipped, written in short, and what is told of them."""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.terms import EIC, ID
from kg.values import Term

HEAD = f"PREFIX eic: <{EIC}> PREFIX id: <{ID}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


def with_records(graph: Graph, *records: tuple[str, str]) -> Graph:
    """The graph with records of users' sources, each the name of its source and properties in Turtle.

    They stand in a graph that the catalog describes, as another engine is asked about no other.
    """
    store = ox.Store()
    store.bulk_extend(graph.quads())
    for n, (source, text) in enumerate(records):
        text = re.sub(r"eic:(since|until|asOf) (\d{4})", r'eic:\1 "\2"^^xsd:gYear', text)
        told = f"""<{ID}record/{source}/{n}> eic:recordedIn <{ID}source/{source}> ; eic:recordKey "{n}" ; {text} .
          <{ID}source/{source}> a eic:ReferenceSource ; eic:viewName "{source}"@en , "{source}"@zh-Hans ."""
        store.update(
            f"{HEAD} INSERT DATA {{ GRAPH <https://w3id.org/eic/graph/reference/alliance-rosters> {{ {told} }} }}"
        )
    return Graph(Oxigraph(store, "memory:"))


def member(city: str, alliance: str, more: str = "") -> str:
    return (
        f"a eic:AllianceMembershipRecord ; eic:memberPlace id:city\\/{city} ; eic:inAlliance id:alliance\\/{alliance}"
        + (f" ; {more}" if more else "")
    )


def twins(more: str) -> str:
    return f"a eic:TwinningRecord ; eic:twin id:city\\/minsk , id:city\\/kyiv ; {more}"


def about(alliance: str, more: str) -> str:
    return f"a eic:AllianceRecord ; eic:recordedAlliance id:alliance\\/{alliance} ; {more}"


def text_of(term: Term | None) -> str:
    return str(getattr(term, "value", ""))


def disagreements(answer: Answer) -> set[tuple[str, ...]]:
    """What an answer tells that is of a user's source: the matter, things by their last part, both accounts."""

    def last(value: Any) -> str:
        return str(getattr(value, "value", "") or "").rsplit("/")[-1].rsplit("#")[-1]

    mine = [one for one in answer if {last(one["one_says"]), last(one["other_says"])} & {"one", "two"}]
    values = ("one_value", "other_value")
    return {
        (
            *(last(one[key]) for key in ("on_what", "thing", "within")),
            *(str(getattr(one[v], "value", "")) for v in values),
        )
        for one in mine
    }
