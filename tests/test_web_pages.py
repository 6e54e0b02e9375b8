"""The site for people: front door, search, questions with answers, things, the ontology, OpenAPI; no network."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pyoxigraph as ox
import pytest

from kg.engines.oxigraph import Oxigraph
from kg.errors import KgError
from kg.graph import Graph
from kg.library import questions
from kg.terms import BASE, EIC, LABEL, LANGUAGES, RDF_TYPE, SKOS, eic, layer, thing
from kg.web import wording
from kg.web.facts import SHOWN
from kg.web.http import Request, Response
from kg.web.markup import tag, text
from kg.web.pages import OWN
from kg.web.search import folded, search
from kg.web.site import Site

#: Answered by other resources than those that are tested here.
ELSEWHERE = ("/sparql", "/graph-store", "/.well-known/void")
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
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


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "<b>", tag("b", 'x"'), title='">') == '<p title="&quot;&gt;">&lt;b&gt;<b>x&quot;</b></p>'
    assert text("a\x00b\x1b\ufffe") == "a\ufffdb\ufffd\ufffd"


def test_all_words_are_there_in_three_languages() -> None:
    for key, texts in wording._WORDS.items():
        assert len(texts) == 3 and all(texts)
        assert len({tuple(sorted(re.findall(r"\{.*?\}", told))) for told in texts}) == 1, key
    assert all(len(texts) == 3 and all(texts) for texts in wording._TERMS.values())


@pytest.mark.parametrize(
    ("language", "view"),
    [
        ("zh", "观点：赵隆、于宏源（2019），以 2019 年为准"),
        ("en", "View: Zhao Long & Yu Hongyuan (2019), as of 2019"),
        ("ru", "Точка зрения: Чжао Лун и Юй Хунъюань (2019), на 2019 год"),
    ],
)
def test_the_front_door_speaks_three_languages(site: Site, language: str, view: str) -> None:
    chosen, accepted = page(site, f"/?lang={language}"), page(site, "/", spoken=f"de, {language};q=0.5")
    assert chosen.language == accepted.language == LANGUAGES[language]
    assert view in chosen.said and site.version in chosen.said
    assert {f"/?lang={other}" for other in LANGUAGES} <= set(chosen.links)
    asked = {urlsplit(link).path for link in chosen.links}
    assert {f"/questions/{question.name}" for question in questions()} <= asked
    assert {*ELSEWHERE, "/openapi.json", "/ontology", "/questions"} <= asked
    assert all(question.title[language] in chosen.said for question in questions())


def test_who_wants_data_at_the_door_is_sent_to_the_description(site: Site) -> None:
    response = get(Site(site.graph, "https://example.org/eic/"), "/", "text/turtle, text/html;q=0.5")
    assert response.status == 303
    assert ("Location", "https://example.org/eic/.well-known/void") in response.headers
    assert get(site, "/", "*/*").status == 200


@pytest.mark.parametrize("typed", ["Kyiv", "基辅", "Киев", "KYIV", "ｋｙｉｖ", " kyiv ", "id:city/kyiv", "city/kyiv"])
def test_a_thing_is_found_by_any_name(site: Site, typed: str) -> None:
    found = page(site, f"/?{urlencode({'q': typed, 'lang': 'en'})}")
    assert "/id/city/kyiv?lang=en" in found.links
    assert "Kyiv — city" in found.said


def test_a_part_of_a_name_finds_it_after_whole_names(site: Site) -> None:
    assert search(site, "Novosib")[0][0] == BASE + "id/city/novosibirsk"
    assert not search(site, "Novosib")[1] and search(site, "novosibirsk")[1]
    assert search(site, "xyzzy") == ([], False) and search(site, "-") == ([], False)
    assert folded("Саннкт-Петербург") != folded("Санкт-Петербург") == folded("САНКТ ПЕТЕРБУРГ")


def test_a_sentence_is_taken_for_a_question(site: Site) -> None:
    for language, sentence, name in (
        ("ru", "От кого зависит Киев?", "Киев"),
        ("ru", "сотрудничество в Киеве", "Киев"),
        ("zh", "基辅依赖哪些城市？", "基辅"),
        ("en", "On whom does Kyiv depend?", "Kyiv"),
    ):
        found = page(site, f"/?{urlencode({'q': sentence, 'lang': language})}")
        assert f"/id/city/kyiv?lang={language}" in found.links
        proposed = [link for link in found.links if f"={quote(name)}&" in link]
        assert proposed and all(get(site, link).status == 200 for link in proposed)


def test_what_is_not_there_is_said(site: Site) -> None:
    found = page(site, "/?q=xyzzy&lang=en")
    assert "Nothing here is called “xyzzy”" in found.said
    assert get(site, f"/?q={'x' * 400}").status == 400


def test_the_director_finds_whom_kyiv_depends_on_and_where_the_paper_says_so(site: Site) -> None:
    search_box = page(site, "/?lang=en")
    assert {"type": "search", "name": "q", "value": ""}.items() <= search_box.inputs[0].items()
    (kyiv,) = {link for link in page(site, "/?q=Kyiv&lang=en").links if "/id/" in link}
    shown = page(site, kyiv).said
    assert re.search(r"is implied by tier to depend on.{,9}Moscow .*?derived by rule · p\. 129 §3\.2 ¶2 s3, s5", shown)
    assert "Saint Petersburg" in shown and "the relevant Chinese cities (not named)" in shown


def test_an_answer_is_a_table_with_evidence_and_citations(site: Site) -> None:
    shown = page(site, "/questions/second-tier-dependencies?city=Kyiv&lang=en")
    assert {"/id/city/kyiv?lang=en", "/id/city/moscow?lang=en", "/id/rule/city-dependence?lang=en"} <= set(shown.links)
    assert "/id/group/relevant-chinese-cities?lang=en" in shown.links and "/id/city/tbilisi?lang=en" not in shown.links
    assert "[@zhao-yu-2019-secondary-dimension, p. 129 §3.2 ¶2 s3, s5]" in shown.said
    assert "3 rows · view: Zhao Long & Yu Hongyuan (2019), as of 2019" in shown.said
    assert "politically sensitive: The dependence holds between tiers only" in shown.said
    assert "@article{zhao-yu-2019-secondary-dimension," in shown.said
    marks = [link for link in shown.links if link.startswith("#flag-")]
    assert marks and {mark[1:] for mark in marks} <= set(shown.ids)
    assert any("/claim/inferred/" in link for link in shown.links)
    assert {"name": "city", "value": "Kyiv"}.items() <= next(i for i in shown.inputs if i.get("name") == "city").items()


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("json", "application/json"),
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("markdown", "text/markdown"),
    ],
)
@pytest.mark.parametrize("cite", [False, True])
def test_an_answer_comes_in_other_forms(site: Site, form: str, media: str, cite: bool) -> None:
    expected = site.graph.ask("second-tier-dependencies", "ru", city="Kyiv").to(form, cite)
    address = f"/questions/second-tier-dependencies?city=Kyiv&lang=ru&partner=&cite={int(cite)}"
    accepted, named = get(site, address, media), get(site, f"{address}&as={form}")
    assert accepted.body.decode() == named.body.decode() == expected
    assert accepted.media == f"{media}; charset=utf-8"
    assert ("Vary", "Accept, Accept-Language") in accepted.headers and ("Content-Language", "ru") in accepted.headers
    assert ("@zhao-yu-2019" in named.body.decode()) == cite


def test_several_values_and_who_says_nothing_of_the_form(site: Site) -> None:
    told = get(site, "/questions/second-tier-dependencies?city=Kyiv&city=%E7%AC%AC%E6%AF%94%E5%88%A9%E6%96%AF", "*/*")
    cities = {row["city"]["value"] for row in json.loads(told.body)["results"]["bindings"]}
    assert cities == {BASE + "id/city/kyiv", BASE + "id/city/tbilisi"}


def test_a_workbook_or_why_there_is_none(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    book = get(site, "/questions/alliances?as=xlsx")
    assert book.body[:2] == b"PK" and ("Content-Disposition", 'attachment; filename="alliances.xlsx"') in book.headers
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    none = get(site, "/questions/alliances?as=xlsx")
    assert none.status == 406 and b"openpyxl" in none.body


def test_the_query_is_told(site: Site) -> None:
    told = get(site, "/questions/second-tier-dependencies?city=Kyiv&as=sparql")
    assert told.media == "application/sparql-query; charset=utf-8"
    text_ = told.body.decode()
    assert (
        "VALUES ?city { <https://w3id.org/eic/id/city/kyiv> }" in text_ and "FROM <https://w3id.org/eic/graph/" in text_
    )


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("city=Kyyiv", 404, "did you mean Kyiv"),
        ("cty=Kyiv", 400, "did you mean city"),
        ("city=China", 400, "a city is wanted"),
        ("as_of=soon", 400, "as_of"),
        ("city=Kyiv&as_of=2019&as_of=2018", 400, "takes one as_of"),
    ],
)
def test_what_is_asked_wrongly_is_told_above_the_form(site: Site, query: str, status: int, said: str) -> None:
    shown = page(site, f"/questions/second-tier-dependencies?lang=en&{query}", status)
    assert said in shown.said and "This could not be answered" in shown.said
    typed = [(i.get("name"), i.get("value")) for i in shown.inputs]
    assert all(pair in typed for pair in parse_qsl(query) if pair[0] in ("city", "as_of"))
    told = get(site, f"/questions/second-tier-dependencies?{query}", "application/json")
    assert (told.status, told.media) == (status, "application/problem+json")
    assert said in json.loads(told.body)["detail"]


def test_an_unknown_question_has_near_ones(site: Site) -> None:
    assert "did you mean alliances" in page(site, "/questions/aliances", 404).said
    told = get(site, "/questions/aliances", "application/json")
    assert told.status == 404 and "did you mean alliances" in json.loads(told.body)["detail"]
    assert get(site, "/questions/alliances?as=pdf").status == 400
    assert get(site, "/questions/alliances", "image/png").status == 406
    assert get(site, "/questions/alliances?cite=yes", "text/csv").status == 400
    assert get(site, "/questions/alliances?lang=de").status == 400


def test_a_question_that_needs_a_value_waits_for_it(site: Site) -> None:
    shown = page(site, "/questions/page-claims?lang=en")
    assert "Fill in what is required" in shown.said and "Answer" not in shown.said.split("Fill in")[0]
    assert next(i for i in shown.inputs if i.get("name") == "page")["required"] is None
    assert page(site, "/questions/page-claims?lang=en&page=129").said.count("p. 129") > 5
    assert get(site, "/questions/page-claims", "application/json").status == 400


def test_concepts_are_a_menu_that_keeps_what_was_typed(site: Site) -> None:
    for typed, chosen in (("second tier", "二级创新伙伴层级"), ("secondTier", "二级创新伙伴层级"), ("fifth", "fifth")):
        response = get(site, f"/questions/partner-tiers?lang=zh&tier={quote(typed)}")
        assert f"<option selected>{chosen}</option>" in response.body.decode()


@pytest.mark.parametrize("number", range(4))
def test_every_question_has_a_page(site: Site, number: int) -> None:
    for place, question in enumerate(questions()[number::4]):
        language = ("zh", "en", "ru")[place % 3]
        shown = page(site, f"/questions/{question.name}?{urlencode({**question.examples(), 'lang': language})}")
        assert question.title[language] in shown.said
        assert set(question.parameters) <= {i.get("name") for i in shown.inputs}
        assert (("lang", language) in [(i.get("name"), i.get("value")) for i in shown.inputs]) == bool(
            question.parameters
        )


def test_no_parameter_has_a_name_of_the_site() -> None:
    assert not {name for question in questions() for name in question.parameters} & set(OWN)


def test_the_library_as_json(site: Site) -> None:
    told = json.loads(get(site, "/questions", "application/json").body)
    assert told["graph"] == site.version and [q["name"] for q in told["questions"]] == [q.name for q in questions()]
    (one,) = [q for q in told["questions"] if q["name"] == "page-claims"]
    assert one["link"] == "/questions/page-claims"
    (given,) = [p for p in one["parameters"] if p["name"] == "page"]
    assert {"type": "integer", "required": True, "many": True, "minimum": 116, "maximum": 132}.items() <= given.items()
    assert all(
        question.description["en"].split(";")[0][:40] in page(site, "/questions?lang=en").said
        for question in questions()[:5]
    )


def test_openapi_describes_every_question(site: Site) -> None:
    told = json.loads(get(Site(site.graph, "https://example.org/eic"), "/openapi.json", "application/json").body)
    assert told["openapi"] == "3.1.0" and told["info"]["version"] == site.version
    assert told["servers"] == [{"url": "https://example.org/eic"}]
    assert set(told["paths"]) == {"/questions", *(f"/questions/{q.name}" for q in questions())}
    operations = [one["get"] for one in told["paths"].values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    assert {tag_ for o in operations for tag_ in o.get("tags", [])} <= {tag_["name"] for tag_ in told["tags"]}
    for operation in operations:
        assert operation["responses"]["200"]["description"] and {"400", "429", "503"} <= set(operation["responses"])
        given = [_resolved(told, p) for p in operation["parameters"]]
        assert len({p["name"] for p in given}) == len(given)
        for parameter in given:
            assert parameter["in"] == "query" and {"name", "schema"} <= set(parameter)
            assert set(parameter) <= {"name", "in", "required", "schema", "description", "example", "style", "explode"}
        for response in operation["responses"].values():
            assert all("schema" in content for content in _resolved(told, response)["content"].values())
    for reference in re.findall(r'"\$ref": "(#[^"]+)"', json.dumps(told)):
        assert _resolved(told, {"$ref": reference})
    assert all(re.fullmatch(r"[\w.-]+", name) for part in told["components"].values() for name in part)
    (page_,) = [p for p in told["paths"]["/questions/page-claims"]["get"]["parameters"] if p.get("name") == "page"]
    items = {"type": "integer", "minimum": 116, "maximum": 132}
    assert page_["schema"] == {"type": "array", "items": items} and page_["explode"] and page_["required"]
    assert set(told["paths"]["/questions/alliances"]["get"]["responses"]["404"]) == {"$ref"}
    columns = told["components"]["schemas"]["second-tier-dependencies"]["properties"]["results"]["properties"][
        "bindings"
    ]
    assert list(columns["items"]["properties"]) == ["city", "partner", "degree", "in_what", "rules", "view"]
    chinese = json.loads(get(site, "/openapi.json?lang=zh", "*/*").body)
    assert chinese["paths"]["/questions/alliances"]["get"]["summary"].startswith("论文点名了哪些城市联盟")
    assert chinese["servers"] == [{"url": "/"}]


def _resolved(document: Any, part: Any) -> Any:
    for step in part.get("$ref", "").removeprefix("#/").split("/"):
        document = document[step] if step else part
    return document


def test_openapi_tells_the_truth_of_its_answers(site: Site) -> None:
    told = json.loads(get(site, "/openapi.json", "*/*").body)
    for operation in list(told["paths"].values())[1:20:6]:
        name = operation["get"]["operationId"]
        given = {p["name"]: p["example"] for p in operation["get"]["parameters"] if p.get("required")}
        fields = [
            (key, v) for key, several in given.items() for v in (several if isinstance(several, list) else [several])
        ]
        answer = json.loads(get(site, f"/questions/{name}?{urlencode(fields)}", "application/json").body)
        table = told["components"]["schemas"][name]["properties"]["results"]["properties"]["bindings"]["items"]
        for row in answer["results"]["bindings"]:
            assert set(row) - {"claim", "basis", "source", "flags"} <= set(table["properties"])


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


def test_links_lead_somewhere(site: Site) -> None:
    seen: set[str] = set()
    for address in ("/?lang=en", "/id/city/kyiv?lang=zh", "/questions/alliances?lang=ru", "/claim/paper/tier-004"):
        for link in page(site, address).links:
            if not link.startswith(("#", "http", *ELSEWHERE)) and link.partition("#")[0] not in seen:
                seen.add(link.partition("#")[0])
    for link in sorted(seen)[::5]:
        assert get(site, link, "*/*").status in (200, 400), link
        assert get(site, link, "*/*").status == 200 or "/questions/" in link, link


def test_links_stay_below_the_base(graph: Graph) -> None:
    there = Site(graph, "https://example.org/eic/")
    for address in ("/", "/id/city/kyiv", "/questions/alliances", "/ontology"):
        for link in page(there, address).links:
            assert not link.startswith("/"), link
    assert "https://example.org/eic/id/city/moscow" in page(there, "/id/city/kyiv").links


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


def test_pages_are_got_and_not_posted(site: Site) -> None:
    for path in ("/", "/questions", "/questions/alliances", "/id/city/kyiv", "/ontology", "/openapi.json"):
        response = site.respond(Request("POST", path, "", {"accept": "text/html"}))
        assert response.status == 405 and ("Allow", "GET, HEAD") in response.headers


def test_a_hypothesis_is_told_on_every_page(graph: Graph) -> None:
    there = Site(graph.suppose(add=[("Novosibirsk", "hasTier", "second tier")], title="what if"))
    for address in ("/?lang=en", "/questions/partner-tiers?lang=en", "/id/city/novosibirsk?lang=en"):
        assert there.graph.mark("en") in page(there, address).said


def test_errors_are_of_our_tree(site: Site) -> None:
    with pytest.raises(KgError):
        site._respond(Request("GET", "/questions/aliances", "", {"accept": "application/json"}))


def test_a_misspelt_name_leads_to_those_near_to_it(site: Site) -> None:
    assert b'href="/id/city/kyiv' in get(site, "/?q=Kiev").body


def test_an_empty_answer_says_that_nothing_of_the_kind_is_stated(site: Site) -> None:
    shown = get(site, "/questions/second-tier-dependencies?city=Minsk")
    assert shown.status == 200
    assert b"which is not to say that there is none" in shown.body
    assert "不等于“没有”".encode() in get(site, "/questions/second-tier-dependencies?city=Minsk&lang=zh").body
