"""What becomes of an alliance design under a hypothesis: who joins, who leaves, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from kg.alliance_remarks import basis, status, told
from kg.alliance_words import Named, said
from kg.alliances import Asked, candidates, filled, sought
from kg.allying import MEMBER, in_full, members, names, timed
from kg.answers import Answer, Evidence, Surroundings
from kg.design import Changes, Difference, what_if
from kg.errors import BadQuestion
from kg.measures.levels import Coding, Theta
from kg.reports import Heading, report

if TYPE_CHECKING:
    from kg.citations import Citations
    from kg.graph import Graph

_COLUMNS = {"change": Heading("text", "变化", "change", "изменение")} | MEMBER
_CHANGES = {
    "zh": {"joined": "加入", "left": "退出", "stays": "不变"},
    "en": {"joined": "joins", "left": "leaves", "stays": "stays"},
    "ru": {"joined": "входит", "left": "выходит", "stays": "остаётся"},
}
_TITLE = {
    "zh": "若作此假设，联盟方案有何不同：{}？",
    "en": "What would change in the alliance as asked: {}?",
    "ru": "Что изменилось бы в объединении по запросу: {}?",
}
_TOLD = {
    "before": {"zh": "无此假设：{0}", "en": "Without the hypothesis: {0}", "ru": "Без предположения: {0}"},
    "after": {"zh": "在此假设下：{0}", "en": "Under the hypothesis: {0}", "ru": "При предположении: {0}"},
    "same": {
        "zh": "成员数不变。",
        "en": "It takes as many members as before.",
        "ru": "Участников столько же.",
    },
    "more": {
        "zh": "所需成员多 {0} 个。",
        "en": "It takes {0} member more.|It takes {0} members more.",
        "ru": "Участников нужно больше на {0}.",
    },
    "fewer": {
        "zh": "所需成员少 {0} 个。",
        "en": "It takes {0} member fewer.|It takes {0} members fewer.",
        "ru": "Участников нужно меньше на {0}.",
    },
    "no-cost": {
        "zh": "两者至少其一没有方案，代价无从比较。",
        "en": "At least one of the two has no alliance, so that the cost cannot be compared.",
        "ru": "Хотя бы в одном из случаев объединения нет, сравнить цену нельзя.",
    },
    "not-sure": {
        "zh": "两者之一提前停止，此差未经证明。",
        "en": "One of the two stopped early, so that the difference is not proven.",
        "ru": "Одно из вычислений остановлено досрочно, разница не доказана.",
    },
    "tie": {
        "zh": "并列方案中只取其一，变化或仅因并列：见两者各自的其他方案。",
        "en": "There are others as small, with or without the hypothesis: of ties one is shown, so that a change of "
        "members need not mean that the old ones no longer do.",
        "ru": "Есть другие того же размера: из равных показан один, и смена участников ещё не значит, что прежние "
        "не годятся.",
    },
}


def compared(graph: Graph, asked: Asked, language: str, seconds: float, theta: Theta, coding: Coding) -> Answer:
    """The designs with and without the hypotheses of a supposed graph, side by side: who joins, leaves and stays.

    BadQuestion where the graph rests on no hypothesis.
    """
    base: Graph | None = getattr(graph, "base", None)
    if base is None:
        raise BadQuestion("there is nothing to compare with: suppose something with --suppose FILE")
    while (lower := getattr(base, "base", None)) is not None:
        base = cast("Graph", lower)
    what = sought(graph, asked)
    old, new = candidates(base, what, theta, coding), candidates(graph, what, theta, coding)
    wish = filled(what, [*old, *new])
    gone = frozenset({one.name for one in old} - {one.name for one in new})
    found = what_if(old, wish, Changes((*new,), gone), timed(seconds) / 2)
    named, named_before = names(graph, new, language), names(base, old, language)
    after = members(graph, found.after, new, wish, language, named)
    before = members(base, found.before, old, wish, language, named_before)
    rows = [row | {"change": "joined" if row["city"] in found.joined else "stays"} for row in after]
    rows += [row | {"change": "left"} for row in before if row["city"] in found.left]
    order = [*_CHANGES[language]]
    rows.sort(key=lambda row: (order.index(str(row["change"])), str(row["city"])))
    both = _Both(base, graph, [str(row["change"]) == "left" for row in rows])
    shown = [row | {"change": _CHANGES[language][str(row["change"])]} for row in rows]
    title = _TITLE[language].format(in_full(wish, language, named))
    remarks = [*_remarks(found, language, named_before, named), basis(len(new), theta, coding, language, named)]
    whole = cast("Graph", both)  # an answer asks no more of its graph than to describe it
    return report(whole, "alliance-design", title, _COLUMNS, shown, language, remarks)


def _remarks(found: Difference, language: str, named_before: Named, named: Named) -> Iterator[str]:
    yield said(_TOLD["before"], language, status(found.before, language, named_before))
    yield said(_TOLD["after"], language, status(found.after, language, named))
    if found.cost is None:
        yield said(_TOLD["no-cost"], language)
    else:
        key = "more" if found.cost > 0 else "fewer" if found.cost < 0 else "same"
        yield said(_TOLD[key], language, abs(int(found.cost)))
    if not found.sure:
        yield said(_TOLD["not-sure"], language)
    if found.before.alternatives or found.after.alternatives:
        yield said(_TOLD["tie"], language)
    yield told("territories", language)


class _Both:
    """What describes rows of which some are from the graph without a hypothesis, and the others from that with it."""

    def __init__(self, base: Graph, supposed: Graph, old: list[bool]):
        self.base, self.supposed, self.old = base, supposed, old

    def around(self, answer: Answer) -> Surroundings:
        """What the supposed graph says; labels and evidence of the rows that are from the base are from there."""
        before, after = self.base.around(answer), self.supposed.around(answer)
        pairs: list[tuple[Evidence, Evidence]] = list(zip(before.evidence or (), after.evidence or (), strict=True))
        evidence = [one if old else other for old, (one, other) in zip(self.old, pairs, strict=True)]
        return after._replace(labels=before.labels | after.labels, evidence=evidence)

    def cite(self, answer: Answer) -> Citations:
        """The citations that the supposed graph gives."""
        return self.supposed.cite(answer)
