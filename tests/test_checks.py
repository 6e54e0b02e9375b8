"""Every check against a graph with planted offenders: tests/fixtures/check_NAME.trig.

A fixture's head says what must be found: `# trips: OFFENDER (DETAIL)`, one line a finding of the check after which the
file is named, and `# also: CHECK OFFENDER: why` where the planted fact cannot but trip another check too.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.checks import Check, all_checks, run_checks
from kg.content import folder
from kg.errors import BadTable, ChecksFailed
from kg.graph import Graph
from kg.judge import world
from kg.reasoning import materialise
from kg.terms import layer
from tests.pace import one_at_once

FIXTURES = Path(__file__).parent / "fixtures"
CHECKS = {check.name: check for check in all_checks()}
Found = tuple[str, str, str]
#: Other fixtures mend what theirs plant, or rules derive it.
ALONE = ("evidence-missing", "inferred-differs", "span-bare")
VERSIONS = re.compile(r"[0-9.]+\+[0-9a-f]{8}, \+[0-9a-f]{8}")


def fixture_of(check: str) -> Path:
    return FIXTURES / f"check_{check.replace('-', '_')}.trig"


@pytest.fixture(scope="module")
def scratch(graph: Graph) -> ox.Store:
    """The graph without its library of questions, in which offenders are planted and weeded out again."""
    return world(graph.embedded())


@contextmanager
def planted(store: ox.Store, text: str, derive: bool = True) -> Iterator[ox.Store]:
    """A store with planted quads and, unless not wanted, what follows from them; without them afterwards."""
    fixture = ox.Store()
    fixture.load(text.encode(), format=ox.RdfFormat.TRIG)
    new, derived = [quad for quad in fixture if quad not in store], inferred(store)
    store.extend(new)
    if derive:
        materialise(store)
    yield store
    for quad in inferred(store) - derived | set(new):
        store.remove(quad)
    store.extend(derived)


def inferred(store: ox.Store) -> set[ox.Quad]:
    return set(store.quads_for_pattern(None, None, None, layer("inferred")))


def findings(store: ox.Store, *own: str) -> Counter[Found]:
    """What the checks `own` find, and all that a build runs: the others compare the whole graph with how it was built,
    and so would object to whatever is planted."""
    found = run_checks(store, every=[check for check in CHECKS.values() if check.build or check.name in own])
    told = ((f, f.message.removeprefix(CHECKS[f.check].message["en"]).strip()) for f in found)
    return Counter((f.check, f.offender, VERSIONS.sub("VERSION, +CONTENT", text)) for f, text in told)


def expected(check: str, text: str) -> Counter[Found]:
    lines = re.findall(r"(?m)^# trips: (\S+)(?: (\(.+\)))?$", text)
    return Counter((check, offender, detail.strip()) for offender, detail in lines)


def exceptions(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"(?m)^# also: (\S+) (\S+): \S.+$", text))


@pytest.fixture(scope="module")
def before(scratch: ox.Store) -> Counter[Found]:
    return findings(scratch)


@pytest.mark.parametrize("check", CHECKS)
def test_check_has_a_fixture_with_offenders(check: str) -> None:
    assert fixture_of(check).is_file(), f"write tests/fixtures/check_{check.replace('-', '_')}.trig"
    assert expected(check, fixture_of(check).read_text("utf-8"))


def test_every_fixture_has_a_check() -> None:
    assert {path.stem for path in FIXTURES.glob("check_*.trig")} == {fixture_of(check).stem for check in CHECKS}


def test_checks_find_their_offenders_also_where_all_are_planted(scratch: ox.Store, before: Counter[Found]) -> None:
    texts = {check: fixture_of(check).read_text("utf-8") for check in CHECKS if check not in ALONE}
    with planted(scratch, "\n".join(texts.values())) as store:
        new = findings(store, *CHECKS) - before
    assert not {check: lost for check, text in texts.items() if (lost := set(expected(check, text)) - set(new))}


#: By itself at once: one check of each severity, and those that are not seen where all are planted.
EACH = one_at_once(
    sorted(CHECKS, key=lambda check: check not in ALONE),
    lambda check: (CHECKS[check].severity, check if check in ALONE else ""),
)


@pytest.mark.parametrize("check", EACH)
def test_check_finds_exactly_the_planted_offenders(scratch: ox.Store, before: Counter[Found], check: str) -> None:
    text = fixture_of(check).read_text("utf-8")
    with planted(scratch, text, derive=check != "inferred-differs") as store:
        new = findings(store, check) - before
    excepted = exceptions(text)
    assert Counter({f: n for f, n in new.items() if f[0] == check}) == expected(check, text)
    assert {f[:2] for f in new if f[0] != check} == excepted


def test_the_built_graph_has_no_error(graph: Graph) -> None:
    assert [f for f in run_checks(graph.embedded()) if f.severity == "error"] == []


def test_a_claim_that_only_has_a_class_is_an_error(scratch: ox.Store, before: Counter[Found]) -> None:
    bare = """
    @base <https://w3id.org/eic/> . @prefix eic: <ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    <graph/paper> {
      <claim/test/bare> a eic:Membership ; rdfs:label "测试"@zh-Hans , "test"@en ;
        eic:member <id/city/kyiv> ; eic:alliance <id/alliance/uclg> .
    }"""
    with planted(scratch, bare) as store:
        assert findings(store) - before


def test_a_finding_names_check_severity_offender_and_detail(scratch: ox.Store) -> None:
    with planted(scratch, fixture_of("rank-range").read_text("utf-8")) as store:
        shown = [str(finding) for finding in CHECKS["rank-range"].run(store)]
        assert shown[-1] == "error: rank-range: claim:test/rank-zero: is a rank that is not one or more (0)"
        assert CHECKS["rank-range"].run(store, "zh")[-1].message == "位次不是正整数 (0)"


def test_the_scratch_graph_is_the_built_graph_again(graph: Graph, scratch: ox.Store) -> None:
    assert set(scratch) == set(world(graph.embedded()))


@pytest.fixture
def faulty_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper's tables with one rank turned into 0, in place of the true ones."""
    tables = tmp_path / "paper"
    shutil.copytree(folder("ingest") / "paper", tables, ignore=shutil.ignore_patterns("__pycache__"))
    ranks = tables / "claim_ranking_observation.csv"
    text, changed = re.subn(r"(?m)^(rank-001,[^,]+,[^,]+),\d+,", r"\1,0,", ranks.read_text("utf-8"))
    assert changed == 1
    ranks.write_text(text, "utf-8")
    monkeypatch.setattr(import_module("kg._ingest.paper"), "FOLDER", tables)


@pytest.mark.usefixtures("faulty_tables")
def test_a_build_with_an_error_publishes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ChecksFailed, match=r"rank-range: claim:paper/rank-001"):
        kg.build(tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.slow
def test_a_build_with_an_error_leaves_the_store_before_as_it_was(
    tmp_path: Path, store: Path, request: pytest.FixtureRequest
) -> None:
    target = shutil.copytree(store, tmp_path / "store")
    names = sorted(path.name for path in target.iterdir())
    request.getfixturevalue("faulty_tables")
    with pytest.raises(ChecksFailed):
        kg.build(target)
    assert sorted(path.name for path in target.iterdir()) == names
    assert kg.open(target).export() == kg.open(store).export()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('#+ severity = "grave"\n#+ [message]\n#+ zh = "甲"\n#+ en = "a"\nSELECT ?offender {}', "severity 'grave'"),
        ('#+ severity = "error"\nSELECT ?offender {}', "lacks 'message'"),
        ('#+ severity = "error"\n#+ [message]\n#+ en = "a"\nSELECT ?offender {}', "lacks 'zh'"),
        ("#+ severity = error\nSELECT ?offender {}", "front matter"),
        ("SELECT ?offender {}", "lacks 'severity'"),
    ],
)
def test_a_malformed_check_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "check_odd.rq"
    path.write_text(text, "utf-8")
    with pytest.raises(BadTable, match=rf"^check_odd\.rq: .*{fault}"):
        Check(path)
