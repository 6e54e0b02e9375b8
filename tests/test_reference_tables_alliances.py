"""The tables on alliances, twin cities and indices: they parse, keep what sources say, and hide no doubt; and the
readers of twin-city files, with good, broken and hostile ones."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from kg._ingest import alliance_rosters, index_facts, paper, twin_cities
from kg._ingest.twin_cities import adjacency, links

from kg.errors import BadTable
from kg.pipeline import load_ontology
from kg.references import tables
from kg.schema import Schema
from kg.tables import Row, read
from kg.terms import RDF_TYPE, eic, thing

FOLDERS = {module.FOLDER for module in (alliance_rosters, index_facts, twin_cities)}
TABLES = sorted(path for folder in FOLDERS for path in folder.glob("*.csv"))
RECORDS = [path for path in TABLES if path.name.startswith("record_")]
ALLIANCES = alliance_rosters.FOLDER / "record_alliance.csv"
MEMBERSHIPS = alliance_rosters.FOLDER / "record_alliance_membership.csv"
TWINNINGS = twin_cities.FOLDER / "record_twinning.csv"
INDICES = index_facts.FOLDER / "record_index.csv"


def rows(path: Path) -> dict[str, Row]:
    return {row["id"]: row for row in read(path)}


@pytest.fixture(scope="module")
def known() -> Schema:
    """The ontology, the paper's things, and what the gazetteer and the list of territories will have made known."""
    store = ox.Store()
    load_ontology(store)
    schema = Schema(store)
    for _ in paper.quads(schema):
        pass
    for line in (paper.FOLDER.parent / "geonames" / "cities.tsv").read_text("utf-8").splitlines():
        number = line.partition("\t")[0]
        if number.isdigit():
            schema.learn(thing(f"place/geonames-{number}"), RDF_TYPE, eic("PopulatedPlace"))
    for code in ("az", "by", "ge", "kz"):
        schema.learn(thing(f"territory/{code}"), RDF_TYPE, eic("Territory"))
    return schema


# ── all tables ──


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_each_identifier_stands_once(path: Path) -> None:
    ids = [row.required("id") for row in read(path)]
    assert ids and [id_ for id_, count in Counter(ids).items() if count > 1] == []


def test_every_cell_is_what_the_ontology_says_of_its_column(known: Schema) -> None:
    counts = dict[object, int]()
    for module in (alliance_rosters, twin_cities, index_facts):
        assert module.SOURCE.licence and module.SOURCE.attribution and module.SOURCE.origin
        assert set(module.SOURCE.title) == {"zh", "en"} and set(module.SOURCE.view) == {"zh", "en", "ru"}
        quads = list(module.quads(known))
        assert {quad.graph_name for quad in quads} == {module.SOURCE.graph}
        kinds = Counter(quad.object for quad in quads if quad.predicate == RDF_TYPE)
        counts |= {kind: number for kind, number in kinds.items() if kind != eic("ReferenceSource")}
    assert counts[eic("TwinningRecord")] == 27
    assert counts[eic("RecordedAlliance")] == 2
    assert set(counts) == {
        eic(name)
        for name in ("RecordedAlliance", "AllianceRecord", "AllianceMembershipRecord", "TwinningRecord", "IndexRecord")
    }


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_each_record_has_one_of_date_and_undated_a_source_and_a_confidence(path: Path) -> None:
    for row in read(path):
        assert bool(row["asOf"]) != (row["recordUndated"] == "true"), row["id"]
        assert row["recordUndated"] in ("", "true"), row["id"]
        assert row["statedAt"] and row["recordConfidence"], row["id"]
        assert bool(row["note@en"]) == bool(row["note@zh-Hans"]), row["id"]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_paper_is_no_source_of_a_record(path: Path) -> None:
    assert [row["id"] for row in read(path) if "paper" in row["statedAt"]] == []


def test_a_record_without_a_date_is_refused(known: Schema, tmp_path: Path) -> None:
    (tmp_path / "record_twinning.csv").write_text("id,twin,asOf\nx,city/kyiv|city/tbilisi,\n", "utf-8")
    source = twin_cities.SOURCE._replace(name="undated-test", as_of="")
    with pytest.raises(BadTable, match=r"record_twinning\.csv:2, column asOf"):
        list(tables(source, tmp_path, known))


# ── alliances ──


def test_each_alliance_has_one_main_record() -> None:
    main = [row for row in read(ALLIANCES) if row["rosterStatus"]]
    of_paper = {f"alliance/{row['id']}" for row in read(paper.FOLDER / "thing_alliance.csv")}
    of_others = {f"alliance/{row['id']}" for row in read(alliance_rosters.FOLDER / "thing_alliance.csv")}
    of_others |= {f"organisation/{slug}" for slug in ("iula", "metropolis", "united-towns-organisation")}
    assert len(of_paper) == 33 and len(of_others) == 5
    assert Counter(row["recordedAlliance"] for row in main) == Counter(of_paper | of_others)
    assert all(row["allianceNature"] for row in main)
    assert not any(row["allianceNature"] for row in read(ALLIANCES) if not row["rosterStatus"])


@pytest.mark.parametrize(
    ("id_", "cells"),
    [
        ("c40", {"foundedInYear": "2005", "seatPlace": "city/london", "recordedMemberCount": "94", "asOf": "2019-10"}),
        ("mfp", {"foundedInYear": "1982", "seatPlace": "place/geonames-1862415", "recordedMemberCount": "7833"}),
        ("wta", {"foundedInYear": "1998", "seatPlace": "city/daejeon", "recordedMemberCount": "109"}),
        ("wtcf", {"foundedInYear": "2012", "seatPlace": "city/beijing", "recordUndated": "true"}),
        ("uclg", {"foundedInYear": "2004", "seatPlace": "place/geonames-3128760", "recordedMemberCount": ""}),
        ("uclg-eurasia", {"seatPlace": "place/geonames-551487", "recordedMemberCount": "", "recordUndated": "true"}),
        ("iula", {"foundedInYear": "1913", "seatPlace": "", "recordedMemberCount": ""}),
        ("metropolises-and-associations", {"foundedInYear": "", "seatPlace": "", "recordConfidence": "lowConfidence"}),
        ("acr-plus", {"foundedInYear": ""}),
        ("southern-cities", {"foundedInYear": "1995", "recordConfidence": "lowConfidence"}),
    ],
)
def test_facts_of_alliances(id_: str, cells: dict[str, str]) -> None:
    row = rows(ALLIANCES)[id_]
    assert {name: row[name] for name in cells} == cells


def test_not_everything_called_an_alliance_is_an_association_of_cities() -> None:
    nature = {id_: row["allianceNature"] for id_, row in rows(ALLIANCES).items()}
    assert nature["apcs"] == "natureEvent"
    assert nature["uccn"] == "natureProgramme"
    assert nature["congress-of-local-and-regional-authorities"] == "natureOrgan"
    assert nature["wmccc"] == "natureOfPersons"
    assert nature["metropolises-and-associations"] == "natureUnclear"
    assert nature["fmdv"] == "natureAssociation" and "fund by name" in rows(ALLIANCES)["fmdv"]["note@en"]


@pytest.mark.parametrize("id_", ["wmccc", "congress-of-local-and-regional-authorities", "apcs"])
def test_persons_and_visitors_are_not_counted_as_members(id_: str) -> None:
    row = rows(ALLIANCES)[id_]
    assert row["recordedMemberCount"] == "" and row["memberCountInWords"]


def test_a_count_is_a_number_that_its_words_give() -> None:
    for row in read(ALLIANCES):
        if row["recordedMemberCount"]:
            assert int(row["recordedMemberCount"]) > 0
            assert row["recordedMemberCount"] in row["memberCountInWords"].replace(",", ""), row["id"]


@pytest.mark.parametrize(
    ("first", "second", "column", "told"),
    [
        ("lhc", "lhc-wikipedia", "foundedInYear", ("1994", "1987")),
        ("wmccc", "wmccc-azimuth", "foundedInYear", ("2005", "2010")),
        ("iapmc", "iapmc-wikipedia-2007", "foundedInYear", ("1988", "1996")),
        ("mag-cis", "mag-cis-inform-2020", "recordedMemberCount", ("87", "53")),
    ],
)
def test_where_sources_differ_both_stay(first: str, second: str, column: str, told: tuple[str, str]) -> None:
    found = rows(ALLIANCES)
    assert found[first]["recordedAlliance"] == found[second]["recordedAlliance"]
    assert (found[first][column], found[second][column]) == told
    assert found[first]["statedAt"] != found[second]["statedAt"]


def test_founding_years_agree_with_the_paper_or_a_note_tells() -> None:
    found = rows(ALLIANCES)
    for claim in read(paper.FOLDER / "claim_founding.csv"):
        row = found[claim["founded"].removeprefix("alliance/")]
        if claim["foundingYear"] != row["foundedInYear"]:
            assert row["note@en"] or not claim["foundingYear"]
    assert "95 countries" in found["uclg"]["note@en"] and "127" in found["uclg"]["note@en"]


# ── memberships ──


def test_a_roster_is_called_complete_only_where_all_members_are_here() -> None:
    members = Counter(r["inAlliance"] for r in read(MEMBERSHIPS) if r["recordStanding"] == "standingMember")
    listed = {row["inAlliance"] for row in read(MEMBERSHIPS)}
    complete = []
    for row in read(ALLIANCES):
        if row["rosterStatus"] == "rosterComplete":
            complete.append(row["recordedAlliance"])
            assert members[row["recordedAlliance"]] == int(row["recordedMemberCount"])
        elif row["rosterStatus"]:
            assert (row["rosterStatus"] == "rosterPartial") == (row["recordedAlliance"] in listed), row["id"]
    assert complete == ["alliance/drei-gewinnt"]


def test_moscow_in_c40_is_two_records_that_differ() -> None:
    found = {id_: row for id_, row in rows(MEMBERSHIPS).items() if id_.startswith("c40-moscow")}
    assert set(found) == {"c40-moscow-2006", "c40-moscow-2019"}
    older, newer = found["c40-moscow-2006"], found["c40-moscow-2019"]
    assert (older["recordStanding"], older["since"], older["recordUndated"]) == ("standingMember", "2006", "true")
    assert (newer["recordStanding"], newer["since"], newer["asOf"]) == ("standingSuspended", "", "2019-10")
    assert older["until"] == newer["until"] == ""
    assert "c40-moscow-2019" in older["note@en"] and "c40-moscow-2006" in newer["note@zh-Hans"]


@pytest.mark.parametrize(
    ("id_", "cells"),
    [
        ("uccn-almaty-2017", {"recordStanding": "standingMember", "since": "2017", "standingNote": "member: Music"}),
        ("uccn-hangzhou-2017", {"since": "2012-04-10", "standingNote": "member: Crafts and Folk Art"}),
        ("wtcf-tbilisi-2019", {"since": "2019-09", "recordConfidence": "highConfidence"}),
        ("c40-shenzhen-2014", {"since": "2014", "memberPlace": "city/shenzhen"}),
        ("c40-rio-de-janeiro-undated", {"since": "", "asOf": "", "recordUndated": "true"}),
        ("eurocities-kyiv-2022", {"asOf": "2022-02", "since": ""}),
        ("drei-gewinnt-ruesselsheim-2017", {"since": "2006", "recordStanding": "standingMember"}),
        ("wta-novosibirsk-undated", {"recordUndated": "true", "statedAt": "mfd.ru/news/view/?id=9115"}),
    ],
)
def test_facts_of_memberships(id_: str, cells: dict[str, str]) -> None:
    row = rows(MEMBERSHIPS)[id_]
    assert {name: row[name] for name in cells} == cells


def test_who_is_not_said_to_be_a_member_is_not_called_one() -> None:
    found = rows(MEMBERSHIPS)
    assert found["luci-shanghai-2019"]["recordStanding"] == ""
    assert found["luci-shanghai-2019"]["recordConfidence"] == "lowConfidence"
    assert found["drei-gewinnt-hangzhou-2013"]["recordStanding"] == "standingAssociate"
    for row in found.values():
        assert row["standingNote"], row["id"]
        if "implied" in row["standingNote"] or "not taking part" in row["standingNote"]:
            assert row["recordStanding"] != "standingMember", row["id"]


def test_no_membership_begins_before_its_alliance_or_after_its_date() -> None:
    founded = {row["recordedAlliance"]: row["foundedInYear"] for row in read(ALLIANCES) if row["rosterStatus"]}
    for row in read(MEMBERSHIPS):
        if row["since"]:
            assert row["since"][:4] >= founded[row["inAlliance"]], row["id"]
            assert not row["asOf"] or row["since"][:4] <= row["asOf"][:4], row["id"]


def test_memberships_in_what_may_not_be_restated_are_not_here() -> None:
    assert not any("ClimActor" in row["statedAt"] for row in read(MEMBERSHIPS))


# ── twin cities and indices ──


def test_twinnings_join_two_cities_once_and_claim_no_standing() -> None:
    found = read(TWINNINGS)
    pairs = [frozenset(row.several("twin")) for row in found]
    assert len(pairs) == len(set(pairs)) == 27 and {len(pair) for pair in pairs} == {2}
    assert {row["recordStanding"] for row in found} == {""} and {row["asOf"] for row in found} == {"2022-01"}
    assert frozenset({"city/kyiv", "city/tbilisi"}) in pairs and frozenset({"city/moscow", "city/beijing"}) in pairs
    assert frozenset({"city/moscow", "city/kyiv"}) not in pairs
    assert twin_cities.SOURCE.licence == "CC0 1.0"


@pytest.mark.parametrize(
    ("id_", "cells"),
    [
        ("gawc-2018-london", {"recordedLevel": "Alpha++", "recordedRank": "", "asOf": "2018"}),
        ("gawc-2018-moscow", {"recordedLevel": "Alpha"}),
        ("gawc-2020-baku", {"recordedLevel": "Gamma", "asOf": "2020"}),
        ("innovation-cities-2018-global-dubai", {"recordedRank": "33", "recordedScore": "47", "indexList": "Global"}),
        ("innovation-cities-2018-emerging-dubai", {"recordedRank": "1", "recordedScore": "", "indexList": "Emerging"}),
        ("innovation-cities-2018-emerging-abu-dhabi", {"recordedRank": "2"}),
        ("innovation-cities-2016-2017-global-tokyo", {"recordedRank": "3", "asOf": "2017"}),
        ("innovation-cities-2019-global-moscow", {"recordedRank": "38", "asOf": "2019"}),
        ("gii-2017-russia", {"recordedRank": "45", "indexedPlace": "state/russia"}),
        ("gii-2017-belarus", {"recordedRank": "88", "indexedPlace": "territory/by"}),
    ],
)
def test_facts_of_indices(id_: str, cells: dict[str, str]) -> None:
    row = rows(INDICES)[id_]
    assert {name: row[name] for name in cells} == cells


def test_each_index_record_says_one_thing_in_one_list() -> None:
    found = read(INDICES)
    assert len(found) == 31
    keys = [(r["indexedPlace"], r["indexName"], r["indexEdition"], r["indexList"]) for r in found]
    assert len(set(keys)) == len(keys)
    for row in found:
        assert row["indexList"] and row["indexEdition"].endswith(row["asOf"]), row["id"]
        assert row["recordedRank"] or row["recordedLevel"], row["id"]


def test_a_rank_that_differs_from_the_papers_stays_and_says_so() -> None:
    row = rows(INDICES)["gii-2017-russia"]
    printed = next(r for r in read(paper.FOLDER / "claim_ranking_observation.csv") if r["id"] == "rank-018")
    assert (printed["rank"], row["recordedRank"]) == ("28", "45")
    assert "28" in row["note@en"] and "28" in row["note@zh-Hans"]


# ── readers of twin-city files ──

NODES = '<node id="Q649" label="Moscow"/><node id="Q956" label="Beijing"/><node id="Q994" label="Tbilisi"/>'


def gexf(folder: Path, nodes: str, edges: str, head: str = "") -> Path:
    path = folder / "twins.gexf"
    path.write_text(
        f"<?xml version='1.0' encoding='utf-8'?>\n{head}"
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="undirected">\n'
        f"<nodes>{nodes}</nodes>\n<edges>{edges}</edges></graph></gexf>\n",
        "utf-8",
    )
    return path


def edge(source: str, target: str) -> str:
    return f'<edge source="{source}" target="{target}" id="{source}-{target}"/>'


def test_pairs_are_given_once_whichever_way_they_stand(tmp_path: Path) -> None:
    edges = edge("Q956", "Q649") + edge("Q649", "Q956") + edge("Q649", "Q994") + edge("Q956", "Q649")
    assert list(links(gexf(tmp_path, NODES, edges))) == [("Q649", "Q956"), ("Q649", "Q994")]


def test_numbers_and_not_letters_order_a_pair(tmp_path: Path) -> None:
    nodes = '<node id="Q1000"/><node id="Q9"/>'
    assert list(links(gexf(tmp_path, nodes, edge("Q1000", "Q9")))) == [("Q9", "Q1000")]


def test_a_city_is_no_twin_of_itself(tmp_path: Path) -> None:
    assert list(links(gexf(tmp_path, NODES, edge("Q649", "Q649")))) == []


def test_nodes_without_edges_give_no_pairs(tmp_path: Path) -> None:
    assert list(links(gexf(tmp_path, NODES, ""))) == []


def test_gexf_of_any_version_or_none_is_read(tmp_path: Path) -> None:
    path = gexf(tmp_path, NODES, edge("Q649", "Q956"))
    for name in (' xmlns="http://gexf.net/1.3"', ""):
        plain = path.read_text("utf-8").replace(' xmlns="http://www.gexf.net/1.2draft"', name)
        (tmp_path / "other.gexf").write_text(plain, "utf-8")
        assert list(links(tmp_path / "other.gexf")) == [("Q649", "Q956")]


@pytest.mark.parametrize(
    ("nodes", "edges", "told"),
    [
        (NODES, edge("Q649", "Q1899"), r"twins\.gexf:4, column target: an edge to Q1899, which is no node"),
        (NODES, edge("Q1899", "Q649"), r"twins\.gexf:4, column source"),
        (NODES, '<edge source="Q649"/>', "column target: no target"),
        ('<node id="Moscow"/>', "", r"twins\.gexf:3, column id: 'Moscow' is no Wikidata number"),
        ('<node id="Q649&quot;/&gt;"/>', "", "is no Wikidata number"),
        ('<node id="Q' + "9" * 5000 + '"/>', "", "is no Wikidata number"),
        ('<node label="Moscow"/>', "", "column id: no id"),
        ("", "", r"twins\.gexf: no nodes"),
        (NODES, "<edge", "not XML"),
        (NODES + '<node id="Q9">', "", r"twins\.gexf:3: not XML: mismatched tag"),
    ],
)
def test_a_broken_gexf_file_is_told_of(tmp_path: Path, nodes: str, edges: str, told: str) -> None:
    with pytest.raises(BadTable, match=told):
        list(links(gexf(tmp_path, nodes, edges)))


def test_files_that_are_no_gexf_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "twins.gexf"
    with pytest.raises(BadTable, match="cannot be read"):
        list(links(path))
    for text in (b"", b"Kyiv,Tbilisi\n", b"\xff\xfe\x00", b"{}"):
        path.write_bytes(text)
        with pytest.raises(BadTable, match="not XML"):
            list(links(path))
    path.write_bytes(b"<html><body/></html>")
    with pytest.raises(BadTable, match="no nodes"):
        list(links(path))


def test_a_cut_file_gives_what_stands_before_the_cut_and_then_fails(tmp_path: Path) -> None:
    whole = gexf(tmp_path, NODES, edge("Q649", "Q956") + edge("Q649", "Q994"))
    cut = whole.read_bytes()[:-60]
    whole.write_bytes(cut)
    with pytest.raises(BadTable, match="not XML"):
        list(links(whole))


def test_entities_that_would_swell_are_refused(tmp_path: Path) -> None:
    head = '<!DOCTYPE gexf [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>\n'
    with pytest.raises(BadTable, match=r"twins\.gexf:2: a document type is declared"):
        list(links(gexf(tmp_path, NODES, edge("Q649", "Q956"), head)))


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "large.gexf"
    filling = "x" * 400
    with path.open("w", encoding="utf-8") as file:
        file.write("<gexf><graph><nodes>\n")
        file.writelines(f'<node id="Q{n}" label="{filling}"/>\n' for n in range(1, 2002))
        file.write("</nodes><edges>\n")
        file.writelines(
            f'<edge source="Q{n}" target="Q{n + step}" label="{filling}"/>\n'
            for n in range(1, 2001)
            for step in range(1, 11)
            if n + step <= 2001
        )
        file.writelines(f'<edge source="Q{n}" target="Q{n % 2000 + 1}"/>\n' for n in range(1, 46))
        file.write("</edges></graph></gexf>\n")
    assert path.stat().st_size > 9_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in links(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10 * 2000 - sum(range(1, 10))  # the last nine nodes lack 1 to 9 of their ten partners
    assert peak < 4_000_000


def test_adjacency_lists_may_have_unequal_lines(tmp_path: Path) -> None:
    path = tmp_path / "twins.csv"
    path.write_text(
        ',0,1,2\n"Kyiv, Ukraine","Tbilisi, Georgia", ,"Warsaw, Poland"\n\nMinsk,Minsk,Dubna\nBaku\n', "utf-8"
    )
    assert list(adjacency(path)) == [
        ("Kyiv, Ukraine", "Tbilisi, Georgia"),
        ("Kyiv, Ukraine", "Warsaw, Poland"),
        ("Minsk", "Dubna"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"Kyiv,Tbilisi\n,Warsaw\n", r"twins\.csv:2: twins without a city"),
        (b'"Kyiv,Tbilisi\nMinsk,Dubna\n', "quotation mark"),
        (b"Kyiv;Tbilisi\nMinsk;Dubna\n", "no line has a city and a twin"),
        (b'"Kyiv";"Tbilisi"\n', "something else than commas"),
        (b"", "no line has a city and a twin"),
        ("Киев,Тбилиси\n".encode("cp1251"), "not UTF-8"),
    ],
)
def test_a_broken_adjacency_list_is_told_of(tmp_path: Path, text: bytes, told: str) -> None:
    path = tmp_path / "twins.csv"
    path.write_bytes(text)
    with pytest.raises(BadTable, match=told):
        list(adjacency(path))
