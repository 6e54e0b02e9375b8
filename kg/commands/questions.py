"""`kg questions`: list the library."""

from __future__ import annotations

import argparse

from kg.commands import language_option
from kg.errors import UnknownName

HELP = "list the questions of the library"
EXAMPLE = "kg questions --tag dependence --lang zh"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--tag", help="only those with this tag")
    language_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.library import questions

    found = questions(options.tag)
    if not found:
        tags = sorted({tag for q in questions() for tag in q.tags})
        raise UnknownName("tag", options.tag, tags, f"tags: {', '.join(tags)}")
    width = max(len(q.name) for q in found)
    for q in found:
        takes = f"  [{', '.join(q.parameters)}]" if q.parameters else ""
        print(f"{q.name:{width}}  {q.title[options.lang]}{takes}")
    return 0
