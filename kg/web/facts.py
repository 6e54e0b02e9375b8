"""What the graph tells of a thing: facts and what leads to it, by property; the claims among them with evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.answers import Evidence
from kg.derivations import Step, Teller
from kg.evidence import evidence_of
from kg.evidence import joined as joined_places
from kg.reasoning import rules
from kg.terms import CLAIM, EIC, GRAPH, LABEL, LANGUAGES, RDF_TYPE, SKOS, eic, layer
from kg.web.markup import Content, Markup, joined, tag
from kg.web.pages import Reader, iri_of, listed
from kg.web.tables import flag_link

#: Names stand at the top of a page, classes below them.
_ABOVE = (LABEL, RDF_TYPE, ox.NamedNode(SKOS + "altLabel"))
#: So many values or subjects are shown for each property, and so many derived edges explained on a page.
SHOWN, _EXPLAINED = 60, 40
_INFERRED = layer("inferred")
#: How what rules derive may be known.
_CERTAINTIES = {eic("impliedByTier"), eic("derivedByRule")}


class Group(NamedTuple):
    """The quads that share a property: those shown, how many more there are."""

    property: str
    quads: list[ox.Quad]
    left: int


class Facts:
    """The facts of one thing as a page shows them; numbers flags in the order in which they appear."""

    def __init__(self, reader: Reader, iri: str, quads: list[ox.Quad]):
        self.reader, self.iri, self.is_claim = reader, iri, iri.startswith(CLAIM)
        node = ox.NamedNode(iri)
        quads = _once(quads)
        own = [q for q in quads if q.subject == node and q.predicate not in _ABOVE]
        there = [q for q in quads if q.object == node and isinstance(q.subject, ox.NamedNode)]
        self.own = self._grouped(own, lambda q: q.object)
        self.statements = self._grouped([q for q in there if iri_of(q.subject).startswith(CLAIM)], lambda q: q.subject)
        self.others = self._grouped([q for q in there if not iri_of(q.subject).startswith(CLAIM)], lambda q: q.subject)
        self.marks: dict[tuple[str, str], str] = {}
        self._evidence = self._look_up()
        self._derivations = {} if self.is_claim else self._explained()
        layers = [q.graph_name for q in own]
        #: What most of a claim says stands in one layer: that is not told of every fact.
        self._usual = max(layers, key=layers.count) if layers and self.is_claim else None

    def _grouped(self, quads: list[ox.Quad], other: Callable[[ox.Quad], Any]) -> list[Group]:
        """Quads by property, in the order of its label, and of the label at their other end."""
        by: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            by[quad.predicate.value].append(quad)
        groups = []
        for name in sorted(by, key=lambda name: self.reader.named(name)):
            # of thousands only those that are shown are put in order: their labels would have to be looked up
            few = by[name] if len(by[name]) <= 5 * SHOWN else sorted(by[name], key=str)[:SHOWN]
            few = sorted(few, key=lambda q: (self._order(other(q)), str(q)))[:SHOWN]
            groups.append(Group(name, few, len(by[name]) - len(few)))
        return groups

    def _order(self, term: Any) -> str:
        return self.reader.named(term.value)[0].casefold() if isinstance(term, ox.NamedNode) else str(term)

    def _look_up(self) -> dict[str, Evidence]:
        """The evidence of all claims that are shown."""
        ends = [end for group in (*self.own, *self.statements) for q in group.quads for end in (q.subject, q.object)]
        claims = sorted({e.value for e in ends if isinstance(e, ox.NamedNode) and e.value.startswith(CLAIM)})
        found = evidence_of(self.reader.graph, [[claim] for claim in claims], self.reader.shown)
        return dict(zip(claims, map(self._told, found), strict=True))

    def _explained(self) -> dict[ox.Triple, Step]:
        """The first derivations of the derived edges that stand first on the page."""
        quads = [q for group in (*self.own, *self.others) for q in self._spoken(group.quads)]
        derived = [q.triple for q in quads if q.graph_name == _INFERRED and not self._is_instance(q)]
        facts: dict[Any, ox.Triple] = {(e.subject, e.predicate, e.object): e for e in derived[:_EXPLAINED]}
        found = Teller(self.reader.graph, self.reader.language).first(facts)
        return {facts[fact]: step for fact, step in found.items()}

    def _is_instance(self, quad: ox.Quad) -> bool:
        """Whether it says that something is of the class whose page this is: why, its own page tells."""
        return quad.predicate == RDF_TYPE and iri_of(quad.object) == self.iri

    def evidence(self, iri: str) -> Evidence | None:
        """What a claim on this page rests on; None for another thing."""
        return self._evidence.get(iri)

    def facts(self) -> Markup | None:
        """The facts by property, with the basis of each."""
        told = [[tag("dt", self.reader.link(g.property)), tag("dd", self._values(g))] for g in self.own]
        return tag("dl", told, class_="facts") if told else None

    def leading(self, groups: list[Group], heading: str) -> Markup | None:
        """What leads to the thing, by property; the rest of many is a query."""
        told = []
        for group in groups:
            query = f"SELECT ?subject WHERE {{ ?subject <{group.property}> <{self.iri}> }} ORDER BY ?subject"
            rest = self.reader.path("/sparql", [("query", query)])
            items: list[Content] = [self._subject(q) for q in group.quads]
            name = tag(
                "a",
                self.reader.say(heading, self.reader.named(group.property)[0]),
                href=self.reader.address(group.property),
            )
            told.append([tag("dt", name), tag("dd", listed(self.reader, items, SHOWN, rest, group.left))])
        return tag("dl", told, class_="facts") if told else None

    def _values(self, group: Group) -> Markup:
        query = f"SELECT ?object WHERE {{ <{self.iri}> <{group.property}> ?object }} ORDER BY ?object"
        rest = self.reader.path("/sparql", [("query", query)])
        quads = self._spoken(group.quads)
        return listed(self.reader, [self._value(quad) for quad in quads], SHOWN, rest, group.left)

    def _spoken(self, quads: list[ox.Quad]) -> list[ox.Quad]:
        """Of texts in several languages those that the reader reads, if there are such."""
        wanted = {LANGUAGES[self.reader.language].lower(), LANGUAGES[self.reader.shown].lower()}
        spoken = [q for q in quads if (_language(q) or "") in wanted]
        return [q for q in quads if not _language(q) or q in spoken or not spoken]

    def _value(self, quad: ox.Quad) -> Content:
        term = quad.object
        if isinstance(term, ox.NamedNode):
            told: Content = self.reader.link(term.value)
        elif isinstance(term, ox.Literal):
            told = [tag("span", term.value, lang=term.language), self._marked(quad)]
        else:
            told = str(term)
        known = self._evidence.get(iri_of(term))
        return joined([told, self.claim_note(known) if known else self._basis(quad)], " ")

    def _marked(self, quad: ox.Quad) -> Markup | None:
        language = _language(quad)
        fallback = language and language != LANGUAGES[self.reader.language].lower()
        return tag("small", f" [{language}]") if fallback else None

    def _subject(self, quad: ox.Quad) -> Content:
        subject = iri_of(quad.subject)
        known = self._evidence.get(subject)
        note = self.claim_note(known) if known else self._basis(quad) if quad.triple in self._derivations else None
        return joined([self.reader.link(subject), note], " ")

    def claim_note(self, evidence: Evidence) -> Markup:
        """Basis and place of a claim, and the marks of its flags."""
        told = joined(["; ".join(evidence.basis), "; ".join(evidence.source)])
        return joined([tag("small", "— ", told) if told else None, self.flags(evidence)], " ")

    def flags(self, evidence: Evidence) -> Markup:
        """The marks of the flags on a claim, which lead to what they say at the end of the page."""
        links = []
        for flag in evidence.flags:
            mark = self.marks.setdefault(flag, f"⚑{len(self.marks) + 1}")
            links.append(flag_link(mark, *flag))
        return joined(links, " ")

    def _basis(self, quad: ox.Quad) -> Markup | None:
        """How a fact is known: by which layer, and for what rules derive, by which rule from what."""
        if quad.graph_name == self._usual:
            return None
        name = getattr(quad.graph_name, "value", "").removeprefix(GRAPH)
        key = f"layer_{name}"
        known = name in ("ontology", "things", "paper", "flags", "inferred", "catalog")
        told = self.reader.say(key) if known else self.reader.say("layer_other", name.removeprefix("reference/"))
        if quad.graph_name == _INFERRED and (found := self._derivations.get(quad.triple)):
            return self._why(found)
        return tag("small", f"— {told}")

    def _why(self, step: Step) -> Markup:
        """A derivation that can be opened: how it is known, the rule, in words, and the claims that it starts from."""
        stated = [self._told(one.evidence) for one in _grounds(step) if one.evidence]
        flags = Evidence((), (), tuple(dict.fromkeys(flag for one in stated for flag in one.flags)))
        places = joined_places(sorted({place for one in stated for place in one.source}, key=_numbers))
        rule = tag("p", tag("small", step.reading, self.reader.mark))
        premises = tag("ul", [tag("li", self._premise(premise)) for premise in step.premises])
        summary = tag("summary", joined([self._how(step), "; ".join(places)]))
        return joined([self.flags(flags), tag("details", summary, rule, premises, class_="why")], " ")

    def _how(self, step: Step) -> Content:
        """How what a rule derives is known: as the claim of which it is but the short form, or by the rule's word."""
        if len(step.premises) == 1 and (only := step.premises[0].evidence):
            return "; ".join(self._told(only).basis)
        words = (p.object for rule in rules() if rule.name == step.rule for p in rule.template)
        known = next((w for w in words if isinstance(w, ox.NamedNode) and w in _CERTAINTIES), None)
        return self.reader.label(known.value) if known else self.reader.say("layer_inferred")

    def _told(self, evidence: Evidence) -> Evidence:
        return evidence.marked(self.reader.mark) if self.reader.mark else evidence

    def _premise(self, step: Step) -> Markup:
        told = self.reader.link(step.iri, step.text) if step.iri.startswith(CLAIM) else step.text
        note = self.claim_note(self._told(step.evidence)) if step.evidence else None
        below = tag("ul", [tag("li", self._premise(one)) for one in step.premises]) if step.premises else None
        return joined([told, note, below], " ")


def _once(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Without derived edges of other vocabularies that repeat one of ours: org:memberOf beside eic:memberOf."""
    ours = {(q.subject, q.predicate.value.removeprefix(EIC), q.object) for q in quads}
    return [
        q
        for q in quads
        if q.graph_name != _INFERRED
        or q.predicate.value.startswith(EIC)
        or (q.subject, re.split("[#/]", q.predicate.value)[-1], q.object) not in ours
    ]


def _grounds(step: Step) -> Iterator[Step]:
    """The stated claims on which a derivation rests."""
    if step.evidence:
        yield step
    for premise in step.premises:
        yield from _grounds(premise)


def _numbers(place: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", place)]


def _language(quad: ox.Quad) -> str | None:
    return quad.object.language.lower() if isinstance(quad.object, ox.Literal) and quad.object.language else None
