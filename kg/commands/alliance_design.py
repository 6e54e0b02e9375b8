"""`kg alliance-design`: the smallest alliance that meets a wish."""

from __future__ import annotations

import argparse
import re
from typing import Any

from kg.commands import open_graph, store_option, suppose_option, view_options, write_answer
from kg.errors import BadQuestion

HELP = "design an alliance of cities, exactly: who, why, and what it would cost to leave one out"
EXAMPLE = 'kg alliance-design --element "investment and financing support=2" --max 5'


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    wish_options(parser)
    told = "tell who joins, who leaves and what it costs, against the graph without what --suppose supposes"
    parser.add_argument("--compare", action="store_true", help=told)
    store_option(parser)
    suppose_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    asked = wish_of(options)
    if options.compare and not options.suppose:
        raise BadQuestion("--compare needs --suppose FILE: it tells what the hypothesis changes")
    graph = open_graph(options.on, options.suppose)
    write_answer(graph.design_alliance(options.lang, options.seconds, compare=options.compare, **asked), options)
    return 0


def wish_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is asked of an alliance."""

    def several(name: str, metavar: str, told: str, into: str = "") -> None:
        parser.add_argument(name, metavar=metavar, action="append", default=[], help=told, dest=into or None)

    def number(name: str, default: int | None, told: str) -> None:
        parser.add_argument(name, type=int, default=default, metavar="N", help=told)

    told = "an element and the least number of suppliers, in any language (repeat); default: 1 of each that is needed"
    several("--element", "ELEMENT[=N]", told)
    number("--demand-cities", 1, "members with market demand, at least (default 1)")
    number("--min", 2, "members at least (default 2)")
    number("--max", None, "members at most")
    told = "the most that one member may give of all supply ties, 0 to 1"
    parser.add_argument("--top-share", metavar="SHARE", help=told)
    told = "the least share of what is given that is given back, 0 to 1; market demand counts as a return"
    parser.add_argument("--reciprocity", metavar="SHARE", help=told)
    number("--needs-met", 0, "needs of members that some member supplies, at least")
    number("--territories-min", 0, "territories that members are from, at least")
    several("--territory", "TERRITORY", "only cities that the gazetteer files under this code (kz) or name (repeat)")
    several("--without-territory", "TERRITORY", "no city that the gazetteer files under this (repeat)")
    several("--with", "CITY", "a city that must be in (repeat)", "with_cities")
    several("--without", "CITY", "a city that must not be in (repeat)", "without_cities")
    several("--apart", "CITY,CITY", "two cities that must not both be in (repeat)")
    told = "whether some member must (yes), or none may (no), supply all that is sought"
    parser.add_argument("--leader", choices=("yes", "no"), help=told)
    told = "a candidate (repeat); default: all cities of whose elements something is known"
    several("--among", "CITY", told)
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="time to look for it (default 10)")


def wish_of(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of kg.alliances.Asked that the options give."""
    elements: dict[str, int] = {}
    for text in options.element:
        before, equals, number = text.rpartition("=")
        name = (before if equals else text).strip()
        if not name or (equals and not re.fullmatch(r"\s*[0-9]{1,9}\s*", number)):
            raise BadQuestion(f"--element {text}: write ELEMENT=N with a whole number, for example 投融资支持=2")
        if name in elements:
            raise BadQuestion(f"--element {name} is given twice; give it once, with one number")
        elements[name] = int(number) if equals else 1
    pairs = [_pair(text) for text in options.apart]
    return {
        **{"elements": elements, "demand_cities": options.demand_cities, "size": (options.min, options.max)},
        **{"top_share": options.top_share, "reciprocity": options.reciprocity, "needs_met": options.needs_met},
        **{"territories_min": options.territories_min, "territories": options.territory, "apart": pairs},
        **{"without_territories": options.without_territory, "with_cities": options.with_cities},
        **{"without_cities": options.without_cities, "among": options.among},
        "leader": None if options.leader is None else options.leader == "yes",
    }


def _pair(text: str) -> tuple[str, str]:
    """The two cities of `--apart`; a semicolon may stand between them where a name has a comma: `Paris, FR; Kyiv`."""
    parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
    if len(parts) != 2 or not all(parts):
        raise BadQuestion(f"--apart {text}: name two cities, with a comma between, or a semicolon: Kazan, RU; Kyiv")
    return parts[0], parts[1]
