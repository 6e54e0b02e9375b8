"""From a hypothesis to quads: what it adds to a graph, in a named graph of its own, and what it withdraws.

A supposed claim has the certainty `supposed`, is said by the hypothesis, and is traced to its entry; the hypothesis
builds on the source that conceives the tiers, so that the rules put the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.entries import Names
from kg.errors import BadQuestion, BadTable, KgError, UnknownName, nearest
from kg.hypotheses import FINDING, Entry, Hypothesis, in_words
from kg.naming import find, find_anything
from kg.places import place_named
from kg.statements import Triple, compose_labels
from kg.terms import CLAIM, ID, LABEL, LANGUAGES, OA, PROV, RDF_TYPE, eic, expand, layer, shorten, thing

if TYPE_CHECKING:
    from kg.graph import Graph

_DERIVED_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
_SUPPOSED = {"zh": "假设：{}（第 {} 条）", "en": "supposed: {} (entry {})", "ru": "предположение: {} (пункт {})"}
#: Classes of claims that the rules put together with what another source says of tiers.
_ON_TIERS = [eic(name) for name in ("TierAssignment", "Finding", "ElementRequirement", "DependenceStatement")]


def quads_of(graph: Graph, hypothesis: Hypothesis) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The stated quads that a hypothesis withdraws from a graph, and those that it adds to it.

    Raises BadTable, with file and entry, for a name that nothing bears, a property that is not in the ontology, a value
    of the wrong kind, and for withdrawing what is not stated.
    """
    compiler = _Compiler(graph, hypothesis)
    numbered = [
        (compiler.take("add", n, entry, compiler.is_thing), n, entry) for n, entry in enumerate(hypothesis.add, 1)
    ]
    for number, entry in enumerate(hypothesis.remove, 1):
        compiler.take("remove", number, entry, compiler.withdraw)
    for _, number, entry in sorted(numbered, key=lambda one: not one[0]):  # things first: claims may name them
        compiler.take("add", number, entry, compiler.put)
    return sorted(compiler.removed, key=str), [*compiler.header(), *compiler.added]


class _Compiler:
    def __init__(self, graph: Graph, hypothesis: Hypothesis):
        self.graph, self.hypothesis, self.names = graph, hypothesis, Names(graph)
        self.work = thing(f"hypothesis/{hypothesis.slug}")
        self.place = layer(f"hypothesis/{hypothesis.slug}")
        self.added: list[ox.Quad] = []
        self.removed: set[ox.Quad] = set()
        self.number, self.origin = 0, ""

    def take(self, name: str, number: int, entry: Entry, act: Callable[[Entry], Any]) -> Any:
        """What an act makes of an entry; what goes wrong is told with the file and the entry."""
        self.number, self.origin = number, ""
        self.names.line = entry.get("line") if isinstance(entry, dict) else None
        file = self.hypothesis.file
        self.names.place = file if self.names.line else f"{file}: {name}, entry {number}"
        try:
            return act(entry)
        except BadTable:
            raise
        except (KgError, ValueError) as e:  # a name may make no IRI, a tag no language
            raise BadTable(str(e), self.names.place, self.names.line) from None

    def is_thing(self, entry: Entry) -> bool:
        """Whether an entry adds a thing and no claim."""
        class_ = self.names.class_of(entry) if isinstance(entry, dict) and "class" in entry else None
        return class_ is not None and eic("Claim") not in self.names.schema.superclasses[class_]

    def put(self, entry: Entry) -> None:
        """Take an entry that is added."""
        if isinstance(entry, tuple):
            subject, edge, object_ = entry
            class_, one, two = self.names.stated(edge)
            self._claim(class_, {one: subject, two: object_})
        elif isinstance(entry, dict) and self.is_thing(entry):
            self._thing(entry)
        elif isinstance(entry, dict) and "class" in entry:
            self._claim(self.names.class_of(entry), {k: v for k, v in entry.items() if k not in ("class", "line")})
        elif isinstance(entry, dict):
            self._finding(entry)

    def _thing(self, entry: dict[str, Any]) -> None:
        class_, names = self.names.class_of(entry), {k: str(entry[k]) for k in LANGUAGES if entry.get(k)}
        if not names:
            raise BadQuestion("a new thing needs a name: en, zh or ru")
        english = names.get("en") or next(iter(names.values()))
        slug = str(entry.get("id") or re.sub(r"[^\w]+", "-", english.lower()).strip("-"))
        iri = thing(slug if "/" in slug else f"{shorten(class_.value).removeprefix('eic:').lower()}/{slug}")
        if any(self.graph.quads_of(iri)):
            raise BadQuestion(f"{shorten(iri.value)} is in the graph already")
        self._add(iri, RDF_TYPE, class_)
        self.names.schema.learn(iri, RDF_TYPE, class_)
        for language in ("zh", "en", *(k for k in names if k == "ru")):
            label = ox.Literal(names.get(language, english), language=LANGUAGES[language])
            self._add(iri, LABEL, label)
            self.names.schema.learn(iri, LABEL, label)
        for name in (*names.values(), shorten(iri.value), iri.value.removeprefix(ID)):
            self.names.new[name.casefold()] = iri
        more = {k: v for k, v in entry.items() if k not in ("class", "id", "line", *LANGUAGES)}
        for _, predicate, value in self.names.values(iri, more):
            self._add(iri, predicate, value)

    def _claim(self, class_: ox.NamedNode, values: dict[str, Any]) -> ox.NamedNode:
        iri = ox.NamedNode(f"{CLAIM}hypothesis/{self.hypothesis.slug}/{self.number}")
        self.names.check_claim(class_, values)
        labels = {k: values.pop(k) for k in ("label@zh-Hans", "label@en") if k in values}
        triples: list[Triple] = [(iri, RDF_TYPE, class_), *self.names.values(iri, values)]
        for _, _, value in triples:
            self.names.learn(value)
        told = [(iri, LABEL, ox.Literal(str(text), language=k[6:])) for k, text in labels.items()]
        for _, predicate, value in [*triples, *(told or compose_labels(class_, triples, self.names.schema))]:
            self._add(iri, predicate, value)
        self._add(iri, eic("certainty"), eic("supposed"))
        self._add(iri, eic("saidBy"), self.work)
        self._add(iri, _DERIVED_FROM, self._entry())
        return iri

    def _finding(self, entry: dict[str, Any]) -> None:
        """A finding on an element of a city, in the one assessment that the city has, else in one of our own."""
        if unknown := sorted(entry.keys() - {*FINDING, "line"}):
            near = nearest(unknown[0], FINDING)
            hint = f"did you mean {near[0]}?" if near else "a finding has city, element and level"
            raise BadQuestion(f"{unknown[0]!r} says nothing of a finding; {hint}; all other entries name their class")
        for key in FINDING[:3]:
            if not entry.get(key):
                raise BadQuestion(f"a finding needs a {key}")
        city = self._city(str(entry["city"]))
        element = self.names.term(str(entry["element"]), eic("InnovationElement"), "element")
        level = self.names.term(str(entry["level"]), eic("Level"), "level")
        labels = {}
        for language, form in (("zh", "{}：{}——{}"), ("en", "{}: {}: {}")):
            told = (self.names.label(iri, language) for iri in (city, element, level))
            labels[f"label@{LANGUAGES[language]}"] = form.format(*told)
        self.names.check_date(str(entry.get("date") or ""))
        self.origin = ", ".join(str(entry[key]) for key in ("source", "date") if entry.get(key))
        notes = "; ".join(part for part in (self.origin, str(entry.get("note") or "")) if part)
        values: dict[str, Any] = {**labels, "findingElement": element.value, "findingLevel": level.value}
        finding = self._claim(eic("Finding"), values | ({"note@en": notes} if notes else {}))
        self._add(self._assessment(city, element), eic("hasFinding"), finding)

    def _city(self, name: str) -> ox.NamedNode:
        """A city that is named: a settlement of a gazetteer becomes one; what nothing bears is made known first."""
        if name.casefold() not in self.names.new:
            try:
                self.names.new[name.casefold()] = city = place_named(self.graph, name)
                if not any(quad.object == eic("City") for quad in self.graph.quads_of(city) if quad.subject == city):
                    self._add(city, RDF_TYPE, eic("City"))
            except UnknownName:
                self._thing({"class": "City", "en": name})
        return self.names.new[name.casefold()]

    def _assessment(self, city: ox.NamedNode, element: ox.NamedNode) -> ox.NamedNode:
        found = self.graph.select(f"""SELECT ?a (COUNT(?element) AS ?taken) WHERE {{ ?a eic:assesses {city} .
  OPTIONAL {{ ?a eic:hasFinding ?f . ?f eic:findingElement ?element FILTER(?element = {element}) }} }} GROUP BY ?a""")
        gone = {quad.subject for quad in self.removed}
        free = [row["a"] for row in found if str(getattr(row["taken"], "value", "0")) == "0" or row["a"] in gone]
        if len(found) == 1 and free and isinstance(free[0], ox.NamedNode):
            return free[0]
        own = thing(f"assessment/{self.hypothesis.slug}/{city.value.rsplit('/')[-1]}")
        if ox.Quad(own, eic("assesses"), city, self.place) not in self.added:
            self._add(own, RDF_TYPE, eic("Assessment"))
            self._add(own, eic("assesses"), city)
            for language, text in {"zh": "对{}的假设评估", "en": "supposed assessment of {}"}.items():
                label = ox.Literal(text.format(self.names.label(city, language)), language=LANGUAGES[language])
                self._add(own, LABEL, label)
        return own

    def withdraw(self, entry: Entry) -> None:
        """Take an entry that is withdrawn."""
        if isinstance(entry, tuple):
            class_, one, two = self.names.stated(entry[1])
            claims = self._claims(class_, {one: entry[0], two: entry[2]})
        elif isinstance(entry, dict):
            keys = {k: v for k, v in entry.items() if k not in ("class", "line")}
            claims = self._claims(self.names.class_of(entry), keys) if "class" in entry else self._findings(keys)
        else:
            claims = self._named(entry)
        if not claims:
            raise BadQuestion(f"nothing in the graph states {in_words(entry)}")
        for claim in claims:
            self.removed.update(q for q in self.graph.quads_of(claim) if q.graph_name != layer("inferred"))
            self._add(self.work, eic("withdraws"), claim)

    def _named(self, name: str) -> list[ox.NamedNode]:
        """A claim that is named, or a thing with all claims that mention it."""
        iri = expand(name) if name.startswith(("claim:", CLAIM)) else find_anything(self.graph, name)
        rows = self.graph.select(f"SELECT DISTINCT ?c WHERE {{ ?c ?p {iri} ; eic:saidBy ?s }} ORDER BY ?c")
        found = [row["c"] for row in rows if isinstance(row["c"], ox.NamedNode)]
        known = any(q.subject == iri and q.graph_name != layer("inferred") for q in self.graph.quads_of(iri))
        return [iri, *found] if known else []

    def _claims(self, class_: ox.NamedNode, values: dict[str, Any]) -> list[ox.NamedNode]:
        triples = self.names.values(ox.NamedNode(CLAIM), values)
        said = " ".join(f"?c {predicate} {value} ." for _, predicate, value in triples)
        rows = self.graph.select(f"SELECT DISTINCT ?c WHERE {{ {said} ?c a {class_} ; eic:saidBy ?s }} ORDER BY ?c")
        return [row["c"] for row in rows if isinstance(row["c"], ox.NamedNode)]

    def _findings(self, values: dict[str, Any]) -> list[ox.NamedNode]:
        if not values.get("city"):
            raise BadQuestion("to withdraw findings name their city, and the element where one is meant")
        said = f"?a eic:assesses {find(self.graph, str(values['city']), 'City', 'city')} ; eic:hasFinding ?c ."
        for key, of in (("element", "InnovationElement"), ("level", "Level")):
            if values.get(key):
                said += f" ?c eic:finding{key.title()} {find(self.graph, str(values[key]), of, key)} ."
        rows = self.graph.select(f"SELECT DISTINCT ?c WHERE {{ {said} }} ORDER BY ?c")
        return [row["c"] for row in rows if isinstance(row["c"], ox.NamedNode)]

    def header(self) -> Iterator[ox.Quad]:
        """The hypothesis itself, and on which sources it builds."""
        catalog, data_set = layer("catalog"), ox.NamedNode("http://rdfs.org/ns/void#Dataset")
        yield ox.Quad(self.work, RDF_TYPE, eic("Hypothesis"), self.place)
        yield ox.Quad(self.place, RDF_TYPE, data_set, catalog)
        for language in ("zh", "en"):
            label = ox.Literal(self.hypothesis.named(language), language=LANGUAGES[language])
            yield ox.Quad(self.work, LABEL, label, self.place)
            yield ox.Quad(self.place, LABEL, label, catalog)
        if any(quad.object in _ON_TIERS for quad in self.added):
            yield from self._built_on()

    def _built_on(self) -> Iterator[ox.Quad]:
        """On which sources the hypothesis builds, and of which year its view is: theirs."""
        query = "SELECT DISTINCT ?source ?year WHERE { ?source eic:conceives ?tier ; eic:publicationYear ?year }"
        for row in self.graph.select(query):
            for predicate, name in (("buildsOn", "source"), ("publicationYear", "year")):
                if isinstance(value := row[name], ox.NamedNode | ox.Literal):
                    yield ox.Quad(self.work, eic(predicate), value, self.place)

    def _entry(self) -> ox.NamedNode:
        entry, place = (thing(f"hypothesis/{self.hypothesis.slug}-{kind}-{self.number}") for kind in ("entry", "place"))
        if ox.Quad(entry, RDF_TYPE, eic("HypothesisEntry"), self.place) not in self.added:
            self._add(entry, RDF_TYPE, eic("HypothesisEntry"))
            for language, text in _SUPPOSED.items():
                told = text.format(self.hypothesis.named(language), self.number)
                told += f" [{self.origin}]" if self.origin else ""
                self._add(entry, LABEL, ox.Literal(told, language=LANGUAGES[language]))
            self._add(entry, ox.NamedNode(OA + "hasSelector"), place)
            self._add(place, RDF_TYPE, ox.NamedNode(OA + "TextPositionSelector"))
            self._add(place, ox.NamedNode(OA + "start"), ox.Literal(self.number))
            self._add(place, ox.NamedNode(OA + "end"), ox.Literal(self.number + 1))
        return entry

    def _add(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        self.added.append(ox.Quad(subject, predicate, value, self.place))
