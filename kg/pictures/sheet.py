"""The sheet that pictures are drawn on: a few shapes and texts, as a small SVG that every viewer shows alike."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

#: Colours that readers with any kind of colour vision tell apart (M. Okabe and K. Ito, Color Universal Design, 2008).
BLUE, ORANGE, PURPLE, GREEN, RED = "#0072B2", "#E69F00", "#CC79A7", "#009E73", "#D55E00"
INK, SOFT, FAINT, LINE, PAPER = "#1d2530", "#4a5563", "#8792a0", "#d5dbe2", "#ffffff"
#: Fonts to look for, those with the script of the language first.
_LATIN = (
    "'Noto Sans','Source Sans 3','Segoe UI','Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',FreeSans,"
    "Roboto,Ubuntu,Cantarell"
)
_HAN = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','Hiragino Sans GB',"
    "'WenQuanYi Micro Hei','WenQuanYi Zen Hei',SimHei,'Droid Sans Fallback','Arial Unicode MS'"
)
FONTS = {
    "zh": f"{_HAN},{_LATIN},sans-serif",
    "en": f"{_LATIN},{_HAN},sans-serif",
    "ru": f"{_LATIN},{_HAN},sans-serif",
}
Symbol = Callable[["Sheet", float, float], None]
_LATE = "，。；：、！？）》」”’,.;:!?)…"  # never at the beginning of a line


def clean(text: str) -> str:
    """A text without the control characters that XML forbids.

    >>> clean("a" + chr(0) + "b")
    'ab'
    """
    return "".join(c for c in text if c in "\t\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c < "\ufffe"))


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in pixels, at a size of letters in pixels.

    >>> text_width("基辅", 10)
    20.0
    """
    return sum(_em(c) for c in text) * size


def _em(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WF":
        return 1.0
    if c in " .,;:'|!ilj()[]·":
        return 0.31
    if "\u0400" <= c <= "\u04ff":
        return 0.72 if c.isupper() or c in "мшщюыжф" else 0.58
    return 0.7 if c.isupper() or c in "mw—" else 0.56


def wrapped(text: str, size: float, limit: float) -> list[str]:
    """A text in lines of no more than `limit` pixels, broken at spaces and between Chinese characters.

    Words break after their hyphens, and anywhere where they do not fit at all.

    >>> wrapped("no comparative advantage", 10, 90)
    ['no comparative', 'advantage']
    """
    lines = [""]
    for piece in (part for whole in _pieces(text) for part in _fitting(whole, size, limit)):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size) > limit and piece not in _LATE:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def shortened(lines: list[str], most: int) -> list[str]:
    """No more than some lines, the last with an ellipsis where lines are left out.

    >>> shortened(["a", "b", "c"], 2)
    ['a', 'b…']
    """
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1] + "…"]


def _fitting(piece: str, size: float, limit: float) -> list[str]:
    parts = [""]
    for c in piece:
        if parts[-1] and c != " " and text_width(parts[-1] + c, size) > limit:
            parts.append("")
        parts[-1] += c
    return parts


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    word = ""
    for c in text:
        if c in " -" and word:
            pieces, word = [*pieces, word + c], ""
        elif unicodedata.east_asian_width(c) in "WF":
            pieces, word = [*pieces, *([word] if word else []), c], ""
        else:
            word += c
    return [*pieces, word] if word else pieces


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel.

    >>> number(3.0), number(-0.04), number(2.25)
    ('3', '0', '2.2')
    """
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0" if abs(value) < 0.05 else "-0")


class Sheet:
    """What is drawn so far, from the top downwards; `y` is how far down the sheet is taken."""

    def __init__(self, language: str, width: float = 1200):
        self.language = language
        self.width = width
        self.margin = 36.0
        self.y = 30.0
        self.parts: list[str] = []

    def add(self, name: str, content: str | None = None, **attributes: Any) -> None:
        """Put an element on the sheet; `_` in the names of attributes stands for `-`."""
        told = "".join(
            f" {key.rstrip('_').replace('_', '-')}={quoteattr(number(v) if isinstance(v, float) else str(v))}"
            for key, v in attributes.items()
            if v is not None
        )
        self.parts.append(f"<{name}{told}/>" if content is None else f"<{name}{told}>{content}</{name}>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 14,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """A line of text; a `halo` keeps it legible over lines."""
        self.add(
            "text",
            escape(clean(text)),
            x=float(x),
            y=float(y),
            font_size=float(size),
            fill=colour,
            text_anchor=None if anchor == "start" else anchor,
            font_weight="bold" if bold else None,
            **(
                {"stroke": PAPER, "stroke-width": 3.5, "stroke-linejoin": "round", "paint-order": "stroke"}
                if halo
                else {}
            ),
        )

    def lines(
        self, x: float, y: float, lines: Iterable[str], size: float = 14, step: float = 1.35, **how: Any
    ) -> float:
        """Lines of text one below the other; how far down the last one ends."""
        for line in lines:
            y += size * step
            self.text(x, y - size * (step - 1), line, size, **how)
        return y

    def path(self, points: Sequence[tuple[float, float]], closed: bool = False, **attributes: Any) -> None:
        """A line through points."""
        told = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self.add("path", d=f"M{told}{'Z' if closed else ''}", **attributes)

    def line(self, x: float, y: float, to_x: float, to_y: float, **attributes: Any) -> None:
        """A straight line."""
        self.path([(x, y), (to_x, to_y)], fill="none", **attributes)

    def rect(self, x: float, y: float, width: float, height: float, **attributes: Any) -> None:
        """A box."""
        self.add("rect", x=float(x), y=float(y), width=float(width), height=float(height), **attributes)

    def circle(self, x: float, y: float, radius: float, **attributes: Any) -> None:
        """A circle."""
        self.add("circle", cx=float(x), cy=float(y), r=float(radius), **attributes)

    def polygon(self, x: float, y: float, radius: float, corners: int, turned: float = 0, **attributes: Any) -> None:
        """A regular polygon about a point, its first corner at the top but for what it is `turned` by, in degrees."""
        angles = [math.radians(turned - 90 + 360 * k / corners) for k in range(corners)]
        self.path([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles], closed=True, **attributes)

    def svg(self, name: str, title: str, description: str) -> str:
        """The sheet as an SVG document, with what a screen reader tells of it."""
        width, height = number(self.width), number(self.y)
        tag = {"zh": "zh-Hans"}.get(self.language, self.language)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" aria-labelledby="{name}-title {name}-desc" xml:lang="{tag}" '
            f'font-family="{FONTS[self.language]}">\n<title id="{name}-title">{escape(clean(title))}</title>\n'
            f'<desc id="{name}-desc">{escape(clean(description))}</desc>\n'
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>\n' + "\n".join(self.parts) + "\n</svg>\n"
        )
