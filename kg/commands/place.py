"""`kg place`: the tiers that findings leave for a city."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option, suppose_option, view_options, write_answer
from kg.errors import BadQuestion, UnknownName
from kg.naming import find

HELP = "tell which tiers are possible for a city by findings, given here or in a table, and what would decide"
EXAMPLE = 'kg place Yerevan "market demand=potential" "knowledge reserve=some"'


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("city", metavar="CITY", help="a city of the graph, or any other")
    told = "a finding, in words of Chinese, English or Russian; `kg assess CITY` lists elements and words"
    parser.add_argument("findings", metavar="ELEMENT=LEVEL", nargs="*", help=told)
    parser.add_argument("--table", metavar="FILE", help="a table of findings, as `kg assess CITY` writes it")
    store_option(parser)
    suppose_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    words = {}
    for pair in options.findings:
        element, equals, level = pair.partition("=")
        if not equals or not element.strip() or not level.strip():
            raise BadQuestion(f'{pair!r}: write ELEMENT=LEVEL, for example "market demand=potential"')
        if element.strip() in words:
            raise BadQuestion(f"{element.strip()} is given twice")
        words[element.strip()] = level.strip()
    if words and options.table:
        raise BadQuestion("give findings here or in the table, not both")
    suppose = [*options.suppose, *([options.table] if options.table else [])]
    graph = open_graph(options.on, suppose)
    try:
        find(graph, options.city, "City", "city")
    except (UnknownName, BadQuestion) as e:  # a settlement of a gazetteer becomes a city
        if not words:
            hint = "the table is on another city" if options.table else "give findings, or fill in `kg assess CITY`"
            raise BadQuestion(f"nothing is found of {options.city}: {hint} ({e})") from None
        print(f"kg: {options.city} is supposed to be a city, for {e}", file=sys.stderr)
    write_answer(graph.place(options.city, words, options.lang), options)
    return 0
