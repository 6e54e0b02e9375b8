"""The profiles of cities from gathered rows: what assessments find, else what their tier implies.

A row has city (or whose), element, level, claim, and the assessment where it is a finding. Where two sources find
different things of one element, or put a city in two tiers, that element is disputed and not stated; what is not stated
is never a 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Any, NamedTuple

from kg.computed._telling import Given, choice, local, one
from kg.errors import BadQuestion
from kg.measures import Number
from kg.measures.levels import ELEMENTS, NEEDS, SUPPLY, Coding, Profile, coded, coding_of, threshold

#: What a query gathered.
Rows = Iterable[Mapping[str, Any]]
#: Flows among more cities than these are not made: the cities are to be named.
MOST = 400


class Known(NamedTuple):
    """Profiles by city; the cities of which a tier implies a level, or sources differ; the claims behind each city."""

    profiles: dict[str, Profile]
    implied: set[str]
    disputed: set[str]
    claims: dict[str, set[str]]

    def of(self, city: str) -> Profile:
        """What is known of a city, be it nothing."""
        return self.profiles.get(city, {})

    def reasons(self, *cities: str) -> list[str]:
        """What is to be said of results on these cities."""
        told = ["disputed"] if self.disputed & {*cities} else []
        told += ["tier-profile"] if self.implied & {*cities} else []
        return told + (["no-profile"] if {*cities} - self.profiles.keys() else [])

    def behind(self, *cities: str) -> set[str]:
        """The claims behind the profiles of these cities."""
        return set().union(*(self.claims.get(city, set()) for city in cities))


def known(gathered: Rows) -> Known:
    """What is known of each city in the rows.

    >>> row = {"city": "Kyiv", "element": "marketDemand", "level": "someLevel", "assessment": None, "claim": "c"}
    >>> known([row]).profiles, known([row]).implied
    ({'Kyiv': {'marketDemand': 'someLevel'}}, {'Kyiv'})
    """
    cells: dict[tuple[str, str, bool], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in gathered:
        if row["element"] and local(row["element"]) in ELEMENTS:
            whose = row["whose"] if "whose" in row else row["city"]
            key = (whose, local(row["element"]), row["assessment"] is not None)
            cells[key][local(row["level"])].add(row["claim"])
    made = Known({}, set(), set(), {})
    for (city, element, found), words in sorted(cells.items()):
        if not found and (city, element, True) in cells:
            continue
        profile: Any = made.profiles.setdefault(city, {})
        made.claims.setdefault(city, set()).update(*words.values())
        if len(words) > 1:
            made.disputed.add(city)
            continue
        profile[element] = next(iter(words))
        if not found:
            made.implied.add(city)
    return made


def elements(given: Given) -> tuple[str, ...]:
    """The elements that count as supply: the six, and market demand with them only where it is asked for.

    >>> len(elements({})), len(elements({"demand": ["supply"]}))
    (6, 7)
    """
    return ELEMENTS if choice(given, "demand", "apart", "supply") == "supply" else SUPPLY


def theta(given: Given) -> str:
    """The level word from which on a city can supply.

    >>> theta({})
    'someLevel'
    """
    return local(one(given, "theta", "someLevel"))


def set_of(found: Known, given: Given) -> dict[str, Profile]:
    """The profiles of the cities asked about, or of all that have one; BadQuestion where these are very many."""
    cities = dict.fromkeys(given.get("city") or sorted(found.profiles))
    if len(cities) > MOST:
        raise BadQuestion(f"{len(cities)} cities have profiles, and each is compared with each; name them: city=…")
    return {city: found.of(city) for city in cities}


def pairs(found: Known, given: Given) -> dict[str, list[str]]:
    """The cities asked about, each with the partners asked about, or with all others that have a profile."""
    partners = given.get("partner") or sorted(found.profiles)
    return {city: [p for p in dict.fromkeys(partners) if p != city] for city in dict.fromkeys(given["city"])}


def counted(
    profiles: Mapping[str, Profile], supply: tuple[str, ...], coding: Coding, least: str
) -> dict[tuple[str, str], Number | None]:
    """How many of the elements that each city needs each other has at a level or above; None where one is silent."""
    code = coding_of(coding)
    floor = threshold(least, code)
    levels = {city: coded(profile, supply, code) for city, profile in profiles.items()}
    found: dict[tuple[str, str], Number | None] = {}
    for i, j in permutations(profiles, 2):
        silent = any(e not in levels[j] or (profiles[j][e] in NEEDS and e not in levels[i]) for e in supply)
        given = sum(profiles[j].get(e) in NEEDS and levels[i].get(e, floor - 1) >= floor for e in supply)
        found[i, j] = None if silent else given
    return found
