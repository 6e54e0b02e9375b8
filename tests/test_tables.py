"""Faulty tables: each fault is told with file, line, column and a hint, and nothing of the source is loaded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from kg._ingest import paper

import kg
from kg.errors import BadTable
from kg.tables import read

Edit = Callable[[str], str]


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the paper's tables, from which builds read."""
    folder = tmp_path / "paper"
    shutil.copytree(paper.FOLDER, folder)
    monkeypatch.setattr(paper, "FOLDER", folder)
    return folder


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


def replaced(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


FAULTS = [
    (
        "claim_tier_assignment.csv",
        replaced("city/kyiv", "city/kyjiv"),
        "tier-004",
        "assigned",
        "did you mean city/kyiv?",
    ),
    ("claim_tier_assignment.csv", replaced("tier-005", "tier-004"), "city/tbilisi", "id", "stands twice"),
    ("claim_tier_assignment.csv", replaced("secondTier", "middleTier"), "tier-004", "tier", "no concept 'middleTier'"),
    (
        "claim_tier_assignment.csv",
        replaced("city/minsk,thirdTier", "city/minsk,openList"),
        "minsk",
        "tier",
        "is no eic:Tier",
    ),
    (
        "claim_membership.csv",
        replaced("alliance/wta", "city/moscow"),
        "membership-001",
        "alliance",
        "is no eic:CityAlliance",
    ),
    ("claim_ranking_observation.csv", replaced(",5,printed", ",fifth,printed"), "rank-001", "rank", "is no integer"),
    ("claim_citation.csv", replaced("2016-04-08", "8 April 2016"), "citation-001", "printedDate", "write 2019-05-20"),
    ("claim_web_address.csv", replaced("http://", "http:// "), "address-001", "url", "is no anyURI"),
    ("thing_city.csv", replaced("almaty,City", "almaty,Citty"), "almaty", "type", "no class 'Citty'"),
    ("thing_city.csv", replaced("minsk,City", "min sk,City"), "min", "id", "is no slug"),
    ("flags.csv", replaced("address-004", "address-999"), "china-uk-date", "flags", "address-999"),
]


@pytest.mark.parametrize(
    ("file", "edit", "row", "column", "told"), FAULTS, ids=[f"{f[0]}-{f[3]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_faulty_cell_is_told_with_file_line_and_column(
    tables: Path, file: str, edit: Edit, row: str, column: str, told: str
) -> None:
    path = tables / file
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, "utf-8")
    changed = next(n for n, (a, b) in enumerate(zip(before.splitlines(), after.splitlines(), strict=True), 1) if a != b)
    with pytest.raises(BadTable) as error:
        kg.build("memory:")
    assert str(error.value).startswith(f"{file}:{changed}, column {column}: ")
    assert told in str(error.value)


def test_a_column_that_is_no_property_is_told_even_when_it_is_empty(tables: Path) -> None:
    path = tables / "claim_tier_assignment.csv"
    path.write_text(
        "\n".join(
            f"{line},{'asigned' if n == 0 else ''}" for n, line in enumerate(path.read_text("utf-8").splitlines())
        ),
        "utf-8",
    )
    with pytest.raises(
        BadTable, match=r"claim_tier_assignment\.csv:2, column asigned: no property .* did you mean assigned\?"
    ):
        kg.build("memory:")


def test_a_table_that_is_gone_is_told(tables: Path) -> None:
    (tables / "passages.csv").unlink()
    with pytest.raises(BadTable, match=r"^passages\.csv: cannot be read"):
        kg.build("memory:")


@pytest.mark.parametrize("span", ["17250-99999", "17309-17251", "seventeen", "5-6"])
def test_a_span_outside_the_text_or_unknown_is_refused(tables: Path, span: str) -> None:
    path = tables / "claim_tier_assignment.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + f",{span}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(BadTable, match=r"claim_tier_assignment\.csv:2, column span: "):
        kg.build("memory:")


@pytest.mark.slow
def test_a_fault_leaves_the_published_graph_as_it_was(tables: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    version = kg.build(store).version()
    path = tables / "claim_membership.csv"
    path.write_text(path.read_text("utf-8") + "membership-900,city/nowhere\n", "utf-8")
    with pytest.raises(BadTable):
        kg.build(store)
    assert kg.open(store).version() == version
    assert len(list(store.glob("generation-*"))) == 1


RAW = [
    (b"id,type\na,\xff\n", "t.csv:2: byte 0xff is not UTF-8"),
    (b"", "t.csv:1: the table is empty"),
    (b"id;type\na;b\n", "separated by something else than commas"),
    (b"id,id\na,b\n", "t.csv:1, column id: this column stands twice"),
    (b"id,,x\na,b,c\n", "column 2 has no name"),
    (b"id,type\na,b\nc\n", "t.csv:3: 1 cells where the header has 2"),
    (b"id,type\na,b,c\n", "t.csv:2: 3 cells where the header has 2; a comma inside"),
    (b'id,type\n"a,b\n', "quotation mark"),
    (b'id,type\n"a\nb",c\n', "control character or line break in cell 1"),
    (b"id,type\na\x00,b\n", "control character"),
]


@pytest.mark.parametrize(("raw", "told"), RAW)
def test_a_malformed_file_is_told_with_its_place(tmp_path: Path, raw: bytes, told: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    with pytest.raises(BadTable) as error:
        read(path)
    assert told in str(error.value)


def test_a_byte_order_mark_empty_lines_and_quoted_commas_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('\ufeffid,label@zh-Hans\n\na,"甲, 乙"\r\n'.encode())
    (row,) = read(path)
    assert (row.line, row["id"], row["label@zh-Hans"]) == (3, "a", "甲, 乙")
