"""HTML that is safe by construction: a text is escaped wherever it is put in, and only `tag` makes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

#: Characters that no page may hold (HTML, section 13.2.3.5): they are shown as replaced.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_VOID = {"input", "link", "meta", "br", "hr"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Iterable["Content"] | None


def text(content: Content) -> Markup:
    """Content as HTML: texts escaped, markup as it is, the members of a list one after another, nothing for None.

    >>> text(['"><script>', None, tag("b", "&")])
    '&quot;&gt;&lt;script&gt;<b>&amp;</b>'
    """
    if content is None:
        return Markup()
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(escape(_FORBIDDEN.sub("\ufffd", content)))
    return Markup("".join(map(text, content)))


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Markup:
    """An element; of its attributes those that are None or False are left out, and `class_` stands for `class`.

    >>> tag("a", "Kyiv & Minsk", href="?a=1&b=2", class_=None)
    '<a href="?a=1&amp;b=2">Kyiv &amp; Minsk</a>'
    """
    told = ""
    for key, value in attributes.items():
        if value is not None and value is not False:
            word = key.rstrip("_").replace("_", "-")
            told += f" {word}" if value is True else f' {word}="{text(value)}"'
    return Markup(f"<{name}{told}>" if name in _VOID else f"<{name}{told}>{text(content)}</{name}>")


def joined(parts: Iterable[Content], between: str = " · ") -> Markup:
    """Those of the parts that hold something, with a text between each two."""
    return Markup(text(between).join(filter(None, map(text, parts))))
