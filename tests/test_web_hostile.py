"""The site for people: what a hostile graph or request holds is text on a page, never markup; no network."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.terms import LABEL, RDF_TYPE, SKOS, eic, layer, thing
from kg.web.markup import tag, text
from kg.web.site import Site
from tests.pages import Page, get, page
from tests.pages import site as site

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "<b>", tag("b", 'x"'), title='">') == '<p title="&quot;&gt;">&lt;b&gt;<b>x&quot;</b></p>'
    assert text("a\x00b\x1b\ufffe") == "a\ufffdb\ufffd\ufffd"


@pytest.fixture(scope="module")
def hostile(graph: Graph) -> Site:
    """A graph in which a city, a class, a property and a flag have names that would be markup."""
    store = ox.Store()
    store.bulk_extend(graph.quads())
    city, place, evil = thing("city/evil"), layer("things"), eic("evilProperty")
    told: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (city, RDF_TYPE, eic("City")),
        (city, RDF_TYPE, eic("EvilClass")),
        (city, evil, ox.Literal(HOSTILE)),
        (city, evil, thing("city/kyiv")),
        (city, ox.NamedNode(SKOS + "exactMatch"), ox.NamedNode("javascript:alert(1)")),
        (city, ox.NamedNode(SKOS + "exactMatch"), ox.NamedNode("https://example.org/?a=1&b='2'")),
        (evil, RDF_TYPE, ox.NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")),
        (eic("EvilClass"), RDF_TYPE, ox.NamedNode("http://www.w3.org/2002/07/owl#Class")),
    ]
    told += [(iri, LABEL, ox.Literal(HOSTILE, language="en")) for iri in (city, evil, eic("EvilClass"))]
    store.extend([ox.Quad(s, p, o, place) for s, p, o in told])
    for flag in list(store.quads_for_pattern(thing("flag/partnership-stage-ambiguous"), LABEL, None)):
        store.add(ox.Quad(flag.subject, LABEL, ox.Literal(HOSTILE, language="en"), layer("flags")))
        break
    return Site(Graph(Oxigraph(store, "memory:")))


@pytest.mark.parametrize(
    "address",
    [
        "/id/city/evil?lang=en",
        "/id/city/evil?lang=zh",
        "/id/city/kyiv?lang=en",
        "/ontology?lang=en",
        "/ontology?term=evilProperty&lang=en",
        "/?q=alert",
        "/questions/class-sizes?lang=en",
        "/questions/cities-named?lang=en",
        "/questions/flags?lang=en",
    ],
)
def test_a_hostile_graph_says_nothing_but_text(hostile: Site, address: str) -> None:
    shown = page(hostile, address)
    assert HOSTILE in shown.said or HOSTILE in [i.get("value") for i in shown.inputs]
    assert all(link.startswith(("/", "#", "http://", "https://")) for link in shown.links)


@pytest.mark.parametrize(
    "value", [HOSTILE, "javascript:alert(1)", "a\r\nSet-Cookie: x=1", "\x00\x1b[31m", "‮evil", "]]>"]
)
@pytest.mark.parametrize(
    "address",
    ["/?q={}", "/questions/second-tier-dependencies?city={}", "/questions/second-tier-dependencies?{}=1",
     "/questions/statement-search?text={}&lang=ru", "/ontology?term={}", "/id/city/{}", "/questions/{}", "/?lang={}",
     "/questions/alliances?as={}", "/questions/alliances?cite={}&as=csv", "/openapi.json?lang={}", "/?x={}"],
)  # fmt: skip
def test_hostile_requests_are_only_text(site: Site, address: str, value: str) -> None:
    response = get(site, address.format(quote(value, safe="")))
    assert response.status in (200, 400, 404)
    assert all("\n" not in told and "\r" not in told for pair in response.headers for told in pair)
    if response.media.startswith("text/html"):
        shown = Page(response.body.decode())
        assert all(link.startswith(("/", "#", "http://", "https://")) for link in shown.links)
    else:
        assert response.media in (
            "application/problem+json",
            "application/json; charset=utf-8",
            "text/csv; charset=utf-8",
        )
        assert response.media.startswith("text/csv") or json.loads(response.body)
