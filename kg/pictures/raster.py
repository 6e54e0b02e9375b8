"""SVG to PNG by resvg, and whether the fonts of this machine have the letters of a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kg.conversions import needed
from kg.pictures import sheet

#: Where fonts are looked for besides the system's own places, and whether these are looked at.
FONTS: dict[str, Any] = {"skip_system_fonts": False, "font_dirs": []}
#: For each script that pictures are written in a language, a letter, and a font that has it.
SCRIPTS = {
    "Chinese": ("zh", "中", "Noto Sans CJK SC (fonts-noto-cjk)"),
    "Cyrillic": ("ru", "Ж", "Noto Sans or DejaVu Sans"),
    "Latin": ("en", "A", "Noto Sans or DejaVu Sans"),
}
_NOWHERE = "\U0010fffd"  # a place that Unicode leaves to private use: no font that one meets draws anything there


def png(svg: str, width: int) -> bytes:
    """An SVG as a PNG that is `width` pixels wide; StoreProblem, with the extra to install, where resvg is missing."""
    drawn: bytes = _resvg().svg_to_bytes(svg_string=svg, width=width, **FONTS)
    return bytes(drawn)


def lacking(text: str) -> list[str]:
    """The scripts of a text whose letters no font here has.

    >>> lacking("")
    []
    """
    blocks = {"Chinese": ("\u3400", "\u9fff"), "Cyrillic": ("\u0400", "\u04ff"), "Latin": ("A", "z")}
    return [name for name, (low, high) in blocks.items() if any(low <= c <= high for c in text) and not _drawn(name)]


def _drawn(script: str) -> bool:
    return _has(*SCRIPTS[script][:2], bool(FONTS["skip_system_fonts"]), tuple(FONTS["font_dirs"]))


@lru_cache(maxsize=16)
def _has(language: str, letter: str, skip: bool, folders: tuple[str, ...]) -> bool:
    """Whether a letter is drawn otherwise than one that no font has, and than nothing at all."""
    start = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" font-family="{sheet.FONTS[language]}">'
    draw = _resvg().svg_to_bytes
    fonts = {"skip_system_fonts": skip, "font_dirs": list(folders)}
    pictures = [
        bytes(draw(svg_string=f'{start}<text y="30" font-size="30">{c}</text></svg>', **fonts))
        for c in (letter, _NOWHERE, " ")
    ]
    return pictures[0] not in pictures[1:]


def _resvg() -> Any:
    return needed("resvg_py", "pictures")
