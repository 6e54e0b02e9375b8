"""Verification: whoever has a copy of the paper checks that each citation of the graph stands in it.

A citation is its span, and the SHA-256 and length of its words in normal form. In the text from which the graph was
made it is found at its offsets; any other copy is searched for the digest. Words that stand in several places are
settled by their neighbours in the order of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg.passages import Span, digest, normal_form, parse_span

if TYPE_CHECKING:
    from kg.graph import Graph


class Citation(NamedTuple):
    """A span of the paper's text as the graph cites it."""

    span: Span
    place: str
    length: int
    digest: str


class Verdict(NamedTuple):
    """What became of a citation: "found", "ambiguous" or "missing"."""

    citation: Citation
    outcome: str


_QUERY = """SELECT ?passage ?place ?length ?digest WHERE {
  ?passage a eic:Passage ; rdfs:label ?place ; eic:textLength ?length ; eic:textDigest ?digest
  FILTER(langMatches(lang(?place), "en")) } ORDER BY STR(?passage)"""


def citations(graph: Graph) -> list[Citation]:
    """All citations of a graph in the order of the text."""
    found = []
    for row in graph.select(_QUERY):
        passage, place, length, hashed = (str(getattr(row[k], "value", "")) for k in ("passage", "place", "length", "digest"))
        span = parse_span(passage.rsplit("/", 1)[-1].replace("_", "+"))
        found.append(Citation(span, place, int(length), hashed))
    return sorted(found)


def verify(graph: Graph, text: str) -> list[Verdict]:
    """The verdict on each citation of the graph in a copy of the paper's text."""
    cited = citations(graph)
    if all(_stands_at(text, c) for c in cited):
        return [Verdict(c, "found") for c in cited]
    return _search(normal_form(text), cited)


def _stands_at(text: str, citation: Citation) -> bool:
    words = "".join(normal_form(text[start:end]) for start, end in citation.span)
    return len(words) == citation.length and digest(words) == citation.digest


def _search(copy: str, cited: list[Citation]) -> list[Verdict]:
    """Verdicts by sliding over the normal form of a copy; a piece-wise span is also sought with a gap between."""
    places = _occurrences(copy, cited)
    settled = sorted((c.span[0][0], places[c][0]) for c in cited if len(places[c]) == 1)
    anchors = _rising(settled)
    verdicts = []
    for c in cited:
        count = len(places[c])
        outcome = "missing" if not count else "found" if count == 1 or _nearest_stands_out(c, places[c], anchors) else "ambiguous"
        verdicts.append(Verdict(c, outcome))
    return verdicts


def _occurrences(copy: str, cited: list[Citation]) -> dict[Citation, list[int]]:
    wanted: dict[int, dict[str, list[Citation]]] = defaultdict(lambda: defaultdict(list))
    for c in cited:
        wanted[c.length][c.digest].append(c)
    places: dict[Citation, list[int]] = {c: [] for c in cited}
    for length, digests in wanted.items():
        for start in range(len(copy) - length + 1):
            for c in digests.get(digest(copy[start : start + length]), ()):
                places[c].append(start)
    return places


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs without those that break the order of the text (a longest rising run is not needed: few do)."""
    kept: list[tuple[int, int]] = []
    for pair in pairs:
        if not kept or kept[-1][1] <= pair[1] <= kept[-1][1] + 4 * (pair[0] - kept[-1][0]) + 400:
            kept.append(pair)
    return kept


def _nearest_stands_out(citation: Citation, places: list[int], anchors: list[tuple[int, int]]) -> bool:
    """Whether one of several occurrences is clearly the one between the citation's neighbours."""
    start = citation.span[0][0]
    at = bisect_left(anchors, (start, 0))
    low = anchors[at - 1][1] if at else 0
    high = anchors[at][1] if at < len(anchors) else max(places) + 1
    return len([p for p in places if low <= p <= high]) == 1
