"""A graph in memory with rdflib alone: `rdflib_build.py QUADS [RULES]` parses quads, runs rules, prints the number.

The rules are SPARQL updates, run as `kg build` runs them: stratum by stratum, each until nothing new comes of it.
"""

import json
import sys
from pathlib import Path

import rdflib
import rdflib.plugins.sparql


def main(quads: str, rules: str = "") -> None:
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    dataset = rdflib.Dataset()
    dataset.parse(quads, format="nquads")
    size = -1
    for stratum in json.loads(Path(rules).read_text(encoding="utf-8")) if rules else []:
        while size != (size := sum(len(graph) for graph in dataset.graphs())):
            for update in stratum:
                dataset.update(update)
        size = -1
    print(sum(len(graph) for graph in dataset.graphs()))


if __name__ == "__main__":
    main(*sys.argv[1:])
