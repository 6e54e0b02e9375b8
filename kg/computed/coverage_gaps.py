"""Rows of the question coverage-gaps: alliances by issue, region, and of science and technology or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Rows
from kg.computed._records import Rosters, rosters
from kg.computed._telling import Given, choice, inputs, language, why
from kg.measures.coverage import Alliance, Cell, gaps, is_gap

Facts = dict[str, dict[str, set[str]]]


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a cell of the matrix."""
    listed = list(gathered)
    found, tongue = rosters(listed, given), language(given)
    facts: dict[str, Facts] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for row in listed:
        if row["kind"] not in ("stated", "recorded", "alliance", "known"):
            facts[row["kind"]][row["group"]][row["subject"] or ""].add(row["claim"] or "")
    alliances = {name: _alliance(name, found, facts) for name in sorted({*found.rosters, *facts["issue"]})}
    issues = given.get("issue") or sorted(facts["issues"])
    regions = given.get("region") or sorted(facts["regions"])
    for cell, count in gaps(alliances, issues, regions).items():
        sure = sorted(name for name, one in alliances.items() if _in(one, cell))
        low, high = count.bounds
        yield {
            "issue": cell.issue,
            "region": cell.region,
            "science": cell.science,
            "number": None if count.value is None else int(count.value),
            "least": None if low is None else int(low),
            "most": None if high is None else int(high),
            "gap": is_gap({cell: count}, cell),
            "which": sure or None,
            "records": choice(given, "records", "with", "without"),
            **inputs(count),
            "why": why(count.reasons, tongue),
            "claim": {claim for name in sure for claim in _behind(name, cell, found, facts)} - {""},
        }


def _alliance(name: str, found: Rosters, facts: dict[str, Facts]) -> Alliance:
    """What is known of an alliance; one that nobody calls of science and technology may be."""
    roster = found.rosters.get(name)
    within = {region for city in (roster.members if roster else ()) for region in facts["within"].get(city, ())}
    issues = frozenset(facts["issue"].get(name, ()))
    regions = frozenset(facts["region"].get(name, ())) | within
    # cities of a whole roster that no source puts in a region leave open where else it reaches
    placed = roster is not None and all(facts["within"].get(city) for city in roster.members)
    whole = roster is not None and roster.whole and placed
    return Alliance(issues or None, regions, True if name in facts["science"] else None, whole)


def _in(one: Alliance, cell: Cell) -> bool:
    return cell.issue in (one.issues or ()) and cell.region in one.regions and one.science == cell.science


def _behind(name: str, cell: Cell, found: Rosters, facts: dict[str, Facts]) -> set[str]:
    """What says that an alliance is in a cell."""
    roster = found.rosters.get(name)
    cities = [c for c in (roster.members if roster else ()) if cell.region in facts["within"].get(c, ())]
    told = [facts["issue"][name][cell.issue], facts["region"][name][cell.region], *facts["science"][name].values()]
    told += [facts["within"][city][cell.region] for city in cities]
    return set().union(*told, *(found.behind[name, city] for city in cities))
