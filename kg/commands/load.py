"""`kg load`: put the graph into somebody's triple store."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, suppose_option
from kg.errors import BadQuestion

HELP = "put the graph into a SPARQL 1.1 store or a folder of Oxigraph's, in place of what it has of ours"
EXAMPLE = "kg load http://localhost:7878/query --on data/eic"
NOTES = """Other graphs there are not touched. Each of ours is written, compared, and then put in place of the old one.
A load that broke off goes on where it stopped when it is run again; --roll-back takes away what it left,
and so makes way for another. User and
password: $EIC_STORE_USER and $EIC_STORE_PASSWORD, or a netrc file. Virtuoso: kg load http://HOST:8890/sparql-auth
A folder is the --location of an Oxigraph server that does not run meanwhile, or a new one."""


def address_options(parser: argparse.ArgumentParser) -> None:
    """Add `--update` and `--graph-store`."""
    parser.add_argument("--update", metavar="URL", default="", help="where it takes updates (default: as of …/query)")
    told = "where it takes whole graphs (Graph Store Protocol), which is faster (default: as of …/query)"
    parser.add_argument("--graph-store", metavar="URL", default="", help=told)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = f"{parser.epilog}\n\n{NOTES}"
    parser.add_argument("target", metavar="URL|FOLDER", help="where the store answers queries, or where it lies")
    address_options(parser)
    parser.add_argument("--roll-back", action="store_true", help="take away what a load that broke off has left")
    store_option(parser)
    suppose_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.loading import roll_back
    from kg.remote import addresses

    if options.roll_back:
        if "://" not in options.target:
            raise BadQuestion("--roll-back is for a store at an address: in a folder nothing is left half done")
        where = addresses(options.target, options.update, options.graph_store)
        print(f"kg: {len(roll_back(where))} graphs of broken-off loads taken away", file=sys.stderr)
        return 0
    graph = open_graph(options.on, options.suppose)
    loaded = graph.load_into(options.target, options.update, options.graph_store, progress=_tell)
    for name, count in loaded.counts.items():
        print(f"{name}  {count:,} triples, digest {loaded.digests[name][:12]}")
    print(f"kg: {sum(loaded.counts.values()):,} triples in {options.target}", file=sys.stderr)
    return 0


def _tell(what: str) -> None:
    print(f"kg: {what} …", file=sys.stderr)
