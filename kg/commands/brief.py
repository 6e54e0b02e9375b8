"""`kg brief`: two pages on a city for the director of its foreign-affairs office."""

from __future__ import annotations

import argparse
import sys

from kg.commands import file_option, language_option, open_graph, store_option, suppose_option, write, write_file
from kg.words import HORIZON

HELP = "write a two-page brief on a city: partners, alliances, twins, evidence, what is not known (HTML, to be printed)"
EXAMPLE = "kg brief Kyiv --lang zh --to kyiv.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("city", metavar="CITY", help="a city or settlement; `Paris, FR` where several bear the name")
    told = "an element to seek, in whatever language (repeat for several); default: all that the city needs"
    parser.add_argument("--element", metavar="ELEMENT", action="append", default=[], help=told)
    told = f"records older than this day count as not confirmed (default {HORIZON})"
    parser.add_argument("--horizon", metavar="DATE", default=HORIZON, help=told)
    parser.add_argument("--to", metavar="FILE", type=file_option, help="write the page to a file (default: the screen)")
    store_option(parser)
    suppose_option(parser)
    language_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    graph = open_graph(options.on, options.suppose)
    page = graph.brief(options.city, options.lang, options.element, options.horizon)
    if not options.to:
        write(page)
        return 0
    told = page.encode(errors="replace")
    write_file(options.to, told)
    print(f"kg: {len(told):,} bytes → {options.to}", file=sys.stderr)
    return 0
