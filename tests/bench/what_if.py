"""What-ifs and explanations inside one process: `what_if.py paper STORE` or `what_if.py synthetic QUADS FOLDER`.

Prints lines `NAME<TAB>MEDIAN_MS<TAB>WORST_MS<TAB>COUNT`. `paper` times what-ifs on the built store, each with its store
of its own, and the explanation of derived edges and of absent facts. `synthetic` builds a store of the given stated
quads on disk and times the same what-ifs against building it anew: bulk load and rules, without checks.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.reasoning import materialise
from kg.terms import layer, shorten

RUNS = 9
SEVEN = [
    {"city": "Yerevan", "element": element, "level": level}
    for element, level in {
        "knowledge reserve": "some",
        "knowledge creation": "some",
        "knowledge production": "some",
        "collaborative innovation": "short of or without",
        "investment and financing support": "short of or without",
        "conversion into products": "short of or without",
        "market demand": "corresponding",
    }.items()
]
SUPPOSED: dict[str, tuple[list[Any], list[Any]]] = {
    "a membership supposed": ([("Kyiv", "memberOf", "WTA")], []),
    "a tier supposed": ([("Novosibirsk", "hasTier", "second tier")], []),
    "a tier withdrawn": ([], [("Kyiv", "hasTier", "second tier")]),
    "seven findings on a new city": (SEVEN, []),
    "a city withdrawn": ([], ["Kyiv"]),
}


def timed(act: Callable[..., object], *given: Any) -> float:
    start = time.perf_counter()
    act(*given)
    return (time.perf_counter() - start) * 1000


def tell(name: str, figures: list[float]) -> None:
    print(name, f"{statistics.median(figures):.1f}", f"{max(figures):.1f}", len(figures), sep="\t")


def what_ifs(graph: Graph) -> None:
    graph.suppose(*SUPPOSED["a membership supposed"])  # warm
    for name, (add, remove) in SUPPOSED.items():
        tell(name, [timed(graph.suppose, add, remove) for _ in range(RUNS)])


def explanations(graph: Graph) -> None:
    """Of a sample of derived edges, from each property some, and of as many that are not there."""
    rng = random.Random(7)
    by_property: dict[str, list[ox.Quad]] = {}
    for quad in graph.embedded().quads_for_pattern(None, None, None, layer("inferred")):
        by_property.setdefault(quad.predicate.value, []).append(quad)
    edges = [
        (shorten(str(q.subject)[1:-1]), shorten(q.predicate.value), getattr(q.object, "value", ""))
        for p, quads in sorted(by_property.items())
        if any(True for _ in graph.select(f"SELECT ?r WHERE {{ ?r eic:derives <{p}> }}"))
        for q in rng.sample(sorted(quads, key=str), min(12, len(quads)))
    ]
    graph.explain(*edges[0])
    tell("explanation of a derived fact", [timed(graph.explain, *edge) for edge in edges])
    cities = ["Novosibirsk", "Minsk", "Moscow", "Shanghai"]
    absent = [(a, "tierImpliesDependenceOn", b) for a in cities for b in ("Kyiv", "Almaty")]
    tell("what is wanting for an absent one", [timed(graph.explain, *fact) for fact in absent])


def rebuilt(quads: str, folder: str) -> ox.Store:
    Path(folder).mkdir(parents=True)
    store = ox.Store(folder)
    store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS)
    materialise(store)
    return store


if __name__ == "__main__":
    if sys.argv[1] == "paper":
        graph = kg.open(sys.argv[2])
        what_ifs(graph)
        explanations(graph)
    else:
        tell("rebuild", [timed(rebuilt, sys.argv[2], f"{sys.argv[3]}/{n}") for n in range(3)])
        store = rebuilt(sys.argv[2], f"{sys.argv[3]}/base")
        what_ifs(Graph(Oxigraph(store, sys.argv[3])))
