"""`kg ask`: answer a question of the library."""

from __future__ import annotations

import argparse

from kg.commands import open_graph, store_option, suppose_option, view_options, write
from kg.errors import BadQuestion

HELP = "answer a question of the library"
EXAMPLE = "kg ask second-tier-dependencies city=Kyiv --lang zh"
OWN_HELP = "`kg ask QUESTION --help` tells of the question"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="QUESTION", nargs="?", help="name of a question; `kg questions` lists all")
    told = "a label in Chinese, English or Russian, a CURIE or an IRI; repeat param=… for several values"
    parser.add_argument("values", metavar="param=value", nargs="*", help=told)
    store_option(parser)
    suppose_option(parser)
    view_options(parser)
    parser.add_argument("--show", action="store_true", help="print the bound SPARQL with its dataset instead of asking")
    parser.add_argument("-h", "--help", action="store_true", help="this text; after QUESTION, what it takes and gives")
    parser.set_defaults(usage=parser.format_help)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.name is None:
        print(options.usage(), end="")
        return 0 if options.help else 2
    if options.help:
        print(_told(options.name, options.lang))
        return 0
    from kg.library import question

    asked = question(options.name)
    given: dict[str, list[str]] = {}
    for pair in options.values:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BadQuestion(f"{pair!r}: write param=value, for example city=Kyiv")
        asked.parameter(name)
        given.setdefault(name, []).append(value)
    graph = open_graph(options.on, options.suppose)
    if options.show:
        write(graph.show(options.name, **given))
    else:
        write(graph.ask(options.name, options.lang, **given).to(options.view))
    return 0


def _told(name: str, language: str) -> str:
    """What a question is, takes and gives."""
    from kg.library import question

    asked, shown = question(name), "zh" if language == "zh" else "en"
    lines = [
        asked.name,
        f"  {asked.title[language]}",
        f"  {asked.description[shown]}",
        f"  tags: {', '.join(asked.tags)}",
    ]
    for p in asked.parameters.values():
        nature = ("required" if p.required else "optional") + (", several" if p.many else "")
        lines.append(f"  {p.name}=… ({p.of or p.kind}, {nature}): {p.about[shown]}; for example {p.name}={p.example}")
    lines += [f"  → {column}: {titles[shown]}" for column, titles in asked.columns.items()]
    example = " ".join(f"{p.name}='{p.example}'" for p in asked.parameters.values())
    return "\n".join([*lines, "example:", f"  kg ask {asked.name} {example}".rstrip()])
