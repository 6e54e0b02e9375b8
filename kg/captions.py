"""What stands around an answer: labels, evidence, and the line below it that says whose view it gives, as of when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.answers import Surroundings
from kg.errors import StoreProblem
from kg.evidence import Recorded, assessed, evidence_of, labels_of, layers_of, recorded
from kg.fields import CLAIM
from kg.terms import LANGUAGES, thing

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.graph import Graph

_DATASET = thing("dataset/eic")
_COUNT = {"zh": "{} 行", "en": "{} rows", "ru": "строк: {}"}
_VIEW = {
    "zh": "观点：{name}，截至 {year} 年",
    "en": "view: {name}, as of {year}",
    "ru": "точка зрения: {name}, на {year} год",
}
_SOURCE = {"zh": "来源：{name}（{dates}）", "en": "source: {name} ({dates})", "ru": "источник: {name} ({dates})"}
_UNDATED = {"zh": "未注日期", "en": "undated", "ru": "без даты"}
_MIXED = {
    "zh": "{} 至 {}，年份不一，不宜直接比较",
    "en": "{} to {}: of different years, so compare with care",
    "ru": "{}–{}: годы разные, сравнивать с осторожностью",
}
_PARTLY = {"zh": "{}，部分未注日期", "en": "{}, partly undated", "ru": "{}, часть без даты"}
_VERSION = {"zh": "图谱 {}", "en": "graph {}", "ru": "граф {}"}


def origin(graph: Graph, language: str) -> tuple[list[tuple[str, int]], str]:
    """Whose views the graph gives, as of which years, and its version; StoreProblem where it is not one of ours."""
    told = graph.select(f"""SELECT DISTINCT ?name ?year ?version WHERE {{
  {_DATASET} owl:versionInfo ?version . ?source a eic:Source ; eic:viewName ?name ; eic:asOfYear ?year
  FILTER(langMatches(lang(?name), "{LANGUAGES[language]}")) }} ORDER BY ?year ?name""")
    if not told:
        raise StoreProblem(f"{graph.engine.target} holds no graph of ours; `kg build` makes one")
    text = [{name: str(getattr(term, "value", "")) for name, term in row.items()} for row in told]
    return [(row["name"], int(row["year"])) for row in text], text[0]["version"]


def caption(graph: Graph, language: str, count: int, mark: str = "", claims: Iterable[str] = ()) -> str:
    """How many rows, on what hypothesis (`mark`, else the graph's own), whose view, as of when, and which graph.

    Where all `claims` behind the rows are of other sources (records, users' assessments), these are named in place of
    the view; where some are, beside it. Records of different years are warned of.
    """
    views, version = origin(graph, language)
    named = list(claims)
    records = recorded(graph, named, language) | assessed(graph, named, language)
    rows = _COUNT[language].format(count) if language != "en" or count != 1 else "1 row"
    told = [_VIEW[language].format(name=name, year=year) for name, year in views]
    told = told if len(records) < len(set(named)) or not named else []
    told += [_SOURCE[language].format(name=name, dates=dates) for name, dates in _dated(records.values(), language)]
    parts = (rows, mark or graph.mark(language), "; ".join(told), _VERSION[language].format(version))
    return " · ".join(part for part in parts if part)


def _dated(records: Iterable[Recorded], language: str) -> list[tuple[str, str]]:
    """For each source of some records its name and the dates as of which they hold."""
    dates: dict[str, set[str]] = defaultdict(set)
    for record in records:
        dates[record.source].add(record.date)
    told = []
    for name, several in sorted(dates.items()):
        years = sorted({date[:4] for date in several if date})
        known = _MIXED[language].format(years[0], years[-1]) if len(years) > 1 else max(several)
        text = known or _UNDATED[language]
        told.append((name, _PARTLY[language].format(text) if known and "" in several else text))
    return told


def around(graph: Graph, answer: Answer) -> Surroundings:
    """Labels of what the rows name, what stands behind each row, and the caption.

    Evidence is told in Chinese and English; to readers of another language in English, marked as a fallback.
    """
    language = answer.language
    views, version = origin(graph, language)
    shown, mark = (language, "") if language in ("zh", "en") else ("en", " [en]")
    evidence = None
    if answer.triples:
        evidence = layers_of(graph, answer.rows, shown)
    elif answer.question and CLAIM in answer.columns:
        evidence = evidence_of(graph, claims_of(answer), shown)
    if evidence is not None and mark:
        evidence = [one.marked(mark) for one in evidence]
    told = caption(graph, language, len(answer), claims=(iri for row in claims_of(answer) for iri in row))
    return Surroundings(labels_of(graph, answer.rows, language), evidence, told, views, version)


def claims_of(answer: Answer) -> list[list[str]]:
    """The IRIs of the claims that each row names; none where the answer has no such column."""
    if CLAIM not in answer.columns:
        return [[] for _ in answer.rows]
    at = answer.columns.index(CLAIM)
    return [str(getattr(row[at], "value", "")).split() for row in answer.rows]
