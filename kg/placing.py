"""What a graph knows while a source is read into it: its things by IRI, by name and by identifier, and its places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import pyoxigraph as ox

from kg.gazetteer import Codes
from kg.resolution import Place, Places, Settled
from kg.schema import Schema
from kg.searchkeys import plain_key, search_keys
from kg.terms import BASE, EIC, ID, LABEL, RDF_TYPE, SKOS, eic, layer

_MATCH, _ALT = ox.NamedNode(SKOS + "exactMatch"), ox.NamedNode(SKOS + "altLabel")
_KEY, _RECORDED, _UNDER, _CODE = eic("nameKey"), eic("recordedPlace"), eic("filedUnder"), eic("filedCode")
_POPULATION, _NAME = eic("population"), eic("recordedName")
_SCHEMES = {"https://sws.geonames.org/": "geonames", "http://www.wikidata.org/entity/": "wikidata"}


class Known:
    """What a graph in a store knows. Called with an IRI it gives ours: the IRI itself where something bears it, or that
    of the thing of ours which matches it, else None.

    `tell` is for what a reader has to say on the way; `settled` are the choices of a person on names of places.
    """

    def __init__(self, store: ox.Store, tell: Callable[[str], None] = lambda _: None, settled: Settled | None = None):
        self.store, self.tell, self._settled = store, tell, settled or Settled()
        self._named: dict[str, dict[str, set[str]]] = {}

    def __call__(self, iri: str) -> str | None:
        """Ours for an IRI, or None."""
        if iri.startswith(BASE):
            return iri if next(self.store.quads_for_pattern(ox.NamedNode(iri), RDF_TYPE, None), None) else None
        return next(iter(self.matches(iri)), None)

    def matches(self, iri: str) -> list[str]:
        """All things of ours that match another's thing."""
        found = (quad.subject for quad in self.store.quads_for_pattern(None, _MATCH, ox.NamedNode(iri)))
        return sorted({thing.value for thing in found if isinstance(thing, ox.NamedNode)})

    def matches_of(self, iri: str, base: str) -> set[str]:
        """The things that one of ours matches and whose IRIs begin so."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), _MATCH, None)
        return {text for quad in found if (text := getattr(quad.object, "value", "")).startswith(base)}

    def holds(self, subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> bool:
        """Whether some layer states a triple, so that no other may state it again; what rules derive is not stated."""
        found = self.store.quads_for_pattern(ox.NamedNode(subject), predicate, value)
        return any(quad.graph_name != layer("inferred") for quad in found)

    def labels(self, iri: str) -> dict[str, str]:
        """The labels of a thing by the tags of their languages, in lower case."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), LABEL, None)
        return {str(q.object.language).lower(): q.object.value for q in found if isinstance(q.object, ox.Literal)}

    @cached_property
    def schema(self) -> Schema:
        """The ontology that the graph has."""
        ontology = ox.Store()
        ontology.bulk_extend(self.store.quads_for_pattern(None, None, None, layer("ontology")))
        return Schema(ontology)

    def named(self, name: str, class_: ox.NamedNode) -> list[str]:
        """The IRIs of what a name means among the things of a class: a slug (`alliance/wta`), the name of a concept
        (`standingMember`), a label or other name in any language, or the code of a territory."""
        if class_.value not in self._named:
            self._named[class_.value] = self._names_in(class_)
        named = self._named[class_.value]
        return sorted(named.get(name.casefold()) or self._keyed(name, class_))

    def names(self, class_: ox.NamedNode) -> list[str]:
        """All names that `named` knows of a class."""
        self.named("", class_)
        return list(self._named[class_.value])

    def _keyed(self, name: str, class_: ox.NamedNode) -> set[str]:
        """The territories whose names differ from a name by marks and accents only."""
        codes = {c for key in search_keys(name) for c in self._territory_keys.get(key, ())}
        return {f"{ID}territory/{code.lower()}" for code in codes} if class_ == eic("Territory") else set()

    @cached_property
    def _territory_keys(self) -> dict[str, set[str]]:
        keys: dict[str, set[str]] = {}
        for name, codes in self.territories.items():
            keys.setdefault(plain_key(name), set()).update(codes)
        return keys

    def _names_in(self, class_: ox.NamedNode) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for thing in {q.subject for q in self.store.quads_for_pattern(None, RDF_TYPE, class_)}:
            if isinstance(thing, ox.NamedNode):
                names = [thing.value, thing.value.removeprefix(ID).removeprefix(EIC)]
                names += [text.value for p in (LABEL, _ALT) for text in self._literals(thing, p)]
                for name in names:
                    found.setdefault(name.casefold(), set()).add(thing.value)
        for name, codes in self.territories.items() if class_ == eic("Territory") else ():
            found.setdefault(name.casefold(), set()).update(f"{ID}territory/{code.lower()}" for code in codes)
        return found

    def _literals(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> Iterator[ox.Literal]:
        found = (quad.object for quad in self.store.quads_for_pattern(subject, predicate, None))
        return (value for value in found if isinstance(value, ox.Literal))

    @cached_property
    def territories(self) -> dict[str, Codes]:
        """The alpha-2 code that each code and each name of a territory, and of its state, means; several of a name that
        territories share."""
        codes: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, RDF_TYPE, eic("Territory")):
            assert isinstance(quad.subject, ox.NamedNode)
            code = quad.subject.value.rsplit("/", 1)[-1].upper()
            codes.setdefault(code, set()).add(code)
            state = next(self.store.quads_for_pattern(quad.subject, eic("territoryOf"), None), None)
            for thing in (quad.subject, *([state.object] if state else [])):
                assert isinstance(thing, ox.NamedNode)
                for predicate in (LABEL, _ALT):
                    for label in self._literals(thing, predicate):
                        codes.setdefault(label.value, set()).add(code)
        for quad in self.store.quads_for_pattern(None, eic("alpha3"), None):
            of = next(self.store.quads_for_pattern(quad.subject, eic("recordedTerritory"), None), None)
            if of and isinstance(of.object, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                codes.setdefault(quad.object.value, set()).add(of.object.value.rsplit("/", 1)[-1].upper())
        return {name: frozenset(several) for name, several in codes.items()}

    @cached_property
    def places(self) -> Places:
        """All settlements, to be resolved by identifier, name and territory, with a person's choices taken in.

        Reading them takes some ten seconds where there are 170,000.
        """
        self.tell("reading the names of places")
        places, seen = Places((), self.territories), set[str]()
        for class_ in ("City", "PopulatedPlace"):
            for quad in self.store.quads_for_pattern(None, RDF_TYPE, eic(class_)):
                if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in seen:
                    seen.add(quad.subject.value)
                    self._take_in(places, quad.subject)
        places.settle(self._settled)
        return places

    def _take_in(self, places: Places, thing: ox.NamedNode) -> None:
        names, matches, own = [], [], ""
        for quad in self.store.quads_for_pattern(thing, None, None):
            value = quad.object
            if quad.predicate == _MATCH:
                matches.append(getattr(value, "value", ""))
            elif quad.predicate in (LABEL, _ALT, _KEY) and isinstance(value, ox.Literal):
                names.append(value.value)
                own = value.value if quad.predicate == LABEL and value.language == "en" else own
        codes, population = list[str](), None
        for found in self.store.quads_for_pattern(None, _RECORDED, thing):
            for quad in self.store.quads_for_pattern(found.subject, None, None):
                text = getattr(quad.object, "value", "")
                if quad.predicate in (_UNDER, _CODE):
                    codes.append(text.rsplit("/", 1)[-1].upper())
                elif quad.predicate == _POPULATION:
                    population = max(int(text), population or 0)
                elif quad.predicate == _NAME:
                    names.append(text)
                    own = own or text
        own = own or (names[0] if names else thing.value)
        for code in codes or [""]:
            places.add(Place(thing.value, code, population, tuple(names), own))
        for match in matches:
            for address, scheme in _SCHEMES.items():
                if match.startswith(address):
                    places.identify(scheme, match, thing.value)
