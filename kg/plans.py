"""What the ontology has to say of a mapping: which properties a record of a class takes, and what they hold."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import nearest
from kg.mapping import Declared, Filling
from kg.placing import Known
from kg.schema import Property, Schema, is_text
from kg.terms import RDFS, XSD, eic, shorten

#: Without these a record of a class tells nothing.
NEEDED = {
    "PlaceRecord": ("recordedPlace",),
    "TreatyMembershipRecord": ("treatyMember", "treatyOrganisation"),
    "AllianceRecord": ("recordedAlliance",),
    "AllianceMembershipRecord": ("memberPlace", "inAlliance"),
    "TwinningRecord": ("twin",),
    "IndexRecord": ("indexedPlace", "indexName"),
    "FieldRecord": ("fieldPlace", "fieldName"),
    "LanguageRecord": ("languageTerritory", "languageCode"),
    "TerritoryRecord": ("recordedTerritory",),
}
#: What the reader itself says of every record, and what is said of things only.
OWN = ("recordedIn", "recordKey", "recordUndated", "altLabel")
_PLACES = [eic(name) for name in ("Place", "City", "PopulatedPlace", "Territory", "State")]
_NUMBERS = (XSD + "integer", XSD + "decimal")


class Plan(NamedTuple):
    """A filling with the property that it fills, the language of its texts, and the range of its values."""

    filling: Filling
    property: Property
    language: str
    range: str


def plans(declared: Declared, known: Known) -> list[Plan]:
    """The fillings of a mapping with the properties that they fill; BadTable where the ontology admits them not."""
    _check_class(declared, known.schema)
    return [_plan(filling, declared, known) for filling in declared.fillings]


def _check_class(declared: Declared, schema: Schema) -> None:
    name = declared.class_
    kinds = [shorten(c.value)[4:] for c, ups in schema.superclasses.items() if eic("Record") in ups - {c}]
    if name not in kinds:
        near = nearest(name, kinds)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(kinds))}"
        raise declared.fault("class", f"no class of records is called {name!r}", hint)
    filled = [filling.key for filling in declared.fillings]
    for key in NEEDED.get(name, ()):
        if filled.count(key) < (2 if key == "twin" else 1):
            hint = "fill it twice: twin = [ {…}, {…} ]" if key == "twin" else f"write {key} = … under [columns]"
            raise declared.fault("columns", f"a {name} tells nothing without {key}", hint)


def _plan(filling: Filling, declared: Declared, known: Known) -> Plan:
    schema, fault = known.schema, declared.fault
    name, _, language = filling.key.partition("@")
    if name not in schema.properties or name in OWN:
        near = nearest(name, schema.properties.keys() - {*OWN})
        raise fault(filling.key, f"no property {name!r} can be filled", f"did you mean {near[0]}?" if near else "")
    property_ = schema.properties[name]
    about = known.store.quads_for_pattern
    domains = {getattr(q.object, "value", "") for q in about(property_.iri, ox.NamedNode(RDFS + "domain"), None)}
    if domains and not domains & {above.value for above in schema.superclasses[eic(declared.class_)]}:
        kinds = ", ".join(sorted(shorten(domain)[4:] for domain in domains))
        raise fault(filling.key, f"a {declared.class_} has no {name}", f"it is for {kinds}")
    range_ = property_.range
    of_place = property_.kind == "object" and (range_ is None or range_ in _PLACES)
    if "name" in filling.parts or "" not in filling.parts:
        if not of_place:
            raise fault(
                filling.key, f"{name} takes no place", f"it takes {shorten(range_.value) if range_ else 'text'}"
            )
    elif of_place and range_ != eic("Territory"):
        filling = filling._replace(parts={"name": filling.parts[""]})
    told = "" if property_.kind == "object" or is_text(range_) else range_.value if range_ else ""
    if language and (told or property_.kind == "object"):
        raise fault(filling.key, f"{name} has no language", f"write {name}")
    if (filling.thousands or filling.decimal != ".") and told not in _NUMBERS:
        raise fault(filling.key, f"{name} takes no number, so it needs no marks of numbers")
    if filling.date and told != XSD + "date":
        raise fault(filling.key, f"{name} takes no date, so it needs no pattern of dates")
    return Plan(filling, property_, language, told)
