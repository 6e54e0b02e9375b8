"""The library as RDF in the catalog graph: as editors read it, and as it can be asked about itself."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import library
from kg.__main__ import main
from kg.graph import Graph
from tests.records import text_of

#: What editors that read the examples of an endpoint ask of it (the convention of sib-swiss/sparql-examples).
EDITOR = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:label|rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""


def test_an_editor_finds_all_questions_with_queries_that_run(graph: Graph) -> None:
    rows = graph.select(EDITOR)
    assert {str(row["sq"].value).rpartition("/")[2] for row in rows} == set(library.names())  # type: ignore[union-attr]
    for text in {row["query"].value for row in rows}:  # type: ignore[union-attr]
        assert "FROM <https://w3id.org/eic/graph/paper>" in text
        solutions = graph.embedded().query(text)  # as it stands, on a store whose default graph is empty
        assert isinstance(solutions, ox.QuerySolutions)
        list(solutions)


@pytest.mark.parametrize("name", library.names())
def test_parameters_and_columns_are_described(graph: Graph, name: str) -> None:
    question, node = library.question(name), f"<https://w3id.org/eic/id/question/{name}>"
    found = graph.select(f"""SELECT ?of ?holds ?label WHERE {{ {node} sh:parameter|eic:column ?field .
      ?field sh:path ?of ; rdfs:label ?label OPTIONAL {{ ?field sh:class|sh:datatype ?holds }}
      FILTER(lang(?label) = "en") }}""")
    told = sorted(str(row["of"].value).rpartition("#")[2] for row in found)  # type: ignore[union-attr]
    assert told == sorted([*question.parameters, *question.columns])
    classes = {str(row["holds"].value).rpartition("#")[2] for row in found if row["holds"]}  # type: ignore[union-attr]
    fields = (*question.parameters.values(), *question.columns.values())
    assert {field.of[0] for field in fields if len(field.of) == 1} == classes & {of for f in fields for of in f.of}
    terms = graph.select(f"SELECT ?of WHERE {{ {node} eic:usesTerm ?of }}")
    used = {text_of(row["of"]).rpartition("#")[2] for row in terms}
    assert {of for field in fields for of in field.of} <= used, "those of several classes too"
    words = graph.select(f"SELECT ?w WHERE {{ {node} schema:keywords ?w }}")
    assert {str(row["w"].value) for row in words} == set(question.tags)  # type: ignore[union-attr]


def test_the_library_can_be_asked_which_questions_use_proximity(graph: Graph) -> None:
    rows = graph.select("SELECT ?q WHERE { ?q eic:usesTerm eic:Proximity }")
    assert "proximity-types" in {str(row["q"].value).rpartition("/")[2] for row in rows}  # type: ignore[union-attr]


def test_a_term_that_no_question_asks_for_is_found(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make coverage` asks it of the whole library; this is the fixture that trips it."""
    only = [library.question("partner-tiers")]
    monkeypatch.setattr("kg.coverage.questions", lambda: only)
    assert main(["coverage", "--on", str(store)]) == 3
    told = capsys.readouterr().out.splitlines()
    assert "CarrierPlatform: no question answers about it" in told
    assert not [line for line in told if line.split(":")[0] in ("TierAssignment", "tier", "assigned")]
    assert "terms are covered" in told[-1]
