"""Which values a rule may start from: where some triples may be among its grounds, or among what it derives.

All that is found here is a condition put before a rule's pattern: it may let too much through, and never too little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from typing import Any

import pyoxigraph as ox

from kg.patterns import ANY_CLASS, ANY_PROPERTY, Body, Node, Pattern, named
from kg.reasoning import Rule
from kg.terms import PROV, RDF_TYPE

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
#: For each set of variables, in order of their names, the rows of values that they may have.
Rows = dict[tuple[str, ...], set[tuple[object, ...]]]
_MADE_BY = ox.NamedNode(PROV + "wasGeneratedBy")
#: So many things that lead to a term are looked at before one that fits is taken for granted.
_MANY = 40


def matched(pattern: Pattern, triple: Triple) -> dict[str, object] | None:
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


def _by_name(triples: Collection[Triple]) -> dict[Any, list[Triple]]:
    """Triples by their property, and types by their class too; all of them under None."""
    at: dict[Any, list[Triple]] = defaultdict(list, {None: [*triples]})
    for triple in triples:
        at[triple[1]].append(triple)
        if triple[1] == RDF_TYPE:
            at[triple[2]].append(triple)
    return at


def _alike(pattern: Pattern, at: dict[Any, list[Triple]]) -> Iterable[Triple]:
    """The triples that have a property, or a class, which a pattern names."""
    names = named([pattern])
    if ANY_PROPERTY in names:
        return at[None]
    return [t for name in names for t in at.get(RDF_TYPE if name == ANY_CLASS else name, ())]


def triggered(body: Body, triples: set[Triple], store: ox.Store, barred: bool = False) -> Rows:
    """For each set of variables the values by which some triple may take part in a rule's body, or in what bars it."""
    outer = body.sure()
    hits: dict[Node, list[dict[str, object]]] = defaultdict(list)
    used: dict[Node, set[Pattern]] = defaultdict(set)
    at, seen = _by_name(triples), dict[Any, bool]()
    asked = Body(body.needed + body.barred) if barred else body
    typed = {p.subject for p in body.needed if p.path == (RDF_TYPE,)}
    for pattern in body.barred if barred else body.needed + body.optional:
        leading = [] if barred or pattern.subject in typed else [p for p in body.needed if p.subject in typed]
        for triple in _alike(pattern, at):
            fixed = matched(pattern, triple)
            if fixed is not None and any(_only_by(triples, p, fixed.get(str(p.object)), store) for p in leading):
                continue
            if fixed is not None and all(_fits(asked, name, term, store, seen) for name, term in fixed.items()):
                known = {name: term for name, term in fixed.items() if name in outer}
                hits[pattern.subject] += [known] if known or not barred else _reached(body, fixed, outer, store)
                used[pattern.subject].add(pattern)
    rows: Rows = defaultdict(set)
    for subject, several in hits.items():
        whole = any(RDF_TYPE in pattern.path for pattern in used[subject]) and len(used[subject]) > 1
        for fixed in several:  # of a thing that is wholly new, or wholly gone, the name says enough
            if whole and subject in fixed:
                fixed = {str(subject): fixed[str(subject)]}
            rows[tuple(sorted(fixed))].add(tuple(fixed[name] for name in sorted(fixed)))
    return rows


def _reached(body: Body, fixed: dict[str, object], outer: set[str], store: ox.Store) -> list[dict[str, object]]:
    """What variables outside of a NOT EXISTS may be where only some inside it are known: an empty row for anything."""
    for pattern in body.barred:
        single = len(pattern.path) == 1 and isinstance(pattern.subject, str) and pattern.subject in outer
        if single and pattern.object in fixed:
            quads = _leading(store, pattern.path[0], fixed[str(pattern.object)])
            return [{str(pattern.subject): quad.subject} for quad in quads]
    return [{}]


def _leading(store: ox.Store, step: Node, term: Any) -> Iterator[ox.Quad]:
    """The quads that lead to a term by a step of a path; a step that is left open may be any."""
    return iter(store.quads_for_pattern(None, None if isinstance(step, str) else step, term))


def _only_by(triples: set[Triple], pattern: Pattern, term: Any, store: ox.Store) -> bool:
    """Whether all that leads to a term by a pattern is among some triples: they start the rule themselves."""
    if term is None or (len(pattern.path) > 1 and not pattern.choice):
        return False
    for step in pattern.path:
        for number, quad in enumerate(_leading(store, step, term)):
            if number == _MANY or tuple(quad.triple) not in triples:
                return False
    return True


def _fits(body: Body, name: str, term: Any, store: ox.Store, known: dict[Any, bool]) -> bool:
    """Whether a term has, by itself, the edges that a body asks of a variable: cheap, and rules out most."""
    key = (id(body), name, term)
    if key not in known:
        known[key] = _has_edges(body, name, term, store)
    return known[key]


def _has_edges(body: Body, name: str, term: Any, store: ox.Store) -> bool:
    for pattern in body.needed:
        first, last = pattern.path[0], pattern.path[-1]
        if pattern.choice or isinstance(first, str) or isinstance(last, str):
            continue
        if pattern.subject == name:
            known = None if isinstance(pattern.object, str) or len(pattern.path) > 1 else pattern.object
            if isinstance(term, ox.Literal) or not any(store.quads_for_pattern(term, first, known)):
                return False
        if pattern.object == name and not _is_told(body, pattern, term, store):
            return False
    return True


def _is_told(body: Body, pattern: Pattern, term: Any, store: ox.Store) -> bool:
    """Whether something that has the classes which a body asks of a pattern's subject leads to a term."""
    classes = [p.object for p in body.needed if p.subject == pattern.subject and p.path == (RDF_TYPE,)]
    constant = [class_ for class_ in classes if not isinstance(class_, str)] if len(pattern.path) == 1 else []
    for number, quad in enumerate(_leading(store, pattern.path[-1], term)):
        if number == _MANY or all(any(store.quads_for_pattern(quad.subject, RDF_TYPE, c)) for c in constant):
            return True
    return False


def candidates(rule: Rule, wanted: Collection[Triple], store: ox.Store) -> Rows:
    """For each set of variables the values with which a rule may derive one of the wanted triples."""
    sure = set.intersection(*(body.sure() for body in rule.bodies))
    single = [p for p in rule.template if sum(q[:2] == p[:2] for q in rule.template) == 1]
    by_this = (_MADE_BY, rule.iri)
    made = {triple[0] for triple in wanted if triple[1:] == by_this}
    nodes: dict[object, dict[str, set[object]]] = {node: defaultdict(set) for node in made}
    rows: Rows = defaultdict(set)
    at, seen = _by_name(wanted), dict[Any, bool]()
    for pattern in rule.template:
        open_ = isinstance(pattern.path[0], str)
        for triple in (t for edge in rule.edges for t in at.get(edge, ())) if open_ else _alike(pattern, at):
            fixed = matched(pattern, triple)
            if fixed is None:
                continue
            known = {name: term for name, term in fixed.items() if name in sure}
            fits = any(all(_fits(body, *pair, store, seen) for pair in known.items()) for body in rule.bodies)
            if not isinstance(pattern.subject, str) or pattern.subject in sure:
                if fits:
                    rows[tuple(sorted(known))].add(tuple(known[name] for name in sorted(known)))
            elif triple[0] in nodes and pattern in single:
                for name, term in known.items():
                    nodes[triple[0]][name].update({term} if fits else ())
    for values in nodes.values():
        if all(values.values()):  # each variable still has a value that fits
            known = {name: next(iter(terms)) for name, terms in values.items() if len(terms) == 1}
            rows[tuple(sorted(known))].add(tuple(known[name] for name in sorted(known)))
    return rows


def deriving(rule: Rule, facts: Iterable[Triple]) -> set[str]:
    """The conditions under which a rule may derive some facts; none where it cannot."""
    sure = set.intersection(*(body.sure() for body in rule.bodies))
    rows: Rows = defaultdict(set)
    for pattern, fact in product(rule.template, facts):
        fixed = matched(pattern, fact)
        if fixed is not None and (not isinstance(pattern.path[0], str) or fact[1] in rule.edges):
            known = {name: term for name, term in fixed.items() if name in sure}
            rows[tuple(sorted(known))].add(tuple(known[name] for name in sorted(known)))
    return narrowed(rows)


def narrowed(rows: Rows) -> set[str]:
    """A VALUES block for each set of variables; one empty text, for the whole rule, where nothing is fixed."""
    if () in rows:
        return {""}
    blocks = set()
    for names, values in rows.items():
        listed = " ".join(f"({' '.join(map(str, row))})" for row in values)
        blocks.add(f"VALUES ({' '.join('?' + name for name in names)}) {{ {listed} }}")
    return blocks
