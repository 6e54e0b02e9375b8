"""A page on which a query can be written, and its answer is read."""

from __future__ import annotations

from kg.web.http import Refused, Request, Response
from kg.web.site import Site


def page(site: Site, request: Request, text: str) -> Response:
    """The form, and below it the answer to a query that was sent."""
    raise Refused(406, "no page yet")
