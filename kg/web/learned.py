"""What a worker has to look up once before it answers briskly; the first one tells it to those that come after."""

from __future__ import annotations

import pickle
from contextlib import suppress
from typing import Any

from kg import mentions
from kg.errors import KgError
from kg.web import pages, search
from kg.web.site import Site


def learned(site: Site) -> bytes:
    """All of it, as bytes: the schema, the names by which things are found, whose views the graph gives."""
    told: dict[str, Any] = {"schema": site.graph.schema, "names": mentions.names_known(site.graph)}
    told["folded"] = search.folded_names(site)
    with suppress(KgError):  # a graph without a source is served too, but for its pages
        told["origins"] = pages.origins(site)
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


def learn(site: Site, told: bytes) -> None:
    """Know what another worker of the same graph has looked up."""
    known = pickle.loads(told)
    site.graph.__dict__["schema"] = known["schema"]  # where functools.cached_property keeps it
    mentions.KNOWN[site.graph] = known["names"]
    kept: Any
    for name, kept in (("folded", search.folded_names), ("origins", pages.origins)):
        if name in known:
            kept.kept[site] = known[name]
