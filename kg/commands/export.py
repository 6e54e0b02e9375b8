"""`kg export`: the whole graph as text."""

from __future__ import annotations

import argparse

from kg.commands import open_graph, store_option, suppose_option, write

HELP = "print the whole graph as sorted N-Quads: the same bytes for the same sources"
EXAMPLE = "kg export --on data/eic > eic.nq"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)
    suppose_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    write(open_graph(options.on, options.suppose).export())
    return 0
