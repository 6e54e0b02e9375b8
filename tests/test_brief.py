"""Briefs: what a director reads of a city that is known, and of one of which nothing is; two pages, harmless, whole."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.brief import fitting
from kg.brief.speech import words
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.terms import LABEL, LANGUAGES, RDF_TYPE, XSD, eic, layer, thing
from tests.assessments import PROFILES, assessment
from tests.pace import one_at_once

CITIES = ("Kyiv", "Minsk", "Moscow", "Kazan")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
#: Run in a copy of a page: how many mm each page has left above its foot.
MEASURE = """<script>document.title = JSON.stringify([...document.querySelectorAll('.sheet')].map(s =>
  (s.querySelector('.foot').getBoundingClientRect().top - Math.max(...[...s.children].filter(e =>
  e.className != 'foot').map(e => e.getBoundingClientRect().bottom))) * 25.4 / 96))</script></body>"""
HOSTILE = "</style></title><script>alert(1)</script> & \"quote\" 'x' \x00\x01"


def page(graph: Graph, city: str, language: str = "en", horizon: str = "2024-01-01") -> ET.Element:
    return ET.fromstring(graph.brief(city, language, (), horizon))


def told(element: ET.Element, without: str = "") -> str:
    """The text of an element; without what is marked as of another language than that given."""
    own = element.get("lang", without)
    if element.tag == "style" or (without and (element.tag in ("code", "title") or own != without)):
        return element.tail or "" if without else ""
    parts = [element.text or "", *(told(child, without) for child in element)]
    return "".join(parts) + (element.tail or "")


def section(tree: ET.Element, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    within, found = False, []
    for element in tree.iter():
        if element.tag == "h2":
            within = element.text == heading
        elif within and element.tag in ("p", "li", "tr"):
            found.append(re.sub(r"\s+", " ", "\t".join(told(child).strip() for child in element) or told(element)))
    return "\n".join(found)


def rows(tree: ET.Element, number: int) -> list[list[str]]:
    """The rows of a table by its number, as texts."""
    body = list(tree.iter("table"))[number]
    return [[told(cell).strip() for cell in row if cell.tag in ("td", "th")] for row in body.iter("tr")][1:]


def test_kyiv_lacks_three_elements_that_moscow_and_saint_petersburg_supply_equally(graph: Graph) -> None:
    tree = page(graph, "Kyiv")
    found = {row[0]: row[1:] for row in rows(tree, 0)}
    assert len(found) == 7
    for element in ("collaborative innovation", "investment and financing support", "conversion into products"):
        assert found[element][:3] == ["○\xa0lacks", "short of or without", "implied"]
        assert found[element][3].startswith("p. 129 §3.2 ¶2")
    for element in ("knowledge reserve", "knowledge creation", "knowledge production"):
        assert found[element][:3] == ["●\xa0has", "some", "implied"]
    assert found["market demand"][:2] == ["●\xa0has", "corresponding"]
    partners = [row for row in rows(tree, 1) if len(row) > 1]
    assert [[row[0], re.sub(r"\W*\d+$", "", row[1]), *row[2:4]] for row in partners] == [
        ["1 (equal)", "Moscow", "all 3 sought", "none known (one-way)"],
        ["1 (equal)", "Saint Petersburg", "all 3 sought", "none known (one-way)"],
    ]
    short = told(tree)
    assert "Zhao Long & Yu Hongyuan (2019) puts Kyiv in the second tier." in short
    assert "Of 6 cities compared, 2 can supply something" in short
    assert "the relevant Chinese cities (not named)" in short
    assert "UA Ukraine" in short and "2,952,301 (GeoNames, undated)" in short
    assert "Contains data of GeoNames (geonames.org), CC BY 4.0" in short


def test_links_that_are_older_than_the_horizon_are_not_confirmed(graph: Graph) -> None:
    tree = page(graph, "Kyiv")
    alliances = {row[0].partition("\N{WORD JOINER}")[0]: row[1:] for row in rows(tree, 2)}
    assert alliances == {
        "European cities organisation (translation; probably Eurocities)": [
            *("member", "?", "2022-02", "not confirmed since 2022-02")
        ],
        "International Association of Peace Messenger Cities": ["member", "?", "2006", "not confirmed since 2006"],
    }
    twins = section(tree, "Twin cities (by record)")
    assert re.findall(r"(Beijing|Tbilisi)\b.*?not confirmed since 2022-01", told(tree)) == ["Beijing", "Tbilisi"]
    assert "Beijing" in twins
    later = page(graph, "Kyiv", "en", "2022")
    status = {row[3]: row[4] for row in rows(later, 2)}
    assert status == {"2022-02": "recorded since the horizon", "2006": "not confirmed since 2006"}


def test_suspended_and_undated_memberships_are_told_as_such(graph: Graph) -> None:
    own = [row[1:] for row in rows(page(graph, "Moscow"), 2) if row[0].startswith("C40")]
    assert sorted(own) == [
        ["member", "2006", "undated", "not counted: open by its records, undated, so not confirmed"],
        ["suspended", "?", "2019-10", "not counted: open by its records, not confirmed since 2019-10"],
    ]


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_no_comparative_advantage_is_never_a_lack(graph: Graph, language: str) -> None:
    tree = page(graph, "Minsk", language)
    states = [row[1] for row in rows(tree, 0)]
    assert states == [f"◇\xa0{words()['NoAdvantageLevel'][language]}"] * 6 + [f"●\xa0{words()['HasLevel'][language]}"]
    assert words()["LackLevel"][language] not in told(tree)


def test_a_city_that_has_it_all_is_told_who_needs_it(graph: Graph) -> None:
    tree = page(graph, "Moscow")
    assert "Cities that need what it has" in told(tree) and "Partners to look to" not in told(tree)
    first = [row[:3] for row in rows(tree, 1) if len(row) > 1][:2]
    assert [row[0] for row in first] == ["1 (equal)"] * 2, "Minsk and Almaty have an advantage in none of the six"
    assert [row[2] for row in first] == ["all 6 sought"] * 2


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_of_an_unknown_city_all_elements_are_to_be_found_out_first(graph: Graph, language: str) -> None:
    tree = page(graph, "Kazan", language)
    assert [row[1] for row in rows(tree, 0)] == [f"?\xa0{words()['NotStated'][language]}"] * 7
    assert len(list(tree.iter("table"))) == 1, "no partners are ranked, no alliance is recorded"
    first = section(tree, words()["gaps"][language])
    elements = [row[0] for row in rows(tree, 0)]
    assert all(element in first for element in elements)
    assert "kg assess Kazan > kazan.csv" in first and "kg ingest" in first
    assert words()["no-alliance"][language] in told(tree) and words()["no-twins"][language] in told(tree)
    assert "RU" in told(tree)


def test_elements_that_are_asked_for_are_sought_though_nothing_is_known(graph: Graph) -> None:
    tree = ET.fromstring(graph.brief("Kazan", "en", ["投融资支持"]))
    names = [re.sub(r"\W*\d+$", "", row[1]) for row in rows(tree, 1) if len(row) > 1]
    assert names == ["Moscow", "Saint Petersburg"]


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
@pytest.mark.parametrize("city", CITIES)
def test_a_page_is_in_its_readers_language(graph: Graph, city: str, language: str) -> None:
    tree = page(graph, city, language)
    assert tree.get("lang") == LANGUAGES[language]
    text = told(tree, LANGUAGES[language])
    known = r"\d+\.\d+\.\d+\+[0-9a-f]+|docs/places-policy\.md|CC BY|CC0|GeoNames|ISO|CLDR|C40|Eurocities|\[en\]"
    text = re.sub(known + "|(?<![A-Za-z])(UA|BY|RU)(?![A-Za-z])", " ", text)
    latin, chinese, cyrillic = "[A-Za-z]{2,}", "[\u3000-\u9fff]+", "[А-яЁё]+"
    strange = {"zh": f"{latin}|{cyrillic}", "en": f"{chinese}|{cyrillic}", "ru": f"{latin}|{chinese}"}
    assert not re.findall(strange[language], text)


def test_the_wording_has_all_three_languages_and_the_same_gaps_to_fill() -> None:
    for key, texts in words().items():
        assert set(texts) == {"zh", "en", "ru"}, key
        assert len({tuple(sorted(re.findall(r"{\w*}", text))) for text in texts.values()}) == 1, key


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
@pytest.mark.parametrize("city", CITIES)
def test_a_page_stands_by_itself(graph: Graph, city: str, language: str) -> None:
    html = graph.brief(city, language)
    assert not re.search(r"<script|<link|<img|<iframe|src=|href=|url\(|@import|https?://", html)
    assert html == graph.brief(city, language)
    marks = sorted({int(n) for mark in re.findall(r"<sup>([\d,]+)</sup>", html) for n in mark.split(",")})
    notes = [int(n) for n in re.findall(r"<li><b>(\d+)</b>", html)]
    assert notes == marks[: len(notes)] == list(range(1, len(notes) + 1))


def crowded(graph: Graph, name: str) -> Graph:
    """A graph with a city of many links and long names."""
    store = ox.Store()
    store.bulk_extend(graph.quads())
    store.extend(assessment("lyon", PROFILES["thirdTier"]))
    city, place, source = thing("city/lyon"), layer("reference/test"), thing("source/test")
    store.remove(ox.Quad(city, LABEL, ox.Literal("lyon", language="en"), layer("things")))
    store.add(ox.Quad(city, RDF_TYPE, eic("Place"), layer("inferred")))
    store.extend(quads(city, place, source, name))
    return Graph(Oxigraph(store, "memory:"))


def quads(city: ox.NamedNode, place: ox.NamedNode, source: ox.NamedNode, name: str) -> Iterator[ox.Quad]:
    yield ox.Quad(city, LABEL, ox.Literal(name, language="en"), place)
    for language in LANGUAGES.values():
        yield ox.Quad(source, eic("viewName"), ox.Literal(name, language=language), place)
    for key in ("licenceName", "attribution", "originAddress"):
        yield ox.Quad(source, eic(key), ox.Literal(name), place)
    year = ox.NamedNode(XSD + "gYear")
    for n in range(40):
        member, twin, other, alliance = (
            thing(f"{kind}/{n}") for kind in ("record/m", "record/t", "city/c", "alliance/a")
        )
        for thing_ in (other, alliance):
            yield ox.Quad(thing_, LABEL, ox.Literal(f"{n} {name} {'long name ' * 30}", language="en"), place)
        for record, class_ in ((member, "AllianceMembershipRecord"), (twin, "TwinningRecord")):
            yield ox.Quad(record, RDF_TYPE, eic(class_), place)
            yield ox.Quad(record, eic("recordedIn"), source, place)
            yield ox.Quad(record, eic("recordKey"), ox.Literal(f"{name} {n}"), place)
            yield ox.Quad(record, eic("statedAt"), ox.Literal(f"{name} {n}"), place)
            yield ox.Quad(record, eic("asOf"), ox.Literal(str(1980 + n), datatype=year), place)
        yield ox.Quad(member, eic("memberPlace"), city, place)
        yield ox.Quad(member, eic("inAlliance"), alliance, place)
        yield ox.Quad(twin, eic("twin"), city, place)
        yield ox.Quad(twin, eic("twin"), other, place)


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_names_that_would_break_out_are_text(graph: Graph, language: str) -> None:
    html = crowded(graph, HOSTILE).brief("city/lyon", language)
    tree = ET.fromstring(html)
    assert "<script" not in html and not list(tree.iter("script"))
    assert "<script>alert(1)</script> & \"quote\" 'x'" in told(next(tree.iter("h1")))
    assert html.count("</style>") == 1 and html.count("</title>") == 1


def test_what_has_no_room_is_told_with_where_it_is_to_be_had(graph: Graph) -> None:
    html = crowded(graph, "Lyon").brief("city/lyon")
    assert re.search(r"\d+ more: <code[^>]*>kg ask records-on-place place=Lyon", html)
    assert re.search(r"\d+ more: <code[^>]*>kg ask twin-cities place=Lyon", html)


def test_errors_name_what_is_wrong(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="Nowhere"):
        graph.brief("Nowhere")
    with pytest.raises(BadQuestion, match="a date is wanted"):
        graph.brief("Kyiv", "en", (), "soon")
    with pytest.raises(BadQuestion, match="there are zh, en, ru"):
        graph.brief("Kyiv", "de")
    with pytest.raises(UnknownName):
        graph.brief("Kyiv", "en", ["good will"])


def test_a_hypothesis_is_told_before_all_else(graph: Graph) -> None:
    finding = {
        "city": "Novosibirsk",
        "element": "knowledge reserve",
        "level": "some",
        "source": "a survey",
        "date": "2025",
    }
    tree = ET.fromstring(graph.suppose(add=[finding], title="a trial").brief("Novosibirsk"))
    assert "WHAT-IF: a trial" in told(tree)
    assert ["knowledge reserve", "●\xa0has", "some", "stated"] in [row[:4] for row in rows(tree, 0)]
    assert "a survey, 2025" in told(tree)


def test_the_command(tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kyiv.html"
    assert main(["brief", "Київ", "--lang", "zh", "--on", str(store), "--to", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert "<h1>基辅" in file.read_text("utf-8")
    assert main(["brief", "Kyiv", "--on", str(store), "--element", "conversion into products"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert main(["brief", "Kyiv", "--on", str(store), "--horizon", "x"]) == 2
    assert main(["brief", "Kyiv", "--on", str(store), "--to", str(tmp_path / "none" / "x.html")]) == 2


def test_lists_are_cut_where_they_take_most_room() -> None:
    assert fitting.cut([[5] * 4, [1]], 100, 2) == [4, 1], "all fit"
    assert fitting.cut([[5] * 4, [1]], 13, 2) == [2, 1], "10 + 2 for the note + 1"
    assert fitting.cut([[5], []], 1, 2) == [1, 0], "one is kept, come what may"


def browser(folder: Path, html: str, *options: str) -> subprocess.CompletedProcess[str]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: pages are counted and measured with it")
    file = folder / "page.html"
    file.write_text(html, "utf-8")
    head = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    return subprocess.run(
        [*head, *options, file.as_uri()], capture_output=True, text=True, check=True, timeout=120, cwd=folder
    )


def printed(folder: Path, html: str) -> tuple[int, list[float]]:
    """How many pages a brief has on paper, and how many mm each has left."""
    browser(folder, html, "--no-pdf-header-footer", f"--print-to-pdf={folder / 'page.pdf'}")
    count = len(re.findall(rb"/Type\s*/Page\b", (folder / "page.pdf").read_bytes()))
    dom = browser(folder, html.replace("</body>", MEASURE), "--window-size=1000,1400", "--dump-dom").stdout
    title = re.search("<title>(.*?)</title>", dom)
    assert title
    return count, json.loads(title[1])


@pytest.mark.parametrize(("city", "language"), one_at_once(product(CITIES, ("zh", "en", "ru"))))
def test_two_pages_and_nothing_cut_off(graph: Graph, tmp_path: Path, city: str, language: str) -> None:
    count, left = printed(tmp_path, graph.brief(city, language))
    assert count == len(left) == 2
    assert min(left) >= 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_two_pages_however_much_there_is(graph: Graph, tmp_path: Path, language: str) -> None:
    count, left = printed(tmp_path, crowded(graph, "Lyon the very " * 5).brief("city/lyon", language))
    assert count == len(left) == 2
    assert min(left) >= 0
