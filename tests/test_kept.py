"""Parts of questions that are kept with a published graph: the same answers, and never those of another graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import library
from kg.graph import Graph
from kg.ingestion import forget, ingest
from kg.kept import filled, keep, kept_in
from kg.pages import tried_parameters
from kg.sparql import kept_parts
from kg.values import python_value
from tests.records import text_of

KEPT = [q for q in library.questions() if kept_parts(q.sparql)]
FILE = "kept.json"
TURKU = (
    "633679\tTurku\tTurku\tÅbo\t60.45148\t22.26869\tP\tPPLA\tFI\t\t02\t\t\t\t206035\t\t22\tEurope/Helsinki\t2024-01-05"
)


@pytest.fixture
def eic(store: Path, tmp_path: Path) -> Path:
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


def test_what_is_kept_is_what_is_answered(graph: Graph, eic: Path) -> None:
    path = generation(eic) / FILE
    old, new = 'ontology#CityAlliance> "', 'ontology#CityAlliance> "7'
    held = {key: text.replace(old, new) for key, text in kept_in(path.parent).items()}
    path.write_text(json.dumps(held), "utf-8")
    assert sizes(graph)["CityAlliance"] == 33  # as the paper counts them
    assert sizes(Graph.open(str(eic)))["CityAlliance"] == 733


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}"])
def test_without_it_the_whole_query_is_asked(graph: Graph, eic: Path, text: str | None) -> None:
    path = generation(eic) / FILE
    path.unlink() if text is None else path.write_text(text, "utf-8")
    assert sizes(Graph.open(str(eic))) == sizes(graph)


def test_what_was_kept_of_another_text_is_not_taken(eic: Path) -> None:
    held = kept_in(generation(eic))
    one = next(q for q in KEPT if q.name == "class-sizes")
    start, end = kept_parts(one.sparql)[0]
    other = (
        one.sparql[:start] + one.sparql[start:end].replace("COUNT(?thing)", "COUNT(DISTINCT ?thing)") + one.sparql[end:]
    )
    assert filled(one.sparql, held) != one.sparql and filled(other, held) == other
    renamed = one.sparql.replace("http://www.w3.org/2002/07/owl#", "http://example.org/owl#")
    assert filled(renamed, held) == renamed, "the same words may mean something else"


def test_it_follows_each_ingestion(eic: Path, tmp_path: Path) -> None:
    before = sizes(Graph.open(str(eic)))["PlaceRecord"]
    (tmp_path / "cities.txt").write_text(TURKU + "\n", "utf-8")
    ingest(eic, "geonames", [tmp_path / "cities.txt"])
    one = sizes(Graph.open(str(eic)))["PlaceRecord"]
    forget(eic, "geonames")
    none = sizes(Graph.open(str(eic)))["PlaceRecord"]
    assert one == before + 1 and none < before


def test_a_hypothesis_is_counted(store: Path) -> None:
    base = Graph.open(str(store))
    there = base.suppose(add=[("Baku", "hasTier", "first tier")])

    def supposed(graph: Graph) -> set[Any]:
        return {python_value(row["supposed"]) for row in graph.ask("claim-kinds") if row["supposed"]}

    assert supposed(base) == {0} and 1 in supposed(there)


def test_free_queries_may_use_them_too(store: Path, graph: Graph) -> None:
    text = next(q.sparql for q in KEPT if q.name == "class-sizes")
    assert Graph.open(str(store)).query(text).rows == graph.query(text).rows


def test_rows_with_what_no_query_can_name_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    store = ox.Store()
    some = ox.NamedNode("urn:some")
    store.add(ox.Quad(some, ox.NamedNode("https://w3id.org/eic/ontology#saidBy"), ox.BlankNode("b"), some))
    store.add(ox.Quad(some, ox.NamedNode("https://w3id.org/eic/ontology#certainty"), ox.BlankNode("b"), some))
    keep(store, tmp_path / "s")
    one = next(q.sparql for q in KEPT if q.name == "claims-by-authority")
    assert filled(one, kept_in(tmp_path / "s")) == one
    assert "" in json.loads((tmp_path / "s" / FILE).read_text("utf-8")).values()
