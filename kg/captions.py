"""What stands around an answer: labels, evidence, and the line below it that says whose view it gives, as of when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.answers import Surroundings
from kg.errors import StoreProblem
from kg.evidence import evidence_of, labels_of, layers_of
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


def caption(graph: Graph, language: str, count: int, mark: str = "") -> str:
    """How many rows, on what hypothesis (`mark`, else the graph's own), whose view, as of when, and which graph."""
    views, version = origin(graph, language)
    rows = _COUNT[language].format(count) if language != "en" or count != 1 else "1 row"
    told = "; ".join(_VIEW[language].format(name=name, year=year) for name, year in views)
    parts = (rows, mark or graph.mark(language), told, _VERSION[language].format(version))
    return " · ".join(part for part in parts if part)


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
    told = caption(graph, language, len(answer))
    return Surroundings(labels_of(graph, answer.rows, language), evidence, told, views, version)


def claims_of(answer: Answer) -> list[list[str]]:
    """The IRIs of the claims that each row names; none where the answer has no such column."""
    if CLAIM not in answer.columns:
        return [[] for _ in answer.rows]
    at = answer.columns.index(CLAIM)
    return [str(getattr(row[at], "value", "")).split() for row in answer.rows]
