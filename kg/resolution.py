"""Resolution: which place is meant, by identifier first, then by name and territory; what is open stays open.

Nothing is guessed: where several places bear a name, all are listed, the most populous first, and none is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from kg.gazetteer import Codes, Gazetteer, Place, bare
from kg.namekeys import LETTERS, name_key
from kg.settling import NONE, Choice, Settled, read_settled, unsettled
from kg.terms import ID

__all__ = ["WORDS", "Choice", "Place", "Places", "Resolution", "Settled", "Status", "read_settled", "unsettled"]

Status = Literal["identifier", "settled", "name-and-territory", "name", "ambiguous", "unknown", "conflict"]

#: Which key matched, and how a resolution ended, in words.
WORDS = {
    "en": {
        "grade 0": "by its letters",
        "grade 1": "without its ending",
        "grade 2": "in Chinese forms of its characters",
        "grade 3": "in Latin letters",
        "identifier": "by identifier {}",
        "settled": "settled by {} on {}",
        "own": "{}, as its own name; {} more place(s) there bear it as another name",
        "several": "{}; {} places bear it",
        "elsewhere": "no place of this name is filed under {}; elsewhere {} bear(s) it",
        "near": "no place bears this name; near ones are listed",
        "nothing": "no place bears this name, nor a near one",
        "empty": "no name and no known identifier was given",
        "no territory": "no territory is called {}",
        "identifiers": "the identifiers {} point at {} places",
        "name": "the identifier {} points at one place, and name and territory at another",
        "choice": "the identifier {} points at one place, and the settled name at another",
        "other": "{} is not known, and the place of this name bears another",
    },
    "zh": {
        "grade 0": "依字面",
        "grade 1": "去其后缀",
        "grade 2": "依汉字之中文字形",
        "grade 3": "依拉丁转写",
        "identifier": "依标识符{}",
        "settled": "由{}于{}裁定",
        "own": "{}，为其本名；当地另有{}处以此为别名",
        "several": "{}；同名者{}处",
        "elsewhere": "{}之下无此名之地；他处有{}处",
        "near": "无此名之地；列出近似者",
        "nothing": "无此名之地，亦无近似者",
        "empty": "未给名称，亦无已知标识符",
        "no territory": "无名为{}之地区",
        "identifiers": "标识符{}指向{}处",
        "name": "标识符{}指一处，而名称与地区指另一处",
        "choice": "标识符{}指一处，而已裁定之名指另一处",
        "other": "标识符{}未知，而此名之地另有标识符",
    },
}


class Resolution(NamedTuple):
    """What came of a name: `iri` only where one place is meant, `candidates` likeliest first, `how` in words."""

    status: Status
    iri: str | None
    candidates: tuple[Place, ...]
    how: str


class _Meaning(NamedTuple):
    """What a person's choice means: the number of a place, or None for no place."""

    number: int | None
    choice: Choice


class Places(Gazetteer):
    """A gazetteer that says which place is meant, and to which a person's choices can be given.

    >>> kyiv = Place("https://w3id.org/eic/id/city/kyiv", "UA", 2952301, ("Київ", "基輔"), "Kyiv")
    >>> Places([kyiv], {"乌克兰": "UA"}).resolve("基辅", "乌克兰").iri
    'https://w3id.org/eic/id/city/kyiv'
    """

    def __init__(self, places: Iterable[Place] = (), territories: Mapping[str, str | Codes] | None = None):
        super().__init__(places, territories)
        self._settled: dict[tuple[str, Codes | None], _Meaning] = {}

    def settle(self, settled: Settled) -> None:
        """Take in the choices of a person; BadTable for one that names a territory or a place that is not here.

        To be called when all places are in. What was settled before stays, and may not be settled otherwise.
        """
        for choice in settled.choices:
            codes, row = self.codes(choice.territory), choice.row
            if codes is not None and not codes:
                raise row.fault("territory", f"no territory is called {choice.territory!r}")
            meaning = _Meaning(self._meant(choice), choice)
            before = self._settled.setdefault((name_key(choice.name), codes), meaning)
            if before.number != meaning.number:
                where = f"{before.choice.row.file}:{before.choice.row.line}"
                raise row.fault("means", f"{choice.name!r} is settled otherwise in {where}", "keep one of the lines")

    def _meant(self, choice: Choice) -> int | None:
        """The place that a choice names; None for a name that is no place."""
        means = choice.means
        if means == NONE:
            return None
        iri = means if ":" in means else ID + means
        scheme, value = ("", iri) if "://" in iri else iri.split(":", 1)
        found = {self.numbers[iri]} if iri in self.numbers else set(self.pointed(scheme, value))
        for known in () if scheme else ("geonames", "wikidata"):
            found.update(self.pointed(known, iri))
        if len(found) != 1:
            what = f"points at {len(found)} places" if found else "is not among the places here"
            raise choice.row.fault("means", f"{means!r} {what}", "copy an IRI from the candidates")
        return found.pop()

    def resolve(
        self, name: str = "", territory: str = "", identifiers: Mapping[str, str] | None = None, language: str = "en"
    ) -> Resolution:
        """The place that is meant, where exactly one is; else all that may be meant.

        Identifiers come first, then what a person settled, then the name: with a territory (a code, or a name in any
        language), where one place there bears it, or one as its own name; without, where one place of all does. A
        weaker key counts only where no stronger one finds anything. `language`, en or zh, is that of `how`.
        """
        words = WORDS["zh" if language.startswith("zh") else "en"]
        settled = self._settled.get((name_key(name), self.codes(territory)))
        given = {scheme: bare(scheme, value) for scheme, value in (identifiers or {}).items() if value}
        pointed = {scheme: self.pointed(scheme, value) for scheme, value in given.items()}
        numbers = {number for several in pointed.values() for number in several}
        told = ", ".join(f"{scheme}:{given[scheme]}" for scheme, found in pointed.items() if found)
        if settled and (not numbers or (len(numbers) > 1 and settled.number in numbers)):
            by, date = settled.choice.by, settled.choice.date
            return self._one("settled", settled.number, words["settled"].format(by, date))
        if len(numbers) > 1:
            return self._listed("conflict", numbers, words["identifiers"].format(told, len(numbers)))
        if settled:
            others, why = numbers if settled.number is None else {settled.number, *numbers}, "choice"
        else:
            others, why = numbers | {m for n in numbers for m in self._otherwise(n, name, territory)}, "name"
        if len(others) > 1:
            return self._listed("conflict", others, words[why].format(told))
        if numbers:
            found = self._one("identifier", numbers.pop(), words["identifier"].format(told))
        else:
            found = self._named(name, territory, words)
        return found if settled or found.iri is None else self._unless_other(found, given, pointed, words)

    def _unless_other(
        self, found: Resolution, given: dict[str, str], pointed: Mapping[str, object], words: dict[str, str]
    ) -> Resolution:
        """A resolution; a conflict where an identifier that leads nowhere was given, and the place bears another."""
        number = self.numbers[found.iri or ""]
        amiss = [scheme for scheme in given if not pointed[scheme] and self.has_identifier(number, scheme)]
        if not amiss:
            return found
        how = words["other"].format(", ".join(f"{scheme}:{given[scheme]}" for scheme in amiss))
        return found._replace(status="conflict", iri=None, how=how)

    def _otherwise(self, number: int, name: str, territory: str) -> list[int]:
        """The places that a name means in its territory where it does not mean this place."""
        codes = self.codes(territory)
        if self.within(number, codes) and self.bears(number, name):
            return []
        grade, found = self.bearers(name, codes)
        surely = codes is not None or (len(found) == 1 and grade == LETTERS)
        return [] if number in found or not surely else found

    def _named(self, name: str, territory: str, words: dict[str, str]) -> Resolution:
        codes = self.codes(territory)
        if not name_key(name):
            return self._listed("unknown", (), words["empty"])
        grade, found = self.bearers(name, codes)
        how = words[f"grade {grade}"]
        if len(found) == 1:
            return self._one("name" if codes is None else "name-and-territory", found[0], how)
        own = [n for n in found if codes is not None and name_key(self.places[n].label) == name_key(name)]
        if len(own) == 1:
            told = self._listed("name-and-territory", found, words["own"].format(how, len(found) - 1))
            return told._replace(iri=self.places[own[0]].iri)
        if found:
            return self._listed("ambiguous", found, words["several"].format(how, len(found)))
        return self._nowhere(name, territory, words)

    def _nowhere(self, name: str, territory: str, words: dict[str, str]) -> Resolution:
        """What to say of a name that nothing bears in its territory: what bears it elsewhere, or what is near."""
        codes = self.codes(territory)
        elsewhere = self.bearers(name)[1]
        if codes is not None and not codes:
            return self._listed("unknown", elsewhere, words["no territory"].format(territory))
        if elsewhere:
            return self._listed("unknown", elsewhere, words["elsewhere"].format(territory, len(elsewhere)))
        near = self.near(name, codes)
        places = tuple(self.places[n] for n in near)
        return Resolution("unknown", None, places, words["near" if near else "nothing"])

    def _one(self, status: Status, number: int | None, how: str) -> Resolution:
        if number is None:
            return Resolution(status, None, (), how)
        return Resolution(status, self.places[number].iri, (self.places[number],), how)

    def _listed(self, status: Status, numbers: Iterable[int], how: str) -> Resolution:
        return Resolution(status, None, tuple(self.places[n] for n in self.likeliest(numbers)), how)
