"""`kg check`: run all checks on a store."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option

HELP = "run all checks on a store; exit 3 on errors"
EXAMPLE = "kg check --on data/eic --lang zh"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)
    parser.add_argument("--lang", choices=("zh", "en"), default="en", help="language of the messages")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.checks import all_checks, run_checks

    findings = run_checks(open_graph(options.on).embedded(), options.lang)
    for finding in findings:
        print(finding)
    errors = sum(f.severity == "error" for f in findings)
    print(
        f"kg: {len(all_checks())} checks, {errors} errors, {len(findings) - errors} warnings and notes", file=sys.stderr
    )
    return 3 if errors else 0
