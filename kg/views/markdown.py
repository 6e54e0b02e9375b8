"""A Markdown table, title above, flags and caption below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.views import below

if TYPE_CHECKING:
    from kg.answers import Answer


def render(answer: Answer) -> str:
    """The table; what Markdown or HTML would take for markup is escaped."""
    cells = [[escaped(text) for text in line] for line in (answer.headings(), *answer.texts(marked=True))]
    cells.insert(1, ["---"] * len(cells[0]))
    laid = [f"| {' | '.join(line)} |" for line in cells]
    above = [f"**{escaped(answer.title)}**", ""] if answer.title else []
    end = ["", "```bibtex", answer.bibliography.rstrip(), "```"] if answer.cited else []
    return "\n".join([*above, *laid, "", *(f"{escaped(line)}  " for line in below(answer)), *end]).rstrip()


def escaped(text: str) -> str:
    """Text of one line in which Markdown finds no markup.

    >>> print(escaped("a | <b>"))
    a \\| &lt;b>
    """
    plain = re.sub(r"([\\|`*_~]|\](?=[\[(:]))", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
    return re.sub(r"\s+", " ", plain)
