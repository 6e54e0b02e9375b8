"""`kg check`: run all checks on a store."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.commands import open_graph, store_option, write

if TYPE_CHECKING:
    from kg.checks import Finding
    from kg.graph import Graph

HELP = "run all checks on a store; exit 3 on errors"
EXAMPLE = "kg check --on data/eic --lang zh"
SHOWN = 10
_HEADS = {
    "zh": {"error": "错误", "warning": "警告", "note": "提示"},
    "en": {"error": "errors", "warning": "warnings", "note": "notes"},
}
_MORE = {"zh": "  ……{}：另有 {} 项（--all 全部列出）", "en": "  … {}: and {} more (--all lists them)"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    store_option(parser)
    parser.add_argument("--lang", choices=("zh", "en"), default="en", help="language of the messages")
    parser.add_argument("--all", action="store_true", help=f"list all findings, not {SHOWN} of a check")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.checks import SEVERITIES, all_checks, run_checks
    from kg.examples import misfits
    from kg.library import faults

    graph = open_graph(options.on)
    malformed = [*faults(), *misfits(graph)]
    for fault in malformed:
        write(f"question: {fault}")
    findings = run_checks(graph.embedded(), options.lang)
    lines = _lines(graph, findings, options.lang, len(findings) if options.all else SHOWN)
    if lines:
        write("\n".join(lines))
    counts = ", ".join(f"{sum(f.severity == s for f in findings)} {_HEADS['en'][s]}" for s in SEVERITIES)
    questions = f", {len(malformed)} malformed questions" if malformed else ""
    print(f"kg: {len(all_checks())} checks, {counts}{questions}", file=sys.stderr)
    return 3 if malformed or any(f.severity == "error" for f in findings) else 0


def _lines(graph: Graph, findings: list[Finding], language: str, most: int) -> list[str]:
    """The findings by severity and check, each with the label of the offender and its place in the source."""
    shown: list[Finding | str] = []
    for severity, graver in groupby(findings, key=lambda f: f.severity):
        every = list(graver)
        shown.append(f"{_HEADS[language][severity]} ({len(every)})")
        for check, alike in groupby(every, key=lambda f: f.check):
            several = list(alike)
            shown += several[:most]
            if len(several) > most:
                shown.append(_MORE[language].format(check, len(several) - most))
    told = _described(graph, [f.offender for f in shown if not isinstance(f, str)], language)
    return [f if isinstance(f, str) else f"  {f.check}: {f.offender}{told[f.offender]}: {f.message}" for f in shown]


def _described(graph: Graph, offenders: list[str], language: str) -> dict[str, str]:
    """For each offender its label in quotes and the places of its evidence in brackets, as far as it has any."""
    from kg.errors import BadQuestion
    from kg.evidence import evidence_of, labels_of
    from kg.terms import expand

    iris = {}
    for offender in dict.fromkeys(offenders):
        try:
            iris[offender] = expand(offender)
        except BadQuestion:  # a blank node or a text has no name to look up
            continue
    labels = labels_of(graph, [tuple[ox.NamedNode, ...](iris.values())], language)
    places = evidence_of(graph, [[iri.value] for iri in iris.values()], language)
    told = dict.fromkeys(offenders, "")
    for (offender, iri), evidence in zip(iris.items(), places, strict=True):
        label = f" “{labels[iri.value][0]}”" if iri.value in labels else ""
        told[offender] = label + (f" [{'; '.join(evidence.source)}]" if evidence.source else "")
    return told
