"""The commands of `kg`, one module each, and the options that several share."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import BadQuestion
from kg.generations import CURRENT, default_store

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import Graph


def store_option(parser: argparse.ArgumentParser) -> None:
    """Add `--on`."""
    told = "the store: a folder or a SPARQL endpoint (default: $KG_STORE, else your data folder)"
    parser.add_argument("--on", metavar="PATH|URL", help=told)


def suppose_option(parser: argparse.ArgumentParser) -> None:
    """Add `--suppose`."""
    told = "a hypothesis to suppose (TOML, or CSV as `kg assess` writes it); repeat for several; `kg what-if` compares"
    parser.add_argument("--suppose", metavar="FILE", action="append", default=[], help=told)


def view_options(parser: argparse.ArgumentParser) -> None:
    """Add `--as`, `--to`, `--cite` and `--lang`."""
    from kg.views import names

    form = "form of the answer (json: SPARQL 1.1 results; turtle: of CONSTRUCT)"
    parser.add_argument("--as", dest="view", choices=names(), help=form)
    told = "write the answer to a file, in the form that its ending tells (.csv, .md, .xlsx …) unless --as says another"
    parser.add_argument("--to", metavar="FILE", type=file_option, help=told)
    parser.add_argument("--cite", action="store_true", help="add a citation to each row, and a bibliography in BibTeX")
    language_option(parser)


def file_option(text: str) -> Path | None:
    """The file that `--to` names; "-" is the screen."""
    return None if text == "-" else Path(text)


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
    if (folder / CURRENT).exists():
        return kg.open(folder)
    print(f"kg: no store yet; building one in {folder}", file=sys.stderr)
    return kg.build(folder)


def read_language(language: str) -> tuple[str, str]:
    """The language in which what there is in Chinese and English only is told, and the mark of a fallback."""
    return (language, "") if language in ("zh", "en") else ("en", " [en]")


#: Endings of files that are not the names of their views.
_ENDINGS = {"md": "markdown", "ttl": "turtle", "htm": "html", "txt": "table"}
#: Views that have no room for a bibliography.
_BARE = ("csv", "tsv")


def write_answer(answer: Answer, options: argparse.Namespace) -> None:
    """Print an answer, or write it to a file, as `--as`, `--to` and `--cite` say."""
    from kg.views import names

    ending = options.to.suffix.lstrip(".").lower() if options.to else ""
    view = options.view or _ENDINGS.get(ending, ending) or "table"
    if view not in names():
        raise BadQuestion(f"{options.to}: no form ends in .{ending}; say it with --as ({', '.join(names())})")
    rendered = answer.to(view, options.cite)
    told = rendered if isinstance(rendered, bytes) else rendered.removesuffix("\n").encode() + b"\n"
    bibliography = answer.bibliography if options.cite and view in _BARE else ""
    if options.to:
        page = b'<!doctype html><meta charset="utf-8">' if view == "html" else b""
        write_file(options.to, page + told)
        if bibliography:
            write_file(options.to.with_name(options.to.name + ".bib"), bibliography.encode())
        print(f"kg: {answer.caption} → {options.to}", file=sys.stderr)
        return
    if isinstance(rendered, bytes) and sys.stdout.isatty():
        raise BadQuestion(f"{view} is not for a terminal: name a file with --to answer.{view}")
    if isinstance(rendered, bytes):
        sys.stdout.buffer.write(told)
    else:
        write(rendered)
    if bibliography:
        print(bibliography, file=sys.stderr)


def write_file(path: Path, content: bytes) -> None:
    """Write a file that a user named; BadQuestion where that cannot be done."""
    try:
        path.write_bytes(content)
    except OSError as e:
        raise BadQuestion(f"{path} cannot be written: {e.strerror}") from None


def read_text(path: Path) -> str:
    """The text of a file that a user named; BadQuestion where it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise BadQuestion(f"{path} cannot be read as UTF-8 text: {e}") from None


def write(text: str) -> None:
    """Print a result, with one line break at its end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
