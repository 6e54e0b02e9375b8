"""The ontology: all of its terms on one page, or as RDF; with `term=`, what the graph tells of one term."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from kg.library import questions
from kg.serializations import serialize
from kg.terms import BASE, EIC, LANGUAGES, OWL, RDF_TYPE, RDFS, SKOS, eic, layer, shorten
from kg.web.http import Request, Response, wanted
from kg.web.markup import Content, Markup, joined, tag
from kg.web.pages import Reader, document, local_name, page
from kg.web.resources.thing import FORMS, answered
from kg.web.site import Site

PATH = r"/ontology"
METHODS = ("GET",)
_CLASS, _SCHEME, _CONCEPT = (
    ox.NamedNode(OWL + "Class"),
    ox.NamedNode(SKOS + "ConceptScheme"),
    ox.NamedNode(SKOS + "Concept"),
)
_PROPERTIES = [ox.NamedNode(OWL + kind) for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")]
_DEFINITION, _IN_SCHEME = ox.NamedNode(SKOS + "definition"), ox.NamedNode(SKOS + "inScheme")
#: What a term is told to be related to, and in which words.
_RELATIONS = {"broader": ("subClassOf", "subPropertyOf"), "domain": ("domain",), "range": ("range",)}


def respond(site: Site, request: Request) -> Response:
    """The page of all terms, or the graph of the ontology as RDF; the page of one term where `term=` names it."""
    if term := request.one("term"):
        return answered(site, request, EIC + term)
    form, media = wanted(request, FORMS)
    if form != "html":
        quads = site.graph.embedded().quads_for_pattern(None, None, None, layer("ontology"))
        return document(media, serialize(quads, form, site.graph.mark("en")))
    return _Ontology(Reader(site, request)).page()


class _Ontology:
    """The terms of the ontology, as one reader sees them."""

    def __init__(self, reader: Reader):
        self.reader, self.store = reader, reader.graph.embedded()
        self.asking: dict[str, int] = defaultdict(int)
        for question in questions():
            for term in question.terms():
                self.asking[term] += 1

    def page(self) -> Response:
        """The page: classes, properties, concepts by scheme."""
        say, label = self.reader.say, self.reader.named(f"{BASE}ontology")[0]
        classes, schemes = self.of(_CLASS), self.of(_SCHEME)
        properties = sorted({iri for kind in _PROPERTIES for iri in self.of(kind)}, key=self.order)
        parts: list[tuple[str, str, Content, int]] = [
            ("classes", say("classes"), map(self.term, classes), len(classes)),
            ("properties", say("properties"), map(self.term, properties), len(properties)),
        ]
        count, concepts = 0, []
        for scheme in schemes:
            members = self.members(scheme)
            count += len(members)
            concepts.append([self.term(scheme, "h3"), map(self.term, members)])
        parts.append(("concepts", say("concepts"), concepts, count))
        ways = joined([tag("a", f"{title} ({number})", href=f"#all-{key}") for key, title, _, number in parts])
        sections = [tag("section", tag("h2", title), content, id=f"all-{key}") for key, title, content, _ in parts]
        return page(self.reader, label, tag("h1", label), self.about(), tag("p", ways), sections, self.data())

    def about(self) -> Markup:
        """What the ontology says of itself."""
        said = self.reader.labels(f"{BASE}ontology", ox.NamedNode(RDFS + "comment"))
        told = said.get(LANGUAGES[self.reader.shown].lower(), [""])[0]
        return tag("p", tag("span", told, lang=LANGUAGES[self.reader.shown]), tag("small", self.reader.mark))

    def data(self) -> Markup:
        """The ways to the ontology as RDF."""
        names = dict.fromkeys(form for form, _ in FORMS if form != "html")
        links = [tag("a", name, href=self.reader.path("/ontology", [("as", name)]), rel="nofollow") for name in names]
        return tag("p", self.reader.say("as_data"), joined(links), class_="forms soft")

    def of(self, kind: ox.NamedNode) -> list[str]:
        """The terms of ours of a kind, in the order of their labels."""
        found = self.store.quads_for_pattern(None, RDF_TYPE, kind)
        ours = {
            q.subject.value for q in found if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(EIC)
        }
        return sorted(ours, key=self.order)

    def order(self, iri: str) -> tuple[str, str]:
        """Where a term stands."""
        return self.reader.named(iri)[0].casefold(), iri

    def members(self, scheme: str) -> list[str]:
        """The concepts of a scheme."""
        found = self.store.quads_for_pattern(None, _IN_SCHEME, ox.NamedNode(scheme))
        return sorted({q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}, key=self.order)

    def term(self, iri: str, heading: str = "h4") -> Markup:
        """A term: its label, its name, what it means, where the paper has it, what it is related to, who uses it."""
        name, reader = local_name(iri), self.reader
        said = reader.labels(iri, _DEFINITION).get(LANGUAGES[reader.shown].lower(), [])
        meaning = (
            tag("p", tag("span", said[0], lang=LANGUAGES[reader.shown]), tag("small", reader.mark)) if said else None
        )
        uses = tag("a", reader.say("uses"), href=reader.path("/ontology", [("term", name)]))
        asked = reader.path("/questions/questions-using", [("term", name)])
        asking = tag("a", f"{reader.say('asking')} ({self.asking[name]})", href=asked) if self.asking[name] else None
        below = tag("p", tag("small", joined([*self.relations(iri), uses, asking])))
        head = tag(heading, tag("a", reader.label(iri), href=f"#{name}"), " ", tag("code", f"eic:{name}"))
        return tag("div", head, meaning, below, id=name, class_="term")

    def relations(self, iri: str) -> list[Markup]:
        """The page of the paper; the terms above, and those between which a property holds."""
        told = [tag("span", self.reader.say("page", value)) for value in sorted(self.values(iri, eic("definedOnPage")))]
        for key, names in _RELATIONS.items():
            others = sorted(v for name in names for v in self.values(iri, ox.NamedNode(RDFS + name)))
            if others:
                told.append(tag("span", self.reader.say(key), joined([self.related(o) for o in others], ", ")))
        return told

    def values(self, iri: str, property_: ox.NamedNode) -> list[str]:
        """What a property gives for a term, but for restrictions, which have no name."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), property_, None)
        return [q.object.value for q in found if isinstance(q.object, ox.NamedNode | ox.Literal)]

    def related(self, iri: str) -> Markup:
        """A link to a related term; terms of other vocabularies stand under their short names."""
        return self.reader.link(iri, None if iri.startswith(EIC) else shorten(iri))
