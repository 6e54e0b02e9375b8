"""A graph is what its version says: the version ends in a digest of all quads but those that describe the data set."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.terms import OWL, PREFIXES, RDF_TYPE, eic, layer, thing

#: A note, for who adds a source of his own to a built graph does no wrong. A what-if is another graph than its base,
#: and says so; a build has just made the version.
CHECK = {
    "severity": "note",
    "build": False,
    "message": {
        "zh": "建成之后有所改动：内容与版本号中的散列值不符",
        "en": "was altered after it was built: its content does not fit the digest in its version",
    },
}


def offenders(store: ox.Store) -> Iterator[tuple[ox.NamedNode, str]]:
    """The data set, where its version has a digest other than that of its content."""
    from kg.pipeline import digest

    catalog, dataset = layer("catalog"), thing("dataset/eic")
    versions = [
        str(getattr(q.object, "value", ""))
        for q in store.quads_for_pattern(dataset, ox.NamedNode(OWL + "versionInfo"), None)
    ]
    if any(store.quads_for_pattern(None, RDF_TYPE, eic("Hypothesis"))) or not any("+" in text for text in versions):
        return
    kinds = (eic("Source"), ox.NamedNode(PREFIXES["void"] + "Dataset"))
    described = {
        dataset,
        *(q.subject for kind in kinds for q in store.quads_for_pattern(None, RDF_TYPE, kind, catalog)),
    }
    content = digest(quad for quad in store if quad.graph_name != catalog or quad.subject not in described)[:8]
    for version in versions:
        if version.rpartition("+")[2] != content:
            yield dataset, f"{version}, +{content}"
