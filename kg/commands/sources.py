"""`kg sources`: list where the graph comes from."""

from __future__ import annotations

import argparse

HELP = "list where the graph comes from"
EXAMPLE = "kg sources"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.discovery import Source, sources

    for s in sources():
        told = f"as of {s.as_of}" if not isinstance(s, Source) and s.as_of else "its rows have dates of their own"
        dated = f"view of {s.year}" if isinstance(s, Source) else told
        print(f"{s.name}\n  {s.title['en']}\n  {s.title['zh']}\n  {dated}; {s.origin}\n  {s.licence}")
    return 0
