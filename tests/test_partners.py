"""Partners: who meets what a city needs, by hand from p. 129 of the paper; what is not known is never taken for no."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.cities import Cities
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.partnering import remarks
from kg.partners import Found, partners
from kg.places import place_named
from kg.terms import ID, RDF_TYPE, eic, layer, thing
from tests.assessments import PROFILES, assessment

KYIV, MINSK, MOSCOW = (f"{ID}city/{name}" for name in ("kyiv", "minsk", "moscow"))
CONVERSION = ("collaborativeInnovation", "investmentFinancing", "productConversion")
KNOWLEDGE = ("knowledgeReserve", "knowledgeCreation", "knowledgeProduction")


def names(found: Found) -> list[str]:
    return [one.city.rsplit("/")[-1] for one in found.partners]


def test_kyiv_is_short_of_three_elements_and_two_cities_have_them_all(graph: Graph) -> None:
    found = partners(graph, KYIV)
    assert found.wanted == CONVERSION and found.known == 1 and found.ranked
    assert names(found) == ["moscow", "saint-petersburg"], "755 km before 1,055 km"
    assert [(one.rank, one.tied, one.meets) for one in found.partners] == [(1, 2, CONVERSION)] * 2
    assert [one.returns for one in found.partners] == [(), ()], "a first-tier city is short of nothing"
    assert found.groups == (f"{ID}group/relevant-chinese-cities",), "the unnamed group is told, never resolved"


def test_ties_share_a_rank_and_the_next_rank_counts_them(graph: Graph) -> None:
    found = partners(graph, MINSK)
    assert [(name, one.rank, one.tied) for name, one in zip(names(found), found.partners, strict=True)] == [
        ("moscow", 1, 2), ("saint-petersburg", 1, 2), ("kyiv", 3, 3), ("tbilisi", 3, 3), ("baku", 3, 3),
    ]  # fmt: skip
    assert found.partners[2].meets == KNOWLEDGE


def test_a_city_that_needs_nothing_is_told_so_and_can_be_asked_the_other_way(graph: Graph) -> None:
    found = partners(graph, MOSCOW)
    assert found.partners == () and "--offer" in "\n".join(remarks(graph, found, "en"))
    offered = partners(graph, MOSCOW, offer=True)
    assert {one.city.rsplit("/")[-1]: one.rank for one in offered.partners} == {
        "minsk": 1, "almaty": 1, "kyiv": 3, "tbilisi": 3, "baku": 3,
    }  # fmt: skip


def test_of_a_city_of_which_nothing_is_known_there_is_no_ranking_but_what_to_find_out(graph: Graph) -> None:
    found = partners(graph, f"{ID}place/geonames-551487")
    assert found.known == 0 and not found.ranked and not found.partners
    assert found.unstated == KNOWLEDGE + CONVERSION
    told = "\n".join(remarks(graph, found, "zh"))
    assert "请先查明" in told and "知识储备" in told and "不具备" not in told


def test_elements_that_are_asked_for_are_sought_whatever_is_known_of_the_city(graph: Graph) -> None:
    found = partners(graph, f"{ID}place/geonames-551487", ["investmentFinancing"])
    assert found.ranked and names(found) == ["moscow", "saint-petersburg"]
    minsk = partners(graph, MINSK, offer=True)
    assert minsk.wanted == () and minsk.partners == (), "a third-tier city has nothing to offer"


def test_what_may_come_back_is_not_taken_for_nothing(graph: Graph) -> None:
    found = partners(graph, f"{ID}place/geonames-551487", ["knowledgeReserve"])
    kyiv = next(one for one in found.partners if one.city == KYIV)
    assert kyiv.returns == () and kyiv.perhaps == CONVERSION
    assert not any("one-way flow" in line and line.startswith("From 5") for line in remarks(graph, found, "en"))


@pytest.mark.parametrize("least", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_share_lies_between_0_and_1(graph: Graph, least: Fraction) -> None:
    with pytest.raises(BadQuestion, match="between 0 and 1"):
        partners(graph, KYIV, least=least)


def test_an_unknown_element_is_told_with_those_that_there_are(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="productConversion"):
        partners(graph, KYIV, ["productConversions"])


def test_a_level_at_which_a_city_can_supply_is_a_parameter(graph: Graph) -> None:
    assert names(partners(graph, KYIV, theta="highLevel")) == [], "tier one has only some of these three"


def test_sources_that_differ_make_an_element_not_known(graph: Graph) -> None:
    store = ox.Store()
    store.bulk_extend(graph.quads())
    for view, word in (("one", "highLevel"), ("two", "noComparativeAdvantage")):
        store.extend(assessment(f"lyon-{view}", PROFILES["firstTier"] | {"productConversion": word}, "lyon", view))
    known = Cities(Graph(Oxigraph(store, "memory:")))
    assert known.profile(f"{ID}city/lyon").keys() == set(PROFILES["firstTier"]) - {"productConversion"}


def test_names_of_places_in_any_language_with_territory_and_never_guessed(graph: Graph) -> None:
    assert place_named(graph, "喀山").value.endswith("geonames-551487")
    assert place_named(graph, "Казань, Россия") == place_named(graph, "Kazan, RU") == place_named(graph, "Kazan")
    assert place_named(graph, "基輔").value == KYIV
    with pytest.raises(UnknownName, match=r"RU, 1,243,500"):
        place_named(graph, "Kazan, TR")
    with pytest.raises(UnknownName):
        place_named(graph, "Nowhere")


def test_several_settlements_of_one_name_are_listed_the_most_populous_first(graph: Graph) -> None:
    store = ox.Store()
    store.bulk_extend(graph.quads())
    module = import_module("kg._ingest.geonames")
    row = "{}\tSpringfield\tSpringfield\t\t40\t-90\tP\tPPL\tUS\t\t\t\t\t\t{}\t\t\t\t2020-01-01"

    def known(iri: str) -> str | None:
        return iri if "/territory/" in iri else None

    text = "".join(
        module._settlement(row.format(n, p).split("\t"), known, {}, "", Path("dump"), 1) for n, p in ((1, 50), (2, 700))
    )
    store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    for n in (1, 2):
        store.add(ox.Quad(thing(f"place/geonames-{n}"), RDF_TYPE, eic("Place"), layer("inferred")))
    with pytest.raises(BadQuestion, match=r"geonames-2 \(US, 700\), id:place/geonames-1 \(US, 50\)"):
        place_named(Graph(Oxigraph(store, "memory:")), "Springfield, US")


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_the_answer_tells_evidence_and_remarks_in_each_language(graph: Graph, language: str) -> None:
    answer = graph.partners("Kyiv", (), language, vector=False)
    told = str(answer)
    assert "p. 129" in told or "第129页" in told
    assert len(answer) == 2 and answer.remarks


def test_the_command(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    assert main(["partners", "Київ", "--on", str(store), "--no-proximities", "--as", "csv"]) == 0
    assert "Saint Petersburg" in capsys.readouterr().out
    assert main(["partners", "Kyiv", "--on", str(store), "--least", "x"]) == 2
    assert "share from 0 to 1" in capsys.readouterr().err


def test_links_last_recorded_before_the_horizon_are_told(graph: Graph) -> None:
    told = "\n".join(remarks(graph, partners(graph, KYIV), "en"))
    assert "not confirmed since 2024-01-01: International Association of Peace Messenger Cities (2006)" in told
    assert "not confirmed" not in "\n".join(remarks(graph, partners(graph, KYIV), "en", "2005-01-01"))
