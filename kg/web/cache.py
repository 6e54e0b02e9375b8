"""Answers that were given before: the same request of the same graph has the same answer."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from kg.web.http import Response


class Cache:
    """Responses by the digests of their requests, up to a number of bytes; those that were asked for last stay."""

    def __init__(self, most: int):
        self.most, self.size = most, 0
        self._held: OrderedDict[tuple[str, bytes], Response] = OrderedDict()

    def get(self, version: str, key: bytes) -> Response | None:
        """The response to a request of a graph, if it is held."""
        found = self._held.get((version, key))
        if found is not None:
            self._held.move_to_end((version, key))
        return found

    def put(self, version: str, key: bytes, response: Response) -> None:
        """Hold a response, and let go of others where there is no room."""
        if len(response.body) > self.most // 8 or (version, key) in self._held:
            return
        self._held[version, key] = response
        self.size += _weight(response)
        while self.size > self.most:
            self.size -= _weight(self._held.popitem(last=False)[1])


def _weight(response: Response) -> int:
    return len(response.body) + 1_000  # the rest of it, roughly


def digest(*parts: bytes) -> bytes:
    """A digest of the parts of a request, each told apart from the next."""
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()
