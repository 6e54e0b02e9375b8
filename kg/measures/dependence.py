"""Dependence of a city on others: Emerson's form, its breadth, its degree in words, and the asymmetry of two cities.

Emerson (1962), standard form: dependence grows with what is at stake and falls with the alternatives,
dep(j|i) = Σ_{e ∈ L_j} w_e·1[s_ie ≥ θ]/n_e / Σ_{e ∈ L_j} w_e, where L_j are the elements that j needs by its words and
n_e is the number of other cities of the set that can supply e. Every coding that keeps θ's place gives the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from kg.errors import BadQuestion, UnknownName
from kg.measures import Measured, Number, number
from kg.measures.levels import NEEDS, SUPPLY, Coding, Profile, Theta, coded, coding_of, stated, threshold, weights_of


class Dependences(NamedTuple):
    """Of one city: on each other city of the set, the need that nobody meets, and the need that silence leaves open.

    What the values of `on` (0 for one that is None), `unmet` and `open` come to is 1.
    """

    on: dict[str, Measured]
    unmet: Measured
    open: Measured


class _Element(NamedTuple):
    """An element's weight, how many other cities can supply it, and of how many nobody said."""

    weight: Fraction
    suppliers: int
    silent: int

    def term(self, able: bool | None) -> Fraction | None:
        """What a partner has of the supply: it is able, not able, or silent."""
        return None if able is None else Fraction(1, self.suppliers) if able else Fraction()

    def least(self, able: bool | None) -> Fraction:
        return Fraction(1, self.suppliers + self.silent) if able else Fraction()

    def most(self, able: bool | None) -> Fraction:
        if able is None:
            return Fraction(1, self.suppliers + 1)
        return Fraction(1, self.suppliers) if able else Fraction()


def dependences(
    city: str,
    profiles: Mapping[str, Profile],
    *,
    elements: Collection[str] = SUPPLY,
    weights: Mapping[str, Number] | None = None,
    theta: Theta = "someLevel",
    coding: Coding = "A",
) -> Dependences:
    """The dependence of a city on each other city of a set, and what of its need is unmet or open.

    Inputs are the city's words on the elements and, for each that it needs, each other city's word. A partner that is
    silent on something needed has no value but `low` and `high`. "no-gap" where the city needs nothing.

    >>> able, weak = dict.fromkeys(SUPPLY, "someLevel"), dict.fromkeys(SUPPLY, "shortOfOrWithout")
    >>> dependences("Minsk", {"Minsk": weak, "Moscow": able, "Kyiv": able}).on["Kyiv"].value
    Fraction(1, 2)
    """
    if city not in profiles:
        raise UnknownName("city", city, profiles, "the set must hold the city itself")
    words, weight = stated(profiles[city], elements), weights_of(weights, elements)
    others = [name for name in profiles if name != city]
    needed = [element for element in weight if words.get(element) in NEEDS]
    maybe = [element for element in weight if element not in words]
    able = _able(profiles, others, [*needed, *maybe], coding, theta)
    columns = list(zip(*able.values(), strict=True)) or [()] * (len(needed) + len(maybe))
    supply = [
        _Element(weight[element], column.count(True), column.count(None))
        for element, column in zip((*needed, *maybe), columns, strict=True)
    ]
    needs = supply[: len(needed)]
    asked = len(weight) + len(others) * len(needs)
    silent = len(maybe) + sum(one.silent for one in needs)
    total = sum((one.weight for one in needs), Fraction())
    why = "not-stated" if silent else ""
    if not total:
        nothing = "zero-weights" if needs else "" if maybe else "no-gap"
        none = Measured(None, asked - silent, asked, nothing).because(why)
        return Dependences(dict.fromkeys(others, none), none, none)

    def measured(value: Fraction | None, bounds: tuple[Fraction, Fraction] | None = None) -> Measured:
        return Measured(value, asked - silent, asked, why, *(bounds if bounds and silent else ()))

    on = {}
    alike: dict[tuple[bool | None, ...], Measured] = {}  # partners that are able alike have the same share
    for partner, states in able.items():
        if states not in alike:
            terms = [(one.weight, one.term(state)) for one, state in zip(needs, states, strict=False)]
            value = sum((w * t for w, t in terms if t is not None), Fraction()) / total
            bounds = _bounds(supply, states, len(needs))
            alike[states] = measured(None if any(t is None for _, t in terms) else value, bounds)
        on[partner] = alike[states]
    lost = sum((one.weight for one in needs if not one.suppliers and not one.silent), Fraction()) / total
    return Dependences(on, measured(lost), measured(_open(on, lost)))


def dependence(
    city: str,
    partner: str,
    profiles: Mapping[str, Profile],
    *,
    elements: Collection[str] = SUPPLY,
    weights: Mapping[str, Number] | None = None,
    theta: Theta = "someLevel",
    coding: Coding = "A",
) -> Measured:
    """dep(city|partner), 0 to 1, within the set of cities that the profiles are of; see `dependences`.

    >>> able, weak = dict.fromkeys(SUPPLY, "someLevel"), dict.fromkeys(SUPPLY, "shortOfOrWithout")
    >>> dependence("Minsk", "Moscow", {"Minsk": weak, "Moscow": able}).value
    Fraction(1, 1)
    """
    if partner == city:
        raise BadQuestion(f"the dependence of {city} on itself is not asked; give two cities")
    if partner not in profiles:
        raise UnknownName("city", partner, profiles, "the set must hold both cities")
    found = dependences(city, profiles, elements=elements, weights=weights, theta=theta, coding=coding)
    return found.on[partner]


def breadth(profile: Profile, elements: Collection[str] = SUPPLY) -> Measured:
    """The share of the elements that a city needs by its words, 0 to 1; with silence only `low` and `high`.

    >>> breadth({"productConversion": "someLevel"}, ["productConversion", "knowledgeReserve"]).bounds
    (Fraction(0, 1), Fraction(1, 2))
    """
    words, wanted = stated(profile, elements), len(set(elements))
    if not wanted:
        return Measured(None, 0, 0, "no-values")
    low = Fraction(sum(word in NEEDS for word in words.values()), wanted)
    high = low + Fraction(wanted - len(words), wanted)
    if len(words) < wanted:
        return Measured(None, len(words), wanted, "not-stated", low, high)
    return Measured(low, wanted, wanted)


def degree(width: Measured) -> str | None:
    """The degree that a breadth comes to: "none", "relative", "absolute" where all elements are needed; None if open.

    A candidate rule: it gives the paper's own degrees for its second and third tier.

    >>> degree(Measured(Fraction(1, 2), 6, 6))
    'relative'
    """
    low, high = width.bounds
    if low is None or high is None:
        return None
    if low == high and low in (0, 1):
        return "absolute" if low else "none"
    return "relative" if low > 0 and high < 1 else None


def asymmetry(of: Measured, back: Measured, *, without_gap: Number | None = None) -> Measured:
    """a_ij = dep(j|i) − dep(i|j), −1 to 1: above 0 where j depends more on i, who has the power.

    A city that needs nothing has no dependence to compare ("no-gap"); `without_gap=0` takes it for none.

    >>> asymmetry(Measured(Fraction(1, 2), 6, 6), Measured(None, 6, 6, "no-gap"), without_gap=0).value
    Fraction(1, 2)
    """
    known, wanted, why = of.known + back.known, of.wanted + back.wanted, (*of.reasons, *back.reasons)
    sides = []
    for side in (of, back):
        filled = side.value is None and without_gap is not None and side.why == "no-gap"
        sides.append(number(without_gap, "without_gap") if filled else side.value)
    if sides[0] is None or sides[1] is None:
        return Measured(None, known, wanted).because(*why)
    return Measured(sides[0] - sides[1], known, wanted).because(*why)


def _able(
    profiles: Mapping[str, Profile], others: list[str], elements: list[str], coding: Coding, theta: Theta
) -> dict[str, tuple[bool | None, ...]]:
    """Whether each other city has each element at θ or above; None where it is silent."""
    code = coding_of(coding)
    least = threshold(theta, code)
    found = {}
    for name in others:
        levels = coded(profiles[name], elements, code)
        found[name] = tuple(levels[element] >= least if element in levels else None for element in elements)
    return found


def _bounds(supply: list[_Element], states: tuple[bool | None, ...], needs: int) -> tuple[Fraction, Fraction]:
    """Between what the dependence on a partner lies; the elements after the needs may be needed or not."""
    least = [(one.weight, one.least(able)) for one, able in zip(supply, states, strict=True)]
    most = [(one.weight, -one.most(able)) for one, able in zip(supply, states, strict=True)]
    return _extreme(least[:needs], least[needs:]), -_extreme(most[:needs], most[needs:])


def _extreme(sure: list[tuple[Fraction, Fraction]], maybe: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """The least weighted mean of the sure terms and any of the others."""
    total = sum((w for w, _ in sure), Fraction())
    part = sum((w * t for w, t in sure), Fraction())
    for w, t in sorted(maybe, key=lambda one: one[1]):
        if t * total < part:
            total, part = total + w, part + w * t
    return part / total


def _open(on: dict[str, Measured], lost: Fraction) -> Fraction:
    """What is neither met by a partner of known supply nor known to be unmet."""
    met = sum((Fraction(one.value) for one in on.values() if one.value is not None), Fraction())
    return 1 - met - lost
