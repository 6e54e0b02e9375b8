"""The command line as a person meets it: every command, its help, its errors and exit codes."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.__main__ import main, names
from kg.generations import publish
from kg.views import names as view_names


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(list(words))
    except SystemExit as e:  # argparse on wrong arguments
        code = int(str(e.code or 0))
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture(autouse=True)
def default_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", str(store))


def test_the_headline_answer_names_basis_rule_view_and_page(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", "second-tier-dependencies", "--lang", "zh", "city=基辅")
    assert code == 0
    for told in (
        "基辅",
        "莫斯科",
        "圣彼得堡",
        "未点名",
        "相对依赖",
        "由层级推知",
        "第129页",
        "2019",
        "观点：赵隆、于宏源",
        "⚑1",
    ):
        assert told in out


@pytest.mark.parametrize("view", [v for v in view_names() if v not in ("turtle", "xlsx")])
def test_every_view_of_an_answer(capsys: pytest.CaptureFixture[str], view: str) -> None:
    code, out, _ = run(capsys, "ask", "partner-tiers", "--as", view, "--lang", "zh")
    assert code == 0
    assert "基辅" in out if view != "json" else "city/kyiv" in out


def test_csv_opens_in_a_spreadsheet_and_json_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "ask", "index-ranks", "--as", "csv", "--lang", "zh")
    rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert out.startswith("\ufeff")
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "@")]
    assert all("赵隆、于宏源（2019），截至 2019 年 · 图谱 0.1.0+" in row[-1] for row in rows[1:])
    _, out, _ = run(capsys, "ask", "index-ranks", "--as", "json")
    assert "bindings" in json.loads(out)["results"]


@pytest.mark.parametrize("name", names())
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"example:\n  kg {name}" in out


@pytest.mark.parametrize(
    "name", ["ask", pytest.param("check", marks=pytest.mark.slow), "query", "questions", "sources"]
)
def test_the_examples_run(capsys: pytest.CaptureFixture[str], store: Path, name: str) -> None:
    from importlib import import_module

    example: str = import_module(f"kg.commands.{name}").EXAMPLE
    code, out, _ = run(capsys, *shlex.split(example.replace("data/eic", str(store)))[1:])
    assert code == 0
    assert out or name == "check"


def test_check_tells_of_a_rank_of_nought_and_exits_3(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def write(generation: Path) -> None:
        store = ox.Store(str(generation))
        store.load(path=str(Path(__file__).parent / "fixtures" / "check_rank_range.trig"), format=ox.RdfFormat.TRIG)
        store.flush()

    publish(tmp_path / "eic", write)
    code, out, _ = run(capsys, "check", "--on", str(tmp_path / "eic"))
    assert code == 3
    assert "rank-range: claim:test/rank-zero “test”: is a rank that is not one or more (0)\n" in out


WRONG = [
    ((), "usage: kg COMMAND"),
    (("alliances",), "alliances is a question: `kg ask alliances`"),
    (("aks",), "did you mean ask?"),
    (("ask",), "usage: kg ask"),
    (("ask", "aliances"), "did you mean alliances"),
    (("ask", "../alliances"), "no question is called"),
    (("ask", "alliances", "Kyiv"), "write param=value"),
    (("ask", "partner-tiers", "town=Kyiv"), "it has: tier, city"),
    (("ask", "partner-tiers", "city=Kiyv"), "did you mean Kyiv"),
    (("ask", "partner-tiers", "city="), "give a name of city, or leave city out"),
    (("ask", "partner-tiers", "--as", "pdf"), "invalid choice: 'pdf'"),
    (("ask", "partner-tiers", "--on", "nowhere"), "there is no store at nowhere"),
    (("query", "SELECT ?x WHERE {"), "the query is not SPARQL 1.1: near line 1, column 18: "),
    (("query", "DELETE WHERE { ?s ?p ?o }"), "the query is not SPARQL 1.1"),
    (("questions", "--tag", "dependance"), "did you mean dependence"),
    (("verify", "no-such-file.md"), "cannot be read"),
    (("build", "--on", "memory:"), "a build goes into a folder or a store"),
    (("build", "--on", "http://me:secret@127.0.0.1/"), "no password in an address"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_what_is_asked_wrongly_is_told_and_exits_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    code, out, err = run(capsys, *words)
    assert code == 2
    assert told in out + err
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_missing_default_store_is_built_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KG_STORE", str(tmp_path / "fresh"))
    code, out, err = run(capsys, "ask", "partner-tiers")
    assert (code, err.count("\n")) == (0, 1)
    assert "no store yet; building one in" in err
    assert "Kyiv" in out


def test_verify_exits_3_where_a_citation_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("别的文章。", "utf-8")
    code, out, _ = run(capsys, "verify", str(other))
    assert code == 3
    assert out.splitlines()[-1].startswith("0 of ")


def test_verify_finds_all_in_the_paper(capsys: pytest.CaptureFixture[str], paper: str, tmp_path: Path) -> None:
    copy = tmp_path / "paper.md"
    copy.write_text(paper, "utf-8")
    code, out, _ = run(capsys, "verify", str(copy))
    assert code == 0
    assert out.endswith("0 ambiguous, 0 missing\n")
    assert out.count("\n") == 1


def test_locate_prints_the_line_of_a_passage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "paper.md"
    copy.write_text("# 题\n\n一级。二级伙伴。\n", "utf-8")
    code, out, _ = run(capsys, "locate", str(copy), "二级伙伴")
    assert code == 0
    assert out.splitlines()[1].startswith("8-12,116,0,1,2,,4,")
    assert run(capsys, "locate", str(copy), "四级")[0] == 2


def test_what_an_ask_query_finds_is_a_boolean_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "query", "ASK { ?city a eic:City }", "--as", "json")
    assert json.loads(out)["boolean"] is True
    _, out, _ = run(capsys, "query", "ASK { ?city a eic:NoSuchClass }")
    assert "\nno\n" in out
