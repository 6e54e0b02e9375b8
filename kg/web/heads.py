"""The head of a response: what its body is, of which graph, how long it holds, and who may read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache

from kg.web.http import Response

Head = list[tuple[bytes, bytes]]
#: What a page may load and do: nothing from elsewhere, no script.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
_FIXED = (
    (b"content-security-policy", f"{_POLICY}; frame-ancestors 'none'".encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"vary", b"Accept, Accept-Language, Origin"),
)
_EXPOSED = b"ETag, Graph-Version, Graph-Date, Partial-Answer, Retry-After, Location"


def about(response: Response, etag: str) -> Head:
    """What a response is, and, by its `etag` (if it may have one), until when it holds."""
    head = [*_FIXED]
    if response.media:
        text = response.media.startswith("text/") and "charset" not in response.media
        head.append((b"content-type", f"{response.media}{'; charset=utf-8' if text else ''}".encode()))
    if response.status not in (204, 304):
        head.append((b"content-length", str(len(response.body)).encode()))
    if etag and (response.status == 304 or (response.status == 200 and response.lasting)):
        head += [(b"etag", etag.encode()), (b"cache-control", b"no-cache")]
    else:
        head.append((b"cache-control", b"no-store"))
    return [*head, *((n.lower().encode(), v.encode("latin-1", "replace")) for n, v in response.headers if n != "Vary")]


def of_graph(version: str, published: float) -> Head:
    """Of which graph a response is, and since when that stands (seconds since 1970)."""
    return [(b"graph-version", version.encode()), (b"graph-date", _date(published))]


def for_other_origins(origin: str, allowed: Collection[str], preflight: bool) -> Head:
    """The headers by which a page of another origin may read the answer, where that is allowed."""
    if not origin or not (origin in allowed or "*" in allowed):
        return []
    found = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"access-control-expose-headers", _EXPOSED)]
    if preflight:
        found.append((b"access-control-allow-methods", b"GET, HEAD, POST"))
        found.append((b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"))
        found.append((b"access-control-max-age", b"600"))
    return found


@lru_cache(maxsize=8)
def _date(seconds: float) -> bytes:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
