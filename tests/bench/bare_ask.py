"""The least that answers a question: open the store read-only, run the query, print the rows. `… GENERATION QUERY`."""

import sys

import pyoxigraph as ox


def main(generation: str, query: str) -> None:
    with open(query, encoding="utf-8") as file:  # noqa: PTH123  # pathlib costs the time that is measured
        text = file.read()
    rows = ox.Store.read_only(generation).query(text)
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        print(*row, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
