"""Verification: whoever has a copy of the paper checks that each citation of the graph stands in it.

A citation is one or several pieces of text, each with its offsets, and the length and SHA-256 of its words in normal
form. In the text from which the graph was made the pieces stand at their offsets; any other copy is searched for them.
Words that stand in several places are settled by their neighbours in the order of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg.passages import digest, normal_form

if TYPE_CHECKING:
    from kg.graph import Graph


class Piece(NamedTuple):
    """An unbroken piece of a citation: offsets in the text first cited, length and digest of its normal form."""

    start: int
    end: int
    length: int
    digest: str


class Verdict(NamedTuple):
    """What became of a citation: its place for a person, its pieces, and "found", "ambiguous" or "missing"."""

    place: str
    pieces: tuple[Piece, ...]
    outcome: str


_QUERY = """SELECT ?passage ?place ?start ?end ?length ?digest WHERE {
  ?passage a eic:Passage ; rdfs:label ?place ; oa:hasSelector ?piece .
  ?piece oa:start ?start ; oa:end ?end ; eic:textLength ?length ; eic:textDigest ?digest
  FILTER(langMatches(lang(?place), "en")) }"""


def citations(graph: Graph) -> list[tuple[str, tuple[Piece, ...]]]:
    """All citations of a graph, each with its place and its pieces, in the order of the text."""
    found: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for row in graph.select(_QUERY):
        cell = {name: str(getattr(term, "value", "")) for name, term in row.items()}
        piece = Piece(int(cell["start"]), int(cell["end"]), int(cell["length"]), cell["digest"])
        found[cell["passage"], cell["place"]].append(piece)
    return sorted(((place, tuple(sorted(pieces))) for (_, place), pieces in found.items()), key=lambda c: c[1])


def verify(graph: Graph, text: str) -> list[Verdict]:
    """The verdict on each citation of the graph in a copy of the paper's text."""
    cited = citations(graph)
    pieces = sorted({piece for _, several in cited for piece in several})
    if all(_stands_at(text, piece) for piece in pieces):
        outcome = dict.fromkeys(pieces, "found")
    else:
        outcome = _search(normal_form(text), pieces)

    def worst(several: tuple[Piece, ...]) -> str:
        told = {outcome[piece] for piece in several}
        return next(o for o in ("missing", "ambiguous", "found") if o in told)

    return [Verdict(place, several, worst(several)) for place, several in cited]


def _stands_at(text: str, piece: Piece) -> bool:
    words = normal_form(text[piece.start : piece.end])
    return len(words) == piece.length and digest(words) == piece.digest


def _search(copy: str, pieces: list[Piece]) -> dict[Piece, str]:
    """The outcome for each piece, by sliding over the normal form of a copy."""
    places = _occurrences(copy, pieces)
    anchors = _rising([(piece.start, places[piece][0]) for piece in pieces if len(places[piece]) == 1])
    outcome = {}
    for piece in pieces:
        count = len(places[piece])
        settled = count == 1 or (count > 1 and _one_stands_out(piece.start, places[piece], anchors))
        outcome[piece] = "found" if settled else "ambiguous" if count else "missing"
    return outcome


def _occurrences(copy: str, pieces: list[Piece]) -> dict[Piece, list[int]]:
    wanted: dict[int, dict[str, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        wanted[piece.length][piece.digest].append(piece)
    places: dict[Piece, list[int]] = {piece: [] for piece in pieces}
    for length, digests in wanted.items():
        for start in range(len(copy) - length + 1):
            for piece in digests.get(digest(copy[start : start + length]), ()):
                places[piece].append(start)
    return places


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs without those that leap out of the order of the text, as a chance match elsewhere would."""
    kept: list[tuple[int, int]] = []
    for pair in pairs:
        if not kept or kept[-1][1] <= pair[1] <= kept[-1][1] + 2 * (pair[0] - kept[-1][0]) + 1000:
            kept.append(pair)
    return kept


def _one_stands_out(start: int, places: list[int], anchors: list[tuple[int, int]]) -> bool:
    """Whether one of several occurrences is clearly the one between the neighbours of a piece.

    Its place is reckoned from the neighbours found on either side; the nearest occurrence must be at most half as far
    from there as the next.
    """
    at = bisect_left(anchors, (start, 0))
    before = anchors[at - 1] if at else (0, 0)
    after = anchors[at] if at < len(anchors) else None
    pace = (after[1] - before[1]) / (after[0] - before[0]) if after and after[0] > before[0] else 1.0
    reckoned = before[1] + (start - before[0]) * pace
    nearest, following = sorted(abs(place - reckoned) for place in places)[:2]
    return 2 * nearest < following
