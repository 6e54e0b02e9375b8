"""`kg verify`: find each citation of the graph in a copy of the paper."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from kg.commands import open_graph, read_text, store_option

HELP = "find each citation in a copy of the paper; exit 3 unless all are found"
EXAMPLE = "kg verify paper.md --on data/eic"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paper", type=Path, metavar="PAPER", help="text of the paper (UTF-8)")
    parser.add_argument("--all", action="store_true", help="list every citation, not only those in trouble")
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.verification import verify

    verdicts = verify(open_graph(options.on), read_text(options.paper))
    for v in verdicts:
        if options.all or v.outcome != "found":
            print(f"{v.outcome}: {v.place} [{'+'.join(f'{piece.start}-{piece.end}' for piece in v.pieces)}]")
    count = Counter(v.outcome for v in verdicts)
    told = f"{count['found']} of {len(verdicts)} citations found"
    print(f"{told}, {count['ambiguous']} ambiguous, {count['missing']} missing")
    return 0 if count["found"] == len(verdicts) else 3
