"""`kg export`: the whole graph as text."""

from __future__ import annotations

import argparse
import sys

from kg.commands import file_option, open_graph, store_option, suppose_option, write, write_file
from kg.errors import BadQuestion
from kg.serializations import ENDINGS, FORMS

HELP = "the whole graph as N-Quads, TriG, JSON-LD, Turtle, N-Triples or RDF/XML: the same text for the same sources"
EXAMPLE = "kg export --on data/eic --to eic.trig"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    told = "nquads, trig and jsonld keep the layers; rdfxml is for Protégé, owlready2 and reasoners (default: nquads)"
    parser.add_argument("--as", dest="form", choices=FORMS, help=told)
    told = f"write to a file, in the form that its ending tells (.{', .'.join(ENDINGS)}) unless --as says another"
    parser.add_argument("--to", metavar="FILE", type=file_option, help=told)
    parser.add_argument("--stated-only", action="store_true", help="leave out what rules derived")
    store_option(parser)
    suppose_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    ending = options.to.suffix.lstrip(".").lower() if options.to else ""
    if options.to and not options.form and ending not in ENDINGS:
        raise BadQuestion(f"{options.to}: no form ends in .{ending}; say it with --as ({', '.join(FORMS)})")
    text = open_graph(options.on, options.suppose).export(
        options.form or ENDINGS.get(ending, "nquads"), options.stated_only
    )
    if options.to:
        write_file(options.to, text.encode())
        print(f"kg: {len(text.encode()):,} bytes → {options.to}", file=sys.stderr)
    else:
        write(text)
    return 0
