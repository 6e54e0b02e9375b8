"""What a worker has to look up once before it answers briskly; the first one tells it to those that come after."""

from __future__ import annotations

import pickle
from typing import Any

from kg import finding
from kg.web import pages, search
from kg.web.site import Site


def learned(site: Site) -> bytes:
    """All of it, as bytes: the schema, the names by which things are found, whose views the graph gives."""
    graph = site.graph
    told = graph.schema, finding.names_known(graph), search.folded_names(site), pages.origins(site)
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


def learn(site: Site, told: bytes) -> None:
    """Know what another worker of the same graph has looked up."""
    schema, names, folded, origins = pickle.loads(told)
    site.graph.__dict__["schema"] = schema  # where functools.cached_property keeps it
    finding.KNOWN[site.graph] = names
    kept: Any
    for kept, value in ((search.folded_names, folded), (pages.origins, origins)):
        kept.kept[site] = value
