"""Elements, level words and their codings: the paper's words form no scale, so every coding is a parameter.

A profile maps elements to level words, both by the local names of the ontology; an element that is absent is not
stated, which is no level. Codings: A 3, 2, 2, 1, 0, 0; B 3, 2, 2, 1, 1, 1; C present or absent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from kg.errors import BadQuestion, UnknownName
from kg.measures import Number, amount, number

#: What one source says of one city (or tier): element -> level word.
Profile = Mapping[str, str]
#: A coding by its name, or level word -> number.
Coding = str | Mapping[str, Number]
#: The least level at which a city can supply an element: a level word or a number of the coding.
Theta = str | Number

#: The six elements of the supply side.
SUPPLY = (
    "knowledgeReserve",
    "knowledgeCreation",
    "knowledgeProduction",
    "collaborativeInnovation",
    "investmentFinancing",
    "productConversion",
)
#: The element of the demand side.
DEMAND = "marketDemand"
ELEMENTS = (*SUPPLY, DEMAND)

#: Words of having, the word of lacking, and the word that only denies an edge.
HAS = ("highLevel", "someLevel", "correspondingLevel", "potentialLevel")
LACKS = "shortOfOrWithout"
NO_ADVANTAGE = "noComparativeAdvantage"
LEVELS = (*HAS, LACKS, NO_ADVANTAGE)
#: The words by which a city needs an element.
NEEDS = frozenset((LACKS, NO_ADVANTAGE))

A: Mapping[str, Number] = dict(zip(LEVELS, (3, 2, 2, 1, 0, 0), strict=True))
B: Mapping[str, Number] = dict(zip(LEVELS, (3, 2, 2, 1, 1, 1), strict=True))
C: Mapping[str, Number] = dict(zip(LEVELS, (1, 1, 1, 1, 0, 0), strict=True))
CODINGS = {"A": A, "B": B, "C": C}
_OURS = {name: {word: Fraction(value) for word, value in coding.items()} for name, coding in CODINGS.items()}

#: The pairs of words of which the first says at least as much as the second; 一定 and 相应 are not comparable.
_ABOVE = [
    ("highLevel", "someLevel"),
    ("highLevel", "correspondingLevel"),
    ("someLevel", "potentialLevel"),
    ("correspondingLevel", "potentialLevel"),
    ("potentialLevel", LACKS),
    ("potentialLevel", NO_ADVANTAGE),
]


def coding_of(coding: Coding) -> dict[str, Fraction]:
    """The coding as exact numbers; UnknownName for an unknown name or word, BadQuestion for a word left out.

    >>> coding_of("B")["shortOfOrWithout"]
    Fraction(1, 1)
    """
    if isinstance(coding, str):
        if coding not in CODINGS:
            raise UnknownName("coding", coding, CODINGS, "there are A, B and C, or give a number for each level word")
        return dict(_OURS[coding])
    if not isinstance(coding, Mapping):
        raise BadQuestion(f"coding: {coding!r} is neither a name nor level words with numbers")
    for word in coding:
        level(word)
    if left := [word for word in LEVELS if word not in coding]:
        raise BadQuestion(
            f"coding: no number for {', '.join(left)}; give one for each of the {len(LEVELS)} level words"
        )
    return {word: number(coding[word], f"coding of {word}") for word in LEVELS}


def monotone(coding: Coding) -> bool:
    """Whether the coding keeps the order of the words: high, then some and corresponding, potential, the two of need.

    >>> [monotone(name) for name in "ABC"], monotone({**A, "highLevel": 0})
    ([True, True, True], False)
    """
    code = coding_of(coding)
    return all(code[upper] >= code[lower] for upper, lower in _ABOVE)


def at_least(word: str, other: str) -> bool:
    """Whether a level word says at least as much as another in every monotone coding that takes the two of need as one.

    Short of or without and no comparative advantage are different findings and neither says more; A, B and C give them
    one number, and here they are level.

    >>> at_least("highLevel", "potentialLevel"), at_least("someLevel", "correspondingLevel")
    (True, False)
    """
    if level(word) == level(other) or {word, other} <= NEEDS:
        return True
    return any(at_least(lower, other) for upper, lower in _ABOVE if upper == word)


def level(word: object) -> str:
    """The level word itself; UnknownName for a word that is none.

    >>> level("highLevel")
    'highLevel'
    """
    if word not in LEVELS:
        raise UnknownName("level word", str(word), LEVELS, f"there are: {', '.join(LEVELS)}")
    return str(word)


def threshold(theta: Theta, code: Mapping[str, Fraction]) -> Fraction:
    """The number from which on a coded level is a supply.

    >>> threshold("someLevel", coding_of("C"))
    Fraction(1, 1)
    """
    return code[level(theta)] if isinstance(theta, str) else number(theta, "theta")


def stated(profile: Profile, elements: Collection[str] = ELEMENTS) -> dict[str, str]:
    """The level words of those of the elements that the profile states; UnknownName for an unknown word or element.

    >>> stated({"marketDemand": "potentialLevel", "productConversion": "someLevel"}, SUPPLY)
    {'productConversion': 'someLevel'}
    """
    known = dict.fromkeys((*ELEMENTS, *elements))
    for name, word in profile.items():
        if name not in known:
            raise UnknownName("element", str(name), known, "an element that is not stated is left out of a profile")
        level(word)
    return {element: profile[element] for element in dict.fromkeys(elements) if element in profile}


def coded(profile: Profile, elements: Collection[str], code: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The coded levels of those of the elements that the profile states.

    >>> coded({"marketDemand": "potentialLevel"}, ELEMENTS, coding_of("A"))
    {'marketDemand': Fraction(1, 1)}
    """
    return {element: code[word] for element, word in stated(profile, elements).items()}


def weights_of(weights: Mapping[str, Number] | None, elements: Collection[str]) -> dict[str, Fraction]:
    """A weight for each of the elements, 1 where none is given; BadQuestion for a negative one.

    >>> weights_of({"marketDemand": 2}, ELEMENTS)["marketDemand"], weights_of(None, SUPPLY)["productConversion"]
    (Fraction(2, 1), Fraction(1, 1))
    """
    given = weights or {}
    known = dict.fromkeys((*ELEMENTS, *elements))
    for name in given:
        if name not in known:
            raise UnknownName("element", str(name), known, "weights are for elements")
    return {element: amount(given.get(element, 1), f"weight of {element}") for element in dict.fromkeys(elements)}
