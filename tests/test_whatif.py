"""What-ifs: what follows from a supposition or a withdrawal, by hand from p. 129, and that all of it is marked."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import kg
from kg.answers import Answer
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.hypotheses import findings
from kg.reasoning import materialise
from kg.terms import EIC, ID, eic, layer, thing
from kg.views import names as view_names
from kg.whatif import Supposed, compare, suppose
from tests.assessments import PROFILES
from tests.pace import one_at_once

RELATIVE, ABSOLUTE = "tierImpliesRelativeDependenceOn", "tierImpliesAbsoluteDependenceOn"
CHINESE = "group/relevant-chinese-cities"


def short(term: Any) -> str:
    return str(getattr(term, "value", "")).removeprefix(ID).removeprefix(EIC)


def edges(answer: Answer, sign: str) -> set[tuple[str, str, str]]:
    """The plain edges that came or went, without those that only tell how findings meet words."""
    found = {(short(r["subject"]), short(r["property"]), short(r["object"])) for r in answer if short(r["h1"]) == sign}
    return {edge for edge in found if edge[1] not in ("meetsRequirement", "definesTier")}


def anew(there: Supposed) -> set[str]:
    """What reasoning over all that is stated there gives, from nothing."""
    store = ox.Store()
    store.bulk_extend(quad for quad in there.quads() if quad.graph_name != layer("inferred"))
    materialise(store)
    return {str(quad) for quad in store.quads_for_pattern(None, None, None, layer("inferred"))}


def derived(graph: Graph) -> set[str]:
    return {str(quad) for quad in graph.embedded().quads_for_pattern(None, None, None, layer("inferred"))}


def test_a_city_put_in_the_second_tier_depends_on_the_first_and_the_third_on_it(graph: Graph) -> None:
    there = graph.suppose(add=[("Novosibirsk", "hasTier", "second tier")])
    assert edges(there.difference(), "+") == {
        ("city/novosibirsk", "hasTier", "secondTier"),
        *(("city/novosibirsk", RELATIVE, other) for other in ("city/moscow", "city/saint-petersburg", CHINESE)),
        *((other, ABSOLUTE, "city/novosibirsk") for other in ("city/minsk", "city/almaty")),
    }
    assert edges(there.difference(), "−") == set()


def test_a_tier_withdrawn_takes_what_followed_from_it_alone(graph: Graph) -> None:
    there = graph.suppose(remove=[("Киев", "hasTier", "二级创新伙伴层级")])
    assert edges(there.difference(), "+") == set()
    assert edges(there.difference(), "−") == {
        ("city/kyiv", "hasTier", "secondTier"),
        *(("city/kyiv", RELATIVE, other) for other in ("city/moscow", "city/saint-petersburg", CHINESE)),
        *((other, ABSOLUTE, "city/kyiv") for other in ("city/minsk", "city/almaty")),
    }


def test_a_dependence_withdrawn_in_one_dimension_leaves_the_others(graph: Graph) -> None:
    """p. 129 names resources, capability and channels: the pair still depends as long as one is left."""
    one = graph.suppose(remove=["claim:paper/dependence-001"])
    assert edges(one.difference(), "−") == set()
    row = one.ask("second-tier-dependencies", city="Kyiv", partner="Moscow")[0]
    assert "resources" not in short(row["in_what"])
    every = graph.suppose(remove=[{"class": "DependenceStatement", "dependentTier": "second tier"}])
    assert not every.ask("second-tier-dependencies")
    assert every.ask("dependencies")


def test_a_new_city_with_a_tier(graph: Graph) -> None:
    new = {"class": "City", "en": "Yerevan", "zh": "埃里温", "ru": "Ереван"}
    there = graph.suppose(add=[("埃里温", "hasTier", "third tier"), new])
    supporters = {"moscow", "saint-petersburg", "kyiv", "tbilisi", "baku"}
    expected = {("city/yerevan", ABSOLUTE, f"city/{other}") for other in supporters}
    expected |= {("city/yerevan", ABSOLUTE, CHINESE), ("city/yerevan", "hasTier", "thirdTier")}
    assert edges(there.difference(), "+") == expected
    assert there.ask("second-tier-dependencies", city="Kyiv")
    with pytest.raises(UnknownName):
        graph.ask("city-profile", city="Yerevan")


@pytest.mark.parametrize(("tier", "words"), PROFILES.items())
def test_seven_findings_give_a_tier_and_its_dependences(graph: Graph, tier: str, words: dict[str, str]) -> None:
    there = suppose(graph, findings("Yerevan", words))
    gained = edges(there.difference(), "+")
    assert ("city/yerevan", "hasTier", tier) in gained
    assert {edge[1] for edge in gained if edge[0] == "city/yerevan"} == {
        "firstTier": {"hasTier"},
        "secondTier": {"hasTier", RELATIVE},
        "thirdTier": {"hasTier", ABSOLUTE},
    }[tier]
    (row,) = (r for r in there.ask("tier-placement", city="Yerevan") if short(r["standing"]) == "tierFollows")
    assert short(row["tier"]) == tier


def test_one_finding_withdrawn_from_an_assessment_leaves_the_tier_open(graph: Graph) -> None:
    whole = suppose(graph, findings("Yerevan", PROFILES["firstTier"]))
    part = whole.suppose(remove=[{"city": "Yerevan", "element": "market demand"}])
    assert ("city/yerevan", "hasTier", "firstTier") in edges(part.difference(), "−")
    standing = {short(r["tier"]): short(r["standing"]) for r in part.ask("tier-placement", city="Yerevan")}
    assert standing == {"firstTier": "tierPossible", "secondTier": "tierExcluded", "thirdTier": "tierExcluded"}
    again = part.suppose(add=[{"city": "Yerevan", "element": "market demand", "level": "corresponding"}])
    assert ("city/yerevan", "hasTier", "firstTier") in edges(again.difference(), "+")


def test_findings_against_the_authors_tier_stand_beside_it(graph: Graph) -> None:
    there = suppose(graph, findings("Minsk", PROFILES["secondTier"]))
    tiers = {q.object for q in there.embedded().quads_for_pattern(thing("city/minsk"), eic("hasTier"), None)}
    assert tiers == {eic("secondTier"), eic("thirdTier")}
    degrees = {short(r["degree"]) for r in there.ask("dependencies", city="Minsk")}
    assert degrees == {"relativeDependence", "absoluteDependence"}


def test_a_membership_reaches_a_tiered_city(graph: Graph) -> None:
    answer = graph.suppose(add=[("Kyiv", "memberOf", "WTA")]).difference()
    assert edges(answer, "+") == {("city/kyiv", "memberOf", "alliance/wta")}
    assert [short(r["h1"]) for r in answer if short(r["subject"]) == "memberOf"] == ["0 → 1"]


def test_a_city_withdrawn_is_gone_with_all_that_mentions_it(graph: Graph) -> None:
    there = graph.suppose(remove=["Kyiv"])
    inferred_or_told = [q for q in there.quads_of(thing("city/kyiv")) if "hypothesis" not in str(q.graph_name)]
    assert inferred_or_told == []
    with pytest.raises(BadQuestion, match="Kyiv is withdrawn here"):
        there.ask("city-profile", city="Kyiv")
    assert graph.ask("second-tier-dependencies", city="Kyiv")


SUPPOSITIONS: dict[str, tuple[list[Any], list[Any]]] = {
    "requirement": ([{"class": "ElementRequirement", "tier": "third tier", "element": "market demand",
                      "level": "short of or without"}], []),
    "requirement changed": ([{"class": "ElementRequirement", "tier": "secondTier", "element": "marketDemand",
                              "level": "potential"}], ["claim:paper/element-014"]),
    "rank": ([{"class": "RankingObservation", "ranked": "Minsk", "rank": 7,
               "rankingList": "list/innovation-cities-2016-2017-emerging"}], ["claim:paper/rank-001"]),
    "tier moved": ([("Kyiv", "hasTier", "first tier")], [("Kyiv", "hasTier", "second tier")]),
    "partnership": ([{"class": "PartnershipStatement", "partner": "Russia",
                      "partnership": "partnership/china-brazil", "partnershipForm": "innovation partnership"}], []),
    "group": ([("group/relevant-chinese-cities", "hasTier", "second tier")], []),
    "location": ([("Kyiv", "locatedIn", "Asia-Pacific")], ["Almaty"]),
    "alliance withdrawn": ([], ["WTA"]),
    "source withdrawn": ([], ["work/zhao-yu-2019-secondary-dimension"]),
}  # fmt: skip


@pytest.mark.parametrize("name", one_at_once(SUPPOSITIONS))
def test_what_follows_there_is_what_reasoning_anew_gives(graph: Graph, name: str) -> None:
    add, remove = SUPPOSITIONS[name]
    there = graph.suppose(add, remove)
    assert derived(there) == anew(there)


def test_the_base_is_untouched(graph: Graph) -> None:
    before = graph.export()
    there = graph.suppose([("Kyiv", "memberOf", "WTA")], ["Minsk"])
    there.ask("partner-tiers")
    there.difference()
    assert graph.export() == before
    assert "WHAT-IF" not in str(graph.ask("partner-tiers"))


def test_a_store_on_disk_is_untouched_and_the_copy_goes(store: Path) -> None:
    files = {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()}
    base = kg.open(store)
    there = base.suppose([("Kyiv", "memberOf", "WTA")])
    folder = Path(there.folder)
    assert folder.is_dir()
    assert len(there.ask("alliance-members", member="Kyiv")) == 1
    del there
    gc.collect()
    assert not folder.exists()
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()} == files


# ── marked everywhere ──


@pytest.fixture(scope="module")
def there(graph: Graph) -> Supposed:
    title = {"en": "Kyiv joins the WTA", "zh": "基辅加入WTA", "ru": "Киев вступает в WTA"}
    return graph.suppose([("Kyiv", "memberOf", "WTA")], title=title)


@pytest.mark.parametrize("view", [v for v in view_names() if v not in ("turtle", "xlsx")])
@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("en", "WHAT-IF: Kyiv joins the WTA"),
        ("zh", "假设推演：基辅加入WTA"),
        ("ru", "ПРЕДПОЛОЖЕНИЕ: Киев вступает в WTA"),
    ],
)
def test_every_view_of_every_answer_is_marked(there: Supposed, view: str, language: str, mark: str) -> None:
    for answer in (
        there.ask("alliance-members", language, member="Kyiv"),
        there.difference(language),
        there.query("SELECT ?x WHERE { ?x a eic:City }", language),
    ):
        assert mark in answer.to(view)


def test_a_row_says_that_it_is_supposed_and_by_which_entry(there: Supposed) -> None:
    told = str(there.ask("alliance-members", member="Kyiv"))
    assert "supposed: Kyiv joins the WTA (entry 1)" in told
    (step,) = there.explain("Kyiv", "memberOf", "WTA").derivations
    assert "[supposed · supposed: Kyiv joins the WTA (entry 1)]" in "\n".join(step.lines())
    assert "WHAT-IF: Kyiv joins the WTA" in str(there.explain("Kyiv", "memberOf", "WTA"))


@pytest.mark.slow
def test_an_export_says_that_it_is_supposed(there: Supposed) -> None:
    text = there.export()
    assert text.startswith("# WHAT-IF: Kyiv joins the WTA\n")
    assert "graph/hypothesis/kyiv-joins-the-wta-" in text
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    assert len(store) == len(list(there.quads()))
    assert len(there.to_rdflib()) == len(store)


def test_hypotheses_side_by_side(graph: Graph) -> None:
    one = graph.suppose([("Novosibirsk", "hasTier", "second tier")], title="one")
    two = graph.suppose([("Novosibirsk", "hasTier", "third tier")], title="two")
    answer = compare([one, two])
    assert [answer.titles[c] for c in answer.columns[3:]] == ["one", "two"]
    signs = {(short(r["subject"]), short(r["property"]), short(r["object"])): (short(r["h1"]), short(r["h2"]))
             for r in answer}  # fmt: skip
    assert signs[("city/novosibirsk", "hasTier", "secondTier")] == ("+", "")
    assert signs[("city/novosibirsk", "hasTier", "thirdTier")] == ("", "+")
    assert signs[("city/novosibirsk", ABSOLUTE, "city/moscow")] == ("", "+")
    assert "WHAT-IF: one · WHAT-IF: two" in str(answer)


def test_one_hypothesis_upon_another(graph: Graph) -> None:
    first = graph.suppose([{"class": "City", "en": "Yerevan"}], title="a city")
    second = first.suppose([("Yerevan", "hasTier", "third tier")], title="its tier")
    assert "WHAT-IF: a city · WHAT-IF: its tier" in str(second.ask("partner-tiers", city="Yerevan"))
    assert derived(second) == anew(second)


def test_nothing_that_changes_is_told_as_such(graph: Graph) -> None:
    answer = graph.suppose([{"class": "City", "en": "Yerevan"}]).difference()
    assert "nothing would change" in str(answer)
