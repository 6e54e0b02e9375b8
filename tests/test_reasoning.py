"""The rules on small fixtures and on the paper's graph; nothing is proven by its own consequence; rdflib agrees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.checks import run_checks
from kg.errors import BadTable
from kg.graph import Graph
from kg.reasoning import Rule, materialise, rules
from kg.terms import CLAIM, GRAPH, PROV, RDF, RDF_TYPE, eic, expand, layer, sparql_prefixes, thing
from tests.assessments import CONVERSION, ELEMENTS, KNOWLEDGE, PROFILES, WRONG, assessment, assessment_iri, profile

INFERRED = layer("inferred")
DERIVED_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
GENERATED_BY = ox.NamedNode(PROV + "wasGeneratedBy")
DERIVED_CLAIMS = [eic(n) for n in ("DerivedTierAssignment", "ImpliedFinding", "ElementDependence", "ImpliedDependence")]
TIERS = ("firstTier", "secondTier", "thirdTier")
RULES = {rule.name: rule for rule in rules()}


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def triples(store: ox.Store, graph: ox.NamedNode = INFERRED) -> set[ox.Triple]:
    return {ox.Triple(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)}


def instances(store: ox.Store, class_: ox.NamedNode) -> set[ox.NamedNode]:
    return {q.subject for q in store.quads_for_pattern(None, RDF_TYPE, class_) if isinstance(q.subject, ox.NamedNode)}


def values(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> set[object]:
    return {q.object for q in store.quads_for_pattern(subject, predicate, None)}


def without(store: ox.Store, things: Iterable[object]) -> ox.Store:
    """What is stated, less all that has one of these things as subject or object; nothing inferred."""
    gone = set(things)
    return store_of(q for q in store if q.graph_name != INFERRED and q.subject not in gone and q.object not in gone)


def local(term: object) -> str:
    return str(getattr(term, "value", term)).rsplit("/")[-1].rsplit("#")[-1]


def select(store: ox.Store, names: str, pattern: str) -> set[tuple[str, ...]]:
    """The rows of a pattern, each term by its local name."""
    text = f"{sparql_prefixes()}SELECT {' '.join('?' + name for name in names.split())} WHERE {{ {pattern} }}"
    solutions = store.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return {tuple(local(term) for term in row) for row in solutions}


def derived_tiers(store: ox.Store) -> set[tuple[str, ...]]:
    """Each city with a tier that the rule derives for it."""
    return select(store, "city tier", "?claim a eic:DerivedTierAssignment ; eic:assigned ?city ; eic:tier ?tier")


@pytest.fixture(scope="module")
def stated(graph: Graph) -> list[ox.Quad]:
    return [quad for quad in graph.quads() if quad.graph_name != INFERRED]


@pytest.fixture(scope="module")
def tiers_only(graph: Graph, stated: list[ox.Quad]) -> list[ox.Quad]:
    """The ontology, the things, and of the paper's claims only those on tiers: quick to reason over."""
    classes = ("ElementRequirement", "TierAssignment", "DependenceStatement")
    claims = set().union(*(instances(graph.embedded(), eic(class_)) for class_ in classes))
    graphs = {layer("ontology"), layer("things")}
    return [q for q in stated if q.graph_name in graphs or q.subject in claims]


@pytest.fixture(scope="module")
def with_mirograd(stated: list[ox.Quad]) -> ox.Store:
    """All that the paper states and an assessment that fits the first tier, with what follows; only to be read."""
    return reasoned(stated, assessment("mirograd", PROFILES["firstTier"]))


def reasoned(base: list[ox.Quad], *more: Iterator[ox.Quad]) -> ox.Store:
    store = store_of([*base, *(quad for quads in more for quad in quads)])
    materialise(store)
    return store


# ── tiers from findings ──


def test_findings_that_meet_every_word_of_a_tier_give_that_tier_and_no_other(tiers_only: list[ox.Quad]) -> None:
    store = reasoned(tiers_only, *(assessment(f"city-of-{tier}", words) for tier, words in PROFILES.items()))
    assert derived_tiers(store) == {(f"city-of-{tier}", tier) for tier in TIERS}
    for tier, class_ in zip(TIERS, ("First", "Second", "Third"), strict=True):
        assert eic(f"{class_}TierAssessment") in values(store, assessment_iri(f"city-of-{tier}"), RDF_TYPE)
        assert eic(f"{class_}TierPartner") in values(store, thing(f"city/city-of-{tier}"), RDF_TYPE)
        assert values(store, thing(f"city/city-of-{tier}"), eic("hasTier")) == {eic(tier)}


def test_high_meets_some_but_some_does_not_meet_high(tiers_only: list[ox.Quad]) -> None:
    store = reasoned(
        tiers_only,
        assessment("all-high", profile("highLevel", "highLevel", "correspondingLevel")),
        assessment("high-but-short", profile("highLevel", "shortOfOrWithout", "correspondingLevel")),
        assessment("all-some", profile("someLevel", "someLevel", "correspondingLevel")),
    )
    assert derived_tiers(store) == {("all-high", "firstTier"), ("high-but-short", "secondTier")}


def test_one_missing_finding_gives_no_tier(tiers_only: list[ox.Quad]) -> None:
    gaps = [
        assessment(f"{tier}-without-{gap}", {e: w for e, w in PROFILES[tier].items() if e != gap})
        for tier, gap in product(TIERS, ELEMENTS)
    ]
    assert derived_tiers(reasoned(tiers_only, *gaps)) == set()


def test_one_wrong_word_gives_no_tier(tiers_only: list[ox.Quad]) -> None:
    wrong = [
        assessment(f"{tier}-wrong-{element}", PROFILES[tier] | {element: WRONG[element]})
        for tier, element in product(TIERS, ELEMENTS)
    ]
    assert derived_tiers(reasoned(tiers_only, *wrong)) == set()


def test_no_comparative_advantage_is_not_taken_for_lacking_nor_lacking_for_it(tiers_only: list[ox.Quad]) -> None:
    second = PROFILES["secondTier"] | dict.fromkeys(CONVERSION, "noComparativeAdvantage")
    third = PROFILES["thirdTier"] | dict.fromkeys((*KNOWLEDGE, *CONVERSION), "shortOfOrWithout")
    assert derived_tiers(reasoned(tiers_only, assessment("second", second), assessment("third", third))) == set()


def test_an_assessment_without_findings_gives_no_tier(tiers_only: list[ox.Quad]) -> None:
    assert derived_tiers(reasoned(tiers_only, assessment("unknown", {}))) == set()


def test_findings_of_two_sources_are_not_put_together(tiers_only: list[ox.Quad]) -> None:
    first = PROFILES["firstTier"]
    halves = [{e: first[e] for e in ELEMENTS[:4]}, {e: first[e] for e in ELEMENTS[4:]}]
    views = [assessment(f"half-{n}", half, "halved", f"source-{n}") for n, half in enumerate(halves)]
    assert derived_tiers(reasoned(tiers_only, *views)) == set()


def test_two_sources_may_disagree_about_a_city_without_error(stated: list[ox.Quad]) -> None:
    store = reasoned(
        stated,
        assessment("optimist-on-mirograd", PROFILES["firstTier"], "mirograd", "optimist"),
        assessment("pessimist-on-mirograd", PROFILES["thirdTier"], "mirograd", "pessimist"),
    )
    assert derived_tiers(store) == {("mirograd", "firstTier"), ("mirograd", "thirdTier")}
    assert len(instances(store, eic("DerivedTierAssignment"))) == 2
    found = run_checks(store)
    bare = {"span-bare", "passage-place"}  # the fictitious passages have neither page nor digest
    assert [f for f in found if f.severity != "note" and f.check not in bare] == []
    notes = [f.message for f in found if (f.check, f.offender) == ("tier-conflict", "id:city/mirograd")]
    assert len(notes) == 1
    assert "optimist: first tier; pessimist: third tier" in notes[0]
    disputed = [f.message for f in found if (f.check, f.offender) == ("finding-disputed", "id:city/mirograd")]
    assert len(disputed) == len(ELEMENTS)
    assert any("market demand: optimist: corresponding; pessimist: potential" in told for told in disputed)


def test_a_derived_tier_rests_on_its_own_findings_and_the_requirements_that_they_meet(
    tiers_only: list[ox.Quad],
) -> None:
    store = reasoned(
        tiers_only, assessment("mirograd", PROFILES["secondTier"]), assessment("other", PROFILES["secondTier"])
    )
    (claim,) = [
        c
        for c in instances(store, eic("DerivedTierAssignment"))
        if thing("city/mirograd") in values(store, c, eic("assigned"))
    ]
    premises = values(store, claim, DERIVED_FROM)
    findings = {f"{CLAIM}observer/mirograd-{element}-{word}" for element, word in PROFILES["secondTier"].items()}
    requirements = {f"{CLAIM}paper/element-{number:03}" for number in range(8, 15)}
    assert {getattr(p, "value", "") for p in premises} == findings | requirements


# ── nothing is proven by its own consequence ──


def test_the_paper_alone_derives_no_tier_for_its_cities(graph: Graph) -> None:
    assert instances(graph.embedded(), eic("ImpliedFinding"))
    assert derived_tiers(graph.embedded()) == set()


def test_implied_findings_alone_prove_no_tier(tiers_only: list[ox.Quad]) -> None:
    store = reasoned(tiers_only, *(assessment(f"city-of-{tier}", words) for tier, words in PROFILES.items()))
    assert derived_tiers(store)
    for class_ in ("Finding", "DerivedTierAssignment"):
        for claim in instances(store, eic(class_)):
            for quad in [*store.quads_for_pattern(claim, None, None), *store.quads_for_pattern(None, None, claim)]:
                store.remove(quad)
    assert instances(store, eic("ImpliedFinding"))
    materialise(store)
    assert derived_tiers(store) == set()


def test_implied_findings_prove_no_tier_even_where_an_assessment_holds_them(
    graph: Graph, tiers_only: list[ox.Quad]
) -> None:
    quads = list(graph.quads())
    implied = instances(graph.embedded(), eic("ImpliedFinding"))
    view = list(assessment("of-kyiv", {}, "kyiv"))
    held = [ox.Quad(assessment_iri("of-kyiv"), eic("hasFinding"), claim, layer("paper")) for claim in implied]
    store = store_of([*quads, *view, *held])
    materialise(store)
    assert derived_tiers(store) == set()


def test_a_derived_tier_implies_no_findings_and_no_dependence(graph: Graph, tiers_only: list[ox.Quad]) -> None:
    store = reasoned(tiers_only, assessment("mirograd", PROFILES["secondTier"]))
    for class_ in ("ImpliedFinding", "ImpliedDependence", "ElementDependence"):
        assert instances(store, eic(class_)) == instances(graph.embedded(), eic(class_))


def test_no_premise_of_a_tier_is_derived(tiers_only: list[ox.Quad]) -> None:
    store = reasoned(tiers_only, *(assessment(f"city-of-{tier}", words) for tier, words in PROFILES.items()))
    for claim in instances(store, eic("DerivedTierAssignment")):
        for premise in values(store, claim, DERIVED_FROM):
            assert isinstance(premise, ox.NamedNode)
            assert not values(store, premise, GENERATED_BY)


# ── what a tier implies ──


def implied_pairs(store: ox.Store) -> set[tuple[str, ...]]:
    pattern = "?claim a eic:ImpliedDependence ; eic:dependentCity ?city ; eic:supportingPartner ?partner"
    return select(store, "city partner", pattern)


FIRST = ("moscow", "saint-petersburg", "relevant-chinese-cities")
SECOND = ("kyiv", "tbilisi", "baku")
THIRD = ("minsk", "almaty")


def test_the_papers_cities_depend_on_those_of_the_tiers_above_and_on_no_others(graph: Graph) -> None:
    wanted = {*product(SECOND, FIRST), *product(THIRD, (*FIRST, *SECOND))}
    assert implied_pairs(graph.embedded()) == wanted
    assert select(graph.embedded(), "city partner", "?city eic:tierImpliesDependenceOn ?partner") == wanted
    assert select(graph.embedded(), "city partner", "?city eic:tierImpliesRelativeDependenceOn ?partner") == {
        *product(SECOND, FIRST)
    }
    assert len(instances(graph.embedded(), eic("ImpliedDependence"))) == 21


def test_nobody_depends_within_a_tier(graph: Graph) -> None:
    pairs = select(
        graph.embedded(),
        "city partner",
        "?city eic:tierImpliesDependenceOn ?partner ; eic:hasTier ?t . ?partner eic:hasTier ?t",
    )
    tiers = select(graph.embedded(), "tier", "?claim eic:dependentTier ?tier ; eic:supportingTier ?tier")
    assert (pairs, tiers) == (set(), set())


def test_market_demand_is_nothing_that_one_depends_on_another_for(graph: Graph) -> None:
    elements = {element for (element,) in select(graph.embedded(), "element", "?claim eic:dependenceElement ?element")}
    assert elements == set(ELEMENTS) - {"marketDemand"}


def test_without_its_tier_a_city_loses_its_dependences_and_nothing_else_changes(graph: Graph) -> None:
    full = graph.embedded()
    kyiv = thing("city/kyiv")
    about = {q.subject for q in full.quads_for_pattern(None, eic("assigned"), kyiv)}
    assignments = about & instances(full, eic("TierAssignment"))
    store = without(full, assignments)
    materialise(store)
    lost = triples(full) - triples(store)

    gone = {t.subject for t in lost if t.predicate == RDF_TYPE and t.object == eic("ImpliedDependence")}
    pairs = {*product(["kyiv"], FIRST), *product(THIRD, ["kyiv"])}
    assert implied_pairs(full) - implied_pairs(store) == pairs
    assert len(gone) == len(pairs)
    findings = {t.subject for t in lost if t.predicate == RDF_TYPE and t.object == eic("ImpliedFinding")}
    assert len(findings) == len(ELEMENTS)

    assert triples(store) <= triples(full)
    edges = {t for t in lost if t.subject not in gone | findings | assignments}
    assert all(kyiv in (t.subject, t.object) for t in edges)
    assert {local(t.predicate) for t in edges} == {
        "tierImpliesDependenceOn",
        "tierImpliesRelativeDependenceOn",
        "tierImpliesAbsoluteDependenceOn",
        "hasTier",
        "type",
    }


# ── the machine ──


def test_each_derived_claim_names_an_existing_rule_and_existing_premises(with_mirograd: ox.Store) -> None:
    store = with_mirograd
    known = {rule.iri for rule in RULES.values()}
    for class_ in DERIVED_CLAIMS:
        assert instances(store, class_)
        for claim in instances(store, class_):
            named, premises = values(store, claim, GENERATED_BY), values(store, claim, DERIVED_FROM)
            assert len(named) == 1
            assert named <= known
            assert premises
            for premise in premises:
                assert isinstance(premise, ox.NamedNode)
                assert values(store, premise, eic("certainty")), f"{premise} is no claim"


def head_predicates(rule: Rule, store: ox.Store) -> set[str]:
    """The predicates of the plain edges (not: of the claim nodes) that a rule derives in a store."""
    result = store.query(rule.sparql, use_default_graph_as_union=True)
    assert isinstance(result, ox.QueryTriples)
    return {t.predicate.value for t in result if not str(t.subject).startswith(f"<{CLAIM}inferred/")}


@pytest.mark.parametrize("name", RULES)
def test_each_plain_edge_has_a_rule_that_says_so(with_mirograd: ox.Store, name: str) -> None:
    rule = RULES[name]
    declared = {quad.object.value for quad in rule.describe() if quad.predicate == eic("derives")}  # type: ignore[union-attr]
    assert head_predicates(rule, with_mirograd) <= declared


def test_materialising_again_changes_nothing(graph: Graph) -> None:
    store = store_of(graph.quads())
    assert materialise(store) == 0
    assert set(store) == set(graph.quads())


def test_materialising_from_scratch_gives_what_was_built(graph: Graph, stated: list[ox.Quad]) -> None:
    store = store_of(stated)
    added = materialise(store)
    assert triples(store) == triples(graph.embedded())
    assert added == len(triples(store))


def test_rules_write_into_the_inferred_graph_only(stated: list[ox.Quad]) -> None:
    store = reasoned(stated)
    assert {q for q in store if q.graph_name != INFERRED} == set(stated)


def test_no_rule_negates_what_is_derived_in_its_stratum_or_later() -> None:
    for rule in RULES.values():
        _, *negated = re.split("NOT EXISTS|MINUS", rule.sparql)
        open_heads = {head for other in RULES.values() if other.stratum >= rule.stratum for head in other.heads}
        assert not [head for head in open_heads if any(head in text for text in negated)], rule.name


# ── another engine ──

SMALL = ("tier-001", "tier-004", "tier-007", "dependence-001", "dependence-004", "dependence-007")
COLLABORATION = ("element-004", "element-011", "element-018")
CLASSES = (
    "Membership",
    "Citation",
    "NameUse",
    "AllianceClassification",
    "LocationStatement",
    "PlatformStatement",
    "Founding",
    "RoleStatement",
    "RankingObservation",
    "PartnershipStatement",
)


@pytest.fixture(scope="module")
def small(graph: Graph) -> list[ox.Quad]:
    """Two claims of each class, a profile of one element a tier, what they are about, and two assessments."""
    full = graph.embedded()
    claims = {ox.NamedNode(f"{CLAIM}paper/{name}") for name in (*SMALL, *COLLABORATION)}
    for class_ in CLASSES:
        claims |= set(sorted(instances(full, eic(class_)), key=lambda iri: iri.value)[:2])
    known: set[ox.NamedNode] = set()
    fringe, quads = claims, set()
    for _ in range(3):
        known |= fringe
        new = {q for iri in fringe for q in full.quads_for_pattern(iri, None, None) if q.graph_name != INFERRED}
        quads |= new
        fringe = {q.object for q in new if isinstance(q.object, ox.NamedNode)} - known
        fringe = {iri for iri in fringe if not iri.value.startswith(f"{CLAIM}paper/")}
    quads |= set(assessment("mirograd", PROFILES["firstTier"])) | set(assessment("lesk", PROFILES["thirdTier"]))
    return sorted(quads, key=str)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning:rdflib")  # its own use
def test_each_rule_derives_the_same_in_rdflib(small: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    rdflib = pytest.importorskip("rdflib")
    monkeypatch.setattr("rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS", False)
    embedded, other = store_of(small), rdflib.Dataset(default_union=False)
    other.parse(data="".join(f"{quad} .\n" for quad in small), format="nquads")
    graphs = [*(g for g in embedded.named_graphs() if isinstance(g, ox.NamedNode)), INFERRED]
    seen: set[str] = set()
    for rule in rules():
        embedded.update(rule.update(graphs))
        other.update(rule.update(graphs))
        one = {tuple(str(x) for x in t) for t in triples(embedded)}
        two = {tuple(x.n3() for x in t) for t in other.graph(rdflib.URIRef(INFERRED.value))}
        assert folded(one) == folded(two), rule.name
        assert folded(one) > seen, f"{rule.name} derives nothing here, so nothing is shown"
        seen = folded(one)


def folded(rows: Iterable[tuple[str, ...]]) -> set[str]:
    """Triples as text with the language tag in lower case, as one of the engines writes it."""
    return {" ".join(row).replace("@zh-Hans", "@zh-hans") for row in rows}


def test_an_update_names_each_graph_that_it_reads() -> None:
    update = RULES["member-of"].update([layer("paper"), INFERRED])
    assert f"INSERT {{ GRAPH <{GRAPH}inferred> {{" in update
    assert [line for line in update.splitlines() if line.startswith("USING")] == [
        f"USING <{GRAPH}paper>",
        f"USING <{GRAPH}inferred>",
    ]


# ── malformed rules ──

HEAD = '#+ stratum = 1\n#+ [reading]\n#+ zh = "甲"\n#+ en = "a"\n'
BODY = "CONSTRUCT {\n  ?s ?p ?o .\n}\nWHERE { ?s ?p ?o }\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + "SELECT * WHERE { ?s ?p ?o }\n", "a rule is `CONSTRUCT"),
        (HEAD + "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }\n", "a rule is `CONSTRUCT"),
        (HEAD, "a rule is `CONSTRUCT"),
        (BODY, "lacks 'stratum'"),
        (HEAD.replace("= 1", '= "first"') + BODY, "front matter lacks"),
        ("#+ stratum = 1\n" + BODY, "lacks 'reading'"),
        (HEAD.replace('#+ zh = "甲"\n', "") + BODY, "lacks 'zh'"),
        (HEAD.replace("= 1", "= ") + BODY, "front matter: "),
    ],
    ids=["select", "one-line", "no-body", "no-stratum", "stratum-word", "no-reading", "one-language", "no-toml"],
)
def test_a_malformed_rule_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "rule_odd.rq"
    path.write_text(text, "utf-8")
    with pytest.raises(BadTable, match=rf"^rule_odd\.rq: .*{fault}"):
        Rule(path)


def test_a_rule_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rule_odd.rq"
    path.write_bytes(b"#+ stratum = 1\n#+ \xff\n")
    with pytest.raises(BadTable, match=r"^rule_odd\.rq: not UTF-8"):
        Rule(path)


@pytest.mark.parametrize("body", [BODY.replace("?s ?p ?o }", "?s ?p }"), BODY.replace("?s ?p ?o .", "?s nope:p ?o .")])
def test_a_rule_whose_sparql_does_not_parse_is_named(tmp_path: Path, body: str) -> None:
    path = tmp_path / "rule_odd.rq"
    path.write_text(HEAD + body, "utf-8")
    with pytest.raises(BadTable, match=r"^rule_odd\.rq: "):
        materialise(ox.Store(), [Rule(path)])


def test_rules_that_never_come_to_rest_are_stopped(tmp_path: Path) -> None:
    path = tmp_path / "rule_odd.rq"
    endless = 'CONSTRUCT {\n  ?next a ?class .\n}\nWHERE { ?s a ?class BIND(IRI(CONCAT(STR(?s), "x")) AS ?next) }\n'
    path.write_text(HEAD + endless, "utf-8")
    store = store_of([ox.Quad(ox.NamedNode("x:y"), ox.NamedNode(RDF + "type"), eic("City"), layer("things"))])
    with pytest.raises(RuntimeError, match="stratum 1 do not come to rest"):
        materialise(store, [Rule(path)])


@pytest.mark.parametrize("name", RULES)
def test_each_property_that_a_rule_says_to_derive_has_edges(graph: Graph, name: str) -> None:
    for edge in RULES[name].heads:
        if name not in ("tier-from-findings", "requirement-met"):  # the paper assesses no city
            derived = graph.embedded().quads_for_pattern(None, expand(edge), None, INFERRED)
            assert next(iter(derived), None), f"{name} derives no {edge}"
