"""How all of it grows with the graph: `python -m tests.bench.growth [SIZES]`, tables for the README.

For each size (about so many triples beside those that are shipped: 1e5, 1e6, 1e7) a world (world.py) is ingested by
`kg ingest` and its generated layers by the same machine, each in a process of its own; beside it pyoxigraph bulk-loads
the same quads from N-Quads. Then GeoNames is read once more and forgotten; each question of the library is asked with
its example parameters, beside Virtuoso with the same bound text and data; partners are found; names are looked up.
Wall-clock ratios are of runs that follow one another; CPU seconds stand beside them, for the machine is not ours alone.
"""

from __future__ import annotations

import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from kg.library import questions
from tests.bench.__main__ import ENVIRON, HERE, KG, environment
from tests.engines import ISQL, empty_virtuoso, virtuoso_is_here

SIZES = (100_000, 1_000_000, 10_000_000)
SEED = 7
#: What one settlement brings, all layers taken together, and from how many inhabitants on each size takes them.
PER_SETTLEMENT, INHABITED = 59, {100_000: 15_000, 1_000_000: 15_000, 10_000_000: 1_000}
QUICK, SHARE, NEAR, PATIENCE = 200.0, 0.95, 100.0, 60.0  # ms, of the questions, ms, seconds a question


class Cost(NamedTuple):
    """One process: wall-clock and CPU seconds, peak resident megabytes, standard output."""

    wall: float
    cpu: float
    megabytes: float
    output: str


def cost(*command: str) -> Cost:
    """What a command costs from start to end; SystemExit where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=tempfile.gettempdir(), env=ENVIRON)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{err.read().decode()[-2000:]}")
        unit = 1024**2 if sys.platform == "darwin" else 1024
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, out.read().decode())


def slope(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The exponent with which a second figure grows with the first.

    >>> slope((10, 1), (1000, 100))
    1.0
    """
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


class Grown:
    """A store with a world of about so many triples, and what it cost to come to it."""

    def __init__(self, python: str, folder: Path, size: int, inhabited: int, count: int, linked: bool = True):
        self.python, self.size = python, size
        self.folder = folder / f"{size}-{inhabited}{'' if linked else '-unlinked'}"
        self.folder.mkdir()
        self.store, self.dump, script = self.folder / "store", self.folder / "dump.tsv", str(HERE / "world.py")
        cost(python, script, "dump", str(inhabited), str(count), str(SEED), str(self.dump))
        cost(python, *KG, "build", "--on", str(self.store))
        self.ingest = self.told("GeoNames, `kg ingest`", self.again())
        self.quads(geonames=True)
        self.bare = self.told("the same quads, bulk load of pyoxigraph", self.bulk("geonames.nq"))
        self.layers = {}
        for layer in ("links", "tiers", "rules") if linked else ("tiers", "rules"):
            done = cost(python, script, layer, str(self.store), str(count), str(SEED), str(self.dump))
            self.layers[layer] = self.told(layer, done)

    def told(self, what: str, one: Cost) -> Cost:
        """Say on the terminal what something cost; a run of the largest size takes an hour."""
        print(f"{self.size:,}: {what}: {one.wall:.1f} s, CPU {one.cpu:.1f} s", file=sys.stderr, flush=True)
        return one

    def again(self) -> Cost:
        """Read the dump into the store."""
        named = ["ingest", "geonames", str(self.dump), "--as-of", "2024-01-01", "--on", str(self.store)]
        return cost(self.python, *KG, *named)

    def forget(self) -> Cost:
        """Take GeoNames out again."""
        return cost(self.python, *KG, "ingest", "geonames", "--forget", "--on", str(self.store))

    def quads(self, geonames: bool = False) -> int:
        """Write the quads of the store to files; how many there are."""
        found = int(cost(self.python, str(HERE / "growing.py"), "dump", str(self.store), str(self.folder)).output)
        (self.folder / ("all.nq" if geonames else "geonames.nq")).unlink()
        return found

    def bulk(self, file: str) -> Cost:
        """What pyoxigraph alone takes for a file of quads."""
        with tempfile.TemporaryDirectory(dir=self.folder) as fresh:
            return cost(self.python, str(HERE / "growing.py"), "load", str(self.folder / file), fresh)

    def figures(self, what: str) -> list[dict[str, Any]]:
        """What growing.py tells of the store."""
        told = cost(self.python, str(HERE / "growing.py"), what, str(self.store)).output
        return [json.loads(line) for line in told.splitlines()]

    def asked(self, address: str = "") -> Iterator[dict[str, Any]]:
        """Each question with its figures, of an endpoint where one is named; what takes longer than PATIENCE is killed
        and has none."""
        waiting = [q.name for q in questions()]
        while waiting:
            command = [self.python, str(HERE / "growing.py"), "ask", str(self.store), address, *waiting]
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRON, text=True
            )
            assert process.stdout is not None
            while waiting:
                timer = threading.Timer(PATIENCE, process.kill)
                timer.start()
                line = process.stdout.readline()
                timer.cancel()
                name = waiting.pop(0)
                if not line:
                    ended = process.wait()
                    if ended != -signal.SIGKILL:  # it was not killed for being slow
                        sys.exit(f"{name}: exit {ended}; run {' '.join(command[:5])} {name}")
                    yield {"question": name, **({"fault": f"over {PATIENCE:g} s"} if address else {})}
                    break
                yield json.loads(line)
            process.kill()
            process.wait()


def of_build(grown: list[Grown]) -> Iterator[str]:
    """The table of what building costs."""
    yield "| triples | GeoNames ingested, s (CPU) | bulk load, s (CPU) | time | memory | records | tiers | rules |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    for one in grown:
        a, b = one.ingest, one.bare
        layers = " | ".join(f"{c.wall:.1f} ({c.cpu:.1f})" for c in one.layers.values())
        ratios = f"{a.wall / b.wall:.2f}× (CPU {a.cpu / b.cpu:.2f}×) | {a.megabytes / b.megabytes:.2f}×"
        yield f"| {one.size:,} | {a.wall:.1f} ({a.cpu:.1f}) | {b.wall:.1f} ({b.cpu:.1f}) | {ratios} | {layers} |"
    for small, large in pairwise(grown):
        whole = [sum(c.cpu for c in (one.ingest, *one.layers.values())) for one in (small, large)]
        found = slope((small.size, whole[0]), (large.size, whole[1]))
        yield f"\nExponent of build time (CPU) from {small.size:,} to {large.size:,}: {found:.2f} (target 1.1)."


def of_questions(grown: Grown, address: str) -> Iterator[str]:
    """How the questions did, those over QUICK by name."""
    told: dict[str, dict[str, Any]] = {q.name: {"question": q.name, "rows": None, "ms": math.inf} for q in questions()}
    # the other after us and not beside: a query of which nobody waits for the answer goes on there, and takes a core
    for one in chain(grown.asked(), grown.asked(address) if address else ()):
        print(json.dumps(one), file=sys.stderr, flush=True)
        told[one["question"]] |= one
    times = [one["ms"] for one in told.values()]
    others = [one["other"] for one in told.values() if "other" in one]
    quick = sum(t < QUICK for t in times) / len(times)
    verdict = "met" if quick >= SHARE else "missed"
    yield f"\n{grown.size:,} triples: {len(told)} questions, median {statistics.median(times):.0f} ms,"
    yield f"{quick:.0%} under {QUICK:g} ms (target {SHARE:.0%}: {verdict})."
    if others:
        fast = sum(t < QUICK for t in others) / len(told)
        yield f"Virtuoso, the same texts: median {statistics.median(others):.0f} ms, {fast:.0%} under {QUICK:g} ms."
    yield "\n| slower | rows | ms | Virtuoso, ms |\n|---|--:|--:|--:|"
    for one in sorted(told.values(), key=lambda one: -one["ms"]):
        if one["ms"] >= QUICK:
            shown = f"{one['ms']:.0f}" if one["ms"] < math.inf else f"over {PATIENCE:g} s"
            other = f"{one['other']:.0f}" if "other" in one else one.get("fault", "")
            yield f"| {one['question']} | {one['rows']} | {shown} | {other} |"


def of_one(grown: Grown) -> Iterator[str]:
    """Questions, partners, names, and GeoNames read again and forgotten, on one size."""
    count = grown.quads()
    with ExitStack() as opened:
        address = ""
        if virtuoso_is_here():
            place = grown.folder / "virtuoso"
            place.mkdir()
            buffers = max(20_000, count // 25)  # 8 kB each
            address, sql = opened.enter_context(empty_virtuoso(place, buffers))
            (place / "all.nq").symlink_to(grown.folder / "all.nq")
            load = f"ld_dir('{place}', 'all.nq', 'urn:unused'); rdf_loader_run(); checkpoint;"
            grown.told("Virtuoso's loader", cost(ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"))
        yield from of_questions(grown, address)
    yield from of_partners(grown)
    for one in grown.figures("names"):
        yield f"- name {one['name']!r}: {one['ms']:.1f} ms"
    again, away = grown.told("again", grown.again()), grown.told("forgotten", grown.forget())
    yield f"- GeoNames once more: {again.wall:.1f} s (CPU {again.cpu:.1f})"
    yield f"- GeoNames forgotten: {away.wall:.1f} s (CPU {away.cpu:.1f})"


def of_partners(grown: Grown) -> Iterator[str]:
    """Finding partners on one store."""
    for one in grown.figures("partners"):
        verdict = "met" if one["partners"] < NEAR else "missed"
        yield f"\nPartners among {one['cities']:,} cities: {one['partners']:.0f} ms (target {NEAR:g}: {verdict}), as an"
        yield f"answer {one['answer']:.0f} ms; reading the arrays, once, {one['reading']:.0f} ms."


def main(*sizes: str) -> None:
    """Print the tables."""
    wanted = [round(float(size)) for size in sizes] or list(SIZES)
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory(prefix="eic-growth-") as name:
        folder = Path(name)
        python = environment(folder / "environment")
        grown = [
            Grown(python, folder, size, INHABITED.get(size, 15_000), size // PER_SETTLEMENT + 1) for size in wanted
        ]
        print("\n".join(of_build(grown)), flush=True)
        for one in grown:
            print("\n".join(of_one(one)), flush=True)
        for inhabited, size in ((15_000, 1_000_000), (5_000, 2_000_000)) if max(wanted) >= max(SIZES) else ():
            print("\n".join(of_partners(Grown(python, folder, size, inhabited, size, linked=False))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
