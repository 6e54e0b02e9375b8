"""`kg questions`: list the library."""

from __future__ import annotations

import argparse
import sys

from kg.commands import language_option, open_graph, store_option, write
from kg.errors import BadQuestion, UnknownName
from kg.terms import LANGUAGES

HELP = "list the questions of the library"
EXAMPLE = "kg questions dependence --class City --lang zh"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("words", metavar="WORD", nargs="*", help="only those with all these words, in any language")
    parser.add_argument("--tag", help="only those with this tag")
    told = "only those that take, give or ask for things of this class (City, tier, 城市联盟 …)"
    parser.add_argument("--class", dest="class_", metavar="CLASS", help=told)
    parser.add_argument("--view", choices=("table", "network", "map", "chart"), help="only those best seen so")
    parser.add_argument("--page", action="store_true", help="a page in Markdown of all questions with their answers")
    language_option(parser)
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.page:
        from kg.pages import page

        if options.lang not in ("zh", "en"):
            raise BadQuestion("the page is in Chinese and English: --lang zh or en")
        write(page(open_graph(options.on), options.lang))
        return 0
    from kg import finding
    from kg.library import faults, grouped, questions, tag_label

    found = questions()
    if options.tag:
        tags = {tag for q in found for tag in q.tags}
        named = {tag for tag in tags if options.tag in (tag, *(tag_label(tag, tongue) for tongue in LANGUAGES))}
        found = [q for q in found if named & set(q.tags)]
        _insist(found, "tag", options.tag, tags)
    if options.class_:
        classes = {of for q in questions() for f in (*q.parameters.values(), *q.columns.values()) for of in f.of}
        name = options.class_.removeprefix("eic:")
        found = finding.about(name, found) or finding.about(finding.term_called(name), found)
        _insist(found, "class", options.class_, classes)
    if options.view:
        found = [q for q in found if q.view.kind == options.view]
    if options.words:
        found = finding.holding(" ".join(options.words), found)
    width = max((len(q.name) for q in found), default=0)
    for tag, group in grouped(found):
        print(f"{tag_label(tag, options.lang)}")
        for q in group:
            takes = f"  [{', '.join(q.parameters)}]" if q.parameters else ""
            print(f"  {q.name:{width}}  {q.title[options.lang]}{takes}")
    for fault in faults():
        print(f"kg: {fault}", file=sys.stderr)
    if not found:
        sentence = " ".join(options.words)
        near = ", ".join(q.name for q in finding.ranked(sentence, questions())[:3])
        raise BadQuestion("no question has all of that" + (f"; nearest: {near}" if near else ""))
    return 0


def _insist(found: object, kind: str, name: str, known: set[str]) -> None:
    if not found:
        raise UnknownName(kind, name, known, f"there are: {', '.join(sorted(known))}")
