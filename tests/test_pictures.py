"""Pictures: well-formed, captioned, legible in three languages, told apart without colour, and harmless."""

from __future__ import annotations

import math
import re
import struct
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.pictures import KINDS, draw, outlines, raster
from kg.pictures.frame import Drawing
from kg.pictures.picture import Picture
from kg.pictures.projection import Azimuthal, View
from kg.pictures.sheet import text_width, wrapped
from kg.terms import EIC, GRAPH, ID, LABEL, RDF_TYPE, XSD
from tests.pace import one_at_once

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("zh", "en", "ru")
#: The seven cities that the paper puts in a tier, and about where they lie.
CITIES = {
    "moscow": ("莫斯科", "Moscow", "Москва", 55.75, 37.62),
    "saint-petersburg": ("圣彼得堡", "Saint Petersburg", "Санкт-Петербург", 59.94, 30.31),
    "kyiv": ("基辅", "Kyiv", "Киев", 50.45, 30.52),
    "baku": ("巴库", "Baku", "Баку", 40.38, 49.89),
    "tbilisi": ("第比利斯", "Tbilisi", "Тбилиси", 41.69, 44.83),
    "minsk": ("明斯克", "Minsk", "Минск", 53.9, 27.57),
    "almaty": ("阿拉木图", "Almaty", "Алматы", 43.25, 76.91),
}
REFERENCE = ox.NamedNode(f"{GRAPH}reference/test")
CREDIT = "Positions by hand, for a test"
pytest.importorskip("resvg_py")


def eic(name: str) -> ox.NamedNode:
    return ox.NamedNode(EIC + name)


def quad(subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(ID + subject), predicate, value, REFERENCE)


def position(city: str, latitude: float, longitude: float) -> list[ox.Quad]:
    record, decimal = f"record/test/{city}", ox.NamedNode(XSD + "decimal")
    return [
        quad(record, RDF_TYPE, eic("PlaceRecord")),
        quad(record, eic("recordedPlace"), ox.NamedNode(f"{ID}city/{city}")),
        quad(record, eic("recordedIn"), ox.NamedNode(f"{ID}source/test")),
        quad(record, eic("latitude"), ox.Literal(str(latitude), datatype=decimal)),
        quad(record, eic("longitude"), ox.Literal(str(longitude), datatype=decimal)),
    ]


def member(key: str, city: str, alliance: str, standing: str) -> list[ox.Quad]:
    record = f"record/test/{key}"
    return [
        quad(record, RDF_TYPE, eic("AllianceMembershipRecord")),
        quad(record, eic("memberPlace"), ox.NamedNode(f"{ID}city/{city}")),
        quad(record, eic("inAlliance"), ox.NamedNode(f"{ID}alliance/{alliance}")),
        quad(record, eic("recordStanding"), eic(standing)),
    ]


@pytest.fixture(scope="module")
def bare(graph: Graph) -> ox.Store:
    """What the paper says, with nothing from other sources."""
    store = ox.Store()
    store.extend(q for q in graph.quads() if f"{GRAPH}reference/" not in str(q.graph_name))
    return store


def with_more(bare: ox.Store, *more: ox.Quad) -> Graph:
    store = ox.Store()
    store.extend(list(bare))
    store.extend(more)
    return Graph.open(store)


@pytest.fixture(scope="module")
def located(bare: ox.Store) -> Graph:
    """The paper's seven cities with positions, and two memberships from elsewhere."""
    more = [q for city, (*_, latitude, longitude) in CITIES.items() for q in position(city, latitude, longitude)]
    more += [quad("source/test", eic("attribution"), ox.Literal(CREDIT))]
    more += member("one", "moscow", "wta", "standingMember") + member("two", "baku", "wta", "standingFormer")
    return with_more(bare, *more)


def texts(picture: Picture) -> list[str]:
    """All texts in a picture, title and description first; the SVG is proven well-formed on the way."""
    root = ET.fromstring(picture.svg())
    assert root.tag == f"{SVG}svg"
    return ["".join(e.itertext()) for e in root.iter() if e.tag in (f"{SVG}text", f"{SVG}title", f"{SVG}desc")]


@pytest.mark.parametrize(("kind", "language"), one_at_once(product(KINDS, LANGUAGES), lambda case: case[0]))
def test_a_picture_has_title_description_view_date_and_version(located: Graph, kind: str, language: str) -> None:
    picture = draw(located, kind, language)
    root = ET.fromstring(picture.svg())
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert root.get("role") == "img"
    drawn = " ".join(texts(picture)[2:])
    authors = {"zh": "赵隆、于宏源", "en": "Zhao Long", "ru": "Чжао Лун"}[language]
    assert authors in drawn
    assert "2019" in drawn
    assert located.version() in drawn
    assert authors in str(description.text)
    assert picture.drawing.title in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["map", "matrix"])
def test_each_city_is_named_in_the_language_and_implication_told(located: Graph, kind: str, language: str) -> None:
    told = texts(draw(located, kind, language))
    for names in CITIES.values():
        assert names[LANGUAGES.index(language)] in told, "as a text of its own"
    assert {"zh": "推知", "en": "implied", "ru": "выведен"}[language] in " ".join(told)


def test_the_map_tells_of_borders_coordinates_and_those_not_named(located: Graph) -> None:
    told = " ".join(texts(draw(located, "map")))
    assert "No state borders are drawn" in told
    assert CREDIT in told
    assert "Natural Earth" in told
    assert "No point on the map: the relevant Chinese cities (not named), first tier" in told
    assert "Not located" not in told


def test_the_map_draws_each_implied_dependence_between_two_cities_once(located: Graph) -> None:
    """Three second-tier cities on two of the first; two third-tier cities on those two and those three: 6 and 10."""
    root = ET.fromstring(draw(located, "map").svg())
    lines = [e for e in root.iter(f"{SVG}path") if re.fullmatch(r"M[\d. -]+Q[\d. -]+", e.get("d") or "")]
    dashed = [e for e in lines if e.get("stroke-dasharray")]
    assert len(dashed) == 6 + 1, "and one in the legend"
    assert len(lines) - len(dashed) == 10 + 1


@pytest.mark.parametrize("language", one_at_once(LANGUAGES))
def test_without_coordinates_all_cities_are_listed_as_not_located(bare: ox.Store, language: str) -> None:
    picture = draw(Graph.open(bare), "map", language)
    wanted = {"zh": "未定位", "en": "Not located", "ru": "Положение неизвестно"}[language]
    (line,) = [line for line in picture.caption.splitlines() if line.startswith(wanted)]
    for names in CITIES.values():
        assert str(names[LANGUAGES.index(language)]) in line


def test_a_position_that_is_none_is_no_position(bare: ox.Store) -> None:
    graph = with_more(bare, *position("kyiv", 950.0, 30.0), *position("minsk", 53.9, 27.57))
    (line,) = [line for line in draw(graph, "map").caption.splitlines() if line.startswith("Not located")]
    assert "Kyiv" in line
    assert "Minsk" not in line


def test_without_the_package_of_outlines_the_map_says_so(located: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    outlines.outlines.cache_clear()
    monkeypatch.setattr(outlines, "PACKAGE", "no_such_package_of_outlines")
    told = " ".join(texts(draw(located, "map")))
    outlines.outlines.cache_clear()
    assert "No coastlines" in told
    assert "Kyiv" in told


def test_the_network_tells_stated_from_recorded_and_ended(located: Graph) -> None:
    """The paper names seven members of two alliances, three of them as groups without names."""
    picture = draw(located, "network")
    root = ET.fromstring(picture.svg())
    links = [e for e in root.iter(f"{SVG}path") if "C" in (e.get("d") or "")]
    dashes = [e.get("stroke-dasharray") for e in links]
    assert dashes.count(None) == 7
    assert len(set(dashes)) == 3
    told = " ".join(texts(picture))
    for words in ("stated by the paper", "recorded elsewhere", "no full member", "Novosibirsk", "Moscow", "Baku"):
        assert words in told
    assert "31 more alliances" in told, "33 less 2"
    assert ("Baku", "World Technopolis Association") in [row[:2] for row in picture.drawing.table]


def shapes(root: ET.Element) -> dict[str, set[str]]:
    """For each cell of a matrix, by the word in it, what is drawn above the word, without any colour."""
    found: dict[str, set[str]] = {}
    cell: list[str] = []
    for e in root.iter():
        if e.tag == f"{SVG}rect" and e.get("rx") == "5":
            cell = []
        elif e.tag in (f"{SVG}circle", f"{SVG}path"):
            size = e.get("r") or str(len(re.findall("[ML]", e.get("d") or "")))
            cell.append(e.tag.removeprefix(SVG) + size)
        elif e.tag == f"{SVG}text" and cell:
            found.setdefault("".join(e.itertext()), set()).add("+".join(cell))
            cell = []
    return found


def test_the_matrix_tells_the_four_states_apart_without_colour(located: Graph) -> None:
    drawn = shapes(ET.fromstring(draw(located, "matrix", cities=["Moscow", "Baku", "Minsk", "Shenzhen"]).svg()))
    four = [drawn[word] for word in ("high", "short of or without", "no comparative", "not stated")]
    assert all(len(shape) == 1 for shape in four)
    assert len(set.union(*four)) == 4
    assert drawn["some"] == drawn["high"], "both have it, and the words differ"


def test_what_has_no_comparative_advantage_is_never_said_to_lack_it(located: Graph) -> None:
    rows = [row for row in draw(located, "matrix").drawing.table if row[0] in ("Minsk", "Almaty")]
    assert len(rows) == 14
    assert {row[3] for row in rows} == {"no comparative advantage", "potential"}
    assert {row[2] for row in rows} == {"implied by tier"}


def test_a_finding_that_a_user_brings_is_solid_beside_what_is_implied(graph: Graph) -> None:
    assessed = _assessed(graph)
    picture = draw(assessed, "matrix", cities=["Minsk"])
    assert ("Minsk", "market demand", "stated", "high") in picture.drawing.table
    assert ("Minsk", "market demand", "implied by tier", "potential") in picture.drawing.table
    assert assessed.mark("en") in " ".join(texts(picture)), "the caption names the hypothesis"


def _assessed(graph: Graph) -> Graph:
    from kg.hypotheses import findings
    from kg.whatif import suppose

    return suppose(graph, findings("Minsk", {"market demand": "high"}))


HOSTILE = [
    "<script>alert(1)</script>&\"'",
    "]]><svg onload='x()'>",
    "\x00\x08\ufffe\x1b[2J",
    "a" * 300,
    "‮mirror",
    "&#60;",
]


@pytest.mark.parametrize(("kind", "label"), one_at_once(product(KINDS, HOSTILE), lambda case: case[0]))
def test_a_hostile_label_is_text(bare: ox.Store, kind: str, label: str) -> None:
    city, name = ox.NamedNode(f"{ID}city/minsk"), ox.NamedNode(f"{ID}city/novosibirsk")
    quads = [q for q in bare if not (q.subject in (city, name) and q.predicate == LABEL)]
    quads += [ox.Quad(one, LABEL, ox.Literal(label, language="en"), REFERENCE) for one in (city, name)]
    store = ox.Store()
    store.extend([*quads, *position("minsk", 53.9, 27.57)])
    picture = draw(Graph.open(store), kind)
    root = ET.fromstring(picture.svg())
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        *("svg", "title", "desc", "rect", "g", "path", "circle", "text", "clipPath"),
    }
    assert not [key for e in root.iter() for key in e.keys() if key.startswith("on")]  # noqa: SIM118 - an Element
    assert "<script" not in picture.html()
    assert picture.png(300).startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_nothing_and_holds_the_data(located: Graph, kind: str) -> None:
    picture = draw(located, kind, "zh")
    page = picture.html()
    assert re.findall(r"\w+://[^\s\"'<]+", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<(script|link|img|iframe|object|embed|use|image)\b|\b(href|src)=|url\((?!#)|@import", page)
    assert "default-src 'none'" in page
    assert page.count("<svg") == 1
    assert '<html lang="zh-Hans">' in page
    assert page.count("<tr>") == len(picture.drawing.table)
    assert "<figcaption>" in page


@pytest.mark.parametrize("width", [50, 1200])
def test_a_png_has_its_signature_and_width(located: Graph, width: int) -> None:
    content = (
        draw(located, "matrix", "zh").png(width) if not raster.lacking("中") else draw(located, "matrix").png(width)
    )
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", content[16:24])
    assert wide == width
    assert high > width // 4


@pytest.mark.parametrize("width", [0, 49, 10001, -1, 1.5, "wide", True])
def test_a_width_that_is_none_is_refused(located: Graph, width: Any) -> None:
    with pytest.raises(BadQuestion, match="50 to 10000"):
        draw(located, "matrix").png(width)


def test_where_no_font_has_chinese_letters_it_is_drawn_in_english_and_says_so(
    located: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster, "lacking", lambda text: ["Chinese"] if re.search("[一-鿿]", text) else [])
    drawn: list[str] = []

    def rendered(svg: str, width: int) -> bytes:
        drawn.append(svg)
        return b""

    monkeypatch.setattr(raster, "png", rendered)
    with pytest.warns(UserWarning, match="Noto Sans CJK SC"):
        draw(located, "map", "zh").png()
    (svg,) = drawn
    assert not re.search("[一-鿿]", svg)
    assert ">Kyiv<" in svg
    assert "no font here has Chinese letters" in svg


def test_where_there_is_no_font_at_all_a_png_is_refused_and_an_svg_is_not(
    located: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(raster.FONTS, "skip_system_fonts", True)
    picture = draw(located, "matrix")
    with pytest.raises(BadQuestion, match="no font is installed"):
        picture.png()
    assert ">Kyiv<" in picture.svg()


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_same_each_time(located: Graph, kind: str) -> None:
    one, other = draw(located, kind, "ru"), draw(located, kind, "ru")
    assert one.svg() == other.svg()
    assert one.html() == other.html()
    assert one.png(400) == other.png(400)


@pytest.mark.parametrize("kind", ["", "Map", "chart", "../map", "facts"])
def test_an_unknown_kind_is_told_the_kinds(graph: Graph, kind: str) -> None:
    with pytest.raises(BadQuestion, match="map, network, matrix"):
        draw(graph, kind)


def test_what_cannot_be_drawn_is_refused(graph: Graph, located: Graph, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="zh, en, ru"):
        draw(graph, "map", "de")
    with pytest.raises(UnknownName, match="Kyiv"):
        draw(graph, "map", cities=["Kiyv"])
    picture = draw(located, "matrix")
    for name in ("a.gif", "a", "svg", "a.svg.txt"):
        with pytest.raises(BadQuestion, match=r"\.svg, \.png, \.html"):
            picture.save(tmp_path / name)
    with pytest.raises(BadQuestion, match="cannot be written"):
        picture.save(tmp_path / "none" / "a.svg")
    assert not list(tmp_path.iterdir())


def test_a_picture_is_saved_in_the_form_of_its_ending_and_shown_by_notebooks(located: Graph, tmp_path: Path) -> None:
    picture = draw(located, "matrix")
    assert picture.save(tmp_path / "a.SVG").read_text("utf-8") == picture.svg()
    assert picture.save(str(tmp_path / "a.html")).read_text("utf-8") == picture.html()
    assert picture.save(tmp_path / "a.png").read_bytes() == picture.png()
    assert picture._repr_svg_() == picture.svg()
    assert repr(picture) == "<Picture matrix: Innovation elements of cities (en)>"


def test_only_the_cities_named_are_drawn(located: Graph) -> None:
    told = texts(draw(located, "matrix", "en", ["Minsk", "基辅"]))
    assert {"Minsk", "Kyiv"} <= set(told)
    assert "Baku" not in told


def test_the_command_writes_a_file(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "matrix.svg"
    assert main(["draw", "matrix", "--on", str(store), "--lang", "zh", "--to", str(file)]) == 0
    assert "市场需求" in file.read_text("utf-8")
    assert main(["draw", "network", "--on", str(store)]) == 0
    assert capsys.readouterr().out.startswith("<svg ")
    assert main(["draw", "matrix", "--on", str(store), "--to", str(tmp_path / "a.gif")]) == 2
    assert ".svg, .png, .html" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "point"),
    [((0, 0), (0, 0)), ((60, 0), (1, 0)), ((90, 0), (2**0.5, 0)), ((0, 90), (0, -(2**0.5))), ((180, 0), (2, 0))],
)
def test_a_place_is_as_far_from_the_centre_as_keeps_areas(
    place: tuple[float, float], point: tuple[float, float]
) -> None:
    """The cap of the sphere within an angle c is as large as a disc of radius 2 sin(c/2)."""
    assert Azimuthal(0, 0)(*place) == pytest.approx(point)


def test_the_place_opposite_the_centre_is_on_the_rim() -> None:
    for latitude in (-90, -89.9999):
        assert math.hypot(*Azimuthal(0, 90)(123, latitude)) == pytest.approx(2, abs=1e-3)


def test_a_ring_is_clipped_to_the_box() -> None:
    view = View([(0, 0), (10, 10)], (0, 0, 100, 100))
    ring = view.clipped([(-50, 50), (50, -50), (150, 50), (50, 150)], 0)
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in ring)
    assert len(ring) == 4 or {(0, 0), (100, 0)} <= {(round(x), round(y)) for x, y in ring}
    assert view.clipped([(200, 200), (300, 200), (300, 300)]) == []


@pytest.mark.parametrize(
    "text", ["инвестиционно-финансовая поддержка", "知识储备与知识创造，以及其他要素。", "x" * 90, ""]
)
def test_wrapped_lines_keep_all_letters_and_fit(text: str) -> None:
    lines = wrapped(text, 12, 90)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line.rstrip("，。"), 12) <= 90 for line in lines)


def test_a_drawing_of_nothing_says_so() -> None:
    store = ox.Store()
    with pytest.raises(OSError, match="no graph of ours"):
        draw(Graph.open(store), "map")
    assert Drawing("", "", "", [], []).table == []
