"""`kg load`: put the graph into somebody's triple store."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, suppose_option

HELP = "put the graph into a SPARQL 1.1 store, in place of what it has of ours; other graphs are not touched"
EXAMPLE = "kg load http://localhost:7878/query --on data/eic"
NOTES = """Each graph is written beside the old one, compared, and then put in its place. A load that broke off goes on
where it stopped when it is run again; --roll-back takes away what it left. User and password: $EIC_STORE_USER and
$EIC_STORE_PASSWORD, or a netrc file. Virtuoso: kg load http://HOST:8890/sparql-auth"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = f"{parser.epilog}\n\n{NOTES}"
    parser.add_argument("target", metavar="URL", help="where the store answers queries")
    parser.add_argument("--update", metavar="URL", default="", help="where it takes updates (default: as of …/query)")
    told = "where it takes whole graphs (Graph Store Protocol), which is faster (default: as of …/query)"
    parser.add_argument("--graph-store", metavar="URL", default="", help=told)
    parser.add_argument("--roll-back", action="store_true", help="take away what a load that broke off has left")
    store_option(parser)
    suppose_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.loading import roll_back
    from kg.remote import addresses

    where = addresses(options.target, options.update, options.graph_store)
    if options.roll_back:
        print(f"kg: {len(roll_back(where))} graphs of broken-off loads taken away", file=sys.stderr)
        return 0
    graph = open_graph(options.on, options.suppose)
    loaded = graph.load_into(*where, progress=lambda told: print(f"kg: {told} …", file=sys.stderr))
    for name, count in loaded.counts.items():
        print(f"{name}  {count:,} triples, digest {loaded.digests[name][:12]}")
    print(f"kg: {sum(loaded.counts.values()):,} triples in {where.query}", file=sys.stderr)
    return 0
