"""Partners as an answer: a table with evidence, and below it what the ranking rests on and what to find out first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kg.dates import stale
from kg.measures.levels import DEMAND
from kg.membership_remarks import remarks as open_ones
from kg.partners import Found, Partner
from kg.reports import Heading, elements, labels, report
from kg.terms import EIC
from kg.values import python_value
from kg.words import HORIZON

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import Graph

_DIMENSIONS = ("geographical", "technological", "institutional", "organisational", "social", "cultural")
_HEADINGS = {
    "rank": Heading("integer", "名次", "rank", "место"),
    "tied": Heading("integer", "同名次城市数", "sharing it", "делят его"),
    "partner": Heading("class", "伙伴", "partner", "партнёр"),
    "meets": Heading("concept", "可供要素", "supplies", "может дать"),
    "unknown": Heading("concept", "未知要素", "not known", "неизвестно"),
    "returns": Heading("concept", "回流要素", "comes back", "ответный поток"),
    "perhaps": Heading("concept", "或有回流", "may come back", "возможно встречное"),
    "demand": Heading("boolean", "有市场需求", "has market demand", "есть рыночный спрос"),
    "km": Heading("integer", "距离（公里）", "km", "км"),
    "shared": Heading("class", "共同联盟", "alliances shared", "общие объединения"),
    "open": Heading("class", "对方所在的其他联盟", "its other alliances", "её прочие объединения"),
    "geographical": Heading("text", "地理邻近", "geographical", "географическая"),
    "technological": Heading("text", "技术邻近", "technological", "технологическая"),
    "institutional": Heading("text", "制度邻近", "institutional", "институциональная"),
    "organisational": Heading("text", "组织邻近", "organisational", "организационная"),
    "social": Heading("text", "社会邻近", "social", "социальная"),
    "cultural": Heading("text", "文化邻近", "cultural", "культурная"),
    "known": Heading("decimal", "已知输入占比", "share known", "доля известного"),
}
_OFFERED = Heading("concept", "所需要素", "needs", "нуждается")
_TITLE = {
    "zh": ("谁能为{}提供其所需？", "谁需要{}所有的？"),
    "en": ("Who can supply what {} needs?", "Who needs what {} has?"),
    "ru": ("Кто может дать городу {} то, в чём он нуждается?", "Кто нуждается в том, что есть у города {}?"),
}
_REMARKS = {
    "wanted": {
        "zh": "所求要素：{}。同名次者不分高下，其间先后只按距离。无综合得分。",
        "en": "Sought: {}. Cities of one rank are equal and stand by distance. There is no composite score.",
        "ru": "Искомое: {}. Города одного места равны, внутри него — по расстоянию. Сводной оценки нет.",
    },
    "share": {
        "zh": "该城市供给侧已知 {}（低于 {} 且未指明要素则不排名）；比较了 {} 座城市，{} 座可满足至少一项。",
        "en": "Known of the city's own supply side: {} (below {} no ranking, unless elements are named); "
        "{} cities were compared, {} meet something sought.",
        "ru": "О предложении самого города известно: {} (ниже {} мест нет, если элементы не названы); "
        "сравнено городов: {}, из них отвечают чему-то искомому: {}.",
    },
    "first": {
        "zh": "已知不足，故不排名。请先查明该城市的：{}。",
        "en": "Too little is known for a ranking. Find out first, of the city itself: {}.",
        "ru": "Известно слишком мало, места не присваиваются. Сначала выяснить о самом городе: {}.",
    },
    "unstated": {
        "zh": "该城市未述及、或亦有所需的要素：{}。",
        "en": "Nothing is stated of the city on: {}; it may need these too.",
        "ru": "О городе не сказано: {}; возможно, нужно и это.",
    },
    "sparse": {
        "zh": "所知太少而未排名、宜先查明的城市：{}。",
        "en": "Left out of the ranking because too little is known of them, to be found out first: {}.",
        "ru": "Вне ранжирования, так как о них известно слишком мало; выяснить в первую очередь: {}.",
    },
    "nothing": {
        "zh": "该城市不缺任何供给侧要素，故无可求；可反过来问谁需要其所有（--offer）。",
        "en": "The city is short of no supply-side element; ask instead who needs what it has (--offer).",
        "ru": "Городу всего хватает; спросите наоборот, кто нуждается в том, что у него есть (--offer).",
    },
    "has-nothing": {
        "zh": "所知之中，该城市没有可供他城的供给侧要素。",
        "en": "By what is known, the city has no supply-side element to offer.",
        "ru": "Насколько известно, городу нечего предложить.",
    },
    "groups": {
        "zh": "未点名的群体亦可满足，但无从列名：{}。",
        "en": "Unnamed groups would meet it too, and cannot be listed by name: {}.",
        "ru": "Отвечают и неназванные группы, перечислить их нельзя: {}.",
    },
    "stale": {
        "zh": "共同联盟中，自 {} 起未获证实者：{}。",
        "en": "Of the alliances shared, not confirmed since {}: {}.",
        "ru": "Из общих объединений не подтверждены с {}: {}.",
    },
    "one-way": {
        "zh": "前列伙伴中 {} 座没有任何供给侧要素回流：即论文所警示的单向流动。",
        "en": "From {} of those listed no supply-side element flows back: the one-way flow that the paper warns of.",
        "ru": "От {} из перечисленных нет встречного потока: односторонность, о которой предупреждает статья.",
    },
}


def answer(graph: Graph, found: Found, language: str = "en", vector: bool = True, horizon: str = HORIZON) -> Answer:
    """The partners found as a table; `vector` adds the six proximities of each, side by side.

    Below it stand the alliances shared whose records are older than the `horizon`, or undated.
    """
    near = _proximities(graph, found, language) if vector and found.partners else {}
    claims = _evidence(graph, found)
    columns = dict(_HEADINGS) | ({"meets": _OFFERED} if found.offer else {})
    if not near:
        columns = {name: heading for name, heading in columns.items() if name not in _DIMENSIONS}
    rows = [_row(graph, found, partner, near.get(partner.city, {}), claims) for partner in found.partners]
    name = labels(graph, [found.city], language)[found.city]
    title = _TITLE[language][found.offer].format(name)
    return report(graph, "partners", title, columns, rows, language, list(remarks(graph, found, language, horizon)))


def remarks(graph: Graph, found: Found, language: str, horizon: str = HORIZON) -> Iterable[str]:
    """What is to be said of the ranking as a whole, or in its place."""
    joint = "、" if language == "zh" else ", "

    def named(iris: Iterable[str]) -> str:
        several = list(iris)
        return joint.join(labels(graph, several, language)[iri] for iri in several)

    def told(key: str, *values: object) -> str:
        return _REMARKS[key][language].format(*values)

    if not found.ranked:
        yield told("first", named(elements(found.unstated)))
    elif found.wanted:
        yield told("wanted", named(elements(found.wanted)))
    elif not found.unstated or found.offer:
        yield told("has-nothing" if found.offer else "nothing")
    yield told("share", percent(found.known), percent(found.least), found.considered, found.useful)
    if found.ranked and found.unstated and not found.offer:
        yield told("unstated", named(elements(found.unstated)))
    if one_way := sum(not partner.returns + partner.perhaps for partner in found.partners):
        yield told("one-way", one_way)
    if stale := _stale(graph, found, horizon):
        between = "；" if language == "zh" else "; "
        dated = (f"{labels(graph, [iri], language)[iri]} ({date or '–'})" for iri, date in stale.items())
        yield told("stale", horizon, between.join(dated))
    cities = {found.city, *(partner.city for partner in found.partners)}
    open_to = ((name, city) for name, one in graph.rosters.items() for city in cities & one.open.keys())
    yield from open_ones(graph, open_to, language)
    if found.groups:
        yield told("groups", named(found.groups))
    if found.unranked:
        yield told("sparse", named(found.unranked[:10]) + (" …" if len(found.unranked) > 10 else ""))


def _stale(graph: Graph, found: Found, horizon: str) -> dict[str, str]:
    """The alliances shared of which a membership was last recorded before a day, or without a date; and when."""
    latest: dict[str, str] = {}
    for partner in found.partners:
        for alliance in partner.shared:
            for city in (partner.city, found.city):
                date = graph.rosters[alliance].dates[city]
                if stale(date, horizon):
                    latest[alliance] = min(latest.get(alliance, date), date)
    return dict(sorted(latest.items()))


def percent(share: Any) -> str:
    """A share as a whole per cent.

    >>> percent(0.5)
    '50 %'
    """
    return f"{round(100 * float(share))} %"


def _row(
    graph: Graph, found: Found, one: Partner, near: dict[str, tuple[str, list[str]]], claims: dict[str, set[str]]
) -> dict[str, Any]:
    alliances = {c for a in one.shared for city in (one.city, found.city) for c in graph.rosters[a].members[city]}
    behind = claims.get(one.city, set()) | claims.get(found.city, set()) | alliances
    return {
        **{"rank": one.rank, "tied": one.tied, "partner": one.city, "demand": one.demand},
        **{name: elements(getattr(one, name)) for name in ("meets", "unknown", "returns", "perhaps")},
        **{"km": None if one.km is None else round(one.km), "shared": one.shared, "open": one.open, "known": one.known},
        **{dimension: text for dimension, (text, _) in near.items()},
        "claim": sorted(behind.union(*(named for _, named in near.values()))),
    }


def _evidence(graph: Graph, found: Found) -> dict[str, set[str]]:
    """For the city and each partner the findings that the table rests on, stated or implied, else its tier."""
    cities = " ".join(f"<{iri}>" for iri in (found.city, *(one.city for one in found.partners)))
    wanted = " ".join(f"<{iri}>" for iri in elements((*found.wanted, DEMAND)))
    rows = graph.select(f"""SELECT ?city ?claim WHERE {{ VALUES ?city {{ {cities} }} VALUES ?element {{ {wanted} }}
  {{ ?view eic:assesses ?city ; eic:hasFinding ?claim . ?claim eic:findingElement ?element }}
  UNION {{ ?claim a eic:ImpliedFinding ; eic:impliedCity ?city ; eic:element ?element }} }}""")
    claims: dict[str, set[str]] = {}
    for row in rows:
        claims.setdefault(str(python_value(row["city"])), set()).add(str(python_value(row["claim"])))
    return claims


def _proximities(graph: Graph, found: Found, language: str) -> dict[str, dict[str, tuple[str, list[str]]]]:
    """For each partner and dimension the proximity as a text, and the claims and records that it rests on."""
    others = [f"<{one.city}>" for one in found.partners]
    told: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for row in graph.ask("proximities", language, city=f"<{found.city}>", other=others):
        values = {name: python_value(term) for name, term in row.items()}
        dimension = str(values["dimension"]).removeprefix(EIC).removesuffix("Proximity")
        claims = str(values.get("claim") or "").split()
        told.setdefault(str(values["other"]), {})[dimension] = (_value(values), claims)
    return told


def _value(values: dict[str, Any]) -> str:
    """A proximity as a text: the value, the bounds between which it lies, or a question mark."""
    if values.get("value") is not None:
        return f"{values['value']:.2f}"
    low, high = values.get("least"), values.get("most")
    return "?" if low is None or high is None or (low, high) == (0, 1) else f"{low:.2f}–{high:.2f}"
