"""Tables that users bring, of whatever make: CSV with any separator, TSV, XLSX; read strictly and a row at a time."""

from __future__ import annotations

import codecs
import csv
import datetime
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import BadTable, StoreProblem, nearest

#: What a spreadsheet shows where a formula has failed.
_FAILED = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
#: What goes wrong within a workbook that is none, or is cut off.
_BROKEN = (OSError, KeyError, ValueError, TypeError, SyntaxError, EOFError, zipfile.BadZipFile, zlib.error)
#: Among so many lines a header is looked for that stands below titles.
_TITLES = 30
_SPREADSHEETS = (".xlsx", ".xlsm")

Numbered = tuple[int, list[str]]


class Form(NamedTuple):
    """How a table is written: its separator ("" for the one that its ending tells), encoding, sheet ("" for the first),
    the line of its header (0 where it has none), and whether rows may be shorter than the header."""

    separator: str = ""
    encoding: str = "utf-8"
    sheet: str = ""
    header: int = 1
    ragged: bool = False


class Sheet:
    """A table that is open for reading: its columns, and its rows as they come.

    A column is named as the header has it, or `#3` by its place; without a header only so.
    """

    def __init__(self, path: Path, form: Form):
        self.file, self._path, self._form = path.name, path, form
        spreadsheet = path.suffix.lower() in _SPREADSHEETS
        self._ragged = form.ragged or spreadsheet  # a workbook leaves out the empty cells at the end of a row
        self._lines = _lines_of(path, form)
        self.columns: list[str] = []
        for line, cells in self._lines if form.header else ():
            if line >= form.header:
                self.columns = cells
                break
        if form.header and not self.columns:
            raise BadTable("no header", self.file, form.header, hint="the line of the header is `header` under [table]")
        marks = [mark for mark in ";\t|," if mark in "".join(self.columns)]
        if len(self.columns) == 1 and marks and not spreadsheet:
            hint = f"if {marks[0]!r} separates them, write separator = {marks[0]!r} under [table]"
            raise BadTable("the header has one column only", self.file, form.header, hint=hint)

    def position(self, name: str) -> int:
        """Where a column stands, from 0; BadTable where there is none of this name, or several."""
        if name.startswith("#") and name[1:].isdigit() and 0 < int(name[1:]) <= (len(self.columns) or 1 << 14):
            return int(name[1:]) - 1
        name = " ".join(name.split())
        columns = [" ".join(column.split()) for column in self.columns]
        count = columns.count(name)
        if count == 1:
            return columns.index(name)
        if count:
            first = columns.index(name) + 1
            raise BadTable(
                f"{count} columns are called {name!r}", self.file, hint=f"name one by its place, as #{first}"
            )
        near = nearest(name, self.columns)
        named = ", ".join(map(repr, filter(None, self.columns[:12]))) or "#1, #2 …"
        hint = self._elsewhere(name) or (f"did you mean {near[0]!r}?" if near else f"its columns are {named}")
        raise BadTable(f"there is no column {name!r}", self.file, self._form.header or None, hint=hint)

    def _elsewhere(self, name: str) -> str:
        """What to do where a column is named below what is taken as the header, or between other marks; else ""."""
        for mark in ";\t|":
            if any(name in map(str.strip, column.split(mark)) for column in self.columns):
                return f"if {mark!r} separates the columns, write separator = {mark!r} under [table]"
        for line, cells in itertools.islice(_lines_of(self._path, self._form), _TITLES):
            if name in cells:
                return f"line {line} has it: if that is the header, write header = {line} under [table]"
        return ""

    def __iter__(self) -> Iterator[Numbered]:
        """The rows below the header, each with its line; BadTable for one that is longer, or shorter and not ragged."""
        width = len(self.columns)
        named = max((n for n, column in enumerate(self.columns, 1) if column), default=0)
        for line, cells in self._lines:
            while width and len(cells) > width and not cells[-1]:
                cells.pop()
            if width and (len(cells) > width or (len(cells) < named and not self._ragged)):
                more = len(cells) > width
                hint = "a separator inside a text needs the text in quotation marks" if more else ""
                hint = hint or "if rows may be shorter, write ragged = true under [table]"
                raise BadTable(f"{len(cells)} cells where the header has {width}", self.file, line, hint=hint)
            yield line, cells + [""] * (width - len(cells))


def _lines_of(path: Path, form: Form) -> Iterator[Numbered]:
    return _of_workbook(path, form) if path.suffix.lower() in _SPREADSHEETS else _of_text(path, form)


def _of_text(path: Path, form: Form) -> Iterator[Numbered]:
    separator = form.separator or ("\t" if path.suffix.lower() in (".tsv", ".tab") else ",")
    try:
        encoding = codecs.lookup(form.encoding).name
    except LookupError:
        hint = "utf-8, utf-16, windows-1251, gb18030 … under [table]"
        raise BadTable(f"no encoding is called {form.encoding!r}", path.name, hint=hint) from None
    line = 0
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
            reader = csv.reader(file, delimiter=separator, strict=True)
            for cells in reader:
                if any(cells):
                    yield line + 1, [_plain(cell, path.name, line + 1) for cell in cells]
                line = reader.line_num
    except UnicodeError:
        where = _first_undecodable(path, encoding)
        hint = "save the table as UTF-8, or write encoding = … under [table]"
        raise BadTable(f"not {form.encoding}", path.name, where, hint=hint) from None
    except csv.Error as e:
        raise BadTable(str(e), path.name, line + 1, hint="is a quotation mark left open?") from None
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", path.name) from None


def _first_undecodable(path: Path, encoding: str) -> int | None:
    """The first line whose bytes are not of an encoding; None where lines cannot be told apart in it."""
    if encoding.startswith(("utf-16", "utf-32")):
        return None
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return number
    return None


def _of_workbook(path: Path, form: Form) -> Iterator[Numbered]:
    try:
        import openpyxl
    except ImportError:
        raise StoreProblem("spreadsheets need openpyxl: pip install 'eic-kg[xlsx]'") from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets = book.sheetnames
    except _BROKEN as e:
        raise BadTable(f"no workbook: {e!s:.100}", path.name, hint="save it as .xlsx, or as CSV") from None
    try:
        if form.sheet and form.sheet not in sheets:
            raise BadTable(f"no sheet is called {form.sheet!r}", path.name, hint=f"there are {', '.join(sheets)}")
        sheet = book[form.sheet or sheets[0]]
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # some programs write a wrong size, by which rows would be cut
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = [_plain(_text(cell), path.name, line) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if failed := _FAILED.intersection(texts):
                raise BadTable(f"a cell shows {min(failed)}", path.name, line, hint="its formula has failed: mend it")
            if texts:
                yield line, texts
    except BadTable:
        raise
    except _BROKEN as e:
        raise BadTable(f"the workbook is broken: {e!s:.100}", path.name, hint="save it anew") from None
    finally:
        book.close()


def _text(value: Any) -> str:
    """A cell of a spreadsheet as the text that a CSV file would have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _plain(cell: str, file: str, line: int) -> str:
    """A cell on one line, without spaces around it; BadTable for control characters."""
    if not cell.isprintable():
        cell = " ".join(cell.split())
        if any(ord(c) < 32 or c in "\x7f\u2028\u2029\ufffe\uffff" or "\ud800" <= c <= "\udfff" for c in cell):
            raise BadTable("a cell holds control characters", file, line)
    return cell.strip()
