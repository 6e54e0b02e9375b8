"""`kg alliance-fit`: which existing alliance comes nearest to a wish."""

from __future__ import annotations

import argparse

from kg.commands import open_graph, store_option, suppose_option, view_options, write_answer
from kg.commands.alliance_design import wish_of, wish_options

HELP = "tell which existing alliance comes nearest to a wish, what it misses, and what is not known"
EXAMPLE = 'kg alliance-fit --element "collaborative innovation=2" --with Minsk'


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    wish_options(parser)
    store_option(parser)
    suppose_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    asked = wish_of(options)
    answer = open_graph(options.on, options.suppose).fit_alliances(options.lang, options.seconds, **asked)
    write_answer(answer, options)
    return 0
