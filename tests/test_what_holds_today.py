"""Links with beginnings and ends to come, coarse and contradicting dates: what is told of them, by hand."""

from __future__ import annotations

from typing import Any

import pytest

import kg
from kg.errors import UnknownName
from kg.graph import Graph
from kg.terms import ID
from tests.records import about, disagreements, member, text_of, twins, with_records


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kg.build("memory:")


def twinned(graph: Graph, *records: str) -> dict[str, Any]:
    """What twin-cities tells of Minsk and Kyiv by some records, each of a source of its own."""
    there = with_records(graph, *((f"s{n}", twins(one)) for n, one in enumerate(records)))
    (row,) = there.ask("twin-cities", place="Minsk", twin="Kyiv", horizon="2024-01-01")
    return {key: text_of(row[key]) for key in ("counts", "confirmed", "begins", "ended", "last_recorded")}


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (["eic:until 2025 ; eic:asOf 2024"], ("false", "false", "", "2025", "2024")),
        (["eic:since 2090 ; eic:asOf 2026"], ("false", "false", "2090", "", "2026")),
        (["eic:until 2022", "eic:since 2090"], ("false", "false", "2090", "2022", "")),
        (["eic:until 2090 ; eic:asOf 2024"], ("true", "true", "", "", "2024")),
        (["eic:asOf 2023", "eic:asOf 2025"], ("true", "true", "", "", "2025")),
        (["eic:since 2001"], ("true", "false", "", "", "")),
        (["eic:recordStanding eic:standingCandidate ; eic:asOf 2025"], ("false", "false", "", "", "2025")),
        (
            ["eic:recordStanding eic:standingFormer ; eic:asOf 2025", "eic:asOf 2025"],
            ("", "false", "", "2025", "2025"),
        ),
    ],
    ids=["ended since", "to begin", "ended and to begin", "to end", "two dates", "undated", "candidate", "differ"],
)
def test_twin_cities_tell_what_holds_today(graph: Graph, records: list[str], told: tuple[str, ...]) -> None:
    assert tuple(twinned(graph, *records).values()) == told


def test_the_brief_says_what_is_yet_to_begin_and_what_is_over(graph: Graph) -> None:
    later = with_records(graph, ("one", twins("eic:since 2090 ; eic:asOf 2026"))).brief("Minsk")
    assert "yet to begin (2090)" in later and "ended or suspended by a record (2025)" not in later
    over = with_records(graph, ("one", twins("eic:until 2025 ; eic:asOf 2024"))).brief("Minsk")
    assert "ended or suspended by a record (2025)" in over


def test_an_end_to_come_is_no_disagreement_and_a_beginning_to_come_is_one(graph: Graph) -> None:
    plain = ("one", member("minsk", "c40", "eic:asOf 2025"))
    to_end = ("two", member("minsk", "c40", "eic:until 2090 ; eic:asOf 2025"))
    to_begin = ("two", member("minsk", "c40", "eic:since 2090 ; eic:asOf 2025"))
    assert not disagreements(with_records(graph, plain, to_end).ask("disagreements"))
    told = disagreements(with_records(graph, plain, to_begin).ask("disagreements"))
    assert told == {("recordStanding", "minsk", "c40", "member", "member (2090 –)")}


def test_a_complete_roster_counts_who_is_a_member_today(graph: Graph) -> None:
    whole = ("one", about("eurocities", "eic:rosterStatus eic:rosterComplete ; eic:recordedMemberCount 2"))
    listed = [("one", member(city, "eurocities", "eic:asOf 2025")) for city in ("minsk", "kyiv")]
    leaves = ("one", member("baku", "eurocities", "eic:until 2090 ; eic:asOf 2025"))
    comes = ("one", member("baku", "eurocities", "eic:since 2090 ; eic:asOf 2025"))
    counts = "recordedMemberCount"
    told = disagreements(with_records(graph, whole, *listed, leaves).ask("disagreements"))
    assert {row[3:] for row in told if row[0] == counts} == {("3", "2")}
    told = disagreements(with_records(graph, whole, *listed, comes).ask("disagreements"))
    assert not [row for row in told if row[0] == counts]


def ranked(place: str, rank: int, more: str = "") -> str:
    return (
        f'a eic:IndexRecord ; eic:indexedPlace id:city\\/{place} ; eic:indexName "Mine" ; eic:recordedRank {rank}{more}'
    )


def test_ranks_without_a_list_are_compared_and_a_row_that_a_table_has_twice_is_one(graph: Graph) -> None:
    several = [("one", ranked("minsk", 7)), ("one", ranked("minsk", 7)), ("two", ranked("minsk", 9))]
    answer = with_records(graph, *several).ask("disagreements", matter="has recorded rank")
    mine = [row for row in answer if text_of(row["thing"]).endswith("/minsk")]
    assert [(text_of(row["one_value"]), text_of(row["other_value"])) for row in mine] == [("7", "9")]
    apart = [("one", ranked("minsk", 7, ' ; eic:indexList "A"')), ("two", ranked("minsk", 9, ' ; eic:indexList "B"'))]
    assert not disagreements(with_records(graph, *apart).ask("disagreements"))


def test_a_matter_that_there_is_not_is_refused(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="did you mean has standing"):
        graph.ask("disagreements", matter="has standings")


def near(graph: Graph, dimension: str, **given: str) -> dict[str, str]:
    (row,) = graph.ask("proximities", city="Minsk", other="Kyiv", dimension=dimension, **given)
    return {key: text_of(row[key]) for key in ("value", "raw", "why", "known", "most")}


@pytest.mark.parametrize(
    ("records", "marked"),
    [
        (["eic:asOf 2024"], ""),
        (["eic:asOf 2023", "eic:asOf 2025"], ""),
        (["eic:asOf 2011", "eic:asOf 2023"], "not confirmed since 2023"),
        (["eic:since 2001"], "undated"),
    ],
)
def test_a_tie_is_confirmed_by_its_latest_record(graph: Graph, records: list[str], marked: str) -> None:
    there = with_records(graph, *((f"s{n}", twins(one)) for n, one in enumerate(records)))
    told = near(there, "social proximity", horizon="2024-01-01")
    assert (told["value"], told["raw"]) == ("1", "1")
    assert marked in told["why"] and ("confirmed" in told["why"]) == bool(marked)


def test_a_tie_to_come_has_not_ended(graph: Graph) -> None:
    told = near(with_records(graph, ("one", twins("eic:since 2090 ; eic:asOf 2026"))), "social proximity")
    assert not told["value"] and "yet to begin" in told["why"] and "ended" not in told["why"]


def test_who_left_is_known_not_to_be_a_member(graph: Graph) -> None:
    mine = ("one", member("kyiv", "c40", "eic:asOf 2025"))
    left = ("one", member("minsk", "c40", "eic:recordStanding eic:standingFormer ; eic:until 2022 ; eic:asOf 2025"))
    before = int(near(with_records(graph, mine), "organisational proximity")["known"])
    assert int(near(with_records(graph, mine, left), "organisational proximity")["known"]) == before + 1
    pair = ["Minsk", "Kyiv"]
    (row,) = with_records(graph, mine).ask("interlocking-network", city=pair)
    (more,) = with_records(graph, mine, left).ask("interlocking-network", city=pair)
    assert text_of(row["link"]) == text_of(more["link"]) == "1", "both are Peace Messengers"
    assert int(text_of(more["known"])) == int(text_of(row["known"])) + 1


def test_what_is_open_is_told_beside_measures(graph: Graph) -> None:
    (row,) = graph.ask("brokerage", city="Moscow")
    assert "a membership is disputed" in text_of(row["why"]), "C40 calls Moscow a member, and suspended"
    shared = [("one", member(city, "eurocities", "eic:asOf 2025")) for city in ("minsk", "moscow")]
    (row,) = with_records(graph, *shared).ask("interlocking-network", city=["Minsk", "Moscow"])
    assert "a membership is disputed" in text_of(row["why"])


def test_a_link_of_which_almost_all_is_unknown_is_not_said_to_be_nothing(graph: Graph) -> None:
    (row,) = graph.ask("interlocking-network", city=["Tbilisi", "Novosibirsk"])
    assert row["link"] is None and row["gross"] is None and "the sum is 0" not in text_of(row["why"])


def test_a_complete_list_of_now_stands_beside_a_partial_one_and_a_number_of_earlier(graph: Graph) -> None:
    mine = [("one", about("efus", "eic:rosterStatus eic:rosterComplete ; eic:asOf 2025"))]
    mine += [("one", member(city, "efus", "eic:asOf 2025")) for city in ("minsk", "kyiv")]
    whole = with_records(graph, *mine, ("two", about("efus", "eic:recordedMemberCount 9 ; eic:asOf 2020")))
    assert whole.rosters[f"{ID}alliance/efus"].complete
    (row,) = whole.ask("interlocking-network", city=["Baku", "Tbilisi"])
    (before,) = graph.ask("interlocking-network", city=["Baku", "Tbilisi"])
    assert int(text_of(row["known"])) == int(text_of(before["known"])) + 1, "both are known not to be in it"
    later = with_records(graph, *mine, ("two", about("efus", "eic:recordedMemberCount 9 ; eic:asOf 2026")))
    assert not later.rosters[f"{ID}alliance/efus"].complete
