"""What-ifs: a graph under a hypothesis, in a store of its own, what changes there, and several of them side by side.

The base graph is only read. What the hypothesis touches is reasoned anew (kg.revision); every answer, explanation and
export of the supposed graph says that it rests on a hypothesis.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer, Surroundings
from kg.captions import caption, origin
from kg.citations import Citations
from kg.engines.oxigraph import Oxigraph
from kg.evidence import labels_of
from kg.graph import Graph
from kg.hypotheses import Hypothesis
from kg.revision import Change, revise
from kg.supposing import quads_of
from kg.terms import EIC, eic
from kg.values import Term

_MARK = {"zh": "假设推演：{}", "en": "WHAT-IF: {}", "ru": "ПРЕДПОЛОЖЕНИЕ: {}"}
_TITLE = {"zh": "若作此假设，会有何不同？", "en": "What would change?", "ru": "Что изменилось бы?"}
_NONE = {"zh": "无任何改变", "en": "nothing would change", "ru": "ничего не изменилось бы"}
_COLUMNS = {
    "zh": {"subject": "主体", "property": "关系", "object": "对象"},
    "en": {"subject": "subject", "property": "relation", "object": "object"},
    "ru": {"subject": "субъект", "property": "отношение", "object": "объект"},
}
#: Plain edges, the most telling first; all others come after them.
_ORDER: list[Any] = [
    eic(name) for name in ("hasTier", "tierImpliesAbsoluteDependenceOn", "tierImpliesRelativeDependenceOn")
]
_COVERAGE = "coverage"
_COVERED = {
    "zh": "城市数（见问题 coverage）",
    "en": "cities, see question coverage",
    "ru": "городов, см. вопрос coverage",
}
#: How views are put together: no news to anybody.
_PLUMBING = [eic("sharesViewWith")]
Row = tuple[Term | None, Term | None, Term | None]


class Supposed(Graph):
    """A graph under a hypothesis: all that a graph can do, marked as supposed; `base` is the graph without it.

    `change` holds the derived triples that came and went. Its files go when it is no longer used, or with `close()`.
    """

    def __init__(self, base: Graph, hypothesis: Hypothesis):
        removed, added = quads_of(base, hypothesis)
        self.folder = tempfile.mkdtemp(prefix="eic-what-if-")
        self.close = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        store = _copied(base, self.folder)
        self.change: Change = revise(store, removed, added, base.embedded())
        self.base, self.hypothesis = base, hypothesis
        super().__init__(Oxigraph(store, f"{base.engine.target}, supposing “{hypothesis.named('en')}”"))

    def mark(self, language: str) -> str:
        """The words by which an answer says that it rests on a hypothesis; those of the base come first."""
        own = _MARK[language].format(self.hypothesis.named(language))
        return " · ".join(part for part in (self.base.mark(language), own) if part)

    def difference(self, language: str = "en") -> Answer:
        """What changes against the base: see compare."""
        return compare([self], language)


class _Told:
    """What stands around an answer that no single graph gave."""

    def __init__(self, surroundings: Surroundings):
        self._around = surroundings

    def around(self, answer: Answer) -> Surroundings:
        return self._around

    def cite(self, answer: Answer) -> Citations:
        return Citations([], "")


def suppose(graph: Graph, hypothesis: Hypothesis) -> Supposed:
    """A graph under a hypothesis; BadTable where the hypothesis names what is not there."""
    return Supposed(graph, hypothesis)


def _copied(graph: Graph, folder: str) -> ox.Store:
    """A store of its own with all that a graph holds: by links to its files where it has some, which takes no time."""
    store, lowest = graph.embedded(), graph
    while isinstance(lowest, Supposed):
        lowest = lowest.base
    if lowest.engine.target != "memory:":
        path = f"{folder}/store"
        store.backup(path)
        return ox.Store(path)
    copy = ox.Store()
    copy.bulk_extend(store)
    return copy


def compare(supposed: Sequence[Supposed], language: str = "en") -> Answer:
    """Plain edges gained (+) and lost (−) under each hypothesis, and coverage before and after, one column each.

    The hypotheses must be about the same base. A row without change under any of them is left out.
    """
    base = supposed[0].base
    edges = [_edges(one) for one in supposed]
    every: dict[Row, list[str]] = {}
    for row in sorted({row for found in edges for row in found}, key=_rank):
        every[row] = [found.get(row, "") for found in edges]
    before = _coverage(base)
    after = [_coverage(one) for one in supposed]
    for what in before:
        told = [f"{before[what]} → {one[what]}" if one[what] != before[what] else "" for one in after]
        if any(told):
            every[(what, ox.Literal(_COVERED[language]), None)] = told
    names = [f"h{number}" for number, _ in enumerate(supposed, 1)]
    columns = ["subject", "property", "object", *names]
    rows: list[tuple[Term | None, ...]] = [(*row, *map(ox.Literal, told)) for row, told in every.items()]
    marks = " · ".join(dict.fromkeys(one.mark(language) for one in supposed))
    views, version = origin(base, language)
    below = caption(base, language, len(rows), marks if rows else f"{marks} · {_NONE[language]}")
    around = Surroundings(_labels(base, supposed, rows, language), None, below, views, version)
    return Answer(
        columns,
        rows,
        _Told(around),
        titles=_COLUMNS[language] | {n: one.hypothesis.named(language) for n, one in zip(names, supposed, strict=True)},
        language=language,
        title=_TITLE[language] if rows else "",
    )


def _edges(supposed: Supposed) -> dict[Row, str]:
    """The plain edges of our properties that came (+) or went (−); one that a more special one says too is left out."""
    kept = f"?p eic:derives ?edge FILTER(STRSTARTS(STR(?edge), '{EIC}')) OPTIONAL {{ ?edge rdfs:subPropertyOf ?above }}"
    rows = supposed.base.select(f"SELECT DISTINCT ?edge ?above WHERE {{ {kept} }}")
    above = {row["edge"]: {other["above"] for other in rows if other["edge"] == row["edge"]} for row in rows}
    found: dict[Row, str] = {}
    for sign, triples in (("+", supposed.change.gained), ("−", supposed.change.lost)):
        special = {(s, wider, o) for s, p, o in triples for wider in above.get(p, ())}
        told = above.keys() - _PLUMBING
        found |= {triple: sign for triple in triples if triple[1] in told and triple not in special}
    return found


def _coverage(graph: Graph) -> dict[Term | None, Any]:
    answer = graph.ask(_COVERAGE)
    return {row["what"]: getattr(row["number"], "value", "") for row in answer}


def _rank(row: Row) -> tuple[int, str, str, str]:
    first = _ORDER.index(row[1]) if row[1] in _ORDER else len(_ORDER)
    return first, str(row[1]), str(row[0]), str(row[2])


def _labels(
    base: Graph, supposed: Iterable[Supposed], rows: list[tuple[Term | None, ...]], language: str
) -> dict[str, tuple[str, str]]:
    """Labels from each of the graphs: one may know a thing that the others do not."""
    found: dict[str, tuple[str, str]] = {}
    for one in supposed:
        found |= {iri: told for iri, told in labels_of(one, rows, language).items() if iri not in found}
    return labels_of(base, rows, language) | found
