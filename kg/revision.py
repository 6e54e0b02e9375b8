"""A small change to a reasoned store: what followed from what is withdrawn goes, what follows from what is added comes.

The result is that of reasoning anew (a test holds the two against each other), at the cost of what the change touches:
first all that could rest on it is taken away, then what has other grounds is put back, then what is new is derived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import chain
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.patterns import ANY_CLASS, Body, Node, Pattern
from kg.reasoning import Rule, rules
from kg.terms import PROV, RDF_TYPE, layer

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_INFERRED = layer("inferred")
_MADE_BY = ox.NamedNode(PROV + "wasGeneratedBy")
_ROWS = dict[tuple[str, ...], set[tuple[object, ...]]]


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
        return {head for rule in sure for head in self._found(rule, _candidates(rule, heads, self.store))}

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
                        heads |= self._found(rule, _candidates(rule, self.dead | gone, self.store))
                    log += self._put(heads)
                    if start < 0 and rule.barred:  # what fell with it may stand on rules that have run already
                        log += self._put(self._again(self.dead, seen))

    def _unbarred(self, rule: Rule, changed: set[Triple]) -> set[Triple]:
        """All that a rule derives now, if what it says must not hold may have changed; what it no longer does goes."""
        bodies = [body for body in rule.bodies if body.barred]
        if not any(_triggered(body, changed, store, True) for body in bodies for store in (self.base, self.store)):
            return set()
        now = self._heads(rule, "")
        lost = self._derived(self._heads(rule, "", self.base)) - now
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
        return {head for body in rule.bodies for head in self._found(rule, _triggered(body, triples, self.store))}

    def _found(self, rule: Rule, rows: _ROWS) -> set[Triple]:
        return {head for given in _narrowed(rows) for head in self._heads(rule, given)}

    def _heads(self, rule: Rule, given: str, store: ox.Store | None = None) -> set[Triple]:
        solutions = (store or self.store).query(rule.solutions(given), use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [v.value for v in solutions.variables]
        heads = chain.from_iterable(rule.heads_of(dict(zip(names, row, strict=True))) for row in solutions)
        return {head for head in heads if None not in head}


def _triple(quad: ox.Quad) -> Triple:
    return quad.subject, quad.predicate, quad.object  # type: ignore[return-value]  # data have no blank nodes


def _matched(pattern: Pattern, triple: Triple) -> dict[str, object] | None:
    """The variables of a pattern that a triple fixes if it is used there; None where it cannot be."""
    subject, predicate, object_ = triple
    at = [n for n, step in enumerate(pattern.path) if isinstance(step, str) or step == predicate]
    if not at:
        return None
    whole = len(pattern.path) == 1 or pattern.choice
    fixed: dict[str, object] = {}
    for node, term, told in (
        (pattern.subject, subject, whole or 0 in at),
        (pattern.path[0], predicate, len(pattern.path) == 1),
        (pattern.object, object_, whole or len(pattern.path) - 1 in at),
    ):
        if not told:
            continue
        if not isinstance(node, str) and node != term:
            return None
        if isinstance(node, str) and fixed.setdefault(node, term) != term:
            return None
    return fixed


def _triggered(body: Body, triples: set[Triple], store: ox.Store, barred: bool = False) -> _ROWS:
    """For each set of variables the values by which some triple may take part in a rule's body, or in what bars it."""
    outer = body.sure()
    hits: dict[Node, list[dict[str, object]]] = defaultdict(list)
    used: dict[Node, set[Pattern]] = defaultdict(set)
    for pattern in body.barred if barred else body.needed + body.optional:
        for triple in triples:
            fixed = _matched(pattern, triple)
            if fixed is not None and all(_fits(body, name, term, store) for name, term in fixed.items()):
                hits[pattern.subject].append({k: v for k, v in fixed.items() if k in outer})
                used[pattern.subject].add(pattern)
    rows: _ROWS = defaultdict(set)
    for subject, several in hits.items():
        whole = any(RDF_TYPE in pattern.path for pattern in used[subject]) and len(used[subject]) > 1
        for fixed in several:  # of a thing that is wholly new, or wholly gone, the name says enough
            if whole and subject in fixed:
                fixed = {str(subject): fixed[str(subject)]}
            rows[tuple(sorted(fixed))].add(tuple(fixed[name] for name in sorted(fixed)))
    return rows


def _fits(body: Body, name: str, term: Any, store: ox.Store) -> bool:
    """Whether a term has, by itself, the edges that a body asks of a variable: cheap, and rules out most."""
    barred = any(name in pattern.variables() for pattern in body.barred)
    for pattern in body.needed + body.barred if barred else body.needed:
        first, last = pattern.path[0], pattern.path[-1]
        if pattern.choice or isinstance(first, str) or isinstance(last, str):
            continue
        if pattern.subject == name:
            known = None if isinstance(pattern.object, str) or len(pattern.path) > 1 else pattern.object
            if isinstance(term, ox.Literal) or not any(store.quads_for_pattern(term, first, known)):
                return False
        if pattern.object == name and not any(store.quads_for_pattern(None, last, term)):
            return False
    return True


def _candidates(rule: Rule, candidates: set[Triple], store: ox.Store) -> _ROWS:
    """For each set of variables the values with which the rule may derive one of the candidates."""
    sure = set.intersection(*(body.sure() for body in rule.bodies))
    rows: _ROWS = defaultdict(set)
    made = {triple[0] for triple in candidates if triple[1:] == (_MADE_BY, rule.iri)}
    nodes: dict[object, dict[str, set[object]]] = {node: defaultdict(set) for node in made}
    single = [p for p in rule.template if sum(q[:2] == p[:2] for q in rule.template) == 1]
    for pattern in rule.template:
        for triple in candidates:
            if isinstance(pattern.path[0], str) and triple[1] not in rule.edges:
                continue
            fixed = _matched(pattern, triple)
            if fixed is None:
                continue
            known = {name: term for name, term in fixed.items() if name in sure}
            if not any(all(_fits(body, *pair, store) for pair in known.items()) for body in rule.bodies):
                continue
            if not isinstance(pattern.subject, str) or pattern.subject in sure:
                rows[tuple(sorted(known))].add(tuple(known[name] for name in sorted(known)))
            elif triple[0] in nodes and pattern in single:
                for name, term in known.items():
                    nodes[triple[0]][name].add(term)
    for values in nodes.values():
        known = {name: next(iter(terms)) for name, terms in values.items() if len(terms) == 1}
        rows[tuple(sorted(known))].add(tuple(known[name] for name in sorted(known)))
    return rows


def _narrowed(rows: _ROWS) -> set[str]:
    """A VALUES block for each set of variables; one empty text, for the whole rule, where nothing is fixed."""
    if () in rows:
        return {""}
    blocks = set()
    for names, values in rows.items():
        listed = " ".join(f"({' '.join(map(str, row))})" for row in values)
        blocks.add(f"VALUES ({' '.join('?' + name for name in names)}) {{ {listed} }}")
    return blocks


def _recursive(every: list[Rule]) -> set[str]:
    """The names of the rules whose results may, at once or through other rules, be grounds of the same rule.

    A class that a rule leaves open counts for the rule itself only: else all rules would seem to feed each other.
    """
    open_ = {rule.name for rule in every if ANY_CLASS in rule.gives & rule.reads}
    feeds = {one.name: {other.name for other in every if (one.gives & other.reads) - {ANY_CLASS}} for one in every}
    for _ in every:
        feeds = {name: fed.union(*(feeds[other] for other in fed)) for name, fed in feeds.items()}
    return {name for name, fed in feeds.items() if name in fed} | open_
