"""What a SPARQL 1.1 service description must be: the vocabulary of the recommendation, read as constraints.

A class that is inferred from a property need not be told; one that is told must be the one that the property wants.
Terms of other vocabularies are free, but within the vocabulary's namespace there are only those that it has.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: The class of a property's values, by the class of its subjects; IRI where any name will do, but a blank node not.
PROPERTIES = {
    "Service": {
        "endpoint": "IRI",
        "feature": "Feature",
        "languageExtension": "Feature",
        "propertyFeature": "Feature",
        "supportedLanguage": "Language",
        "extensionFunction": "Function",
        "extensionAggregate": "Aggregate",
        "defaultEntailmentRegime": "EntailmentRegime",
        "defaultSupportedEntailmentProfile": "EntailmentProfile",
        "defaultDataset": "Dataset",
        "availableGraphs": "GraphCollection",
        "resultFormat": "IRI",
        "inputFormat": "IRI",
    },
    "Dataset": {"defaultGraph": "Graph"},
    "GraphCollection": {"namedGraph": "NamedGraph"},
    "NamedGraph": {
        "name": "IRI",
        "graph": "Graph",
        "entailmentRegime": "EntailmentRegime",
        "supportedEntailmentProfile": "EntailmentProfile",
    },
}
INSTANCES = {
    "Feature": ["DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"],
    "Language": ["SPARQL10Query", "SPARQL11Query", "SPARQL11Update"],
}
_FEATURES = ("Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile")
#: The classes that are allowed where one is wanted: it and those below it.
CLASSES = {
    "Feature": _FEATURES,
    "GraphCollection": ("GraphCollection", "Dataset"),
    **{name: (name,) for name in ("Service", "Dataset", "Graph", "NamedGraph", *_FEATURES[1:])},
}
#: How often a node of a class has a property: at least, at most.
COUNTS = {
    "Service": {"endpoint": (1, sys.maxsize), "defaultDataset": (0, 1), "defaultEntailmentRegime": (0, 1)},
    "Dataset": {"defaultGraph": (0, 1)},
    "NamedGraph": {"name": (1, 1), "graph": (0, 1)},
}
_TERMS = {
    *CLASSES,
    *(p for found in PROPERTIES.values() for p in found),
    *(i for found in INSTANCES.values() for i in found),
}


def endpoints(described: list[ox.Triple]) -> list[str]:
    """The addresses of the endpoints that are described."""
    return [_name(triple.object) for triple in described if triple.predicate.value == f"{SD}endpoint"]


def faults(described: list[ox.Triple]) -> list[str]:
    """What is wrong with a description, in words; none where it conforms."""
    return sorted({*_unknown(described), *_misplaced(described), *_miscounted(described)})


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _unknown(described: list[ox.Triple]) -> Iterator[str]:
    for name in {_name(term) for triple in described for term in triple}:
        if name.startswith(SD) and name.removeprefix(SD) not in _TERMS:
            yield f"sd:{name.removeprefix(SD)} is no term of the vocabulary"


def _told(described: list[ox.Triple]) -> dict[object, set[str]]:
    """The classes that nodes are told to have, and those of the vocabulary's own instances."""
    told = defaultdict[object, set[str]](set)
    for kind, names in INSTANCES.items():
        for name in names:
            told[ox.NamedNode(SD + name)].add(kind)
    for triple in described:
        if triple.predicate.value == TYPE and _name(triple.object).startswith(SD):
            told[triple.subject].add(_name(triple.object).removeprefix(SD))
    return told


def _uses(described: list[ox.Triple]) -> Iterator[tuple[ox.Triple, str, str, str]]:
    """The triples with a property of the vocabulary: the property, its subjects' class and its values'."""
    for triple in described:
        for domain, properties in PROPERTIES.items():
            name = triple.predicate.value.removeprefix(SD)
            if triple.predicate.value == SD + name and name in properties:
                yield triple, name, domain, properties[name]


def _misplaced(described: list[ox.Triple]) -> Iterator[str]:
    told = _told(described)
    for triple, name, domain, wanted in _uses(described):
        if told[triple.subject] and not told[triple.subject] & {*CLASSES[domain]}:
            yield f"{_name(triple.subject)} has sd:{name} and is no sd:{domain}"
        if isinstance(triple.object, ox.Literal) or (wanted == "IRI" and not isinstance(triple.object, ox.NamedNode)):
            yield f"sd:{name} {triple.object} is no {'IRI' if wanted == 'IRI' else 'resource'}"
        elif wanted != "IRI" and told[triple.object] and not told[triple.object] & {*CLASSES[wanted]}:
            yield f"sd:{name} {_name(triple.object)} is no sd:{wanted}"


def _miscounted(described: list[ox.Triple]) -> Iterator[str]:
    nodes, values, served = (
        _told(described),
        defaultdict[object, set[object]](set),
        defaultdict[object, set[object]](set),
    )
    for triple, name, domain, wanted in _uses(described):
        nodes[triple.subject].add(domain)
        nodes[triple.object].add(wanted)
        values[triple.subject, name].add(triple.object)
        if name == "endpoint":
            served[triple.object].add(triple.subject)
    if not any("Service" in kinds for kinds in nodes.values()):
        yield "no sd:Service is described"
    for node, kinds in nodes.items():
        for kind in kinds & {*COUNTS}:
            for name, (least, most) in COUNTS[kind].items():
                if not least <= (count := len(values[node, name])) <= most:
                    yield f"sd:{kind} {_name(node)} has {count} sd:{name}, not {least if count < least else most}"
    for endpoint, services in served.items():
        if len(services) > 1:  # sd:endpoint is inverse functional
            yield f"{_name(endpoint)} is the endpoint of {len(services)} services"
