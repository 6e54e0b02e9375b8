"""CSV (RFC 4180, UTF-8 with a byte-order mark so that spreadsheets show Chinese); no cell starts a formula.

A last column says in each row whose view it is, as of when, and from which version of the graph.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.answers import Answer


def render(answer: Answer) -> str:
    """The rows with their headings."""
    return "\ufeff" + separated(answer, ",")


def separated(answer: Answer, separator: str) -> str:
    """The rows with their headings, cells parted by a separator."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    _, _, view = answer.caption.partition(" · ")  # whose view, of what date, which version of the graph
    beside = [view] if view else []
    heading = ["view" if answer.rows else view] if view else []  # an empty answer tells it there
    writer.writerow([harmless(text) for text in [*answer.headings(), *heading]])
    writer.writerows([harmless(text) for text in [*line, *beside]] for line in answer.texts())
    return out.getvalue()


def harmless(text: str) -> str:
    """Text that a spreadsheet takes for text: a leading sign that opens a formula is preceded by an apostrophe.

    >>> harmless("=1+1"), harmless("-9"), harmless(" @SUM(A1)")
    ("'=1+1", '-9', "' @SUM(A1)")
    """
    seen = [c for c in text if unicodedata.category(c)[0] not in "CZ"]  # the first that is not empty or invisible
    start = text[:1] if text[:1] in "\t\r" else "".join(seen[:1])
    number = text[:1] in "+-" and text[1:].replace(".", "", 1).isascii() and text[1:].replace(".", "", 1).isdigit()
    return (
        "'" + text
        if start in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r") and start and not number
        else text
    )
