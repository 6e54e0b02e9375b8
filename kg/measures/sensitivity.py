"""What of a result survives a change of coding: the values, only their order, or neither.

The level words form no scale, so that decimals that hold in one coding alone are not shown; ties stay ties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Literal, NamedTuple

from kg.errors import BadQuestion
from kg.measures import Measured, Number, number
from kg.measures.levels import CODINGS, Coding, monotone

Value = Number | Measured | None
#: Coding by name -> item -> value.
Results = Mapping[str, Mapping[str, Value]]


class Surviving(NamedTuple):
    """What holds in every coding.

    kind       "values" where each is the same, "order" where the ranking is, else "none"
    ranking    the items from the greatest value down, those tied together; empty for "none"
    places     for each item the best and the worst place that it has in any coding, ties sharing the best of theirs
    undefined  the items without a value in some coding, which are in no ranking
    """

    kind: Literal["values", "order", "none"]
    ranking: tuple[tuple[str, ...], ...]
    places: dict[str, tuple[int, int]]
    undefined: tuple[str, ...]


def over_codings(
    measure: Callable[[Coding], Mapping[str, Value]], codings: Mapping[str, Coding] | None = None
) -> dict[str, dict[str, Value]]:
    """The measure in each coding: A, B, C and the further ones; BadQuestion for one that turns the words' order round.

    >>> over_codings(lambda coding: {"Kyiv": 1 if coding == "A" else 2})
    {'A': {'Kyiv': 1}, 'B': {'Kyiv': 2}, 'C': {'Kyiv': 2}}
    """
    asked: dict[str, Coding] = {name: name for name in CODINGS}
    for name, coding in (codings or {}).items():
        if name in CODINGS:
            raise BadQuestion(f"coding {name!r} is one of ours; give yours another name")
        if not monotone(coding):
            raise BadQuestion(f"coding {name!r} gives a higher level word a lower number than a lower one")
        asked[name] = coding
    return {name: dict(measure(coding)) for name, coding in asked.items()}


def surviving(results: Results) -> Surviving:
    """What of the values holds in every coding; floats are equal where they agree to 12 significant digits.

    >>> surviving({"A": {"Kyiv": 3, "Baku": 1}, "C": {"Kyiv": 2, "Baku": 1}}).ranking
    (('Kyiv',), ('Baku',))
    """
    if not results:
        raise BadQuestion("no result of any coding is given")
    items = list(dict.fromkeys(item for values in results.values() for item in values))
    plain = {name: {item: _plain(values.get(item)) for item in items} for name, values in results.items()}
    undefined = tuple(item for item in items if any(values[item] is None for values in plain.values()))
    defined = {
        name: {item: value for item, value in values.items() if value is not None and item not in undefined}
        for name, values in plain.items()
    }
    rankings = [_ranking(values) for values in defined.values()]
    places = [_places(ranking) for ranking in rankings]
    spans = {item: (min(p[item] for p in places), max(p[item] for p in places)) for item in places[0]}
    first = next(iter(defined.values()))
    kind: Literal["values", "order", "none"] = "none"
    if spans and all(ranking == rankings[0] for ranking in rankings):
        kind = "values" if all(values == first for values in defined.values()) else "order"
    return Surviving(kind, rankings[0] if kind != "none" else (), spans, undefined)


def relations(results: Results) -> dict[tuple[str, str], str]:
    """The order of two items where it is the same in every coding: ">", "<" or "="; a pair without one is left out.

    >>> relations({"A": {"Kyiv": 3, "Baku": 1, "Minsk": 2}, "C": {"Kyiv": 2, "Baku": 1, "Minsk": 1}})
    {('Kyiv', 'Baku'): '>', ('Kyiv', 'Minsk'): '>'}
    """
    found = {}
    for a, b in combinations(dict.fromkeys(item for values in results.values() for item in values), 2):
        signs = {_sign(_plain(values.get(a)), _plain(values.get(b))) for values in results.values()}
        if len(signs) == 1 and (sign := signs.pop()):
            found[a, b] = sign
    return found


def rendered(results: Results, digits: int = 3) -> dict[str, str]:
    """What may be shown of each item: the value where it survives, else its place ("2", "2=" tied, "1–3" by coding).

    An item without a value in some coding has "".

    >>> rendered({"A": {"Kyiv": 3, "Baku": 1}, "C": {"Kyiv": 2, "Baku": 1}})
    {'Kyiv': '1', 'Baku': '2'}
    """
    found = surviving(results)
    first = next(iter(results.values()))
    tied = {item for group in found.ranking if len(group) > 1 for item in group}
    shown = dict.fromkeys(found.undefined, "")
    for item, (best, worst) in found.places.items():
        value = _plain(first[item])
        if found.kind == "values" and value is not None:
            shown[item] = str(value) if value.denominator == 1 else f"{float(value):.{digits}f}"
        else:
            shown[item] = f"{best}–{worst}" if best < worst else f"{best}=" if item in tied else str(best)
    return shown


def _plain(value: Value) -> Fraction | None:
    """A value to compare by: a float to 12 significant digits, so that rounding makes no order."""
    if isinstance(value, Measured):
        value = value.value
    if value is None or isinstance(value, Fraction):
        return value
    return number(float(f"{value:.12g}") if isinstance(value, float) else value, "value")


def _ranking(values: Mapping[str, Fraction]) -> tuple[tuple[str, ...], ...]:
    levels = sorted(set(values.values()), reverse=True)
    return tuple(tuple(sorted(item for item in values if values[item] == level)) for level in levels)


def _places(ranking: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    place = 1
    for group in ranking:
        places |= dict.fromkeys(group, place)
        place += len(group)
    return places


def _sign(a: Fraction | None, b: Fraction | None) -> str:
    if a is None or b is None:
        return ""
    return ">" if a > b else "<" if a < b else "="
