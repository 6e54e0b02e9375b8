"""Fictitious cities and what fictitious sources find of them, as quads: for the rules and for the DL reasoner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.terms import CLAIM, LABEL, OA, PROV, RDF_TYPE, eic, layer, thing

KNOWLEDGE = ("knowledgeReserve", "knowledgeCreation", "knowledgeProduction")
CONVERSION = ("collaborativeInnovation", "investmentFinancing", "productConversion")
ELEMENTS = (*KNOWLEDGE, *CONVERSION, "marketDemand")
Words = Mapping[str, str]


def profile(knowledge: str, conversion: str, demand: str) -> dict[str, str]:
    return dict.fromkeys(KNOWLEDGE, knowledge) | dict.fromkeys(CONVERSION, conversion) | {"marketDemand": demand}


#: What the paper says of each tier on p. 129, element by element.
PROFILES = {
    "firstTier": profile("highLevel", "someLevel", "correspondingLevel"),
    "secondTier": profile("someLevel", "shortOfOrWithout", "correspondingLevel"),
    "thirdTier": profile("noComparativeAdvantage", "noComparativeAdvantage", "potentialLevel"),
}
#: A word that meets no tier's word for these elements.
WRONG = dict.fromkeys((*KNOWLEDGE, *CONVERSION), "potentialLevel") | {"marketDemand": "shortOfOrWithout"}


def assessment_iri(name: str) -> ox.NamedNode:
    return thing(f"assessment/{name}")


def assessment(name: str, words: Words, city: str = "", source: str = "observer") -> Iterator[ox.Quad]:
    """One source's assessment of a city (called like the assessment, unless named) with one finding an element."""
    place, view = layer(f"reference/{source}"), assessment_iri(name)
    yield from _city(city or name)
    yield from _work(source)
    yield from _described(view, "Assessment", f"assessment {name}", place)
    yield ox.Quad(view, eic("assesses"), thing(f"city/{city or name}"), place)
    for element, word in words.items():
        finding = ox.NamedNode(f"{CLAIM}{source}/{name}-{element}-{word}")
        yield from _described(finding, "Finding", f"{name}: {element}: {word}", place)
        yield ox.Quad(view, eic("hasFinding"), finding, place)
        yield ox.Quad(finding, eic("findingElement"), eic(element), place)
        yield ox.Quad(finding, eic("findingLevel"), eic(word), place)
        yield ox.Quad(finding, eic("certainty"), eic("asserted"), place)
        yield ox.Quad(finding, eic("saidBy"), thing(f"work/{source}"), place)
        yield ox.Quad(finding, ox.NamedNode(PROV + "wasDerivedFrom"), thing(f"passage/{source}/0-9"), place)


def _city(name: str) -> Iterator[ox.Quad]:
    yield from _described(thing(f"city/{name}"), "City", name, layer("things"))


def _work(source: str) -> Iterator[ox.Quad]:
    place, passage, span = layer("things"), thing(f"passage/{source}/0-9"), thing(f"span/{source}/0-9")
    yield from _described(thing(f"work/{source}"), "Work", source, place)
    yield ox.Quad(thing(f"work/{source}"), eic("publicationYear"), ox.Literal(2019), place)
    yield from _described(passage, "Passage", f"passage of {source}", place)
    yield ox.Quad(passage, ox.NamedNode(OA + "hasSelector"), span, place)
    yield ox.Quad(span, RDF_TYPE, eic("TextSpan"), place)


def _described(iri: ox.NamedNode, class_: str, label: str, place: ox.NamedNode) -> Iterator[ox.Quad]:
    yield ox.Quad(iri, RDF_TYPE, eic(class_), place)
    for language in ("zh-Hans", "en"):
        yield ox.Quad(iri, LABEL, ox.Literal(label, language=language), place)
