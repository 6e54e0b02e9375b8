"""Digests of graphs: what stores change is passed over, and nothing else."""

from __future__ import annotations

import pyoxigraph as ox

from kg.digests import digest


def test_digests_pass_over_what_stores_change_and_over_nothing_else() -> None:
    def told(*values: ox.Literal | ox.NamedNode | ox.BlankNode) -> str:
        node = ox.NamedNode("http://example.org/s")
        return digest(ox.Triple(node, node, value) for value in values)

    xsd = "http://www.w3.org/2001/XMLSchema#"
    number = {kind: ox.NamedNode(xsd + kind) for kind in ("integer", "decimal", "boolean")}
    assert told(ox.Literal("a", language="zh-Hans")) == told(ox.Literal("a", language="zh-hans"))
    assert told(ox.Literal("1.50", datatype=number["decimal"])) == told(ox.Literal("1.5", datatype=number["decimal"]))
    assert told(ox.Literal("true", datatype=number["boolean"])) == told(ox.Literal("1", datatype=number["integer"]))
    assert told(ox.BlankNode("a")) == told(ox.BlankNode("b"))
    assert told(ox.BlankNode("a")) != told(ox.BlankNode("a"), ox.BlankNode("b"))
    assert told(ox.Literal("a", language="en")) != told(ox.Literal("a", language="ru"))
    assert told(ox.Literal("2", datatype=number["integer"])) != told(ox.Literal("3", datatype=number["integer"]))
    assert told(ox.Literal("a")) != told(ox.Literal("A"))
    assert told(ox.Literal("2")) != told(ox.Literal("2", datatype=number["integer"]))
    assert told(ox.Literal("2019")) != told(ox.Literal("2019", datatype=ox.NamedNode(xsd + "gYear")))
    assert told(ox.Literal("2")) == told(ox.Literal("2", datatype=ox.NamedNode(xsd + "string")))


def test_digests_tell_apart_what_blank_nodes_are_said_to_be() -> None:
    """Two classes, each a restriction: which is which stands in the blank nodes alone."""
    has, lacks, one, other = (ox.NamedNode(f"http://example.org/{name}") for name in ("has", "lacks", "one", "other"))

    def classes(first: str, second: str) -> str:
        a, b = ox.BlankNode(first), ox.BlankNode(second)
        says = ox.NamedNode("http://example.org/says")
        return digest(ox.Triple(*t) for t in ((has, says, a), (lacks, says, b), (a, says, one), (b, says, other)))

    def swapped(first: str, second: str) -> str:
        a, b = ox.BlankNode(first), ox.BlankNode(second)
        says = ox.NamedNode("http://example.org/says")
        return digest(ox.Triple(*t) for t in ((has, says, b), (lacks, says, a), (a, says, one), (b, says, other)))

    assert classes("x", "y") == classes("y", "x") != swapped("x", "y")
