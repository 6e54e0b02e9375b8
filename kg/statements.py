"""Rows into statements: what a column holds is what the ontology says of the property that it is named after.

A column `alliance` is the property eic:alliance, `label@en` an English text, `id`, `type` and `span` are the row's
own. A cell of an object property names a thing (`city/kyiv`) or a concept (`firstTier`); several are separated by `|`,
as are other names (`altLabel@en`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import nearest
from kg.schema import ALTERNATIVE, Property, Schema, is_text
from kg.tables import Row
from kg.terms import EIC, ID, LABEL, LANGUAGES, RDF_TYPE, XSD, eic, shorten, thing

OWN_COLUMNS = ("id", "type", "span", "wikidata", "geonames")
EXACT_MATCH = ox.NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
LINKS = {"wikidata": "http://www.wikidata.org/entity/", "geonames": "https://sws.geonames.org/"}
Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def describe(row: Row, subject: ox.NamedNode, default_class: str, schema: Schema) -> Iterator[Triple]:
    """The triples that a row states of its subject: type, properties, links.

    Raises BadTable with file, line and column for an unknown class, column, thing or concept, one of the wrong
    class, and a value that its datatype does not admit.
    """
    class_ = eic(row["type"] or default_class)
    if not schema.is_class(class_):
        raise row.fault("type", f"no class {class_.value.removeprefix(EIC)!r} in the ontology")
    yield subject, RDF_TYPE, class_
    for column, cell in row.cells.items():
        if column not in OWN_COLUMNS:
            property_, language = _property(row, column, schema)
            for value in _values(row, column, property_, language, schema) if cell else ():
                yield subject, property_.iri, value
    for column, base in LINKS.items():
        if row[column]:
            end = "/" if column == "geonames" else ""
            yield subject, EXACT_MATCH, ox.NamedNode(base + row[column] + end)


def _property(row: Row, column: str, schema: Schema) -> tuple[Property, str]:
    """The property that a column is named after, and the language of its texts ("" where it has none)."""
    name, _, language = column.partition("@")
    if name not in schema.properties:
        near = nearest(name, schema.properties)
        hint = f"did you mean {near[0]}?" if near else ""
        raise row.fault(column, f"no property {name!r} in the ontology", hint)
    return schema.properties[name], language


def _values(
    row: Row, column: str, property_: Property, language: str, schema: Schema
) -> Iterator[ox.NamedNode | ox.Literal]:
    if property_.kind == "object":
        for part in row.several(column):
            yield individual(row, column, part, schema, property_.range)
    elif language:
        several = property_.iri == ALTERNATIVE  # a thing has one label, and as many other names as there are
        for text in row.several(column) if several else [row[column]]:
            yield ox.Literal(text, language=language)
    elif is_text(property_.range):
        yield ox.Literal(row[column])
    else:
        assert property_.range is not None
        yield typed(row, column, property_.range.value)


def individual(row: Row, column: str, name: str, schema: Schema, wanted: ox.NamedNode | None = None) -> ox.NamedNode:
    """The known thing, concept or claim that a cell names; BadTable where there is none, or one of another class."""
    if wanted == eic("Claim"):
        iri, kind, known = schema.claims.get(name), "claim", iter(schema.claims)
    else:
        kind, base = ("thing", ID) if "/" in name else ("concept", EIC)
        iri = thing(name) if kind == "thing" else eic(name)
        known = (i.value.removeprefix(base) for i in schema.types if i.value.startswith(base))
    if iri is None or iri not in schema.types:
        near = nearest(name, known)
        raise row.fault(column, f"no {kind} {name!r}", f"did you mean {near[0]}?" if near else "")
    if not schema.fits(iri, wanted):
        assert wanted is not None
        raise row.fault(column, f"{name!r} is no {shorten(wanted.value)}")
    return iri


_DATES = {
    r"\d{4}": "gYear",
    r"\d{4}-(0[1-9]|1[0-2])": "gYearMonth",
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])": "date",
}
_LEXICAL = {
    "integer": r"[+-]?\d+",
    "decimal": r"[+-]?\d+(\.\d+)?",
    "boolean": r"true|false",
    "anyURI": r"[a-z][a-z0-9+.-]*:\S+",
}


def typed(row: Row, column: str, datatype: str) -> ox.Literal:
    """A cell as a literal of a datatype; a date may leave out day or day and month."""
    text, name = row[column], datatype.removeprefix(XSD)
    if name == "date":
        try:
            return dated(text)
        except ValueError as e:
            raise row.fault(column, str(e), "write 2019-05-20, 2019-05 or 2019") from None
    if name in _LEXICAL and not re.fullmatch(_LEXICAL[name], text):
        raise row.fault(column, f"{text!r} is no {name}")
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def dated(text: str) -> ox.Literal:
    """A date as a literal; it may leave out day, or day and month. ValueError where it is none.

    >>> dated("2019-05").datatype.value.rsplit("#")[-1]
    'gYearMonth'
    """
    for pattern, kind in _DATES.items():
        if re.fullmatch(pattern, text):
            return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
    raise ValueError(f"{text!r} is no date")


def compose_labels(class_: ox.NamedNode, triples: list[Triple], schema: Schema) -> Iterator[Triple]:
    """Labels of a claim that has none of its own, from the template of its class, one a language.

    A template names properties in braces, or properties of what they name (`{cites.volume}`), and puts what may be
    missing in square brackets: `{member} is a member of {alliance}[ ({membershipClass})]`.
    """
    subject = triples[0][0]
    for language, template in schema.templates[class_].items():
        joint = "、" if language == LANGUAGES["zh"].lower() else ", "
        texts = {name: joint.join(several) for name, several in _texts(triples, language, schema).items()}
        yield subject, LABEL, ox.Literal(_fill(template, texts), language=language)


def _texts(triples: list[Triple], language: str, schema: Schema) -> dict[str, list[str]]:
    """What each property of a claim says in a language; in another one, where it says it only there."""
    wanted: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    for _, predicate, value in triples:
        name = shorten(predicate.value).removeprefix("eic:")
        if isinstance(value, ox.NamedNode):
            labels = schema.labels[value]
            wanted.setdefault(name, []).append(labels.get(language) or labels.get("en") or shorten(value.value))
            for detail, text in schema.details.get(value, {}).items():
                wanted.setdefault(f"{name}.{detail}", []).append(text)
        else:
            fits = value.language is None or value.language.lower() == language
            (wanted if fits else other).setdefault(name, []).append(value.value)
    return other | wanted


def _fill(template: str, texts: dict[str, str]) -> str:
    def optional(match: re.Match[str]) -> str:
        names = re.findall(r"\{([\w.]+)\}", match[1])
        return match[1] if all(n in texts for n in names) else ""

    kept = re.sub(r"\[([^\]]*)\]", optional, template)
    return re.sub(r"\{([\w.]+)\}", lambda m: texts.get(m[1], "…"), kept)
