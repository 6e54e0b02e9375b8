"""A fault in what the graph is made of (a table, the ontology, a rule, a check) leaves the graph that was there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from kg._ingest import paper

import kg
from kg import pipeline
from kg.checks import Check
from kg.errors import BadTable, ChecksFailed, KgError
from kg.generations import publish
from kg.reasoning import Rule
from tests.builds import folder as folder
from tests.builds import left_behind, saying, stored, told
from tests.pace import one_at_once


def a_broken_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tables = shutil.copytree(paper.FOLDER, tmp_path / "tables")
    with (tables / "claim_membership.csv").open("a", encoding="utf-8") as table:
        table.write("member-broken,city/atlantis\n")
    monkeypatch.setattr(paper, "FOLDER", tables)


def a_broken_ontology(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("@prefix : <http://example.org/> .\n:a :b :c .\n:a :b\n")
    monkeypatch.setattr(pipeline, "files", lambda *_: [tmp_path / "broken.ttl"])


def a_broken_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "rule_broken.rq").write_text(
        '#+ stratum = 0\n#+ [reading]\n#+ zh = "甲"\n#+ en = "a"\nCONSTRUCT {\n  ?s ?p ?o\n}\nWHERE { ?s ?p }\n'
    )
    monkeypatch.setattr(pipeline, "rules", lambda: [Rule(tmp_path / "rule_broken.rq")])


def a_check_that_finds_something(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str = "?offender a ?class"
) -> None:
    (tmp_path / "check_all.rq").write_text(
        f'#+ severity = "error"\n#+ [message]\n#+ zh = "甲"\n#+ en = "a"\nSELECT ?offender {{ {where} }}\n'
    )
    monkeypatch.setattr(pipeline, "all_checks", lambda: [Check(tmp_path / "check_all.rq")])
    monkeypatch.setattr(pipeline, "modules", list)


def a_broken_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_check_that_finds_something(monkeypatch, tmp_path, "?offender a")


def a_source_that_breaks_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def quads(schema: object) -> Iterator[ox.Quad]:
        yield from saying("half")
        raise BadTable("the line is dead", "far-away")

    monkeypatch.setattr(pipeline, "modules", lambda: [SimpleNamespace(SOURCE=paper.SOURCE, quads=quads)])


@pytest.mark.parametrize(
    ("fault", "problem"),
    one_at_once(
        [
            (a_broken_row, BadTable),
            (a_broken_ontology, BadTable),
            (a_broken_rule, BadTable),
            (a_broken_check, BadTable),
            (a_check_that_finds_something, ChecksFailed),
            (a_source_that_breaks_off, BadTable),
        ],
        lambda case: case[1],
    ),
)
def test_a_fault_in_a_source_leaves_the_old_graph(
    folder: Path, tmp_path: Path, fault: Callable[..., None], problem: type[KgError]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        fault(patched, tmp_path)
        for place in (folder, tmp_path / "fresh"):
            with pytest.raises(problem):
                kg.build(place)
    assert told(folder) == "old"
    assert not left_behind(folder)
    assert not (tmp_path / "fresh").exists()
    publish(folder, stored("new"))
    assert told(folder) == "new"
