"""All questions with their example parameters, per engine, inside one process: `questions.py STORE`.

Prints lines `ENGINE<TAB>MEDIAN_MS<TAB>WORST_MS<TAB>WORST_QUESTION<TAB>SUM_MS`, then `ratio` lines: `ask` against the
bare `Store.query` of the same bound text, rows read, and a bound query against the same with the constant written in.
Times are per question the median of RUNS, taken in turns.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg
from kg.graph import Graph
from kg.library import Question, questions
from kg.pages import tried_parameters

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.engines import oxigraph_server, virtuoso_is_here, virtuoso_server

RUNS = {"oxigraph": 9, "oxigraph over HTTP": 5, "Virtuoso over HTTP": 5, "rdflib": 1}


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def in_turns(acts: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """The median milliseconds of each act, taken in turns, after one warm-up each where there are several runs."""
    taken = [[timed(act) for act in acts] for _ in range(runs + (runs > 1))]
    return [statistics.median(times) for times in zip(*taken[runs > 1 :], strict=True)]


def written_in(question: Question, text: str) -> str | None:
    """The bound query with a single constant in place of the variable; None where it has another shape."""
    found = re.findall(r"VALUES \?(\w+) \{ (<[^>\s]+>) \}\s*", text)
    if len(found) != 1 or text.count("VALUES ?" + found[0][0]) != 1:
        return None
    name, constant = found[0]
    head, brace, body = re.sub(rf"VALUES \?{name} \{{ <[^>\s]+> \}}\s*", "", text).partition("WHERE {")
    body = re.sub(rf"\?{name}\b", constant, body)
    plain = re.sub(rf"\?{name}\b", "", head) + brace + re.sub(r"GROUP BY [^\n]*|ORDER BY[^\n]*\Z", "", body)
    try:
        ox.Store().query(plain)
    except SyntaxError:
        return None
    return plain if not re.search(r"GROUP_CONCAT|COUNT|BIND|BOUND", plain) else None


def compare(graph: Graph) -> None:
    """`ask` against the bare query of the same text, and the bound query against the constant written in."""
    store: Any = graph.embedded()
    dataset = graph.engine.dataset  # type: ignore[attr-defined]  # that of the embedded engine
    asked, inlined = [], []

    def bare(text: str) -> object:
        return list(store.query(text, **dataset))

    for question in questions():
        given = question.spoken_in("en") | tried_parameters(question)  # as `ask` has it
        text = graph.bind(question, given)

        ask, query = in_turns([partial(graph.ask, question.name, **given), partial(bare, text)], 15)
        asked.append(ask / query)
        if plain := written_in(question, re.sub(r"ORDER BY[^\n]*\s*\Z", "", text)):
            unordered = re.sub(r"ORDER BY[^\n]*\s*\Z", "", text)
            bound, constant = in_turns([partial(bare, unordered), partial(bare, plain)], 15)
            inlined.append(bound / constant)
    for name, ratios in (("ask against bare", asked), ("bound against written in", inlined)):
        print("ratio", name, f"{statistics.median(ratios):.2f}", f"{max(ratios):.2f}", len(ratios), sep="\t")


def main() -> None:
    graph = kg.open(sys.argv[1])
    compare(graph)
    with ExitStack() as opened, tempfile.TemporaryDirectory() as folder:
        engines = {"oxigraph": graph}
        for name in ("ox", "virt"):
            (Path(folder) / name).mkdir()
        engines["oxigraph over HTTP"] = kg.open(opened.enter_context(oxigraph_server(graph, Path(folder) / "ox")))
        if virtuoso_is_here():
            engines["Virtuoso over HTTP"] = kg.open(opened.enter_context(virtuoso_server(graph, Path(folder) / "virt")))
        engines["rdflib"] = kg.open(graph.to_rdflib())
        for engine, there in engines.items():
            names = [q.name for q in questions()]
            acts = [partial(there.ask, q.name, **tried_parameters(q)) for q in questions()]
            times = in_turns(acts, RUNS[engine])
            worst = max(range(len(times)), key=times.__getitem__)
            told = (f"{statistics.median(times):.1f}", f"{times[worst]:.1f}", names[worst], f"{sum(times):.0f}")
            print(engine, *told, len(times), sep="\t", flush=True)
        shown = timed(lambda: [str(graph.ask(q.name, **tried_parameters(q))) for q in questions()])
        print("oxigraph, as tables with evidence", "", "", "", f"{shown:.0f}", len(names), sep="\t")


if __name__ == "__main__":
    main()
