"""`kg coverage`: which terms of the ontology the questions answer about."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, suppose_option

HELP = "tell which classes and properties the questions of the library answer about"
EXAMPLE = "kg coverage"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)
    suppose_option(parser)
    parser.add_argument("--all", action="store_true", help="each term with a question whose answer depends on it")


def run(options: argparse.Namespace) -> int:
    """Run the command: exit code 3 where a term is covered by no question."""
    from kg.coverage import coverage

    def progress(term: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[Kkg: {term}", end="", file=sys.stderr)

    found = list(coverage(open_graph(options.on, options.suppose), progress))
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    open_terms = [one.term for one in found if not one.question]
    for one in found:
        if options.all or not one.question:
            print(f"{one.term}: {one.question or 'no question answers about it'}")
    named = sum(one.named for one in found)
    covered = len(found) - len(open_terms)
    print(
        f"{covered} of {len(found)} terms are covered ({covered / len(found):.0%}), "
        f"{named} by a question that names them"
    )
    return 3 if open_terms else 0
