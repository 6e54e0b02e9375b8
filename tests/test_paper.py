"""The tables against the paper itself (skipped where there is no copy of it), and what must hold of them without it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from kg._ingest import paper as source

from kg.content import folder
from kg.graph import Graph
from kg.passages import Text, normal_form, parse_span
from kg.tables import read
from kg.verification import citations, verify

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def rows(pattern: str) -> list[tuple[str, str, str]]:
    """All cells of the tables that fit a pattern: file:line, column, text."""
    found = []
    for path in sorted(source.FOLDER.glob(pattern)):
        for row in read(path):
            found += [(f"{path.name}:{row.line}", column, cell) for column, cell in row.cells.items() if cell]
    return found


def test_every_passage_stands_where_its_row_says(paper: str) -> None:
    text = Text(paper, first_page=116)
    assert len(paper) == source.TEXT_LENGTH
    for row in read(source.FOLDER / "passages.csv"):
        place = text.place(parse_span(row["span"])[0][0])
        told = (row["page"], row["section"], row["paragraph"], row["sentence"], row["footnote"])
        assert told == (
            str(place.page),
            place.section,
            str(place.paragraph or ""),
            str(place.sentence or ""),
            place.footnote,
        )


def test_all_citations_are_found_in_the_paper(graph: Graph, paper: str) -> None:
    assert Counter(v.outcome for v in verify(graph, paper)) == {"found": len(citations(graph))}


@pytest.mark.slow
def test_all_citations_are_found_in_a_copy_set_otherwise(graph: Graph, paper: str) -> None:
    copy = re.sub(r"\[([^\]]*)\]\(http[^)]*\)", r"\1", paper)
    copy = re.sub(r"<sup>(.*?)</sup>", r"\1", copy).replace("**", "").replace("\\", "").replace("---", "")
    copy = re.sub(r"([\u4e00-\u9fff]{9})", r"\1 ", re.sub(r"\n+", "\n", copy).replace(",", "，"))
    assert {v.outcome for v in verify(graph, copy)} == {"found"}


@pytest.mark.slow
def test_changed_words_are_missed_and_only_those(graph: Graph, paper: str) -> None:
    at = paper.index("莫斯科、圣彼得堡等主要城市")
    changed = paper[:at] + "莫斯利" + paper[at + 3 :]
    wrong = [v for v in verify(graph, changed) if v.outcome != "found"]
    assert wrong
    assert all(any(p.start <= at < p.end for p in v.pieces) for v in wrong)


def test_every_sentence_and_note_of_the_paper_is_cited(paper: str) -> None:
    cited = bytearray(len(paper))
    for row in read(source.FOLDER / "passages.csv"):
        for start, end in parse_span(row["span"]):
            cited[start:end] = b"\1" * (end - start)
    bare = re.compile(r"\s*(#.*|(<sup>)?[①-⑳](</sup>)?|\*\*【(中图分类号|文献标识码|文章编号)】\*\*.*|---)\s*")
    for match in re.finditer(r"[^。；;\n]{6,}", paper):
        assert bare.fullmatch(match[0]) or any(cited[match.start() : match.end()]), match[0]


def test_all_sixty_one_footnotes_and_the_asterisk_note_are_cited(graph: Graph) -> None:
    marks = graph.select("SELECT ?note WHERE { ?note a eic:Footnote }")
    numbered = graph.select("SELECT ?note WHERE { ?note a eic:Footnote ; eic:mark ?mark }")
    assert (len(marks), len(numbered)) == (62, 61)


def test_the_sentences_of_the_paper_stay_out_of_the_project(paper: str) -> None:
    """No text of ours has a run of 20 of the paper's characters, names and titles apart."""
    whole = normal_form(paper)
    runs = {whole[i : i + 20] for i in range(len(whole) - 19)}
    names = ("form@", "value")  # names as printed; titles of works and projects
    for place, column, text in rows("claim_*.csv") + rows("flags.csv"):
        if not column.startswith(names):
            own = normal_form(text)
            copied = [c for i in range(len(own) - 19) if CHINESE.search(c := own[i : i + 20]) and c in runs]
            assert not copied, f"{place} {column}: {copied[0]}"


def test_claims_are_told_in_both_languages_and_more_than_six_hundred(graph: Graph) -> None:
    claims = graph.select("SELECT DISTINCT ?c WHERE { ?c prov:wasDerivedFrom ?p . ?p a eic:Passage }")
    assert len(claims) > 600
    for tag in ("zh-Hans", "en"):
        told = f'?c prov:wasDerivedFrom ?p ; rdfs:label ?l FILTER(langMatches(lang(?l), "{tag}"))'
        labelled = {str(r["c"]) for r in graph.select(f"SELECT DISTINCT ?c WHERE {{ {told} }}")}
        assert {str(r["c"]) for r in claims} <= labelled


def test_no_label_has_a_hole_in_its_template(graph: Graph) -> None:
    composed = "?c a ?class . ?class eic:claimTemplate ?template . ?c rdfs:label ?label"
    assert not graph.select(f'SELECT ?c ?label WHERE {{ {composed} FILTER(CONTAINS(?label, "…")) }}')


@pytest.mark.parametrize(
    ("alliance", "category"), [("uccn", "globalIssue"), ("c40", "globalIssue"), ("alda", "peopleIssue")]
)
def test_run_together_names_are_two_alliances(graph: Graph, alliance: str, category: str) -> None:
    """Trap 24: no separator stands between the Creative Cities Network and C40 on p. 122, note 5."""
    rows = graph.select(f"SELECT ?c WHERE {{ id:alliance\\/{alliance} eic:hasIssueCategory ?c }}")
    assert [str(r["c"]) for r in rows] == [f"<https://w3id.org/eic/ontology#{category}>"]


def test_readings_publish_the_share_that_agreed() -> None:
    outcomes = Counter(row["outcome"] for row in read(source.FOLDER / "readings.csv"))
    facts = sum(len(read(path)) for path in source.FOLDER.glob("claim_*.csv"))
    assert sum(outcomes.values()) >= facts / 3
    readme = (folder("queries").parent / "README.md").read_text("utf-8")
    assert f"{outcomes['readTwiceAgreed']} of {sum(outcomes.values())}" in readme


def test_nothing_of_this_machine_is_named() -> None:
    root = Path(__file__).parent.parent
    for folder_ in ("kg", "ontology", "ingest", "queries", "tests", "docs"):
        for path in (root / folder_).rglob("*.*"):
            if path.suffix in (".py", ".rq", ".ttl", ".trig", ".csv", ".toml", ".md"):
                assert not re.search(r"(?<!\w)/work" + "/", path.read_text("utf-8")), path
