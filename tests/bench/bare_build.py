"""The least that makes a store: bulk-load finished quads into a fresh folder. `bare_build.py QUADS FOLDER`."""

import sys

import pyoxigraph as ox


def main(quads: str, folder: str) -> None:
    store = ox.Store(folder)
    store.bulk_load(path=quads, format=ox.RdfFormat.N_QUADS)
    store.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
