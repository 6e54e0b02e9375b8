"""The commands of `kg`, one module each, and the options that several share."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import BadQuestion
from kg.generations import default_store

if TYPE_CHECKING:
    from kg.graph import Graph

VIEWS = ("table", "csv", "tsv", "json", "markdown", "html")


def store_option(parser: argparse.ArgumentParser) -> None:
    """Add `--on`."""
    told = "the store: a folder or a SPARQL endpoint (default: $KG_STORE, else your data folder)"
    parser.add_argument("--on", metavar="PATH|URL", help=told)


def suppose_option(parser: argparse.ArgumentParser) -> None:
    """Add `--suppose`."""
    told = "a hypothesis to suppose (TOML, or CSV as `kg assess` writes it); repeat for several; `kg what-if` compares"
    parser.add_argument("--suppose", metavar="FILE", action="append", default=[], help=told)


def view_options(parser: argparse.ArgumentParser) -> None:
    """Add `--as` and `--lang`."""
    form = "form of the answer (json: SPARQL 1.1 results)"
    parser.add_argument("--as", dest="view", choices=VIEWS, default="table", help=form)
    language_option(parser)


def language_option(parser: argparse.ArgumentParser) -> None:
    """Add `--lang`."""
    told = "language of labels; a fallback to another one is marked"
    parser.add_argument("--lang", choices=("zh", "en", "ru"), default="en", help=told)


def open_graph(target: str | None, suppose: list[str] | None = None) -> Graph:
    """The graph at `--on`, or in the default store, which is built first where there is none; under `--suppose`."""
    graph = _stored(target)
    for file in suppose or []:
        from kg.hypotheses import read
        from kg.whatif import suppose as under

        graph = under(graph, read(file))
    return graph


def _stored(target: str | None) -> Graph:
    import kg

    if target is not None:
        return kg.open(target)
    folder = default_store()
    if folder.exists() and any(folder.iterdir()):
        return kg.open(folder)
    print(f"kg: no store yet; building one in {folder}", file=sys.stderr)
    return kg.build(folder)


def read_text(path: Path) -> str:
    """The text of a file that a user named; BadQuestion where it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise BadQuestion(f"{path} cannot be read as UTF-8 text: {e}") from None


def write(text: str) -> None:
    """Print a result, with one line break at its end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
