"""Requests and responses, as a resource sees them: no socket, no server."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from kg.errors import BadQuestion, KgError
from kg.terms import LANGUAGES

FORM = "application/x-www-form-urlencoded"
HTML, JSON, PROBLEM = "text/html", "application/json", "application/problem+json"
#: Parameters of a request: more are not read.
_FIELDS = 1000
#: Characters of an Accept header that are read.
_ACCEPT = 4_000


class Response(NamedTuple):
    """What a resource answers: status, media type, content, further headers, and whether it is the same next time."""

    status: int
    media: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    lasting: bool = True


class Refused(KgError):
    """A request that is answered by an error: its status, what is wrong and what to do, and further headers."""

    def __init__(self, status: int, what: str, headers: tuple[tuple[str, str], ...] = ()):
        super().__init__(what)
        self.status, self.headers = status, headers

    def response(self) -> Response:
        """The error as a problem document (RFC 9457)."""
        told = {"title": TITLES.get(self.status, "error"), "status": self.status, "detail": str(self)}
        body = json.dumps(told, ensure_ascii=False).encode(errors="replace")
        return Response(self.status, PROBLEM, body, self.headers, lasting=False)


TITLES = {
    400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    408: "Request Timeout", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


class Request:
    """A request: `method`, `path` (decoded) and `raw` (as it came, below the base of the site), `headers` (lower-case
    names), `body`."""

    def __init__(
        self, method: str, path: str, query: str = "", headers: dict[str, str] | None = None, body: bytes = b""
    ):
        self.method, self.raw, self.body = method, path, body
        self.path = unquote(path)
        self.headers = headers or {}
        self._query = query

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The parameters of the address, decoded, in order; Refused where they are no UTF-8 or too many."""
        return decoded(self._query)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter of the address, the last where it is repeated."""
        return next((value for key, value in reversed(self.fields) if key == name), default)

    def all(self, name: str) -> list[str]:
        """All values of a parameter of the address."""
        return [value for key, value in self.fields if key == name]

    @property
    def content_type(self) -> str:
        """The media type of the body, in lower case, without its parameters; "" where none is told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as text, without a byte order mark; Refused where it is not UTF-8."""
        charset = self.headers.get("content-type", "").lower().partition("charset=")[2].partition(";")[0].strip(' "')
        try:
            if charset not in ("", "utf-8", "utf8", "us-ascii"):
                raise Refused(415, f"the charset {charset} is not read: send UTF-8")
            return self.body.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as e:
            raise Refused(400, f"the body is not UTF-8 (byte {e.start})") from None

    @cached_property
    def language(self) -> str:
        """The reader's language: "zh", "en" or "ru", of `lang=` or else of the Accept-Language header.

        >>> Request("GET", "/", headers={"accept-language": "de, ru;q=0.8"}).language
        'ru'
        """
        if asked := self.one("lang"):
            if asked not in LANGUAGES:
                raise BadQuestion(f"lang={asked}: there are {', '.join(LANGUAGES)}")
            return asked
        for wanted in _by_quality(self.headers.get("accept-language", "")):
            if (short := wanted.partition("-")[0]) in LANGUAGES:
                return short
        return "en"

    def best(self, offered: list[str]) -> str:
        """The media type, of those offered, that the client likes best (RFC 9110, 12.5.1); Refused (406) if none.

        The first offered is for whoever says nothing, or anything.

        >>> Request("GET", "/", headers={"accept": "text/*;q=0.5, application/json"}).best(["text/html", "text/csv"])
        'text/html'
        """
        accept = self.headers.get("accept", "").strip()[:_ACCEPT]
        best = _best(accept, tuple(offered)) if accept else offered[0]
        if not best:
            raise Refused(406, f"there is {', '.join(offered)}, and none of it is in Accept: {accept[:200]}")
        return best


def wanted(request: Request, offered: list[tuple[str, str]]) -> tuple[str, str]:
    """The form and media type that a client wants, of those offered: by `as=` the form, else what it accepts."""
    if asked := request.one("as"):
        if found := next(((form, media) for form, media in offered if form == asked), None):
            return found
        raise BadQuestion(f"as={asked:.40}: there are {', '.join(dict.fromkeys(form for form, _ in offered))}")
    best = request.best([media for _, media in offered])
    return next((form, media) for form, media in offered if media == best)


def together(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by their names; those that stand in several lines in one (RFC 9110, 5.3)."""
    found = dict(headers)
    if len(found) < len(headers):
        found = {name: b", ".join(value for other, value in headers if other == name) for name in found}
    return found


def decoded(query: str) -> list[tuple[str, str]]:
    """The pairs of a query string or a form; Refused where they are no UTF-8, or too many."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise Refused(400, "a parameter is not UTF-8") from None
    except ValueError:
        raise Refused(400, f"more than {_FIELDS} parameters") from None


@lru_cache(maxsize=512)
def _best(accept: str, offered: tuple[str, ...]) -> str:
    """The best of what is offered, the first of several; "" where none is liked."""
    ranges = _weighed(accept)
    liked = max(_liked(media, ranges) for media in offered)
    return next(media for media in offered if _liked(media, ranges) == liked) if liked > 0 else ""


def _weighed(accept: str) -> list[tuple[str, float]]:
    """The media ranges or languages of a header with their qualities; what cannot be read counts as unwanted."""
    found = []
    for part in accept.split(",")[:100]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if name:
            found.append((name, quality if quality == quality else 0.0))
    return found


def _by_quality(accept: str) -> list[str]:
    return [name for name, quality in sorted(_weighed(accept), key=lambda found: -found[1]) if quality > 0]


def _liked(media: str, ranges: list[tuple[str, float]]) -> float:
    """How much a media type is liked: the most exact range that it fits says so."""
    kind = media.partition("/")[0]
    for fitting in (media, f"{kind}/*", "*/*"):
        if qualities := [quality for name, quality in ranges if name == fitting]:
            return max(qualities)
    return 0.0
