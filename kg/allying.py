"""Alliance designs and fits as answers: who, why, what it would cost to leave one out, and what the whole comes to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kg.alliance_remarks import basis, groups, of_design, others, told
from kg.alliance_words import Named, in_words, price, reasons, sentences
from kg.alliances import Asked, Sought, candidates, filled, profiled, rosters, sought
from kg.design import Candidate, Design, Fit, Wish, design, fit
from kg.errors import BadQuestion
from kg.measures.levels import SUPPLY, Coding, Theta
from kg.membership_remarks import remarks as membership_remarks
from kg.reports import Heading, elements, labels, report
from kg.rosters import all_alliances
from kg.values import python_value
from kg.wishes import DEMAND, admits, requirements

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import Graph

MEMBER = {
    "city": Heading("class", "成员", "member", "участник"),
    "why": Heading("text", "入选理由", "why it is in", "почему"),
    "price": Heading("text", "若不入选", "leaving it out", "если исключить"),
    "supplies": Heading("concept", "可供", "supplies", "может дать"),
    "needs": Heading("concept", "所需", "needs", "нуждается"),
    "unknown": Heading("concept", "未知要素", "not known", "неизвестно"),
    "demand": Heading("boolean", "有市场需求", "has market demand", "есть рыночный спрос"),
    "territory": Heading("class", "归档地区", "filed under", "отнесён к"),
    "implied": Heading("boolean", "仅由层级推知", "implied by tier only", "выведено лишь из уровня"),
}
_FIT = {
    "rank": Heading("integer", "名次", "rank", "место"),
    "tied": Heading("integer", "同名次者", "sharing it", "делят его"),
    "alliance": Heading("class", "联盟", "alliance", "объединение"),
    "met": Heading("text", "确定满足", "surely met", "точно выполнено"),
    "missed": Heading("text", "确定不满足", "surely missed", "точно не выполнено"),
    "unknown": Heading("text", "未知", "unknown", "неизвестно"),
    "fits": Heading("text", "能否合用", "does it fit", "подходит ли"),
    "additions": Heading("class", "须补入", "additions", "добавить"),
    "members": Heading("integer", "已知成员数", "members known", "известно участников"),
    "roster": Heading("text", "名册", "roster", "список"),
    "strangers": Heading(
        "text", "要素全然未知的成员", "members of unknown elements", "участники с неизвестными элементами"
    ),
}
_ROSTER = {
    "zh": ("不完整：未列者未知，非 0", "完整"),
    "en": ("partial: who else is in is unknown, not 0", "complete"),
    "ru": ("частичный: кто ещё входит, неизвестно, а не 0", "полный"),
}
_FITS = {
    "as-is": {"zh": "现状即合", "en": "as it is", "ru": "уже сейчас"},
    "known-do": {
        "zh": "已知成员即足，其余待查",
        "en": "its known members would do; the rest is to be found out",
        "ru": "известных участников хватает, прочее выяснить",
    },
    "added": {"zh": "补入后合", "en": "with additions", "ru": "с добавлением"},
    "never": {
        "zh": "已知候选无一补法可合",
        "en": "no additions that are known would do",
        "ru": "известных добавлений не хватит",
    },
    "open": {"zh": "时限内未得", "en": "none found in the time", "ru": "за это время не найдено"},
}
_TITLE = {
    "zh": ("城市联盟方案：{}", "哪个现有联盟最接近所求：{}？"),
    "en": ("An alliance as asked: {}", "Which existing alliance comes nearest to: {}?"),
    "ru": ("Объединение по запросу: {}", "Какое из объединений ближе всего к такому: {}?"),
}
_PLACED = ("territories_min", "territories_only", "territories_excluded")


def designed(graph: Graph, asked: Asked, language: str, seconds: float, theta: Theta, coding: Coding) -> Answer:
    """The smallest alliance that meets what is asked, as a table; nothing but remarks where there is none."""
    people, wish = _whom(graph, sought(graph, asked), theta, coding)
    found = design(people, wish, timed(seconds))
    named = names(graph, people, language)
    rows = members(graph, found, people, wish, language, named)
    remarks = [*of_design(found, people, language, named), *groups(graph, language, named)]
    if found.members or any(r.key in _PLACED for r in requirements(wish)):
        remarks.append(told("territories", language))
    remarks.append(basis(len(people), theta, coding, language, named))
    title = _TITLE[language][0].format(in_full(wish, language, named))
    return report(graph, "alliance-design", title, MEMBER, rows, language, remarks)


def fitted(graph: Graph, asked: Asked, language: str, seconds: float, theta: Theta, coding: Coding) -> Answer:
    """How near each existing alliance comes to what is asked, as a table."""
    people, wish = _whom(graph, sought(graph, asked), theta, coding)
    known, own, deadline = rosters(graph), {one.name for one in people}, time.monotonic() + timed(seconds)
    found = list[Fit]()
    strangers = dict[str, list[str]]()
    for left, (alliance, (roster, complete)) in zip(range(len(known), 0, -1), known.items(), strict=True):
        joined = profiled(graph, sorted(roster - own), theta, coding)
        time_left = max(0.0, deadline - time.monotonic()) / left
        found += fit({alliance: (roster, complete)}, [*people, *joined], wish, time_left)
        strangers[alliance] = [p.name for p in (*people, *joined) if p.name in roster and p.unknown >= {*SUPPLY}]
    named = names(graph, people, language)
    places = sorted(map(_place, found))
    ordered = sorted(found, key=lambda one: (_place(one), one.name))
    rows = [
        {"rank": 1 + places.index(_place(one)), "tied": places.count(_place(one))}
        | _alliance(graph, one, known[one.name], strangers[one.name], language, named)
        for one in ordered
    ]
    remarks = [told("ranked", language), told("partial", language)]
    links = ((name, city) for name, one in graph.rosters.items() for city in (*one.members, *one.open))
    remarks += membership_remarks(graph, links, language)
    if absent := len(all_alliances(graph) - known.keys()):
        remarks.append(told("absent", language, absent))
    if not all(one.sure for one in found):
        remarks.append(told("not-sure", language))
    if any(r.key in _PLACED for r in requirements(wish)):
        remarks.append(told("territories", language))
    remarks.append(basis(len(people), theta, coding, language, named))
    title = _TITLE[language][1].format(in_full(wish, language, named))
    return report(graph, "alliance-fit", title, _FIT, rows, language, remarks)


def _whom(graph: Graph, what: Sought, theta: Theta, coding: Coding) -> tuple[list[Candidate], Wish]:
    """The candidates and the whole wish; BadQuestion where a library is missing."""
    try:
        people = candidates(graph, what, theta, coding)
        import scipy.optimize  # noqa: F401 - whether it is there is told before any work is done
    except ImportError as e:
        raise BadQuestion(f"alliances need {e.name}: pip install 'eic-kg[measures]'") from None
    return people, filled(what, people)


def timed(seconds: float) -> float:
    """The time to take; BadQuestion where it is no time.

    >>> timed(5)
    5
    """
    if not 0 < seconds <= 86_400:
        raise BadQuestion(f"seconds {seconds}: give it some time, up to a day")
    return seconds


def in_full(wish: Wish, language: str, named: Named) -> str:
    """All that is asked, in one line."""
    return sentences((in_words(r, language, named) for r in requirements(wish)), language)


def names(graph: Graph, people: Iterable[Candidate], language: str) -> Named:
    """What gives the label of a city, a territory or an element; those of candidates are asked for all at once."""
    several = [iri for one in people for iri in (one.name, one.territory or "")]
    known = labels(graph, [*several, *elements(SUPPLY)], language)
    return lambda iri: known.get(iri) or labels(graph, [iri], language).get(iri, iri)


def members(
    graph: Graph, found: Design, people: Iterable[Candidate], wish: Wish, language: str, named: Named
) -> list[dict[str, Any]]:
    """The rows of a design's members, with reasons, prices and evidence."""
    free = [one for one in people if all(admits(r, one) for r in requirements(wish))]
    known = Counter(element for one in free for element in one.supplies) + Counter(
        {DEMAND: sum(one.demand is True for one in free)}
    )
    by_name, claims = {one.name: one for one in people}, evidence(graph, found.members)
    return [
        {
            "city": name,
            "why": reasons(found.why[name], known, language, named),
            "price": price(found.exclusion_cost[name], language),
            **{field: elements(sorted(getattr(one, field))) for field in ("supplies", "needs", "unknown")},
            **{"demand": one.demand, "territory": one.territory, "claim": sorted(claims.get(name, ()))},
            "implied": None if one.unknown >= {*SUPPLY} else one.implied,
        }
        for name, one in ((name, by_name[name]) for name in found.members)
    ]


def evidence(graph: Graph, cities: Iterable[str]) -> dict[str, set[str]]:
    """For each city the findings, stated or implied, and the gazetteer's record, that its row rests on."""
    listed = " ".join(f"<{iri}>" for iri in cities)
    claims: dict[str, set[str]] = {}
    if not listed:
        return claims
    rows = graph.select(f"""SELECT ?city ?claim WHERE {{ VALUES ?city {{ {listed} }}
  {{ ?view eic:assesses ?city ; eic:hasFinding ?claim }}
  UNION {{ ?claim a eic:ImpliedFinding ; eic:impliedCity ?city }}
  UNION {{ ?claim eic:recordedPlace ?city ; eic:filedUnder ?territory }} }}""")
    for row in rows:
        claims.setdefault(str(python_value(row["city"])), set()).add(str(python_value(row["claim"])))
    return claims


def _place(one: Fit) -> tuple[int, float]:
    return -len(one.met), float("inf") if one.additions is None else len(one.additions)


def _alliance(
    graph: Graph, one: Fit, roster: tuple[frozenset[str], bool], strangers: list[str], language: str, named: Named
) -> dict[str, Any]:
    fits = "never" if one.sure else "open"
    if one.additions is not None:
        fits = "added" if one.additions else "known-do" if one.missed or one.unknown else "as-is"
    states = {"met": one.met, "missed": one.missed, "unknown": one.unknown}
    claims = {claim for claims in graph.rosters[one.name].members.values() for claim in claims}
    return {
        **{key: sentences((in_words(r, language, named) for r in rs), language) or None for key, rs in states.items()},
        **{"alliance": one.name, "fits": _FITS[fits][language], "additions": one.additions},
        **{"members": len(roster[0]), "roster": _ROSTER[language][roster[1]]},
        **{"strangers": others(strangers, language, named), "claim": sorted({*claims, *_status(graph, one.name)})},
    }


def _status(graph: Graph, alliance: str) -> Iterator[str]:
    """The records that say whether an alliance's roster is complete."""
    query = f"SELECT ?r WHERE {{ VALUES ?a {{ <{alliance}> }} ?r eic:recordedAlliance ?a ; eic:rosterStatus ?status }}"
    return (str(python_value(row["r"])) for row in graph.select(query))
