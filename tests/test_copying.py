"""Loading into stores of this process and of this disk: what was sent stands there, beside what others have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import kg
from kg.errors import BadQuestion, StoreProblem
from kg.graph import Graph
from kg.loading import Loaded
from kg.terms import layer
from tests.engines import STRANGER
from tests.test_loading import held, small

THEIRS = ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"), ox.Literal(1), STRANGER)
DEFAULT = ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"), ox.Literal(2))
pytestmark = pytest.mark.xdist_group("copying")


def without(graph: Graph, name: str) -> Graph:
    """The same graph, but for one triple of a layer."""
    part = small(graph)
    part.embedded().remove(next(part.embedded().quads_for_pattern(None, None, None, layer(name))))
    return part


def named_alike(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Quads with the canonical names of blank nodes."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {*found}


def told(loaded: Loaded, part: Graph) -> bool:
    return loaded.counts == {name: len(held(part, name)) for name in part.engine.graphs}


def test_an_oxigraph_store_gets_our_graphs_and_keeps_those_of_others(graph: Graph) -> None:
    store, part = ox.Store(), small(graph)
    store.extend([THEIRS, DEFAULT])
    assert told(part.load_into(store), part)
    assert named_alike(store) == named_alike([*part.embedded(), THEIRS, DEFAULT])
    there = kg.open(store)
    assert there.version() == graph.version()
    assert named_alike(there.quads()) == named_alike(part.quads())  # a stranger's are no part of it
    assert there.query("SELECT ?o { <http://example.org/s> ?p ?o }").rows == []


def test_loading_again_replaces(graph: Graph) -> None:
    store, part, other = ox.Store(), small(graph), without(graph, "flags")
    store.extend([THEIRS])
    part.load_into(store)
    assert told(other.load_into(store), other)
    assert named_alike(store) == named_alike([*other.embedded(), THEIRS])
    assert {str(name) for name in store.named_graphs()} == {f"<{name}>" for name in other.engine.graphs} | {
        str(STRANGER)
    }


def test_a_data_set_of_rdflib_gets_our_graphs_and_keeps_those_of_others(graph: Graph) -> None:
    rdflib = pytest.importorskip("rdflib")
    data, part, other = rdflib.Dataset(), small(graph), without(graph, "flags")
    theirs = (rdflib.URIRef("urn:s"), rdflib.URIRef("urn:p"), rdflib.Literal("theirs"))
    data.graph(rdflib.URIRef(STRANGER.value)).add(theirs)
    assert told(part.load_into(data), part)
    assert told(other.load_into(data), other)
    assert list(data.graph(rdflib.URIRef(STRANGER.value))) == [theirs]
    there = kg.open(data)
    assert there.version() == graph.version()
    assert there.export() == other.export()


def test_a_folder_gets_our_graphs_where_no_other_process_has_it_open(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, folder = small(graph), tmp_path / "location"
    theirs = ox.Store(str(folder))
    theirs.extend([THEIRS])
    theirs.flush()
    del theirs
    for again in (part, without(graph, "flags")):
        assert told(again.load_into(str(folder)), again)
        assert named_alike(ox.Store.read_only(str(folder))) == named_alike([*again.embedded(), THEIRS])
    hold = f"import pyoxigraph as o; s = o.Store({str(folder)!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StoreProblem, match="another process has it open"):
            part.load_into(folder)
        other.kill()


def test_what_is_no_store_is_told(graph: Graph, store: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("x")
    for folder in (tmp_path, store):
        with pytest.raises(StoreProblem, match="holds other files"):
            graph.load_into(folder)
    with pytest.raises(BadQuestion, match=r"an http.s. address, a folder, a pyoxigraph Store or an rdflib Dataset"):
        graph.load_into({"a": "mapping"})
    with pytest.raises(StoreProblem, match="holds no graph of ours"):
        kg.open(ox.Store())


def test_a_store_that_keeps_something_else_is_found_out(graph: Graph) -> None:
    rdflib = pytest.importorskip("rdflib")

    class Forgetful(rdflib.Dataset):  # type: ignore[name-defined,misc]
        def addN(self, quads: Iterable[Any]) -> Any:
            return super().addN(list(quads)[1:])

    Forgetful.__module__ = "rdflib.tests"
    with pytest.raises(StoreProblem, match=r"something else than was sent of https://w3id\.org/eic/graph/catalog"):
        small(graph).load_into(Forgetful())
