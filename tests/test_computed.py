"""Computed questions: what rows become of gathered facts where these are few, at odds, old, or not there."""

from __future__ import annotations

from typing import Any

import pytest

from kg import library
from kg.answers import Answer
from kg.computed import (
    brokerage,
    coverage_gaps,
    flow_balance,
    interlocking_network,
    proximities,
    single_wheel_drive,
    supply_demand_match,
)
from kg.computed._records import rosters as computed_rosters
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.measures.concordance import Placed, concordance
from kg.measures.levels import ELEMENTS, SUPPLY
from kg.terms import EIC, ID
from kg.values import python_value

COMPUTED = [question.name for question in library.questions() if question.computed]
#: The questions of this file; others may be computed too.
OURS = """brokerage coding-sensitivity coverage-gaps dependence-by-threshold flow-balance homogeneity
  interlocking-network profile-similarity proximities single-wheel-drive supply-demand-match""".split()  # noqa: SIM905 - a list of words is easier to read
TIER = {"high": "highLevel", "some": "someLevel", "without": "shortOfOrWithout"}


def told(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, map(python_value, row), strict=True)) for row in answer.rows]


def profile(city: str, words: dict[str, str], found: bool = False, source: str = "1") -> list[dict[str, Any]]:
    """Gathered rows for the profile of a city."""
    return [
        {
            "city": city,
            "element": EIC + element,
            "level": EIC + TIER[word],
            "assessment": f"assessment-{source}" if found else None,
            "claim": f"{city}-{element}-{source}",
        }
        for element, word in words.items()
    ]


def record(kind: str, subject: str, group: str | None, **more: Any) -> dict[str, Any]:
    """A gathered row on places and alliances."""
    columns = "north east status amount standing since until as_of".split()  # noqa: SIM905 - as above
    row: dict[str, Any] = {"kind": kind, "subject": subject, "group": group, **dict.fromkeys(columns), **more}
    source = "regional-organisations" if kind == "treaty" else "test"
    return {"claim": f"{ID}record/{source}/{kind}-{subject}-{group}"} | row


def place(name: str, territory: str | None, source: str = "geonames", north: float = 50.0) -> dict[str, Any]:
    claim = f"{ID}record/{source}/{name}"
    return record("place", name, territory, north=north, east=30.0, claim=claim)


def near(rows: list[dict[str, Any]], dimension: str, **given: list[Any]) -> dict[str, Any]:
    """The row of one proximity of a and b."""
    asked = {"city": ["a"], "other": ["b"], "dimension": [f"{EIC}{dimension}Proximity"], **given}
    (row,) = proximities.rows(rows, asked)
    return row


@pytest.mark.parametrize("name", OURS)
def test_each_says_what_it_rests_on_in_the_language_of_the_reader(graph: Graph, name: str) -> None:
    question = library.question(name)
    assert name in COMPUTED
    assert {"why", "missing", "known", "wanted"} <= set(question.columns)
    reasons = {}
    for language in ("zh", "en", "ru"):
        answer = graph.ask(name, language, **question.examples())
        reasons[language] = {row["why"] for row in told(answer) if row["why"]}
    assert reasons["zh"]
    assert not reasons["zh"] & reasons["en"]
    assert reasons["ru"] == reasons["en"]


@pytest.mark.parametrize("name", [name for name in OURS if "coding" in library.question(name).parameters])
def test_an_unknown_coding_is_refused_by_name(graph: Graph, name: str) -> None:
    with pytest.raises(UnknownName, match="there are A, B and C"):
        graph.ask(name, coding="D", **library.question(name).examples())


def test_words_of_parameters_that_there_are_not_are_refused(graph: Graph) -> None:
    with pytest.raises(BadQuestion, match="demand=yes: there are apart, supply"):
        graph.ask("flow-balance", demand="yes")
    with pytest.raises(BadQuestion, match="records=all: there are with, without"):
        graph.ask("brokerage", records="all")
    with pytest.raises(BadQuestion, match="through=firms"):
        graph.ask("interlocking-network", through="firms")


def test_a_finding_goes_before_what_a_tier_implies_and_silence_is_missing() -> None:
    rows = profile("Moscow", dict.fromkeys(ELEMENTS, "high"))
    rows += profile("Yerevan", {"knowledgeReserve": "without"}, found=True) + profile(
        "Yerevan", {"knowledgeReserve": "high"}
    )
    (row,) = supply_demand_match.rows(rows, {"city": ["Yerevan"], "partner": ["Moscow"], "coding": ["A"]})
    assert (row["flow"], row["match"], row["supplied"]) == (None, None, None), (
        "five elements are silent: no number stands"
    )
    assert "some inputs are not stated" in row["why"]
    assert row["mutual"] is None  # no market demand of Yerevan is stated
    assert (row["known"], row["wanted"]) == (2, 8)  # an element of both, and Moscow's demand
    assert "market demand is not stated" in row["why"]
    assert row["claim"] == {f"Moscow-{e}-1" for e in ELEMENTS} | {"Yerevan-knowledgeReserve-1"}


def test_what_is_all_found_is_not_implied() -> None:
    rows = profile("A", dict.fromkeys(ELEMENTS, "high"), True) + profile("B", dict.fromkeys(ELEMENTS, "without"), True)
    (row,) = supply_demand_match.rows(rows, {"city": ["B"], "partner": ["A"]})
    assert row["implied"] is False
    assert "tiers imply" not in (row["why"] or "")
    # by A and B it is all that is missing, and by C; so the share survives: 18/18, 12/12, 6/6
    assert row["match"] == 1
    assert row["flow"] is None


def test_sources_that_differ_leave_an_element_out() -> None:
    rows = profile("A", dict.fromkeys(SUPPLY, "high"), True) + profile("B", dict.fromkeys(SUPPLY, "without"), True)
    rows += profile("B", {"knowledgeReserve": "some"}, True, source="2")
    (row,) = supply_demand_match.rows(rows, {"city": ["B"], "partner": ["A"], "coding": ["A"]})
    assert row["flow"] is None, "on that element it may be 0 to 3, and 15 on the others"
    assert "sources differ on an element" in row["why"]


def test_a_city_of_which_nothing_is_known_has_blanks_and_no_zeros(graph: Graph) -> None:
    (row,) = told(graph.ask("supply-demand-match", city="Novosibirsk", partner="Moscow"))
    assert [row[name] for name in ("flow", "back", "match", "supplied", "mutual")] == [None] * 5
    assert row["missing"] > 0
    assert "nothing is stated of the city's elements" in row["why"]
    flows = {
        row["city"].rpartition("/")[2]: row for row in told(graph.ask("flow-balance", city=["Kyiv", "Novosibirsk"]))
    }
    assert flows["kyiv"]["gives"] is None
    assert flows["novosibirsk"]["balance"] is None


def test_a_finding_supposed_is_counted(graph: Graph) -> None:
    there = graph.suppose(
        add=[{"city": "Novosibirsk", "element": "knowledge creation", "level": "high"}], title="an assessment"
    )
    (row,) = told(there.ask("supply-demand-match", city="Minsk", partner="Novosibirsk", coding="A"))
    assert (row["flow"], row["supplied"]) == (None, None)
    assert row["missing"] == pytest.approx(6 / 8)  # one element and Minsk's demand of six and two


def test_flows_with_a_threshold_leave_open_what_is_not_stated() -> None:
    rows = profile("A", dict.fromkeys(SUPPLY, "high"), True) + profile("B", {"knowledgeReserve": "without"}, True)
    found = {row["city"]: row for row in flow_balance.rows(rows, {"theta": [f"{EIC}someLevel"]})}
    assert found["A"]["gives"] is None
    assert found["B"]["receives"] is None


def test_one_city_is_no_network() -> None:
    rows = profile("A", dict.fromkeys(SUPPLY, "high"), True)
    assert {row["value"] for row in single_wheel_drive.rows(rows, {"coding": ["A"]})} == {None}


def test_very_many_cities_are_to_be_named() -> None:
    rows = [row for n in range(401) for row in profile(f"c{n}", {"knowledgeReserve": "high"})]
    with pytest.raises(BadQuestion, match="name them: city="):
        list(flow_balance.rows(rows, {}))


def test_the_gazetteer_s_filing_goes_before_another_and_that_is_told() -> None:
    rows = [place("a", "t/ua"), place("a", "t/ru", source="mine"), place("b", "t/ru")]
    rows += [record("treaty", "t/ua", "o1"), record("treaty", "t/ru", "o1"), record("treaty", "t/ru", "o2")]
    row = near(rows, "institutional")
    assert (row["value"], row["raw"]) == (0.5, "1/2")
    assert "gazetteer files" in row["why"] and "another source files a place elsewhere" in row["why"]
    alone = near([place("a", None), *rows[2:]], "institutional")
    assert alone["value"] is None
    assert "not known under which territory" in alone["why"]


def test_other_sources_count_where_they_agree_and_coordinates_that_differ_give_a_range() -> None:
    rows = [place("a", "t/ua", "mine", 50.0), place("a", "t/ua", "yours", 51.0), place("b", "t/ua", north=52.0)]
    row = near(rows, "geographical")
    assert row["value"] is None
    assert 0 < row["least"] < row["most"] < 1
    assert row["raw"].startswith("111 km – 222 km")  # one degree and two of a meridian


def test_neither_in_anything_is_undefined_and_not_zero() -> None:
    row = near([place("a", "t/jp"), place("b", "t/jp")], "institutional")
    assert row["value"] is None
    assert "neither side is in anything" in row["why"]


def test_observers_and_those_who_left_are_no_members_and_the_disputed_stay_open() -> None:
    rows = [place("a", "t/x"), place("b", "t/y"), record("treaty", "t/x", "o1"), record("treaty", "t/y", "o2")]
    for standing in ("Observer", "Associate", "Candidate", "Suspended", "Former"):
        more = [record("treaty", "t/y", "o1", standing=f"{EIC}standing{standing}")]
        assert near([*rows, *more], "institutional")["value"] == 0, standing
    row = near([*rows, record("treaty", "t/y", "o1", standing=f"{EIC}standingDisputed")], "institutional")
    assert (row["value"], row["least"], row["most"]) == (None, 0, 0.5)


def test_a_membership_that_began_some_time_in_a_year_is_open_within_it() -> None:
    rows = [place("a", "t/x"), place("b", "t/y")]
    rows += [record("treaty", "t/x", "o1", since="1990"), record("treaty", "t/y", "o2", since="1990")]
    rows += [record("treaty", "t/y", "o1", since="2015", until="2020-02")]
    values = {day: near(rows, "institutional", on=[day])["value"] for day in ("2014-12-31", "2015-12-31", "2020-03-31")}
    assert values == {"2014-12-31": 0, "2015-12-31": 0.5, "2020-03-31": 0}
    for day in ("2015-06-01", "2020-02-10"):
        row = near(rows, "institutional", on=[day])
        assert (row["value"], row["least"], row["most"]) == (None, 0, 0.5), day


def mine(group: str, **more: Any) -> dict[str, Any]:
    """A user's own record of a membership in a regional organisation."""
    return record("treaty", "t/x", group, claim=f"{ID}record/mine/{group}", **more)


def test_an_organisation_that_only_a_user_tells_of_has_no_roster_so_who_is_not_listed_may_be_in_it() -> None:
    rows = [place("a", "t/x"), place("b", "t/y"), record("treaty", "t/x", "o1"), record("treaty", "t/y", "o1")]
    row = near([*rows, mine("g20")], "institutional")
    assert (row["value"], row["least"], row["most"]) == (None, 0.5, 1)


def test_two_sources_that_tell_two_stories_of_a_membership_leave_it_open() -> None:
    rows = [place("a", "t/x"), place("b", "t/y"), record("treaty", "t/x", "o2"), record("treaty", "t/y", "o1")]
    rows += [record("treaty", "t/y", "o2"), record("treaty", "t/x", "o1", since="1993", until="2009", as_of="2025")]
    assert near(rows, "institutional")["value"] == 0.5
    row = near([*rows, mine("o1", since="1993", as_of="2024")], "institutional")
    assert (row["value"], row["least"], row["most"]) == (None, 0.5, 1)


def test_a_tie_of_which_records_differ_or_whose_beginning_is_not_known_is_not_known() -> None:
    tie, until = record("twin", "a", "b", as_of="2022-01"), {"until": "2022-03", "as_of": "2025"}
    for other in ({"standing": f"{EIC}standingFormer"}, until):
        row = near([tie, record("twin", "a", "b", claim="c2", **other)], "social")
        assert row["value"] is None and "differ" in row["why"], other
    assert near([tie], "social")["value"] == 1
    assert near([tie], "social", on=["1930-01-01"])["value"] is None
    assert near([record("twin", "a", "b", until="2035", as_of="2025")], "social")["value"] == 1, "it is to end"


def test_a_roster_is_complete_only_where_nothing_contradicts_it() -> None:
    rows = [record("recorded", "a", "A1"), record("recorded", "b", "A1"), record("recorded", "a", "A2")]
    rows += [record("alliance", "", "A2", status=f"{EIC}rosterComplete", amount=1)]
    fitting = record("alliance", "", "A1", status=f"{EIC}rosterComplete", amount=2)
    assert near([*rows, fitting], "organisational")["value"] == 0.5
    for amount, status in ((10, "rosterComplete"), (None, "rosterPartial")):
        other = record("alliance", "", "A1", claim=f"{ID}record/test/c2", status=f"{EIC}{status}", amount=amount)
        found = computed_rosters([*rows, fitting, other], {}).rosters["A1"]
        assert not found.whole, (amount, status)
    elsewhere = record("alliance", "", "A1", claim=f"{ID}record/other/c2", status=f"{EIC}rosterPartial")
    assert computed_rosters([*rows, fitting, elsewhere], {}).rosters["A1"].whole, "another lists but some"


def test_numbers_of_two_sources_that_tell_of_a_roster_each_are_in_conflict() -> None:
    told = [("one", 5), ("two", 7)]
    rows = [
        record("alliance", "", "A1", claim=f"{ID}record/{source}/c", status=f"{EIC}rosterPartial", amount=amount)
        for source, amount in told
    ]
    assert computed_rosters(rows, {}).conflicts == {"A1"}
    assert computed_rosters(rows[:1], {}).conflicts == set()


def test_partial_rosters_give_a_range_and_whole_ones_a_value() -> None:
    rows = [record("stated", "a", "A1"), record("recorded", "b", "A1"), record("recorded", "a", "A2")]
    row = near([*rows, record("alliance", "", "A1"), record("alliance", "", "A2")], "organisational")
    assert (row["value"], row["least"], row["most"]) == (None, 0.5, 1)
    whole = f"{EIC}rosterComplete"
    known = [record("alliance", "", name, status=whole, amount=n) for name, n in (("A1", 2), ("A2", 1))]
    row = near([*rows, *known], "organisational")
    assert (row["value"], row["shared"]) == (0.5, ("A1",))
    assert row["raw"] == "1/2; Newman 1.0000"  # both are in an alliance of two
    conflict = [*known, record("alliance", "", "A1", amount=7, claim="other")]
    assert "member counts differ" in near([*rows, *conflict], "organisational")["why"]


def test_records_that_contradict_each_other_leave_a_membership_open() -> None:
    rows = [record("recorded", "a", "A1", claim="1"), record("recorded", "b", "A1")]
    rows += [record("recorded", "a", "A1", standing=f"{EIC}standingSuspended", claim="2")]
    rows += [record("alliance", "", "A1", status=f"{EIC}rosterComplete")]
    row = near(rows, "organisational")
    assert (row["value"], row["most"]) == (None, 1)


def test_a_twinning_that_ended_is_told_and_is_no_tie() -> None:
    gone = record("twin", "a", "b", standing=f"{EIC}standingFormer", as_of="2023")
    row = near([gone], "social")
    assert row["value"] is None
    assert "suspended or ended" in row["why"] and "no tie is known" in row["why"]
    assert near([record("twin", "b", "a")], "social")["value"] == 1


def test_age_is_told_and_a_horizon_marks_what_was_not_confirmed_since() -> None:
    rows = [record("twin", "a", "b", as_of="2022-01")]
    assert near(rows, "social")["why"] is None
    assert near(rows, "social", horizon=["2024-01-01"])["why"] == "not confirmed since 2022-01"
    assert "2022-01 之后未再确认" in near(rows, "social", horizon=["2024-01-01"], text_language=["zh-hans"])["why"]
    rows = [record("recorded", "a", "A1", as_of="2006"), record("recorded", "b", "A1")]
    row = near([*rows, record("alliance", "", "A1", as_of="2019-10")], "organisational")
    assert row["dates"] == "2006 – 2019-10, –"
    assert "of different years" in row["why"]


def test_fields_give_technological_proximity_where_they_are_loaded() -> None:
    rows = [record("field", "a", "A61", amount=30), record("field", "a", "G06", amount=40)]
    rows += [record("field", "b", "A61", amount=30), record("field", "b", "G06", amount=40)]
    row = near(rows, "technological")
    assert (row["value"], row["raw"]) == (1, "2/2")
    assert near(rows[:2], "technological")["value"] is None


def test_places_with_more_records_than_are_gathered_are_refused_and_not_cut() -> None:
    rows = [place("b", "t/x", source=f"s{n}") for n in range(500)]
    with pytest.raises(BadQuestion, match="give fewer"):
        near(rows, "geographical")


def test_all_six_stand_for_each_pair_and_no_city_beside_itself(graph: Graph) -> None:
    rows = told(graph.ask("proximities", city=["Moscow", "Kyiv"]))
    pairs = {(row["city"], row["other"]) for row in rows}
    assert len(rows) == 6 * len(pairs)
    assert all(city != other for city, other in pairs)
    back = {(row["other"], row["city"], row["dimension"]): row["value"] for row in rows}
    for row in rows:  # each proximity is the same both ways
        if (key := (row["city"], row["other"], row["dimension"])) in back:
            assert row["value"] == back[key]


def test_the_caption_names_sources_and_graph(graph: Graph) -> None:
    caption = graph.around(graph.ask("proximities", city="Moscow", other="Kyiv")).caption
    assert "GeoNames (undated)" in caption
    assert "graph 0.1" in caption
    assert "of different years" in caption


def test_a_gap_is_known_where_every_roster_is_whole() -> None:
    rows = [record("issue", "climate", "A1", claim="i"), record("within", "Asia", "a", claim="w")]
    rows += [record("issues", "", "climate"), record("regions", "", "Asia"), record("regions", "", "Africa")]
    rows += [record("science", "", "A1"), record("recorded", "a", "A1")]
    rows += [record("alliance", "", "A1", status=f"{EIC}rosterComplete", amount=1)]
    found = {(row["region"], row["science"]): row for row in coverage_gaps.rows(rows, {})}
    assert (found["Asia", True]["number"], found["Asia", True]["gap"]) == (1, False)
    assert (found["Africa", True]["number"], found["Africa", True]["gap"]) == (0, True)
    rows[-1] = record("alliance", "", "A1", status=f"{EIC}rosterPartial")
    found = {(row["region"], row["science"]): row for row in coverage_gaps.rows(rows, {})}
    assert (found["Africa", True]["number"], found["Africa", True]["gap"]) == (None, None)
    assert "a roster is not complete" in found["Africa", True]["why"]


def test_who_stands_between_two_alliances_is_found_and_flagged() -> None:
    rows = [record("recorded", city, name) for city, name in (("a", "A1"), ("b", "A1"), ("b", "A2"), ("c", "A2"))]
    found = {row["city"]: row for row in brokerage.rows(rows, {})}
    assert [found[city]["betweenness"] for city in "abc"] == [0, 1, 0]
    assert found["b"]["missing"] == 1  # neither roster is whole
    assert "a roster is not complete" in found["b"]["why"]
    assert list(brokerage.rows([], {})) == []


def test_the_network_of_firms_is_made_of_field_records_and_an_empty_one_is_undefined() -> None:
    rows = [record("field", city, "ZTE", amount=n) for city, n in (("Moscow", 3), ("Kyiv", 2), ("Baku", 1))]
    found = {(row["city"], row["other"]): row for row in interlocking_network.rows(rows, {"through": ["fields"]})}
    assert found["Kyiv", "Moscow"]["link"] == 6
    assert found["Baku", "Kyiv"]["proportional"] == pytest.approx(1 / 3)
    assert list(interlocking_network.rows([], {})) == []
    (row,) = interlocking_network.rows([], {"city": ["Moscow", "Kyiv"]})
    assert row["link"] is None
    assert "there are no data at all" in row["why"]


def test_tier_rank_concordance_is_what_the_measure_counts(graph: Graph) -> None:
    ranks = graph.select("""SELECT ?list ?city ?tier ?rank WHERE {
      ?o a eic:RankingObservation ; eic:ranked ?city ; eic:rankingList ?list ; eic:rank ?rank .
      ?city a eic:City ; eic:hasTier ?tier }""")
    order = {f"{EIC}firstTier": 1, f"{EIC}secondTier": 2, f"{EIC}thirdTier": 3}
    rows = [[python_value(row[name]) for name in ("list", "city", "tier", "rank")] for row in ranks]
    answers = told(graph.ask("tier-rank-concordance"))
    assert len(answers) == len({row[0] for row in rows})
    for answer in answers:
        placed = [Placed(city, order[tier], rank, of) for of, city, tier, rank in rows if of == answer["list"]]
        found = concordance(placed)
        assert (answer["concordant"], answer["discordant"]) == (found.concordant, found.discordant)
        assert answer["cities"] == len(placed)
