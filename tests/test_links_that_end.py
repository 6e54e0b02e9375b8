"""Links of which records tell that they ended, are to end, or differ; and findings that are a user's own."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.brief import brief
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.pictures import draw
from kg.rosters import rosters
from kg.terms import ID
from tests.assessments import PROFILES, assessment
from tests.records import twins, with_records

MINSK = f"{ID}city/minsk"


@pytest.mark.parametrize(
    ("more", "confirmed", "ended"),
    [
        (("eic:asOf 2025",), "true", ""),
        (("eic:asOf 2025", 'eic:until "2022-03-01"^^xsd:date'), "false", "2022-03-01"),
        (("eic:asOf 2025", "eic:until 2035"), "true", ""),
        (("eic:asOf 2025", "eic:recordStanding eic:standingFormer"), "false", "2025"),
        (("eic:recordUndated true",), "false", ""),
    ],
)
def test_a_twinning_that_ended_is_not_confirmed(
    graph: Graph, more: tuple[str, ...], confirmed: str, ended: str
) -> None:
    there = with_records(graph, ("mine", twins(" ; ".join(more))))
    (row,) = there.ask("twin-cities", place="Minsk", twin="Kyiv")
    assert getattr(row["confirmed"], "value", "") == confirmed
    assert str(getattr(row["ended"], "value", "")) == ended
    told = brief(there, MINSK, "en")
    assert (f"ended or suspended by a record ({ended})" in told) == bool(ended)


def test_an_associate_is_no_member_in_the_picture_nor_in_the_roster(graph: Graph) -> None:
    assert f"{ID}city/hangzhou" not in rosters(graph)[f"{ID}alliance/drei-gewinnt"].members
    row = next(r for r in draw(graph, "network").drawing.table if r[0] == "Hangzhou" and "Drei" in r[1])
    assert "no full member" in row[2]


def test_a_roster_told_to_be_complete_is_not_where_another_record_counts_more(graph: Graph) -> None:
    alliance = f"eic:recordedAlliance <{ID}alliance/drei-gewinnt> ; a eic:AllianceRecord ; eic:recordUndated true"
    there = with_records(graph, ("mine", f"{alliance} ; eic:recordedMemberCount 12"))
    assert rosters(graph)[f"{ID}alliance/drei-gewinnt"].complete
    assert not rosters(there)[f"{ID}alliance/drei-gewinnt"].complete


def test_an_index_without_an_edition_is_among_the_index_records(graph: Graph) -> None:
    ranked = f'a eic:IndexRecord ; eic:indexedPlace <{MINSK}> ; eic:indexName "Mine" ; eic:recordedRank 3'
    there = with_records(graph, ("mine", f"{ranked} ; eic:asOf 2025"))
    assert len(there.ask("index-records", index="mine")) == 1


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "并非论文的观点"), ("en", "not the paper's view"), ("ru", "не точка зрения статьи")]
)
def test_the_matrix_says_whose_findings_those_are_that_the_paper_does_not_make(
    graph: Graph, language: str, told: str
) -> None:
    store = ox.Store()
    store.bulk_extend(graph.quads())
    store.extend(assessment("yerevan", PROFILES["secondTier"], "yerevan", "observer"))
    there = Graph(Oxigraph(store, "memory:"))
    assert told in draw(there, "matrix", language).svg() and "observer" in draw(there, "matrix", language).svg()
    assert told not in draw(graph, "matrix", language).svg()
