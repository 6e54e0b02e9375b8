"""`kg sources`: list where the graph comes from."""

from __future__ import annotations

import argparse

HELP = "list where the graph comes from"
EXAMPLE = "kg sources"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.discovery import sources

    for s in sources():
        print(f"{s.name}\n  {s.title['en']}\n  {s.title['zh']}\n  view of {s.year}; {s.origin}\n  {s.licence}")
    return 0
