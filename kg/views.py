"""Views of an answer: functions from an Answer to text, one a format, found by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import UnknownName

if TYPE_CHECKING:
    from kg.answers import Answer, Term

#: Columns of the terminal that one cell takes at most.
CELL = 48


def table(answer: Answer) -> str:
    """A table for the terminal; wide (Chinese) characters count as two columns, and long cells go on below."""
    lines = [[answer.heading(c) for c in answer.shown_columns()], *answer.texts(marked=True)]
    keep = [i for i in range(len(lines[0])) if i < len(answer.columns) or any(line[i] for line in lines[1:])]
    cells = [[_wrapped(line[i]) for i in keep] for line in lines]
    widths = [max(_width(part) for line in cells for part in line[i]) for i in range(len(keep))]
    laid = []
    for line in cells:
        for depth in range(max(len(cell) for cell in line)):
            parts = [cell[depth] if depth < len(cell) else "" for cell in line]
            laid.append("  ".join(p + " " * (w - _width(p)) for p, w in zip(parts, widths, strict=True)).rstrip())
    laid.insert(max(len(cell) for cell in cells[0]), "  ".join("─" * w for w in widths))
    return "\n".join([*([answer.title] if answer.title else []), *laid, *_below(answer)])


def _wrapped(text: str) -> list[str]:
    """A cell's text in lines of at most CELL columns, broken at spaces, or anywhere in Chinese."""
    if len(text) * 2 <= CELL or _width(text) <= CELL:
        return [text]
    lines, line, width = [], "", 0
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        if line and width + _width(word.rstrip()) > CELL:
            lines.append(line.rstrip())
            line, width = "", 0
        line, width = line + word, width + _width(word)
    return [*lines, line.rstrip()]


def markdown(answer: Answer) -> str:
    """A Markdown table, title above, flags and caption below."""
    lines = [[answer.heading(c) for c in answer.shown_columns()], *answer.texts(marked=True)]
    cells = [[text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for text in line] for line in lines]
    cells.insert(1, ["---"] * len(lines[0]))
    laid = [f"| {' | '.join(line)} |" for line in cells]
    above = [f"**{answer.title}**", ""] if answer.title else []
    return "\n".join([*above, *laid, "", *(f"{line}  " for line in _below(answer))]).rstrip()


def csv(answer: Answer) -> str:
    """CSV (RFC 4180, UTF-8 with a byte-order mark so that spreadsheets show Chinese); no cell starts a formula.

    A last column says in each row whose view it is, as of when, and from which version of the graph.
    """
    return "\ufeff" + _separated(answer, ",")


def tsv(answer: Answer) -> str:
    """Tab-separated values, otherwise as csv and without the mark."""
    return _separated(answer, "\t")


def json(answer: Answer) -> str:
    """SPARQL 1.1 Query Results JSON; basis, source and flags of a row are further variables."""
    import json as format_

    if answer.boolean is not None:
        return format_.dumps(
            {"head": {"caption": answer.caption}, "boolean": answer.boolean}, ensure_ascii=False, indent=1
        )
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(answer.rows):
        binding = {c: _json_term(t) for c, t in zip(answer.columns, row, strict=True) if t is not None}
        if answer.evidence is not None:
            e = answer.evidence[number]
            told = (e.basis, e.source, [f"{kind}: {note}" for kind, note in e.flags])
            extra = zip(("basis", "source", "flags"), told, strict=True)
            binding |= {c: {"type": "literal", "value": "; ".join(texts)} for c, texts in extra if texts}
        rows.append(binding)
    variables = answer.columns + (["basis", "source", "flags"] if answer.evidence is not None else [])
    head = {"vars": list(dict.fromkeys(variables)), "caption": answer.caption}
    return format_.dumps({"head": head, "results": {"bindings": rows}}, ensure_ascii=False, indent=1)


def html(answer: Answer) -> str:
    """An HTML table, for notebooks."""
    from html import escape

    def line(cells: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    head = line((answer.heading(c) for c in answer.shown_columns()), "th")
    body = "".join(line(texts, "td") for texts in answer.texts(marked=True))
    below = "".join(f"<p>{escape(text)}</p>" for text in _below(answer))
    return f"<table><caption>{escape(answer.title)}</caption>{head}{body}</table>{below}"


VIEWS: dict[str, Callable[[Answer], str]] = {f.__name__: f for f in (table, markdown, csv, tsv, json, html)}


def render(answer: Answer, view: str) -> str:
    """The answer in the view of this name; UnknownName where there is none."""
    if view not in VIEWS:
        raise UnknownName("view", view, VIEWS, f"there are: {', '.join(VIEWS)}")
    return VIEWS[view](answer)


def _below(answer: Answer) -> list[str]:
    return [*answer.notes(), *([answer.caption] if answer.caption else [])]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _separated(answer: Answer, separator: str) -> str:
    import csv as format_
    import io

    out = io.StringIO()
    writer = format_.writer(out, delimiter=separator, lineterminator="\r\n")
    _, _, view = answer.caption.partition(" · ")  # whose view, of what date, which version of the graph
    beside = [view] if view else []
    writer.writerow([*(answer.heading(c) for c in answer.shown_columns()), *(["view"] if view else [])])
    writer.writerows([_harmless(text) for text in [*line, *beside]] for line in answer.texts())
    return out.getvalue()


def _harmless(text: str) -> str:
    """Text that a spreadsheet takes for text: a leading sign that opens a formula is preceded by an apostrophe."""
    number = text[1:].replace(".", "", 1).isdigit()
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text[:1] and not number else text


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, ox.Literal)
    told = {"type": "literal", "value": term.value}
    if term.language:
        return told | {"xml:lang": term.language}
    if not term.datatype.value.endswith("#string"):
        told["datatype"] = term.datatype.value
    return told
