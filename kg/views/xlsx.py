"""A workbook for spreadsheets (needs the extra `xlsx`): the answer, what is to be known of it, and its bibliography."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.values import python_value

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.values import Term

#: Characters that no workbook may hold (ECMA-376 takes those of XML 1.0).
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDEST = 60


def render(answer: Answer) -> bytes:
    """The file's bytes. Numbers are numbers, all else is text: no cell is a formula."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise StoreProblem("a workbook needs openpyxl: pip install 'eic-kg[xlsx]'") from None
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "answer"
    lines = [answer.headings(), *answer.texts()]
    numbers = [[_number(row[i]) for i in answer.kept()] for row in answer.rows]
    for y, line in enumerate(lines, 1):
        for x, text in enumerate(line, 1):
            number = numbers[y - 2][x - 1] if y > 1 and x <= len(numbers[y - 2]) else None
            _fill(sheet.cell(y, x), text if number is None else number)
            sheet.cell(y, x).alignment = Alignment(wrap_text=True, vertical="top")
    for x, column in enumerate(zip(*lines, strict=True), 1):
        sheet.cell(1, x).font = Font(bold=True)
        width = max(len(text) + len(re.findall(r"[\u2e80-\uffef]", text)) for text in column)
        sheet.column_dimensions[sheet.cell(1, x).column_letter].width = min(_WIDEST, width + 2)
    sheet.freeze_panes = "A2"
    about = book.create_sheet("about")
    told = [answer.title, answer.caption, *answer.notes()]
    told += [f"{name} = {', '.join(values)}" for name, values in answer.parameters.items()]
    told += answer.bibliography.split("\n") if answer.cited else []
    for y, text in enumerate(told, 1):
        _fill(about.cell(y, 1), text)
    about.column_dimensions["A"].width = 2 * _WIDEST
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.value = _FORBIDDEN.sub("\ufffd", value)[:32767]  # what one cell holds at most
        cell.data_type = "s"  # also where the text looks like a formula
    else:
        cell.value = value


def _number(term: Term | None) -> int | float | None:
    value = python_value(term) if isinstance(term, ox.Literal) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
