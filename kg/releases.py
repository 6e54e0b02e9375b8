"""What changed since a release: `ontology/release_VERSION.csv` keeps a digest of each thing that the graph told of.

`kg snapshot` writes such a file when a version is released; a build compares itself with each and puts the changes in
the catalog graph, where questions find them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.content import files
from kg.errors import BadTable
from kg.terms import BASE, EIC, GRAPH, ID, LABEL, LANGUAGES, RDF_TYPE, eic, expand, layer, shorten, thing

HEADER = ["layer", "thing", "digest"]
_PLACE = layer("catalog")
#: What follows from what is stated, how the catalog is made, and where exactly something stands, is no news.
_LEFT_OUT = (layer("inferred"), _PLACE)
#: Reference sources come and go by themselves, and say of what date they are.
_REFERENCE = f"{GRAPH}reference/"
_PASSED_OVER = tuple(f"{ID}{kind}/" for kind in ("passage", "span", "footnote"))
_TOLD = {
    "added": {"zh": "新增：{}", "en": "added: {}"},
    "altered": {"zh": "更动：{}", "en": "altered: {}"},
    "withdrawn": {"zh": "撤去：{}", "en": "withdrawn: {}"},
}
Key = tuple[str, str]  # layer, and thing as a CURIE


def digests(quads: Iterable[ox.Quad]) -> dict[Key, str]:
    """For each thing in each layer a digest of all that the layer states of it: 12 hexadecimal digits of SHA-256."""
    stated: dict[tuple[str, str], list[str]] = {}
    for quad in quads:
        subject, place = quad.subject, quad.graph_name
        if not isinstance(subject, ox.NamedNode) or not isinstance(place, ox.NamedNode) or place in _LEFT_OUT:
            continue
        if place.value.startswith(_REFERENCE):
            continue
        if not subject.value.startswith(BASE) or subject.value.startswith(_PASSED_OVER):
            continue
        if isinstance(quad.object, ox.BlankNode):
            continue  # its name depends on all other blank nodes
        stated.setdefault((place.value, subject.value), []).append(f"{quad.predicate} {quad.object}")
    found = {
        (place.removeprefix(GRAPH), shorten(name)): hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]
        for (place, name), lines in stated.items()
    }
    return dict(sorted(found.items()))


def snapshot(quads: Iterable[ox.Quad]) -> str:
    """The table of a release, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([*key, digest] for key, digest in digests(quads).items())
    return out.getvalue()


def read(path: Path) -> dict[Key, str]:
    """The table of a release; BadTable, with file and line, where it is none."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        if next(rows, None) != HEADER:
            raise BadTable(f"the header is not {','.join(HEADER)}", path.name, 1)
        found = {}
        for row in rows:
            if len(row) != len(HEADER):
                raise BadTable(f"{len(row)} cells where {len(HEADER)} are due", path.name, rows.line_num)
            found[row[0], row[1]] = row[2]
    return found


def describe_changes(store: ox.Store) -> Iterator[ox.Quad]:
    """The changes since each release, as quads of the catalog."""
    now = digests(store)
    for path in files("ontology", "release_*.csv"):
        version, then = path.stem.removeprefix("release_"), read(path)
        for key in sorted(now.keys() | then.keys()):
            if now.get(key) != then.get(key):
                kind = "added" if key not in then else "withdrawn" if key not in now else "altered"
                yield from _change(store, version, kind, key)


def _change(store: ox.Store, version: str, kind: str, key: Key) -> Iterator[ox.Quad]:
    place, name = key
    changed = expand(name)
    node = thing(f"change/{version}/{place}/{changed.value.removeprefix(BASE).replace('#', '/')}")
    yield ox.Quad(node, RDF_TYPE, eic("Change"), _PLACE)
    for language, told in _TOLD[kind].items():
        label = ox.Literal(told.format(_label(store, changed, language)), language=LANGUAGES[language])
        yield ox.Quad(node, LABEL, label, _PLACE)
    yield ox.Quad(node, eic("changeKind"), eic(f"thing{kind.capitalize()}"), _PLACE)
    yield ox.Quad(node, eic("changed"), changed, _PLACE)
    yield ox.Quad(node, eic("changedIn"), ox.NamedNode(GRAPH + place), _PLACE)
    yield ox.Quad(node, eic("sinceVersion"), ox.Literal(version), _PLACE)


def _label(store: ox.Store, changed: ox.NamedNode, language: str) -> str:
    """The label of a thing in a language; of what is no longer there its name."""
    for quad in store.quads_for_pattern(changed, LABEL, None):
        if isinstance(quad.object, ox.Literal) and (quad.object.language or "").lower() == LANGUAGES[language].lower():
            return quad.object.value
    return changed.value.removeprefix(EIC).removeprefix(ID).removeprefix(BASE)
