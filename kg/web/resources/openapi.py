"""The questions as REST calls, described by OpenAPI 3.1; all of it is made from the front matter of the questions."""

from __future__ import annotations

import json
from typing import Any

from kg.fields import Column, Parameter
from kg.library import Question, grouped, questions, tag_label
from kg.terms import LANGUAGES
from kg.web.http import JSON, PROBLEM, Request, Response
from kg.web.pages import Reader, document
from kg.web.resources import question as answers
from kg.web.site import Site

PATH = r"/openapi\.json"
METHODS = ("GET",)
_ERRORS = {
    "400": "a parameter or a value that is wrong; the message says what would be right",
    "404": "a name that nothing here bears, with the nearest ones",
    "406": "a form that there is not",
    "429": "too many requests; Retry-After says when to come again",
    "503": "too busy, or the answer took too long",
}
#: What each form of an answer that is no JSON looks like to a client.
_TEXT: dict[str, Any] = {"type": "string"}


def respond(site: Site, request: Request) -> Response:
    """The description; texts in English, in Chinese (or Russian, where there are such) by `lang=`."""
    return document(JSON, json.dumps(described(Reader(site, request)), ensure_ascii=False))


def described(reader: Reader) -> dict[str, Any]:
    """The whole document."""
    every = questions()
    paths = {f"/questions/{question.name}": {"get": _operation(reader, question)} for question in every}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": reader.say("site"),
            "summary": reader.say("title"),
            "description": f"{reader.say('what')} {reader.say('how')}",
            "version": reader.site.version,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": reader.site.base or "/"}],
        "tags": [{"name": name, "description": tag_label(name, reader.language)} for name, _ in grouped(every)],
        "paths": {"/questions": {"get": _listing(reader)}, **paths},
        "components": {
            "parameters": _own_parameters(),
            "responses": {f"E{code}": _problem(told) for code, told in _ERRORS.items()},
            "schemas": _schemas() | {question.name: _table(reader, question) for question in every},
        },
    }


def _listing(reader: Reader) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "object", "required": ["graph", "questions"]}
    told["properties"] = {"graph": {"type": "string"}, "questions": {"type": "array", "items": {"type": "object"}}}
    found = {"description": "all questions with their parameters and columns", "content": {JSON: {"schema": told}}}
    said = {"operationId": "questions", "summary": reader.say("questions"), "parameters": [_ref("parameters/lang")]}
    return {**said, "responses": {"200": found, **_errors("400", "406", "429", "503")}}


def _operation(reader: Reader, question: Question) -> dict[str, Any]:
    others = {f"x-summary-{tongue}": text for tongue, text in question.title.items() if tongue != reader.language}
    own = [_ref(f"parameters/{name}") for name in ("lang", "as", "cite")]
    subject = next(name for name, group in grouped([question]))
    return {
        "operationId": question.name,
        "summary": question.title[reader.language],
        "description": question.description[reader.shown],
        **others,
        "tags": [subject],
        "parameters": [*(_parameter(reader, p) for p in question.parameters.values()), *own],
        "responses": {"200": _answer(reader, question), **_errors(*_ERRORS)},
    }


def _parameter(reader: Reader, parameter: Parameter) -> dict[str, Any]:
    one = _value(parameter)
    schema: dict[str, Any] = {"type": "array", "items": one} if parameter.many else one
    if parameter.default is not None:
        schema["default"] = [parameter.default] if parameter.many else parameter.default
    told = {"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema}
    example = _typed(parameter, parameter.example)
    told |= {"description": parameter.about[reader.shown], "example": [example] if parameter.many else example}
    return told | ({"style": "form", "explode": True} if parameter.many else {})


def _value(parameter: Parameter) -> dict[str, Any]:
    """The schema of one value of a parameter."""
    kinds: dict[str, dict[str, Any]] = {
        "integer": {"type": "integer"},
        "decimal": {"type": "number"},
        "date": {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
        "language": {"type": "string", "enum": ["zh", "en"]},
        "class": {"type": "string", "description": f"a name in any language, CURIE or IRI of a {parameter.holds()}"},
        "concept": {"type": "string", "description": f"a name in any language, CURIE or IRI of a {parameter.holds()}"},
    }
    limits = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    return kinds.get(parameter.kind, {"type": "string"}) | {k: v for k, v in limits.items() if v is not None}


def _typed(parameter: Parameter, example: str) -> str | int | float:
    return int(example) if parameter.kind == "integer" else float(example) if parameter.kind == "decimal" else example


def _answer(reader: Reader, question: Question) -> dict[str, Any]:
    """The response of a question in all of its media types."""
    content = {}
    for form, media in answers.FORMS:
        table = _ref(f"schemas/{question.name}")
        content[media] = {"schema": table if form == "json" else {} if form == "xlsx" else _TEXT}
    return {"description": question.description[reader.shown], "content": content}


def _table(reader: Reader, question: Question) -> dict[str, Any]:
    """The schema of an answer in JSON: what its columns hold."""
    columns = {column.name: _column(reader, column) for column in question.columns.values()}
    row = {"type": "object", "properties": columns, "additionalProperties": _ref("schemas/Term")}
    rows = {"type": "object", "properties": {"bindings": {"type": "array", "items": row}}, "required": ["bindings"]}
    told = {"head": _ref("schemas/Head"), "results": rows}
    return {"type": "object", "properties": told, "required": ["head", "results"]}


def _column(reader: Reader, column: Column) -> dict[str, Any]:
    held = f"{column.heading[reader.language]}: {column.about[reader.shown]} ({column.holds()})"
    return {"allOf": [_ref("schemas/Term")], "title": column.heading[reader.language], "description": held}


def _own_parameters() -> dict[str, Any]:
    forms = list(dict.fromkeys(form for form, _ in answers.FORMS))
    return {
        "lang": {"name": "lang", "in": "query", "description": "language of labels; else by Accept-Language",
                 "schema": {"type": "string", "enum": list(LANGUAGES)}},
        "as": {"name": "as", "in": "query", "description": "form of the answer; else by Accept",
               "schema": {"type": "string", "enum": forms}},
        "cite": {"name": "cite", "in": "query", "description": "1: a citation in each row, and the bibliography",
                 "schema": {"type": "string", "enum": ["0", "1"], "default": "0"}},
    }  # fmt: skip


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    term = {"type": {"type": "string", "enum": ["uri", "literal", "bnode"]}, "value": text}
    term |= {"xml:lang": text, "datatype": text}
    head = {"vars": {"type": "array", "items": text}, "caption": text, "graph": text, "question": text, "title": text}
    views = {"type": "object", "properties": {"name": text, "year": {"type": "integer"}}}
    head |= {"parameters": {"type": "object"}, "views": {"type": "array", "items": views}, "bibliography": text}
    problem = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text}
    told = "one value of a row (SPARQL 1.1 Query Results JSON); what is not stated is left out"
    return {
        "Term": {"type": "object", "description": told, "properties": term, "required": ["type", "value"]},
        "Head": {"type": "object", "properties": head, "required": ["vars"]},
        "Problem": {"type": "object", "description": "RFC 9457", "properties": problem},
    }


def _problem(told: str) -> dict[str, Any]:
    return {"description": told, "content": {PROBLEM: {"schema": _ref("schemas/Problem")}}}


def _errors(*codes: str) -> dict[str, Any]:
    return {code: _ref(f"responses/E{code}") for code in codes}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{name}"}
