"""Parts of questions that are kept with a published graph: the same answers, and never those of another graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import library
from kg.__main__ import main
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.ingestion import forget, ingest
from kg.kept import filled, keep, kept_in
from kg.pages import tried_parameters
from kg.sparql import kept_parts
from kg.terms import RDF_TYPE, eic, layer
from kg.values import python_value
from tests.records import text_of
from tests.test_recorded_alliances import MAPPING

KEPT = [q for q in library.questions() if kept_parts(q.sparql)]
FILE = "kept.json"
TURKU = (
    "633679\tTurku\tTurku\tÅbo\t60.45148\t22.26869\tP\tPPLA\tFI\t\t02\t\t\t\t206035\t\t22\tEurope/Helsinki\t2024-01-05"
)


@pytest.fixture
def folder(store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(store, tmp_path / "eic")


def generation(folder: Path) -> Path:
    return folder / (folder / "eic-current").read_text("ascii").strip()


def sizes(graph: Graph) -> dict[str, Any]:
    """How many things are of each class, by its local name."""
    answer = graph.ask("class-sizes")
    return {text_of(row["class"]).rpartition("#")[2]: python_value(row["things"]) for row in answer}


def test_some_are_kept() -> None:
    assert {"claim-kinds", "class-sizes", "tier-sources"} <= {question.name for question in KEPT}


@pytest.mark.parametrize("question", KEPT, ids=lambda question: question.name)
def test_each_answer_is_that_of_the_whole_query(graph: Graph, store: Path, question: library.Question) -> None:
    on_disk = Graph.open(str(store))
    held = kept_in(generation(store))
    whole = filled(question.sparql, held)
    assert not any(question.sparql[start:end] in whole for start, end in kept_parts(question.sparql)), (
        "none is left out"
    )
    for given in ({}, tried_parameters(question)):
        if not (question.examples().keys() - given.keys()):
            assert on_disk.ask(question.name, **given).rows == graph.ask(question.name, **given).rows


def test_what_is_kept_is_what_is_answered(graph: Graph, folder: Path) -> None:
    path = generation(folder) / FILE
    old, new = 'ontology#CityAlliance> "', 'ontology#CityAlliance> "7'
    held = {key: text.replace(old, new) for key, text in kept_in(path.parent).items()}
    path.write_text(json.dumps(held), "utf-8")
    assert sizes(graph)["CityAlliance"] == 33  # as the paper counts them
    assert sizes(Graph.open(str(folder)))["CityAlliance"] == 733


@pytest.mark.parametrize("text", [None, "", "{", "[1]", "null", '{"a": 5}', "{}"])
def test_without_it_the_whole_query_is_asked(graph: Graph, folder: Path, text: str | None) -> None:
    path = generation(folder) / FILE
    path.unlink() if text is None else path.write_text(text, "utf-8")
    assert sizes(Graph.open(str(folder))) == sizes(graph)


def test_what_was_kept_of_another_text_is_not_taken(folder: Path) -> None:
    held = kept_in(generation(folder))
    one = next(q for q in KEPT if q.name == "class-sizes")
    start, end = kept_parts(one.sparql)[0]
    other = (
        one.sparql[:start] + one.sparql[start:end].replace("COUNT(?thing)", "COUNT(DISTINCT ?thing)") + one.sparql[end:]
    )
    assert filled(one.sparql, held) != one.sparql and filled(other, held) == other
    renamed = one.sparql.replace("http://www.w3.org/2002/07/owl#", "http://example.org/owl#")
    assert filled(renamed, held) == renamed, "the same words may mean something else"


def test_it_follows_each_ingestion(folder: Path, tmp_path: Path) -> None:
    before = sizes(Graph.open(str(folder)))["PlaceRecord"]
    (tmp_path / "cities.txt").write_text(TURKU + "\n", "utf-8")
    ingest(folder, "geonames", [tmp_path / "cities.txt"])
    one = sizes(Graph.open(str(folder)))["PlaceRecord"]
    forget(folder, "geonames")
    none = sizes(Graph.open(str(folder)))["PlaceRecord"]
    assert one == before + 1 and none < before


def test_a_hypothesis_is_counted(store: Path) -> None:
    base = Graph.open(str(store))
    there = base.suppose(add=[("Baku", "hasTier", "first tier")])

    def supposed(graph: Graph) -> set[Any]:
        return {python_value(row["supposed"]) for row in graph.ask("claim-kinds") if row["supposed"]}

    assert supposed(base) == {0} and 1 in supposed(there)


def test_the_text_of_a_question_may_be_asked_freely(store: Path, graph: Graph) -> None:
    text = next(q.sparql for q in KEPT if q.name == "class-sizes")
    assert Graph.open(str(store)).query(text).rows == graph.query(text).rows


def test_rows_with_what_no_query_can_name_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    store = ox.Store()
    for role in ("saidBy", "certainty"):
        store.add(ox.Quad(ox.NamedNode("urn:claim"), eic(role), ox.BlankNode("b"), layer("things")))
    keep(Oxigraph(store, "memory:", sealed=True).query, tmp_path / "s")
    one = next(q.sparql for q in KEPT if q.name == "claims-by-authority")
    assert filled(one, kept_in(tmp_path / "s")) == one
    assert "" in json.loads((tmp_path / "s" / FILE).read_text("utf-8")).values()


def test_a_strangers_graph_in_the_store_is_not_counted(folder: Path, tmp_path: Path) -> None:
    before = sizes(Graph.open(str(folder)))["CityAlliance"]
    store = ox.Store(str(generation(folder)))
    alliance = ox.NamedNode("https://w3id.org/eic/ontology#CityAlliance")
    for n in range(5):
        thing = ox.NamedNode(f"urn:{n}")
        store.add(ox.Quad(thing, RDF_TYPE, alliance, ox.NamedNode("urn:foreign")))
    store.flush()
    del store
    (tmp_path / "cities.txt").write_text(TURKU + "\n", "utf-8")
    ingest(folder, "geonames", [tmp_path / "cities.txt"])
    assert sizes(Graph.open(str(folder)))["CityAlliance"] == before == 33


def test_who_has_an_older_graph_open_keeps_its_answers(folder: Path, tmp_path: Path) -> None:
    older = Graph.open(str(folder))
    before = sizes(older)
    (tmp_path / "cities.txt").write_text(TURKU + "\n", "utf-8")
    ingest(folder, "geonames", [tmp_path / "cities.txt"])
    assert sizes(older) == before != sizes(Graph.open(str(folder)))


@pytest.mark.parametrize(
    "given", [{}, {"records": "without"}, {"on": "2020-01-01"}, {"horizon": "2024-01-01"}], ids=str
)
def test_alliances_that_no_record_describes_count_on_disk_as_in_memory(
    folder: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "t.csv").write_text("City\nBaku\nMinsk\n", "utf-8")
    assert main(["ingest", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.toml"), "--on", str(folder)]) == 0
    there = Graph.open(str(folder))
    copy = ox.Store()
    copy.bulk_extend(there.quads())
    for name, more in (("proximities", {"city": "Baku"}), ("interlocking-network", {"city": ["Baku", "Minsk"]})):
        chosen = {k: v for k, v in given.items() if k in library.question(name).parameters}
        rows = there.ask(name, **more, **chosen).rows
        assert rows and rows == Graph(Oxigraph(copy, "memory:")).ask(name, **more, **chosen).rows
