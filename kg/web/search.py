"""Finding a thing by any of its names in any language: letter for letter, else folded, else as a part of a name."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import pyoxigraph as ox

from kg.terms import BASE, EIC, ID, LABEL, RDF_TYPE, SKOS, layer, shorten
from kg.web.pages import Reader, iri_of, once
from kg.web.site import Site

#: Kinds of things that are found otherwise, or that nobody looks for by a name.
_UNNAMED = ("span", "passage", "flag", "footnote", "column", "parameter", "change", "hypothesis", "assessment")
_SKIPPED = tuple(f"{ID}{kind}/" for kind in _UNNAMED)
_NAMES = (LABEL, ox.NamedNode(SKOS + "altLabel"))
#: So long a text is still looked up.
LONGEST = 300


class Names(NamedTuple):
    """The names of a graph: what bears each, by its letters; folded names; and all IRIs of ours that are told of."""

    exact: dict[str, list[str]]
    folded: dict[str, list[str]]
    iris: list[str]


@once
def names(site: Site) -> Names:
    """The names of what a reader may look for; those of claims are left to the question statement-search."""
    store = site.graph.embedded()
    told = {iri_of(quad.subject) for quad in store.quads_for_pattern(None, RDF_TYPE, None)}
    found = Names({}, {}, sorted(iri for iri in told if iri.startswith(BASE)))
    for property_ in _NAMES:
        for quad in store.quads_for_pattern(None, property_, None):
            iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            if iri.startswith((ID, EIC)) and not iri.startswith(_SKIPPED) and isinstance(quad.object, ox.Literal):
                _put(found.exact, quad.object.value, iri)
                if letters := folded(quad.object.value):  # a name may be a sign, such as %
                    _put(found.folded, letters, iri)
    return found


def _put(at: dict[str, list[str]], name: str, iri: str) -> None:
    if iri not in at.setdefault(name, []):
        at[name].append(iri)


def folded(name: str) -> str:
    """The letters and digits of a name, whatever their case, width and accents.

    >>> folded("Saint-Étienne"), folded("ＢＲＩＣＳ 城市")
    ('saintetienne', 'brics城市')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in plain if c.isalnum())


def search(site: Site, wanted: str) -> tuple[list[str], bool]:
    """The IRIs of what bears a name, best first, and whether some name is that and not only holds it."""
    known, name = names(site), unicodedata.normalize("NFC", wanted).strip()
    letters = folded(name)
    whole = [*known.exact.get(name, []), *known.folded.get(letters, []), *_by_identifier(known, name)]
    parts = sorted(
        (not label.startswith(letters), len(label), label) for label in known.folded if letters and letters in label
    )
    partly = [iri for _, _, label in parts for iri in known.folded[label]]
    return list(dict.fromkeys([*whole, *partly])), bool(whole)


def _by_identifier(known: Names, name: str) -> list[str]:
    """The thing whose IRI, CURIE or `kind/slug` is written out."""
    if not re.fullmatch(r"[\w#:/.+-]+", name) or not re.search(r"[:/]", name):
        return []
    return [iri for iri in (name, ID + name) if iri in known.iris] or [i for i in known.iris if shorten(i) == name]


def is_sentence(wanted: str) -> bool:
    """Whether a text may be a question in words: several words, or a run of Chinese longer than most names."""
    return len(wanted.split()) > 1 or bool(re.search(r"[\u2e80-\u9fff]{5,}", wanted)) or wanted.endswith(("?", "？"))


def kinds(reader: Reader, iri: str) -> list[str]:
    """The classes of a thing: those that a source gives it before those that follow, the narrowest first."""
    above, inferred = reader.graph.schema.superclasses, layer("inferred")
    quads = reader.graph.embedded().quads_for_pattern(ox.NamedNode(iri), RDF_TYPE, None)
    found = [(q.graph_name == inferred, q.object) for q in quads if isinstance(q.object, ox.NamedNode)]
    ranked = {(follows, -len(above.get(class_, ())), class_.value) for follows, class_ in found}
    return [class_ for _, _, class_ in sorted(ranked)]
