"""Assessments that a user keeps in the graph: tiers follow from them by rule, and the paper says what it said."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kg.__main__ import main
from kg.checks import run_checks
from kg.engines.oxigraph import Oxigraph, open_
from kg.errors import BadTable
from kg.graph import Graph
from kg.ingestion import forget, ingest
from kg.tables import read
from kg.terms import EIC, ID
from tests.assessments import KNOWLEDGE, PROFILES
from tests.pace import one_at_once

#: How `kg assess` calls elements and levels.
CALLED = {
    "knowledgeReserve": "knowledge reserve",
    "knowledgeCreation": "knowledge creation",
    "knowledgeProduction": "knowledge production",
    "collaborativeInnovation": "collaborative innovation",
    "investmentFinancing": "investment and financing support",
    "productConversion": "conversion into products",
    "marketDemand": "market demand",
    "highLevel": "high",
    "someLevel": "some",
    "correspondingLevel": "corresponding",
    "shortOfOrWithout": "short of or without",
    "noComparativeAdvantage": "no comparative advantage",
    "potentialLevel": "potential",
}
Fill = Callable[..., Path]


@pytest.fixture
def eic(store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(store, tmp_path / "eic")


@pytest.fixture
def fill(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Fill:
    """Fill in the table that `kg assess` writes for a city."""

    def filled(city: str, words: Mapping[str, str], file: str = "filled.csv", **more: str) -> Path:
        assert main(["assess", city, "--on", str(store)]) == 0
        told = {CALLED[element]: CALLED[word] for element, word in words.items()}
        path = tmp_path / file
        path.write_text(capsys.readouterr().out, "utf-8")
        rows = [dict(row.cells) for row in read(path)]
        for row in rows:
            row |= {"level": told.pop(row["element"], ""), **more}
        assert not told
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return filled


def ends(term: object) -> set[str]:
    """What a cell of several IRIs names, without what they begin with."""
    return {iri.rpartition("#")[2] for iri in str(getattr(term, "value", "")).split()}


def standings(g: Graph, city: str) -> dict[str, tuple[str, set[str]]]:
    """For each tier the standing of a city and the elements that nothing is found on."""
    rows = g.ask("tier-placement", city=city)
    return {min(ends(row["tier"])): (min(ends(row["standing"])), ends(row["wanting"])) for row in rows}


def errors(g: Graph) -> list[str]:
    assert isinstance(g.engine, Oxigraph)
    return [str(finding) for finding in run_checks(g.engine.store) if finding.severity != "note"]


@pytest.mark.slow
def test_seven_findings_put_a_city_in_a_tier_and_the_paper_still_says_what_it_says(
    eic: Path, store: Path, fill: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Graph.open(str(store))
    path = fill("Novosibirsk", PROFILES["secondTier"], source="field notes", date="2026-11")
    assert main(["ingest", "assessments", str(path), "--on", str(eic)]) == 0
    g = Graph.open(str(eic))
    assert errors(g) == []
    assert {tier: standing for tier, (standing, _) in standings(g, "Novosibirsk").items()} == {
        "firstTier": "tierExcluded",
        "secondTier": "tierFollows",
        "thirdTier": "tierExcluded",
    }
    capsys.readouterr()
    assert main(["ask", "tier-placement", "city=Novosibirsk", "--on", str(eic)]) == 0
    out = capsys.readouterr().out
    assert "second tier" in out and "follows" in out and "field notes, 2026-11" in out
    for question, given in (("second-tier-dependencies", {"city": "Kyiv"}), ("partner-tiers", {"city": "Kyiv"})):
        if question == "partner-tiers":
            given = {}
        one, other = before.ask(question, **given), g.ask(question, **given)
        assert list(map(dict, one)) == list(map(dict, other)), question
        assert len(one) > 0
    old = before.version()
    assert g.version() != old
    del g
    assert main(["ingest", "assessments", "--forget", "--on", str(eic)]) == 0
    assert Graph.open(str(eic)).version() == old
    assert set(open_(str(eic)).store) == set(open_(str(store)).store)


def test_four_findings_leave_the_tier_open_and_say_what_is_wanting(eic: Path, fill: Fill) -> None:
    four = {e: PROFILES["secondTier"][e] for e in (*KNOWLEDGE, "marketDemand")}
    ingest(eic, "assessments", [fill("Novosibirsk", four)])
    g = Graph.open(str(eic))
    placed = standings(g, "Novosibirsk")
    wanting = {"collaborativeInnovation", "investmentFinancing", "productConversion"}
    assert placed["secondTier"] == ("tierPossible", wanting)
    assert placed["thirdTier"] == ("tierExcluded", wanting)


@pytest.mark.slow
def test_a_settlement_of_the_gazetteer_becomes_a_city_with_names(eic: Path, fill: Fill) -> None:
    ingest(eic, "assessments", [fill("Kazan", PROFILES["thirdTier"], assessor="Institute of Cities")])
    g = Graph.open(str(eic))
    assert errors(g) == []
    kazan = f"{ID}place/geonames-551487"
    (stated,) = g.query(f"SELECT ?g {{ GRAPH ?g {{ <{kazan}> a <{EIC}City> }} }}")
    assert str(stated["g"]).endswith("/graph/reference/assessments>")
    assert standings(g, "Kazan")["thirdTier"][0] == "tierFollows"
    who = g.query(
        f"SELECT DISTINCT ?l {{ ?f a <{EIC}Finding> ; <{EIC}certainty> <{EIC}recorded> ; <{EIC}saidBy> ?w . ?w"
        " <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
    )
    assert {str(getattr(row["l"], "value", "")) for row in who} == {"Institute of Cities"}
    del g, who, stated
    forget(eic, "assessments")
    g = Graph.open(str(eic))
    assert not list(g.query(f"SELECT * {{ <{kazan}> a <{EIC}City> }}"))


@pytest.mark.slow
def test_two_assessors_are_two_assessments(eic: Path, fill: Fill) -> None:
    one = fill("Novosibirsk", PROFILES["secondTier"], "one.csv", assessor="A")
    other = fill("Novosibirsk", PROFILES["firstTier"], "other.csv")
    ingest(eic, "assessments", [one, other])
    g = Graph.open(str(eic))
    rows = [r for r in g.ask("tier-placement", city="Novosibirsk") if str(r["standing"]).endswith("tierFollows>")]
    label = "SELECT ?l {{ {} <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(LANG(?l) = 'en') }}"
    told = set()
    for row in rows:
        (found,) = g.query(label.format(row["view"]))
        told.add((getattr(found["l"], "value", ""), min(ends(row["tier"]))))
    assert told == {
        ("assessment of Novosibirsk: A", "secondTier"),
        ("assessment of Novosibirsk: own assessment (other)", "firstTier"),
    }


HEAD = "city,element,level,source,date,note\n"
GOOD = "Novosibirsk,market demand,potential,,,\n"


@pytest.mark.parametrize(
    ("text", "message"),
    one_at_once(
        [
            (HEAD + GOOD + "Novosibirsk,knowledge,some,,,\n", r"a\.csv:3.*element.*'knowledge' is none of the words"),
            (HEAD + "Novosibirsk,market demand,plenty,,,\n", r"a\.csv:2.*level.*'plenty' is none of the words"),
            (HEAD + "Novosibirsk,market demand,some,,May 2026,\n", r"a\.csv:2.*date"),
            (HEAD + "Atlantis,market demand,some,,,\n", r"a\.csv:2.*city.*which place is 'Atlantis'"),
            (HEAD + GOOD + GOOD.replace("potential", "some"), r"a\.csv:3.*judged already, as 'potential'.*a\.csv:2"),
            (HEAD + "Novosibirsk,market demand,,,,\n", r"a\.csv.*no row has a level"),
            ("city,element\nNovosibirsk,market demand\n", r"level.*this column is missing"),
            (HEAD.replace("note", "nota") + GOOD, r"nota.*no such column.*did you mean note"),
        ]
    ),
    ids=["element", "level", "date", "city", "twice", "empty", "column-missing", "column-unknown"],
)
def test_what_is_amiss_is_told_by_file_line_and_column(eic: Path, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    generation = sorted(eic.iterdir())
    with pytest.raises(BadTable, match=message):
        ingest(eic, "assessments", [path])
    assert sorted(eic.iterdir()) == generation


def test_without_assessments_their_source_is_not_described(graph: Graph) -> None:
    assert not list(graph.query(f"SELECT * {{ <{ID}source/assessments> ?p ?o }}"))
