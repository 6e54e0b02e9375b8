"""The catalog graph: the graph's own version and layers, and its sources, as RDF; kg.examples adds the questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.discovery import Source
from kg.terms import DCTERMS, GRAPH, LABEL, LANGUAGES, OWL, PREFIXES, RDF_TYPE, XSD, eic, layer, thing

DATASET = thing("dataset/eic")
_PLACE = layer("catalog")
_VOID = PREFIXES["void"]


def _quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, _PLACE)


def _labels(subject: ox.NamedNode, texts: dict[str, str]) -> Iterator[ox.Quad]:
    for language, text in texts.items():
        yield ox.Quad(subject, LABEL, ox.Literal(text, language=LANGUAGES[language]), _PLACE)


def describe_dataset(store: ox.Store, version: str, sources: Iterable[Source]) -> Iterator[ox.Quad]:
    """The data set with its version, its named graphs with their sizes (VoID), and its sources."""
    yield ox.Quad(DATASET, RDF_TYPE, eic("DataSet"), _PLACE)
    yield _quad(DATASET, OWL + "versionInfo", ox.Literal(version))
    yield from _labels(DATASET, {"zh": "欧亚创新城市知识图谱", "en": "EIC Graph: Eurasian Innovation Cities"})
    sizes = Counter(quad.graph_name for quad in store)
    for part in [*sizes, *([_PLACE] if _PLACE not in sizes else [])]:
        if isinstance(part, ox.NamedNode):
            yield from describe_graph(part, sizes[part] if part != _PLACE else None)
    for source in sources:
        node = thing(f"source/{source.name}")
        yield ox.Quad(node, RDF_TYPE, eic("Source"), _PLACE)
        yield from _labels(node, source.title)
        for language, text in source.view.items():
            yield _quad(node, eic("viewName").value, ox.Literal(text, language=LANGUAGES[language]))
        yield _quad(node, DCTERMS + "license", ox.Literal(source.licence))
        yield _quad(node, DCTERMS + "source", ox.Literal(source.origin))
        yield _quad(node, eic("asOfYear").value, ox.Literal(source.year))


def describe_graph(part: ox.NamedNode, size: int | None, digest: str = "") -> Iterator[ox.Quad]:
    """A named graph with the number of its triples, and the digest of the file that it was read from, if it was."""
    yield _quad(DATASET, _VOID + "subset", part)
    yield ox.Quad(part, RDF_TYPE, ox.NamedNode(_VOID + "Dataset"), _PLACE)
    name = part.value.removeprefix(GRAPH)
    yield from _labels(part, {"zh": f"数据层 {name}", "en": f"layer {name}"})
    if size is not None:
        yield _quad(part, _VOID + "triples", ox.Literal(str(size), datatype=ox.NamedNode(XSD + "integer")))
    if digest:
        yield _quad(part, eic("contentDigest").value, ox.Literal(digest))
