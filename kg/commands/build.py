"""`kg build`: make the graph from its sources."""

from __future__ import annotations

import argparse
import sys

from kg.commands import store_option
from kg.commands.load import address_options
from kg.errors import BadQuestion
from kg.generations import default_store

HELP = "make the graph from its sources, check it, and publish it"
EXAMPLE = "kg build --on data/eic"
NOTES = """--on may be the address of a SPARQL 1.1 store, as of kg load: the rules then run there too, and the graph
appears there only if they give the same as here. --update and --graph-store are for that."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = f"{parser.epilog}\n\n{NOTES}"
    store_option(parser)
    address_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.pipeline import build
    from kg.remote import addresses

    target = options.on or str(default_store())
    if target == "memory:":
        raise BadQuestion("--on memory:: a build goes into a folder or a store, for here it would be gone at once")
    where = addresses(target, options.update, options.graph_store) if "://" in target else target
    graph = build(where, lambda step: print(f"kg: {step} …", file=sys.stderr))
    (row,) = graph.select("SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }")
    count = getattr(row["count"], "value", "")
    print(f"kg: {count} statements in {target}, version {graph.version()}", file=sys.stderr)
    return 0
