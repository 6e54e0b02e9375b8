"""Oxigraph, embedded: in memory, in the current generation of a folder that `kg build` made, or a user's own store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.engines import Result
from kg.errors import BadQuestion, StoreProblem
from kg.generations import opened
from kg.kept import filled, kept_in
from kg.sparql import fault, names_dataset
from kg.terms import GRAPH

ORDER = 9  # after the engines that are told by their scheme


class Oxigraph:
    """An Oxigraph store of ours, in memory or on disk; where nothing can be added to it any more, it is `sealed`, and
    what was `kept` of it (kg.kept) holds."""

    def __init__(self, store: ox.Store, target: str, sealed: bool = False, kept: dict[str, str] | None = None):
        self.store, self.target, self._kept = store, target, kept or {}
        every = list(store.named_graphs())
        ours = [g for g in every if isinstance(g, ox.NamedNode) and g.value.startswith(GRAPH)]
        self.graphs = [g.value for g in ours]
        #: How a query is told what to ask: the union of our graphs. Where the store holds nothing else, that is all
        #: there is, which takes half the time of naming the graphs: each triple is looked up once, not once a graph.
        self.dataset: dict[str, Any] = {"default_graph": ours, "named_graphs": ours}
        if sealed and len(every) == len(ours) and not any(store.quads_for_pattern(None, None, None, ox.DefaultGraph())):
            self.dataset = {"use_default_graph_as_union": True}

    def query(self, text: str) -> Result:
        """The result of a SPARQL query over our graphs, or those that it names itself; BadQuestion where it is none."""
        try:
            if names_dataset(text):
                return self.store.query(text)
            return self.store.query(filled(text, self._kept), **self.dataset)
        except SyntaxError as e:
            raise BadQuestion(f"the query is not SPARQL 1.1: {fault(e)}") from None
        except (RuntimeError, OSError) as e:
            raise BadQuestion(f"the query cannot be answered: {e!s:.160}") from None


def accepts(target: object) -> bool:
    """Whether a target is the path of a folder, or a pyoxigraph Store."""
    return isinstance(target, ox.Store) or (isinstance(target, str) and "://" not in target)


def open_(target: str | ox.Store) -> Oxigraph:
    """The store in a folder, for reading, or one that is open already, where our graphs may stand beside others;
    StoreProblem where there is none of ours."""
    if isinstance(target, ox.Store):
        engine = Oxigraph(target, "an Oxigraph store")
    else:
        engine = opened(Path(target), lambda generation: of_generation(generation, target))
    if not engine.graphs:
        raise StoreProblem(f"{engine.target} holds no graph of ours (none whose name starts with {GRAPH})")
    return engine


def of_generation(generation: Path, target: str) -> Oxigraph:
    """The store of one generation, for reading; StoreProblem where it cannot be read. `target` names it in messages."""
    try:
        return Oxigraph(ox.Store.read_only(str(generation)), target, sealed=True, kept=kept_in(generation))
    except (OSError, RuntimeError) as e:
        raise StoreProblem(f"the store in {target} cannot be read: {e}; run `kg build --on {target}` again") from None
