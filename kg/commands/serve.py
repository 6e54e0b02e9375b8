"""`kg serve`: the graph over HTTP, for people and for programs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from kg.errors import BadQuestion
from kg.generations import CURRENT, default_store

HELP = "serve the graph over HTTP: pages in three languages, SPARQL, whole graphs, each question as a REST call"
EXAMPLE = "kg serve data/eic --port 7880"
NOTES = """Read-only, on loopback, and bounded: a request that takes too long, too much memory or too many rows is
stopped or cut, and says so. A new build of the folder is taken up while the server runs. One line of JSON for each
request goes to the log, without its query, of which it has a digest.
Scratch store: `kg serve memory: --allow-update` takes updates from this machine, or, with --host, from who sends the
token in $EIC_SERVE_TOKEN; it is gone when the server stops."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = f"{parser.epilog}\n\n{NOTES}"
    told = "a folder that `kg build` made, or memory: (default: $KG_STORE, else your data folder)"
    parser.add_argument("target", metavar="PATH", nargs="?", help=told)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=7880, help="the port (default 7880; 0: any that is free)")
    parser.add_argument("--base", default="", metavar="URL", help="where the site is seen from outside, for its links")
    told = "let pages of this origin read answers (https://example.org, or * for all); repeat for several"
    parser.add_argument("--cors", metavar="ORIGIN", action="append", default=[], help=told)
    told = "trust the X-Forwarded-For of a proxy on this machine, so that limits are by its clients"
    parser.add_argument("--behind-proxy", action="store_true", help=told)
    parser.add_argument("--allow-update", action="store_true", help="take updates; for memory: only")
    parser.add_argument("--empty", action="store_true", help="begin the scratch store with nothing in it")
    parser.add_argument("--log", metavar="FILE", type=Path, help="write the log to a file instead of the screen")
    for name, unit, value, told in _LIMITS:
        parser.add_argument(
            f"--{name}",
            metavar=unit,
            type=int if name == "cache" else _positive,
            default=value,
            help=f"{told} (default {value})",
        )


_LIMITS = (
    ("seconds", "S", 30, "how long one request may take"),
    ("memory", "MB", 1024, "how much memory one request may take"),
    ("rows", "N", 100_000, "how many rows or triples one answer of a query may have"),
    ("workers", "N", 1 + (os.cpu_count() or 1), "how many requests are worked on at a time, and half as many long"),
    ("per-client", "N", 64, "how many requests of one client are at work or waiting"),
    ("cache", "MB", 64, "how much memory the cache of answers may take"),
)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is wanted, not {text!r}")
    return int(text)


def _default() -> str:
    """The graph in the default store, which is built first where there is none."""
    from kg.commands import open_graph

    if not (default_store() / CURRENT).exists():
        open_graph(None)
    return str(default_store())


def _log(path: Path | None) -> Any:
    try:
        return path.open("a", encoding="utf-8", buffering=1) if path else sys.stderr
    except OSError as e:
        raise BadQuestion(f"--log {path} cannot be written: {e.strerror}") from None


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.web.lanes import Capacity
    from kg.web.serving import Options, serve
    from kg.web.site import Limits

    serve(
        options.target or _default(),
        Options(
            host=options.host,
            port=options.port,
            base=options.base.rstrip("/"),
            origins=tuple(options.cors),
            allow_update=options.allow_update,
            empty=options.empty,
            behind_proxy=options.behind_proxy,
            limits=Limits(seconds=options.seconds, memory=options.memory << 20, rows=options.rows),
            capacity=Capacity(options.workers, max(2, options.workers // 2), client=options.per_client),
            cache=options.cache << 20,
            log=_log(options.log),
        ),
        lambda told: print(f"kg: serving {told} (Ctrl-C stops)", file=sys.stderr),
    )
    return 0
