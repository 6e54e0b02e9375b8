"""What the other scripts read, made from a built store in a process of its own: `prepare.py STORE FOLDER`.

Writes `query.rq` (the headline question as `kg ask … --show` prints it, with its dataset), `finished.nq` (all quads),
`stated.nq` (all quads that no rule derives) and `rules.json` (the rules as updates, a list a stratum).
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.reasoning import rules
from kg.terms import layer

QUESTION = "second-tier-dependencies"


def main(store: str, folder: Path) -> None:
    graph = kg.open(store)
    graphs = [g for g in graph.embedded().named_graphs() if isinstance(g, ox.NamedNode)]
    strata = [[rule.update(graphs) for rule in group] for _, group in groupby(rules(), key=lambda r: r.stratum)]
    quads = graph.export().splitlines(keepends=True)
    derived = f" {layer('inferred')} .\n"
    (folder / "query.rq").write_text(graph.show(QUESTION), encoding="utf-8")
    (folder / "finished.nq").write_text("".join(quads), encoding="utf-8")
    (folder / "stated.nq").write_text("".join(q for q in quads if not q.endswith(derived)), encoding="utf-8")
    (folder / "rules.json").write_text(json.dumps(strata), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
