"""All rules to a fixpoint over stated quads, three ways: `rules.py HOW QUADS` prints seconds and derived triples.

HOW is `materialise`, our materialiser; `bare`, pyoxigraph running the same rules as updates over and over, all of
them, until the store no longer grows (without strata: right where nothing that is derived is negated, as here); or
`owlrl`, the OWL RL closure by rdflib and owlrl, which knows the ontology but not our rules. Neither loading nor reading
the rules is timed. A triple counts as derived that no source states.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise, repeat

import pyoxigraph as ox

from kg.reasoning import materialise, rules
from kg.terms import layer

INFERRED = layer("inferred")


def load(quads: str) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS)
    return store


def derived(store: ox.Store) -> int:
    inferred = store.quads_for_pattern(None, None, None, INFERRED)
    return sum(len(list(store.quads_for_pattern(q.subject, q.predicate, q.object, None))) == 1 for q in inferred)


def ours(quads: str) -> tuple[float, int]:
    store, every = load(quads), rules()
    start = time.perf_counter()
    materialise(store, every)
    return time.perf_counter() - start, derived(store)


def bare(quads: str) -> tuple[float, int]:
    store = load(quads)
    graphs = [*(g for g in store.named_graphs() if isinstance(g, ox.NamedNode)), INFERRED]
    updates = [rule.update(graphs) for rule in rules()]

    def turn() -> int:
        for update in updates:
            store.update(update)
        return len(store)

    start = time.perf_counter()
    next(size for size, grown in pairwise(turn() for _ in repeat(None)) if size == grown)
    return time.perf_counter() - start, derived(store)


def owl_rl(quads: str) -> tuple[float, int]:
    import owlrl
    import rdflib

    dataset, graph = rdflib.Dataset(), rdflib.Graph()
    dataset.parse(quads, format="nquads")
    for s, p, o, _ in dataset.quads():
        graph.add((s, p, o))
    stated, start = len(graph), time.perf_counter()
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return time.perf_counter() - start, len(graph) - stated


if __name__ == "__main__":
    print(*{"materialise": ours, "bare": bare, "owlrl": owl_rl}[sys.argv[1]](sys.argv[2]))
