"""Names and values of a hypothesis's entries into terms: what they mean in a graph, or among the things just added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion, UnknownName, nearest
from kg.naming import find, find_anything
from kg.schema import Property, is_text
from kg.statements import Triple, typed
from kg.tables import Row
from kg.terms import EIC, LABEL, LANGUAGES, XSD, eic, expand, shorten

if TYPE_CHECKING:
    from kg.graph import Graph

#: How a plain edge is stated: by a claim of a class, of which one property names the subject, the other the object.
_STATED = """SELECT ?class ?one ?two WHERE {{ {edge} eic:statedAs ?class ; owl:propertyChainAxiom ?chain .
  ?chain rdf:first/owl:inverseOf ?one ; rdf:rest/rdf:first ?two }}"""


class Names:
    """What names mean in a graph and, first, among things that are not in it yet (`new`, by name in lower case).

    `place` and `line` are those of the entry that is being read, for what is to be told of it.
    """

    def __init__(self, graph: Graph):
        self.graph, self.schema = graph, graph.schema
        self.new: dict[str, ox.NamedNode] = {}
        self.place = ""
        self.line: int | None = None

    def class_of(self, entry: dict[str, Any]) -> ox.NamedNode:
        """The class that an entry names; UnknownName where the ontology has none so called."""
        class_ = expand(name) if ":" in (name := str(entry["class"])) else eic(name)
        if not self.schema.is_class(class_):
            known = (shorten(iri.value).removeprefix("eic:") for iri in self.schema.superclasses)
            raise UnknownName("class", name, known)
        return class_

    def stated(self, edge: str) -> tuple[ox.NamedNode, str, str]:
        """The class of claim that states a plain edge, and the names of its two properties."""
        iri = expand(edge if ":" in edge else f"eic:{edge}")
        for row in self.graph.select(_STATED.format(edge=iri)):
            names = [str(getattr(row[name], "value", "")).removeprefix(EIC) for name in ("one", "two")]
            assert isinstance(row["class"], ox.NamedNode)
            return row["class"], names[0], names[1]
        known = [str(row["e"])[1:-1].removeprefix(EIC) for row in self.graph.select("SELECT ?e { ?e eic:statedAs ?c }")]
        near = nearest(edge, known)
        hint = f"did you mean {near[0]}?" if near else f"edges that can be supposed: {', '.join(sorted(known))}."
        raise BadQuestion(f"{edge} is no edge that a claim states by itself; {hint} Else name the claim and its class")

    def values(self, iri: ox.NamedNode, values: dict[str, Any]) -> list[Triple]:
        """The triples that properties and their values give, names resolved and values checked."""
        found: list[Triple] = []
        for key, given in values.items():
            name, _, language = key.partition("@")
            if name not in self.schema.properties:
                near = nearest(name, self.schema.properties)
                raise BadQuestion(f"no property {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
            property_ = self.schema.properties[name]
            for value in given if isinstance(given, list | tuple) else [given]:
                found.append((iri, property_.iri, self._value(name, property_, str(value), language)))
        return found

    def _value(self, name: str, property_: Property, text: str, language: str) -> ox.NamedNode | ox.Literal:
        if property_.kind == "object":
            return self.term(text, property_.range, name)
        if language or is_text(property_.range):
            return ox.Literal(text, language=language or None)
        assert property_.range is not None
        return typed(Row(self.place, self.line, {name: text}), name, property_.range.value)

    def term(self, name: str, wanted: ox.NamedNode | None, key: str) -> ox.NamedNode:
        """What a name means where a thing of a class is wanted; BadQuestion where nothing of the kind bears it."""
        if (new := self.new.get(name.casefold())) is not None:
            if not self.schema.fits(new, wanted):
                raise BadQuestion(f"{name} is no {shorten(wanted.value) if wanted else 'thing'} ({key})")
            return new
        try:
            if wanted is not None and wanted.value.startswith(EIC):
                return find(self.graph, name, wanted.value.removeprefix(EIC), key)
            return find_anything(self.graph, name)
        except UnknownName as e:
            hint = ' (a new thing is added by {class = "City", en = "…"})' if wanted is None else ""
            raise BadQuestion(f"{e}{hint}") from None

    def check_claim(self, class_: ox.NamedNode, values: dict[str, Any]) -> None:
        """BadQuestion where a claim cannot be supposed: a derived one, one of no kind, or without what it must have."""
        name, own = shorten(class_.value), ("certainty", "saidBy")
        if class_ == eic("Claim") or eic("DerivedClaim") in self.schema.superclasses[class_]:
            raise BadQuestion(f"{name} cannot be supposed: name what a source might say, the rules derive the rest")
        if set(own) & values.keys():
            raise BadQuestion(f"{' and '.join(own)} are the hypothesis's own: leave them out")
        rows = self.graph.select(f"""SELECT DISTINCT ?path WHERE {{ ?shape sh:targetClass {class_} ;
  sh:property ?property . ?property sh:path ?path ; sh:minCount 1 }} ORDER BY ?path""")
        wanted = [str(getattr(row["path"], "value", "")) for row in rows]
        names = [iri.removeprefix(EIC) for iri in wanted if iri.startswith(EIC)]
        missing = [one for one in names if one not in (*values, *own)]
        if missing:
            raise BadQuestion(f"{name} needs {', '.join(missing)}")

    def check_date(self, text: str) -> None:
        """BadTable where a text is neither empty nor a date (2019-05-20, 2019-05 or 2019)."""
        if text:
            typed(Row(self.place, self.line, {"date": text}), "date", XSD + "date")

    def learn(self, term: object) -> None:
        """Take note of the labels of a term, of which those of a claim are made."""
        if isinstance(term, ox.NamedNode) and term not in self.schema.labels:
            for row in self.graph.select(f"SELECT ?label WHERE {{ {term} rdfs:label ?label }}"):
                if isinstance(row["label"], ox.Literal):
                    self.schema.learn(term, LABEL, row["label"])

    def label(self, iri: ox.NamedNode, language: str) -> str:
        """The label of a thing in a language ("zh", "en"), else in English, else its short name."""
        self.learn(iri)
        labels = self.schema.labels[iri]
        return labels.get(LANGUAGES[language].lower()) or labels.get("en") or shorten(iri.value)
