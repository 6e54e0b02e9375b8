"""Twin cities from a GEXF file, read into a graph that stands, in place of those that are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kg
from kg.errors import BadTable
from kg.ingestion import ingest

GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph><nodes>
<node id="Q1899" label="Kyiv"/><node id="Q2280" label="Minsk"/><node id="Q649" label="Moscow"/><node id="Q90000001"/>
</nodes><edges>
<edge id="0" source="Q1899" target="Q649"/><edge id="1" source="Q649" target="Q1899"/>
<edge id="2" source="Q2280" target="Q90000001"/><edge id="3" source="Q2280" target="Q2280"/>
</edges></graph></gexf>
"""


@pytest.fixture
def mine(store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(store, tmp_path / "mine"))


@pytest.fixture
def gexf(tmp_path: Path) -> Path:
    path = tmp_path / "links.gexf"
    path.write_text(GEXF, "utf-8")
    return path


def records(folder: Path) -> list[dict[str, str]]:
    found = kg.open(folder).query(
        """PREFIX eic: <https://w3id.org/eic/ontology#>
        SELECT ?key ?date ?without WHERE { ?r a eic:TwinningRecord ; eic:recordKey ?key .
        OPTIONAL { ?r eic:asOf ?date } OPTIONAL { ?r eic:recordUndated ?without } } ORDER BY ?key"""
    )
    return [{name: str(value) for name, value in dict(row).items()} for row in found]


def test_the_file_comes_in_place_of_what_is_shipped(mine: Path, gexf: Path) -> None:
    assert len(records(mine)) == 27
    ingest(mine, "twin-cities", [gexf], "2026-11-01")
    (one,) = records(mine)
    assert "q649-q1899" in one["key"].lower() and "2026-11-01" in one["date"]


def test_the_question_answers_from_the_file(mine: Path, gexf: Path) -> None:
    ingest(mine, "twin-cities", [gexf], "2026-11-01")
    rows = kg.open(mine).ask("twin-cities", place="Kyiv")
    assert len(rows) == 1 and "Moscow" in str(rows) and "2026-11-01" in str(rows)


def test_pairs_that_the_graph_does_not_know_are_told_of(mine: Path, gexf: Path) -> None:
    told: list[str] = []
    ingest(mine, "twin-cities", [gexf], "2026-11-01", progress=told.append)
    assert any("1 of 2" in text for text in told)


def test_a_file_without_a_date_is_not_dated_by_the_shipped_one(mine: Path, gexf: Path) -> None:
    ingest(mine, "twin-cities", [gexf])
    (one,) = records(mine)
    assert "2022" not in one["date"] and "true" in one["without"].lower()


@pytest.mark.parametrize("text", ["", "<gexf>", "<gexf><graph><node id='Kyiv'/></graph></gexf>"])
def test_a_faulty_file_leaves_the_graph_as_it_was(mine: Path, gexf: Path, text: str) -> None:
    gexf.write_text(text, "utf-8")
    with pytest.raises(BadTable, match=r"links\.gexf"):
        ingest(mine, "twin-cities", [gexf], "2026-11-01")
    assert len(records(mine)) == 27
