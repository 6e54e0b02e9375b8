"""City alliances by public pages: their nature, founding, seat and size, and which cities belong to them since when.

`record_alliance.csv` has one main row an alliance, the one with a nature and a roster status, and further rows where a
second source gives another year, seat or number: both stay. `record_alliance_membership.csv` has one row a city,
alliance and source; where the source does not say in what standing a city belongs, the row has none. No roster is
complete unless its row says so: a city that is not listed may be a member all the same. Confidence is high where the
body itself or two sources say it, medium where one other page does, low where that page is indirect or doubtful.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.references import Reference, tables
from kg.schema import Schema

SOURCE = Reference(
    name="alliance-rosters",
    title={
        "zh": "城市联盟的性质、成立、所在地与成员：据公开网页逐条辑录",
        "en": "City alliances, their nature, founding, seat and members, gathered from public pages",
    },
    view={"zh": "联盟的公开网页", "en": "public pages on alliances", "ru": "открытые страницы об объединениях"},
    as_of="",
    licence="CC BY 4.0",
    attribution="Facts restated from the public pages that each record names",
    origin="public pages, named by each record",
    needs=("geonames",),
)
FOLDER = Path(__file__).parent


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """All records of alliances and memberships; BadTable with file, line and column for a faulty row."""
    return tables(SOURCE, FOLDER, schema)
