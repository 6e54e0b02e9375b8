"""The line below an answer: how many rows, whether it is supposed, whose view it gives, and from which graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import StoreProblem
from kg.terms import LANGUAGES, thing

if TYPE_CHECKING:
    from kg.graph import Graph

_DATASET = thing("dataset/eic")
_COUNT = {"zh": "{} 行", "en": "{} rows", "ru": "строк: {}"}
_VIEW = {
    "zh": "观点：{name}，以 {year} 年为准",
    "en": "view: {name}, as of {year}",
    "ru": "точка зрения: {name}, на {year} год",
}
_VERSION = {"zh": "图谱 {}", "en": "graph {}", "ru": "граф {}"}


def caption(graph: Graph, language: str, count: int, mark: str = "") -> str:
    """How many rows, on what hypothesis (`mark`, else the graph's own), whose view, as of when, and which graph."""
    told = graph.select(f"""SELECT DISTINCT ?name ?year ?version WHERE {{
  {_DATASET} owl:versionInfo ?version . ?source a eic:Source ; eic:viewName ?name ; eic:asOfYear ?year
  FILTER(langMatches(lang(?name), "{LANGUAGES[language]}")) }} ORDER BY ?year ?name""")
    if not told:
        raise StoreProblem(f"{graph.engine.target} holds no graph of ours; `kg build` makes one")
    text = [{name: str(getattr(term, "value", "")) for name, term in row.items()} for row in told]
    views = "; ".join(_VIEW[language].format(**row) for row in text)
    rows = _COUNT[language].format(count) if language != "en" or count != 1 else "1 row"
    version = _VERSION[language].format(text[0]["version"])
    return " · ".join(part for part in (rows, mark or graph.mark(language), views, version) if part)
