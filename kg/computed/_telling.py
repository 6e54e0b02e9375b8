"""What computed rows tell beside their numbers: why a value is blank or to be read with care, on how many inputs it
rests, and what of it survives a change of coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from kg.errors import BadQuestion
from kg.measures import Measured
from kg.measures.levels import CODINGS, Coding, coding_of
from kg.measures.reasons import REASONS
from kg.measures.sensitivity import over_codings, surviving
from kg.terms import EIC

Given = Mapping[str, list[Any]]
#: Reasons of questions, beside those of measures.
WORDS = {
    "disputed": {"zh": "来源对某要素说法不一，未采用", "en": "sources differ on an element, which is left out"},
    "by-coding": {"zh": "随编码而变", "en": "it changes with the coding"},
    "no-profile": {"zh": "没有关于该城市要素的陈述", "en": "nothing is stated of the city's elements"},
    "no-rule": {"zh": "未给出警报界限", "en": "no limits of an alarm are given"},
    "filing": {
        "zh": "地区按地名录的归档代码，不涉主权",
        "en": "territories are those under which the gazetteer files the places, which asserts no sovereignty",
    },
    "other-filing": {"zh": "另有来源归档于别处", "en": "another source files a place elsewhere"},
    "no-territory": {"zh": "归档地区未知", "en": "it is not known under which territory a place is filed"},
    "coordinates-differ": {"zh": "来源所记坐标不一", "en": "sources differ on the coordinates"},
    "of-territory": {
        "zh": "官方语言属于地区，不属于城市",
        "en": "official languages are those of the territory, not of the city",
    },
    "in-fact": {
        "zh": "共同语言至少在一方仅被 CLDR 列为事实上的官方语言，非法定",
        "en": "on one side at least CLDR calls the common language official in fact, not by law",
    },
    "disputed-membership": {
        "zh": "有成员身份存在争议或起止不详，悬置未计",
        "en": "a membership is disputed, or vague as to when it began or ended, and is left open",
    },
    "no-fields": {"zh": "没有技术领域的数据", "en": "there are no data on fields of technology"},
    "lower-bound": {"zh": "仅为下限", "en": "no more than a lower bound"},
    "mixed-years": {"zh": "各项数据年份不一，宜慎比", "en": "the data are of different years, so compare with care"},
    "count-conflict": {
        "zh": "来源所记成员总数不一或与名单矛盾",
        "en": "member counts differ or contradict the roster",
    },
    "tie-conflict": {
        "zh": "来源对该联系是否存续说法不一",
        "en": "sources differ on whether the tie is in force",
    },
    "left-tie": {"zh": "曾有联系，已中止或终止", "en": "a tie there was is suspended or ended"},
    "later-tie": {"zh": "有联系尚待起始", "en": "a tie is yet to begin on that day"},
    "undated": {"zh": "有记录未注日期，无从证实", "en": "a record is undated, so not confirmed"},
    "no-members": {"zh": "没有已知成员关系", "en": "no membership is known"},
    "not-confirmed": {"zh": "{} 之后未再确认", "en": "not confirmed since {}"},
}


class Shown(NamedTuple):
    """What may be shown of a value: the number, or None where it changes with the coding; and its place among others.

    `place` is "1", "2=" where tied in each coding, or "1–3" where the place changes with the coding.
    """

    value: Any
    place: str


def language(given: Given) -> str:
    """The language that reasons are told in, "zh" or "en".

    >>> language({"text_language": ["zh-hans"]})
    'zh'
    """
    return "zh" if str((given.get("text_language") or ["en"])[0]).lower().startswith("zh") else "en"


def why(keys: Iterable[str], tongue: str) -> str | None:
    """What some reasons say, in one text; None where there are none. `key:text` fills the text in.

    >>> why(["no-gap", "no-gap", "not-confirmed:2022-01"], "en")
    'there is no gap to fill; not confirmed since 2022-01'
    """
    told = []
    for key in dict.fromkeys(key for key in keys if key):
        name, _, rest = key.partition(":")
        told.append((WORDS.get(name) or REASONS[name])[tongue].format(rest))
    return ("；" if tongue == "zh" else "; ").join(told) or None


def inputs(*results: Measured) -> dict[str, Any]:
    """How many inputs some results have, how many they want, and the share that is missing, as cells of a row.

    >>> inputs(Measured(1.0, 3, 4))
    {'known': 3, 'wanted': 4, 'missing': Fraction(1, 4)}
    """
    whole = Measured(None, sum(one.known for one in results), sum(one.wanted for one in results))
    return {"known": whole.known, "wanted": whole.wanted, "missing": whole.missing}


def local(iri: str | None) -> str:
    """The local name of a term of the ontology.

    >>> local("https://w3id.org/eic/ontology#someLevel")
    'someLevel'
    """
    return (iri or "").removeprefix(EIC)


def one(given: Given, name: str, default: Any = None) -> Any:
    """The only value given for a parameter, or a default.

    >>> one({"theta": ["x"]}, "theta"), one({}, "theta", "y")
    ('x', 'y')
    """
    return (given.get(name) or [default])[0]


def choice(given: Given, name: str, *words: str) -> str:
    """The word given for a parameter that takes one of a few; BadQuestion for another.

    >>> choice({"demand": ["supply"]}, "demand", "apart", "supply")
    'supply'
    """
    word = str(one(given, name, words[0]))
    if word not in words:
        raise BadQuestion(f"{name}={word:.40}: there are {', '.join(words)}")
    return word


def coding(given: Given) -> str | None:
    """The coding that is asked for by name; None where all are to agree. UnknownName for one that there is not.

    >>> coding({"coding": ["B"]})
    'B'
    """
    name = one(given, "coding")
    if name is None:
        return None
    coding_of(str(name))
    return str(name)


def coding_told(given: Given) -> str:
    """The coding of a row: the one asked for, or all that must agree.

    >>> coding_told({})
    'A, B, C'
    """
    return coding(given) or ", ".join(CODINGS)


def shown(measure: Callable[[Coding], Mapping[str, Measured]], given: Given) -> dict[str, Shown]:
    """Each item's value in the coding asked for, or where all codings give the same; and its place in all of them.

    Neither is shown of an item of which inputs are missing: it would stand beside the others as if it were certain.

    >>> shown(lambda code: {"Kyiv": Measured(1 if code == "A" else 2, 1, 1), "Baku": Measured(0, 1, 1)}, {})
    {'Kyiv': Shown(value=None, place='1'), 'Baku': Shown(value=0, place='2')}
    """
    results = over_codings(lambda code: {item: _certain(one) for item, one in measure(code).items()})
    asked, places = coding(given), surviving(results).places
    rows = {item: tuple(_plain(values.get(item)) for values in results.values()) for item in results["A"]}
    alike = Counter(rows.values())
    found = {}
    for item, row in rows.items():
        values = {name: getattr(values[item], "value", None) for name, values in results.items()}
        same = values["A"] if len(set(row)) == 1 else None
        place = ""
        if item in places:
            best, worst = places[item]
            place = f"{best}–{worst}" if best < worst else f"{best}=" if alike[row] > 1 else str(best)
        found[item] = Shown(values[asked] if asked else same, place)
    return found


def _certain(one: Measured) -> Measured:
    return one._replace(value=None) if one.known < one.wanted else one


def spread(values: Mapping[str, Measured], given: Given) -> dict[str, Any]:
    """A number by coding as cells of a row: the value asked for, or the one that all give; else what it lies between.

    >>> spread({"A": Measured(1, 1, 1), "B": Measured(2, 1, 1)}, {})
    {'value': None, 'least': 1, 'most': 2}
    """
    known = [one.value for one in values.values() if one.value is not None]
    same = len({_plain(one) for one in values.values()}) == 1
    name = coding(given)
    value = values[name].value if name else next(iter(values.values())).value if same else None
    return {"value": value, "least": min(known, default=None), "most": max(known, default=None)}


def _plain(found: Any) -> Any:
    """A value to compare by: floats to 12 significant digits."""
    value = getattr(found, "value", None)
    return value if value is None else f"{float(value):.12g}"
