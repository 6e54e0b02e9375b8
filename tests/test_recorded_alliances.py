"""Alliances that only records tell of: questions on records take them, those on the paper say where to ask instead."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kg import library
from kg.__main__ import main
from kg.errors import BadQuestion
from kg.graph import Graph
from kg.pictures import draw
from kg.rosters import all_alliances
from kg.values import python_value
from kg.web.site import Site
from tests.pages import get
from tests.pages import site as site
from tests.records import about, member, text_of, with_records

#: UCLG Eurasia by its names in the three languages of ingest/alliance_rosters/thing_alliance.csv, and by its IRI.
NAMES = (
    "United Cities and Local Governments of Eurasia",
    "united cities and local governments of eurasia",
    "世界城市和地方政府联合组织欧亚分部（译名）",
    "Евразийское отделение организации «Объединённые города и местные власти»",
    "alliance/uclg-eurasia",
    "uclg-eurasia",
    "https://w3id.org/eic/id/alliance/uclg-eurasia",
)
RECORDS = ("alliance-records", "alliance-rosters")
WISH = {"investment and financing support": 1}
#: What the picture of the network and the fit of alliances say of those without a known member.
SILENT = {
    "zh": (
        "论文所述与另有记录的联盟中，还有 {} 个的成员（现任或曾任）既未述及亦无记录，不等于“没有”。",
        "论文所述与另有记录的联盟中，还有 {} 个无一计入的已知成员，无从比较（非 0）。",
    ),
    "en": (
        "{} more alliances, named by the paper or on record: members, present or past, neither stated nor recorded, "
        "which is not to say that they have none.",
        "Of {} more alliances, named by the paper or on record, no member is known that counts: they cannot be "
        "compared, which is not 0.",
    ),
    "ru": (
        "Ещё союзов, названных в статье или известных по записям: {}; их члены, нынешние или бывшие, не названы и не "
        "записаны — это не значит, что их нет.",
        "Ещё объединений, названных в статье или известных по записям, без единого учитываемого участника: {}; "
        "сравнить их нельзя (это не 0).",
    ),
}
MAPPING = """class = "AllianceMembershipRecord"
name = "net"
title = "Our Net"
licence = "CC0"
attribution = "me"
origin = "here"
as_of = "2025"
[columns]
memberPlace = "City"
inAlliance = { constant = "our net" }
[things."alliance/our-net"]
class = "RecordedAlliance"
en = "Our Net"
zh = "我们的网络"
"""


@pytest.mark.parametrize("name", NAMES)
def test_questions_on_records_take_it_by_every_name(graph: Graph, name: str) -> None:
    found = graph.ask("alliance-records", alliance=name)
    assert [text_of(row["claim"]).rpartition("/")[2] for row in found] == ["uclg-eurasia"]
    assert len(graph.ask("alliance-rosters", alliance=name)) == 0, "no source lists its members"


@pytest.mark.parametrize("name", sorted({*NAMES} - {"uclg-eurasia"}))
def test_questions_on_the_paper_say_where_to_ask_instead(graph: Graph, name: str) -> None:
    told = (
        "a city alliance is wanted, and this is: recorded alliance; for this ask alliance-records or alliance-rosters"
    )
    for question in ("alliances", "alliance-members", "alliance-neighbours", "statements-about"):
        with pytest.raises(BadQuestion) as error:
            graph.ask(question, alliance=name)
        assert str(error.value) == f"alliance={name}: {told}"


def test_what_no_such_question_takes_is_sent_nowhere(graph: Graph) -> None:
    with pytest.raises(
        BadQuestion, match=r"recorded alliance or international organisation is wanted.*: city,.*place$"
    ):
        graph.ask("alliance-records", alliance="Moscow")


def test_parameters_of_alliances_take_all_that_their_column_holds(graph: Graph) -> None:
    """Whatever a question tells of without being asked for it can be asked for."""
    for question in library.questions():
        if "alliance" not in question.parameters or "alliance" not in question.columns:
            continue
        assert question.parameters["alliance"].of == question.columns["alliance"].of
        held = {row["alliance"] for row in graph.ask(question.name)}
        answer = graph.ask(question.name, alliance=[text_of(one) for one in held if one])
        assert {row["alliance"] for row in answer} == held, question.name


def test_an_alliance_of_a_users_table_is_taken_too(store: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(store, tmp_path / "eic")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "t.csv").write_text("City\nBaku\nMinsk\n", "utf-8")
    assert main(["ingest", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.toml"), "--on", str(folder)]) == 0
    graph = Graph.open(str(folder))
    for name in ("Our Net", "我们的网络", "alliance/our-net"):
        answer = graph.ask("alliance-rosters", alliance=name)
        assert [text_of(row["place"]).rpartition("/")[2] for row in answer] == ["baku", "minsk"]
    with pytest.raises(BadQuestion, match="for this ask alliance-records or alliance-rosters"):
        graph.ask("alliance-members", alliance="Our Net")


def test_several_classes_are_told_wherever_one_is(capsys: pytest.CaptureFixture[str]) -> None:
    classes = ["CityAlliance", "RecordedAlliance", "InternationalOrganisation"]
    for name in RECORDS:
        question = library.question(name)
        assert question.parameters["alliance"].holds() == " / ".join(classes)
    assert main(["questions", "--class", "RecordedAlliance"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in RECORDS) and "alliance-members" not in listed


def test_the_site_takes_and_proposes_them(site: Site) -> None:
    told = json.loads(get(site, "/questions", "application/json").body)["questions"]
    named = {q["name"]: {p["name"]: p for p in q["parameters"]} for q in told}
    assert named["alliance-rosters"]["alliance"]["class"] == list(
        library.question(RECORDS[1]).parameters["alliance"].of
    )
    assert named["alliance-members"]["alliance"]["class"] == "CityAlliance"
    shown = get(site, "/questions/alliance-records?lang=en").body.decode()
    assert f'<option value="{NAMES[0]}">' in shown and '<option value="United Nations">' not in shown
    assert "/questions/alliance-records?" in get(site, "/id/alliance/uclg-eurasia?lang=en").body.decode()


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_the_picture_and_the_fit_speak_of_the_same_alliances(graph: Graph, language: str) -> None:
    """The paper names 33; records add two, and three organisations of the paper: Metropolis, IULA, United Towns. Of 12
    of the 33, and of Metropolis, somebody is known to be a member."""
    assert len(all_alliances(graph)) == 33 + 2 + 3
    drawn, fitted = (line.format(33 + 2 + 3 - (12 + 1)) for line in SILENT[language])
    assert drawn in " ".join(draw(graph, "network", language).drawing.caption)
    assert fitted in graph.fit_alliances(language, elements=WISH).remarks


def test_the_brief_counts_an_alliance_that_only_a_membership_tells_of(graph: Graph) -> None:
    there = with_records(graph, ("one", member("minsk", "our-net")))
    assert "with a complete roster here: 1 of 38;" in graph.brief("Kyiv")  # 33 + 2 + 3; all members of one are recorded
    assert "with a complete roster here: 1 of 39;" in there.brief("Kyiv")


def test_an_alliance_that_all_have_left_is_drawn_and_cannot_be_compared(store: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(store, tmp_path / "eic")
    left = MAPPING.replace("[things", 'recordStanding = "Standing"\n[things')
    (tmp_path / "m.toml").write_text(left, "utf-8")
    (tmp_path / "t.csv").write_text("City,Standing\nBaku,former\n", "utf-8")
    assert main(["ingest", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.toml"), "--on", str(folder)]) == 0
    graph = Graph.open(str(folder))
    drawn, fitted = SILENT["en"]
    assert drawn.format(25) in " ".join(draw(graph, "network").drawing.caption)
    assert fitted.format(25 + 1) in graph.fit_alliances(elements=WISH).remarks


@pytest.mark.parametrize("question", ["proximities", "interlocking-network"])
def test_an_alliance_of_which_only_others_are_told_may_have_these_too(graph: Graph, question: str) -> None:
    there = with_records(graph, ("one", member("baku", "our-net")), ("one", member("almaty", "our-net")))
    given: dict[str, Any] = {"city": "Kyiv", "other": "Minsk", "dimension": "organisational proximity"}
    if question == "interlocking-network":
        given = {"city": ["Kyiv", "Minsk", "Moscow"]}
    before, after = graph.ask(question, **given), there.ask(question, **given)
    assert len(before) == len(after) > 0
    for old, new in zip(before, after, strict=True):
        wanted = [python_value(row["wanted"]) for row in (old, new)]
        known = [python_value(row["known"]) for row in (old, new)]
        more = {"proximities": 2, "interlocking-network": 1}[question]  # for each city, or for the pair
        assert wanted[1] == wanted[0] + more and known[1] == known[0]


def test_who_shares_only_an_outside_alliance_is_near(graph: Graph) -> None:
    outside = [("one", member(city, "our-net")) for city in ("kyiv", "minsk", "baku")]
    there = with_records(graph, *outside, ("one", about("our-net", "eic:recordedMemberCount 4")))
    given = {"city": "Kyiv", "other": "Minsk", "dimension": "organisational proximity"}

    def newman(graph: Graph) -> float:
        return float(text_of(graph.ask("proximities", **given)[0]["raw"]).rpartition("≥ ")[2])

    assert newman(there) - newman(graph) == pytest.approx(0.3333, abs=1e-4)  # one of four, so 1/(4 − 1)


@pytest.mark.parametrize("question", ["proximities", "interlocking-network"])
def test_that_nothing_is_shared_rests_on_what_says_so(graph: Graph, question: str) -> None:
    whole = ("old", about("our-net", 'eic:rosterStatus eic:rosterComplete ; eic:asOf "1995"^^xsd:gYear'))
    there = with_records(graph, ("old", member("baku", "our-net", "eic:asOf 1995")), whole)
    given: dict[str, Any] = {"city": ["Kyiv", "Almaty"]}
    if question == "proximities":
        given = {"city": "Kyiv", "other": "Almaty", "dimension": "organisational proximity", "horizon": "2024-01-01"}
    answer = there.ask(question, **given)
    assert not answer[0]["shared"] and text_of(answer[0]["dates"]).startswith("1995 – ")
    assert "record/old/1" in text_of(answer[0]["claim"]) and "record/old/0" not in text_of(answer[0]["claim"])
    if question == "proximities":
        assert "not confirmed since 1995" in text_of(answer[0]["why"])
