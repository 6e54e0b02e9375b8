"""What the tests of the site for people share: pages that are got without a network, and read strictly.

Who wants the fixture imports it under its own name (`site as site`): pytest looks for it there.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from kg.graph import Graph
from kg.web.http import Request, Response
from kg.web.site import Site

#: Answered by other resources than those that are tested here.
ELSEWHERE = ("/sparql", "/graph-store", "/.well-known/void")
VOID = {"input", "link", "meta", "br", "hr"}


class Page(HTMLParser):
    """What stands on a page; AssertionError where it is not well-formed, or holds what would run or be fetched."""

    def __init__(self, source: str):
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inputs: list[dict[str, str | None]] = []
        self.language: str | None = ""
        self.said = ""
        assert source.startswith("<!DOCTYPE html>")
        self.feed(source)
        self.close()
        assert not self.open
        assert len(set(self.ids)) == len(self.ids)

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert len(told) == len(attrs), f"an attribute twice: {attrs}"
        assert name not in ("script", "img", "iframe", "object", "embed", "base", "video", "svg")
        assert not [key for key in told if key.startswith("on") or key in ("src", "style", "srcdoc")]
        assert name != "link" or told["rel"] == "alternate"
        if name == "html":
            self.language = told["lang"]
        if "id" in told:
            self.ids.append(str(told["id"]))
        for key in ("href", "action"):
            if key in told:
                self.links.append(str(told[key]))
        if name in ("input", "option", "select"):
            self.inputs.append(told)
        if name == "form":
            assert told.get("method", "get") == "get"
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.said += data if self.open[-1:] != ["style"] else ""


@pytest.fixture(scope="module")
def site(graph: Graph) -> Site:
    return Site(graph)


def get(site: Site, address: str, accept: str = "text/html", **headers: str) -> Response:
    path, _, query = address.partition("?")
    return site.respond(Request("GET", unquote(path), query, {"accept": accept, **headers}))


def page(site: Site, address: str, status: int = 200, spoken: str = "") -> Page:
    response = get(site, address, **{"accept-language": spoken})
    assert (response.status, response.media) == (status, "text/html; charset=utf-8")
    return Page(response.body.decode())
