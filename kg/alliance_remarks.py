"""What is said below a designed alliance, or below existing ones: how sure it is, what it comes to, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kg.alliance_words import Named, in_words, listed, percent, said, sentences
from kg.design import Candidate, Design, Requirement
from kg.measures.levels import LEVELS, Coding, Theta
from kg.reports import elements
from kg.values import python_value
from kg.wishes import DEMAND, TERRITORY

if TYPE_CHECKING:
    from kg.graph import Graph

_TOLD = {
    "optimal": {
        "zh": "已证最优：合于所求者，成员不能少于 {0} 个。",
        "en": "Proven: nothing that meets this has fewer than {0} member.|"
        "Proven: nothing that meets this has fewer than {0} members.",
        "ru": "Доказано: отвечающего этому с числом участников меньше {0} нет.",
    },
    "stopped": {
        "zh": "提前停止：已得 {0} 个成员，已证至少须 {1} 个，能否更少未证；可延长 --seconds，或收窄候选。",
        "en": "Stopped early: {0} members were found; at least {1} are needed, and whether fewer than {0} would do is "
        "not proven. Give it more --seconds, or fewer candidates.",
        "ru": "Остановлено досрочно: найдено участников {0}, нужно не менее {1}; хватит ли меньшего числа, не "
        "доказано. Дайте больше времени (--seconds) или меньше кандидатов.",
    },
    "nothing-found": {
        "zh": "提前停止：时限内未得方案，亦未证明无解；已证至少须 {0} 个成员。可延长 --seconds，或收窄候选。",
        "en": "Stopped early: nothing was found in the time, which is not to say that there is nothing; at least {0} "
        "members are needed. Give it more --seconds, or fewer candidates.",
        "ru": "Остановлено досрочно: за это время ничего не найдено, но невозможность не доказана; нужно участников "
        "не менее {0}. Дайте больше времени (--seconds) или меньше кандидатов.",
    },
    "impossible": {
        "zh": "就所知而言无解。以下要求不能同时成立，至少须放宽其一（此外或另有冲突）：{0}。",
        "en": "Impossible with what is known. These cannot hold together; relax one (others may clash besides): {0}.",
        "ru": "При том, что известно, невозможно. Это не выполняется вместе; ослабьте одно (возможны и другие "
        "противоречия): {0}.",
    },
    "impossible-alone": {
        "zh": "就所知而言无解。此项要求在候选城市中本身即不能成立，请放宽：{0}。",
        "en": "Impossible with what is known. Among the candidates this cannot hold even by itself; relax it: {0}.",
        "ru": "При том, что известно, невозможно. Среди кандидатов это не выполняется и само по себе; ослабьте: {0}.",
    },
    "unsettled": {
        "zh": "时限已到：并列方案、不入选之代价或相冲突的要求未全部算完；可延长 --seconds。",
        "en": "Time was over before ties, prices or conflicts were worked out in full; give it more --seconds.",
        "ru": "Время вышло раньше, чем полностью найдены равные варианты, цены или противоречия; добавьте --seconds.",
    },
    "known": {"zh": "已知者：{0}。", "en": "What there is: {0}.", "ru": "Что есть: {0}."},
    "demand": {"zh": "有市场需求", "en": "market demand", "ru": "рыночный спрос"},
    "territory": {"zh": "归档地区", "en": "where it is filed", "ru": "территория"},
    "suppliers": {
        "zh": "各所求要素的供方数：{0}。",
        "en": "Suppliers of what is sought: {0}.",
        "ru": "Поставщиков искомого: {0}.",
    },
    "top": {
        "zh": "供给联系最多者占 {0}：{1}。",
        "en": "The largest share of supply ties that one member gives is {0}: {1}.",
        "ru": "Наибольшая доля связей поставки у одного участника: {0} ({1}).",
    },
    "no-top": {
        "zh": "成员之间没有供给联系，故最大份额与互惠度无从计算。",
        "en": "No member supplies what another needs, so that top share and reciprocity are undefined.",
        "ru": "Никто не поставляет того, в чём нуждается другой; доля и взаимность не определены.",
    },
    "reciprocity": {
        "zh": "互惠度 {0}（市场需求计为对供方的回报；若不计，由层级推知的画像之间必为 0，"
        "因各层级在每一要素上高低一致）。",
        "en": "Reciprocity is {0}. Market demand counts as a return to those who supply; without it, reciprocity is 0 "
        "by construction on profiles implied by tiers, which are ordered in every element.",
        "ru": "Взаимность: {0}. Рыночный спрос считается ответом поставщику; без него на профилях, выведенных из "
        "уровней, она по построению равна 0: уровни упорядочены по каждому элементу.",
    },
    "one-way": {
        "zh": "回报不及所供之半：近于论文所警示的单向流动。",
        "en": "Less than half of what is given is given back: close to the one-way flow that the paper warns of.",
        "ru": "Возвращается менее половины данного: близко к одностороннему потоку, о котором предупреждает статья.",
    },
    "unmet": {"zh": "成员所需而无人可供：{0}。", "en": "Needs left unmet: {0}.", "ru": "Неудовлетворённые нужды: {0}."},
    "all-met": {
        "zh": "成员已知的各项所需均有成员可供。",
        "en": "Every known need of a member is met.",
        "ru": "Все известные нужды участников удовлетворены.",
    },
    "unknown": {
        "zh": "输入中未知者占 {0}；由层级推知（而非逐城认定）的成员占 {1}。",
        "en": "Not known of the inputs: {0}. Members whose profile is implied by a tier and not found: {1}.",
        "ru": "Неизвестно входных данных: {0}. Участников с профилем, выведенным из уровня, а не установленным: {1}.",
    },
    "others": {
        "zh": "同样大小的其他方案（仅在满足成员所需的项数或名称次序上居后）：{0}。",
        "en": "Others as small (they come after only for needs of members met, or by name): {0}.",
        "ru": "Другие того же размера (стоят ниже лишь по числу удовлетворённых нужд или по имени): {0}.",
    },
    "help": {
        "zh": "因未知而未计入，查明后结果或有不同：{0}。",
        "en": "Not counted because not known; to find it out may change the result: {0}.",
        "ru": "Не учтено, так как неизвестно; выяснив, можно получить иное: {0}.",
    },
    "groups": {
        "zh": "未点名的群体不能作候选，未计：{0}。",
        "en": "Unnamed groups cannot be candidates and are not counted: {0}.",
        "ru": "Неназванные группы не могут быть кандидатами и не учтены: {0}.",
    },
    "territories": {
        "zh": "地区按地名录的归档代码，不涉主权；换一来源，结果可能不同。",
        "en": "Territories are those under which the gazetteer files the cities, which asserts no sovereignty; by "
        "another source the result may differ.",
        "ru": "Территории — те, к которым города отнесены в географическом справочнике, без суждения о суверенитете; "
        "по другому источнику итог может быть иным.",
    },
    "basis": {
        "zh": "候选城市 {0} 座；自“{1}”起视为可供（编码 {2}）；未述及或有争议者作未知，不作无。",
        "en": "Candidates: {0}. A city supplies an element from “{1}” on (coding {2}); what is not stated, or "
        "disputed, is unknown, and not nothing.",
        "ru": "Кандидатов: {0}. Город поставляет элемент начиная с «{1}» (кодировка {2}); не сказанное или спорное — "
        "неизвестно, а не отсутствует.",
    },
    "ranked": {
        "zh": "先按确定满足的要求数、再按须补入的成员数排名；同名次者不分高下。",
        "en": "Ranked by how many requirements are surely met, then by how few additions; those of one rank are equal.",
        "ru": "Места — по числу точно выполненных требований, затем по числу добавляемых; на одном месте все равны.",
    },
    "partial": {
        "zh": "名册不完整者，未列不等于非成员：记为未知，不记为 0。已退出、中止、候选或有争议的成员未计。",
        "en": "Where a roster is partial, who is not listed may be a member: that is unknown, not 0. Members that "
        "left, are suspended, are only candidates, or are disputed do not count.",
        "ru": "Где список частичный, не названный может быть участником: это неизвестно, а не 0. Вышедшие, "
        "приостановленные, кандидаты и спорные не учтены.",
    },
    "absent": {
        "zh": "论文所述与另有记录的联盟中，还有 {0} 个无一计入的已知成员，无从比较（非 0）。",
        "en": "Of {0} more alliance, named by the paper or on record, no member is known that counts: it cannot be "
        "compared, which is not 0.|Of {0} more alliances, named by the paper or on record, no member is known that "
        "counts: they cannot be compared, which is not 0.",
        "ru": "Ещё объединений, названных в статье или известных по записям, без единого учитываемого участника: {0}; "
        "сравнить их нельзя (это не 0).",
    },
    "not-sure": {
        "zh": "时限已到，部分补入方案未证为最少；可延长 --seconds。",
        "en": "Time was over before all additions were proven to be the fewest; give it more --seconds.",
        "ru": "Время вышло раньше, чем для всех доказана наименьшая прибавка; добавьте --seconds.",
    },
}


def told(key: str, language: str, *values: object) -> str:
    """One remark.

    >>> told("territories", "zh")
    '地区按地名录的归档代码，不涉主权；换一来源，结果可能不同。'
    """
    return said(_TOLD[key], language, *values)


def status(found: Design, language: str, named: Named) -> str:
    """Whether a design is proven, or stopped early, or which requirements cannot hold together."""
    if found.status == "impossible":
        key = "impossible" if len(found.conflicts) > 1 else "impossible-alone"
        return told(key, language, sentences((in_words(r, language, named) for r in found.conflicts), language))
    if found.objective is None:
        return told("nothing-found", language, max(1, int(found.bound)))
    values = [int(found.objective), int(found.bound)]
    return told(found.status, language, *values[: 1 if found.status == "optimal" else 2])


def of_design(found: Design, people: Sequence[Candidate], language: str, named: Named) -> Iterator[str]:
    """What is said of a design: how sure, suppliers, shares, needs left, what is unknown, and others as good."""
    yield status(found, language, named)
    yield from [] if found.settled else [told("unsettled", language)]
    there = [_there(r, people, language, named) for r in found.conflicts if r.key in ("suppliers", "demand_cities")]
    yield from [told("known", language, sentences(there, language))] if there else []
    yield from _measured(found, language, named) if found.members else ()
    if found.alternatives:
        others = (listed(map(named, other), language, len(other)) for other in found.alternatives)
        yield told("others", language, sentences(others, language) + (" …" if len(found.alternatives) > 9 else ""))
    if found.unknown_would_help:
        each = (
            f"{_input(k, language, named)}: {listed(map(named, c), language)}"
            for k, c in found.unknown_would_help.items()
        )
        yield told("help", language, sentences(each, language))


def _measured(found: Design, language: str, named: Named) -> Iterator[str]:
    m = found.measures
    yield told(
        "suppliers", language, listed((f"{_input(e, language, named)} {n}" for e, n in m.suppliers.items()), language)
    )
    if m.top_share is None:
        yield told("no-top", language)
    else:
        yield told("top", language, percent(m.top_share, language), listed(map(named, m.top_suppliers), language))
    if m.reciprocity is not None:
        yield told("reciprocity", language, percent(m.reciprocity, language))
        yield from [told("one-way", language)] if 2 * m.reciprocity < 1 else []
    lacking = (f"{named(one)} ({listed(map(named, elements(e)), language)})" for one, e in m.unmet.items())
    yield told("unmet", language, sentences(lacking, language)) if m.unmet else told("all-met", language)
    yield told("unknown", language, percent(m.unknown_share, language), percent(m.implied_share, language))


def _input(key: str, language: str, named: Named) -> str:
    """An element, market demand or the territory, in words."""
    return told(key, language) if key in (DEMAND, TERRITORY) else named(elements([key])[0])


def _there(requirement: Requirement, people: Sequence[Candidate], language: str, named: Named) -> str:
    """Who there is for a number of suppliers, or of cities with market demand, that cannot be had."""
    key, values = requirement
    element = values[0] if key == "suppliers" else DEMAND
    names = [p.name for p in people if (element in p.supplies if key == "suppliers" else p.demand)]
    return f"{_input(element, language, named)} {len(names)}" + (
        f" ({listed(map(named, names), language)})" if names else ""
    )


def basis(count: int, theta: Theta, coding: Coding, language: str, named: Named) -> str:
    """How many candidates, and from which level on a city supplies an element."""
    level = named(elements([theta])[0]) if isinstance(theta, str) and theta in LEVELS else str(theta)
    return told("basis", language, count, level, coding if isinstance(coding, str) else "*")


def groups(graph: Graph, language: str, named: Named) -> Iterator[str]:
    """That groups of unnamed cities that the sources put in a tier are not counted."""
    rows = graph.select(
        "SELECT DISTINCT ?group WHERE { ?group a eic:CityGroup ; eic:hasTier ?tier } ORDER BY STR(?group)"
    )
    unnamed = [named(str(python_value(row["group"]))) for row in rows]
    yield from [told("groups", language, listed(unnamed, language))] if unnamed else []


def others(names: Iterable[str], language: str, named: Named) -> str:
    """How many there are, and the first of them by name.

    >>> others(["a", "b"], "en", str.upper)
    '2: A, B'
    """
    several = [*names]
    return f"{len(several)}: {listed(map(named, several), language, 8)}" if several else "0"
