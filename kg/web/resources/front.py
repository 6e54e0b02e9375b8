"""The front door: what this is, a search for things by name, the questions of the library, ways to the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from kg.errors import BadQuestion
from kg.finding import proposals
from kg.library import Question, grouped, question, questions, tag_label
from kg.terms import GRAPH, LANGUAGES, thing
from kg.web.http import HTML, Request, Response
from kg.web.markup import Markup, joined, tag
from kg.web.pages import Reader, page, view
from kg.web.search import LONGEST, is_sentence, kinds, near, search
from kg.web.site import Site

PATH = r"/"
METHODS = ("GET",)
#: What a client may want instead of a page: it is sent to the description of the data set.
_DATA = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", "application/trig",
         "application/n-quads")  # fmt: skip
_SHOWN, _PROPOSED = 40, 4
#: Questions to begin with, and what some of them are asked of.
_FIRST = {
    "city-profile": "city/kyiv",
    "second-tier-dependencies": "city/kyiv",
    "element-match": "city/kyiv",
    "alliance-members": "",
    "cities-named": "",
    "alliances": "",
    "proximity-types": "",
}


def respond(site: Site, request: Request) -> Response:
    """The page, in the reader's language; 303 to the description of the data set for who wants RDF."""
    if request.best([HTML, *_DATA]) != HTML:
        there = f"{site.base}/.well-known/void"
        return Response(303, "text/plain; charset=utf-8", there.encode(), (("Location", there), ("Vary", "Accept")))
    reader = Reader(site, request)
    wanted = request.one("q").strip()
    if len(wanted) > LONGEST:
        raise BadQuestion(f"q has {len(wanted)} characters, and no name has more than {LONGEST}")
    found = _found(reader, wanted) if wanted else None
    about = [
        tag("p", reader.say("what")),
        tag("p", reader.say("how"), class_="soft"),
        tag("p", tag("small", view(reader))),
    ]
    return page(
        reader,
        reader.say("title"),
        tag("h1", reader.say("title")),
        about if not wanted else None,
        _box(reader, wanted),
        found,
        None if wanted else [tag("h2", reader.say("begin")), tag("ul", _begin(reader))],
        tag("h2", reader.say("questions")),
        _folded(reader.say("all_questions", len(questions())), subjects(reader)) if wanted else subjects(reader),
        tag("h2", reader.say("data")),
        _data(reader),
        head=[_alternate(reader, language, tag_) for language, tag_ in LANGUAGES.items()],
    )


def _folded(title: str, content: Markup) -> Markup:
    return tag("details", tag("summary", title), content)


def _begin(reader: Reader) -> Iterator[Markup]:
    """Some questions with an answer each, for who comes for the first time."""
    for name, of in _FIRST.items():
        label, language = reader.named(thing(of).value) if of else ("", "")
        given = [("city", label)] if language else []
        title = question(name).title[reader.language] + (f" ({label})" if given else "")
        yield tag("li", tag("a", title, href=reader.asking(question(name), given)))


def _alternate(reader: Reader, language: str, tag_: str) -> Markup:
    return tag("link", rel="alternate", hreflang=tag_, href=reader.path("/", (), language))


def _box(reader: Reader, wanted: str) -> Markup:
    hint = reader.say("search_hint")
    typed = tag("input", type="search", name="q", value=wanted, placeholder=hint, aria_label=hint, maxlength="300")
    tongue = reader.request.one("lang")
    kept = tag("input", type="hidden", name="lang", value=tongue) if tongue else None
    return tag(
        "form",
        typed,
        kept,
        tag("button", reader.say("search")),
        class_="search",
        action=reader.path("/", ()).split("?")[0],
        role="search",
    )


def _found(reader: Reader, wanted: str) -> list[Markup]:
    """What bears the name, what a sentence names, and the questions that it may ask."""
    found, whole = search(reader.site, wanted)
    asks: list[Markup] = []
    if not found or (not whole and is_sentence(wanted)):
        likely = list(islice(proposals(reader.graph, wanted), _PROPOSED))
        asks = [_proposed(reader, *one) for one in likely]
        named = dict.fromkeys(name for _, given in likely for several in given.values() for name in several)
        found = found or list(dict.fromkeys(iri for name in named for iri in search(reader.site, name)[0][:1]))
    told = reader.say("found", wanted, len(found)) if found else reader.say("unfound", wanted)
    near_by = [tag("li", _thing(reader, iri)) for iri in near(reader.site, wanted)] if not found else []
    alike = [tag("p", reader.say("near")), tag("ul", near_by)] if near_by else []
    silence = [] if found or near_by else [tag("p", reader.say("silence"))]
    more = reader.say("more", len(found) - _SHOWN) if len(found) > _SHOWN else None
    perhaps = [tag("h2", reader.say("perhaps")), tag("ul", [tag("li", ask) for ask in asks])] if asks else []
    things = [tag("li", _thing(reader, iri)) for iri in found[:_SHOWN]]
    there = reader.path("/questions/statement-search", [("text", wanted)])
    brief = len(wanted.split()) <= 3 and not wanted.endswith(("?", "？"))
    in_words = tag("a", reader.say("in_words", wanted), href=there) if brief else None
    return [
        *perhaps,
        tag("h2", told),
        tag("ol", things, class_="found"),
        *alike,
        *silence,
        tag("p", joined([more, in_words]), class_="soft"),
    ]


def _thing(reader: Reader, iri: str) -> Markup:
    kind = next(iter(kinds(reader, iri)), "")
    return joined([reader.link(iri), tag("small", reader.label(kind)) if kind else None], " — ")


def _proposed(reader: Reader, question: Question, given: dict[str, list[str]]) -> Markup:
    values = [(name, value) for name, several in given.items() for value in several]
    values += [(name, value) for name, value in question.examples().items() if name not in given]
    told = [f"{_role(reader, question, name)}{value}" for name, value in values]
    shown = f" ({', '.join(told)})" if told else ""
    return tag("a", question.title[reader.language], shown, href=reader.asking(question, values))


def _role(reader: Reader, question: Question, name: str) -> str:
    """What a value is to a question, by the heading of its column: who depends is not who is depended on."""
    column = question.columns.get(name)
    return f"{column.heading[reader.language]}: " if column else ""


def subjects(reader: Reader, described: bool = False) -> Markup:
    """The questions of the library by subject, each linked to its form; `described` tells what their rows mean."""
    groups = []
    for subject, group in grouped(questions()):
        items = [
            tag("li", tag("a", q.title[reader.language], href=reader.asking(q)),
                [tag("br"), tag("small", reader.told(q.description))] if described else None)
            for q in group
        ]  # fmt: skip
        groups.append(tag("section", tag("h3", tag_label(subject, reader.language)), tag("ul", items), id=subject))
    return tag("div", groups, class_=None if described else "subjects")


def _data(reader: Reader) -> Markup:
    ways = (
        ("/sparql", "sparql", "sparql_about"),
        ("/openapi.json", "api", "api_about"),
        ("/ontology", "ontology", "ontology_about"),
        ("/.well-known/void", "VoID", "void_about"),
    )
    listed = [
        tag("li", tag("a", reader.say(key) if key.islower() else key, href=reader.path(way)), f" — {reader.say(about)}")
        for way, key, about in ways
    ]
    names = sorted(reader.graph.engine.graphs)
    layers = [_layer(reader, name) for name in names if name.startswith(GRAPH)]
    return tag("ul", listed, tag("li", f"{reader.say('downloads')}: ", joined(layers)))


def _layer(reader: Reader, name: str) -> Markup:
    address = f"{reader.site.base}/graph-store?{urlencode({'graph': name})}"
    return tag("a", name.removeprefix(GRAPH), href=address)
