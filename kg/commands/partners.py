"""`kg partners`: whom a city may look to for what it needs."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction

from kg.commands import open_graph, store_option, suppose_option, view_options, write_answer
from kg.errors import BadQuestion
from kg.words import HORIZON

HELP = "find partners for a city: for which elements, through which alliances, how near, and what is not known"
EXAMPLE = "kg partners Minsk --element 投融资支持 --lang zh"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("city", metavar="CITY", help="a city or settlement; `Paris, FR` where several bear the name")
    told = "an element to seek, in whatever language (repeat for several); default: all that the city needs"
    parser.add_argument("--element", metavar="ELEMENT", action="append", default=[], help=told)
    parser.add_argument("--offer", action="store_true", help="seek cities that need what the city has")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many to list (default 20)")
    told = "the share of inputs below which there is no ranking, 0 to 1 (default 0.5)"
    parser.add_argument("--least", default="0.5", metavar="SHARE", help=told)
    told = f"links last recorded before it are told as not confirmed since (default {HORIZON})"
    parser.add_argument("--horizon", default=HORIZON, metavar="YYYY-MM-DD", help=told)
    parser.add_argument("--no-proximities", action="store_true", help="leave out the six proximities")
    store_option(parser)
    suppose_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    try:
        least = Fraction(options.least)
    except (ValueError, ZeroDivisionError):
        raise BadQuestion(f"--least {options.least}: write a share from 0 to 1, for example 0.5") from None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", options.horizon):
        raise BadQuestion(f"--horizon {options.horizon}: write a day, for example 2024-01-01")
    if options.count < 1:
        raise BadQuestion(f"--count {options.count}: list at least one")
    graph = open_graph(options.on, options.suppose)
    more = {"offer": options.offer, "count": options.count, "least": least}
    answer = graph.partners(
        options.city, options.element, options.lang, not options.no_proximities, options.horizon, **more
    )
    write_answer(answer, options)
    return 0
