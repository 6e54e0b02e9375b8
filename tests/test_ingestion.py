"""Ingestion: one source is read anew, and all else stays; what goes wrong or is killed leaves the graph that stood."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.engines.oxigraph import open_
from kg.errors import BadQuestion, BadTable, KgError, StoreProblem, UnknownName
from kg.generations import current
from kg.graph import Graph
from kg.ingestion import forget, ingest
from kg.terms import EIC, GRAPH, ID, layer
from tests.builds import lying_about
from tests.pace import one_at_once

ROOT = Path(__file__).parent.parent
KYIV = "703448\tKyiv\tKyiv\tKiev\t50.45466\t30.5238\tP\tPPLC\tUA\t\t12\t\t\t\t2797553\t\t187\tEurope/Kiev\t2026-01-02"
#: Not in the extract that is shipped.
TURKU = "633679\tTurku\tTurku\tAbo,Åbo\t60.45148\t22.26869\tP\tPPLA\tFI\t\t02\t\t\t\t175945\t\t22\tEurope/Helsinki\t"
#: Two places of one name in one territory, in the layout of a dump.
SAME = [
    "4250542\tSpringfield\tSpringfield\t\t39.80172\t-89.64371\tP\tPPLA\tUS\t\tIL\t\t\t\t116250\t\t180\t\t2026-01-02",
    "4951788\tSpringfield\tSpringfield\t\t42.10148\t-72.58981\tP\tPPLA2\tUS\t\tMA\t\t\t\t155929\t\t21\t\t2026-01-02",
]
RANKS = """name = "{}"
class = "IndexRecord"
title = {{ en = "Ranks", zh = "名次" }}
licence = "not stated"
attribution = "nobody"
origin = "a test"
as_of = "2025"
[columns]
indexedPlace = {{ place = {{ name = "City", territory = "Country" }} }}
indexName = {{ constant = "Ranks" }}
recordedRank = "Rank"
"""


@pytest.fixture
def eic(store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(store, tmp_path / "eic")


def dump(folder: Path, *rows: str) -> Path:
    path = folder / "cities.txt"
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def ranks(folder: Path, name: str = "ranks", rows: str = "Kyiv,UA,7\n") -> list[str]:
    (folder / f"{name}.toml").write_text(RANKS.format(name), "utf-8")
    (folder / f"{name}.csv").write_text("City,Country,Rank\n" + rows, "utf-8")
    return ["ingest", str(folder / f"{name}.csv"), "--map", str(folder / f"{name}.toml"), "--on", str(folder / "eic")]


def content(folder: Path) -> dict[str, set[ox.Quad]]:
    """What each named graph holds."""
    found: dict[str, set[ox.Quad]] = {}
    for quad in open_(str(folder)).store:
        found.setdefault(str(getattr(quad.graph_name, "value", "")).removeprefix(GRAPH), set()).add(quad)
    return found


def version(folder: Path) -> str:
    return Graph.open(str(folder)).version()


def types(quads: set[ox.Quad], thing: str) -> set[str]:
    return {str(q.object) for q in quads if q.subject == ox.NamedNode(ID + thing) and "#type" in str(q.predicate)}


@pytest.mark.slow
def test_a_dump_replaces_what_its_source_held_and_nothing_else(eic: Path, tmp_path: Path) -> None:
    before = content(eic)
    done = ingest(eic, "geonames", [dump(tmp_path, KYIV, TURKU)], "2026-02-03")
    after, store = content(eic), open_(str(eic)).store
    own = "reference/geonames"
    assert done.statements == len(after[own]) and done.before == len(before[own])
    for name in before.keys() | after.keys():
        if name not in (own, "catalog", "inferred"):
            assert before[name] == after[name], name
    record = ox.NamedNode(f"{ID}record/geonames/703448")
    told = {str(q.predicate): q.object for q in after[own] if q.subject == record}
    assert told[f"<{EIC}population>"] == ox.Literal(2797553)
    assert told[f"<{EIC}recordedPlace>"] == ox.NamedNode(f"{ID}city/kyiv")
    turku = ox.NamedNode(f"{ID}record/geonames/633679")
    (day,) = [q.object for q in after[own] if q.subject == turku and q.predicate == ox.NamedNode(EIC + "asOf")]
    assert getattr(day, "value", "") == "2026-02-03"  # its row has no date
    # what is shipped stays, for other sources name it: Kazan is the seat of an alliance
    assert (
        types(after["inferred"], "place/geonames-551487") == types(before["inferred"], "place/geonames-551487") != set()
    )
    assert before["inferred"] - after["inferred"] == set()
    subjects = {str(q.subject) for q in store if q.graph_name != layer("inferred")}
    orphans = {q for q in after["inferred"] if str(q.subject) not in subjects and "/claim/" not in str(q.subject)}
    assert not {q for q in orphans if "#type" in str(q.predicate)}
    found = store.query(f"SELECT ?n {{ GRAPH ?g {{ <{GRAPH}{own}> <http://rdfs.org/ns/void#triples> ?n }} }}")
    assert isinstance(found, ox.QuerySolutions)
    (size,) = found
    assert getattr(size["n"], "value", "") == str(done.statements)
    # what follows of the classes comes and goes with the things
    assert f"<{EIC}Place>" in types(after["inferred"], "place/geonames-633679")
    ingest(eic, "geonames", [dump(tmp_path, KYIV)])
    assert not types(content(eic)["inferred"], "place/geonames-633679")


def test_forgetting_gives_back_the_version_and_the_graph(eic: Path, tmp_path: Path) -> None:
    before, old = content(eic), version(eic)
    assert main(ranks(tmp_path)) == 0
    assert version(eic).startswith(f"{old}.r")
    assert "reference/ranks" in content(eic)
    assert main(["ingest", "ranks", "--forget", "--on", str(eic)]) == 0
    assert version(eic) == old
    assert content(eic) == before


@pytest.mark.slow
def test_the_version_does_not_depend_on_the_order_of_ingestions(store: Path, tmp_path: Path) -> None:
    told = []
    for number, order in enumerate(("ab", "ba")):
        folder = tmp_path / str(number)
        shutil.copytree(store, folder / "eic")
        for name in order:
            assert main(ranks(folder, name, "Kyiv,UA,7\n" if name == "a" else "Minsk,BY,9\n")) == 0
        told.append((version(folder / "eic"), content(folder / "eic")))
    (one, first), (other, second) = told
    assert one == other
    assert first == second
    assert main(ranks(tmp_path / "0", "a", "Kyiv,UA,8\n")) == 0
    assert version(tmp_path / "0" / "eic") != one  # another rank is another graph


def test_a_source_of_the_user_may_be_forgotten_and_an_unknown_one_is_named(
    eic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnknownName, match="ranks"):
        forget(eic, "ranks")
    with pytest.raises(BadQuestion, match="cannot be taken out"):
        forget(eic, "paper")
    assert main(["ingest", "ranks", "--forget", "--on", str(eic)]) == 2
    assert "ranks" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "message"),
    one_at_once(
        [
            (KYIV.replace("50.45466", "fifty"), r"cities\.txt:3.*'fifty' is no latitude"),
            (KYIV.replace("30.5238", "300"), r"cities\.txt:3.*'300' is no longitude"),
            (KYIV.replace("2026-01-02", "2026-02-30"), r"cities\.txt:3.*'2026-02-30' is no date"),
            ("703448\tKyiv", r"cities\.txt:3.*2 cells where 19 are due"),
            (KYIV.replace("703448", "Q1899"), r"cities\.txt:3.*no number of GeoNames"),
        ]
    ),
    ids=["latitude", "longitude", "date", "width", "number"],
)
def test_a_faulty_row_in_the_middle_leaves_the_graph_that_stood(
    eic: Path, tmp_path: Path, row: str, message: str
) -> None:
    before, lying = content(eic), lying_about(eic)
    with pytest.raises(BadTable, match=message):
        ingest(eic, "geonames", [dump(tmp_path, TURKU, SAME[0], row, SAME[1])])
    assert content(eic) == before
    assert lying_about(eic) == lying


def test_after_an_error_that_is_kept_the_next_ingestion_goes_well(eic: Path, tmp_path: Path) -> None:
    kept = []
    for faulty in (KYIV.replace("50.45466", "fifty"), KYIV.replace("2026-01-02", "soon")):
        try:
            ingest(eic, "geonames", [dump(tmp_path, TURKU, faulty)])
        except BadTable as e:
            kept.append(e)  # as a notebook keeps the last one, with all that its frames hold
    assert len(kept) == 2
    assert ingest(eic, "geonames", [dump(tmp_path, TURKU)]).statements > 15


@pytest.mark.slow
def test_a_cell_that_is_amiss_is_named_by_file_line_and_column(
    eic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(eic)
    assert main(ranks(tmp_path, rows="Kyiv,UA,7\nMinsk,BY,first\nBaku,AZ,9\n")) == 2
    told = capsys.readouterr().err
    assert "ranks.csv:3" in told and "Rank" in told and "'first' is no whole number" in told
    assert content(eic) == before


def test_ambiguous_names_are_listed_and_settled_by_a_person(
    eic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest(eic, "geonames", [dump(tmp_path, KYIV, *SAME)])
    command = [*ranks(tmp_path, rows="Kyiv,UA,7\nSpringfield,US,8\nAtlantis,GR,9\n"), "--unsettled"]
    open_list = tmp_path / "open.csv"
    assert main([*command, str(open_list)]) == 0
    out = capsys.readouterr().out
    assert "resolved 1 of 3; left out: 1 ambiguous, 1 unknown" in out and str(open_list) in out
    lines = open_list.read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["name", "Atlantis", "Springfield"]
    assert "geonames-4951788" in lines[2] and "geonames-4250542" in lines[2]
    assert lines[2].index("4951788") < lines[2].index("4250542")  # the larger one first, and neither taken
    ranked = f"SELECT ?p {{ ?r a <{EIC}IndexRecord> ; <{EIC}recordedIn> <{ID}source/ranks> ; <{EIC}indexedPlace> ?p }}"
    assert [str(row["p"]) for row in Graph.open(str(eic)).query(ranked)] == [f"<{ID}city/kyiv>"]
    settled = tmp_path / "settled.csv"
    settled.write_text(
        "name,territory,means,by,date,note\nSpringfield,US,geonames:4250542,A. Person,2026-11-27,capital of Illinois\n"
    )
    assert main([*command, str(open_list), "--settled", str(settled)]) == 0
    assert "resolved 2 of 3; left out: 1 unknown" in capsys.readouterr().out
    assert {str(row["p"]) for row in Graph.open(str(eic)).query(ranked)} == {
        f"<{ID}city/kyiv>",
        f"<{ID}place/geonames-4250542>",
    }
    assert [line.split(",")[0] for line in open_list.read_text("utf-8").splitlines()] == ["name", "Atlantis"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["geonames"], "name a file to read for geonames: a dump of GeoNames"),
        (["geonames", "nowhere.txt"], "there is no file nowhere.txt"),
        (["territories", str(Path(__file__))], "territories takes no files"),
        (["geonmes", str(Path(__file__))], "geonames"),
        ([str(Path(__file__))], "is a file: name its source first"),
        (["geonames", str(Path(__file__)), "--forget"], "--forget reads no files"),
        (["geonames", str(Path(__file__)), "--unsettled", "x.csv"], "--unsettled goes with --map"),
        (["nowhere.csv", "--map", str(Path(__file__))], "there is no file nowhere.csv"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(
    eic: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["ingest", *arguments, "--on", str(eic)]) == 2
    assert told in capsys.readouterr().err


def test_a_source_that_is_shipped_is_not_overwritten_by_a_mapping(
    eic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ranks(tmp_path, "geonames")
    assert main(command) == 2
    assert "geonames.toml:1" in capsys.readouterr().err


def test_nothing_is_read_into_a_folder_that_has_no_graph(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="kg build"):
        ingest(tmp_path / "none", "geonames", [dump(tmp_path, KYIV)])
    assert not (tmp_path / "none").exists() or not lying_about(tmp_path / "none")


def rows(count: int) -> Iterator[str]:
    """Settlements that there are not."""
    for n in range(count):
        yield TURKU.replace("633679", str(90_000_000 + n)).replace("Turku", f"Nowhere {n}")


def ingesting(eic: Path, path: Path) -> subprocess.Popen[str]:
    script = f"""
from kg.ingestion import ingest
print("begun", flush=True)
ingest({str(eic)!r}, "geonames", [{str(path)!r}], "2026-02-03", lambda text: print(text, flush=True))
"""
    return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_an_ingestion_that_is_killed_leaves_the_graph(eic: Path, tmp_path: Path) -> None:
    before, path = content(eic), dump(tmp_path, *rows(30_000))
    for wanted in ("removing what geonames held", " statements", "checking"):
        process, generation = ingesting(eic, path), current(eic)
        assert process.stdout
        while wanted not in (line := process.stdout.readline()):
            assert line, f"it ended before {wanted}"
        process.kill()
        process.communicate()
        assert current(eic) == generation
        assert content(eic) == before
    done = ingest(eic, "geonames", [dump(tmp_path, KYIV)])  # what was left behind is no hindrance
    assert done.before == len(before["reference/geonames"])
    assert len(lying_about(eic)) == 2


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(store: Path, tmp_path: Path) -> None:
    """Of what is ours: what the store keeps of the statements that it sorts is its own affair (see `make bench`)."""
    for kind in ("dump", "mapping"):
        most = []
        for count in (5_000, 50_000):
            if kind == "dump":
                dump(tmp_path, *rows(count))
            else:
                ranks(tmp_path, rows="".join(f"Kyiv,UA,{n + 1}\n" for n in range(count)))
            command = [sys.executable, "-c", _READING.format(folder=str(tmp_path), store=str(current(store))), kind]
            out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
            statements, size = map(int, out.split())
            assert statements >= 7 * count
            most.append(size)
        assert most[1] < most[0] + 40_000, kind  # kilobytes; the larger file has 6 MB, its statements 100 MB and more


_READING = """
import resource, sys
from pathlib import Path
import pyoxigraph as ox
from kg._ingest import geonames
from kg.mapped import Mapped
from kg.mapping import Declared
from kg.placing import Known
folder, known = Path({folder!r}), Known(ox.Store.read_only({store!r}))
if sys.argv[1] == "dump":
    lines = geonames.lines([folder / "cities.txt"], known)
else:
    lines = Mapped(Declared(folder / "ranks.toml"), folder / "ranks.csv").lines(known)
count = sum(text.count("\\n") for text in lines)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


def test_errors_are_those_of_the_house(eic: Path, tmp_path: Path) -> None:
    path = tmp_path / "cities.txt"
    path.write_bytes(KYIV.encode() + b"\n\xff\xfe\n")
    with pytest.raises(KgError, match="UTF-8"):
        ingest(eic, "geonames", [path])
