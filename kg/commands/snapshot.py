"""`kg snapshot`: what a release keeps of its graph, so that later ones can tell what changed."""

from __future__ import annotations

import argparse

from kg.commands import open_graph, store_option, write

HELP = "print a digest of each thing in the graph: kept as ontology/release_VERSION.csv, it tells later what changed"
EXAMPLE = "kg snapshot > ontology/release_0.2.0.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.releases import snapshot

    write(snapshot(open_graph(options.on).quads()))
    return 0
