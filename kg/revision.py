"""A small change to a reasoned store: what followed from what is withdrawn goes, what follows from what is added comes.

The result is that of reasoning anew (a test holds the two against each other), at the cost of what the change touches:
first all that could rest on it is taken away, then what has other grounds is put back, then what is new is derived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from kg.matching import Rows, Triple, candidates, narrowed, triggered
from kg.patterns import ANY_CLASS
from kg.reasoning import Rule, rules
from kg.terms import layer

_INFERRED = layer("inferred")


class Change(NamedTuple):
    """The derived triples that a change brought and those that it took away."""

    gained: frozenset[Triple]
    lost: frozenset[Triple]


def revise(
    store: ox.Store,
    removed: Iterable[ox.Quad],
    added: Iterable[ox.Quad],
    base: ox.Store,
    every: list[Rule] | None = None,
) -> Change:
    """Withdraw and add stated quads in a reasoned store, and bring its inferred graph up to date.

    `base` holds what the store holds before, and is only read. To withdraw what is not there does nothing, nor does
    adding what is there.
    """
    gone = [quad for quad in removed if quad in store]
    come = [quad for quad in added if quad not in store]
    revision = _Revision(store, base, every if every is not None else rules())
    revision.run(gone, come)
    return Change(frozenset(revision.alive - revision.dead), frozenset(revision.dead - revision.alive))


class _Revision:
    def __init__(self, store: ox.Store, base: ox.Store, every: list[Rule]):
        self.store, self.base, self.rules = store, base, sorted(every, key=lambda rule: rule.stratum)
        self.recursive = _recursive(every)
        self.dead: set[Triple] = set()
        self.alive: set[Triple] = set()

    def run(self, removed: list[ox.Quad], added: list[ox.Quad]) -> None:
        gone, come = {_triple(quad) for quad in removed}, [_triple(quad) for quad in added]
        self._withdraw(gone, removed)
        self.store.extend(added)
        twice = self._derived(set(come))  # each triple lives in one graph
        for triple in twice:
            self.store.remove(ox.Quad(*triple, _INFERRED))
        self.dead |= twice
        self._derive(come, gone)

    def _withdraw(self, front: set[Triple], quads: Iterable[ox.Quad]) -> None:
        """Take quads away, and after them all derived triples that have no other ground."""
        while front:
            heads = self._derived({head for rule in self.rules for head in self._from(rule, front)}) - front
            for quad in quads:
                self.store.remove(quad)
            front = heads - self._again(heads)
            quads = [ox.Quad(*head, _INFERRED) for head in front]
            self.dead |= front
            self.alive -= front

    def _again(self, heads: set[Triple], among: Collection[str] | None = None) -> set[Triple]:
        """Those of some triples that have grounds: by rules that cannot feed themselves, or by any of those named."""
        sure = (r for r in self.rules if (r.name not in self.recursive if among is None else r.name in among))
        return {head for rule in sure for head in self._found(rule, candidates(rule, heads, self.store))}

    def _derive(self, log: list[Triple], gone: set[Triple]) -> None:
        """Stratum by stratum: derive what is new, and put back what is dead or gone and has grounds after all."""
        seen: dict[str, int] = {}
        for stratum in sorted({rule.stratum for rule in self.rules}):
            running = [rule for rule in self.rules if rule.stratum <= stratum]
            while any(seen.get(rule.name, -1) < len(log) for rule in running):
                for rule in running:
                    start, seen[rule.name] = seen.get(rule.name, -1), len(log)
                    heads = self._from(rule, set(log[max(start, 0) :]))
                    if start < 0:
                        heads |= self._unbarred(rule, self.dead.union(log, gone))
                        heads |= self._found(rule, candidates(rule, self.dead | gone, self.store))
                    log += self._put(heads)
                    if start < 0 and rule.barred:  # what fell with it may stand on rules that have run already
                        log += self._put(self._again(self.dead, seen))

    def _unbarred(self, rule: Rule, changed: set[Triple]) -> set[Triple]:
        """What a rule derives now where what it says must not hold may have changed; what it no longer does goes."""
        bodies = [body for body in rule.bodies if body.barred]
        rows = [triggered(body, changed, store, True) for body in bodies for store in (self.base, self.store)]
        conditions = {given for found in rows for given in narrowed(found)}
        now = {head for given in conditions for head in self._heads(rule, given)}
        before = {head for given in conditions for head in self._heads(rule, given, self.base)}
        lost = self._derived(before) - now
        lost -= self._again(lost)
        self.dead |= lost
        self.alive -= lost
        self._withdraw(lost, [ox.Quad(*head, _INFERRED) for head in lost])
        return now

    def _put(self, heads: set[Triple]) -> list[Triple]:
        """Put into the inferred graph what stands in no graph yet; returns it."""
        new = [head for head in heads if not any(self.store.quads_for_pattern(*head, None))]
        self.store.extend(ox.Quad(*head, _INFERRED) for head in new)
        self.alive.update(new)
        return new

    def _derived(self, heads: set[Triple]) -> set[Triple]:
        return {head for head in heads if ox.Quad(*head, _INFERRED) in self.store}

    def _from(self, rule: Rule, triples: set[Triple]) -> set[Triple]:
        """What a rule derives with one of these triples among its grounds, and perhaps a little more."""
        return {head for body in rule.bodies for head in self._found(rule, triggered(body, triples, self.store))}

    def _found(self, rule: Rule, rows: Rows) -> set[Triple]:
        return {head for given in narrowed(rows) for head in self._heads(rule, given)}

    def _heads(self, rule: Rule, given: str, store: ox.Store | None = None) -> set[Triple]:
        solutions = (store or self.store).query(rule.solutions(given), use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [v.value for v in solutions.variables]
        heads = chain.from_iterable(rule.heads_of(dict(zip(names, row, strict=True))) for row in solutions)
        return {head for head in heads if None not in head and not isinstance(head[0], ox.Literal)}  # as CONSTRUCT does


def _triple(quad: ox.Quad) -> Triple:
    return quad.subject, quad.predicate, quad.object  # type: ignore[return-value]  # data have no blank nodes


def _recursive(every: list[Rule]) -> set[str]:
    """The names of the rules whose results may, at once or through other rules, be grounds of the same rule.

    A class that a rule leaves open counts for the rule itself only: else all rules would seem to feed each other.
    """
    open_ = {rule.name for rule in every if ANY_CLASS in rule.gives & rule.reads}
    feeds = {one.name: {other.name for other in every if (one.gives & other.reads) - {ANY_CLASS}} for one in every}
    for _ in every:
        feeds = {name: fed.union(*(feeds[other] for other in fed)) for name, fed in feeds.items()}
    return {name for name, fed in feeds.items() if name in fed} | open_
