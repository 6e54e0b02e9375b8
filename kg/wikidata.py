"""A polite client of a SPARQL endpoint such as Wikidata's: one query at a time, patient when refused, with a cache.

It names itself, waits between queries and as long as it is told to (Retry-After, as the query service of Wikidata asks
with status 429), tries a few times and then gives up with a word on why. An answer that is kept on disk is not asked
for again, so a run that broke off goes on where it stopped, and can be repeated without a net.
"""

from __future__ import annotations

import datetime
import email.utils
import hashlib
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from kg import __version__
from kg.errors import BadQuestion, StoreProblem

ENDPOINT = "https://query.wikidata.org/sparql"
AGENT = f"eic-kg/{__version__} (https://w3id.org/eic; Python urllib)"
_TRIES, _LONGEST_WAIT, _TIMEOUT = 5, 300.0, 70.0
_LARGEST = 64 << 20

Row = dict[str, str]


class Page(NamedTuple):
    """The answer to a query: on which day it was given, and its rows: the values by the names of the variables."""

    date: str
    rows: list[Row]


class Endpoint:
    """A SPARQL endpoint that is asked politely; `cache` is a folder for answers, `pause` the seconds between queries,
    `sleep` what waits so many seconds, which a test has no time for.

    Raises BadQuestion for an address that is none of http or https, or a cache that is no folder.
    """

    def __init__(
        self,
        address: str = ENDPOINT,
        cache: Path | None = None,
        tell: Callable[[str], None] = lambda _: None,
        pause: float = 0.5,
        sleep: Callable[[float], object] = time.sleep,
        timeout: float = _TIMEOUT,
    ):
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadQuestion(f"{address!r} is no address of an endpoint; it begins with https:// or http://")
        self.address, self.cache, self.asked = address, cache, 0
        self._tell, self._pause, self._sleep, self._timeout = tell, pause, sleep, timeout
        if cache is not None:
            try:
                cache.mkdir(parents=True, exist_ok=True)
            except OSError as e:
                raise BadQuestion(f"{cache} cannot hold answers: {e.strerror}") from None

    def ask(self, query: str, fits: Callable[[list[Row]], bool] = lambda _: True) -> Page:
        """The answer to a SELECT query, from the cache or from the endpoint.

        `fits` says whether rows answer this query: a confused proxy may give the page of another. StoreProblem where
        no whole answer comes after a few tries, or the endpoint refuses the query.
        """
        kept = self._kept(query, fits)
        if kept:
            return kept
        if self.asked:
            self._sleep(self._pause)
        self.asked += 1
        page = Page(datetime.datetime.now(datetime.UTC).date().isoformat(), self._patiently(query, fits))
        if file := self._file(query):
            told = {"endpoint": self.address, "date": page.date, "query": query, "rows": page.rows}
            fresh = file.with_suffix(".new")
            try:
                fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
                fresh.replace(file)
            except OSError as e:
                raise StoreProblem(
                    f"{file} cannot be written: {e.strerror}; make room, or go without --cache"
                ) from None
        return page

    def _file(self, query: str) -> Path | None:
        digest = hashlib.sha256(f"{self.address}\n{query}".encode()).hexdigest()
        return self.cache / f"{digest}.json" if self.cache else None

    def _kept(self, query: str, fits: Callable[[list[Row]], bool]) -> Page | None:
        """The answer in the cache; None where there is none, or none that is whole."""
        file = self._file(query)
        try:
            told = json.loads(file.read_text(encoding="utf-8")) if file else {}
            page = Page(datetime.date.fromisoformat(told["date"]).isoformat(), told["rows"])
            return page if told["query"] == query and fits(page.rows) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _patiently(self, query: str, fits: Callable[[list[Row]], bool]) -> list[Row]:
        why = ""
        for number in range(_TRIES):
            wait = min(2.0**number, _LONGEST_WAIT)
            try:
                rows = _rows(self._fetched(query))
                if fits(rows):
                    return rows
                why = "it answers something else than what was asked"
            except urllib.error.HTTPError as e:
                why = f"status {e.code}"
                if e.code != 429 and e.code < 500:
                    said = e.read(300).decode("utf-8", "replace")
                    raise StoreProblem(f"{self.address} refuses a query ({why}): {' '.join(said.split())}") from None
                wait = max(wait, _waiting(e.headers.get("Retry-After", "")))
            except _Broken as e:
                why = str(e)
            except (OSError, http.client.HTTPException) as e:
                why = str(getattr(e, "reason", "") or e) or type(e).__name__
            if wait > _LONGEST_WAIT:
                raise StoreProblem(f"{self.address} asks to wait for {wait:,.0f} seconds; go on another time")
            if number < _TRIES - 1:
                self._tell(f"{self.address}: {why}; trying again in {wait:.0f} s")
                self._sleep(wait)
        hint = "; what has come is kept, so run it again later" if self.cache else "; --cache DIR keeps what has come"
        raise StoreProblem(f"{self.address} gave no answer in {_TRIES} tries ({why}){hint}")

    def _fetched(self, query: str) -> bytes:
        form = urllib.parse.urlencode({"query": query, "format": "json"}).encode()
        headers = {"User-Agent": AGENT, "Accept": "application/sparql-results+json"}
        request = urllib.request.Request(self.address, form, headers)
        started, parts, length = time.monotonic(), list[bytes](), 0
        with urllib.request.urlopen(request, timeout=self._timeout) as answer:
            while piece := answer.read1(1 << 16):
                parts.append(piece)
                length += len(piece)
                if length > _LARGEST:
                    raise _Broken(f"its answer is larger than {_LARGEST >> 20} MB")
                if time.monotonic() - started > 2 * self._timeout:
                    raise _Broken("its answer comes too slowly")
        return b"".join(parts)


class _Broken(Exception):
    """An answer that is no whole table."""


def _rows(body: bytes) -> list[Row]:
    """The rows of a table of results in JSON; _Broken where it is cut off or something else."""
    try:
        told: Any = json.loads(body)
        bindings = told["results"]["bindings"]
        return [{name: str(term["value"]) for name, term in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _Broken("its answer is cut off, or no table of results in JSON") from None


def _waiting(told: str) -> float:
    """The seconds that a Retry-After header asks for, which gives them or a date; 0 where it says nothing of use."""
    if told.strip().isdigit():
        return float(told)
    try:
        when = email.utils.parsedate_to_datetime(told)
        return max(0.0, (when - datetime.datetime.now(when.tzinfo)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
