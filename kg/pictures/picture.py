"""A picture: as SVG, as PNG, as a page that needs nothing else, and as what a notebook shows."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path

from kg.errors import BadQuestion
from kg.pictures.frame import Drawing
from kg.pictures.words import word
from kg.terms import LANGUAGES

#: Endings of files that a picture is saved to.
ENDINGS = ("svg", "png", "html")
_STYLE = (
    "body{margin:2rem auto;max-width:1240px;padding:0 1rem;font:15px/1.5 sans-serif;color:#1d2530;background:#fff}"
    "figure{margin:0}svg{max-width:100%;height:auto}figcaption{color:#4a5563;margin:.5rem 0 1.5rem}"
    "table{border-collapse:collapse;margin-top:1rem}th,td{border-bottom:1px solid #d5dbe2;padding:.3rem .8rem;"
    "text-align:left;vertical-align:top}summary{cursor:pointer;font-weight:bold}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Picture:
    """What `g.draw` gives; a notebook shows it.

    >>> Picture("matrix", "en", lambda language, mark: Drawing("<svg/>", "Elements", "", [], [("city",)]))
    <Picture matrix: Elements (en)>
    """

    def __init__(self, kind: str, language: str, draw: Callable[[str, str], Drawing]):
        self.kind, self.language = kind, language
        self._draw = draw  # a language, and a mark for the caption

    @cached_property
    def drawing(self) -> Drawing:
        """What is drawn, in the picture's own language."""
        return self._draw(self.language, "")

    @property
    def caption(self) -> str:
        """What stands below the picture, as text."""
        return "\n".join(self.drawing.caption)

    def __repr__(self) -> str:
        return f"<Picture {self.kind}: {self.drawing.title} ({self.language})>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def svg(self) -> str:
        """The picture as SVG; its reader's fonts are used, those with Chinese letters first where it is in Chinese."""
        return self.drawing.svg

    def png(self, width: int = 2400) -> bytes:
        """The picture as PNG, `width` pixels wide (50 to 10000).

        Where no font here has the letters, it is drawn in English, which the caption says, and a warning names a font
        to install. BadQuestion for another width or where there is no font at all; StoreProblem where the package that
        draws is missing, with the extra to install.
        """
        from kg.pictures import raster

        if isinstance(width, bool) or not isinstance(width, int) or not 50 <= width <= 10000:
            raise BadQuestion(f"width={width!r}: give a number of pixels from 50 to 10000")
        missing = raster.lacking(self.svg())
        if "Latin" in missing:
            raise BadQuestion(f"no font is installed here: a PNG needs one, such as {raster.SCRIPTS['Latin'][2]}")
        if not missing:
            return raster.png(self.svg(), width)
        fonts = "; ".join(raster.SCRIPTS[script][2] for script in missing)
        mark = word("en", "font", script=" and ".join(missing) + " letters", fonts=fonts)
        warnings.warn(mark, stacklevel=2)
        return raster.png(self._in_english(mark), width)

    def _in_english(self, mark: str) -> str:
        """The picture in English; a letter of a name that no font has even so is shown as a question mark."""
        from kg.pictures import raster

        svg = self._draw("en", mark).svg
        return svg if not raster.lacking(svg) else "".join("?" if raster.lacking(c) else c for c in svg)

    def html(self) -> str:
        """The picture as a page: the drawing, its caption and a table of its data; it loads nothing from elsewhere."""
        told, tag = self.drawing, LANGUAGES[self.language]
        head, *rows = told.table
        cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        caption = "".join(f"<div>{escape(line)}</div>" for line in told.caption)
        return (
            f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            f'<meta name="viewport" content="width=device-width">\n'
            f"<title>{escape(told.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"<figure>\n{told.svg}<figcaption>{caption}</figcaption>\n</figure>\n"
            f"<details><summary>{escape(word(self.language, 'data'))} ({len(rows)})</summary>\n"
            f"<table><caption>{escape(told.title)}</caption><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>\n"
            "</details>\n</main>\n</body>\n</html>\n"
        )

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, in the form that its ending tells: .svg, .png or .html; the path.

        BadQuestion for another ending, or where the file cannot be written.
        """
        path = Path(path)
        ending = path.suffix.lstrip(".").lower()
        if ending not in ENDINGS:
            raise BadQuestion(f"{path}: no form of picture ends in .{ending}; there are .{', .'.join(ENDINGS)}")
        content = self.png() if ending == "png" else (self.svg() if ending == "svg" else self.html()).encode()
        try:
            path.write_bytes(content)
        except OSError as e:
            raise BadQuestion(f"{path} cannot be written: {e.strerror}") from None
        return path
