"""The site for people: questions with their forms, their answers as pages and as data; no network."""

from __future__ import annotations

import json
import sys
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from kg.library import questions
from kg.terms import BASE
from kg.web.pages import OWN
from kg.web.site import Site
from tests.pace import one_at_once
from tests.pages import get, page
from tests.pages import site as site


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


def test_an_empty_answer_says_that_nothing_of_the_kind_is_stated(site: Site) -> None:
    shown = get(site, "/questions/second-tier-dependencies?city=Minsk")
    assert shown.status == 200
    assert b"which is not to say that there is none" in shown.body
    assert "不等于“没有”".encode() in get(site, "/questions/second-tier-dependencies?city=Minsk&lang=zh").body


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


@pytest.mark.parametrize("number", one_at_once(range(4)))
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
