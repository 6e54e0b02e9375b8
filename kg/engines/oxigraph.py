"""Oxigraph, embedded: in memory, or in the current generation of a folder that `kg build` made."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.engines import Result
from kg.errors import BadQuestion, StoreProblem
from kg.generations import current
from kg.terms import GRAPH

ORDER = 9  # after the engines that are told by their scheme


class Oxigraph:
    """An Oxigraph store of ours, in memory or on disk."""

    def __init__(self, store: ox.Store, target: str):
        self.store, self.target = store, target
        ours = [g for g in store.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(GRAPH)]
        self.graphs = [g.value for g in ours]
        self._default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*ours]
        self._named: list[ox.NamedNode | ox.BlankNode] = [*ours]

    def query(self, text: str) -> Result:
        """The result of a SPARQL query over our graphs; BadQuestion where it does not parse."""
        try:
            return self.store.query(text, default_graph=self._default, named_graphs=self._named)
        except SyntaxError as e:
            raise BadQuestion(f"the query is not SPARQL 1.1: {e!s:.160}") from None
        except (RuntimeError, OSError) as e:
            raise BadQuestion(f"the query cannot be answered: {e!s:.160}") from None


def accepts(target: object) -> bool:
    """Whether a target is the path of a folder."""
    return isinstance(target, str) and "://" not in target


def open_(target: str) -> Oxigraph:
    """The store in a folder, for reading; StoreProblem where there is none."""
    generation = current(Path(target))
    try:
        return Oxigraph(ox.Store.read_only(str(generation)), target)
    except OSError as e:
        raise StoreProblem(f"the store in {target} cannot be read: {e}; run `kg build --on {target}` again") from None
