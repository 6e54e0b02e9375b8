"""Where the content lies: the folders ontology, ingest and queries, in a checkout as in an installed wheel."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from kg.errors import BadTable


@cache
def folder(name: str) -> Path:
    """The folder of one kind of content: "ontology", "ingest" or "queries".

    >>> (folder("queries") / "alliances.rq").is_file()
    True
    """
    place = import_module(f"kg._{name}").__file__
    assert place is not None
    return Path(place).parent


def files(name: str, pattern: str) -> list[Path]:
    """The content files of a folder that fit a pattern, sorted by name."""
    return sorted(folder(name).glob(pattern))


def text_of(path: Path) -> str:
    """The text of a file, without a byte order mark; BadTable where it is not UTF-8 or cannot be read.

    >>> text_of(folder("queries") / "alliances.rq").startswith("#+ ")
    True
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise BadTable(f"not UTF-8 (byte {e.start})", path.name, hint="save it as UTF-8") from None
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", path.name) from None


def front_matter(path: Path) -> tuple[dict[str, object], str]:
    """The `#+` lines at the head of a SPARQL file, read as TOML, and the whole text.

    Raises BadTable with file and line where the front matter is not TOML.
    """
    import tomllib

    text = text_of(path)
    lines = [line[2:] if line.startswith("#+") else "" for line in text.splitlines()]
    try:
        return tomllib.loads("\n".join(lines)), text
    except tomllib.TOMLDecodeError as e:
        raise BadTable(f"front matter: {e}", path.name) from None
    except RecursionError:
        raise BadTable("front matter: nested too deep", path.name) from None
