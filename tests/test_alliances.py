"""Alliances designed and fitted on the paper's seven cities, by hand from p. 129; rosters that are not complete.

Moscow and Saint Petersburg can supply all six elements and are short of none; Kyiv, Tbilisi and Baku supply three of
knowledge and need the other three; Minsk and Almaty need all six; all seven have some market demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kg import alliance_changes, alliance_remarks, alliance_words, allying
from kg.__main__ import main
from kg.alliance_words import WORDS, in_words, price, reasons
from kg.alliances import MOST, Asked, candidates, rosters, share, sought
from kg.answers import Answer
from kg.design import Candidate, Price, Requirement
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.memberships import Roster
from kg.terms import ID

FINANCE = "investment and financing support"


def slugs(answer: Answer, column: str = "city") -> list[str]:
    return [iri.rsplit("/")[-1] for iri in answer.values(column)]


def people(graph: Graph, **asked: Any) -> dict[str, Candidate]:
    return {one.name.rsplit("/")[-1]: one for one in candidates(graph, sought(graph, Asked(**asked)))}


def told(answer: Answer) -> str:
    return "\n".join(answer.remarks)


def test_candidates_are_the_seven_cities_with_what_their_tiers_imply(graph: Graph) -> None:
    known = people(graph)
    assert set(known) == {"moscow", "saint-petersburg", "kyiv", "tbilisi", "baku", "minsk", "almaty"}
    assert known["kyiv"].needs == {"collaborativeInnovation", "investmentFinancing", "productConversion"}
    assert known["minsk"].supplies == frozenset() and len(known["minsk"].needs) == 6
    assert all(one.demand and one.implied and not one.unknown for one in known.values())
    assert known["kyiv"].territory == f"{ID}territory/ua", "as the gazetteer files it"


def test_a_city_that_is_named_is_a_candidate_though_nothing_is_known_of_it(graph: Graph) -> None:
    known = people(graph, among=["Minsk"], with_cities=["喀山"])
    assert set(known) == {"minsk", "geonames-551487"}
    kazan = known["geonames-551487"]
    assert (kazan.demand, kazan.implied, len(kazan.unknown)) == (None, False, 6)
    assert kazan.territory == f"{ID}territory/ru"
    answer = graph.design_alliance(elements={FINANCE: 1}, with_cities=["Kazan"], demand_cities=2)
    assert len(answer) == 3, "Kazan is not known to have demand: it cannot be one of the two"
    row = next(row for row in answer if "551487" in str(row["city"]))
    assert row["demand"] is None and row["implied"] is None and row["supplies"] is None
    assert "market demand: Kazan" in told(answer) and f"{FINANCE}: Kazan" in told(answer)


def test_two_suppliers_of_finance_are_the_two_russian_cities_and_neither_can_go(graph: Graph) -> None:
    answer = graph.design_alliance(elements={"投融资支持": 2})
    assert slugs(answer) == ["moscow", "saint-petersburg"]
    assert answer.values("price") == ["impossible without it"] * 2
    assert all(f"one of only 2 suppliers of {FINANCE}" in why for why in answer.values("why"))
    assert "p. 129" in str(answer) and "GeoNames" in answer.caption
    assert "undefined" in told(answer), "neither needs anything, so that nothing flows"
    assert "the relevant Chinese cities" in told(answer) and "asserts no sovereignty" in told(answer)


def test_a_third_city_with_demand_is_the_one_with_most_needs_and_could_be_another(graph: Graph) -> None:
    answer = graph.design_alliance(elements={FINANCE: 2}, demand_cities=3)
    assert slugs(answer) == ["almaty", "moscow", "saint-petersburg"]
    assert answer.values("price")[0] == "no more members"
    assert "could be exchanged for Baku, Kyiv, Minsk, Tbilisi" in answer.values("why")[0]
    assert "Proven: nothing that meets this has fewer than 3 members." in told(answer)
    assert "one member gives is 50 %: Moscow, Saint Petersburg" in told(answer), "each gives Almaty six of twelve"


def test_no_supplier_may_give_more_than_half(graph: Graph) -> None:
    answer = graph.design_alliance(elements={FINANCE: 1}, needs_met=1, top_share="1/2")
    assert slugs(answer) == ["almaty", "moscow", "saint-petersburg"]
    assert answer.values("price")[1:] == ["impossible without it"] * 2, "with all others, 21 of 39 ties are of one"


def test_one_way_flow_is_warned_of_and_a_limit_on_it_changes_the_design(graph: Graph) -> None:
    free = graph.design_alliance(elements={FINANCE: 1}, needs_met=1)
    assert slugs(free) == ["almaty", "moscow"], "six needs met, before three"
    assert "Reciprocity is 2/7" in told(free) and "one-way flow that the paper warns of" in told(free)
    limited = graph.design_alliance(elements={FINANCE: 1}, needs_met=1, reciprocity=0.5)
    assert slugs(limited) == ["baku", "moscow"], "one of demand for three elements: 2 of 4"
    assert "Reciprocity is 50 %" in told(limited) and "one-way" not in told(limited)
    assert "0 by construction" in told(limited)


def test_what_cannot_be_is_told_with_what_stands_against_it(graph: Graph) -> None:
    three = graph.design_alliance(elements={FINANCE: 3})
    assert len(three) == 0
    assert three.remarks[0].endswith(f"cannot hold even by itself; relax it: at least 3 suppliers of {FINANCE}.")
    assert three.remarks[1] == f"What there is: {FINANCE} 2 (Moscow, Saint Petersburg)."
    elsewhere = graph.design_alliance(elements={FINANCE: 1}, territories=["kz"], size=(1, None))
    assert "cannot hold together" in told(elsewhere)
    assert f": at least 1 supplier of {FINANCE}; only from: Kazakhstan." in told(elsewhere)
    apart = graph.design_alliance(elements={FINANCE: 2}, apart=[("Moscow", "圣彼得堡")])
    assert len(apart) == 0 and "Moscow and Saint Petersburg not both" in told(apart)
    both = graph.design_alliance(elements={FINANCE: 1}, with_cities=["Kyiv"], without_cities=["Киев"])
    assert len(both) == 0 and "with Kyiv" in told(both) and "without Kyiv" in told(both)


def test_territories_and_names(graph: Graph) -> None:
    wanted = {"knowledge reserve": 2}
    assert slugs(graph.design_alliance(elements=wanted, without_territories=["ru"])) == ["baku", "kyiv"]
    assert "moscow" not in slugs(graph.design_alliance(elements=wanted, without_cities=["Москва"]))
    only = graph.design_alliance(elements=wanted, territories=["Russia", "UA"], apart=[("Moscow", "St Petersburg")])
    assert slugs(only) == ["kyiv", "moscow"]
    several = graph.design_alliance(elements={FINANCE: 2}, territories_min=2)
    assert len(several) == 3 and "from at least 2 territories" in several.title


def test_a_leader_that_must_not_be_there(graph: Graph) -> None:
    answer = graph.design_alliance(elements={"knowledge reserve": 1, FINANCE: 1}, leader=False)
    assert len(answer) == 0 and "no member that supplies all that is sought" in told(answer)
    assert slugs(graph.design_alliance(elements={FINANCE: 1}, leader=True, with_cities=["Baku"])) == ["baku", "moscow"]


def test_nothing_asked_means_one_supplier_of_each_that_is_needed(graph: Graph) -> None:
    answer = graph.design_alliance()
    assert answer.title.count("at least 1 supplier of") == 6
    kyiv = graph.design_alliance(among=["Kyiv", "Moscow"])
    assert kyiv.title.count("at least 1 supplier of") == 3 and slugs(kyiv) == ["kyiv", "moscow"]


def test_a_level_that_counts_as_supply_is_a_parameter(graph: Graph) -> None:
    assert len(graph.design_alliance(elements={FINANCE: 1}, theta="highLevel")) == 0
    assert "“high”" in told(graph.design_alliance(elements={"knowledge reserve": 1}, theta="highLevel"))


def test_an_assessed_city_that_is_supposed_changes_what_is_possible(graph: Graph) -> None:
    there = graph.suppose(add=[{"city": "Novosibirsk", "element": FINANCE, "level": "some"}])
    answer = there.design_alliance(elements={FINANCE: 3})
    assert slugs(answer) == ["moscow", "novosibirsk", "saint-petersburg"]
    assert answer.values("implied") == [True, False, True] and "WHAT-IF" in answer.caption
    assert "supposed" in str(answer)
    row = answer[1]
    assert len(str(row["unknown"]).split()) == 5 and row["demand"] is None
    two = there.design_alliance(elements={FINANCE: 2})
    assert "impossible without it" not in two.values("price"), "of three any two will do"


def test_what_a_hypothesis_changes_is_set_side_by_side(graph: Graph) -> None:
    there = graph.suppose(remove=["Moscow"])
    answer = there.design_alliance(elements={FINANCE: 1}, compare=True)
    assert list(zip(answer.values("change"), slugs(answer), strict=True)) == [
        ("joins", "saint-petersburg"), ("leaves", "moscow"), ("stays", "almaty"),
    ]  # fmt: skip
    assert "It takes as many members as before." in answer.remarks
    assert "Moscow" in str(answer) and "id:city" not in str(answer), "what is withdrawn still has its name"
    assert all(one.source for one in answer.evidence or ())
    better = graph.suppose(add=[("Baku", "hasTier", "first tier")], remove=[("Baku", "hasTier", "second tier")])
    wish: dict[str, Any] = {"elements": {FINANCE: 2}, "territories_min": 2}
    cheaper = better.suppose(add=[("Novosibirsk", "memberOf", "WTA")]).design_alliance(compare=True, **wish)
    assert "It takes 1 member fewer." in cheaper.remarks, "Baku and Moscow, before Moscow, Saint Petersburg and another"
    never = graph.suppose(remove=["Moscow"]).design_alliance(compare=True, elements={FINANCE: 2})
    assert any("cost cannot be compared" in line for line in never.remarks)
    assert never.values("change") == ["leaves", "leaves"]
    with pytest.raises(BadQuestion, match="--suppose"):
        graph.design_alliance(elements={FINANCE: 1}, compare=True)


def by_alliance(answer: Answer) -> dict[str, dict[str, Any]]:
    return {str(row["alliance"]).rsplit("/")[-1].rstrip(">"): row for row in answer}


def test_rosters_that_are_not_complete_leave_things_unknown(graph: Graph) -> None:
    known = rosters(graph)
    assert [name.rsplit("/")[-1] for name, (_, complete) in known.items() if complete] == ["drei-gewinnt"]
    assert not any("/group/" in member for members, _ in known.values() for member in members)
    answer = graph.fit_alliances(elements={FINANCE: 2}, with_cities=["Minsk"])
    rows = by_alliance(answer)
    peace = rows["iapmc"]
    assert "with Minsk" in peace["met"].value and peace["missed"] is None and peace["unknown"] is None
    assert peace["fits"].value == "as it is" and peace["rank"].value == "1" and peace["additions"] is None
    tourism = rows["wtcf"]
    assert tourism["unknown"].value == "with Minsk", "not listed is not no member"
    assert str(tourism["additions"]).endswith('minsk"') and tourism["missed"] is None
    gewinnt = rows["drei-gewinnt"]
    assert gewinnt["missed"].value == "with Minsk" and gewinnt["roster"].value == "complete"
    assert FINANCE in gewinnt["unknown"].value, "of its members nothing is known: they may supply it"
    assert "Kelsterbach, Raunheim, Rüsselsheim" in gewinnt["strangers"].value
    assert "unknown, not 0" in rows["wta"]["roster"].value
    assert any("no member is known" in line for line in answer.remarks)


def test_ranks_are_shared_and_evidence_is_memberships(graph: Graph) -> None:
    answer = graph.fit_alliances(elements={FINANCE: 2})
    ranks, tied = answer.values("rank"), answer.values("tied")
    assert ranks == sorted(ranks) and [ranks.count(rank) for rank in ranks] == tied
    assert all("/record/" in claim or "/claim/" in claim for claim in " ".join(answer.values("claim")).split())
    wta = by_alliance(answer)["wta"]["claim"].value
    assert "record/alliance-rosters/wta-daejeon-2018" in wta and "claim/paper" in wta
    assert "of different years" in answer.caption


def test_among_limits_who_may_be_added_and_not_who_is_in(graph: Graph) -> None:
    rows = by_alliance(graph.fit_alliances(elements={FINANCE: 2}, among=["Minsk"]))
    assert rows["iapmc"]["fits"].value == "as it is", "Moscow and Saint Petersburg are members whoever is asked"
    assert rows["c40"]["fits"].value == "no additions that are known would do"


def test_where_a_member_is_filed_counts_though_nothing_else_is_known_of_it(graph: Graph) -> None:
    rows = by_alliance(graph.fit_alliances(elements={FINANCE: 1}, territories=["ru"]))
    assert "only from: Russia" in rows["luci"]["missed"].value, "Shanghai is filed elsewhere"


def test_a_roster_with_unnamed_members_is_not_complete() -> None:
    roster = Roster({f"{ID}city/x": ("c",), f"{ID}group/some": ("d",)}, True)
    known = rosters(SimpleNamespace(rosters={"a": roster}))  # type: ignore[arg-type] # no more of a graph is needed
    assert known == {"a": (frozenset({f"{ID}city/x"}), False)}


def test_time_that_is_over_is_told(graph: Graph) -> None:
    answer = graph.design_alliance(elements={FINANCE: 1}, seconds=1e-9)
    assert len(answer) == 0 and answer.remarks[0].startswith("Stopped early")
    assert "not to say that there is nothing" in answer.remarks[0]
    fits = graph.fit_alliances(elements={FINANCE: 2}, seconds=1e-9)
    assert any("Time was over" in line for line in fits.remarks)
    assert by_alliance(fits)["wta"]["fits"].value == "none found in the time"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"elements": {FINANCE: 0}}, "whole number from 1"),
        ({"elements": {FINANCE: 10**30}}, "to 10,000"),
        ({"elements": {FINANCE: 1, "投融资支持": 2}}, "given twice"),
        ({"elements": {"market demand": 1}}, "supply element is wanted"),
        ({"demand_cities": -1}, "demand cities"),
        ({"size": (0, None)}, "members at least"),
        ({"size": (2, 0)}, "members at most"),
        ({"top_share": "50 %"}, "top share 50 %"),
        ({"top_share": "1e999999999"}, "from 0 to 1"),
        ({"reciprocity": "nan"}, "from 0 to 1"),
        ({"reciprocity": 2}, "between 0 and 1"),
        ({"reciprocity": "1/0"}, "from 0 to 1"),
        ({"apart": [("Moscow", "Москва")]}, "two different cities"),
        ({"seconds": 0}, "some time"),
        ({"seconds": float("nan")}, "some time"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_what_to_write(graph: Graph, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadQuestion, match=re.escape(said)):
        graph.design_alliance(**wrong)


def test_names_that_nothing_bears_are_told_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="Moscow"):
        graph.design_alliance(with_cities=["Mosow"])
    with pytest.raises(UnknownName, match=FINANCE):
        graph.design_alliance(elements={"investment and financing suport": 1})
    with pytest.raises(UnknownName, match="Kazakhstan"):
        graph.design_alliance(territories=["Kazahstan"])


def test_shares_are_exact() -> None:
    assert [share(text, "x") for text in ("0.1", 0.25, "1")] == [Fraction(1, 10), Fraction(1, 4), Fraction(1)]


def test_too_many_candidates_are_refused_with_what_to_do(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 2000
    monkeypatch.setattr("kg.alliances.MOST", 3)
    with pytest.raises(BadQuestion, match=r"--territory.*--among"):
        people(graph)
    assert set(people(graph, territories=["ru"])) == {"moscow", "saint-petersburg"}
    assert set(people(graph, without_territories=["ru", "ua", "kz", "by"], with_cities=["Minsk"])) == {
        "tbilisi", "baku", "minsk",
    }  # fmt: skip


def texts(value: Any) -> Iterator[dict[str, Any]]:
    """All texts in the three languages of a table of texts."""
    if isinstance(value, dict):
        if "zh" in value:
            yield value
        else:
            for inner in value.values():
                yield from texts(inner)


@pytest.mark.parametrize("module", [alliance_words, alliance_remarks, alliance_changes, allying])
def test_every_text_is_there_in_three_languages_with_the_same_values(module: Any) -> None:
    tables = [table for name, table in vars(module).items() if name.isupper() for table in texts(table)]
    assert tables
    for table in tables:
        assert list(table) == ["zh", "en", "ru"]
        forms = [value for value in table.values() if isinstance(value, str)]
        for form in (part for value in forms for part in value.split("|")):
            extra = set(re.findall(r"\{\w*\}", form)) - set(re.findall(r"\{\w*\}", table["zh"]))
            assert not extra, f"{form}: {extra}"
        if len(table["zh"]) > 2 and forms:  # a joint has no letters
            assert re.search(r"[\u4e00-\u9fff]", table["zh"]) and re.search(r"[а-я]", table["ru"])


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_answers_show_no_raw_names_in_any_language(graph: Graph, language: str) -> None:
    wish: dict[str, Any] = {
        **{"elements": {FINANCE: 1, "knowledge reserve": 1}, "demand_cities": 2, "size": (2, 4), "needs_met": 3},
        **{"top_share": 1, "reciprocity": "0.1", "territories_min": 2, "without_territories": ["by"], "leader": True},
        **{"with_cities": ["Kazan"], "without_cities": ["Almaty"], "apart": [("Kyiv", "Baku")], "language": language},
    }
    supposed = graph.suppose(add=[("Novosibirsk", "hasTier", "second tier")])
    answers = [
        graph.design_alliance(**wish), graph.fit_alliances(**wish), supposed.design_alliance(compare=True, **wish),
        graph.design_alliance(**wish | {"elements": {FINANCE: 3}}), graph.design_alliance(**wish, seconds=1e-9),
    ]  # fmt: skip
    for answer in answers:
        columns = [n for n, name in enumerate(answer.columns) if name != "claim"]
        shown = " ".join(
            [answer.title, *answer.remarks, *(text for row in answer.texts() for text in row[: len(columns)])]
        )
        assert not re.search(r"\b[a-z]+_[a-z]+|\b[a-z]+[A-Z]|https?:|\bid:|eic:|None|\{", shown), shown
        if language != "en":
            assert not re.search(r"\b(at least|members?|supplier|known)\b", shown)
    assert len(answers[0]) > 0 and len(answers[1]) == 13


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
@pytest.mark.parametrize("key", sorted(WORDS))
def test_each_requirement_is_told_in_each_language(key: str, language: str) -> None:
    values = {
        "suppliers": ("knowledgeReserve", 2), "leader": (True, ()), "no_leader": (False, ()),
        "reciprocity": (Fraction(1, 3), True), "top_share": (Fraction(1, 2),), "forbidden_pair": ("a/b", "c/d"),
    }  # fmt: skip
    told = in_words(Requirement(key.removeprefix("no_"), values.get(key, (3,))), language, lambda iri: "X")
    assert told and "_" not in told and "{" not in told


def test_numbers_and_words_agree() -> None:
    assert in_words(Requirement("size_min", (1,)), "en", str) == "at least 1 member"
    assert in_words(Requirement("size_min", (21,)), "ru", str) == "не менее 21 участника"
    assert in_words(Requirement("size_min", (11,)), "ru", str) == "не менее 11 участников"
    assert price(Price(Fraction(2)), "en") == "+2 members" and price(Price(Fraction(0)), "zh") == "不增成员"
    assert price(Price(Fraction(1), sure=False), "en") == "at least +1 (not proven)"


def test_elements_of_which_there_are_as_many_suppliers_are_told_together() -> None:
    why = [Requirement("suppliers", (e, 1)) for e in ("a", "b")] + [Requirement("exchangeable", ())]
    told = reasons(why, {"a": 1, "b": 1}, "en", lambda iri: iri[-1].upper())
    assert told == "the only supplier of A, B that is known; could be left out if others change too"


def test_the_same_is_told_whenever_it_is_asked(graph: Graph) -> None:
    one, other = (str(graph.design_alliance(elements={"knowledge reserve": 2}, needs_met=2)) for _ in range(2))
    assert one == other


def test_the_commands(capsys: pytest.CaptureFixture[str], store: Path, tmp_path: Path) -> None:
    on = ["--on", str(store)]
    assert main(["alliance-design", "--element", "协同创新=2", "--lang", "zh", "--as", "csv", *on]) == 0
    assert "莫斯科" in capsys.readouterr().out
    assert (
        main(["alliance-fit", "--element", "协同创新", "--with", "Minsk", "--to", str(tmp_path / "fit.csv"), *on]) == 0
    )
    assert "Peace Messenger" in (tmp_path / "fit.csv").read_text("utf-8-sig")
    assert main(["alliance-design", "--element", "协同创新=3", *on]) == 0, "that there is none is an answer"
    assert "cannot hold" in capsys.readouterr().out
    table = tmp_path / "what-if.toml"
    table.write_text('add = [["Novosibirsk", "hasTier", "first tier"]]', "utf-8")
    more = ["--suppose", str(table), "--apart", "Moscow, RU; Saint Petersburg", "--element", "协同创新=2"]
    assert main(["alliance-design", *more, "--compare", *on]) == 0
    out = capsys.readouterr().out
    assert "joins" in out and "Novosibirsk" in out and "WHAT-IF" in out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--element", "x=y"], ["--element", "x=²"], ["--element", "=2"], ["--element", "x=1", "--element", "x=2"],
        ["--element", "courage"], ["--apart", "Moscow"], ["--apart", "Moscow,"], ["--top-share", "many"],
        ["--seconds", "0"], ["--seconds", "inf"], ["--compare"], ["--with", "Nowhere"], ["--demand-cities", "-3"],
        ["--max", str(10**20)], ["--territory", "Atlantis"], ["--suppose", "no-such-file.toml"],
    ],
)  # fmt: skip
def test_commands_that_are_asked_wrongly(capsys: pytest.CaptureFixture[str], store: Path, wrong: list[str]) -> None:
    assert main(["alliance-design", *wrong, "--on", str(store)]) == 2
    assert capsys.readouterr().err.startswith("kg: ")
