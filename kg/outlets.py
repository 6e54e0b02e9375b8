"""Ways out of a graph: to a file, to somebody's store, to a library of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kg.terms import layer

if TYPE_CHECKING:
    import networkx
    import owlready2
    import rdflib

    from kg.graph import Graph
    from kg.loading import Loaded, Progress


class Outlets:
    """The part of kg.graph.Graph that gives the graph away in other forms."""

    @property
    def _whole(self) -> Graph:
        return cast("Graph", self)

    def export(self, form: str = "nquads", stated_only: bool = False) -> str:
        """The whole graph in a form of kg.serializations, the same text for the same sources; `stated_only` leaves
        out what rules derived."""
        from kg.serializations import serialize

        inferred = layer("inferred")
        quads = (quad for quad in self._whole.quads() if not stated_only or quad.graph_name != inferred)
        return serialize(quads, form, self._whole.mark("en"))

    def load_into(
        self, target: object, update: str = "", graph_store: str = "", progress: Progress | None = None
    ) -> Loaded:
        """Put the graph into somebody's store, in place of what it has of ours: a SPARQL 1.1 store at its addresses
        (see kg.loading.load), an rdflib Dataset, a pyoxigraph Store or the folder of one (see kg.copying.copy)."""
        from kg.copying import copy
        from kg.loading import load
        from kg.remote import addresses

        tell = progress or (lambda _: None)
        if isinstance(target, str) and "://" in target:
            return load(self._whole, addresses(target, update, graph_store), tell)
        return copy(self._whole, target, tell)

    def to_rdflib(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset: see kg.conversions."""
        from kg.conversions import to_rdflib

        return to_rdflib(self._whole)

    def to_owlready2(self) -> owlready2.Ontology:
        """The graph as an ontology in an owlready2 world of its own: see kg.conversions."""
        from kg.conversions import to_owlready2

        return to_owlready2(self._whole)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The plain edges between things as a directed multigraph: see kg.conversions."""
        from kg.conversions import to_networkx

        return to_networkx(self._whole)
