"""`kg ingest`: read files into the graph, as what a source holds: a shipped one, or a user's own table by a mapping."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands import store_option, write_file
from kg.errors import BadQuestion

if TYPE_CHECKING:
    from kg.ingestion import Ingested

HELP = "read files into the graph, in place of what their source held; --forget takes that out again"
EXAMPLE = """kg ingest geonames cities15000.txt --as-of 2026-11-01
  kg ingest ranks.csv --map ranks.toml --unsettled open.csv     # any table; then fill in open.csv, and again with
  kg ingest ranks.csv --map ranks.toml --settled open.csv
  kg ingest assessments kazan.csv baku.csv    # what `kg assess` wrote, filled in: all that are yours, for a later call
                                              # puts its files in place of these
  kg ingest wikidata --cache answers/

A mapping (docs/mapping-example.toml is one at length; help("kg.mapping") says all that it may hold):
  name = "city-ranks"
  class = "IndexRecord"
  title = { en = "City ranks", zh = "城市名次" }
  licence = "not stated"
  attribution = "City Ranks Ltd"
  origin = "https://example.org/ranks"
  as_of = "2025"
  # roster = "complete"       # with class = "AllianceMembershipRecord": all members of each alliance in it are listed
  [columns]
  indexedPlace = { place = { name = "City", territory = "Country" } }
  indexName = { constant = "City ranks" }
  recordedRank = { column = "Rank", unknown = ["n/a"] }"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("source", metavar="SOURCE|TABLE", help="a reference source, or with --map a table")
    parser.add_argument("files", metavar="FILE", nargs="*", help="what to read for the source")
    parser.add_argument("--map", metavar="FILE", type=Path, help="the mapping by which to read a table (TOML)")
    parser.add_argument("--name", default="", metavar="SLUG", help="the name of the source, in place of the mapping's")
    parser.add_argument("--as-of", default="", metavar="DATE", help="the date of rows that have none: 2026-11-01, 2026")
    parser.add_argument(
        "--settled", metavar="FILE", type=Path, help="what names of places mean, as a person settled it"
    )
    parser.add_argument("--unsettled", metavar="FILE", type=Path, help="write the names that are left open to a table")
    parser.add_argument("--endpoint", default="", metavar="URL", help="wikidata: whom to ask, in place of Wikidata")
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help="wikidata: keep answers here, and take them from here"
    )
    parser.add_argument("--forget", action="store_true", help="take out all that the source told")
    store_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.generations import default_store
    from kg.ingestion import forget, ingest

    folder = options.on or default_store()
    if "://" in str(folder):
        raise BadQuestion("files are read into a store on disk; `kg load` brings that to a remote one")
    _check(options)
    if options.map:
        done = _mapped(folder, options)
    elif options.forget:
        done = forget(folder, options.source, _tell)
    else:
        fetching = {k: v for k, v in (("endpoint", options.endpoint), ("cache", options.cache)) if v}
        done = ingest(folder, options.source, options.files, options.as_of, _tell, options.settled, **fetching)
    if done.before and done.statements and not options.map:
        _tell(f"what {done.source} held before is replaced; to keep several files, name them all in one call")
    print(f"{done.source}: {done.statements:,} statements, where there were {done.before:,}; graph {done.version}")
    return 0


def _tell(text: str) -> None:
    print(f"kg: {text}", file=sys.stderr)


def _check(options: argparse.Namespace) -> None:
    """BadQuestion for options that do not go together."""
    for name in ("name", "unsettled"):
        if getattr(options, name) and not options.map:
            raise BadQuestion(f"--{name} goes with --map")
    if options.map and (options.files or options.forget):
        raise BadQuestion("with --map name one table; --forget names the source alone")
    if options.forget and options.files:
        raise BadQuestion("--forget reads no files")
    if not options.map and not options.forget and Path(options.source).suffix and Path(options.source).is_file():
        raise BadQuestion(f"{options.source} is a file: name its source first, or say with --map how to read it")


def _mapped(folder: str | Path, options: argparse.Namespace) -> Ingested:
    """Read a table by a mapping, and say what became of its rows."""
    from kg.bringing import bring

    brought = bring(folder, options.source, options.map, options.name, options.as_of, options.settled, _tell)
    where = ""
    if brought.unsettled and options.unsettled:
        write_file(options.unsettled, brought.unsettled.encode())
        where = f" -> {options.unsettled}"
    elif brought.unsettled:
        where = "; --unsettled FILE lists the names, to be settled by a person"
    print(f"{brought.told}{where}")
    return brought.ingested
