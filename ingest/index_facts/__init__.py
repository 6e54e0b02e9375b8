"""Single ranks, scores and levels of cities and countries in well-known indices, as public pages report them.

These stand beside the paper's own ranks and correct none of them. A rank compares within one list of one edition only,
so each row names both. A city or state of the paper is named as there, a country it does not speak of by its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.references import Reference, tables
from kg.schema import Schema

SOURCE = Reference(
    name="index-facts",
    title={
        "zh": "城市与国家在若干指数中的名次与等级：据公开网页逐条辑录",
        "en": "Ranks and levels of cities and countries in some indices, gathered from public pages",
    },
    view={"zh": "指数的公开报道", "en": "public reports on indices", "ru": "открытые сообщения об индексах"},
    as_of="",
    licence="CC BY 4.0",
    attribution="Single facts restated from the public pages that each record names",
    origin="public pages, named by each record",
    needs=("paper", "territories"),
)
FOLDER = Path(__file__).parent


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """All records of indices; BadTable with file, line and column for a faulty row."""
    return tables(SOURCE, FOLDER, schema)
