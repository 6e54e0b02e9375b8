"""Answers in every form: evidence, date and version everywhere, no formula in a spreadsheet, citations that resolve."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.answers import Answer, Surroundings
from kg.citations import Citations, _address
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.views import names
from kg.views.csv import harmless
from kg.views.markdown import escaped

TEXT_VIEWS = [view for view in names() if view not in ("turtle", "xlsx")]
KYIV = {"city": "Kyiv", "partner": "Moscow"}


class Nothing:
    """What stands around rows that no graph gave."""

    def around(self, answer: Answer) -> Surroundings:
        return Surroundings({}, None, "1 row · graph 0", [], "0")

    def cite(self, answer: Answer) -> Citations:
        return Citations([], "")


def made(*texts: str) -> Answer:
    return Answer(["cell"], [(ox.Literal(text),) for text in texts], Nothing())


@pytest.mark.parametrize("view", [*TEXT_VIEWS])
@pytest.mark.parametrize(
    ("language", "basis", "date"),
    [("en", "implied by tier", "as of 2019"), ("zh", "由层级推知", "截至 2019 年"), ("ru", "[en]", "на 2019 год")],
)
def test_every_view_tells_basis_date_and_version(graph: Graph, view: str, language: str, basis: str, date: str) -> None:
    told = str(graph.ask("second-tier-dependencies", language, **KYIV).to(view))
    assert basis in told
    assert date in told
    assert graph.version() in told


@pytest.mark.parametrize("view", [*TEXT_VIEWS])
def test_a_citation_names_the_sentence_and_its_work_and_the_bibliography_has_it(graph: Graph, view: str) -> None:
    answer = graph.ask("index-ranks", city="Moscow", list="Innovation Cities Index 2016-2017: global innovation cities")
    told = str(answer.to(view, cite=True))
    assert "@zhao-yu-2019-secondary-dimension, p. 127" in told  # table 1 is on page 127
    if view not in ("csv", "tsv"):  # which have no room for it
        keys = set(re.findall(r"@(?!misc|article|book|techreport|incollection)([\w-]+)", told))
        assert keys <= set(re.findall(r"@\w+\{([\w-]+),", told)), "each cited work has its entry"
    assert "@zhao-yu" not in str(answer.to(view)), "no citations where none are wanted"


def test_bibtex_has_what_the_footnotes_print(graph: Graph) -> None:
    """P. 128 n4: Hoekman, Frenken and Van Oort, Annals of Regional Science 43(3), 2009, pp. 721-738."""
    answer = graph.ask("proximity-types", proximity="technological proximity")
    cited = (
        "[@zhao-yu-2019-secondary-dimension, p. 128 §3.2 ¶1 s5, n4; @hoekman-2009-collaborative-knowledge-production]"
    )
    assert cited in answer.citations.rows
    entry = answer.bibliography
    assert "author = {Jarno Hoekman and Koen Frenken and Frank Van Oort}" in entry
    for told in ("@article{", "journal = {Annals of Regional Science}", "volume = {43}", "pages = {721--738}"):
        assert told in entry
    assert "doi = {10.13851/j.cnki.gjzw.201905006}" in entry
    assert entry.count("{") == entry.count("}")


FORMULAS = ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK()", "  =1", "＝1", "\ufeff=1", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_starts_a_formula(text: str) -> None:
    (_, cell) = csv.reader(io.StringIO(str(made(text).to("csv")).removeprefix("\ufeff"), newline=""))
    assert cell[0] == "'" + text
    book = openpyxl.load_workbook(io.BytesIO(bytes(made(text).to("xlsx"))))  # type: ignore[arg-type]
    assert book["answer"]["A2"].data_type == "s"


@pytest.mark.parametrize("text", ["-9", "+5", "-1.5", "基辅", "a=b", "3", ""])
def test_what_is_no_formula_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ['<script>alert("x")</script>', "a|b", "a\nb", "`x`", "*x*", "\x1b[2J", "&amp;"])
def test_markup_in_a_value_is_text(text: str) -> None:
    assert "<script>" not in str(made(text).to("html"))
    markdown = str(made(text).to("markdown"))
    assert "<script>" not in markdown
    assert len([line for line in markdown.splitlines() if line.startswith("|")]) == 3
    assert "\x1b" not in str(made(text).to("table"))


@pytest.mark.parametrize(
    "text",
    ["[click](javascript:alert(1))", "![t](http://evil.example/a.png)", "[a]: http://evil.example", "_a_", "&lt;b&gt;"],
)
def test_no_link_or_picture_is_made_of_a_value(text: str) -> None:
    told = escaped(text)
    assert "](" not in told.replace("\\](", "")
    assert "]:" not in told.replace("\\]:", "")
    assert "&lt;b" not in told
    assert told != text


@pytest.mark.parametrize("lead", ["\v", "\0", "\u200b", "\u202e", "\u2028", "\u2003", "\xad", "\u2060"])
def test_what_is_invisible_hides_no_formula(lead: str) -> None:
    assert harmless(f"{lead}=1+1").startswith("'")


def test_an_address_does_not_end_its_field_in_bibtex() -> None:
    assert _address("http://x.example/}\n@article{evil") == "http://x.example/%7D%0A@article%7Bevil"


def test_a_workbook_has_numbers_chinese_and_its_own_account(graph: Graph) -> None:
    answer = graph.ask("index-ranks", "zh", city="Moscow")
    book = openpyxl.load_workbook(io.BytesIO(bytes(answer.to("xlsx", cite=True))))  # type: ignore[arg-type]
    rows = list(book["answer"].iter_rows(values_only=True))
    assert "莫斯科" in {cell for row in rows for cell in row}
    assert any(43 in row for row in rows), "a rank is a number"
    about = [cell for (cell,) in book["about"].iter_rows(values_only=True)]
    assert any(graph.version() in str(cell) for cell in about)
    assert any("@misc{eic-graph" in str(cell) for cell in about)


def test_turtle_is_for_graphs_and_keeps_what_is_derived_apart(graph: Graph) -> None:
    answer = graph.query("CONSTRUCT WHERE { <https://w3id.org/eic/id/city/kyiv> ?p ?o }")
    text = str(answer.to("turtle"))
    assert len(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) == len(answer)
    stated, derived = text.index("# layer things"), text.index("# layer inferred")
    assert text.index("rdfs:label") > min(stated, derived)
    assert text.startswith("# ")
    assert graph.version() in text.splitlines()[0]
    with pytest.raises(BadQuestion, match="only a graph goes to Turtle"):
        graph.ask("partner-tiers").to("turtle")


def test_a_frame_has_numbers_and_truth_values(graph: Graph) -> None:
    frame = graph.ask("partnership-documents", partner="United Kingdom").to_pandas()
    assert list(frame["do they differ"]) == [True]
    ranks = graph.ask("index-ranks", city="Moscow").to_pandas()
    assert str(ranks["rank"].dtype).startswith("Int")
    assert graph.version() == frame.attrs["graph"]


def test_a_network_of_dependences(graph: Graph) -> None:
    network = graph.ask("dependencies", city="Minsk").to_networkx()
    minsk = "https://w3id.org/eic/id/city/minsk"
    named = {network.nodes[other]["label"] for other in network[minsk]}
    assert {"Moscow", "Saint Petersburg", "Kyiv", "Tbilisi", "Baku"} <= named  # p. 129
    assert all(told["basis"] for _, _, told in network.edges(data=True))
    with pytest.raises(BadQuestion, match="relates no two columns"):
        graph.ask("partner-tiers").to_networkx()


def test_json_says_what_was_asked(graph: Graph) -> None:
    head = json.loads(str(graph.ask("second-tier-dependencies", **KYIV).to("json")))["head"]
    assert head["question"] == "second-tier-dependencies"
    assert head["parameters"]["city"] == ["<https://w3id.org/eic/id/city/kyiv>"]
    assert head["views"][0]["year"] == 2019


def test_an_unknown_view_is_told(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="did you mean csv"):
        graph.ask("partner-tiers").to("cvs")


def test_an_answer_goes_to_a_file_in_the_form_of_its_ending(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending in ("csv", "xlsx", "md", "json"):
        file = tmp_path / f"answer.{ending}"
        words = ["ask", "partner-tiers", "city=基辅", "--on", str(store), "--to", str(file), "--cite"]
        assert main(words) == 0
        assert file.stat().st_size > 100
    assert (tmp_path / "answer.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "@misc{eic-graph," in (tmp_path / "answer.csv.bib").read_text("utf-8")
    assert capsys.readouterr().out == ""
    assert main(["ask", "partner-tiers", "--on", str(store), "--to", str(tmp_path / "answer.doc")]) == 2
    assert "no form ends in .doc" in capsys.readouterr().err
