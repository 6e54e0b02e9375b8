"""Why a fact is not in the graph: which claims or edges, if there were any, would let a rule derive it.

What is wanting is found by kg.abduction and put into words here; for a tier the findings that are wanting are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.abduction import Ground, Value, ways_to
from kg.evidence import labels_of
from kg.matching import Triple
from kg.reasoning import rules
from kg.terms import EIC, RDF_TYPE, eic, shorten
from kg.values import listed_iris

if TYPE_CHECKING:
    from kg.graph import Graph

#: At most so many ways are told, and so many facts that there are instead.
_WAYS, _INSTEAD = 4, 5
_TEXT = {
    "zh": {
        "unruled": "未述及，亦无规则推导此属性",
        "no way": "即使补上几项缺少的陈述，规则也推不出",
        "unstated": "未述及层级：{}",
        "wanting": "按规则 {rule}，尚缺：{what}",
        "and": "；并缺：",
        "or": "或",
        "instead": "图谱中有：{}",
        "more": "等共 {} 项",
        "tierFollows": "{view}{city}的各项认定均已满足{tier}",
        "tierPossible": "{view}若由认定推得{city}属于{tier}，尚缺对{wanting}的认定",
        "tierExcluded": "{view}{city}属于{tier}已被排除，所据为：{excluded_by}",
        "view": "据“{}”，",
        "joint": "、",
    },
    "en": {
        "unruled": "it is not stated, and no rule derives this property",
        "no way": "no rule would give it, even with a few more statements",
        "unstated": "no tier is stated for {}",
        "wanting": "by rule {rule} there would have to be {what}",
        "and": "; and ",
        "or": " or ",
        "instead": "what there is: {}",
        "more": "… {} in all",
        "tierFollows": "{view}the findings on {city} meet the {tier}",
        "tierPossible": "{view}for {city} in the {tier} findings are wanting on {wanting}",
        "tierExcluded": "{view}{city} is excluded from the {tier} by: {excluded_by}",
        "view": "by {}, ",
        "joint": ", ",
    },
}


def wanting(graph: Graph, fact: Triple, language: str) -> list[str]:
    """What is wanting for a fact that the graph does not hold, a line each; `language` is "zh" or "en"."""
    text, ways = _TEXT[language], ways_to(graph, fact)
    placed = _placed(graph, (ground for _, grounds in ways for ground in grounds))
    untiered = [city for city in placed if city in fact and not graph.select(f"SELECT ?t {{ {city} eic:hasTier ?t }}")]
    told = [text["unstated"].format(_labels(graph, [city], language)[city.value]) for city in untiered]
    if not ways:
        told.append(text["no way" if any(fact[1] in rule.edges for rule in rules()) else "unruled"])
    for rule, grounds in ways[:_WAYS]:
        what = text["and"].join(_said(graph, ground, language) for ground in grounds)
        told.append(text["wanting"].format(rule=rule.name, what=what))
    told += _instead(graph, fact, language)
    about_its_tier = fact[1] in (eic("hasTier"), RDF_TYPE)
    for city, tiers in placed.items():
        if city in untiered or (about_its_tier and city == fact[0]):
            told += _placement(graph, city, tiers, language)
    return told


def _said(graph: Graph, ground: Ground, language: str) -> str:
    """One wanting ground: a claim with its properties, or an edge."""
    text = _TEXT[language]
    labels = _labels(graph, [t for subject, edge, values in ground for t in (subject, edge, *values)], language)

    def word(term: object) -> str:
        return labels.get(getattr(term, "value", ""), "…")

    told = [(word(s), word(p), text["or"].join(map(word, values)), p == RDF_TYPE) for s, p, values in ground]
    if len(ground) == 1:
        return " — ".join(told[0][:3])
    kinds = [value for _, _, value, kind in told if kind and value]
    head = f"[{text['joint'].join(kinds)}] " if kinds else ""
    return head + "; ".join(f"{edge}: {value}" for _, edge, value, kind in told if value and not kind)


def _labels(graph: Graph, terms: Iterable[object], language: str) -> dict[str, str]:
    named = [term for term in terms if isinstance(term, ox.NamedNode)]
    found = labels_of(graph, [tuple(named)], language)
    own = {term.value: found[term.value][0] if term.value in found else shorten(term.value) for term in named}
    return own | {t.value: t.value for t in terms if isinstance(t, ox.Literal)}


def _instead(graph: Graph, fact: Triple, language: str) -> list[str]:
    """What the graph has of the same subject and of the same object by the same property."""
    text = _TEXT[language]
    subject, property_, object_ = fact
    if property_ == RDF_TYPE:
        return []
    rows = graph.select(f"""SELECT DISTINCT ?s ?o WHERE {{ {{ ?s {property_} ?o FILTER(?s = {subject}) }}
  UNION {{ ?s {property_} ?o FILTER(?o = {object_}) }} }} ORDER BY STR(?s) STR(?o)""")
    labels = _labels(graph, [term for row in rows for term in row.values()] + [property_], language)
    shown = [[labels.get(getattr(t, "value", ""), "") for t in (row["s"], property_, row["o"])] for row in rows]
    told = ["; ".join(" — ".join(words) for words in shown[:_INSTEAD])] if shown else []
    if len(shown) > _INSTEAD:
        told = [f"{told[0]} {text['more'].format(len(shown))}"]
    return [text["instead"].format(one) for one in told]


# ── tiers ──


def _placed(graph: Graph, grounds: Iterable[Ground]) -> dict[ox.NamedNode, set[Value]]:
    """The cities whose place in some tiers is wanting, with the tiers."""
    found: dict[ox.NamedNode, set[Value]] = defaultdict(set)
    for ground in grounds:
        named = [v for _, edge, values in ground if edge == eic("assigned") for v in values]
        named += [s for s, edge, _ in ground if edge == eic("hasTier") and s is not None]
        tiers = [v for _, edge, values in ground if edge in (eic("tier"), eic("hasTier")) for v in values]
        for one in named:
            if isinstance(one, ox.NamedNode) and graph.select(f"SELECT ?c {{ VALUES ?c {{ {one} }} ?c a eic:City }}"):
                found[one].update(tiers)
    return found


def _placement(graph: Graph, city: ox.NamedNode, tiers: set[Value], language: str) -> list[str]:
    """Where findings leave a city in each of some tiers; tiers of which the same is to be said share a line."""
    text = _TEXT[language]
    told: dict[str, list[str]] = defaultdict(list)
    for row in graph.ask("tier-placement", language, city=city):
        lists = {name: listed_iris(row[name]) for name in ("wanting", "excluded_by")}
        terms = [city, row["view"], row["tier"], *(ox.NamedNode(iri) for iris in lists.values() for iri in iris)]
        labels = _labels(graph, terms, language)
        named = {name: text["joint"].join(labels[iri] for iri in iris) for name, iris in lists.items()}
        view = text["view"].format(labels[row["view"].value]) if isinstance(row["view"], ox.NamedNode) else ""
        standing = str(getattr(row["standing"], "value", "")).removeprefix(EIC)
        if row["tier"] in tiers:
            line = text[standing].format(city=labels[city.value], view=view, tier="{tier}", **named)
            told[line].append(labels[str(getattr(row["tier"], "value", ""))])
    return [line.replace("{tier}", text["or"].join(tiers_)) for line, tiers_ in told.items()]
