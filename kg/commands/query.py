"""`kg query`: answer a free SPARQL query."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, suppose_option, view_options, write_answer

HELP = "answer a free SPARQL query over all layers of the graph"
EXAMPLE = "kg query 'SELECT ?city WHERE { ?city a eic:SecondTierPartner }'"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sparql", metavar="SPARQL", help="the query; - reads it from standard input")
    store_option(parser)
    suppose_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    text = sys.stdin.read() if options.sparql == "-" else options.sparql
    write_answer(open_graph(options.on, options.suppose).query(text, options.lang), options)
    return 0
