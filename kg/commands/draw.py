"""`kg draw`: a picture of the graph."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.commands import language_option, open_graph, store_option, suppose_option
from kg.errors import BadQuestion
from kg.pictures import KINDS, draw

HELP = "draw a map of tiers and implied dependences, the network of cities and alliances, or the matrix of elements"
EXAMPLE = "kg draw map --lang zh --to map.svg"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("kind", metavar="KIND", choices=sorted(KINDS), help=", ".join(KINDS))
    parser.add_argument(
        "--city", metavar="CITY", action="append", default=[], help="only this city; repeat for several"
    )
    told = "a file, in the form that its ending tells: .svg, .png or .html (default: SVG on the screen)"
    parser.add_argument("--to", metavar="FILE", help=told)
    store_option(parser)
    suppose_option(parser)
    language_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.pictures.picture import ENDINGS

    path = Path(options.to) if options.to and options.to != "-" else None
    if path and path.suffix.lstrip(".").lower() not in ENDINGS:
        raise BadQuestion(f"{path}: no form of picture ends in {path.suffix or 'nothing'}; give .{', .'.join(ENDINGS)}")
    picture = draw(open_graph(options.on, options.suppose), options.kind, options.lang, options.city)
    if not path:
        sys.stdout.write(picture.svg())
        return 0
    picture.save(path)
    print(f"kg: {path.stat().st_size:,} bytes → {path}", file=sys.stderr)
    return 0
