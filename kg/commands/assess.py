"""`kg assess`: the table of findings to fill in for a city."""

from __future__ import annotations

import argparse
import sys

from kg.commands import open_graph, store_option

HELP = "print the table of findings to fill in for a city: seven elements, level, source, date"
EXAMPLE = "kg assess Yerevan > yerevan.csv    # fill in the column level, then: kg place Yerevan --table yerevan.csv"
_WORDS = """SELECT ?word ?en ?zh ?about ?about_zh WHERE { ?word a eic:Level ; rdfs:label ?en , ?zh ;
  skos:definition ?about , ?about_zh FILTER(langMatches(lang(?en), "en") && langMatches(lang(?zh), "zh-Hans"))
  FILTER(langMatches(lang(?about), "en") && langMatches(lang(?about_zh), "zh-Hans")) } ORDER BY STR(?word)"""
_ELEMENTS = """SELECT ?en ?zh WHERE { ?element a eic:InnovationElement ; rdfs:label ?en , ?zh
  FILTER(langMatches(lang(?en), "en") && langMatches(lang(?zh), "zh-Hans")) } ORDER BY STR(?element)"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("city", metavar="CITY", help="a city of the graph, or any other")
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.errors import BadQuestion
    from kg.hypotheses import table_of

    if not options.city.strip():
        raise BadQuestion("name a city")
    graph = open_graph(options.on)

    def texts(query: str) -> list[dict[str, str]]:
        return [{k: str(getattr(v, "value", "")) for k, v in row.items()} for row in graph.select(query)]

    words, elements = texts(_WORDS), texts(_ELEMENTS)
    told = table_of(options.city, [(e["en"], e["zh"]) for e in elements], [(w["en"], w["zh"]) for w in words])
    sys.stdout.write(told)
    print(
        "Allowed in the column level (leave it empty where nothing is known) / 可用的词（未知则留空）:", file=sys.stderr
    )
    for word in words:
        print(f"  {word['en']} {word['zh']}\n    {word['about']}\n    {word['about_zh']}", file=sys.stderr)
    return 0
