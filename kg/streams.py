"""Lines of N-Quads on their way into a store, with what follows of classes put in.

The lines are made in a thread of their own, for the store parses and sorts what it has without holding Python's lock.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Iterator
from typing import IO, cast

import pyoxigraph as ox

from kg.loading import Progress
from kg.schema import Schema
from kg.terms import RDF_TYPE, layer

_TOLD = 100_000  # lines between two words on the progress
_BATCH, _BATCHES = 1 << 20, 4  # bytes that are handed over at once, and how many such may wait
_MARK = f" {RDF_TYPE} "


def closure(ontology: Iterator[ox.Quad]) -> dict[str, str]:
    """For each class the lines, to be filled with a thing for {}, that say that it is of the classes above too."""
    store = ox.Store()
    store.extend(ontology)
    return {
        str(class_): "".join(f"{{}} {RDF_TYPE} {above} {layer('inferred')} .\n" for above in sorted(map(str, ups)))
        for class_, all_ in Schema(store).superclasses.items()
        if (ups := all_ - {class_})
    }


class Stream:
    """Lines of N-Quads as a file that a store reads; `count` of them have been read, and `digest` is theirs."""

    def __init__(self, lines: Iterator[str], above: dict[str, str], tell: Progress):
        self._lines, self._above, self._tell = lines, above, tell
        self._made: queue.Queue[bytes] = queue.Queue(_BATCHES)
        self._rest, self._at = b"", 0
        self._unwanted = threading.Event()
        self._fault: BaseException | None = None
        self.count, self.digest = 0, hashlib.sha256()

    def into(self, store: ox.Store) -> None:
        """Load all lines into a store; what went wrong with a line is raised as itself."""
        maker = threading.Thread(target=self._make, daemon=True)
        maker.start()
        try:
            store.bulk_load(input=cast("IO[bytes]", self), format=ox.RdfFormat.N_QUADS, lenient=True)
        except OSError:
            if self._fault:
                raise self._fault from None
            raise
        finally:
            self._unwanted.set()
            while maker.is_alive():
                self._emptied()
                maker.join(0.05)

    def read(self, size: int = -1) -> bytes:
        """At least a byte of what is left, at most `size`."""
        if self._at == len(self._rest):
            self._rest, self._at = self._made.get(), 0
            if not self._rest:
                self._made.put(b"")  # who asks again is told again
                if self._fault:
                    raise OSError(str(self._fault))  # the store would hide it behind an error of its own
        given = self._rest[self._at :] if size < 0 else self._rest[self._at : self._at + size]
        self._at += len(given)
        return given

    def _make(self) -> None:
        parts, length = list[bytes](), 0
        try:
            for text in self._lines:
                parts.append(self._taken(text))
                length += len(parts[-1])
                if length >= _BATCH:
                    self._made.put(b"".join(parts))
                    parts, length = [], 0
                if self._unwanted.is_set():
                    return
            if parts:
                self._made.put(b"".join(parts))
        except BaseException as e:  # it is raised where the store reads
            self._fault = e
        self._made.put(b"")

    def _emptied(self) -> None:
        try:
            while True:
                self._made.get_nowait()
        except queue.Empty:
            return

    def _taken(self, text: str) -> bytes:
        told = self.count // _TOLD
        self.count += text.count("\n")
        if self.count // _TOLD > told:
            self._tell(f"{self.count:,} statements")
        data = text.encode()
        self.digest.update(data)
        found, more = text.find(_MARK), ""
        while found >= 0:
            start, after = text.rfind("\n", 0, found) + 1, found + len(_MARK)
            thing = text[start:found]
            above = self._above.get(text[after : text.find(" ", after)])
            if above and " " not in thing:  # else it is a literal that looks so
                more += above.replace("{}", thing)
            found = text.find(_MARK, after)
        return data + more.encode() if more else data
