"""Bringing in a table that nobody foresaw, by a declared mapping: a source of the user's own, in a graph of its own."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kg.discovery import modules
from kg.errors import BadQuestion
from kg.ingestion import Ingested, replace
from kg.loading import Progress
from kg.mapped import Mapped
from kg.mapping import Declared
from kg.placing import Known
from kg.resolution import read_settled, unsettled

_WHY = {
    "ambiguous": "ambiguous",
    "unknown": "unknown",
    "conflict": "in conflict",
    "nameless": "without a name",
    "no place": "settled as no place",
    "itself": "of a place with itself",
}


class Brought(NamedTuple):
    """What a table has brought: the ingestion, how many rows it has and how many became records, why the others did
    not, and a settling table of the names that are left open ("" where none is)."""

    ingested: Ingested
    rows: int
    kept: int
    left: dict[str, int]
    unsettled: str

    @property
    def told(self) -> str:
        """The same in one line.

        >>> Brought(Ingested("a", 1, 0, ""), 131, 120, {"ambiguous": 7, "unknown": 4}, "").told
        'resolved 120 of 131; left out: 7 ambiguous, 4 unknown'
        """
        left = ", ".join(f"{count:,} {_WHY[why]}" for why, count in self.left.items())
        return f"resolved {self.kept:,} of {self.rows:,}" + (f"; left out: {left}" if left else "")


def bring(
    folder: str | Path,
    table: str | Path,
    mapping: str | Path,
    name: str = "",
    as_of: str = "",
    settled: str | Path | None = None,
    progress: Progress | None = None,
) -> Brought:
    """Read a table into the graph in a folder as a mapping declares; what its source held before is replaced.

    `name` and `as_of` stand for those of the mapping, `settled` is a table of what names of places mean. BadTable with
    file, line and column for a faulty mapping or row; then the graph that stood there still does. Rows of which a place
    is ambiguous or not known are left out, counted and listed.
    """
    if not Path(table).is_file():
        raise BadQuestion(f"there is no file {table}")
    declared = Declared(Path(mapping), name, as_of)
    if declared.source.name in [module.SOURCE.name for module in modules()]:
        what = f"a source called {declared.source.name!r} is shipped with the graph"
        raise declared.fault("name", what, "give your own another name, or use --name")
    choices = read_settled(Path(settled)) if settled else None
    mapped, tell = Mapped(declared, Path(table)), progress or (lambda _: None)
    done = replace(folder, declared.source, lambda store: mapped.lines(Known(store, tell, choices)), tell)
    counts = mapped.counts
    left = {why: counts[why] for why in _WHY if counts[why]}
    names = ((name, territory, found) for (name, territory), found in mapped.open.items())
    return Brought(done, counts["rows"], counts["kept"], left, unsettled(names) if mapped.open else "")
