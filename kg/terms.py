"""Names: the one base address, its graphs, the prefixes, and how a short name becomes an IRI and back."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import BadQuestion

BASE = "https://w3id.org/eic/"
EIC = BASE + "ontology#"
ID = BASE + "id/"
CLAIM = BASE + "claim/"
GRAPH = BASE + "graph/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"

PREFIXES = {
    "eic": EIC,
    "id": ID,
    "claim": CLAIM,
    "graph": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "prov": PROV,
    "oa": OA,
    "dcterms": DCTERMS,
    "org": "http://www.w3.org/ns/org#",
    "bibo": "http://purl.org/ontology/bibo/",
    "sh": "http://www.w3.org/ns/shacl#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "schema": "https://schema.org/",
}

#: Languages of labels: what a user types -> the tag in the graph.
LANGUAGES = {"zh": "zh-Hans", "en": "en", "ru": "ru"}

RDF_TYPE = ox.NamedNode(RDF + "type")
LABEL = ox.NamedNode(RDFS + "label")


def eic(name: str) -> ox.NamedNode:
    """The IRI of one of our terms.

    >>> eic("City").value
    'https://w3id.org/eic/ontology#City'
    """
    return ox.NamedNode(EIC + name)


def thing(slug: str) -> ox.NamedNode:
    """The IRI of a thing from its kind and slug.

    >>> thing("city/kyiv").value
    'https://w3id.org/eic/id/city/kyiv'
    """
    return ox.NamedNode(ID + slug)


def layer(name: str) -> ox.NamedNode:
    """The IRI of one of our named graphs: ontology, things, paper, flags, catalog, inferred, or another source's."""
    return ox.NamedNode(GRAPH + name)


def expand(name: str) -> ox.NamedNode:
    """The IRI meant by a CURIE, a `kind/slug` or a whole IRI (with or without angle brackets).

    >>> expand("eic:City") == expand("<https://w3id.org/eic/ontology#City>") == eic("City")
    True
    """
    bare = name.removeprefix("<").removesuffix(">")
    prefix, colon, local = bare.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        bare = PREFIXES[prefix] + local
    elif not colon and "/" in bare:
        bare = ID + bare
    try:
        return ox.NamedNode(bare)
    except ValueError as e:
        raise BadQuestion(f"{name!r} is no IRI: {e}") from None


def shorten(iri: str) -> str:
    """The CURIE of an IRI where a prefix fits, else the IRI itself.

    >>> shorten("https://w3id.org/eic/id/city/kyiv")
    'id:city/kyiv'
    """
    fitting = [p for p, base in PREFIXES.items() if iri.startswith(base) and len(iri) > len(base)]
    if not fitting:
        return iri
    prefix = max(fitting, key=lambda p: len(PREFIXES[p]))
    return f"{prefix}:{iri[len(PREFIXES[prefix]) :]}"


def sparql_prefixes() -> str:
    """PREFIX lines for all of PREFIXES, for queries that are written here."""
    return "".join(f"PREFIX {p}: <{base}>\n" for p, base in PREFIXES.items())


def spelt(term: ox.NamedNode | ox.Literal) -> str:
    r"""A term as every engine's SPARQL reader takes it: N-Triples, but no backslash stands before a `u`.

    rdflib resolves `\\u` escapes before it reads strings, as the standard (section 19.2) may be read, and so would take
    an escaped backslash and a `u` for the beginning of an escape.

    >>> spelt(ox.Literal("a\\u0022"))
    '"a\\\\\\U000000750022"'
    """
    return spelt_lines(str(term))


def spelt_lines(text: str) -> str:
    """Lines of N-Triples, or a term, as every engine's SPARQL reader takes them: see spelt."""
    return re.sub(r"\\\\([uU])|\\.", lambda m: rf"\\\U{ord(m[1]):08X}" if m[1] else m[0], text)
