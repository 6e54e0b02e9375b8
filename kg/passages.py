"""Passages of a source text: where a span stands for a person (page, section, paragraph, sentence, footnote) and for
a machine (offsets and a digest that survives other line breaks, spaces and typesetting marks)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

Span = tuple[tuple[int, int], ...]

_MARKS = re.compile(r"<sup>.*?</sup>|[①-⑳]|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_DEPTH = {"“": 1, "(": 1, "（": 1, "《": 1, "”": -1, ")": -1, "）": -1, "》": -1}
_SENTENCE_END = "。！？；;"


def normal_form(text: str) -> str:
    """The words of a text alone: letters, digits, `+`, `%` and a point between digits, width and accents unified.

    White space, punctuation, Markdown and footnote marks and link targets are left out, so that the same words give
    the same form in any copy.

    >>> normal_form("**研发**支出<sup>①</sup> 上升了 11.4%，\\n达到 7 820")
    '研发支出上升了11.4%达到7820'
    """
    return "".join(character for character, _ in _normal_characters(text))


def _normal_characters(text: str) -> list[tuple[str, int]]:
    """Each character of the normal form with the offset in `text` from which it comes."""
    hidden = bytearray(len(text))
    for match in _MARKS.finditer(text):
        hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    found = []
    for offset, character in enumerate(text):
        if not hidden[offset]:
            for folded in unicodedata.normalize("NFKC", character):
                if folded.isalnum() or folded in "+%" or (folded == "." and _between_digits(text, offset)):
                    found.append((folded, offset))
    return found


def _between_digits(text: str, offset: int) -> bool:
    return 0 < offset < len(text) - 1 and text[offset - 1].isdigit() and text[offset + 1].isdigit()


def digest(normal: str) -> str:
    """SHA-256 of a text in normal form, as 64 hexadecimal digits."""
    return hashlib.sha256(normal.encode()).hexdigest()


def parse_span(text: str) -> Span:
    """The offsets that `17251-17309` or `13359-13368+14109-14118` names; ValueError where it names none.

    >>> parse_span("13359-13368+14109-14118")
    ((13359, 13368), (14109, 14118))
    """
    pieces: list[tuple[int, int]] = []
    for part in text.split("+"):
        match = re.fullmatch(r"(\d+)-(\d+)", part.strip())
        if not match or int(match[1]) >= int(match[2]) or (pieces and int(match[1]) < pieces[-1][1]):
            raise ValueError(f"{text!r} names no span: write start-end, several in order joined by +")
        pieces.append((int(match[1]), int(match[2])))
    return tuple(pieces)


class Place(NamedTuple):
    """Where a span begins, for a person: footnote is "" in the running text, else page and mark such as "122n5"."""

    page: int
    section: str
    paragraph: int
    sentence: int
    footnote: str


class Text:
    """A paper as Markdown with each page's footnotes under a `---` line: its pages, sections, paragraphs and notes.

    Footnote marks restart at ① on every page, a page's notes follow the `---` that ends its text, and a note that
    continues on the next page stands first under that page's `---`. `first_page` is the page that the text begins on.
    """

    def __init__(self, text: str, first_page: int):
        self.text, self._first_page = text, first_page
        self._notes: list[tuple[int, int, str]] = []  # start, end, "122n5" or "116n*"
        self._body: list[tuple[int, int, int]] = []  # start, end, page
        self._split(first_page)
        self._places = self._lay_out()

    def _split(self, page: int) -> None:
        """Body and notes, block by block: a block under `---` that opens with a mark, or continues one, is a note."""
        under_rule = fresh = False
        last_note, noted = "", 0
        for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", self.text):
            start, end, block = match.start(), match.end(), match.group()
            mark = re.match(r"(?:<sup>)?([①-⑳])(?:</sup>)?\s|\\\*\s", block)
            if block.strip() == "---":
                under_rule = fresh = True
                noted, page = page, page + 1
            elif mark:
                if not under_rule:  # the rule that ends this page was lost: what finishes the last note stands above
                    under_rule, fresh = True, False
                    noted, page = page, page + 1
                    if self._notes and self.text[self._notes[-1][1] - 1] not in ".。":
                        self._notes.append((*self._body.pop()[:2], last_note))
                last_note = f"{noted}n{'*' if mark[1] is None else ord(mark[1]) - ord('①') + 1}"
                self._notes.append((start, end, last_note))
                fresh = False
            elif fresh:
                self._notes.append((start, end, last_note))
                fresh = False
            else:
                under_rule = False
                self._body.append((start, end, page))

    def _lay_out(self) -> list[tuple[int, Place]]:
        """The offset at which each sentence begins, with its place, in order."""
        places: list[tuple[int, Place]] = []
        section, paragraph, sentence, ended = _Sections(), 0, 0, True
        for start, end, page in self._body:
            block = self.text[start:end]
            if block.startswith("#"):
                if section.heading(block):
                    paragraph, ended = 0, True
                places.append((start, Place(page, section.number, 0, 0, "")))
                continue
            if ended:
                paragraph, sentence = paragraph + 1, 0
            for offset in _sentences(block):
                sentence += 1 if (ended or offset) else 0
                places.append((start + offset, Place(page, section.number, paragraph, max(sentence, 1), "")))
            ended = _MARKS.sub("", block).rstrip()[-1:] in "。：】)）]|." or page == self._first_page
        number: dict[str, int] = {}
        for start, end, name in self._notes:
            page = int(name.split("n")[0])
            if name in number:
                page += 1
            for offset in _sentences(self.text[start:end]):
                number[name] = number.get(name, 0) + (1 if offset or name not in number else 0)
                places.append((start + offset, Place(page, "", 0, number[name], name)))
        return sorted(places)

    def place(self, offset: int) -> Place:
        """The place of the character at an offset."""
        index = bisect_right(self._places, offset, key=lambda p: p[0]) - 1
        return self._places[max(index, 0)][1]

    def footnotes(self) -> list[str]:
        """The names of all footnotes in order, such as "117n1"; "116n*" is the asterisk note."""
        return list(dict.fromkeys(name for _, _, name in self._notes))


class _Sections:
    """Numbers of sections as headings pass: "0" before the first, then "1", "2", "2.1" …"""

    def __init__(self) -> None:
        self.number, self._major, self._minor = "0", 0, 0

    def heading(self, block: str) -> bool:
        title = re.sub(r"[#\s\\*]", "", block)
        if re.match(r"[一二三四五六七八九十]+、", title) or title == "结束语":
            self._major, self._minor = self._major + 1, 0
            self.number = str(self._major)
        elif re.match(r"[（(][一二三四五六七八九十]+[）)]", title):
            self._minor += 1
            self.number = f"{self._major}.{self._minor}"
        else:
            return False
        return True


def _sentences(block: str) -> list[int]:
    """Offsets in a block at which a sentence begins."""
    starts, depth = [0], 0
    for offset, character in enumerate(block[:-1]):
        depth = max(0, depth + _DEPTH.get(character, 0))
        if character in _SENTENCE_END and not depth:
            rest = re.match(r"(?:<sup>.*?</sup>|\s)*", block[offset + 1 :])
            assert rest is not None
            if offset + 1 + rest.end() < len(block):
                starts.append(offset + 1 + rest.end())
    return starts
