"""Regional organisations: which territories belong to them, in what standing, and from when to when.

`thing_regional_organisation.csv` and `record_treaty_membership.csv`, written by hand. A row tells of one standing and
the interval in which it held, `until` being the date on which it ended: who was a member and left has a row that ends,
and a row `standingFormer` that begins. An interval without an end held as of the row's `asOf`; one
without a beginning has a beginning that was not found out. Where parties tell different things both rows stand, or one
`standingDisputed` with a note.

A row whose `statedAt` has no address names a treaty or another document that nobody opened for this table: its facts
are from general knowledge, and its confidence is low for that reason alone, until somebody has read the text.

What is here: all that have been members of each organisation; of associates, observers and candidates those of the
EAEU, CIS, SCO, BRICS and OTS, the Council of Europe's observers, the EU's present candidates, and Timor-Leste with
ASEAN. Observers of other organisations are not recorded, which says nothing of whether there are any. A member without
a code in ISO 3166-1 cannot be recorded (docs/places-policy.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.references import Reference, tables
from kg.schema import Schema

SOURCE = Reference(
    name="regional-organisations",
    title={
        "zh": "区域组织及其成员、观察员与候选者，含起止日期，逐行注明出处",
        "en": "Regional organisations, their members, observers and candidates, dated, with the source of each row",
    },
    view={
        "zh": "区域组织成员表（编者）",
        "en": "Table of regional organisations (editors)",
        "ru": "Таблица региональных организаций (редакция)",
    },
    as_of="",
    licence="CC BY 4.0",
    attribution="EIC Graph, eic-kg; each row names the treaty, document or page on which its facts can be read",
    origin="https://w3id.org/eic/",
    needs=("territories",),
)
FOLDER = Path(__file__).parent


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """All statements of the two tables; BadTable with file, line and column for a faulty row."""
    return tables(SOURCE, FOLDER, schema)
