"""An HTML table, for notebooks and pages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from kg.terms import LANGUAGES
from kg.views import below

if TYPE_CHECKING:
    from kg.answers import Answer


def render(answer: Answer) -> str:
    """The table, title above, flags and caption below."""

    def line(cells: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(texts, "td") for texts in answer.texts(marked=True))
    end = "".join(f"<p>{escape(text)}</p>" for text in below(answer))
    if answer.cited:
        end += f"<pre>{escape(answer.bibliography)}</pre>"
    table = f"<table><caption>{escape(answer.title)}</caption>{line(answer.headings(), 'th')}{body}</table>"
    return f'<div lang="{LANGUAGES[answer.language]}">{table}{end}</div>'
