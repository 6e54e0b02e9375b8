"""Tables that say they list all members of an alliance, and what is left where a table is taken out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.__main__ import main
from kg.bringing import bring
from kg.checks import run_checks
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadTable
from kg.graph import Graph
from kg.ingestion import forget
from kg.mapped import Mapped
from kg.mapping import Declared
from kg.placing import Known
from kg.settling import read_settled
from kg.terms import XSD
from tests.test_mapping import EIC, HEAD, ID, RANKS, Tried
from tests.test_mapping import known as known
from tests.test_mapping import tried as tried

MEMBERS = '[columns]\nmemberPlace = "City"\ninAlliance = "Net"\nasOf = "Day"\n'
OUR_NET = '[things."alliance/our-net"]\nclass = "RecordedAlliance"\nen = "Our Net"\nzh = "我们的网络"\n'
COMPLETE, CLASS = 'roster = "complete"\n', "AllianceMembershipRecord"
NET = f"{ID}alliance/our-net"
WARNED = (
    "rows of other that still name what only net made known (alliance/our-net): 2; "
    'declare it in their mapping, [things."alliance/our-net"], and read their table again, or bring net back'
)


def members(*rows: str) -> str:
    return "City,Net,Day\n" + "".join(f"{row}\n" for row in rows)


LISTED = members("Baku,our net,2024", "Minsk,our net,2024", "London,our net,2024")


def brought(folder: Path, name: str, mapping: str, table: str, told: list[str] | None = None) -> Graph:
    """The graph in a folder after a table of members has been read into it; `told` takes what was said on the way."""
    (folder.parent / "m.toml").write_text(HEAD.format(CLASS) + mapping, "utf-8")
    (folder.parent / "t.csv").write_text(table, "utf-8")
    tell = None if told is None else told.append
    bring(folder, folder.parent / "t.csv", folder.parent / "m.toml", name, progress=tell)
    return Graph.open(str(folder))


def disagreements(graph: Graph) -> list[tuple[str, ...]]:
    """On Our Net: of what, on what, and what the one and the other account say, by whom."""
    columns = ("thing", "on_what", "one_value", "other_value", "one_says", "other_says")
    rows = [[str(row[key]).strip('<">') for key in (*columns, "within")] for row in graph.ask("disagreements")]
    return [tuple(text.removeprefix(ID).removeprefix(EIC) for text in row[:-1]) for row in rows if NET in row]


@pytest.fixture
def listed(store: Path, tmp_path: Path) -> Path:
    """A graph with a table of three members of Our Net that is declared complete as of 2024."""
    folder = shutil.copytree(store, tmp_path / "eic")
    brought(folder, "net", COMPLETE + MEMBERS + OUR_NET, LISTED)
    return folder


def test_a_complete_list_of_members_makes_the_roster_complete(listed: Path) -> None:
    graph = Graph.open(str(listed))
    roster = graph.rosters[NET]
    assert set(roster.members) == {f"{ID}city/{name}" for name in ("baku", "minsk", "london")}
    assert roster.complete and not roster.open, "who is not in it is known to be no member"
    assert disagreements(graph) == []
    assert isinstance(graph.engine, Oxigraph)
    found = run_checks(graph.engine.store)
    assert not [one for one in found if one.severity == "error" or "record/net" in one.offender]
    forget(listed, "net")
    assert not Graph.open(str(listed)).query(f"SELECT ?r WHERE {{ ?r eic:recordedAlliance <{NET}> }}").rows


def test_whom_a_complete_list_does_not_name_is_open_unless_the_other_word_is_later(listed: Path) -> None:
    graph = brought(listed, "other", MEMBERS, members("Kyiv,our net,2023"))
    roster = graph.rosters[NET]
    assert (set(roster.open), len(roster.members), roster.complete) == ({f"{ID}city/kyiv"}, 3, False)
    found = ("city/kyiv", "rosterStatus", "member", "complete roster", "source/other", "source/net")
    assert disagreements(graph) == [found]
    graph = brought(listed, "other", MEMBERS, members("Kyiv,our net,2025"))
    roster = graph.rosters[NET]
    assert f"{ID}city/kyiv" in roster.members and not roster.open and not roster.complete
    assert disagreements(graph) == []


def test_the_record_of_a_roster_says_what_others_do_and_keeps_its_name(tried: Tried) -> None:
    table = members("Baku,our net,2024-05", "Minsk,our net,2023")
    for _ in range(2):
        tried(COMPLETE + MEMBERS + OUR_NET, table, CLASS)
        own = [line.split(" ", 2) for line in tried.lines if line.startswith(f"<{ID}record/mine/roster/")]
        said = {predicate.strip("<>").rpartition("/")[2]: value.rsplit(" <", 1)[0] for _, predicate, value in own}
        assert {subject for subject, _, _ in own} == {f"<{ID}record/mine/roster/alliance/our-net>"}
        assert said == {
            "22-rdf-syntax-ns#type": f"<{EIC}AllianceRecord>",
            "ontology#recordedIn": f"<{ID}source/mine>",
            "ontology#recordKey": '"roster/alliance/our-net"',
            "ontology#recordedAlliance": f"<{NET}>",
            "ontology#rosterStatus": f"<{EIC}rosterComplete>",
            "ontology#asOf": f'"2023"^^<{XSD}gYear>',  # the earliest: nothing is known of completeness later
        }


def test_a_roster_is_dated_as_the_mapping_is_or_not_at_all(tried: Tried) -> None:
    table = members("Baku,our net,2024", "Minsk,our net,", "London,alliance/wta,2022")
    tried(COMPLETE + MEMBERS.replace('asOf = "Day"\n', "") + OUR_NET, table, CLASS)
    assert tried.values("asOf") == ["2025"] * (3 + 2)
    tried(COMPLETE + MEMBERS + OUR_NET, table, CLASS)
    assert tried.values("asOf") == ["2024", "2025", "2022", "2024", "2022"]
    declared = Declared(tried.folder / "m.toml", as_of="undated")
    lines = "".join(Mapped(declared, tried.folder / "t.csv").lines(tried.known)).splitlines()
    dated = [line for line in lines if "/roster/" in line and ("recordUndated" in line or "asOf" in line)]
    assert ["recordUndated" in line for line in dated] == [True, False], "one row of Our Net has no date"
    tried(COMPLETE.replace("complete", "partial") + MEMBERS, members("Baku,alliance/wta,"), CLASS)
    assert tried.values("rosterStatus") == ["rosterPartial"]
    tried(MEMBERS, members("Baku,alliance/wta,"), CLASS)
    assert tried.values("rosterStatus") == [], "nothing is said where nothing is declared"


def test_a_list_of_which_a_row_is_left_out_is_not_complete_here(tmp_path: Path, known: Known) -> None:
    told: list[str] = []
    tried = Tried(tmp_path, Known(known.store, told.append))
    rows = ["Baku,our net,", "Nowhere,our net,", "Baku,alliance/wta,", "Nowhere,alliance/c40,"]
    tried(COMPLETE + MEMBERS + OUR_NET, members(*rows), CLASS)
    assert tried.values("rosterStatus") == ["rosterPartial", "rosterComplete"]
    assert [text for text in told if "roster of" in text] == [
        "the roster of alliance/our-net is taken in as partial, for places of its rows were left open: 1; "
        "settle them (--unsettled FILE lists them) and read the table again"
    ]
    tried(COMPLETE + MEMBERS + OUR_NET, members(*rows, "Nowhere,,"), CLASS)
    assert tried.values("rosterStatus") == ["rosterPartial"] * 2, "it may belong to any"
    (tmp_path / "settled.csv").write_text("name,territory,means,by,date,note\nNowhere,,none,A. Person,2026-11-27,\n")
    tried = Tried(tmp_path, Known(known.store, settled=read_settled(tmp_path / "settled.csv")))
    tried(COMPLETE + MEMBERS + OUR_NET, members(*rows), CLASS)
    assert tried.values("rosterStatus") == ["rosterComplete"] * 2, "it is no city, by a person's word"


@pytest.mark.parametrize(
    ("class_", "mapping", "told"),
    [
        (
            "IndexRecord",
            COMPLETE + RANKS,
            "m.toml:8, column roster: class IndexRecord is no list of members; take it out, or read the members as "
            f"class = {CLASS!r}",
        ),
        (
            CLASS,
            'roster = "all"\n' + MEMBERS,
            "m.toml:8, column roster: 'all' says not whether all members are listed; write roster = \"complete\"",
        ),
        (CLASS, "roster = true\n" + MEMBERS, "'True' says not whether"),
    ],
)  # fmt: skip
def test_a_roster_is_declared_of_members_alone(tried: Tried, class_: str, mapping: str, told: str) -> None:
    with pytest.raises(BadTable) as error:
        tried(mapping, "City,Country,Net,Day\n", class_)
    assert told in str(error.value)


def test_who_still_names_what_was_taken_out_is_told(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    rows = members("Kyiv,our net,2023", "Baku,our net,2023", "Baku,alliance/wta,2023")
    brought(listed, "other", MEMBERS, rows, told)
    brought(listed, "net", COMPLETE + MEMBERS + OUR_NET, LISTED, told)
    assert not [text for text in told if "still name" in text], "read again, it is there as before"
    assert main(["ingest", "net", "--forget", "--on", str(listed)]) == 0
    assert f"kg: {WARNED}\n" in capsys.readouterr().err
    graph = brought(listed, "other", MEMBERS + OUR_NET, rows, told)
    assert len(graph.rosters[NET].members) == 2
    brought(listed, "other", MEMBERS, members("Baku,alliance/wta,2023"), told)
    assert not [text for text in told if "still name" in text], "nobody named it"
