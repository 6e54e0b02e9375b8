"""Seeded stated quads in our model, as many as wanted: `python -m tests.bench.synthetic 100000 --seed 7 > out.nq`.

The core is what the project's sources state: the whole ontology, the paper's things, claims, passages and flags, and
the rules as the catalog has them; so the rules meet the real class tree, element requirements and dependences. Beside
it stand fictitious cities, one after the other, until the number is reached (the last one may be cut short):

- things: cities with labels zh and en, a third with one in ru, some with a match elsewhere; an alliance for every
  tenth city; a region, a ranking list and a work that says it all for every hundredth; no blank nodes;
- claims as the paper's are (labels, certainty, who says it, year, reading status, cited work, each with a passage and
  its span): where a city lies, a name of it (its label or another), its rank in a list, memberships; for some a role,
  a citation of the work by a footnote; for alliances a classification (some inferred by a reader) and a founding place;
- an assessment of every second city: a third complete and fitting a tier, a third short of up to three of the seven
  findings, a third complete with one word that fits none;
- a tier assignment for TIERED cities and no more, said by the paper's author so that its dependences apply: pairs of
  city and city grow with the square.

What a fictitious source says stands in a graph of its own, as any second source's does. A number and a seed always
give the same quads in the same order; a larger number gives the same and more.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from kg.discovery import modules
from kg.pipeline import load_ontology
from kg.reasoning import rules
from kg.schema import Schema
from kg.terms import CLAIM, LABEL, OA, PROV, RDF_TYPE, SKOS, eic, layer, thing

TIERED = 40
PAPER = thing("work/zhao-yu-2019-secondary-dimension")
THINGS, SAID = layer("things"), layer("reference/synthetic")
KNOWLEDGE = ("knowledgeReserve", "knowledgeCreation", "knowledgeProduction")
CONVERSION = ("collaborativeInnovation", "investmentFinancing", "productConversion")
ELEMENTS = (*KNOWLEDGE, *CONVERSION, "marketDemand")
#: The words of the three tiers for knowledge, conversion and demand (p. 129).
PROFILES = (
    ("highLevel", "someLevel", "correspondingLevel"),
    ("someLevel", "shortOfOrWithout", "correspondingLevel"),
    ("noComparativeAdvantage", "noComparativeAdvantage", "potentialLevel"),
)
SYLLABLES = ("ba", "de", "go", "ka", "li", "mo", "na", "pe", "ro", "sa", "tu", "vi")
CHARACTERS = "巴德戈卡利莫纳佩罗萨图维"
LETTERS = "бдгклмнпрств"

Value = ox.NamedNode | ox.Literal


def quads(triples: int, seed: int) -> Iterator[ox.Quad]:
    """So many different stated quads: the core and then fictitious cities; ValueError where the core is larger."""
    core = _core()
    if triples < len(core):
        raise ValueError(f"{triples:,} quads are fewer than the {len(core):,} of the core")
    return islice(chain(core, _World(seed).quads()), triples)


def _core() -> list[ox.Quad]:
    store = ox.Store()
    load_ontology(store)
    schema = Schema(store)
    for module in modules():
        store.extend(module.quads(schema))
    store.extend(quad for rule in rules() for quad in rule.describe())
    return sorted(store, key=str)


class _World:
    """Fictitious things and what is said of them; `chance` decides, so the order of calls is part of the result."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.passages = 0
        self.work = self.region = self.list_ = PAPER
        self.alliances: list[ox.NamedNode] = []

    def quads(self) -> Iterator[ox.Quad]:
        number = 0
        while True:
            if number % 100 == 0:
                yield from self._century(number // 100)
            if number % 10 == 0:
                yield from self._alliance(number // 10)
            yield from self._city(number)
            number += 1

    def _century(self, number: int) -> Iterator[ox.Quad]:
        self.work, self.region = thing(f"work/synthetic-{number}"), thing(f"region/synthetic-{number}")
        self.list_ = thing(f"list/synthetic-{number}")
        yield from self._thing(self.work, "Report", f"综合报告 {number}", f"Synthetic report {number}")
        yield ox.Quad(self.work, eic("publicationYear"), ox.Literal(2021 + number % 4), THINGS)
        yield from self._thing(self.region, "Region", f"地区 {number}", f"Region {number}")
        yield from self._thing(self.list_, "RankingList", f"榜单 {number}", f"Ranking {number}")

    def _alliance(self, number: int) -> Iterator[ox.Quad]:
        alliance = thing(f"alliance/synthetic-{number}")
        kind = "TransnationalCityAlliance" if self.chance.random() < 0.9 else "CityAlliance"
        self.alliances.append(alliance)
        yield from self._thing(alliance, kind, f"城市联盟 {number}", f"City alliance {number}")
        for scheme in (("globalScope", "regionalScope"), ("globalIssue", "nationalUrbanIssue", "peopleIssue")):
            category = eic(self.chance.choice(scheme))
            certainty = "asserted" if self.chance.random() < 0.8 else "inferredByReader"
            roles = {"classified": alliance, "category": category}
            yield from self._claim("AllianceClassification", f"classification-{number}-{scheme[0]}", roles, certainty)
        year = ox.Literal(self.chance.randrange(1950, 2019))
        roles = {"founded": alliance, "foundingPlace": self.region}
        yield from self._claim("Founding", f"founding-{number}", {**roles, "foundingYear": year})

    def _city(self, number: int) -> Iterator[ox.Quad]:
        city, picks = thing(f"city/synthetic-{number}"), [self.chance.randrange(len(SYLLABLES)) for _ in range(3)]
        zh = "".join(CHARACTERS[p] for p in picks) + f" {number}"
        en = "".join(SYLLABLES[p] for p in picks).capitalize() + f" {number}"
        yield from self._thing(city, "City", zh, en)
        if number % 3 == 0:
            ru = "".join(LETTERS[p] + "а" for p in picks).capitalize() + f" {number}"
            yield ox.Quad(city, LABEL, ox.Literal(ru, language="ru"), THINGS)
        if number % 4 == 0:
            match = ox.NamedNode(f"https://example.org/place/{number}")
            yield ox.Quad(city, ox.NamedNode(SKOS + "exactMatch"), match, THINGS)
        yield from self._claim("LocationStatement", f"location-{number}", {"located": city, "within": self.region})
        form = ox.Literal(self.chance.choice((en, f"{en} city")), language="en")
        name: dict[str, Value] = {"nameOf": city, "form": form, "nameStatus": eic("variantName")}
        yield from self._claim("NameUse", f"name-{number}", name)
        rank: dict[str, Value] = {"ranked": city, "rankingList": self.list_, "rank": ox.Literal(number % 100 + 1)}
        yield from self._claim("RankingObservation", f"rank-{number}", {**rank, "rankBasis": eic("printed")})
        for alliance in self.chance.sample(self.alliances, min(len(self.alliances), self.chance.randrange(1, 4))):
            slug = f"membership-{number}-{alliance.value.rsplit('-', 1)[1]}"
            yield from self._claim("Membership", slug, {"member": city, "alliance": alliance})
        if number % 4 == 1:
            role = eic(self.chance.choice(("subjectRole", "carrierRole")))
            yield from self._claim("RoleStatement", f"role-{number}", {"city": city, "role": role})
        if number % 4 == 3:
            cited: dict[str, Value] = {"cites": self.work, "shortened": ox.Literal(False)}
            yield from self._claim("Citation", f"citation-{number}", cited)
        if number < TIERED:
            tier = eic(("firstTier", "secondTier", "thirdTier")[number % 3])
            roles = {"assigned": city, "tier": tier, "listStatus": eic("openList")}
            yield from self._claim("TierAssignment", f"tier-{number}", roles, source=PAPER)
        if number % 2 == 0:
            yield from self._assessment(number, city)

    def _assessment(self, number: int, city: ox.NamedNode) -> Iterator[ox.Quad]:
        assessment = thing(f"assessment/synthetic-{number}")
        knowledge, conversion, demand = self.chance.choice(PROFILES)
        words = dict.fromkeys(KNOWLEDGE, knowledge) | dict.fromkeys(CONVERSION, conversion) | {"marketDemand": demand}
        if number % 6 == 2:
            for missing in self.chance.sample(ELEMENTS, self.chance.randrange(1, 4)):
                del words[missing]
        elif number % 6 == 4:
            words[self.chance.choice((*KNOWLEDGE, *CONVERSION))] = "potentialLevel"
        yield from self._thing(assessment, "Assessment", f"评估 {number}", f"Assessment {number}", SAID)
        yield ox.Quad(assessment, eic("assesses"), city, SAID)
        for element, word in words.items():
            slug = f"finding-{number}-{element}"
            roles = {"findingElement": eic(element), "findingLevel": eic(word)}
            yield ox.Quad(assessment, eic("hasFinding"), _claim_iri(slug), SAID)
            yield from self._claim("Finding", slug, roles)

    def _thing(
        self, iri: ox.NamedNode, class_: str, zh: str, en: str, place: ox.NamedNode = THINGS
    ) -> Iterator[ox.Quad]:
        yield ox.Quad(iri, RDF_TYPE, eic(class_), place)
        yield ox.Quad(iri, LABEL, ox.Literal(zh, language="zh-Hans"), place)
        yield ox.Quad(iri, LABEL, ox.Literal(en, language="en"), place)

    def _claim(
        self,
        class_: str,
        slug: str,
        roles: Mapping[str, Value],
        certainty: str = "",
        source: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """A claim with its roles, certainty, speaker and a passage of its own."""
        claim = _claim_iri(slug)
        certainty = certainty or ("asserted" if self.chance.random() < 0.7 else "cited")
        stated: dict[str, Value] = {**roles, "certainty": eic(certainty), "saidBy": source or self.work}
        stated["readingStatus"] = eic("readOnce" if self.chance.random() < 0.7 else "readTwiceAgreed")
        if certainty == "cited":
            stated["citedWork"] = self.work
        if self.chance.random() < 0.3:
            stated["asOfYear"] = ox.Literal(self.chance.randrange(2000, 2020))
        yield from self._thing(claim, class_, f"陈述 {slug}", f"claim {slug}", SAID)
        for role, value in stated.items():
            yield ox.Quad(claim, eic(role), value, SAID)
        yield from self._passage(claim)

    def _passage(self, claim: ox.NamedNode) -> Iterator[ox.Quad]:
        self.passages += 1
        start = self.passages * 100
        place = f"synthetic/{start}-{start + 50}"
        passage, span = thing(f"passage/{place}"), thing(f"span/{place}")
        page = self.passages // 20 + 1
        yield ox.Quad(claim, ox.NamedNode(PROV + "wasDerivedFrom"), passage, SAID)
        yield from self._thing(passage, "Passage", f"第{page}页 {start}", f"p. {page} {start}", SAID)
        yield ox.Quad(passage, ox.NamedNode(OA + "hasSource"), self.work, SAID)
        yield ox.Quad(passage, eic("page"), ox.Literal(page), SAID)
        yield ox.Quad(passage, eic("sentence"), ox.Literal(self.passages % 20 + 1), SAID)
        yield ox.Quad(passage, ox.NamedNode(OA + "hasSelector"), span, SAID)
        yield ox.Quad(span, RDF_TYPE, eic("TextSpan"), SAID)
        yield ox.Quad(span, ox.NamedNode(OA + "start"), ox.Literal(start), SAID)
        yield ox.Quad(span, ox.NamedNode(OA + "end"), ox.Literal(start + 50), SAID)
        yield ox.Quad(span, eic("textLength"), ox.Literal(40), SAID)
        digest = hashlib.sha256(place.encode()).hexdigest()
        yield ox.Quad(span, eic("textDigest"), ox.Literal(digest), SAID)


def _claim_iri(slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"{CLAIM}synthetic/{slug}")


def main() -> None:
    """Print N-Quads."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.synthetic", description="Seeded stated quads.")
    parser.add_argument("triples", type=int, help="how many")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--to", type=Path, help="a file instead of standard output")
    given = parser.parse_args()
    with given.to.open("wb") if given.to else nullcontext(sys.stdout.buffer) as out:
        ox.serialize(quads(given.triples, given.seed), output=out, format=ox.RdfFormat.N_QUADS)


if __name__ == "__main__":
    main()
