"""From what a person types to the term that is meant: a label in any language, a CURIE, an IRI, a number, a text."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion, UnknownName
from kg.terms import CLAIM, EIC, ID, LANGUAGES, PREFIXES, XSD, eic, expand, shorten, spelt

if TYPE_CHECKING:
    from kg.fields import Parameter
    from kg.graph import Graph

#: Characters of a text that a question takes at most: Virtuoso takes no constant much longer.
LONGEST = 2000
_OF_CLASS = "?thing a eic:{of} ."
_IDENTIFIER = re.compile(r"<?https?://\S+|[a-z]+:\S+|[a-z]+/[a-z0-9-]+")


#: Things that the machine makes for itself: nobody means them by a name.
_BOOKKEEPING = tuple(f"{ID}{kind}/" for kind in ("hypothesis", "assessment", "passage", "span", "flag", "footnote"))
_NAMED_THINGS = "?thing a ?class . " + " ".join(
    f'FILTER(!STRSTARTS(STR(?thing), "{start}"))' for start in (*_BOOKKEEPING, CLAIM)
)


def resolve(graph: Graph, parameter: Parameter, given: Any) -> str:
    """The N-Triples form of the term that a value given for a parameter means.

    Raises BadQuestion for a value of the wrong kind and for an ambiguous name (listing what it may mean), and
    UnknownName, with the nearest labels, for a name that nothing of the wanted class bears.
    """
    if isinstance(given, datetime):
        given = given.date()
    elif isinstance(given, float | Decimal):
        given = format(Decimal(str(given)), "f")  # 1e-10 is a number as others are
    text = given.value if isinstance(given, ox.NamedNode | ox.Literal) else str(given)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadQuestion(f"{parameter.name}: the text holds half a character (a lone surrogate)") from None
    if parameter.kind in ("integer", "decimal"):
        return str(_number(parameter, text))
    if parameter.kind == "date":
        return spelt(ox.Literal(_date(parameter, text)))
    if parameter.kind == "text":
        if len(text) > LONGEST:
            raise BadQuestion(f"{parameter.name}: {len(text)} characters, and at most {LONGEST} are taken")
        return spelt(ox.Literal(text))
    if parameter.kind == "language":
        tags = LANGUAGES | {tag: tag for tag in LANGUAGES.values()}
        meant = {word.lower(): tag.lower() for word, tag in tags.items()}.get(text.lower())
        if meant is None:
            raise BadQuestion(f"{parameter.name}={text:.40}: there are {', '.join(LANGUAGES)}")
        return spelt(ox.Literal(meant))
    if len(text) > LONGEST:
        raise BadQuestion(f"{parameter.name}: no name has {len(text)} characters")
    return str(find(graph, unicodedata.normalize("NFC", text).strip(), parameter.of, parameter.name))


_NUMBERS = {"integer": r"[+-]?[0-9]{1,18}", "decimal": r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})"}
_WANTED = {"integer": "a whole number", "decimal": "a number"}


def _number(parameter: Parameter, text: str) -> ox.Literal:
    if not re.fullmatch(_NUMBERS[parameter.kind], text):
        wanted = f"{_WANTED[parameter.kind]} is wanted, for example {parameter.example}"
        raise BadQuestion(f"{parameter.name}={text:.40}: {wanted}")
    number = Decimal(text)
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < Decimal(str(low))) or (high is not None and number > Decimal(str(high))):
        least, most = "…" if low is None else low, "…" if high is None else high
        raise BadQuestion(f"{parameter.name}={number}: must lie between {least} and {most}")
    told = str(int(number)) if parameter.kind == "integer" else format(number, "f")
    return ox.Literal(told, datatype=ox.NamedNode(XSD + parameter.kind))


def _date(parameter: Parameter, text: str) -> str:
    """The last day of the year, month or day that a date names, as YYYY-MM-DD: a year means all of it."""
    if match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text):
        year, month = int(match[1]), int(match[2] or 12)
        if year and 1 <= month <= 12:
            last = calendar.monthrange(year, month)[1]
            day = int(match[3] or last)
            if 1 <= day <= last:
                return f"{year:04}-{month:02}-{day:02}"
    raise BadQuestion(f"{parameter.name}={text:.40}: a date is wanted: 2019-05-20, 2019-05 or 2019")


def find(graph: Graph, name: str, of: str, parameter: str) -> ox.NamedNode:
    """The thing or concept of class `of` that a name means: an IRI, CURIE or `kind/slug`, a label, or a local name."""
    of_class = _OF_CLASS.format(of=of)
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        iri = expand(name)
        if _is(graph, iri, of_class):
            return iri
        raise UnknownName(f"{of} ({parameter})", name, _labels(graph, of_class))
    bearers = _called(graph, name, of_class)
    if not bearers and (local := _local(name)) and _is(graph, local, of_class):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, of_class)
        kind = re.sub(r"(?<!^)(?=[A-Z])", " ", of).lower()
        raise UnknownName(kind, name, _labels(graph, of_class), "what no source names is not in the graph")
    if len(bearers) > 1:
        listed = ", ".join(iri.value for iri in bearers)
        raise BadQuestion(f"{parameter}={name} may mean {listed}; name one of these")
    return bearers[0]


def find_anything(graph: Graph, name: str, of: ox.NamedNode | None = None) -> ox.NamedNode:
    """The thing, concept or class that a name means, of class `of` where several bear the name: see find."""
    if _IDENTIFIER.fullmatch(name) and (
        ":" not in name or name.startswith(("<", "http")) or name.split(":")[0] in PREFIXES
    ):
        return expand(name)
    found = _called(graph, name, "")
    bearers = [iri for iri in found if iri.value.startswith((ID, EIC)) and not iri.value.startswith(_BOOKKEEPING)]
    if len(bearers) > 1 and of is not None:
        bearers = [iri for iri in bearers if graph.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {iri} }} ?s a {of} }}")]
    if not bearers and (local := _local(name)) and graph.select(f"SELECT ?c WHERE {{ {local} a ?c }}"):
        return local
    if not bearers:
        _perhaps_withdrawn(graph, name, "")
        raise UnknownName("thing", name, _labels(graph, _NAMED_THINGS))
    if len(bearers) > 1:
        raise BadQuestion(f"{name} may mean {', '.join(shorten(iri.value) for iri in bearers)}; name one of these")
    return bearers[0]


def _perhaps_withdrawn(graph: Graph, name: str, of_class: str) -> None:
    """BadQuestion where a name is borne in the graph without the hypothesis, and in this one by nothing."""
    base = getattr(graph, "base", None)
    if base is not None and _called(base, name, of_class):
        raise BadQuestion(f"{name} is withdrawn here ({graph.mark('en')})")
    if base is not None:
        _perhaps_withdrawn(base, name, of_class)


def _local(name: str) -> ox.NamedNode | None:
    """The term whose local name a person has written, with or without spaces between its words."""
    first, *others = name.split() or [""]
    joined = first + "".join(word[:1].upper() + word[1:] for word in others)
    return eic(joined) if re.fullmatch(r"[A-Za-z]+", joined) else None


def _is(graph: Graph, iri: ox.NamedNode, of_class: str) -> bool:
    return bool(graph.select(f"SELECT ?thing WHERE {{ VALUES ?thing {{ {iri} }} {of_class} }} LIMIT 1"))


def _called(graph: Graph, name: str, of_class: str) -> list[ox.NamedNode]:
    """What bears a name in any language, letter for letter, else in whatever case."""
    tags = {tag for language in LANGUAGES.values() for tag in (language, language.lower())}
    exact = " ".join(spelt(ox.Literal(name, language=tag)) for tag in sorted(tags))
    label = "?thing rdfs:label|skos:altLabel ?label"
    folded = f"FILTER(LCASE(STR(?label)) = {spelt(ox.Literal(name.casefold()))})"
    found = _bearers(graph, f"VALUES ?label {{ {exact} {spelt(ox.Literal(name))} }} {label} . {of_class}")
    return found or _bearers(graph, f"{of_class} {label} {folded}")


def _bearers(graph: Graph, where: str) -> list[ox.NamedNode]:
    rows = graph.select(f"SELECT DISTINCT ?thing WHERE {{ {where} }} ORDER BY STR(?thing)")
    return [row["thing"] for row in rows if isinstance(row["thing"], ox.NamedNode)]


def _labels(graph: Graph, of_class: str) -> list[str]:
    rows = graph.select(f"SELECT DISTINCT ?label WHERE {{ {of_class} ?thing rdfs:label ?label }} ORDER BY ?label")
    return [str(getattr(row["label"], "value", "")) for row in rows]
