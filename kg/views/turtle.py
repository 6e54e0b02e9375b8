"""Turtle, for answers that are graphs (CONSTRUCT and DESCRIBE): its triples by basis, below a line that says whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import BadQuestion
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from kg.answers import Answer


def render(answer: Answer) -> str:
    """The triples, those of each basis (stated, derived …) together under a comment that names it."""
    if not answer.triples:
        raise BadQuestion("only a graph goes to Turtle: ask with CONSTRUCT, or choose json for a table")
    parts: dict[str, list[ox.Triple]] = {}
    for row, evidence in zip(answer.rows, answer.evidence or [], strict=True):
        basis = "; ".join(evidence.basis)
        parts.setdefault(basis, []).append(ox.Triple(*row))  # type: ignore[arg-type]
    used = {
        name: base for name, base in PREFIXES.items() if any(base in str(t) for part in parts.values() for t in part)
    }
    blocks = ["".join(f"@prefix {name}: <{base}> .\n" for name, base in used.items())]
    for basis, triples in sorted(parts.items()):
        text = (ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode()
        lines = [line for line in text.splitlines() if not line.startswith("@prefix ")]
        blocks.append("\n".join([f"# {basis}", *lines]) if basis else "\n".join(lines))
    return f"# {answer.caption}\n" + "\n".join(block.rstrip() + "\n" for block in blocks)
