"""`kg load` beside the stores' own bulk loaders: `python -m tests.bench.loading [TRIPLES] [RUNS]`, a table of medians.

So many synthetic triples (synthetic.py), beside what describes them as a data set, go from a folder as `kg build` makes
it into a fresh `oxigraph serve` and a fresh Virtuoso, and, as one file of N-Quads, through `oxigraph load` (which needs
no server, and so has the disk for itself) and Virtuoso's `ld_dir` and `rdf_loader_run`. Ours reads all triples back and
compares them, which the others do not. Servers are started before the clock; all run in turns.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg.catalog import describe_dataset
from kg.generations import publish
from tests.bench.synthetic import quads
from tests.engines import ISQL, empty_oxigraph, empty_virtuoso, program, virtuoso_is_here

SEED = 7
KG = [sys.executable, "-c", "import sys; from kg.__main__ import main; sys.exit(main())", "load"]


def prepare(triples: int, folder: Path) -> None:
    """The synthetic graph, as `folder/graph` and as `folder/all.nq`."""
    store = ox.Store()
    store.bulk_extend(quads(triples, SEED))
    store.extend(list(describe_dataset(store, "synthetic", [])))
    with (folder / "all.nq").open("wb") as out:
        store.dump(out, format=ox.RdfFormat.N_QUADS)

    def write(place: Path) -> None:
        disk = ox.Store(str(place))
        disk.bulk_extend(store)
        disk.flush()

    publish(folder / "graph", write)


def timed(command: list[str]) -> float:
    """The seconds that a command takes; SystemExit where it fails."""
    start = time.perf_counter()
    credentials = {"EIC_STORE_USER": "dba", "EIC_STORE_PASSWORD": "dba"}
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | credentials)
    if done.returncode or "Error" in done.stderr:
        sys.exit(f"{' '.join(command)}: {done.stdout[-500:]}\n{done.stderr[-500:]}")
    return time.perf_counter() - start


def into_oxigraph(folder: Path, fresh: Path) -> float:
    with empty_oxigraph(fresh) as address:
        return timed([*KG, address, "--on", str(folder / "graph")])


def oxigraph_itself(folder: Path, fresh: Path) -> float:
    file = str(folder / "all.nq")
    return timed([program("oxigraph"), "load", "--location", str(fresh / "store"), "--file", file])


def into_virtuoso(folder: Path, fresh: Path) -> float:
    with empty_virtuoso(fresh) as (address, _):
        return timed([*KG, f"{address}-auth", "--on", str(folder / "graph")])


def virtuoso_itself(folder: Path, fresh: Path) -> float:
    (fresh / "all.nq").symlink_to(folder / "all.nq")
    with empty_virtuoso(fresh) as (_, sql):
        load = f"ld_dir('{fresh}', 'all.nq', 'urn:unused'); rdf_loader_run(); checkpoint;"
        return timed([ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"])


WAYS: dict[str, dict[str, Callable[[Path, Path], float]]] = {
    "oxigraph serve": {"kg load": into_oxigraph, "oxigraph load": oxigraph_itself},
    "Virtuoso": {"kg load": into_virtuoso, "ld_dir, rdf_loader_run": virtuoso_itself},
}


def main(triples: int = 1_000_000, runs: int = 3) -> None:
    """Print the table; what each of ours reaches is a share of the speed of the bulk loader below it."""
    print(f"| {triples:,} triples into | median s | range s | triples/s | of their speed | target | |")
    print("|---|--:|--:|--:|--:|---|---|")
    with tempfile.TemporaryDirectory(prefix="eic-bench-") as name:
        folder = Path(name)
        prepare(triples, folder)
        for store, ways in WAYS.items():
            if store == "Virtuoso" and not virtuoso_is_here():
                print("| Virtuoso | not installed | | | | | |")
                continue
            taken: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(runs):
                for way, load in ways.items():
                    with tempfile.TemporaryDirectory(dir=folder) as fresh:
                        taken[way].append(load(folder, Path(fresh)))
            ours, theirs = (statistics.median(seconds) for seconds in taken.values())
            share = theirs / ours
            for way, seconds in taken.items():
                middle, span = statistics.median(seconds), f"{min(seconds):.1f}–{max(seconds):.1f}"
                verdict = "met" if share >= 0.5 else "missed"
                told = f"{share:.2f} | at least 0.50 | {verdict}" if way == "kg load" else "| |"
                print(f"| {store}: {way} | {middle:.1f} | {span} | {triples / middle:,.0f} | {told} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
