"""A minute's soak of `kg serve`: `python -m tests.bench.soak STORE [SECONDS]`, a table; exit 1 if the judge objects.

Thirty-two ordinary clients alone, then beside thirty-two hostile ones (tests/soak.py), each with an address of its own,
then the same where all come from one; at last a server without protections, which has to be found wanting, or else the
soak would show nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.footprint import served
from tests.soak import Record, judge, p99, soak

LIMITS = ("--seconds", "10", "--memory", "512")
#: No lane for what is long, and no limit that an attack would meet within the soak.
_BARE = """
import os, sys
from kg.web.lanes import Capacity
from kg.web.serving import Options, serve
from kg.web.site import Limits
limits = Limits(seconds=600.0, memory=8 << 30, nesting=10**9, steps=10**9)
log = open(os.devnull, "w")
options = Options(port=int(sys.argv[3]), limits=limits, capacity=Capacity(long=0), cache=0, log=log)
serve(sys.argv[1], options)
"""


def _line(name: str, record: Record, faults: list[str]) -> str:
    calm, beset = p99(record.calm), p99(record.beset)
    busy = sum(sample.verdict == "busy" for sample in record.beset)
    wrong = sum(sample.verdict not in ("right", "busy") for sample in record.beset)
    rates = [len(s) / r.seconds for s, r in zip((record.calm, record.beset), record.runs, strict=True)]
    front, workers = ((a - b) >> 20 for a, b in zip(record.after[:2], record.before[:2], strict=True))
    delay = 1000 * record.runs[1].waited / max(1, len(record.beset))  # of an answer, on average
    attacks, times = sum(record.attacks.values()), beset / (calm or 1)
    return (
        f"| {name} | {rates[0]:.0f} | {rates[1]:.0f} | {calm * 1000:.0f} | {beset * 1000:.0f} | {times:.1f} "
        f"| {attacks} | {wrong} | {busy} | {front:+d} / {workers:+d} | {delay:.1f} | {len(faults) or 'none'} |"
    )


def main(store: Path, seconds: float = 60.0) -> list[str]:
    """The table, and below it what is objected to: faults of the server, or that the bare one has none."""
    parts = (seconds / 6, seconds / 4, seconds * 7 / 12)
    told = [
        "",
        f"| soak of {seconds:g} s | calm/s | beset/s | calm p99 ms | beset p99 ms | times | attacks | wrong "
        "| told to wait | MB more | clients' delay ms | faults |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    objections: list[str] = []
    for name, alone in (("each from its own address", True), ("all from one address", False)):
        with served(store, *LIMITS) as server:
            record = soak(server, store, parts, alone=alone)
        faults = judge(record, alone=alone)
        objections += [f"{name}: {fault}" for fault in faults]
        told.append(_line(name, record, faults))
    with served(store, command=[sys.executable, "-c", _BARE, str(store)]) as server:
        record = soak(server, store, (seconds / 30, seconds / 10, seconds / 6))
    faults = judge(record)
    told.append(_line("without protections", record, faults))
    if not faults:
        objections.append("a server without protections is not found wanting")
    return [*told, *(f"\n{objection}" for objection in objections)]


if __name__ == "__main__":
    lines = main(Path(sys.argv[1]), *map(float, sys.argv[2:3]))
    print("\n".join(lines))
    sys.exit(any(line.startswith("\n") for line in lines))
