"""`kg build`: make the graph from its sources."""

from __future__ import annotations

import argparse
import sys

from kg.commands import store_option
from kg.errors import BadQuestion
from kg.generations import default_store

HELP = "make the graph from its sources, check it, and publish it"
EXAMPLE = "kg build --on data/eic"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.pipeline import build

    target = options.on or str(default_store())
    if "://" in target or target == "memory:":
        raise BadQuestion(f"--on {target}: a build goes into a folder")
    graph = build(target, lambda step: print(f"kg: {step} …", file=sys.stderr))
    count = len(graph.embedded())
    print(f"kg: {count} statements in {target}, version {graph.version()}", file=sys.stderr)
    return 0
