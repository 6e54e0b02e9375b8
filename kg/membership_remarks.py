"""What is said of memberships wherever they are counted: which were not confirmed of late, and which are left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.dates import stale
from kg.reports import labels
from kg.words import HORIZON

if TYPE_CHECKING:
    from kg.graph import Graph

#: So many open memberships are named at most.
_MOST = 6
_TOLD = {
    "stale": {
        "zh": "所计成员关系 {1} 项，其中 {0} 项自 {2} 起未获证实或未注日期，仍予计入。",
        "en": "Of {1} memberships counted, {0} were not confirmed since {2} or are undated; they count all the same.",
        "ru": "Из учтённых членств ({1}) не подтверждены с {2} или без даты: {0}; они всё же учтены.",
    },
    "open": {
        "zh": "未计，因来源说法不一、自称有争议，或只记起止之年：{0}。",
        "en": "Not counted, as records differ, call it disputed, or tell but the year of its beginning or end: {0}.",
        "ru": "Не учтены, так как записи расходятся, называют это спорным или дают лишь год начала или конца: {0}.",
    },
}


def remarks(graph: Graph, links: Iterable[tuple[str, str]], language: str, horizon: str = HORIZON) -> Iterator[str]:
    """Of some links, each an alliance and a city: how many that count are older than the horizon, and which are open.

    >>> import kg
    >>> from kg.terms import ID
    >>> (told,) = remarks(kg.build("memory:"), [(f"{ID}alliance/c40", f"{ID}city/moscow")], "en")
    >>> told[-47:]
    ': Moscow (C40 Cities Climate Leadership Group).'
    """
    asked, rosters = sorted(set(links)), graph.rosters
    counted = [rosters[name].dates.get(city, "") for name, city in asked if city in rosters[name].members]
    if old := sum(stale(date, horizon) for date in counted):
        yield _TOLD["stale"][language].format(old, len(counted), horizon)
    if several := [(name, city) for name, city in asked if city in rosters[name].open]:
        called = labels(graph, [iri for pair in several[:_MOST] for iri in pair], language)
        between, marks = ("、", "（）") if language == "zh" else (", ", ("(", ")"))
        space = "" if language == "zh" else " "
        told = (f"{called[city]}{space}{marks[0]}{called[name]}{marks[1]}" for name, city in several[:_MOST])
        yield _TOLD["open"][language].format(between.join(told) + (" …" if len(several) > _MOST else ""))
