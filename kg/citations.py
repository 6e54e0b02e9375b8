"""Citations of the rows of an answer, in pandoc's form, and the bibliography that they need, as BibTeX."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from kg.evidence import behind, chunks, joined
from kg.terms import EIC, ID

if TYPE_CHECKING:
    from kg.graph import Graph


class Citations(NamedTuple):
    """For each row what it rests on, and the works that are cited, as BibTeX."""

    rows: list[str]
    bibliography: str


_PLACE = """SELECT ?node ?place ?start ?work WHERE {{ VALUES ?node {{ {nodes} }} ?node oa:hasSource ?work ;
  oa:hasSelector ?piece ; rdfs:label ?place FILTER(langMatches(lang(?place), "en")) ?piece oa:start ?start }}"""
_NOTE = """SELECT ?node ?place WHERE {{ VALUES ?node {{ {nodes} }} ?citation eic:cites ?node ;
  prov:wasDerivedFrom ?passage . ?passage eic:inFootnote ?note ; rdfs:label ?place
  FILTER(langMatches(lang(?place), "en")) }}"""
_CITED = "SELECT ?node ?work WHERE {{ VALUES ?node {{ {nodes} }} ?node eic:citedWork ?work }}"
_WORK = (
    """SELECT ?node ?name ?value WHERE {{ VALUES ?node {{ {nodes} }} VALUES ?name {{ {names} }} ?node ?name ?value }}"""
)
_KIND = """SELECT ?node ?kind WHERE {{ VALUES ?node {{ {nodes} }} ?node a ?kind . ?kind rdfs:subClassOf eic:Work
  FILTER(STRSTARTS(STR(?kind), STR(eic:))) }}"""
_AUTHOR = "SELECT ?node ?agent WHERE {{ VALUES ?node {{ {nodes} }} ?node eic:creator ?agent . ?agent a eic:Person }}"
_ADDRESS = "SELECT ?node ?url WHERE {{ VALUES ?node {{ {nodes} }} ?claim eic:addressOf ?node ; eic:url ?url }}"
_DOI = """SELECT ?node ?doi WHERE {{ VALUES ?node {{ {nodes} }} ?claim eic:work ?node ; eic:detail eic:doi ;
  eic:value ?doi }}"""
#: Properties of a work -> BibTeX fields; what a container is called depends on the kind of work.
_FIELDS = {
    "title": "title",
    "publicationYear": "year",
    "volume": "volume",
    "number": "number",
    "pages": "pages",
    "publisherName": "publisher",
    "editorName": "editor",
    "translator": "translator",
    "language": "langid",
    "containerTitle": "journal",
}
_KINDS = {
    "Article": "article",
    "NewspaperArticle": "article",
    "Book": "book",
    "BookChapter": "incollection",
    "Report": "techreport",
    "WorkingPaper": "techreport",
}
_CONTAINER = {"incollection": "booktitle", "techreport": "series", "misc": "howpublished", "book": "series"}
_PUBLISHER = {"techreport": "institution", "misc": "organization"}
_LANGUAGES = {"zh": "chinese", "en": "english", "ru": "russian"}


def cite(graph: Graph, named: list[list[str]], told: Iterable[str] = ()) -> Citations:
    """The citations of rows that rest on the named claims, and the bibliography of all works in them.

    A citation is written `[@work, p. 128 §3.2 ¶1 s5, n4; @other]`: the place in the work that is cited, with the
    footnote in which it names the works that it rests on, and these. BibTeX entries bear the same keys.
    The bibliography also has the works that the rows themselves tell of (`told`).
    """
    claims = sorted({iri for row in named for iri in row})
    premises = behind(graph, claims)
    reached = sorted(set(claims).union(*premises.values()))
    places: dict[str, set[tuple[str, int, str]]] = defaultdict(set)
    cited: dict[str, set[str]] = defaultdict(set)
    for found in chunks(graph, _PLACE, reached, "en"):
        places[found["node"]].add((found["work"], int(found["start"]), found["place"]))
    for found in chunks(graph, _CITED, reached, "en"):
        cited[found["node"]].add(found["work"])

    notes: dict[str, set[str]] = defaultdict(set)
    for found in chunks(graph, _NOTE, sorted(set().union(*cited.values())), "en"):
        notes[found["node"]].add(found["place"])

    def footnotes(place: str, works: Iterable[str]) -> str:
        """The footnotes on the page of a place that cite works on which it rests."""
        page = re.match(r"p\. \d+", place)
        if page is None or re.search(r" n\d+", place):
            return ""
        told = {note for work in works for note in notes[work] if note.startswith(page[0] + " ")}
        return "".join(sorted({f", {match[0]}" for note in told if (match := re.search(r"n\d+", note))}))

    def row(claims: list[str]) -> str:
        nodes = sorted({node for iri in claims for node in premises[iri]})
        by_work: dict[str, list[str]] = defaultdict(list)
        for work, _, place in sorted({place for node in nodes for place in places[node]}):
            by_work[work].append(place)
        others = {work for node in nodes for work in cited[node]} - by_work.keys()
        places_told = [
            ", ".join([_key(work), *(place + footnotes(place, others) for place in joined(found))])
            for work, found in by_work.items()
        ]
        return f"[{'; '.join([*places_told, *map(_key, sorted(others))])}]" if places_told or others else ""

    works = {work for found in places.values() for work, _, _ in found} | {w for found in cited.values() for w in found}
    return Citations([row(claims) for claims in named], bibliography(graph, works.union(told)))


def _key(work: str) -> str:
    return "@" + work.removeprefix(ID + "work/")


def bibliography(graph: Graph, works: Iterable[str]) -> str:
    """BibTeX entries of works, sorted by key, and of the graph itself; fields as the graph has them, none invented."""
    iris = sorted(works)
    names = " ".join(f"eic:{name}" for name in (*_FIELDS, "creatorList"))
    fields: dict[str, dict[str, str]] = {iri: {} for iri in iris}
    for found in chunks(graph, _WORK.replace("{names}", names), iris, "en"):
        fields[found["node"]][found["name"].removeprefix(EIC)] = found["value"]
    kinds: dict[str, set[str]] = defaultdict(set)
    for found in chunks(graph, _KIND, iris, "en"):
        kinds[found["node"]].add(found["kind"].removeprefix(EIC))
    persons = {found["node"] for found in chunks(graph, _AUTHOR, iris, "en")}
    for query, name in ((_ADDRESS, "url"), (_DOI, "doi")):
        for found in sorted(chunks(graph, query, iris, "en"), key=str):
            fields[found["node"]].setdefault(name, found[name])
    entries = [_entry(iri, kinds[iri], fields[iri], iri in persons) for iri in iris]
    version = {"title": "EIC Graph: Eurasian Innovation Cities", "version": graph.version()}
    return "\n".join([*entries, _written("misc", "eic-graph", version)])


def _entry(iri: str, kinds: set[str], told: dict[str, str], by_persons: bool) -> str:
    kind = next((_KINDS[name] for name in _KINDS if name in kinds), "misc")
    fields = {}
    if names := [name.strip() for name in told.get("creatorList", "").split(";") if name.strip()]:
        fields["author"] = " and ".join(_escaped(name) if by_persons else f"{{{_escaped(name)}}}" for name in names)
    for name, field in _FIELDS.items():
        if name in told:
            field = _CONTAINER.get(kind, field) if name == "containerTitle" else field
            field = _PUBLISHER.get(kind, field) if name == "publisherName" else field
            fields[field] = _escaped(told[name])
    if "pages" in fields:
        fields["pages"] = re.sub(r"\s*[-–]\s*", "--", fields["pages"])
    if "langid" in fields:
        fields["langid"] = _LANGUAGES.get(fields["langid"], fields["langid"])
    fields |= {name: _address(told[name]) for name in ("doi", "url") if name in told}
    return _written(kind, iri.removeprefix(ID + "work/"), fields)


def _address(text: str) -> str:
    """An address in which nothing ends the field that it stands in."""
    return re.sub(r"[\s{}\\]", lambda c: f"%{ord(c[0]):02X}", text)


def _written(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{key},\n{lines}}}\n"


def _escaped(text: str) -> str:
    r"""Text in which TeX finds no commands.

    >>> _escaped("R&D at 100%")
    'R\\&D at 100\\%'
    """
    plain = text.replace("\\", "\\textbackslash ").replace("{", "\\{").replace("}", "\\}")
    return re.sub(r"([&%$#_])", r"\\\1", plain).replace("^", "\\^{}").replace("~", "\\~{}")
