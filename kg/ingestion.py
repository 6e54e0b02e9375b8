"""Bringing a file into a graph that stands: one reference source is read anew, all else stays as it is.

The generation that is current is copied (its files are linked, so that is quick), the source's own graph in the copy is
replaced, streamed from the file into the store, and the copy becomes the current one. What rules say of the classes of
its things is written along, for they are known beforehand; a source whose SOURCE says so has all rules run again, and
all checks with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from traceback import clear_frames
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.catalog import DATASET, describe_graph
from kg.checks import all_checks, insist, run_checks
from kg.clearing import size, still_named, without
from kg.discovery import modules, source_module
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, KgError, StoreProblem, UnknownName
from kg.generations import current, publish
from kg.kept import keep
from kg.loading import Progress
from kg.placing import Known
from kg.reasoning import materialise
from kg.references import Reference
from kg.resolution import read_settled
from kg.streams import Stream, closure
from kg.terms import GRAPH, ID, OWL, eic, layer

_VERSION = ox.NamedNode(OWL + "versionInfo")
_DIGEST = eic("contentDigest")
_CATALOG = layer("catalog")


class Ingested(NamedTuple):
    """What an ingestion has brought: the source, how many statements it has now and had before, and the version."""

    source: str
    statements: int
    before: int
    version: str


def ingest(
    folder: str | Path,
    name: str,
    files: Sequence[str | Path] = (),
    as_of: str = "",
    progress: Progress | None = None,
    settled: str | Path | None = None,
    **fetching: Any,
) -> Ingested:
    """Read files into the graph in a folder, as what a reference source holds, in place of what it held before.

    BadTable with file and line where a row is faulty, BadQuestion for a source that takes no files, StoreProblem where
    the folder has no graph of ours; then the graph that stood there still does. `as_of` (YYYY-MM-DD) is the date of
    rows that have none, `settled` a table of what names of places mean. A source that is asked over the net takes no
    files but what its `fetch` does: an endpoint, a folder for a cache.
    """
    tell = progress or (lambda _: None)
    module = source_module(name)
    paths = [Path(file) for file in files]
    for path in paths:
        if not path.is_file():
            raise BadQuestion(f"there is no file {path}")
    choices = read_settled(Path(settled)) if settled else None
    if hasattr(module, "standing") and (there := module.standing(ox.Store.read_only(str(current(Path(folder)))))):
        tell(f"what stands goes out: {name} {there}")
    if hasattr(module, "lines") and paths:
        return replace(
            folder, module.SOURCE, lambda store: module.lines(paths, Known(store, tell, choices), as_of), tell
        )
    if hasattr(module, "fetch") and not paths:
        return replace(folder, module.SOURCE, lambda store: module.fetch(Known(store, tell, choices), **fetching), tell)
    if hasattr(module, "lines"):
        raise BadQuestion(f"name a file to read for {name}: {getattr(module, 'FILES', 'see `kg sources`')}")
    taking = ", ".join(m.SOURCE.name for m in modules() if hasattr(m, "lines"))
    hint = "; leave them out" if hasattr(module, "fetch") else f"; those that do: {taking}. Any other table: --map FILE"
    raise BadQuestion(f"{name} takes no files{hint}")


def forget(folder: str | Path, name: str, progress: Progress | None = None) -> Ingested:
    """Take all that a reference source told out of the graph in a folder, be it shipped or a user's own."""
    try:
        source = source_module(name).SOURCE
    except UnknownName:
        source = Reference(name, {}, {}, "", "", "", "")
        known = [graph.value for graph in ox.Store.read_only(str(current(Path(folder)))).named_graphs()]
        if source.graph.value not in known:
            raise UnknownName("source", name, [iri.rpartition("/reference/")[2] for iri in known]) from None
    if not isinstance(source, Reference):
        raise BadQuestion(f"{name} is what the graph is about and cannot be taken out")
    return replace(folder, source, None, progress or (lambda _: None))


def replace(folder: str | Path, source: Reference, read: Any, tell: Progress) -> Ingested:
    """Replace what one source holds by what `read` gives of a store as lines of N-Quads; None only takes it out."""
    place = Path(folder)
    done: list[Ingested] = []
    publish(place, lambda fresh: done.append(_write(current(place), fresh, source, read, tell)))
    return done[0]


def _write(old: Path, fresh: Path, source: Reference, read: Any, tell: Progress) -> Ingested:
    try:
        return _written(old, fresh, source, read, tell)
    except BaseException as e:
        clear_frames(e.__traceback__)  # else whoever keeps the error keeps the store open, and no other can stand there
        if isinstance(e, OSError | RuntimeError) and not isinstance(e, KgError):
            raise StoreProblem(f"{fresh} cannot be written: {e!s:.300}; make room, or name another store") from None
        raise


def _written(old: Path, fresh: Path, source: Reference, read: Any, tell: Progress) -> Ingested:
    there = ox.Store.read_only(str(old))
    if before := size(there, source.graph):
        tell(f"removing what {source.name} held")
    store = without(there, fresh, source.graph, anew=source.derives)
    above = closure(store.quads_for_pattern(None, None, None, layer("ontology")))
    stream = Stream(iter(()) if read is None else _with_source(source, read(store)), above, tell)
    stream.into(store)
    if before:
        _tell_of_the_nameless(there, store, source, tell)
    if source.derives:
        tell("deriving")
        materialise(store, done={"superclass"})
    version = _describe(store, source, stream)
    tell("checking")
    insist(run_checks(store, every=[c for c in all_checks() if c.records or (source.derives and c.build)]))
    store.flush()
    keep(Oxigraph(store, str(fresh), sealed=True).query, fresh)
    return Ingested(source.name, stream.count, before, version)


def _tell_of_the_nameless(old: ox.Store, store: ox.Store, source: Reference, tell: Progress) -> None:
    """Say who still names things that the source made known and nothing does now: they have neither label nor class."""
    for graph, (rows, things) in sorted(still_named(old, store, source.graph).items()):
        name = graph.removeprefix(GRAPH).removeprefix("reference/")
        first, *more = sorted(iri.removeprefix(ID) for iri in things)
        what = f"{first} and {len(more):,} more" if more else first
        still = f"rows of {name} that still name what only {source.name} made known ({what}): {len(rows):,}"
        declared = f'declare it in their mapping, [things."{first}"], and read their table again'
        tell(f"{still}; {declared}, or bring {source.name} back")


def _with_source(source: Reference, lines: Iterator[str]) -> Iterator[str]:
    yield "".join(f"{quad} .\n" for quad in source.describe())
    yield from lines


def _describe(store: ox.Store, source: Reference, stream: Stream) -> str:
    """Put into the catalog how large the graph of a source is now, and the new version of the whole; return that."""
    of_graph = [*store.quads_for_pattern(source.graph, None, None, _CATALOG)]
    for quad in [*of_graph, *store.quads_for_pattern(None, None, source.graph, _CATALOG)]:
        store.remove(quad)
    if stream.count:
        store.extend(describe_graph(source.graph, stream.count, stream.digest.hexdigest()))
    told = sorted(f"{q.subject} {q.object}" for q in store.quads_for_pattern(None, _DIGEST, None, _CATALOG))
    old = next(store.quads_for_pattern(DATASET, _VERSION, None, _CATALOG), None)
    if old is None or not isinstance(old.object, ox.Literal):
        raise StoreProblem("the store holds no graph of ours; `kg build` makes one")
    built = old.object.value.split(".r")[0]
    version = f"{built}.r{hashlib.sha256(''.join(told).encode()).hexdigest()[:8]}" if told else built
    store.remove(old)
    store.add(ox.Quad(DATASET, _VERSION, ox.Literal(version), _CATALOG))
    return version
