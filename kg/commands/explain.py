"""`kg explain`: why a fact is in the graph."""

from __future__ import annotations

import argparse

from kg.commands import language_option, open_graph, store_option, suppose_option, write

HELP = "tell why a fact holds, rule by rule, down to page and sentence"
EXAMPLE = "kg explain Kyiv tierImpliesDependenceOn Moscow"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    thing = "a label in Chinese, English or Russian, a CURIE or an IRI"
    parser.add_argument("subject", metavar="SUBJECT", help=thing)
    parser.add_argument("predicate", metavar="PROPERTY", help="local name of a property, such as memberOf")
    parser.add_argument("object", metavar="OBJECT", help=thing)
    parser.add_argument("--all", action="store_true", help="every derivation, not only the first")
    parser.add_argument(
        "--as", dest="view", choices=("text", "json", "prov"), default="text", help="prov: PROV-O in Turtle"
    )
    store_option(parser)
    suppose_option(parser)
    language_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    graph = open_graph(options.on, options.suppose)
    told = graph.explain(options.subject, options.predicate, options.object, options.lang, options.all)
    views = {"text": told.__str__, "json": told.to_json, "prov": told.to_prov}
    write(views[options.view]())
    return 0
