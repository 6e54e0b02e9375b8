"""The library: a page of all questions, or what each takes and gives, as JSON."""

from __future__ import annotations

import json
from typing import Any

from kg.fields import Field, Parameter
from kg.library import Question, questions, tag_label
from kg.web.http import HTML, JSON, Request, Response, wanted
from kg.web.markup import tag
from kg.web.pages import Reader, document, page
from kg.web.resources.front import subjects
from kg.web.site import Site

PATH = r"/questions/?"
METHODS = ("GET",)


def respond(site: Site, request: Request) -> Response:
    """The list, as a page or as JSON."""
    form, media = wanted(request, [("json", JSON), ("html", HTML)])
    reader, every = Reader(site, request), questions()
    if form == "json":
        told = {"graph": site.version, "questions": [told_of(reader, question) for question in every]}
        return document(media, json.dumps(told, ensure_ascii=False, indent=1))
    title = reader.say("all_questions", len(every))
    return page(reader, title, tag("h1", title), subjects(reader, described=True))


def told_of(reader: Reader, question: Question) -> dict[str, Any]:
    """What there is to know of a question before it is asked, as JSON has it."""
    return {
        "name": question.name,
        "title": question.title,
        "description": question.description,
        "parameters": [_parameter(p) for p in question.parameters.values()],
        "columns": [{**_field(c), "heading": c.heading} for c in question.columns.values()],
        "tags": [{"name": tag_, "label": tag_label(tag_, reader.language)} for tag_ in question.tags],
        "view": {"as": question.view.kind, **question.view.columns},
        "link": f"{reader.site.base}/questions/{question.name}",
    }


def _field(field: Field) -> dict[str, Any]:
    of = field.of[0] if len(field.of) == 1 else list(field.of)
    kind = {field.kind: of} if of else {"type": field.kind}
    return {"name": field.name, **kind, "many": field.many, "about": field.about}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    more = {"required": parameter.required, "example": parameter.example}
    limits = {"default": parameter.default, "minimum": parameter.minimum, "maximum": parameter.maximum}
    return {**_field(parameter), **more, **{key: value for key, value in limits.items() if value is not None}}
