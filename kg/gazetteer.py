"""A gazetteer in memory: places found by identifier, by the keys of their names, and by names that are near."""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.errors import UnknownName
from kg.namekeys import GRADES, LETTERS, graded_keys, name_key

#: The alpha-2 codes that the name of a territory may mean; several only where two territories share it.
Codes = frozenset[str]
#: The number of a place, or those of several: most keys lead to one, and a number alone takes no tuple.
_Numbers = dict[str, int | tuple[int, ...]]

#: How an identifier is written, whole or as the IRI that its scheme makes of it.
_WRITTEN = {
    "wikidata": re.compile(r"(?:https?://(?:www\.)?wikidata\.org/\S*/)?(q[1-9][0-9]*)", re.IGNORECASE),
    "geonames": re.compile(r"(?:https?://(?:www\.|sws\.)?geonames\.org/)?([1-9][0-9]*)(?:/\S*)?"),
}
#: Near names are sought among so many, and no longer than so many letters.
_WINDOW, _LONGEST = 2000, 60


class Place(NamedTuple):
    """A place: `territory` is an alpha-2 code or empty, `names` are in any language, `label` is its own name."""

    iri: str
    territory: str
    population: int | None
    names: tuple[str, ...]
    label: str


class Gazetteer:
    """Places, each with a number, in the order in which they were taken in.

    `territories` says which alpha-2 code each alpha-2 or alpha-3 code and each name of a territory means, or which
    several where territories share a name.
    """

    def __init__(self, places: Iterable[Place] = (), territories: Mapping[str, str | Codes] | None = None):
        self.places: list[Place] = []
        self.numbers: dict[str, int] = {}
        self._borne: tuple[_Numbers, ...] = tuple({} for _ in GRADES)
        self._identified: dict[str, _Numbers] = {}
        self._identifying: dict[str, set[int]] = {}
        self._also_under: dict[int, set[str]] = {}
        self._codes_of: dict[str, set[str]] = {}
        self._sorted: list[str] = []
        for name, code in (territories or {}).items():
            self._codes_of.setdefault(name_key(name), set()).update({code} if isinstance(code, str) else code)
        for place in places:
            self.add(place)

    def __len__(self) -> int:
        return len(self.places)

    def add(self, place: Place) -> None:
        """Take in a place; of one known before, names and territories unite, and what was first told of it stays."""
        number = self.numbers.setdefault(place.iri, len(self.places))
        if number == len(self.places):
            self.places.append(place)
        else:
            known = self.places[number]
            if place.territory and known.territory not in ("", place.territory):
                self._also_under.setdefault(number, set()).add(place.territory)
            self.places[number] = Place(
                known.iri,
                known.territory or place.territory,
                place.population if known.population is None else known.population,
                tuple(dict.fromkeys((*known.names, *place.names))),
                known.label or place.label,
            )
        if place.territory and (key := name_key(place.territory)) not in self._codes_of:
            self._codes_of[key] = {place.territory}
        self._name(number, {place.label, *place.names})

    def _name(self, number: int, names: set[str]) -> None:
        """Enter the keys of names of a place, a weaker one only where the place has no stronger one like it."""
        keys = set[str]()
        weaker = set[tuple[int, str]]()
        for name in names:
            if name.isascii():
                keys.add(name_key(name))
            elif graded := graded_keys(name):
                keys.add(graded[0][1])
                weaker.update(graded[1:])
        keys.discard("")
        for key in keys:
            if self._sorted and key not in self._borne[LETTERS]:
                bisect.insort(self._sorted, key)
            _enter(self._borne[LETTERS], key, number)
        for grade, key in sorted(weaker):
            if not any(number in _several(borne.get(key)) for borne in self._borne[:grade]):
                _enter(self._borne[grade], key, number)

    def identify(self, scheme: str, value: str, iri: str) -> None:
        """Say that an identifier points at a place; UnknownName where no place has that IRI.

        >>> kyiv = Gazetteer([Place("city/kyiv", "UA", None, (), "Kyiv")])
        >>> kyiv.identify("wikidata", "http://www.wikidata.org/entity/Q1899", "city/kyiv")
        >>> kyiv.pointed("wikidata", "q1899")
        (0,)
        """
        if iri not in self.numbers:
            raise UnknownName("place", iri, ())
        number = self.numbers[iri]
        values, value = self._identified.setdefault(scheme, {}), bare(scheme, value)
        _enter(values, value, number)
        self._identifying.setdefault(scheme, set()).add(number)

    def pointed(self, scheme: str, value: str) -> tuple[int, ...]:
        """The numbers of the places that an identifier points at: none, one, or several where sources disagree."""
        return _several(self._identified.get(scheme, {}).get(bare(scheme, value)))

    def has_identifier(self, number: int, scheme: str) -> bool:
        """Whether a place has some identifier of a scheme."""
        return number in self._identifying.get(scheme, ())

    def codes(self, territory: str) -> Codes | None:
        """The codes of a territory: None where none is given, and an empty set where no territory is so called."""
        key = name_key(territory)
        return frozenset(self._codes_of.get(key, ())) if key or territory.strip() else None

    def within(self, number: int, codes: Codes | None) -> bool:
        """Whether some source files a place under one of the codes; any place is within None."""
        return (
            codes is None or self.places[number].territory in codes or bool(codes & self._also_under.get(number, set()))
        )

    def bearers(self, name: str, codes: Codes | None = None) -> tuple[int, list[int]]:
        """The places that bear a name within a territory, and the grade of the strongest key by which any is found."""
        keys = graded_keys(name)
        for worst in GRADES:
            found = set[int]()
            for grade, key in keys:
                for other in range(worst + 1):
                    if max(grade, other) == worst:
                        found.update(n for n in _several(self._borne[other].get(key)) if self.within(n, codes))
            if found:
                return worst, self.likeliest(found)
        return LETTERS, []

    def bears(self, number: int, name: str) -> bool:
        """Whether a place bears a name, by whatever key."""
        keys = [key for _, key in graded_keys(name)]
        return any(number in _several(borne.get(key)) for borne in self._borne for key in keys)

    def near(self, name: str, codes: Codes | None = None, count: int = 5) -> list[int]:
        """Places within a territory whose names look like a name: one letter amiss, or some after the first letters."""
        wanted = name_key(name)
        if not 3 <= len(wanted) <= _LONGEST:
            return []
        bearing = {k: n for k in self._alike(wanted) if (n := [n for n in self._letters(k) if self.within(n, codes)])}
        close = difflib.get_close_matches(wanted, sorted(bearing), n=count, cutoff=0.7)
        return list(dict.fromkeys(number for key in close for number in self.likeliest(bearing[key])))[:count]

    def likeliest(self, numbers: Iterable[int]) -> list[int]:
        """Places in order of how many people live there, as far as is known, then of their labels and IRIs."""
        places = self.places
        return sorted(set(numbers), key=lambda n: (-(places[n].population or 0), places[n].label, places[n].iri))

    def _letters(self, key: str) -> tuple[int, ...]:
        return _several(self._borne[LETTERS].get(key))

    def _alike(self, wanted: str) -> set[str]:
        """Keys that begin as a key does, as many letters as leave few enough, and keys one change away from it."""
        borne = self._borne[LETTERS]
        self._sorted = self._sorted or sorted(borne)
        start, end = 0, len(self._sorted)
        for length in range(min(2, len(wanted)), len(wanted) + 1):
            start = bisect.bisect_left(self._sorted, wanted[:length])
            end = bisect.bisect_left(self._sorted, wanted[:length] + "\U0010ffff")
            if end - start <= _WINDOW:
                break
        found = {key for key in self._sorted[start : min(end, start + _WINDOW)] if abs(len(key) - len(wanted)) <= 2}
        return found | {key for key in _one_change(wanted) if key in borne}


def bare(scheme: str, value: str) -> str:
    """An identifier without the IRI around it, as it is compared.

    >>> bare("geonames", "https://www.geonames.org/703448/kyiv.html")
    '703448'
    """
    written = _WRITTEN[scheme].fullmatch(str(value).strip()) if scheme in _WRITTEN else None
    return written[1].upper() if written else str(value).strip()


def _one_change(word: str) -> set[str]:
    """What a key becomes when a letter is left out, put in, changed, or changes places with the next."""
    letters = "абвгдежзийклмнопрстуфхцчшщъыьэюяієґ" if "а" <= word[0] <= "ӿ" else "abcdefghijklmnopqrstuvwxyz"
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    changed = {a + b[1:] for a, b in halves if b} | {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    return changed | {a + c + b[cut:] for a, b in halves for c in letters for cut in (0, 1)}


def _several(numbers: int | tuple[int, ...] | None) -> tuple[int, ...]:
    if numbers is None:
        return ()
    return (numbers,) if isinstance(numbers, int) else numbers


def _enter(numbers: _Numbers, key: str, number: int) -> None:
    """Let a key lead to one number more, if it does not yet."""
    before = numbers.setdefault(key, number)
    if before != number and number not in (several := _several(before)):
        numbers[key] = (*several, number)
