"""The site for people: things, claims, works, layers and the ontology, as pages and as data; no network."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyoxigraph as ox
import pytest

from kg.terms import BASE, EIC, LABEL, LANGUAGES, layer, thing
from kg.web.facts import SHOWN
from kg.web.site import Site
from tests.pages import get, page
from tests.pages import site as site


def test_a_thing_tells_its_names_facts_and_statements(site: Site) -> None:
    shown = page(site, "/id/city/kyiv?lang=ru")
    assert "Киев" in shown.said and "基辅" in shown.said and "Kyiv" in shown.said
    assert "второй уровень" in shown.said and "has tier [en]" in shown.said  # the ontology is in Chinese and English
    assert "http://www.wikidata.org/entity/Q1899" in shown.links
    assert "/claim/paper/tier-004?lang=ru" in shown.links and "/ontology?lang=ru#City" in shown.links
    assert "/questions/second-tier-dependencies?city=%D0%9A%D0%B8%D0%B5%D0%B2&lang=ru" in shown.links
    marks = [link for link in shown.links if link.startswith("#flag-")]
    assert marks and {mark[1:] for mark in marks} <= set(shown.ids)


def test_a_claim_tells_where_the_paper_has_it(site: Site) -> None:
    shown = page(site, "/claim/paper/tier-004?lang=en")
    assert "Basis: stated" in shown.said and "Place in the paper: p. 129 §3.2 ¶2 s5" in shown.said
    assert "Citation: [@zhao-yu-2019-secondary-dimension, p. 129 §3.2 ¶2 s5]" in shown.said
    assert "list left open: The lists for tiers two and three" in shown.said
    assert "Место в статье: p. 129 §3.2 ¶2 s5" in page(site, "/claim/paper/tier-004?lang=ru").said


def test_a_work_has_its_reference_and_a_layer_its_size(site: Site) -> None:
    paper = thing("work/zhao-yu-2019-secondary-dimension")
    shown = page(site, f"/{paper.value.removeprefix(BASE)}?lang=en")
    assert "doi = {10.13851/j.cnki.gjzw.201905006}" in shown.said
    query = f"SELECT ?subject WHERE {{ ?subject <{EIC}saidBy> {paper} }}"
    (rest,) = [link for link in shown.links if link.startswith("/sparql?") and "saidBy" in link]
    asked = dict(parse_qsl(urlsplit(rest).query))["query"]
    assert asked == f"{query} ORDER BY ?subject"
    every = len(site.graph.query(asked))
    assert every > SHOWN and f"… and {every - SHOWN} more" in shown.said
    shown = page(site, "/graph/paper?lang=en")
    assert f"/graph-store?{urlencode({'graph': BASE + 'graph/paper'})}" in shown.links
    size = sum(1 for _ in site.graph.embedded().quads_for_pattern(None, None, None, layer("paper")))
    assert str(size) in shown.said


@pytest.mark.parametrize(
    ("form", "media", "format_"),
    [
        ("turtle", "text/turtle", ox.RdfFormat.TURTLE),
        ("ntriples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("rdfxml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("nquads", "application/n-quads", ox.RdfFormat.N_QUADS),
        ("trig", "application/trig", ox.RdfFormat.TRIG),
    ],
)
def test_a_thing_is_answered_as_data(site: Site, form: str, media: str, format_: ox.RdfFormat) -> None:
    expected = {str(quad.triple) for quad in site.graph.quads_of(thing("city/kyiv"))}
    for response in (get(site, "/id/city/kyiv", media), get(site, f"/id/city/kyiv?as={form}")):
        assert response.media.startswith(media)
        assert {str(quad.triple) for quad in ox.parse(response.body, format=format_)} == expected


def test_what_is_not_in_the_graph_has_near_names(site: Site) -> None:
    shown = page(site, "/id/city/kyyiv?lang=en", 404)
    assert "/id/city/kyiv?lang=en" in shown.links and f"{BASE}id/city/kyyiv" in shown.said
    told = get(site, "/id/city/kyyiv", "text/turtle")
    assert told.status == 404 and json.loads(told.body)["detail"] == "no city is called 'kyyiv'; did you mean kyiv?"
    for path in ("/id/city/", '/id/a "b"', "/claim/x", "/graph/nothing", "/id/%00", "/ontology?term=%3E%22"):
        assert get(site, path).status == 404


def test_the_ontology_has_an_anchor_for_every_term(site: Site) -> None:
    store = site.graph.embedded()
    told = {
        q.subject.value
        for q in store.quads_for_pattern(None, LABEL, None, layer("ontology"))
        if isinstance(q.subject, ox.NamedNode)
    }
    terms = {iri.removeprefix(EIC) for iri in told if iri.startswith(EIC)}
    assert len(terms) > 500
    for language in LANGUAGES:
        shown = page(site, f"/ontology?lang={language}")
        assert terms <= set(shown.ids)
    shown = page(site, "/ontology?lang=en")
    assert "A place that is an urban settlement" in shown.said and "paper, p. 124" in shown.said
    assert {link[1:] for link in shown.links if link.startswith("#")} <= set(shown.ids)
    whole = get(site, "/ontology", "application/n-triples")
    size = sum(1 for _ in store.quads_for_pattern(None, None, None, layer("ontology")))
    assert len(whole.body.decode().splitlines()) == size
    assert "/id/city/kyiv?lang=en" in page(site, "/ontology?term=secondTier&lang=en").links
