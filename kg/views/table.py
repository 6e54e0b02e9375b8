"""A table for the terminal; wide (Chinese) characters count as two columns, and long cells go on below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.views import below

if TYPE_CHECKING:
    from kg.answers import Answer

#: Columns of the terminal that one cell takes at most.
CELL = 48


def render(answer: Answer) -> str:
    """The table, title above, flags and caption below; a column of evidence without any is left out."""
    lines = [answer.headings(), *answer.texts(marked=True)]
    keep = [i for i in range(len(lines[0])) if i < len(answer.columns) or any(line[i] for line in lines[1:])]
    cells = [[_wrapped(line[i]) for i in keep] for line in lines]
    widths = [max(_width(part) for line in cells for part in line[i]) for i in range(len(keep))]
    laid = []
    for line in cells:
        for depth in range(max(len(cell) for cell in line)):
            parts = [cell[depth] if depth < len(cell) else "" for cell in line]
            laid.append("  ".join(p + " " * (w - _width(p)) for p, w in zip(parts, widths, strict=True)).rstrip())
    laid.insert(max(len(cell) for cell in cells[0]), "  ".join("─" * w for w in widths))
    end = ["", answer.bibliography.rstrip()] if answer.cited else []
    return "\n".join([*([answer.title] if answer.title else []), *laid, *below(answer), *end])


def _wrapped(text: str) -> list[str]:
    """A cell's text in lines of at most CELL columns, broken at spaces, or anywhere in Chinese."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)  # what would move the cursor of a terminal
    if len(text) * 2 <= CELL or _width(text) <= CELL:
        return [text]
    lines, line, width = [], "", 0
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        if line and width + _width(word.rstrip()) > CELL:
            lines.append(line.rstrip())
            line, width = "", 0
        line, width = line + word, width + _width(word)
    return [*lines, line.rstrip()]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
