"""Pages: who reads, in which language; how links and labels are written; what stands around every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.captions import origin
from kg.errors import BadQuestion, KgError, UnknownName
from kg.library import Question
from kg.terms import BASE, EIC, LABEL, LANGUAGES, shorten
from kg.web.http import HTML, Refused, Request, Response
from kg.web.markup import Content, Markup, joined, tag, text
from kg.web.site import Site
from kg.web.wording import say, term

#: Parameters that the site has for itself: no question's parameter can be reached by these names.
OWN = ("lang", "as", "cite")
#: Of a label, the language first looked for, then these.
_FALLBACK = ("en", "zh-hans", "ru")
_VARY = ("Vary", "Accept, Accept-Language")
_Made = TypeVar("_Made")


def once(make: Callable[[Site], _Made]) -> Callable[[Site], _Made]:
    """A function of a site that is called once, and whose result is kept as long as the site."""
    kept: WeakKeyDictionary[Site, _Made] = WeakKeyDictionary()

    @wraps(make)
    def get(site: Site) -> _Made:
        if site not in kept:
            kept[site] = make(site)
        return kept[site]

    get.kept = kept  # type: ignore[attr-defined]  # so that it can be known from elsewhere: see kg.web.learned
    return get


class Reader:
    """Who asks for a page: the site, the request, the language; `shown` is that of texts that are not in Russian."""

    def __init__(self, site: Site, request: Request):
        self.site, self.request, self.graph = site, request, site.graph
        self.language = request.language
        self.shown = self.language if self.language in ("zh", "en") else "en"
        self.mark = "" if self.shown == self.language else f" [{self.shown}]"

    def say(self, key: str, *values: object) -> str:
        """A text of kg.web.wording in the reader's language."""
        return say(self.language, key, *values)

    def told(self, texts: dict[str, str]) -> Content:
        """A text in the reader's language; one that is wanting in it stands in English, and is marked."""
        if self.language in texts:
            return texts[self.language]
        return [tag("span", texts[self.shown], lang=LANGUAGES[self.shown]), tag("small", self.mark)]

    def path(self, path: str, fields: Iterable[tuple[str, str]] = (), language: str = "") -> str:
        """The address of a page of the site; the language goes with it where the reader has chosen one."""
        tongue = language or self.request.one("lang")
        query = urlencode([*fields, *([("lang", tongue)] if tongue else [])])
        return self.site.base + quote(path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")

    def asking(self, question: Question, given: Iterable[tuple[str, str]] = ()) -> str:
        """The address of a question with values of its parameters."""
        return self.path(f"/questions/{question.name}", given)

    def address(self, iri: str) -> str | None:
        """Where a link to a thing leads: ours to its page here, others where they are; None if not by http(s)."""
        if not iri.startswith(BASE):
            return iri if iri.startswith(("http://", "https://")) else None
        local, _, term = iri.removeprefix(BASE).partition("#")
        return self.path(f"/{local}") + (f"#{term}" if term else "")

    def link(self, iri: str, content: Content = None, **attributes: str | None) -> Markup:
        """A link to a thing, by its label unless other content is given; mere text where nothing can be linked."""
        told = self.label(iri) if content is None else content
        outside = None if iri.startswith(BASE) else "external noopener noreferrer"
        address = self.address(iri)
        return tag("a", told, href=address, rel=outside, **attributes) if address else text(told)

    def label(self, iri: str) -> Markup:
        """The label of a thing: in another language than the reader's it is marked; else the short name."""
        label, language = self.named(iri)
        if not language or language == LANGUAGES[self.language].lower():
            return text(label)
        return text([tag("span", label, lang=language), tag("small", f" [{language}]")])

    def named(self, iri: str) -> tuple[str, str]:
        """The label of a thing and its language, the reader's if there is one; else its short name and ""."""
        found = self.labels(iri)
        for language in (LANGUAGES[self.language].lower(), *_FALLBACK):
            if language in found:
                return found[language][0], language
        short = shorten(iri)
        return term(self.language, short) or short.removeprefix("eic:"), ""

    def labels(self, iri: str, property_: ox.NamedNode = LABEL) -> dict[str, list[str]]:
        """All labels of a thing, or its values of another property, by their language."""
        found: dict[str, list[str]] = {}
        for quad in self.graph.embedded().quads_for_pattern(ox.NamedNode(iri), property_, None):
            if isinstance(quad.object, ox.Literal):
                found.setdefault((quad.object.language or "").lower(), []).append(quad.object.value)
        return {language: sorted(texts) for language, texts in found.items()}


def document(media: str, body: str | bytes, language: str = "", name: str = "") -> Response:
    """What is no page: the answer or the thing in some form; `name` is that of a file to be saved."""
    content = body if isinstance(body, bytes) else body.encode(errors="replace")
    told = media if isinstance(body, bytes) else f"{media}; charset=utf-8"
    headers = [_VARY, *([("Content-Language", LANGUAGES[language])] if language else [])]
    headers += [("Content-Disposition", f'attachment; filename="{name}"')] if name else []
    return Response(200, told, content, tuple(headers))


@once
def origins(site: Site) -> dict[str, tuple[list[tuple[str, int]], str]]:
    """Whose views the graph gives, as of which years, and its version, in each language."""
    return {language: origin(site.graph, language) for language in LANGUAGES}


def view(reader: Reader) -> str:
    """Whose views the graph gives, as of when, and its version."""
    views, version = origins(reader.site)[reader.language]
    told = [reader.say("view", name, year) for name, year in views]
    return " · ".join([*told, reader.say("version", version)])


@cache
def _style() -> Markup:
    return Markup((Path(__file__).parent / "style.css").read_text("utf-8"))


def page(reader: Reader, title: str, *body: Content, status: int = 200, head: Content = None) -> Response:
    """A page with what stands around all: the way to the others, the languages, whose view it is, and the version."""
    language, path = LANGUAGES[reader.language], reader.request.path
    same = [(key, value) for key, value in reader.request.fields if key != "lang"]
    tongues = [
        tag("a", say(other, "tongue"), href=reader.path(path, same, other), lang=tag_, hreflang=tag_, rel="alternate")
        if other != reader.language
        else tag("span", say(other, "tongue"), aria_current="true")
        for other, tag_ in LANGUAGES.items()
    ]
    ways = (("/questions", "questions"), ("/ontology", "ontology"), ("/sparql", "sparql"), ("/openapi.json", "api"))
    hypothesis = reader.graph.mark(reader.language)
    name = reader.say("site")
    whole = tag(
        "html",
        tag("head", tag("meta", charset="utf-8"), tag("meta", name="viewport", content="width=device-width"),
            tag("title", title if title == name else f"{title} · {name}"), tag("style", _style()), head),
        tag("body",
            tag("header", tag("span", tag("a", name, href=reader.path("/")), class_="name"),
                tag("nav", [tag("a", reader.say(key), href=reader.path(way)) for way, key in ways]),
                tag("nav", tongues, class_="tongues"), class_="site"),
            tag("main", tag("p", hypothesis, class_="box error") if hypothesis else None, body),
            tag("footer", tag("p", joined([view(reader), reader.say("licence")])), class_="site")),
        lang=language,
    )  # fmt: skip
    headers = (_VARY, ("Content-Language", language))
    content = f"<!DOCTYPE html>\n{whole}\n".encode(errors="replace")
    return Response(status, f"{HTML}; charset=utf-8", content, headers, lasting=status == 200)


def status_of(error: KgError) -> int:
    """The status by which an error is answered."""
    if isinstance(error, Refused):
        return error.status
    return 404 if isinstance(error, UnknownName) else 400 if isinstance(error, BadQuestion) else 500


def complaint(reader: Reader, error: KgError | str) -> Markup:
    """An error as a box on a page: that something is wrong, what, and what to do."""
    return tag(
        "p",
        tag("strong", reader.say("wrong")),
        ": ",
        tag("span", str(error), lang="en"),
        tag("small", " [en]") if reader.language != "en" else None,
        class_="box error",
        role="alert",
    )


def listed(reader: Reader, parts: list[Content], most: int, rest: str | None = None, left: int = 0) -> Markup:
    """A list of at most so many items, and how many more there are; `rest` is an address that has them all."""
    shown, left = parts[:most], left + max(len(parts) - most, 0)
    more = reader.say("more", left)
    end = tag("li", tag("a", more, href=rest) if rest else more, class_="soft") if left else None
    return tag("ul", [tag("li", part) for part in shown], end, class_="plain")


def iri_of(term: object) -> str:
    """The IRI of a term; "" for what has none."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def local_name(iri: str) -> str:
    """The name of a term of our ontology within its page."""
    return iri.removeprefix(EIC)
