"""What is asked of an alliance, why a member is in it, what leaving it out costs: in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from kg.design import Price, Requirement
from kg.reports import elements

#: What gives the label of an IRI.
Named = Callable[[str], str]

#: In two forms, for one and for several, where the languages want that; {all} are all parameters, with commas.
WORDS = {
    "suppliers": {
        "zh": "“{0}”至少有 {1} 个供方",
        "en": "at least {1} supplier of {0}|at least {1} suppliers of {0}",
        "ru": "не менее {1} поставщика ({0})|не менее {1} поставщиков ({0})",
    },
    "demand_cities": {
        "zh": "至少 {0} 个成员有市场需求",
        "en": "at least {0} member with market demand|at least {0} members with market demand",
        "ru": "не менее {0} участника с рыночным спросом|не менее {0} участников с рыночным спросом",
    },
    "size_min": {
        "zh": "至少 {0} 个成员",
        "en": "at least {0} member|at least {0} members",
        "ru": "не менее {0} участника|не менее {0} участников",
    },
    "size_max": {
        "zh": "至多 {0} 个成员",
        "en": "at most {0} member|at most {0} members",
        "ru": "не более {0} участника|не более {0} участников",
    },
    "needs_met": {
        "zh": "至少满足成员的 {0} 项所需",
        "en": "at least {0} need of members met|at least {0} needs of members met",
        "ru": "удовлетворено не менее {0} нужды|удовлетворено не менее {0} нужд",
    },
    "top_share": {
        "zh": "任一供方占供给联系不超过 {0}",
        "en": "no supplier gives more than {0} of all supply ties",
        "ru": "ни один поставщик не даёт более {0} связей поставки",
    },
    "reciprocity": {
        "zh": "互惠度至少 {0}",
        "en": "reciprocity of at least {0}",
        "ru": "взаимность не менее {0}",
    },
    "territories_min": {
        "zh": "至少分属 {0} 个归档地区",
        "en": "from at least {0} territory|from at least {0} territories",
        "ru": "не менее чем из {0} территории|не менее чем из {0} территорий",
    },
    "territories_only": {"zh": "仅限归档于：{all}", "en": "only from: {all}", "ru": "только из: {all}"},
    "territories_excluded": {"zh": "不含归档于：{all}", "en": "none from: {all}", "ru": "никого из: {all}"},
    "required": {"zh": "须有{0}", "en": "with {0}", "ru": "с участником: {0}"},
    "excluded": {"zh": "不得有{0}", "en": "without {0}", "ru": "без участника: {0}"},
    "forbidden_pair": {"zh": "{0}与{1}不同在", "en": "{0} and {1} not both", "ru": "{0} и {1} не вместе"},
    "leader": {
        "zh": "有一个成员可供所求的全部要素",
        "en": "one member that supplies all that is sought",
        "ru": "есть участник, дающий всё искомое",
    },
    "no_leader": {
        "zh": "没有一个成员可供所求的全部要素",
        "en": "no member that supplies all that is sought",
        "ru": "нет участника, дающего всё искомое",
    },
}
_WHY = {
    "only": {
        "zh": "已知可供“{0}”者仅 {1} 座城市，此为其一",
        "en": "the only supplier of {0} that is known|one of only {1} suppliers of {0} that are known",
        "ru": "единственный известный поставщик: {0}|один из всего {1} известных поставщиков: {0}",
    },
    "some": {
        "zh": "可供“{0}”（已知可供者 {1} 座城市，所求 {2}）",
        "en": "supplies {0} (one of {1} known to do so; asked for: {2})",
        "ru": "поставляет: {0} (один из {1} известных; нужно: {2})",
    },
    "demand_cities": {
        "zh": "有市场需求（已知有之者 {1} 座城市，所求 {0}）",
        "en": "has market demand (one of {1} known to have it; asked for: {0})",
        "ru": "имеет рыночный спрос (один из {1} известных; нужно: {0})",
    },
    "required": {"zh": "由您指定", "en": "you asked for it", "ru": "назван вами"},
    "leader": {
        "zh": "可供所求的全部要素",
        "en": "supplies all that is sought",
        "ru": "даёт всё искомое",
    },
    "fails": {"zh": "缺之则不成立：{0}", "en": "without it fails: {0}", "ru": "без него не выполняется: {0}"},
    "exchangeable": {
        "zh": "可换为：{0}",
        "en": "could be exchanged for {0}",
        "ru": "можно заменить на: {0}",
    },
    "exchange_none": {
        "zh": "若另作调整，可以不入选",
        "en": "could be left out if others change too",
        "ru": "можно исключить, если сменить и других",
    },
    "not_needed": {
        "zh": "无之各项要求亦成立",
        "en": "all that is asked holds without it too",
        "ru": "без него всё тоже выполняется",
    },
}
_PRICE = {
    "never": {"zh": "缺之无解", "en": "impossible without it", "ru": "без него невозможно"},
    "more": {"zh": "多 {0} 个成员", "en": "+{0} member|+{0} members", "ru": "участников больше на {0}"},
    "same": {"zh": "不增成员", "en": "no more members", "ru": "участников не больше"},
    "least": {
        "zh": "至少多 {0} 个成员（未证）",
        "en": "at least +{0} (not proven)",
        "ru": "больше не менее чем на {0} (не доказано)",
    },
    "open": {"zh": "计算未完", "en": "not worked out in the time", "ru": "не успели рассчитать"},
}
_SEMICOLON = {"zh": "；", "en": "; ", "ru": "; "}
_COMMA = {"zh": "、", "en": ", ", "ru": ", "}
_NONE = {"zh": "无从计算（没有联系）", "en": "undefined (there are no ties)", "ru": "не определено (нет связей)"}


def said(texts: Mapping[str, str], language: str, *values: Any, **more: Any) -> str:
    """A text with values; of two forms the one that the last value wants, if it is a number.

    >>> said({"en": "{0} city|{0} cities"}, "en", 1), said({"en": "{0} city|{0} cities"}, "en", 3)
    ('1 city', '3 cities')
    """
    one, _, several = texts[language].partition("|")
    number = values[-1] if values and isinstance(values[-1], int) else 1
    counted = f"{{{len(values) - 1}}}" in one  # a form that has the number goes with 21 in Russian too
    single = number == 1 or (language == "ru" and counted and number % 10 == 1 and number % 100 != 11)
    return (one if single or not several else several).format(*values, **more)


def in_words(requirement: Requirement, language: str, named: Named) -> str:
    """A requirement in words.

    >>> in_words(Requirement("size_max", (5,)), "en", str)
    'at most 5 members'
    """
    key, values = requirement
    key = "no_leader" if key == "leader" and not values[0] else key
    if key in ("reciprocity", "leader", "no_leader"):
        values = values[:1]
    told = [_told(value, language, named) for value in values]
    return said(WORDS[key], language, *told, all=_COMMA[language].join(map(str, told)))


def _told(value: Any, language: str, named: Named) -> Any:
    if isinstance(value, Fraction):
        return percent(value, language)
    if isinstance(value, str):
        return named(value if "/" in value else elements([value])[0])
    return value


def percent(share: Fraction | None, language: str) -> str:
    """A share as a whole per cent, or as a fraction where that would not be exact; words where it is undefined.

    >>> percent(Fraction(1, 2), "en"), percent(Fraction(1, 3), "en"), percent(None, "en")
    ('50 %', '1/3', 'undefined (there are no ties)')
    """
    if share is None:
        return _NONE[language]
    whole = share * 100
    return f"{whole} %" if whole.denominator == 1 else str(share)


def listed(texts: Iterable[str], language: str, most: int = 10) -> str:
    """Texts in one, with commas; the first of them and an ellipsis where there are more than `most`.

    >>> listed(["Baku", "Kyiv", "Minsk"], "en", 2)
    'Baku, Kyiv …'
    """
    several = [*texts]
    return _COMMA[language].join(several[:most]) + (" …" if len(several) > most else "")


def sentences(texts: Iterable[str], language: str) -> str:
    """Texts in one, with semicolons.

    >>> sentences(["a", "b"], "zh")
    'a；b'
    """
    return _SEMICOLON[language].join(texts)


def reasons(why: Iterable[Requirement], known: Mapping[str, int], language: str, named: Named) -> str:
    """Why a member is in; `known` is how many candidates supply each element, or have market demand ("demand").

    >>> reasons([Requirement("suppliers", ("x", 2))], {"x": 2}, "en", lambda iri: "finance")
    'one of only 2 suppliers of finance that are known'
    """
    told, fails, supplied = list[str](), list[str](), dict[tuple[int, int], list[str]]()
    for requirement in why:
        key, values = requirement
        if key == "suppliers":
            supplied.setdefault((known[values[0]], values[1]), []).append(named(elements(values[:1])[0]))
        elif key == "demand_cities":
            told.append(said(_WHY[key], language, values[0], known["demand"]))
        elif key == "exchangeable":
            others = listed(map(named, values), language, 9)  # of ten there may be more
            told.append(said(_WHY[key if values else "exchange_none"], language, others))
        elif key in ("required", "leader", "not_needed"):
            told.append(said(_WHY[key], language))
        else:
            fails.append(in_words(requirement, language, named))
    for (count, least), several in reversed(supplied.items()):
        one = listed(several, language)
        only = said(_WHY["only"], language, one, count)
        told.insert(0, only if count <= least else said(_WHY["some"], language, one, count, least))
    if fails:
        told.insert(len(supplied), said(_WHY["fails"], language, listed(fails, language)))
    return sentences(told, language)


def price(one: Price, language: str) -> str:
    """What it costs to leave a member out, in members.

    >>> price(Price(Fraction(1)), "en"), price(Price(None), "en"), price(Price(Fraction(0), sure=False), "en")
    ('+1 member', 'impossible without it', 'not worked out in the time')
    """
    if one.extra is None:
        return said(_PRICE["never"], language)
    extra = int(one.extra)
    key = ("more" if extra else "same") if one.sure else ("least" if extra else "open")
    return said(_PRICE[key], language, extra)
