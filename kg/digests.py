"""What a graph holds, in one number and one digest that are the same in every store.

Stores differ in the names of blank nodes, the case of language tags, the digits and types of numbers and truth values,
and in how they write an escape: a digest passes over these and over nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.terms import XSD
from kg.values import canonical


class Measure(NamedTuple):
    """The number of triples and the digest (SHA-256, hexadecimal) of what they say."""

    triples: int
    digest: str


def measure(lines: Iterable[bytes]) -> Measure:
    """The measure of lines of N-Triples, each a triple, in any order.

    >>> measure([b'<a:> <b:> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .\\n']) == measure(
    ...     [b'<a:>\\t<b:>\\t"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\\n']
    ... )
    True
    """
    count, known, blank = 0, set[bytes](), list[bytes]()
    for line in lines:
        count += 1
        told = _canonical(line)
        if has_blank(told):
            blank.append(told)
        else:
            known.add(hashlib.sha256(told).digest())
    known |= {hashlib.sha256(told).digest() for told in _settled(blank)}
    return Measure(count, hashlib.sha256(b"".join(sorted(known))).hexdigest())


def digest(triples: Iterable[ox.Triple]) -> str:
    """The digest of triples."""
    return measure(f"{triple} .\n".encode() for triple in triples).digest


def _canonical(line: bytes) -> bytes:
    """A line as it is digested: languages in lower case, numbers and truth values in one form and of one type."""
    if b"\\" in line or b"\t" in line:
        line = _rewritten(line)
    if line.endswith(b'" .\n') or b'"' not in line:
        return line
    head, quote, tail = line.rpartition(b'"')
    if tail.startswith(b"@"):
        return head + quote + tail.lower()
    if tail == _TEXT:
        return head + b'" .\n'
    if tail not in _PLAIN:
        return line
    at = head.rindex(b'"') + 1
    return head[:at] + _value(head[at:], tail) + _NUMBER


def has_blank(line: bytes) -> bool:
    """Whether the subject or the object of a line of N-Triples is a blank node."""
    return line.startswith(b"_:") or line.split(b" ", 2)[2].startswith(b"_:")


def _settled(lines: list[bytes]) -> list[bytes]:
    """Lines with blank nodes, these named by what is said of them (RDFC 1.0), and so alike in every store."""
    told = ox.Dataset(ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES))
    told.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [f"{quad.triple} .\n".encode() for quad in told]


def _rewritten(line: bytes) -> bytes:
    """A line as Oxigraph writes it: others escape other characters, and separate by tabs."""
    if 0 <= line.find(b"\t") < line.find(b" "):
        line = line.replace(b"\t", b" ", 2)
    if b"\\" not in line and b"\t" not in line:
        return line
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return f"{quad.triple} .\n".encode()


_TRUTH = {b"true": b"1", b"false": b"0"}  # Virtuoso makes `true` and `1` one
_TEXT, _NUMBER = f"^^<{XSD}string> .\n".encode(), b'"^^<number:> .\n'
_PLAIN = {f"^^<{XSD}{name}> .\n".encode(): ox.NamedNode(XSD + name) for name in ("boolean", "integer", "decimal")}


def _value(text: bytes, tail: bytes) -> bytes:
    """A number or truth value, by its text and what stands behind it, in the form that answers have."""
    plain = text.isdigit() and len(text) < 13 and not text.startswith(b"0")  # nearly all are
    return text if plain else _form(text, tail)


@lru_cache(10_000)
def _form(text: bytes, tail: bytes) -> bytes:
    value = canonical(ox.Literal(text.decode(), datatype=_PLAIN[tail]), "decimal")
    return _TRUTH.get(text, value.value.encode() if isinstance(value, ox.Literal) else text)
