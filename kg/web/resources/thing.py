"""A thing, at its own IRI: what the graph tells of it as a page, or as RDF."""

from __future__ import annotations

from urllib.parse import urlencode

import pyoxigraph as ox

from kg.citations import bibliography, cite
from kg.errors import UnknownName, nearest
from kg.library import questions
from kg.serializations import serialize
from kg.terms import BASE, CLAIM, EIC, GRAPH, ID, SKOS
from kg.web.facts import Facts
from kg.web.http import HTML, Request, Response, wanted
from kg.web.markup import Content, Markup, joined, tag
from kg.web.pages import Reader, document, iri_of, page
from kg.web.search import called, kinds
from kg.web.site import Site
from kg.web.tables import flags

PATH = r"/((?:id|claim|graph|ontology)/.+)"
METHODS = ("GET",)
#: The forms of a thing and their media types; the first is for who says nothing.
FORMS = [
    ("html", HTML),
    ("turtle", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("ntriples", "application/n-triples"),
    ("rdfxml", "application/rdf+xml"),
    ("trig", "application/trig"),
    ("nquads", "application/n-quads"),
    ("jsonld", "application/json"),
]
_NAMES = {
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF/XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
_ALTERNATIVE = ox.NamedNode(SKOS + "altLabel")
_NEAR = 5


def respond(site: Site, request: Request, path: str) -> Response:
    """The page of a thing, or the quads in which it is subject or object; 404, with near names, if there are none."""
    return answered(site, request, BASE + path)


def answered(site: Site, request: Request, iri: str) -> Response:
    """What is answered for an IRI of ours."""
    form, media = wanted(request, FORMS)
    try:
        quads = list(dict.fromkeys(site.graph.quads_of(ox.NamedNode(iri))))
    except ValueError:  # what is asked for is no IRI
        quads = []
    if form == "html":
        reader = Reader(site, request)
        return _page(reader, iri, quads) if quads else _missing(reader, iri)
    if not quads:
        kind, _, name = iri.removeprefix(ID).rpartition("/")
        raise UnknownName(kind or "thing", name, [other.rpartition("/")[2] for other in _alike(site, iri)])
    return document(media, serialize(quads, form, site.graph.mark("en")))


def _alike(site: Site, iri: str) -> list[str]:
    """The IRIs of what is of the same kind, that is, stands in the same folder."""
    folder = ox.Literal(iri.rpartition("/")[0] + "/")
    rows = site.graph.select(f"SELECT DISTINCT ?s WHERE {{ ?s a ?class FILTER(STRSTARTS(STR(?s), {folder})) }}")
    return sorted(iri_of(row["s"]) for row in rows)


def _missing(reader: Reader, iri: str) -> Response:
    slugs = {other.rpartition("/")[2]: other for other in _alike(reader.site, iri)}
    near = [slugs[slug] for slug in nearest(iri.rpartition("/")[2], slugs, _NEAR)]
    told = (
        [tag("h2", reader.say("near")), tag("ul", [tag("li", reader.link(other)) for other in near])] if near else None
    )
    title = reader.say("missing")
    return page(reader, title, tag("h1", title), tag("p", tag("code", iri)), told, status=404)


def _page(reader: Reader, iri: str, quads: list[ox.Quad]) -> Response:
    facts = Facts(reader, iri, quads)  # numbers the flags in the order in which the page shows them
    evidence = _evidence(reader, iri, facts) if iri.startswith(CLAIM) else None
    own = facts.facts()
    statements = facts.leading(facts.statements, "as_role")
    others = facts.leading(facts.others, "incoming_as")
    return page(
        reader,
        reader.named(iri)[0],
        tag("h1", reader.label(iri)),
        _kinds(reader, iri),
        _other_names(reader, iri),
        evidence,
        _reference(reader, iri) if iri.startswith(f"{ID}work/") else None,
        _layer(reader, iri) if iri.startswith(GRAPH) else None,
        [tag("h2", reader.say("facts")), own] if own else None,
        _questions(reader, iri),
        [tag("h2", reader.say("statements")), statements] if statements else None,
        [tag("h2", reader.say("incoming")), others] if others else None,
        flags(reader, facts.marks),
        _data(reader, iri),
    )


def _kinds(reader: Reader, iri: str) -> Markup | None:
    told = joined([reader.link(kind) for kind in kinds(reader, iri)])
    return tag("p", tag("small", reader.say("is_a"), ": "), told) if told else None


def _other_names(reader: Reader, iri: str) -> Markup | None:
    """The labels in other languages than the one that heads the page, and all further names."""
    _, shown = reader.named(iri)
    known = [(language, label) for language, labels in reader.labels(iri).items() for label in labels]
    further = [(language, name) for language, several in reader.labels(iri, _ALTERNATIVE).items() for name in several]
    told = [
        tag("span", name, lang=language)
        for language, name in [*known, *further]
        if (language, name) not in _first(known, shown)
    ]
    return tag("p", tag("small", reader.say("names"), ": "), joined(told)) if told else None


def _first(known: list[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    return [pair for pair in known if pair[0] == language][:1]


def _evidence(reader: Reader, iri: str, facts: Facts) -> Markup:
    """What a claim rests on: how it is known, where the paper has it, its flags, and how to cite it."""
    cited, known = cite(reader.graph, [[iri]]), facts.evidence(iri)
    rows: list[Content] = []
    if known:
        rows += [tag("p", reader.say("basis"), tag("strong", "; ".join(known.basis)))] if known.basis else []
        rows += [tag("p", reader.say("source"), tag("strong", "; ".join(known.source)))] if known.source else []
        marks = facts.flags(known)
        rows += [tag("p", reader.say("flags"), ": ", marks)] if marks else []
    if cited.rows[0]:
        rows.append(tag("p", reader.say("citation"), ": ", tag("code", cited.rows[0])))
    rows.append(tag("details", tag("summary", reader.say("bibliography")), tag("pre", cited.bibliography)))
    return tag("section", rows, class_="box")


def _layer(reader: Reader, iri: str) -> Markup:
    """Where all that a layer holds is to be had."""
    address = f"{reader.site.base}/graph-store?{urlencode({'graph': iri})}"
    return tag("p", tag("a", reader.say("downloads"), href=address), class_="box")


def _questions(reader: Reader, iri: str) -> Markup | None:
    """The questions of the library that take such a thing, asked of it."""
    of = {kind.removeprefix(EIC) for kind in kinds(reader, iri)}
    name = _name(reader, iri)
    links = []
    for question in questions():
        taken = next((p.name for p in question.parameters.values() if of & {*p.of}), None)
        if taken and all(needed == taken for needed in question.examples()):
            links.append(
                tag("li", tag("a", question.title[reader.language], href=reader.asking(question, [(taken, name)])))
            )
    if not links:
        return None
    return tag(
        "details",
        tag("summary", reader.say("asked_of", len(links))),
        tag("ul", links),
        class_="many",
        open=len(links) <= 8,
    )


def _name(reader: Reader, iri: str) -> str:
    """By what a question is told which thing is meant: its label if nothing else bears it, else its short name."""
    label, language = reader.named(iri)
    return label if language and called(reader.site, label) == [iri] else iri.removeprefix(ID)


def _reference(reader: Reader, iri: str) -> Markup:
    """The entry of a work in a bibliography."""
    told = tag("pre", bibliography(reader.graph, [iri]))
    return tag("details", tag("summary", reader.say("bibliography")), told, open=True)


def _data(reader: Reader, iri: str) -> Markup:
    here = reader.request.path
    kept = [(key, value) for key, value in reader.request.fields if key == "term"]
    links = [
        tag("a", name, href=reader.path(here, [*kept, ("as", form)]), rel="nofollow") for form, name in _NAMES.items()
    ]
    return tag("p", reader.say("as_data"), joined(links), " · ", tag("code", iri), class_="forms soft")
