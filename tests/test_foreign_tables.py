"""A city and a table not named here: customary names of territories, tables of whatever make, assessments of others."""
# ruff: noqa: E501 - a case a line is easier to read than cases that are broken

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from kg._ingest import territories

from kg.__main__ import main
from kg.bringing import bring
from kg.cells import ends
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, BadTable, UnknownName
from kg.graph import Graph
from kg.ingestion import ingest
from kg.places import place_named
from kg.placing import Known
from kg.tables import read
from kg.terms import EIC, ID, RDFS, eic, layer
from tests.pace import one_at_once
from tests.test_mapping import HEAD, Tried

TERRITORY = eic("Territory")
PORTS = (
    '[columns]\nfieldPlace = { place = { name = "Port", territory = "Land" } }\nfieldName = { constant = "tonnes" }\n'
)
AMOUNT = PORTS + 'fieldAmount = "Tonnes"'
MEMBERS = '[columns]\nmemberPlace = "City"\ninAlliance = { constant = "alliance/eurocities" }\n'


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    assert isinstance(graph.engine, Oxigraph)
    return Known(graph.engine.store)


@pytest.fixture
def tried(tmp_path: Path, known: Known) -> Tried:
    return Tried(tmp_path, known)


# ── territories ──

CUSTOMARY = [
    ("Turkey", "tr"), ("UK", "gb"), ("USA", "us"), ("U.S.A.", "us"), ("United States of America", "us"), ("Russian Federation", "ru"),
    ("Republic of Korea", "kr"), ("Czech Republic", "cz"), ("Ivory Coast", "ci"), ("Cote d'Ivoire", "ci"),
    ("Bosnia and Herzegovina", "ba"), ("Hong Kong", "hk"), ("Macau", "mo"), ("Viet Nam", "vn"), ("DR Congo", "cd"),
    ("The Netherlands", "nl"), ("UAE", "ae"), ("Holland", "nl"), ("Burma", "mm"), ("Saint Kitts and Nevis", "kn"),
    ("St. Kitts and Nevis", "kn"), ("Saint Lucia", "lc"), ("Trinidad and Tobago", "tt"), ("Georgia", "ge"),
    ("阿联酋", "ae"), ("香港", "hk"), ("澳门", "mo"), ("美利坚合众国", "us"), ("俄罗斯联邦", "ru"),
    ("США", "us"), ("ОАЭ", "ae"), ("Белоруссия", "by"), ("Киргизия", "kg"), ("Кыргызстан", "kg"), ("TR", "tr"), ("TUR", "tr"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), CUSTOMARY)
def test_a_customary_name_of_a_territory_is_understood_everywhere(
    graph: Graph, known: Known, name: str, code: str
) -> None:
    assert known.named(name, TERRITORY) == [f"{ID}territory/{code}"]
    assert known.places.codes(name) == frozenset({code.upper()})
    given, plain = (graph.ask("city-positions", territory=wanted) for wanted in (name, f"territory/{code}"))
    assert given.rows == plain.rows


@pytest.mark.parametrize("name", ["Congo", "Korea", "Конго", "刚果"])
def test_a_name_that_two_territories_share_is_not_guessed(graph: Graph, known: Known, name: str) -> None:
    assert len(known.named(name, TERRITORY)) == 2
    with pytest.raises(BadQuestion, match="may mean"):
        graph.ask("city-positions", territory=name)


def test_a_city_is_named_with_any_name_of_its_territory(graph: Graph) -> None:
    for name in ("Seoul, South Korea", "Seoul, Republic of Korea", "Seoul, KOR", "Seoul，韩国", "Seoul, Korea"):
        assert place_named(graph, name).value.endswith("/geonames-1835848"), name
    with pytest.raises((UnknownName, BadQuestion)):
        place_named(graph, "Seoul, Viet Nam")


def test_names_are_of_codes_that_there_are_and_say_nothing_of_belonging() -> None:
    rows = list(csv.DictReader(territories.OTHER_NAMES.read_text("utf-8").splitlines(), delimiter="\t"))
    codes = {row["id"] for row in read(territories.FOLDER / "thing_territory.csv")}
    assert {row["code"] for row in rows} <= codes
    assert {row["language"] for row in rows} == set(territories.LANGUAGES)
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert not [row for row in rows if row["code"] == "tw"]
    of_parts = [row["name"] for row in rows if row["code"] in ("hk", "mo", "ps", "gl", "fk", "eh")]
    assert not [
        name for name in of_parts if any(word in name for word in ("China", "中国", "Китай", "Israel", "Denmark"))
    ]
    shared: dict[str, set[str]] = {}
    for row in rows:
        shared.setdefault(row["name"], set()).add(row["code"])
    assert {n for n, c in shared.items() if len(c) > 1} == {
        "Congo", "Korea", "Virgin Islands", "刚果", "维尔京群岛", "圣马丁", "Конго", "Корея", "Виргинские острова"
    }  # fmt: skip


# ── tables ──


def test_a_place_is_filed_under_a_territory_by_any_name(tried: Tried) -> None:
    mapping = '[columns]\nrecordedPlace = "City"\nfiledUnder = "Land"'
    tried(mapping, "City,Land\nMinsk,Белоруссия\nSeoul,Republic of Korea\nBaku,AZE\n", "PlaceRecord")
    assert tried.values("filedUnder") == ["territory/by", "territory/kr", "territory/az"]
    with pytest.raises(BadTable, match="'Korea' may mean territory/kp, territory/kr"):
        tried(mapping, "City,Land\nSeoul,Korea\n", "PlaceRecord")


@pytest.mark.parametrize(
    ("class_", "mapping", "table", "told"),
    [
        ("IndexRecord", '[columns]\nindexedPlace="C"\nindexName={constant="R"}\nrecordedRank="R"', "C,R\nBaku,0\n", "t.csv:2, column R: '0' is no rank"),
        ("IndexRecord", '[columns]\nindexedPlace="C"\nindexName={constant="R"}\nrecordedRank="R"', "C,R\nBaku,-3\n", "'-3' is no rank"),
        ("PlaceRecord", '[columns]\nrecordedPlace="C"\npopulation="P"', "C,P\nBaku,-5\n", "column P: '-5' is no number of people"),
        ("PlaceRecord", '[columns]\nrecordedPlace="C"\nlatitude="L"', "C,L\nBaku,−90.5\n", "is no latitude in degrees"),
        ("AllianceRecord", '[columns]\nrecordedAlliance="A"\nrecordedMemberCount="N"', "A,N\nalliance/eurocities,-1\n", "'-1' is no number of members"),
        ("FieldRecord", AMOUNT, 'Port,Land,Tonnes\nBaku,AZ,"1,234"\n', 'say how numbers are written, as decimal = "," or thousands'),
        ("FieldRecord", AMOUNT, 'Port,Land,Tonnes\nBaku,AZ,"1\u00a0234,5"\n', "say how numbers are written"),
        ("FieldRecord", AMOUNT, "Port,Land,Tonnes\nBaku,AZ,ca. 5\n", 'if it stands for not known, write unknown'),
        ("FieldRecord", AMOUNT, "Ports of the world\n\nPort,Land,Tonnes\nBaku,AZ,5\n", "line 3 has it: if that is the header, write header = 3"),
        ("FieldRecord", AMOUNT, 'Port;Land;"Tonnes, metric"\nBaku;AZ;5\n', "if ';' separates"),
        ("AllianceMembershipRecord", MEMBERS + 'since = "Y"', "City,Y\nBaku,2010-2015\n", "column Y: '2010-2015' holds more than one date; an interval fills since and until"),
        ("AllianceMembershipRecord", MEMBERS + 'since = "Y"\nuntil = "Y"', 'City,Y\nBaku,"2010, 2015"\n', "'2010, 2015' holds more than one date"),
        ("AllianceMembershipRecord", MEMBERS + 'asOf = "Y"', "City,Y\nBaku,2010/2015\n", "'2010/2015' holds more than one date"),
        ("AllianceMembershipRecord", MEMBERS + 'asOf = { column = "Y", split = "/" }', "City,Y\nBaku,2010/2015\n", "t.csv:2, column Y: 2010 and 2015 are two values of asOf"),
        ("AllianceMembershipRecord", MEMBERS + 'since = "Y"\nuntil = "Y"', "City,Y\nBaku,2015-2010\n", "2010 is before the start, 2015"),
    ],
)  # fmt: skip
def test_what_no_table_can_mean_is_refused_with_its_place(
    tried: Tried, class_: str, mapping: str, table: str, told: str
) -> None:
    with pytest.raises(BadTable) as error:
        tried(mapping, table, class_)
    assert told in str(error.value)


def test_an_interval_in_one_cell_fills_both_its_ends(tried: Tried) -> None:
    mapping = MEMBERS + 'since = "Y"\nuntil = "Y"'
    tried(mapping, "City,Y\nBaku,2010-2015\nMinsk,2011/2012-06\nKyiv,2013–\nLondon,2014\n", "AllianceMembershipRecord")
    assert tried.values("since") == ["2010", "2011", "2013", "2014"]
    assert tried.values("until") == ["2015", "2012-06", "2014"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("2010 - 2015", ("2010", "2015")), ("/2015", ("", "2015")), ("2010-12", None), ("2010-12-01", None), ("–", None), ("2010", None)],
)  # fmt: skip
def test_what_an_interval_is(text: str, found: tuple[str, str] | None) -> None:
    assert ends(text) == found


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ("\ufeffPort,Land,Tonnes\r\nBaku,AZ,5\r\n", ""),
        ("Port;Land;Tonnes\r\nBaku;AZ;5\r\n", '[table]\nseparator = ";"\n'),
        ("Port,Land,Tonnes,,\nBaku,AZ,5,,\n", ""),
        ("Port,Land,Tonnes,,\nBaku,AZ,5\n", ""),
        ("Port,Land,Tonnes\nBaku,AZ,5,,,\n", ""),
        ("Port,Land,Note,Note,Tonnes\nBaku,AZ,a,b,5\n", ""),
        ("Ports of the world,,\nPort,Land,Tonnes\nBaku,AZ,5\n", "[table]\nheader = 2\n"),
    ],
)  # fmt: skip
def test_tables_of_whatever_make_say_the_same(tried: Tried, table: str, more: str) -> None:
    tried(more + AMOUNT, table, "FieldRecord")
    assert (tried.values("fieldPlace"), tried.values("fieldAmount")) == (["city/baku"], ["5"])


def test_a_header_of_several_lines_is_named_on_one(tried: Tried) -> None:
    mapping = PORTS + 'fieldAmount = { column = "Tonnes  a year", thousands = " ", decimal = "," }'
    tried(mapping, 'Port,Land,"Tonnes\na year"\nBaku,AZ,"1\u202f234,5"\n', "FieldRecord")
    assert tried.values("fieldAmount") == ["1234.5"]


def test_a_workbook_with_titles_dates_and_numbers(tried: Tried) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    book = openpyxl.Workbook()
    for cells in (["Ports of the world"], [], ["Port", "Land", "Tonnes", "Read on", None], ["Baku", "Azerbaijan", 1234.5, datetime.datetime(2025, 3, 1)]):  # fmt: skip
        book.active.append(cells)
    book.save(tried.folder / "t.xlsx")
    mapping = AMOUNT + '\nasOf = "Read on"'
    with pytest.raises(BadTable, match="write header = 3"):
        tried(mapping, "", "FieldRecord", "t.xlsx")
    tried("[table]\nheader = 3\n" + mapping, "", "FieldRecord", "t.xlsx")
    assert (tried.values("fieldAmount"), tried.values("asOf")) == (["1234.5"], ["2025-03-01"])


def test_a_place_without_a_name_of_its_own_is_among_the_records(store: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(store, tmp_path / "eic")
    (tmp_path / "m.toml").write_text(HEAD.format("PlaceRecord") + '[columns]\nrecordedPlace = "City"\npopulation = "P"')
    (tmp_path / "t.csv").write_text("City,P\nBaku,77\n")
    bring(folder, tmp_path / "t.csv", tmp_path / "m.toml")
    rows = [row for row in Graph.open(str(folder)).ask("place-records", place="Baku") if "77" in str(row["population"])]
    assert [(row["recorded_name"], row["latitude"]) for row in rows] == [(None, None)]


def test_a_city_of_the_sources_is_meant_before_a_settlement_that_only_a_gazetteer_lists(graph: Graph) -> None:
    idaho = f"<{ID}place/geonames-5601538>"
    store = ox.Store()
    store.extend(graph.quads())
    store.update(
        f"""INSERT DATA {{ GRAPH <{layer("reference/geonames").value}> {{ {idaho} a <{EIC}PopulatedPlace>, <{EIC}Place> ;
        <{RDFS}label> "Moscow"@en }} }}"""
    )
    there = Graph(Oxigraph(store, "memory:"))
    assert there.ask("alliance-rosters", place="Moscow").rows == graph.ask("alliance-rosters", place="Moscow").rows
    assert there.ask("statements-about", city="Moscow").rows
    assert place_named(there, "Moscow").value == f"{ID}city/moscow"
    assert not there.ask("alliance-rosters", place="place/geonames-5601538").rows, "by its IRI it is meant still"


# ── assessments ──


def findings(path: Path, *cells: str) -> Path:
    path.write_text("city,element,level,source,date,note,assessor\n" + "".join(f"{line}\n" for line in cells), "utf-8")
    return path


@pytest.mark.parametrize(
    "city", one_at_once(["Seoul, KR", "Seoul, South Korea", "首尔，韩国", "Seoul, Republic of Korea"])
)
def test_an_assessed_city_is_named_as_elsewhere(store: Path, tmp_path: Path, city: str) -> None:
    folder = shutil.copytree(store, tmp_path / "eic")
    table = findings(tmp_path / "a.csv", f'"{city}",market demand,some,s,2025,,A. Person')
    ingest(folder, "assessments", [table])
    rows = Graph.open(str(folder)).query("SELECT ?c WHERE { ?a a eic:Assessment ; eic:assesses ?c }").rows
    assert f"<{ID}place/geonames-1835848>" in [str(row[0]) for row in rows]


@pytest.mark.slow
def test_what_goes_out_is_told_before_and_several_files_come_in(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(store, tmp_path / "eic")
    first = findings(
        tmp_path / "a.csv", "Minsk,market demand,some,s,2025,,A. Person", "Baku,market demand,some,s,2025,,A. Person"
    )
    second = findings(tmp_path / "b.csv", "Minsk,market demand,potential,s,2025,,B. Other")
    run = ["ingest", "assessments", "--on", str(folder)]
    assert main([*run, str(first), str(second)]) == 0
    assert "goes out" not in capsys.readouterr().err
    assert main([*run, str(second)]) == 0
    told = capsys.readouterr().err
    assert "what stands goes out: assessments 2 by A. Person, 1 by B. Other\n" in told
    assert told.index("goes out") < told.index("removing")
