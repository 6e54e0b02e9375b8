"""Finding a thing by any of its names in any language: letter for letter, else folded, else as a part of a name."""

from __future__ import annotations

import re
import unicodedata

import pyoxigraph as ox

from kg.errors import BadQuestion, nearest
from kg.terms import BASE, EIC, ID, LABEL, LANGUAGES, RDF_TYPE, SKOS, expand, layer
from kg.web.pages import Reader, iri_of, once
from kg.web.site import Site

#: Kinds of things that are found otherwise, or that nobody looks for by a name.
_UNNAMED = ("span", "passage", "flag", "footnote", "column", "parameter", "change", "hypothesis", "assessment")
_SKIPPED = tuple(f"{ID}{kind}/" for kind in _UNNAMED)
_NAMES = (LABEL, ox.NamedNode(SKOS + "altLabel"))
#: So long a text is still looked up.
LONGEST = 300


def called(site: Site, name: str) -> list[str]:
    """The IRIs of what bears a name letter for letter."""
    store = site.graph.embedded()
    texts = [ox.Literal(name), *(ox.Literal(name, language=tag.lower()) for tag in LANGUAGES.values())]
    quads = (q for text in texts for property_ in _NAMES for q in store.quads_for_pattern(None, property_, text))
    return list(dict.fromkeys(iri for quad in quads if _is_looked_for(iri := iri_of(quad.subject))))


def _is_looked_for(iri: str) -> bool:
    """Whether a reader may look for a thing by its name; claims are left to the question statement-search."""
    return iri.startswith((ID, EIC)) and not iri.startswith(_SKIPPED)


def is_told_of(site: Site, iri: str) -> bool:
    """Whether there is a thing of ours with this IRI."""
    try:
        return iri.startswith(BASE) and any(site.graph.embedded().quads_for_pattern(ox.NamedNode(iri), RDF_TYPE, None))
    except ValueError:
        return False


@once
def folded_names(site: Site) -> dict[str, list[str]]:
    """The folded names of what a reader may look for, with the IRIs of what bears each."""
    found: dict[str, list[str]] = {}
    for property_ in _NAMES:
        for quad in site.graph.embedded().quads_for_pattern(None, property_, None):
            iri = iri_of(quad.subject)
            letters = folded(quad.object.value) if isinstance(quad.object, ox.Literal) and _is_looked_for(iri) else ""
            if letters and iri not in found.setdefault(letters, []):  # a name may be a sign, such as %, without letters
                found[letters].append(iri)
    return found


def folded(name: str) -> str:
    """The letters and digits of a name, whatever their case, width and accents.

    >>> folded("Saint-Étienne"), folded("ＢＲＩＣＳ 城市")
    ('saintetienne', 'brics城市')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in plain if c.isalnum())


def search(site: Site, wanted: str) -> tuple[list[str], bool]:
    """The IRIs of what bears a name, best first, and whether some name is that and not only holds it."""
    known, name = folded_names(site), unicodedata.normalize("NFC", wanted).strip()
    letters = folded(name)
    whole = [*called(site, name), *known.get(letters, []), *_by_identifier(site, name)]
    parts = sorted(
        (not label.startswith(letters), len(label), label) for label in known if letters and letters in label
    )
    partly = [iri for _, _, label in parts for iri in known[label]]
    return list(dict.fromkeys([*whole, *partly])), bool(whole)


def near(site: Site, wanted: str) -> list[str]:
    """The IRIs of what bears a name that is spelt nearly so."""
    known = folded_names(site)
    return list(dict.fromkeys(iri for letters in nearest(folded(wanted), known) for iri in known[letters]))


def _by_identifier(site: Site, name: str) -> list[str]:
    """The thing whose IRI, CURIE or `kind/slug` is written out."""
    if not re.fullmatch(r"[\w#:/.+-]+", name) or not re.search(r"[:/]", name):
        return []
    try:
        iri = expand(name).value
    except BadQuestion:
        return []
    return [iri] if is_told_of(site, iri) else []


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
