"""Tables: CSV files of a source, read strictly, so that every fault is told with file, line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from kg.errors import BadTable

#: How the identifier of a row is written.
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Row:
    """One line of a table: its cells by column name, and where it stands.

    >>> Row("t.csv", 2, {"id": "a"})["id"]
    'a'
    """

    __slots__ = ("cells", "file", "line")

    def __init__(self, file: str, line: int | None, cells: dict[str, str]):
        self.file, self.line, self.cells = file, line, cells

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, column: str, what: str, hint: str = "") -> BadTable:
        """The error that names this row and column."""
        return BadTable(what, self.file, self.line, column, hint)

    def required(self, column: str) -> str:
        """The cell's text; BadTable where it is empty or the column is missing."""
        text = self[column]
        if not text:
            raise self.fault(column, "empty, but this column must be filled")
        return text

    def several(self, column: str) -> list[str]:
        """The members of a cell that holds a list, which `|` separates."""
        return [part.strip() for part in self[column].split("|") if part.strip()]


def read(path: Path) -> list[Row]:
    """All rows of a CSV file (UTF-8, comma, one header line); empty lines are skipped.

    Raises BadTable (file:line, column, hint) for a wrong encoding or separator, duplicate, empty or missing
    columns, a row with too many or too few cells, control characters, and a quotation that never closes.
    """
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", path.name) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        raise BadTable(
            f"byte {raw[e.start]:#04x} is not UTF-8", path.name, line, hint="save the table as UTF-8"
        ) from None
    numbered = _records(path.name, text)
    _, header = next(numbered, (1, []))
    _check_header(path.name, header)
    return [Row(path.name, line, dict(zip(header, cells, strict=True))) for line, cells in numbered]


def _records(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it starts, cells stripped, as wide as the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, width = 1, 0
    try:
        for cells in reader:
            if cells:
                width = width or len(cells)
                if len(cells) != width:
                    hint = "a comma inside a text needs the text in quotation marks" if len(cells) > width else ""
                    raise BadTable(f"{len(cells)} cells where the header has {width}", file, line, hint=hint)
                for number, cell in enumerate(cells, 1):
                    if not cell.isprintable() and any(ord(c) < 32 or c == "\x7f" for c in cell):
                        raise BadTable(f"control character or line break in cell {number}", file, line)
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as e:
        raise BadTable(str(e), file, line, hint="is a quotation mark left open?") from None


def _check_header(file: str, header: list[str]) -> None:
    if not header:
        raise BadTable("the table is empty", file, 1, hint="the first line names the columns")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise BadTable(
            "the columns are separated by something else than commas", file, 1, hint="save as comma-separated"
        )
    for number, name in enumerate(header, 1):
        if not name:
            raise BadTable(f"column {number} has no name", file, 1)
        if name in header[: number - 1]:
            raise BadTable("this column stands twice", file, 1, name)
