"""The form of a question: an input for each parameter, with what it is about, an example, and what was typed."""

from __future__ import annotations

from typing import NamedTuple

from kg.fields import Parameter
from kg.library import Question
from kg.terms import RDF_TYPE, eic
from kg.web.markup import Content, Markup, joined, tag
from kg.web.pages import Reader, iri_of, once
from kg.web.site import Site

Given = dict[str, list[str]]
#: So many things of a class are proposed while somebody types; a class that has more proposes none.
_PROPOSED = 250


class Choice(NamedTuple):
    """A thing or concept that a parameter may take: its IRI and its label."""

    iri: str
    label: str


def form(reader: Reader, question: Question, given: Given) -> Markup | None:
    """The form, filled with what is given; None where nothing is to be filled in."""
    if not question.parameters:
        return None
    tongue = reader.request.one("lang")
    return tag(
        "form",
        [_field(reader, question, p, given.get(p.name, [])) for p in question.parameters.values()],
        tag("input", type="hidden", name="lang", value=tongue) if tongue else None,
        tag("p", tag("button", reader.say("ask")), class_="send"),
        class_="ask",
        action=reader.asking(question).partition("?")[0],
    )


def _field(reader: Reader, question: Question, parameter: Parameter, values: list[str]) -> Markup:
    """One parameter: as many inputs as values, one more where several may be given, and what is to be known of it."""
    choices = _choices(reader, parameter)
    several = [*values, ""] if parameter.many or not values else values
    menu = parameter.kind in ("concept", "language") and choices
    inputs: list[Content] = []
    for number, value in enumerate(several):
        needed = parameter.required and not number
        inputs.append(_menu(reader, parameter, choices, value, needed) if menu else _input(parameter, value, needed))
    example = _example(reader, question, parameter, choices)
    name = f"{parameter.name}-names"
    proposals = [tag("option", value=choice.label) for choice in choices]
    return tag(
        "fieldset",
        tag("legend", reader.told(parameter.about)),
        inputs,
        tag("datalist", proposals, id=name) if choices and not menu else None,
        tag("p", tag("small", joined([tag("code", parameter.name), *_nature(reader, parameter), example]))),
    )


def _nature(reader: Reader, parameter: Parameter) -> list[str]:
    """What a parameter wants: whether it must be given, how often, within which limits, and what stands in."""
    low, high, default = parameter.minimum, parameter.maximum, parameter.default
    told = [reader.say("required")] if parameter.required else []
    told += [reader.say("several")] if parameter.many else []
    if low is not None and high is not None:
        told.append(reader.say("from_to", low, high))
    elif low is not None or high is not None:
        told.append(reader.say("at_most", high) if low is None else reader.say("at_least", low))
    return told + ([reader.say("default", default)] if default is not None else [])


def _input(parameter: Parameter, value: str, needed: bool) -> Markup:
    numeric = {"integer": "numeric", "decimal": "decimal"}.get(parameter.kind)
    names = f"{parameter.name}-names" if parameter.kind == "class" else None
    return tag(
        "input", name=parameter.name, value=value, list=names, inputmode=numeric, required=needed, autocomplete="off",
        aria_label=parameter.name,
    )  # fmt: skip


def _menu(reader: Reader, parameter: Parameter, choices: list[Choice], value: str, needed: bool) -> Markup:
    """A menu of all concepts; what was typed in other words than it has stands in it too."""
    wanted = next((c.label for c in choices if value and value in (c.label, *_names(reader, c.iri))), value)
    typed = (
        [] if not value or any(choice.label == wanted for choice in choices) else [tag("option", value, selected=True)]
    )
    listed = [tag("option", choice.label, selected=choice.label == wanted) for choice in choices]
    nothing = tag("option", reader.say("any"), value="")
    name = parameter.name
    return tag("select", nothing, typed, listed, name=name, required=needed, aria_label=name)


def _names(reader: Reader, iri: str) -> set[str]:
    """What a person may have typed for a concept."""
    if not iri:
        return set()
    labels = {label for several in reader.labels(iri).values() for label in several}
    return labels | {iri, iri.rpartition("#")[2]}


def _example(reader: Reader, question: Question, parameter: Parameter, choices: list[Choice]) -> Markup:
    """The example, in the reader's language where it names something, as a link to its answer."""
    example = parameter.example
    known = next((c.label for c in choices if example in _names(reader, c.iri)), example)
    fields = [(name, value) for name, value in question.examples().items() if name != parameter.name]
    address = reader.asking(question, [(parameter.name, known), *fields])
    return joined([[reader.say("example"), tag("a", known, href=address)]])


def _choices(reader: Reader, parameter: Parameter) -> list[Choice]:
    """What a parameter may take, in the order of labels; nothing where that is too much, or no thing or concept."""
    if parameter.kind == "language":
        return [Choice("", tongue) for tongue in ("zh", "en")]
    if not parameter.of:
        return []
    held = _bearers(reader.site).setdefault(parameter.of, {})
    if reader.language not in held:
        store = reader.graph.embedded()
        bearers = (q.subject for of in parameter.of for q in store.quads_for_pattern(None, RDF_TYPE, eic(of)))
        found = {*map(iri_of, bearers)} - {""}
        labels = [Choice(iri, reader.named(iri)[0]) for iri in found] if len(found) <= _PROPOSED else []
        held[reader.language] = sorted(labels, key=lambda choice: (choice.label.casefold(), choice.iri))
    return held[reader.language]


@once
def _bearers(site: Site) -> dict[tuple[str, ...], dict[str, list[Choice]]]:
    """What bears some classes, by these and language of its labels: filled when a form first needs it."""
    return {}
