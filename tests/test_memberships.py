"""Memberships that conflict, are stale, ended, renewed or yet to come: one rule, and every view goes by it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import memberships
from kg.alliances import rosters as fitted
from kg.computed._records import rosters as computed
from kg.graph import Graph
from kg.memberships import agreed, in_force, rolls
from kg.pictures import draw
from kg.reports import labels
from kg.terms import EIC, ID
from tests.engines import insist_on_virtuoso, virtuoso_server
from tests.records import about, disagreements, member, text_of, twins, with_records

C40, LHC = f"{ID}alliance/c40", f"{ID}alliance/lhc"
YEAR = {"since", "until", "asOf"}


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this is looked at on one day."""
    monkeypatch.setattr(memberships, "today", lambda: "2026-11-26")


def row(source: str = "a", standing: str = "", **told: Any) -> dict[str, Any]:
    """A record of Minsk in an alliance A, as rows have it."""
    empty = dict.fromkeys(("since", "until", "as_of", "status", "amount"))
    claim = f"{ID}record/{source}/{len(told)}{standing}{''.join(map(str, told.values()))}"
    given = {"kind": "recorded", "subject": "minsk", "group": "A", "claim": claim}
    return empty | given | {"standing": f"{EIC}standing{standing}" if standing else None} | told


def roster(source: str, **told: Any) -> dict[str, Any]:
    return row(source, kind="alliance", subject=None, status=f"{EIC}rosterComplete", **told)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        (
            [row(since="2010"), row("b", until="2022", standing="Former")],
            None,
        ),  # undated, so which is newer is not known
        ([row(since="2010", as_of="2015"), row("b", until="2022", standing="Former")], False),  # it left after that
        ([row(since="2010", as_of="2024"), row("b", until="2022", standing="Former")], None),
        ([row(as_of="2009")], True),  # stale, which is told and is no end
        ([row(as_of="2009", until="2015")], False),  # the end has come
        ([row(as_of="2009", until="2099")], True),
        ([row(since="2099")], False),
        ([row(since="2099", as_of="2024")], False),
        ([row(since="2025", as_of="2024")], None),  # it was to begin, and may not have
        ([row(standing="Suspended", as_of="2024")], False),
        ([row(standing="Observer")], False),
        ([row(standing="Disputed")], None),
        ([row(until="2015", standing="Former"), row(since="2020")], True),  # ended and renewed
        ([row(until="2020-05"), row("b", since="2020-05-17")], True),
        ([row(standing="Candidate", as_of="2019"), row("b", since="2021")], True),
        ([row(standing="Observer", until="2017-06-09", as_of="2025"), row(since="2017-06-09", as_of="2025")], True),
        ([row(as_of="2025-12"), row("b", standing="Suspended", as_of="2026-02")], False),  # the later word goes
        ([row(), row("b", standing="Suspended")], None),
        ([row(), row("b")], True),
        ([row(kind="stated", as_of="2019"), row("b", standing="Former", until="2022")], False),
    ],
)
def test_records_of_a_membership_agree_or_leave_it_open(rows: list[dict[str, Any]], counts: bool | None) -> None:
    assert agreed(rows) is counts
    assert agreed(rows[::-1]) is counts
    (whole,) = rolls(rows).values()
    assert ["minsk" in side for side in (whole.members, whole.open, whole.over)].index(True) == [
        True,
        None,
        False,
    ].index(counts)


@pytest.mark.parametrize(
    ("told", "on", "force"),
    [
        (row(standing="Former", since="2010", until="2022"), "2015-01-01", True),
        (row(standing="Former", since="2010", until="2022"), "2009-06-01", False),
        (row(standing="Former", since="2010", until="2022"), "2022-06-01", None),
        (row(standing="Former", since="2010", until="2022"), "2023-01-01", False),
        (row(standing="Former", until="2022"), "2015-01-01", None),
        (row(standing="Suspended", as_of="2019"), "2015-01-01", None),
        (row(standing="Suspended", as_of="2019"), "2020-01-01", False),
        (row(standing="Suspended", since="2018"), "2019-01-01", False),
    ],
)
def test_who_left_was_a_member_before(told: dict[str, Any], on: str, force: bool | None) -> None:
    assert in_force(told, on) is force


def test_on_a_day_a_record_that_tells_nothing_of_it_leaves_it_to_others() -> None:
    suspended = row("b", standing="Suspended", as_of="2019")
    assert agreed([row(since="2006", as_of="2013"), suspended], "2011-12-31") is True
    assert agreed([row(since="2006"), suspended], "2011-12-31") is None, "it may have been suspended since 2010"


def test_complete_rosters_that_contradict_each_other_are_complete_no_more() -> None:
    one = [row(), row(subject="kyiv"), roster("a", as_of="2020")]
    (alone,) = rolls(one).values()
    assert alone.complete and set(alone.members) == {"minsk", "kyiv"}
    other = [row("b"), row("b", subject="baku"), roster("b", as_of="2020")]
    (both,) = rolls([*one, *other]).values()
    assert not both.complete and set(both.members) == {"minsk"} and set(both.open) == {"kyiv", "baku"}
    (later,) = rolls([*one, row("b", subject="baku", since="2024")]).values()
    assert not later.complete and "baku" in later.members, "it came after the roster was drawn up"
    (silent,) = rolls([*one, roster("c")]).values()
    assert silent.complete, "a source that lists nobody contradicts nobody"


def counted(graph: Graph, city: str) -> dict[str, set[str]]:
    """The names of the alliances in which each view counts a city."""
    iri = f"{ID}city/{city}"
    text = Path("queries/interlocking-network.rq").read_text("utf-8")
    found = graph.select(text[text.index("SELECT") :])
    plain = [{key: getattr(value, "value", None) for key, value in one.items()} for one in found]
    names = labels(graph, graph.rosters, "en")
    table = draw(graph, "network", cities=[city.replace("-", " ")]).drawing.table[1:]
    tree = ET.fromstring(graph.brief(city.replace("-", " ")))
    told = ["".join(one.itertext()) for one in tree.iter("tr")]
    return {
        "measures": {names[a] for a, one in computed(plain, {}).rosters.items() if iri in one.members},
        "fit": {names[a] for a, (who, _) in fitted(graph).items() if iri in who},
        "picture": {one[1] for one in table if not one[2].startswith("not counted")},
        "brief": {n for n in names.values() for line in told if line.startswith(n) and "not counted" not in line},
    }


@pytest.mark.parametrize("city", ["moscow", "minsk", "saint-petersburg", "hangzhou", "novosibirsk"])
def test_all_views_count_the_same_memberships(graph: Graph, city: str) -> None:
    views = counted(graph, city)
    assert views["measures"] == views["fit"] == views["picture"] == views["brief"] != set()


ENEMY = [
    ("one", member("minsk", "c40", "eic:since 2010 ; eic:asOf 2024")),
    ("two", member("minsk", "c40", "eic:recordStanding eic:standingFormer ; eic:until 2022 ; eic:asOf 2023")),
    ("one", member("minsk", "eurocities", "eic:recordStanding eic:standingMember ; eic:asOf 2009")),
    ("one", member("minsk", "uccn", "eic:since 2099")),
    ("one", member("minsk", "wego", "eic:recordStanding eic:standingSuspended ; eic:asOf 2025")),
    ("one", member("minsk", "wtcf", "eic:until 2020 ; eic:asOf 2015")),
]


def test_conflicting_stale_and_ended_memberships_are_counted_alike_and_told(graph: Graph) -> None:
    there = with_records(graph, *ENEMY)
    views = counted(there, "minsk")
    known = {*labels(there, (f"{ID}alliance/{name}" for name in ("iapmc", "lhc", "eurocities")), "en").values()}
    assert views["measures"] == views["fit"] == views["picture"] == views["brief"] == known
    fit = there.fit_alliances(elements={"investment and financing support": 1})
    assert any("Minsk (C40" in line for line in fit.remarks if "records differ" in line)
    assert any("not confirmed since 2024-01-01" in line and "Of " in line for line in fit.remarks)
    near = there.partners("Minsk", vector=False)
    assert any("Minsk (C40" in line for line in near.remarks)
    drawn = "".join(ET.fromstring(draw(there, "network", cities=["Minsk"]).svg()).itertext())
    assert "records differ" in drawn.replace("\n", " ") and "not confirmed" in drawn


def test_a_twinning_that_ended_and_was_renewed_is_in_force(graph: Graph) -> None:
    former = ("one", twins("eic:recordStanding eic:standingFormer ; eic:until 2014 ; eic:asOf 2020"))
    (ended,) = with_records(graph, former).ask("twin-cities", place="Minsk", twin="Kyiv")
    assert text_of(ended["ended"]) == "2014" and text_of(ended["confirmed"]) == "false"
    (renewed,) = with_records(graph, former, ("two", twins("eic:since 2021 ; eic:asOf 2025"))).ask(
        "twin-cities", place="Minsk", twin="Kyiv"
    )
    assert renewed["ended"] is None and text_of(renewed["confirmed"]) == "true"
    due = ("one", twins("eic:until 2015 ; eic:asOf 2009"))
    (over,) = with_records(graph, due).ask("twin-cities", place="Minsk", twin="Kyiv")
    assert text_of(over["ended"]) == "2015"


POSITION = "a eic:PlaceRecord ; eic:recordedPlace id:city\\/minsk ; eic:recordUndated true"
DIFFERENT = [
    *ENEMY[:3],
    ("two", member("minsk", "eurocities", "eic:recordStanding eic:standingFormer ; eic:until 2008")),
    ("one", twins("eic:recordStanding eic:standingMember ; eic:asOf 2024")),
    ("two", twins("eic:until 2022 ; eic:asOf 2024")),
    ("one", about("wego", "eic:rosterStatus eic:rosterComplete ; eic:recordUndated true")),
    ("one", member("baku", "wego", "eic:asOf 2024")),
    ("two", about("wego", "eic:recordedMemberCount 9 ; eic:asOf 2024")),
    ("one", f"{POSITION} ; eic:latitude 53.9 ; eic:longitude 27.57"),  # where it is
    ("two", f"{POSITION} ; eic:latitude 53.9 ; eic:longitude 28.4"),  # 0.83 degrees are 54 km there
]
TOLD = {
    ("has standing", "minsk", "c40", "member", "former (– 2022)"),
    ("has standing", "minsk", "eurocities", "member", "former (– 2008)"),
    ("has standing", "kyiv", "minsk", "member", "former (– 2022)"),
    ("has roster status", "abu-dhabi", "wego", "member", "complete roster"),
    ("has roster status", "moscow", "wego", "member", "complete roster"),
    ("has roster status", "hong-kong", "wego", "member", "complete roster"),
    ("has recorded member count", "wego", "", "1", "9"),
}


def test_what_sources_tell_differently_of_links_rosters_and_positions_is_listed(graph: Graph) -> None:
    names = {"has standing": "recordStanding", "has roster status": "rosterStatus"}
    names["has recorded member count"] = "recordedMemberCount"
    found = disagreements(with_records(graph, *DIFFERENT).ask("disagreements"))
    places = {one for one in found if one[0] == "latitude"}
    assert found - places == {(names[matter], *rest) for matter, *rest in TOLD}
    assert [one[1] for one in places] == ["minsk"] * len(places) and ("53.9, 27.57", "53.9, 28.4") in {
        one[3:] for one in places
    }
    assert not any({"53.9, 27.57"} == {*one[3:]} for one in places)


def test_no_disagreement_where_one_link_ends_before_the_other_begins_or_a_table_contradicts_itself(
    graph: Graph,
) -> None:
    ended = ("one", member("minsk", "c40", "eic:recordStanding eic:standingFormer ; eic:until 2015"))
    assert not disagreements(
        with_records(graph, ended, ("two", member("minsk", "c40", "eic:since 2016"))).ask("disagreements")
    )
    assert not disagreements(with_records(graph, ended, ("one", member("minsk", "c40"))).ask("disagreements"))
    left = member("minsk", "c40", "eic:until 2015 ; eic:recordStanding eic:standingMember ; eic:asOf 2020")
    assert not disagreements(with_records(graph, ended, ("two", left)).ask("disagreements")), "the same in other words"


NAMES = ("disagreements", "missing-from-records", "twin-cities")


def answers(graph: Graph) -> list[list[list[str]]]:
    return [[[str(value) for value in one.values()] for one in graph.ask(name)] for name in NAMES]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rdflib", "virtuoso"])
def test_other_engines_tell_the_same(graph: Graph, tmp_path: Path, engine: str) -> None:
    there = with_records(graph, *DIFFERENT)
    if engine == "rdflib":
        assert answers(kg.open(there.to_rdflib())) == answers(there)
        return
    insist_on_virtuoso()
    with virtuoso_server(there, tmp_path) as address:
        assert answers(kg.open(address)) == answers(there)
