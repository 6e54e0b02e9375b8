"""`kg ask`: answer a question of the library."""

from __future__ import annotations

import argparse

from kg.commands import (
    open_graph,
    read_language,
    store_option,
    suppose_option,
    view_options,
    write,
    write_answer,
    write_file,
)
from kg.errors import BadQuestion

HELP = "answer a question of the library"
EXAMPLE = "kg ask second-tier-dependencies city=Kyiv --lang zh"
OWN_HELP = "`kg ask QUESTION --help` tells of the question"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    told = "name of a question; `kg questions` lists all; a sentence proposes some"
    parser.add_argument("name", metavar="QUESTION", nargs="?", help=told)
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
    from kg.finding import asked
    from kg.library import names

    graph = open_graph(options.on, options.suppose)
    if any("=" not in pair for pair in options.values) and options.name not in names():  # a sentence without quotes
        options.name, options.values = " ".join([options.name, *options.values]), []
    question = asked(graph, options.name, options.lang)
    given: dict[str, list[str]] = {}
    for pair in options.values:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BadQuestion(f"{pair!r}: write param=value, for example city=Kyiv")
        question.parameter(name)
        given.setdefault(name, []).append(value)
    if options.show:
        text = graph.show(options.name, options.lang, **given)
        if options.to:
            write_file(options.to, text.encode())
        else:
            write(text)
    else:
        write_answer(graph.ask(options.name, options.lang, **given), options)
    return 0


_WORDS = {
    "en": ("tags", "best seen as", "takes", "gives", "for example", "example"),
    "zh": ("标签", "宜作", "参数", "答案各栏", "例如", "示例"),
    "ru": ("метки", "лучше всего смотреть как", "принимает", "даёт", "например", "пример"),
}


def _told(name: str, language: str) -> str:
    """What a question is, takes and gives; what there is not in Russian is told in English and marked."""
    from kg.library import question, tag_label
    from kg.pages import command, nature, view_name

    asked, (shown, mark) = question(name), read_language(language)
    tags, seen, takes, gives, such_as, example = _WORDS[language]
    lines = [asked.name, f"  {asked.title[language]}", f"  {asked.description[shown]}{mark}"]
    labels = ", ".join(tag_label(tag, language) for tag in asked.tags)
    lines += [f"  {tags}: {labels} · {seen}: {view_name(asked, language)}"]
    lines += [f"{takes}:"] if asked.parameters else []
    for p in asked.parameters.values():
        told = f"{p.about[shown]}{mark}; {such_as} {p.name}={p.example}"
        lines.append(f"  {p.name}=… ({nature(p, language)}): {told}")
    lines += [f"{gives}:"]
    for column in asked.columns.values():
        lines.append(f"  {column.heading[language]} ({column.name}, {column.holds()}): {column.about[shown]}{mark}")
    return "\n".join([*lines, f"{example}:", f"  {command(asked, language)}"])
