"""`kg locate`: where words stand in a copy of the paper, as a line for passages.csv."""

from __future__ import annotations

import argparse
from pathlib import Path

from kg.commands import read_text
from kg.errors import BadQuestion

HELP = "find words in a copy of the paper and print their line for passages.csv"
EXAMPLE = "kg locate paper.md 三级创新伙伴"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paper", type=Path, metavar="PAPER", help="text of the paper (UTF-8)")
    parser.add_argument("words", metavar="WORDS", help="the words as they stand in that text")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.discovery import source_module
    from kg.passages import Text, digest, normal_form

    source = Text(read_text(options.paper), source_module("paper").FIRST_PAGE)
    start = source.text.find(options.words)
    if start < 0 or not options.words:
        raise BadQuestion(f"{options.words!r} does not stand in {options.paper}")
    print("span,page,section,paragraph,sentence,footnote,length,sha256")
    while start >= 0:
        place, words = source.place(start), normal_form(options.words)
        where = f"{place.page},{place.section},{place.paragraph or ''},{place.sentence or ''},{place.footnote}"
        print(f"{start}-{start + len(options.words)},{where},{len(words)},{digest(words)}")
        start = source.text.find(options.words, start + 1)
    return 0
