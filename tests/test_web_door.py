"""The site for people: front door and search, in three languages, and where its links lead; no network."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit

import pytest

from kg.errors import KgError
from kg.graph import Graph
from kg.library import questions
from kg.terms import BASE, LANGUAGES
from kg.web import wording
from kg.web.http import Request
from kg.web.search import folded, search
from kg.web.site import Site
from tests.pages import ELSEWHERE, get, page
from tests.pages import site as site


def test_all_words_are_there_in_three_languages() -> None:
    for key, texts in wording._WORDS.items():
        assert len(texts) == 3 and all(texts)
        assert len({tuple(sorted(re.findall(r"\{.*?\}", told))) for told in texts}) == 1, key
    assert all(len(texts) == 3 and all(texts) for texts in wording._TERMS.values())


@pytest.mark.parametrize(
    ("language", "view"),
    [
        ("zh", "观点：赵隆、于宏源（2019），截至 2019 年"),
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


def test_a_misspelt_name_leads_to_those_near_to_it(site: Site) -> None:
    assert b'href="/id/city/kyiv' in get(site, "/?q=Kiev").body


def test_what_is_not_there_is_said(site: Site) -> None:
    found = page(site, "/?q=xyzzy&lang=en")
    assert "Nothing here is called “xyzzy”" in found.said
    assert get(site, f"/?q={'x' * 400}").status == 400


def test_the_director_finds_whom_kyiv_depends_on_and_where_the_paper_says_so(site: Site) -> None:
    search_box = page(site, "/?lang=en")
    assert {"type": "search", "name": "q", "value": ""}.items() <= search_box.inputs[0].items()
    (kyiv,) = {link for link in page(site, "/?q=Kyiv&lang=en").links if "/id/" in link}
    shown = page(site, kyiv).said
    assert re.search(r"is implied by tier to depend on.{,9}Moscow .*?implied by tier · p\. 129 §3\.2 ¶2 s3, s5", shown)
    assert "Saint Petersburg" in shown and "the relevant Chinese cities (not named)" in shown


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
