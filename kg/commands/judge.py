"""`kg judge`: ask the gates of OWL 2 DL and the DL reasoner about a store."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, write

HELP = "judge a store as OWL 2 DL: profile, consistency, agreement with the rules; exit 3 where one fails"
EXAMPLE = "kg judge --on data/eic"
SHOWN = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)
    parser.add_argument("--all", action="store_true", help=f"list all that is found, not {SHOWN} of a gate")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.hermit import java
    from kg.judge import judge

    java()
    store = open_graph(options.on).embedded()
    asked = failed = 0
    for verdict in judge(store):
        asked, failed = asked + 1, failed + bool(verdict.found)
        write(f"{verdict.gate}: {verdict.skipped or ('fails' if verdict.found else 'fine')}")
        for found in verdict.found[: None if options.all else SHOWN]:
            write(f"  {found}")
        if len(verdict.found) > SHOWN and not options.all:
            write(f"  … and {len(verdict.found) - SHOWN} more (--all lists them)")
    print(f"kg: {asked} gates, {failed} failed", file=sys.stderr)
    return 3 if failed else 0
