"""The same answer with rdflib alone, which keeps no store: parse all quads, run the query, print the rows.

`rdflib_ask.py QUADS QUERY`. The query's FROM clauses name graphs of the dataset, which rdflib must not fetch.
"""

import sys
from pathlib import Path

import rdflib
import rdflib.plugins.sparql


def main(quads: str, query: str) -> None:
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    dataset = rdflib.Dataset()
    dataset.parse(quads, format="nquads")
    for row in dataset.query(Path(query).read_text(encoding="utf-8")):
        assert isinstance(row, rdflib.query.ResultRow)
        print(*row, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
