"""The judge: every gate passes the graph, and each is tripped by fixtures that are made for it and for nothing else.

A fixture tests/fixtures/gates/NAME.trig says `# trips: GATE` and why, and `# also: GATE: why` where a second one cannot
but object. It is put on the ontology alone, the rules are run, then what it has in the graph `inferred` is put there
and what it has in the graph `withdrawn` is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import hermit
from kg.__main__ import main
from kg.generations import publish
from kg.graph import Graph
from kg.judge import contradictions, faults, judge, of_source, parity, reasons, sources, world
from kg.owl import GATES, triples
from kg.pipeline import load_ontology
from kg.reasoning import materialise
from kg.terms import EIC, eic, layer, thing
from tests.assessments import PROFILES, assessment
from tests.pace import one_at_once

FIXTURES = sorted((Path(__file__).parent / "fixtures" / "gates").glob("*.trig"))
INFERRED, WITHDRAWN = layer("inferred"), layer("withdrawn")
PROFILE = set(GATES)
pytestmark = pytest.mark.xdist_group("judge")  # they remember together: see `once`


@pytest.fixture(scope="module")
def ontology() -> list[ox.Quad]:
    store = ox.Store()
    load_ontology(store)
    return list(store)


@pytest.fixture(autouse=True, scope="module")
def once() -> Iterator[None]:
    """What HermiT has said of the very same triples it is not asked again: most fixtures share an ontology."""
    told: dict[tuple[frozenset[str], tuple[str, ...]], str | None] = {}
    run = hermit._run

    def remembered(every: list[ox.Triple], *asked: str) -> str | None:
        key = frozenset(map(str, every)), asked
        if key not in told:
            told[key] = run(every, *asked)
        return told[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hermit, "_run", remembered)
        yield


def planted(ontology: list[ox.Quad], path: Path) -> ox.Store:
    fixture, store = ox.Store(), ox.Store()
    fixture.load(path=str(path), format=ox.RdfFormat.TRIG)
    store.bulk_extend(ontology)
    store.extend(q for q in fixture if q.graph_name not in (INFERRED, WITHDRAWN))
    materialise(store)
    store.extend(fixture.quads_for_pattern(None, None, None, INFERRED))
    for quad in fixture.quads_for_pattern(None, None, None, WITHDRAWN):
        gone = ox.Quad(quad.subject, quad.predicate, quad.object, INFERRED)
        assert gone in store, "what is withdrawn was derived"
        store.remove(gone)
    return store


def gate_of(path: Path) -> str:
    head = re.match(r"# trips: (\S+)\n(# also: \S+: .+\n)?# \S", path.read_text("utf-8"))
    assert head, f"{path.name} says neither what it trips nor why"
    return head[1]


@pytest.mark.parametrize("path", one_at_once(FIXTURES, gate_of), ids=lambda path: path.stem)
def test_a_fixture_trips_the_gate_that_it_is_for_and_no_other(
    ontology: list[ox.Quad], path: Path, request: pytest.FixtureRequest
) -> None:
    if gate_of(path) not in PROFILE:
        request.getfixturevalue("java")
    else:
        pytest.importorskip("pyhornedowl")
    tripped = {verdict.gate.split()[0] for verdict in judge(planted(ontology, path)) if verdict.found}
    unavoidable = set(re.findall(r"(?m)^# also: (\S+): \S", path.read_text("utf-8")))
    assert tripped == {gate_of(path)} | unavoidable


def test_every_gate_has_its_fixtures() -> None:
    assert {gate_of(path) for path in FIXTURES} == PROFILE | {"consistency", "unsatisfiable", "parity"}
    assert len(FIXTURES) >= 40


@pytest.mark.usefixtures("java")
def test_the_ontology_alone_passes_every_gate(
    ontology: list[ox.Quad], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def write(generation: Path) -> None:
        store = ox.Store(str(generation))
        store.extend(ontology)
        materialise(store)
        store.flush()

    publish(tmp_path / "eic", write)
    assert main(["judge", "--on", str(tmp_path / "eic")]) == 0
    assert capsys.readouterr().out.count(": fine") == 2 * len(GATES) + 3


@pytest.mark.slow
@pytest.mark.usefixtures("java")
def test_the_graph_passes_every_gate(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "--on", str(store)]) == 0
    out = capsys.readouterr().out
    assert out.count(": fine") == out.count("\n") == 2 * len(GATES) + 3


@pytest.mark.slow
@pytest.mark.usefixtures("java")
def test_rules_and_reasoner_agree_on_full_assessments_and_on_sources_that_contradict_each_other(graph: Graph) -> None:
    store = ox.Store()
    store.bulk_extend(q for q in world(graph.embedded()) if q.graph_name != INFERRED)
    for tier, words in PROFILES.items():
        store.extend(assessment(f"town-of-{tier}", words))
    store.extend(assessment("optimist-on-minsk", PROFILES["firstTier"], "minsk", "optimist"))
    store.extend(assessment("pessimist-on-minsk", PROFILES["thirdTier"], "minsk", "pessimist"))
    store.extend(assessment("half", {"marketDemand": "potentialLevel"}))
    materialise(store)
    for tier in ("First", "Second", "Third"):
        assert any(store.quads_for_pattern(None, None, eic(f"{tier}TierAssessment"), INFERRED))
    assert faults(store) == []
    assert {one.side for one in parity(store)} == {"the rules alone", "OWL alone"}
    assert contradictions(store) == []


@pytest.mark.usefixtures("java")
def test_the_source_that_contradicts_itself_is_named(ontology: list[ox.Quad]) -> None:
    store = ox.Store()
    store.bulk_extend(ontology)
    store.extend(assessment("calm", PROFILES["firstTier"], "minsk", "optimist"))
    for word in ("someLevel", "shortOfOrWithout"):
        store.extend(assessment("torn", {"productConversion": word}, "minsk", "muddled"))
    assert contradictions(store) == ["id:work/muddled"]


def test_the_part_of_a_source_holds_its_claims_and_no_others(graph: Graph) -> None:
    paper = thing("work/zhao-yu-2019-secondary-dimension").value
    assert paper in sources(graph.embedded())
    said = {str(q.object) for q in of_source(graph.embedded(), paper) if q.predicate == eic("saidBy")}
    assert said
    for claim in graph.embedded().quads_for_pattern(None, eic("assigned"), None, layer("paper")):
        assert any(q.subject == claim.subject for q in of_source(graph.embedded(), paper))
        break


def test_each_deliberate_difference_has_a_reason_in_both_languages(graph: Graph) -> None:
    listed = reasons(graph.embedded())
    assert len(listed) >= 4
    for (term, _), told in listed.items():
        assert term.startswith(EIC)
        assert len(told) == 2


def test_no_statement_is_left_unread(graph: Graph) -> None:
    pytest.importorskip("pyhornedowl")
    assert GATES["axioms"](triples(graph.quads())) == []
