"""The tables of territories and regional organisations: every row reads, is dated and known, and says what is so."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from kg._ingest import paper, regional_organisations, territories

from kg.pipeline import load_ontology
from kg.schema import Schema
from kg.tables import Row, read

TABLES = sorted((*territories.FOLDER.glob("*.csv"), *regional_organisations.FOLDER.glob("*.csv")))
RECORDS = [path for path in TABLES if path.name.startswith("record_")]
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
TERRITORIES = {row["id"]: row for row in read(territories.FOLDER / "thing_territory.csv")}
MEMBERSHIPS = read(regional_organisations.FOLDER / "record_treaty_membership.csv")
ORGANISATIONS = {row["id"]: row for row in read(regional_organisations.FOLDER / "thing_regional_organisation.csv")}
EU_2026 = "at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk"
COUNCIL_OF_EUROPE_2026 = f"{EU_2026} ad al am az ba ch gb ge is li mc md me mk no rs sm tr ua"


def standing(organisation: str, date: str, kind: str = "Member") -> set[str]:
    """The territories that have a standing on a date."""
    return {
        row["treatyMember"].removeprefix("territory/")
        for row in MEMBERSHIPS
        if row["treatyOrganisation"] == f"regional-organisation/{organisation}"
        and row["recordStanding"] == f"standing{kind}"
        and row["since"] <= date
        and (not row["until"] or date < row["until"])
    }


def test_every_row_is_understood_and_stands_in_the_graph_of_its_source() -> None:
    store = ox.Store()
    load_ontology(store)
    schema = Schema(store)
    for quad in paper.quads(schema):  # makes the states known
        store.add(quad)
    for module in (territories, regional_organisations):
        quads = list(module.quads(schema))
        assert {quad.graph_name for quad in quads} == {module.SOURCE.graph}
        assert len(quads) == len(set(quads))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_identifiers_are_slugs_and_stand_once(path: Path) -> None:
    ids = [row["id"] for row in read(path)]
    assert ids
    assert len(ids) == len(set(ids))
    assert not [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_every_record_is_dated(path: Path) -> None:
    for row in read(path):
        assert bool(row["asOf"]) != (row["recordUndated"] == "true"), row["id"]
        for column in ("asOf", "since", "until"):
            assert not row[column] or DATE.fullmatch(row[column]), (row["id"], column)


def test_no_interval_ends_before_it_begins_or_begins_after_it_was_looked_at() -> None:
    for row in MEMBERSHIPS:
        for early, late in (("since", "until"), ("since", "asOf"), ("until", "asOf")):
            width = min(len(row[early]), len(row[late]))
            assert row[early][:width] <= row[late][:width], (row["id"], early, late)


def test_intervals_of_one_member_follow_one_another() -> None:
    """Two accounts at once are for disputes: Armenia's part in the CSTO, and a row that says so."""
    by_pair: dict[tuple[str, str], list[Row]] = {}
    for row in MEMBERSHIPS:
        by_pair.setdefault((row["treatyOrganisation"], row["treatyMember"]), []).append(row)
    both = {
        first["id"]
        for rows in by_pair.values()
        for first, second in pairwise(rows)
        if not first["until"] or first["until"] > second["since"]
    }
    assert both == {"csto-am-member"}


def test_every_member_is_a_territory_of_an_organisation_that_is_described() -> None:
    for row in MEMBERSHIPS:
        assert row["treatyMember"].removeprefix("territory/") in TERRITORIES, row["id"]
        assert row["treatyOrganisation"].removeprefix("regional-organisation/") in ORGANISATIONS, row["id"]
    assert {r["treatyOrganisation"].removeprefix("regional-organisation/") for r in MEMBERSHIPS} == set(ORGANISATIONS)


def test_every_membership_names_its_source_and_the_trust_in_it() -> None:
    for row in MEMBERSHIPS:
        assert row["statedAt"], row["id"]
        assert row["recordConfidence"], row["id"]
        assert bool(row["note@zh-Hans"]) == bool(row["note@en"]), row["id"]
        assert row["note@en"] or row["recordStanding"] not in {"standingDisputed", "standingSuspended"}, row["id"]


@pytest.mark.parametrize("things", [TERRITORIES, ORGANISATIONS], ids=["territories", "organisations"])
def test_names_in_three_languages(things: dict[str, Row]) -> None:
    for slug, row in things.items():
        assert re.search(r"[\u4e00-\u9fff]", row["label@zh-Hans"]), slug
        assert re.search(r"[A-Za-z]", row["label@en"]), slug
        assert re.search(r"[А-Яа-я]", row["label@ru"]), slug


@pytest.mark.parametrize(
    ("organisation", "date", "members"),
    [
        ("eaeu", "2015-01-01", "by kz ru"),
        ("eaeu", "2016-01-01", "am by kg kz ru"),
        ("cis", "2005-01-01", "am az by ge kg kz md ru tj tm uz"),
        ("cis", "2010-01-01", "am az by kg kz md ru tj uz"),
        ("sco", "2016-01-01", "cn kg kz ru tj uz"),
        ("sco", "2024-12-31", "by cn in ir kg kz pk ru tj uz"),
        ("guam", "2000-01-01", "az ge md ua uz"),
        ("guam", "2019-01-01", "az ge md ua"),
        ("eap", "2019-01-01", "am az by ge md ua"),
        ("eap", "2022-01-01", "am az ge md ua"),
        ("csto", "2010-01-01", "am by kg kz ru tj uz"),
        ("csto", "2019-01-01", "am by kg kz ru tj"),
        ("brics", "2019-01-01", "br cn in ru za"),
        ("brics", "2025-07-01", "ae br cn eg et id in ir ru za"),
        ("turkic-states", "2019-01-01", "az kg kz tr"),
        ("turkic-states", "2022-01-01", "az kg kz tr uz"),
        ("eco", "2019-01-01", "af az ir kg kz pk tj tm tr uz"),
        ("asean", "2019-01-01", "bn id kh la mm my ph sg th vn"),
        ("asean", "2025-12-01", "bn id kh la mm my ph sg th tl vn"),
        ("bsec", "2019-01-01", "al am az bg ge gr md ro rs ru tr ua"),
        ("bsec", "2022-01-01", "al am az bg ge gr md mk ro rs ru tr ua"),
        ("union-state", "2019-01-01", "by ru"),
        ("eu", "1995-06-01", "at be de dk es fi fr gb gr ie it lu nl pt se"),
        ("eu", "2019-01-01", f"{EU_2026} gb"),
        ("eu", "2021-01-01", EU_2026),
        ("council-of-europe", "2019-01-01", f"{COUNCIL_OF_EUROPE_2026} ru"),
        ("council-of-europe", "2023-01-01", COUNCIL_OF_EUROPE_2026),
        ("apec", "2019-01-01", "au bn ca cl cn hk id jp kr mx my nz pe pg ph ru sg th tw us vn"),
    ],
)
def test_who_was_a_member_when(organisation: str, date: str, members: str) -> None:
    assert standing(organisation, date) == set(members.split())


@pytest.mark.parametrize(
    ("organisation", "date", "kind", "territories_"),
    [
        ("eaeu", "2018-12-31", "Observer", "md"),
        ("eaeu", "2025-01-01", "Observer", "cu ir md uz"),
        ("cis", "2019-01-01", "Associate", "tm"),
        ("cis", "2019-01-01", "Former", "ge"),
        ("cis", "2019-01-01", "Disputed", "ua"),
        ("csto", "2019-01-01", "Former", "az ge uz"),
        ("csto", "2026-01-01", "Suspended", "am"),
        ("eap", "2022-01-01", "Suspended", "by"),
        ("eu", "2019-01-01", "Candidate", "al me mk rs tr"),
        ("eu", "2024-01-01", "Candidate", "al ba ge md me mk rs tr ua"),
        ("eu", "2021-01-01", "Former", "gb"),
        ("council-of-europe", "2023-01-01", "Former", "ru"),
        ("brics", "2024-06-01", "Disputed", "sa"),
        ("sco", "2019-01-01", "Observer", "af by ir mn"),
        ("sco", "2025-09-02", "Associate", "ae af am az bh eg kh kw la lk mm mn mv np qa sa tr"),
    ],
)
def test_who_had_another_standing_when(organisation: str, date: str, kind: str, territories_: str) -> None:
    assert standing(organisation, date, kind) == set(territories_.split())


def test_where_the_beginning_is_not_known_the_record_says_so() -> None:
    without = {row["id"] for row in MEMBERSHIPS if not row["since"]}
    observers = {f"council-of-europe-{code}-observer" for code in ("ca", "jp", "mx", "us", "va")}
    assert without == observers | {"sco-sa-associate"}
    assert all(row["note@en"] for row in MEMBERSHIPS if not row["since"])


def test_codes() -> None:
    codes = {row["alpha2"]: row["alpha3"] for row in read(territories.FOLDER / "record_territory.csv")}
    assert len(codes) == len(TERRITORIES) == 249
    assert (codes["KZ"], codes["CH"], codes["HK"]) == ("KAZ", "CHE", "HKG")
    assert "XK" not in codes
    assert {code.lower() for code in codes} == set(TERRITORIES)


def test_names_are_those_of_cldr() -> None:
    labels = {slug: row["label@zh-Hans"] for slug, row in TERRITORIES.items()}
    assert labels["kz"] == "哈萨克斯坦"
    assert labels["hk"] == "中国香港特别行政区"
    assert labels["tw"] == "台湾"
    assert TERRITORIES["tr"]["label@en"] == "Türkiye"
    assert TERRITORIES["by"]["label@ru"] == "Беларусь"


def test_no_state_is_asserted_for_places_in_dispute() -> None:
    linked = {slug: row["territoryOf"] for slug, row in TERRITORIES.items() if row["territoryOf"]}
    assert not linked.keys() & {"hk", "mo", "tw", "ps", "eh", "fk", "gl", "ax", "pr"}
    states = {f"state/{row['id']}" for row in read(paper.FOLDER / "thing_state.csv")}
    assert states - set(linked.values()) == {"state/soviet-union"}
    assert sorted(linked.values()) == sorted(set(linked.values()))


def test_a_linked_state_has_the_same_name() -> None:
    names = {f"state/{row['id']}": row["label@zh-Hans"] for row in read(paper.FOLDER / "thing_state.csv")}
    for slug, row in TERRITORIES.items():
        assert not row["territoryOf"] or names[row["territoryOf"]] == row["label@zh-Hans"], slug


@pytest.mark.parametrize(
    ("code", "languages"),
    [
        ("kz", {"kk": "official", "ru": "official"}),
        ("ch", {"de": "official", "fr": "official", "it": "official", "rm": "official_regional"}),
        ("hk", {"zh-Hant": "official", "en": "official"}),
        ("lt", {"lt": "official"}),
        ("us", {"en": "de_facto_official"}),
    ],
)
def test_official_languages(code: str, languages: dict[str, str]) -> None:
    rows = read(territories.FOLDER / "record_language.csv")
    found = {r["languageCode"]: r["officialStatus"] for r in rows if r["languageTerritory"] == f"territory/{code}"}
    assert languages.items() <= found.items()
    assert {r["officialStatus"] for r in rows} == {"official", "official_regional", "de_facto_official"}
    assert not [r["id"] for r in rows if "_" in r["languageCode"]]


def test_the_source_can_be_refreshed_alone(tmp_path: Path) -> None:
    babel = pytest.importorskip("babel.core")
    pycountry = pytest.importorskip("pycountry")
    territories.refresh(tmp_path, territories.TAKEN)
    shipped = sorted(path.name for path in territories.FOLDER.glob("*.csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == shipped
    if (babel.get_cldr_version(), pycountry.__version__) != (territories.CLDR, territories.PYCOUNTRY):
        pytest.skip("other versions of CLDR or ISO codes are installed than the tables were written from")
    for name in shipped:
        assert (tmp_path / name).read_bytes() == (territories.FOLDER / name).read_bytes()


def test_the_sources_say_what_they_are() -> None:
    for module in (territories, regional_organisations):
        source = module.SOURCE
        assert set(source.title) == {"zh", "en"}
        assert set(source.view) == {"zh", "en", "ru"}
        assert source.licence
        assert source.attribution
        assert source.origin.startswith("https://")
    assert "Unicode" in territories.SOURCE.licence
