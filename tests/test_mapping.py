"""Mappings: tables nobody foresaw, read by what a small file declares; and what is told of each thing that is amiss."""
# ruff: noqa: E501 - a case a line is easier to read than cases that are broken

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.__main__ import main
from kg.bringing import bring
from kg.cells import literal
from kg.commands import ingest as command
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadTable
from kg.graph import Graph
from kg.mapped import Mapped
from kg.mapping import Declared, Filling
from kg.placing import Known
from kg.tables import Row
from kg.terms import XSD

DOCS = Path(__file__).parent.parent / "docs"
HEAD = """class = "{}"
name = "mine"
title = "Mine"
licence = "CC0"
attribution = "me"
origin = "here"
as_of = "2025"
"""
RANKS = (
    '[columns]\nindexedPlace = { place = { name = "City", territory = "Country" } }\nindexName = { constant = "R" }\n'
)
EIC, ID = "https://w3id.org/eic/ontology#", "https://w3id.org/eic/id/"


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    assert isinstance(graph.engine, Oxigraph)
    return Known(graph.engine.store)


class Tried:
    """What a table gives by a mapping, as a dict of texts by property for each record."""

    def __init__(self, tmp_path: Path, known: Known):
        self.folder, self.known = tmp_path, known

    def __call__(self, mapping: str, table: str | bytes, class_: str = "IndexRecord", name: str = "t.csv") -> Mapped:
        (self.folder / "m.toml").write_text(HEAD.format(class_) + mapping, "utf-8")
        if table:
            (self.folder / name).write_bytes(table if isinstance(table, bytes) else table.encode())
        mapped = Mapped(Declared(self.folder / "m.toml"), self.folder / name)
        self.lines = [line for text in mapped.lines(self.known) for line in text.splitlines()]
        return mapped

    def values(self, name: str) -> list[str]:
        """What records say by a property, in order of the rows."""
        found = [line.split(f"<{EIC}{name}> ")[1] for line in self.lines if f"<{EIC}{name}> " in line]
        return [
            text.rsplit(" <", 1)[0].split("^^")[0].strip('"<>').removeprefix(ID).removeprefix(EIC) for text in found
        ]


@pytest.fixture
def tried(tmp_path: Path, known: Known) -> Tried:
    return Tried(tmp_path, known)


#: What the example and the shipped facts of its rows have in common, but the source and the key.
SAID = """PREFIX eic: <https://w3id.org/eic/ontology#>
SELECT ?place ?edition ?list ?rank ?score ?level ?date ?page ?trust WHERE {{
  ?r eic:recordedIn <https://w3id.org/eic/id/source/{}> ; eic:indexName "Innovation Cities Index" .
  ?r eic:indexedPlace ?place ; eic:indexEdition ?edition ; eic:indexList ?list ; eic:recordedRank ?rank .
  ?r eic:asOf ?date ; eic:statedAt ?page ; eic:recordConfidence ?trust .
  OPTIONAL {{ ?r eic:recordedScore ?score }} OPTIONAL {{ ?r eic:recordedLevel ?level }} }}"""


def test_the_example_in_the_documents_is_read(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "eic"
    shutil.copytree(store, folder)
    brought = bring(folder, DOCS / "mapping-example.csv", DOCS / "mapping-example.toml")
    assert (brought.rows, brought.kept, brought.left, brought.unsettled) == (4, 4, {}, "")
    g = Graph.open(str(folder))

    def said(source: str) -> set[tuple[str, ...]]:
        rows = g.query(SAID.format(source))
        return {tuple(str(row[column]) for column in rows.columns) for row in rows}

    assert {row[0].rpartition("/")[2] for row in said("example-ranks")} == {"london>", "dubai>", "beijing>", "moscow>"}
    assert said("example-ranks") < said("index-facts")  # the same facts, value for value and date for date


def test_the_mapping_in_the_help_is_one(tmp_path: Path, known: Known) -> None:
    text = (
        command.EXAMPLE.partition("say all that")[2].partition("hold):\n")[2]
        or command.EXAMPLE.partition("hold):\n")[2]
    )
    (tmp_path / "m.toml").write_text(text, "utf-8")
    (tmp_path / "t.csv").write_text("City,Country,Rank\nBaku,Azerbaijan,7\n")
    assert "recordedRank" in "".join(Mapped(Declared(tmp_path / "m.toml"), tmp_path / "t.csv").lines(known))


def test_a_name_alone_an_identifier_and_a_name_in_chinese_mean_the_same_city(tried: Tried) -> None:
    mapping = '[columns]\nindexName = { constant = "R" }\nindexedPlace = '
    tried(mapping + '"City"', "City\nBaku\n巴库\nБаку\n")
    assert tried.values("indexedPlace") == ["city/baku"] * 3
    tried(mapping + '{ place = { geonames = "G", wikidata = "W" } }', "G,W\n587084,\n,Q9248\n587084,Q9248\n")
    assert tried.values("indexedPlace") == ["city/baku"] * 3


def test_identifiers_that_differ_are_left_open(tried: Tried) -> None:
    mapping = '[columns]\nindexName = { constant = "R" }\nindexedPlace = { place = { geonames = "G", name = "N" } }'
    mapped = tried(mapping, "G,N\n587084,London\n")
    assert (mapped.counts["conflict"], tried.lines) == (1, [])


def test_a_country_is_a_place_by_its_code_or_name(tried: Tried) -> None:
    tried(
        '[columns]\nindexedPlace = { place = { territory = "C" } }\nindexName = { constant = "R" }', "C\nKAZ\nАндорра\n"
    )
    assert tried.values("indexedPlace")[1] == "territory/ad"
    assert tried.values("indexedPlace")[0] in ("state/kazakhstan", "territory/kz")


@pytest.mark.parametrize(
    ("text", "how", "value"),
    [
        ("1.234,5", {"decimal": ",", "thousands": "."}, "1234.5"),
        ("12 345", {"thousands": " "}, "12345"),
        ("-0,5", {"decimal": ","}, "-0.5"),
        ("1.5", {"thousands": ".", "decimal": ","}, None),
        ("1,5", {}, None),
        ("1e3", {}, None),
        ("٣", {}, None),
        ("NaN", {}, None),
    ],
)
def test_numbers_are_read_by_their_marks_and_never_guessed(text: str, how: dict[str, str], value: str | None) -> None:
    def read() -> str:
        return literal(
            text, "recordedScore", XSD + "decimal", Filling("recordedScore", {}, **how), Row("t", 2, {})
        ).value

    if value is None:
        with pytest.raises(BadTable, match="is no number; if it stands for not known"):
            read()
    else:
        assert read() == value


@pytest.mark.parametrize(
    ("text", "pattern", "value"),
    [("31.12.1999", "%d.%m.%Y", "1999-12-31"), ("12/1999", "%m/%Y", "1999-12"), ("1999", "%Y", "1999"),
     ("1999-02-30", "", None), ("0", "", None), ("1999", "", "1999"), ("30.02.1999", "%d.%m.%Y", None)],
)  # fmt: skip
def test_dates_are_as_exact_as_they_are_written(text: str, pattern: str, value: str | None) -> None:
    def read() -> str:
        return literal(text, "since", XSD + "date", Filling("since", {}, date=pattern), Row("t", 2, {})).value

    if value is None:
        with pytest.raises(BadTable, match="is no date"):
            read()
    else:
        assert read() == value


@pytest.mark.parametrize(
    ("mapping", "table", "told"),
    [
        (RANKS + 'recordedRnk = "Rank"', "City,Country,Rank\n", "m.toml:11, column recordedRnk: no property 'recordedRnk'"),
        (RANKS + 'population = "P"', "City,Country,P\n", "a IndexRecord has no population; it is for PlaceRecord"),
        (RANKS + 'recordedRank = "Rnk"', "City,Country,Rank\n", "t.csv:1: there is no column 'Rnk'; did you mean 'Rank'?"),
        (RANKS + 'recordedRank = "Rank"', "City,Country,Rank\nBaku,AZ,12a\n", "t.csv:2, column Rank: '12a' is no whole"),
        (RANKS + 'recordedRank = "R"', "City,Country,R,R\n", "2 columns are called 'R'; name one by its place, as #3"),
        (RANKS + 'recordKey = "R"', "City,Country,R\n", "no property 'recordKey' can be filled"),
        (RANKS + 'recordedRank = { column = "R", decmal = "," }', "City\n", "a filling has no 'decmal'; did you mean decimal?"),
        (RANKS + 'recordConfidence = "R"', "City,Country,R\nBaku,AZ,hgh\n", "no RecordConfidence is called 'hgh'"),
        (RANKS + "asOf = { column = 'R', decimal = ',' }", "City,Country,R\n", "asOf takes no number"),
        (RANKS + "recordedRank = { column = 'R', pattern = 'x' }", "City\n", "pattern has 0 groups"),
        (RANKS + "recordedRank = { column = 'R', pattern = '(' }", "City\n", "pattern is no regular expression"),
        (RANKS + "recordedRank = { column = 'R', place = 'R' }", "City\n", "column stands beside place"),
        (RANKS + "recordedRank = { place = 'R' }", "City,Country,R\n", "recordedRank takes no place"),
        ('[columns]\nindexName = "City"', "City\n", "a IndexRecord tells nothing without indexedPlace"),
        (RANKS, "City;Country\n", "the header has one column only; if ';' separates them, write separator"),
        (RANKS, "City,Country\nBaku\n", "t.csv:2: 1 cells where the header has 2; if rows may be shorter, write ragged"),
        (RANKS, "City,Country\nBaku,AZ,1\n", "3 cells where the header has 2; a separator inside a text"),
        (RANKS, 'City,Country\n"Baku,AZ\n', "is a quotation mark left open?"),
        (RANKS, "City,Country\nBa\x01ku,AZ\n", "t.csv:2: a cell holds control characters"),
        (RANKS, b"City,Country\nK\xf6ln,DE\n", "t.csv:2: not utf-8"),
        ("[table]\nencoding = 'utf8x'\n" + RANKS, "City,Country\n", "no encoding is called 'utf8x'"),
        ("[table]\nkey = ['City']\n" + RANKS, "City,Country\nBaku,AZ\nbaku,AZ\n", "t.csv:3, column City: a second row of"),
        ("[table]\nseparator = ';;'\n" + RANKS, "City\n", "is no single character"),
        ("[tabel]\n" + RANKS, "City\n", "a mapping has no 'tabel'; did you mean table?"),
        ("x = ", "City\n", "m.toml: not TOML"),
        ('[things."alliance/x"]\nclass="CityAlliance"\nen="E"\nzh="E"\n' + RANKS, "City\n", "write RecordedAlliance"),
        ('[things."alliance/eurocities"]\nclass="RecordedAlliance"\nen="E"\nzh="E"\n' + RANKS, "City\n", "in the graph already"),
        ('[things."alliance/x"]\nclass="Claim"\nen="E"\nzh="E"\n' + RANKS, "City\n", "no class of things is called 'Claim'"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_told_with_its_place_and_what_to_do(
    tried: Tried, mapping: str, table: str | bytes, told: str
) -> None:
    with pytest.raises(BadTable) as error:
        tried(mapping, table)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("key", "told"), [("as_of", "as of when the rows hold, or 'undated'"), ("licence", "licence is missing"),
                      ("title", "title is missing"), ("class", "class is missing")],
)  # fmt: skip
def test_a_source_says_who_it_is_and_as_of_when_it_holds(tmp_path: Path, key: str, told: str) -> None:
    text = HEAD.format("IndexRecord") + RANKS
    (tmp_path / "m.toml").write_text("\n".join(line for line in text.splitlines() if not line.startswith(key)))
    with pytest.raises(BadTable, match=told):
        Declared(tmp_path / "m.toml")


def test_a_population_of_nought_and_a_latitude_past_the_pole_are_refused(tried: Tried) -> None:
    mapping = '[columns]\nrecordedPlace = "City"\npopulation = "P"\nlatitude = "L"'
    for cells, told in (("0,1", "'0' is no number of people"), ("5,90.1", "'90.1' is no latitude in degrees")):
        with pytest.raises(BadTable, match=told):
            tried(mapping, f"City,P,L\nBaku,{cells}\n", "PlaceRecord")


def test_a_link_that_ended_before_it_began_is_refused(tried: Tried) -> None:
    mapping = '[columns]\ntwin = [ "A", "B" ]\nsince = "S"\nuntil = "U"'
    with pytest.raises(BadTable, match=r"t.csv:2, column until: 1999 is before the start, 2001-05"):
        tried(mapping, "A,B,S,U\nBaku,London,2001-05,1999\n", "TwinningRecord")
    assert tried(mapping, "A,B,S,U\nBaku,Баку,,\n", "TwinningRecord").counts == {"rows": 1, "itself": 1}


def test_columns_can_be_unfolded_and_named_by_place(tried: Tried) -> None:
    mapping = '[table]\neach = "rest"\n[columns]\nfieldPlace = "City"\nfieldName = "@column"\nfieldAmount = "@cell"'
    tried(mapping, "City,Physics,Law\nBaku,3,\nLondon,5,7\n", "FieldRecord")
    assert tried.values("fieldName") == ["Physics", "Physics", "Law"]
    assert tried.values("fieldAmount") == ["3", "5", "7"]
    mapping = "[table]\nheader = 0\nragged = true\neach = 'rest'\n[columns]\n"
    mapping += """twin = [ "#1", { place = { name = { column = "@cell", pattern = '(.+), .+' } } } ]"""
    tried(mapping, 'Baku,"London, UK","Minsk, BY"\nMinsk,"Almaty, KZ"\n', "TwinningRecord")
    assert tried.values("twin")[-2:] == ["city/minsk", "city/almaty"]
    assert len(tried.values("twin")) == 6


def test_workbooks_other_encodings_and_later_headers_are_read(tried: Tried) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["a note", None])
    book.active.append(["City", "Country", "Rank", "Score"])
    book.active.append(["Baku", "Azerbaijan", 7, 0.1])
    book.active.append([None])
    book.active.append(["London", "GB", 1.0, None])
    book.save(tried.folder / "t.xlsx")
    mapping = "[table]\nheader = 2\n" + RANKS + 'recordedRank = "Rank"\nrecordedScore = "Score"'
    tried(mapping, "", name="t.xlsx")
    assert (tried.values("recordedRank"), tried.values("recordedScore")) == (["7", "1"], ["0.1"])
    (tried.folder / "t.xlsx").write_bytes((tried.folder / "t.xlsx").read_bytes()[:900])
    with pytest.raises(BadTable, match="no workbook"):
        tried(mapping, "", name="t.xlsx")
    tried("[table]\nencoding = 'windows-1251'\n" + RANKS, "City\tCountry\nБаку\tAZ\n".encode("cp1251"), name="t.tsv")
    assert tried.values("indexedPlace") == ["city/baku"]


def test_hostile_texts_stay_texts(tried: Tried) -> None:
    text = 'a> <b> "c" \\ . é\u202e'
    tried(RANKS + 'recordedLevel = "L"', f'City,Country,L\nBaku,AZ,"{text.replace(chr(34), chr(34) * 2)}"\n')
    import pyoxigraph as ox

    quads = list(ox.parse("\n".join(tried.lines), format=ox.RdfFormat.N_QUADS))
    assert text in [getattr(quad.object, "value", "") for quad in quads]


def test_an_alliance_of_the_users_own_has_members(tried: Tried) -> None:
    mapping = '[columns]\nmemberPlace = "City"\ninAlliance = { constant = "our net" }\n'
    mapping += '[things."alliance/our-net"]\nclass = "RecordedAlliance"\nen = "Our Net"\nzh = "我们的网络"\n'
    tried(mapping, "City\nBaku\n", "AllianceMembershipRecord")
    assert tried.values("inAlliance") == ["alliance/our-net"]


def test_what_a_person_settles_is_taken_and_the_rest_is_listed_again(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, still = tmp_path / "eic", tmp_path / "open.csv"
    shutil.copytree(store, folder)
    (tmp_path / "m.toml").write_text(HEAD.format("IndexRecord") + RANKS)
    (tmp_path / "t.csv").write_text("City,Country\nBakou City,Azerbaijan\nBaku,Azerbaijan\nNowhere,\n,Azerbaijan\n")
    run = ["ingest", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.toml"), "--on", str(folder)]
    assert main([*run, "--unsettled", str(still)]) == 0
    assert f"resolved 1 of 4; left out: 2 unknown, 1 without a name -> {still}" in capsys.readouterr().out
    lines = still.read_text().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Bakou City", "Nowhere"]
    lines[1] = "Bakou City,Azerbaijan,city/baku,A. Person,2026-11-27,,"
    still.write_text("\n".join(lines) + "\n")
    assert main([*run, "--settled", str(still), "--name", "again"]) == 0
    told = capsys.readouterr().out
    assert "resolved 2 of 4; left out: 1 unknown, 1 without a name; --unsettled FILE" in told
    assert "again: " in told
    assert main(["ingest", "again", "--forget", "--on", str(folder)]) == 0
    assert main(["ingest", "mine", "--name", "x", "--on", str(folder)]) == 2
    assert main([*run, "--name", "geonames"]) == 2
