"""What would have to be there for a rule to derive a fact: the fewest grounds whose absence leaves the rest true.

For each rule that could derive the fact its grounds are left out, one, then two, then three at a time, until what is
left holds in the graph; what was left out is wanting, with the values that the rest gives it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.matching import Triple, matched
from kg.patterns import Body, Node, Pattern
from kg.reasoning import Rule, rules
from kg.terms import LABEL, RDFS, eic

if TYPE_CHECKING:
    from kg.graph import Graph

#: At most so many grounds are left out at once.
_GROUNDS = 3
#: Properties that say whose a claim is: of no help to one who asks what is wanting.
_WHOSE = {eic(name) for name in ("saidBy", "accordingTo", "sharesViewWith", "publicationYear")}
Value = ox.NamedNode | ox.Literal
#: What is asked of one claim, or one edge: subject, property, and the objects of which any would do; None if open.
Ground = tuple[tuple[ox.NamedNode | None, ox.NamedNode | None, tuple[Value, ...]], ...]
Way = tuple[Rule, tuple[Ground, ...]]
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")


def ways_to(graph: Graph, fact: Triple) -> list[Way]:
    """The rules that lack fewest grounds for a fact, each with what it lacks."""
    found: dict[int, list[Way]] = defaultdict(list)
    for rule in rules():
        for body in rule.bodies if fact[1] in rule.edges else ():
            for fixed in _fixings(rule, body, fact):
                for lacking, grounds in _lacking(graph, rule, body, fixed):
                    if not any(triple[1] == _SUBCLASS for ground in grounds for triple in ground):
                        found[lacking].append((rule, grounds))
    return _merged(found[min(found)]) if found else []


def _merged(ways: list[Way]) -> list[Way]:
    """Ways of one rule that differ in a single value, as one way that leaves a choice of values."""
    done: list[Way] = []
    for rule, grounds in ways:
        for number, (other, theirs) in enumerate(done):
            at = _only_difference(grounds, theirs) if rule is other else None
            if at is not None:
                done[number] = (rule, _with_choice(theirs, at, grounds))
                break
        else:
            if (rule, grounds) not in done:
                done.append((rule, grounds))
    return done


def _only_difference(these: tuple[Ground, ...], those: tuple[Ground, ...]) -> tuple[int, int] | None:
    """The ground and the triple in whose object two sets of grounds differ, if they differ in nothing else."""
    if [len(ground) for ground in these] != [len(ground) for ground in those]:
        return None
    pairs = [(g, n) for g, ground in enumerate(these) for n in range(len(ground)) if ground[n] != those[g][n]]
    if len(pairs) != 1:
        return None
    (g, n) = pairs[0]
    return (g, n) if these[g][n][:2] == those[g][n][:2] else None


def _with_choice(grounds: tuple[Ground, ...], at: tuple[int, int], more: tuple[Ground, ...]) -> tuple[Ground, ...]:
    subject, property_, values = grounds[at[0]][at[1]]
    added = tuple(v for v in more[at[0]][at[1]][2] if v not in values)
    ground = [*grounds[at[0]]]
    ground[at[1]] = (subject, property_, tuple(sorted(values + added, key=str)))
    return (*grounds[: at[0]], tuple(ground), *grounds[at[0] + 1 :])


def _fixings(rule: Rule, body: Body, fact: Triple) -> Iterator[dict[str, object]]:
    known = body.sure() | body.bound | {name for text in body.kept for name in _variables(text)}
    for pattern in rule.template:
        fixed = matched(pattern, fact)
        if fixed is not None and fixed.keys() <= known:
            yield fixed


def _lacking(
    graph: Graph, rule: Rule, body: Body, fixed: dict[str, object]
) -> Iterator[tuple[int, tuple[Ground, ...]]]:
    """The smallest sets of grounds without which the rest of a body holds, with the values that the rest leaves."""
    units = _units(body, fixed.keys())
    values = " ".join(f"VALUES ?{name} {{ {term} }}" for name, term in fixed.items())
    for count in range(1, min(_GROUNDS, len(units)) + 1):
        any_ = False
        for out in combinations(units, count):
            rest = [p for unit in units if unit not in out for p in unit]
            names = {name for pattern in rest for name in pattern.variables()} | fixed.keys()
            kept = [t for t in body.kept if t.startswith("VALUES") or set(_variables(t)) <= names]
            query = rule.looking_for(" ".join([values, *kept, *map(str, rest)]) + " ")
            solutions = graph.engine.query(query)
            assert isinstance(solutions, ox.QuerySolutions)
            variables = [v.value for v in solutions.variables]
            for row in sorted(solutions, key=lambda row: [str(term) for term in row]):
                solution = {n: t for n, t in zip(variables, row, strict=True) if t is not None}
                any_ = True
                yield count, tuple(_ground(unit, solution) for unit in out)
        if any_:
            return


def _units(body: Body, fixed: Collection[str]) -> list[tuple[Pattern, ...]]:
    """The grounds of a body: all that it asks of one claim is one, every other pattern is one by itself."""
    telling = [p for p in body.needed if p.path != (LABEL,) and not _WHOSE & set(p.path)]
    named = {p.object for p in telling} | set(fixed)
    subjects = dict.fromkeys(p.subject for p in telling if isinstance(p.subject, str) and p.subject not in named)
    units = [tuple(p for p in telling if p.subject == claim) for claim in subjects]
    return units + [(p,) for p in telling if p.subject not in subjects]


def _ground(unit: tuple[Pattern, ...], solution: dict[str, Any]) -> Ground:
    def value(node: Node) -> Any:
        return solution.get(node) if isinstance(node, str) else node

    def values(node: Node) -> tuple[Value, ...]:
        return tuple(term for term in (value(node),) if term is not None)

    return tuple((value(p.subject), value(p.path[-1]), values(p.object)) for p in unit)


def _variables(text: str) -> list[str]:
    return re.findall(r"\?(\w+)", text.partition("{")[0] if text.startswith("VALUES") else text)
