"""A question of the library: its form and its answer as a page; the answer by REST in every form that there is."""

from __future__ import annotations

from urllib.parse import urlencode

from kg.answers import Answer
from kg.errors import BadQuestion, KgError, StoreProblem, UnknownName
from kg.library import Question, names, question, tag_label
from kg.web.forms import Given, form
from kg.web.http import HTML, JSON, Refused, Request, Response, wanted
from kg.web.markup import Content, Markup, joined, tag
from kg.web.pages import OWN, Reader, complaint, document, page, status_of
from kg.web.site import Site
from kg.web.tables import table

PATH = r"/questions/([^/]+)"
METHODS = ("GET",)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The forms of an answer by the names of their views, and their media types; the first is for who says nothing.
FORMS = [
    ("json", JSON),
    ("json", "application/sparql-results+json"),
    ("html", HTML),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("markdown", "text/markdown"),
    ("xlsx", XLSX),
    ("sparql", "application/sparql-query"),
]
_ENDINGS = {"csv": "csv", "tsv": "tsv", "xlsx": "xlsx", "markdown": "md"}
_FLAG = {"": False, "0": False, "1": True}


def respond(site: Site, request: Request, name: str) -> Response:
    """The page of a question, or its answer in the form that is wanted.

    What is wrong with the values is told above the form, and by a problem document to who wants no page.
    """
    kind, media = wanted(request, FORMS)
    reader = Reader(site, request)
    try:
        asked = _question(name)
    except UnknownName as e:
        if kind != "html":
            raise
        return page(reader, name, tag("h1", reader.say("missing")), complaint(reader, e), status=404)
    given = given_of(request)
    if kind == "html":
        return _page(reader, asked, given)
    for key in given:
        _known(asked, key)
    if kind == "sparql":
        return document(media, site.graph.show(name, request.language, **given))
    try:
        body = site.graph.ask(name, request.language, **given).to(kind, _cited(request))
    except StoreProblem as e:
        raise Refused(406, str(e)) if kind == "xlsx" else e from None
    return document(media, body, request.language, f"{name}.{_ENDINGS[kind]}" if kind in _ENDINGS else "")


def given_of(request: Request) -> Given:
    """The values given for parameters; an input that was left empty gives none."""
    given: Given = {}
    for key, value in request.fields:
        if key not in OWN and value.strip():
            given.setdefault(key, []).append(value)
    return given


def _question(name: str) -> Question:
    if name not in names():
        raise UnknownName("question", name, names(), "/questions lists all")
    return question(name)


def _known(asked: Question, key: str) -> None:
    """BadQuestion, with the near ones, where a question has no such parameter."""
    try:
        asked.parameter(key)
    except UnknownName as e:
        raise BadQuestion(str(e)) from None


def _cited(request: Request) -> bool:
    if (told := request.one("cite")) not in _FLAG:
        raise BadQuestion(f"cite={told:.40}: 1 adds citations, 0 does not")
    return _FLAG[told]


def _page(reader: Reader, asked: Question, given: Given) -> Response:
    answer, error, status = None, None, 200
    try:
        for key in given:
            _known(asked, key)
        if all(given.get(name) for name in asked.examples()):
            answer = reader.graph.ask(asked.name, reader.language, **given).citing()
    except KgError as e:
        error, status = e, status_of(e)
        if status >= 500:
            raise
    title = asked.title[reader.language]
    return page(
        reader,
        title,
        tag("h1", title),
        tag("p", reader.told(asked.description)),
        complaint(reader, error) if error else None,
        form(reader, asked, given),
        _answer(reader, asked, given, answer) if answer is not None else None,
        tag("p", reader.say("first_fill"), class_="soft") if answer is None and not error else None,
        _columns(reader, asked),
        status=status,
    )


def _answer(reader: Reader, asked: Question, given: Given, answer: Answer) -> list[Content]:
    return [tag("h2", reader.say("answer")), table(reader, asked, answer), _forms(reader, asked, given)]


def _forms(reader: Reader, asked: Question, given: Given) -> Markup:
    """The ways to the same answer in other forms, to its query, and how it is called."""
    fields = [(name, value) for name, several in given.items() for value in several]
    kinds = [kind for kind in dict.fromkeys(kind for kind, _ in FORMS) if kind not in ("html", "sparql")]
    links = [
        tag(
            "a",
            kind.upper() if kind != "markdown" else "Markdown",
            href=reader.asking(asked, [*fields, ("as", kind)]),
            rel="nofollow",
        )
        for kind in kinds
    ]
    query = tag("a", reader.say("query_text"), href=reader.asking(asked, [*fields, ("as", "sparql")]), rel="nofollow")
    call = f"GET {reader.site.base}/questions/{asked.name}?{urlencode([*fields, ('lang', reader.language)])}"
    return tag(
        "div",
        tag("p", reader.say("answer_as"), joined([*links, query])),
        tag("p", reader.say("call"), tag("code", call)),
        class_="forms soft",
    )


def _columns(reader: Reader, asked: Question) -> Markup:
    """What the columns mean, and the tags of the question."""
    told = [
        [tag("dt", column.heading[reader.language]), tag("dd", reader.told(column.about))]
        for column in asked.columns.values()
    ]
    tags = [tag_label(tag_, reader.language) for tag_ in asked.tags]
    return tag(
        "details",
        tag("summary", reader.say("columns")),
        tag("dl", told, class_="facts"),
        tag("p", f"{reader.say('tags')}: {', '.join(tags)}", class_="soft"),
    )
