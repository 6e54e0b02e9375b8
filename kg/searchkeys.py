"""Keys by which a graph is searched: as kg.namekeys makes them, but with Chinese characters as they stand.

So a graph is the same whether or not a library of Chinese characters is installed. Gazetteers list traditional and
simplified forms side by side; where opencc is installed, what a person types is looked for in both.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from kg.errors import StoreProblem
from kg.namekeys import characters, kept_letters


def plain_key(name: str) -> str:
    """The form of a name that a graph keeps to be searched for; empty for a name without any letter or digit.

    >>> plain_key("Saint Petersburg"), plain_key("聖彼得堡"), plain_key("Йошкар-Ола")
    ('saintpetersburg', '聖彼得堡', 'иошкарола')
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    text = unicodedata.normalize("NFKD", name).casefold().translate(kept_letters)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def search_keys(name: str) -> list[str]:
    """The keys under which a name may be found: as it is written, simplified, and in traditional characters."""
    key = plain_key(name)
    keys = {key} - {""}
    with suppress(StoreProblem):  # no opencc: what is written is looked for, and no more
        keys |= {key.translate(characters(conversion)) for conversion in ("t2s", "s2t") if not key.isascii()}
    return sorted(keys)
