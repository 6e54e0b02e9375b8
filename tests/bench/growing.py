"""What growth.py has measured in processes of their own, a line of JSON each: `growing.py WHAT …`.

`ask STORE ADDRESS NAME…` each question, asked of a store or, where an address is given, as the same bound text of that
SPARQL endpoint; `partners STORE` partner finding; `names STORE` what names mean; `load QUADS FOLDER` pyoxigraph's own
bulk load; `dump STORE FOLDER` the quads of a store, all as `all.nq`, and those of GeoNames and what is derived as
`geonames.nq`.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg
from kg.errors import KgError
from kg.graph import Graph
from kg.library import question
from kg.pages import tried_parameters
from kg.partnering import answer
from kg.partners import partners
from kg.places import place_named
from kg.sparql import with_dataset
from kg.terms import ID, layer

#: Runs of each question, and the seconds after which no further one is made.
RUNS, ENOUGH = 5, 3.0
NAMES = ("Kyiv", "Київ", "基輔", "Novosibirsk, RU", "Timbuktu", "Nowhere at all")


def milliseconds(act: Callable[[], object], runs: int = RUNS) -> float:
    """The median milliseconds of some runs after one to warm up, or of that one where it takes long."""
    taken: list[float] = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
        if sum(taken) > ENOUGH * 1000:
            break
    return statistics.median(taken[1:] or taken)


def ask(store: str, address: str, *names: str) -> None:
    """How long each question takes, and its rows; or how long an endpoint needs for the same text."""
    graph, other = kg.open(store), kg.open(address) if address else None
    for name in names:
        asked = question(name)
        given: dict[str, Any] = asked.spoken_in("en") | tried_parameters(asked)
        told: dict[str, Any] = {"question": name}
        if other:
            spoken = with_dataset(graph.bind(asked, given), sorted(graph.engine.graphs))
            try:
                told["other"] = milliseconds(partial(_read, other, spoken))
            except KgError as e:
                told["fault"] = str(e)[:120]
        else:
            told["rows"] = len(graph.ask(name, **given))
            told["ms"] = milliseconds(partial(graph.ask, name, **given))
        print(json.dumps(told), flush=True)


def _read(graph: Graph, text: str) -> list[Any]:
    found = graph.engine.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def find_partners(store: str) -> None:
    """Reading the arrays, finding partners for one settlement without and with an answer made of it."""
    graph = kg.open(store)
    city = next(iri for iri in _tiered(graph) if iri.startswith(f"{ID}place/"))
    start = time.perf_counter()
    cities, _ = graph.cities, graph.rosters
    told = {"cities": len(cities.iris), "reading": (time.perf_counter() - start) * 1000}
    told["partners"] = milliseconds(lambda: partners(graph, city), 11)
    told["answer"] = milliseconds(lambda: answer(graph, partners(graph, city), vector=False))
    print(json.dumps(told))


def _tiered(graph: Graph) -> list[str]:
    quads = graph.embedded().quads_for_pattern(None, ox.NamedNode("https://w3id.org/eic/ontology#hasTier"), None)
    third = (q.subject for q in quads if getattr(q.object, "value", "").endswith("thirdTier"))
    return sorted(thing.value for thing in third if isinstance(thing, ox.NamedNode))


def names(store: str) -> None:
    """Resolving each of some names, the first time and again."""
    graph = kg.open(store)
    for name in NAMES:

        def look(name: str = name) -> None:
            with suppress(KgError):
                place_named(graph, name)

        print(json.dumps({"name": name, "ms": milliseconds(look)}), flush=True)


def load(quads: str, folder: str) -> None:
    """Bulk-load N-Quads with nothing but pyoxigraph."""
    store = ox.Store(folder)
    store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()


def dump(store: str, folder: str) -> None:
    """Write the quads of a store to files."""
    held: Any = kg.open(store).embedded()
    held.dump(str(Path(folder) / "all.nq"), format=ox.RdfFormat.N_QUADS)
    with (Path(folder) / "geonames.nq").open("wb") as file:
        for graph in (layer("reference/geonames"), layer("inferred")):
            ox.serialize(held.quads_for_pattern(None, None, None, graph), file, format=ox.RdfFormat.N_QUADS)
    print(len(held))


if __name__ == "__main__":
    acts: dict[str, Callable[..., None]] = {"ask": ask, "partners": find_partners, "names": names}
    acts |= {"load": load, "dump": dump}
    acts[sys.argv[1]](*sys.argv[2:])
