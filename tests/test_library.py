"""The library: front matter, typed parameters, and binding that no value can break out of."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import library
from kg.__main__ import main
from kg.content import files
from kg.errors import BadQuestion, BadTable, UnknownName
from kg.graph import Graph
from kg.library import Question
from kg.terms import EIC

FRONT = """#+ tags = ["test"]
#+ [question]
#+ zh = "何物？"
#+ en = "What?"
#+ ru = "Что?"
#+ [description]
#+ zh = "试"
#+ en = "a test"
#+ [parameters.label]
#+ type = "text"
#+ example = "x"
#+ about = { zh = "标签", en = "a label" }
#+ [columns.label]
#+ type = "text"
#+ heading = { zh = "标签", en = "label", ru = "метка" }
#+ about = { zh = "同一标签", en = "the same label" }
SELECT ?label
WHERE {
  VALUES ?label { UNDEF }
}
ORDER BY ?label
"""


def written(tmp_path: Path, text: str) -> Question:
    path = tmp_path / "what.rq"
    path.write_text(text, "utf-8")
    return Question(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('#+ ru = "Что?"\n', "", "what.rq: front matter lacks 'ru'"),
        ('#+ tags = ["test"]', "#+ tags = [", "what.rq: front matter: "),
        ('#+ type = "text"', '#+ kind = "text"', "label: wants one of class, concept or type"),
        ("VALUES ?label { UNDEF }", "", "no line `VALUES ?label { UNDEF }`"),
        ('#+ example = "x"\n', "", "parameter label lacks 'example'"),
        ('#+ example = "x"\n', '#+ example = "x"\n#+ deflaut = "y"\n', "parameter label: knows no deflaut"),
        (', ru = "метка" }', " }", "column label lacks 'ru'"),
        ('zh = "同一标签"', 'zh = ""', "column label: nothing is said in zh"),
        ("SELECT ?label", "SELECT ?label ?other", "[columns] and what the query selects differ in other"),
        ("SELECT ?label", "SELECT ?label ?", "what.rq: the query is not SPARQL 1.1: "),
        ("VALUES ?label { UNDEF }", "VALUES ?label { UNDEF } VALUES ?x { UNDEF }", "`VALUES ?x { UNDEF }` is of no"),
        (
            "VALUES ?label { UNDEF }",
            "{\n# kept\nSELECT ?label { VALUES ?label { UNDEF } } }",
            "kept takes no parameter",
        ),
        ("VALUES ?label { UNDEF }", "VALUES ?label { UNDEF }\n# kept\n", "`# kept` is the first line of a sub-select"),
        (
            "VALUES ?label { UNDEF }",
            "VALUES ?label { UNDEF } {\n# kept\nSELECT (NOW() AS ?n) { } }",
            "NOW is not for a part that is kept",
        ),
        ('#+ tags = ["test"]', '#+ tags = ["test"]\n#+ view = "pie"', "no view 'pie'"),
        ('#+ tags = ["test"]', '#+ tags = ["test"]\n#+ view = 5', "no view '5'"),
        ('#+ tags = ["test"]', '#+ tags = "test"', "tags are a list of words"),
        ('#+ tags = ["test"]', "#+ tags = []", "tags are a list of words"),
        ('#+ tags = ["test"]', '#+ tags = ["test"]\n#+ tagz = "x"', "front matter knows no tagz"),
        ('#+ example = "x"\n', '#+ example = "x"\n#+ minimum = 1\n', "minimum and maximum are for numbers"),
        ('#+ type = "text"\n#+ example', '#+ type = "integer"\n#+ minimum = 3\n#+ maximum = 1\n#+ example', "is above"),
        ('#+ type = "text"\n#+ example', '#+ type = "integer"\n#+ minimum = "3"\n#+ example', "are numbers"),
        ("[parameters.label]", "[parameters.language]", "no parameter may be called language"),
        ("[columns.label]", "[columns.source]", "column source: this name is taken"),
        ("ORDER BY ?label", "", "does not order its rows"),
        ("WHERE {", "FROM <http://example.org/g> WHERE {", "FROM is not for a question"),
        ("WHERE {", "WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }", "SERVICE is not for a question"),
        ("  VALUES ?label { UNDEF }", "  # VALUES ?label { UNDEF }", "the query has no line `VALUES ?label"),
        ('ru = "Что?"', 'ru = "What now"', "'What now' is not written in ru"),
        ('#+ tags = ["test"]', '#+ tags = ["test"]\n#+ view = { as = "map", place = "x" }', "no column x"),
        ('#+ tags = ["test"]', '#+ tags = ["test"]\n#+ view = { as = "map", place = ["label"] }', "names one column"),
        (
            '[question]\n#+ zh = "何物？"\n#+ en = "What?"\n#+ ru = "Что?"',
            'question = "x"',
            "text in each language is wanted",
        ),
        ('#+ type = "text"\n#+ example', '#+ class = "City } INSERT"\n#+ example', "is no name of a class"),
        ('#+ type = "text"\n#+ example', '#+ class = "city"\n#+ example', "is no name of a class"),
        ('#+ type = "text"\n#+ example', '#+ class = ["City", "state"]\n#+ example', "'state' is no name of a class"),
        ('#+ type = "text"\n#+ example', "#+ class = []\n#+ example", "a class is wanted, and the list is empty"),
        ('#+ type = "text"\n#+ example', '#+ type = ["text"]\n#+ example', "a text is wanted, not ['text']"),
        ('#+ type = "text"\n#+ example', '#+ type = "integer"\n#+ minimum = nan\n#+ example', "are numbers"),
        (
            '#+ type = "text"\n#+ example',
            '#+ type = "integer"\n#+ example',
            "example: label=x: a whole number is wanted",
        ),
        (
            '#+ type = "text"\n#+ example = "x"',
            '#+ type = "integer"\n#+ maximum = 5\n#+ default = 9\n#+ example = "1"',
            "default: label=9: must lie between",
        ),
        ("WHERE {", "WHERE {" + "{" * 6000 + "}" * 6000, "nested more than 200 deep"),
        ('#+ tags = ["test"]', f"#+ tags = {'[' * 5000}{']' * 5000}", "front matter: nested too deep"),
    ],
)
def test_a_malformed_question_names_itself(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FRONT
    with pytest.raises(BadTable) as error:
        written(tmp_path, FRONT.replace(old, new))
    assert told in str(error.value)


with TemporaryDirectory() as folder:
    WHAT = written(Path(folder), FRONT)


def test_a_malformed_question_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in files("queries", "p*.rq"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "broken.rq").write_text(FRONT.replace("tags", "tagz"), "utf-8")
    (tmp_path / "Upper Case.rq").write_text(FRONT, "utf-8")
    (tmp_path / "folder.rq").mkdir()
    (tmp_path / "link.rq").symlink_to(tmp_path / "nowhere")
    (tmp_path / "spelt.rq").write_text(
        "\ufeff" + FRONT.replace("VALUES ?label { UNDEF }", "values ?label {UNDEF}"), "utf-8"
    )
    monkeypatch.setattr("kg.library.files", lambda name, pattern: sorted(tmp_path.glob(pattern)))
    wrong = {"broken", "Upper Case", "folder", "link"}
    assert {q.name for q in library.questions()} == {p.stem for p in tmp_path.glob("*.rq")} - wrong
    assert {str(fault).split(".rq")[0] for fault in library.faults()} == wrong
    assert any(str(fault).startswith("broken.rq: front matter knows no tagz") for fault in library.faults())


def test_the_library_has_no_malformed_question_and_knows_its_terms(graph: Graph) -> None:
    assert library.faults() == []
    known = {*graph.schema.properties, *(iri.value.removeprefix(EIC) for iri in graph.schema.superclasses)}
    concepts = graph.query("SELECT ?c WHERE { ?c a skos:Concept }").values("c")
    known |= {iri.removeprefix(EIC) for iri in concepts}
    for question in library.questions():
        fields = (*question.parameters.values(), *question.columns.values())
        assert question.terms() | {of for field in fields for of in field.of} <= known, question.name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_being_bound(text: str) -> None:
    bound = WHAT.bind({"label": [str(ox.Literal(text))]})
    rows = list(ox.Store().query(bound))  # type: ignore[arg-type]
    assert [row["label"].value for row in rows] == [text]


HOSTILE = ['" } DROP ALL #', "x\n} UNION { ?s ?p ?o", "a\\u0022b", "\u202eabc", "{ UNDEF }", "\\1", "?city", "<>", "''"]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_names_that_nothing_bears(graph: Graph, value: str) -> None:
    size = len(graph.embedded())
    with pytest.raises((UnknownName, BadQuestion)):
        graph.ask("partner-tiers", city=value)
    assert len(graph.embedded()) == size


def test_several_values_mean_any_of_them(graph: Graph) -> None:
    one, other = graph.ask("partner-tiers", city="Kyiv"), graph.ask("partner-tiers", city="Minsk")
    assert len(graph.ask("partner-tiers", city=["Kyiv", "Minsk"])) == len(one) + len(other) == 2


def test_one_value_where_one_is_meant(graph: Graph) -> None:
    with pytest.raises(BadQuestion, match="takes one degree, not 2"):
        graph.ask("dependencies", degree=["relative dependence", "absolute dependence"])


@pytest.mark.parametrize("name", library.names())
def test_examples_of_parameters_are_understood_and_files_stand_alone(graph: Graph, name: str) -> None:
    question = library.question(name)
    for parameter in question.parameters.values():
        graph.ask(name, **(question.examples() | {parameter.name: parameter.example}))
    required = {p.name: p.example for p in question.parameters.values() if p.required}
    answer = graph.ask(name, **required)
    assert set(answer.columns) - {"claim"} == set(question.columns), "every column is described, and no other"
    if not required and not question.computed:  # the query of a computed question gathers, it does not answer
        unbound = graph.embedded().query(question.sparql, use_default_graph_as_union=True)
        assert len(list(unbound)) == len(answer), "the file as it stands asks the same as without parameters"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", library.names())
def test_the_text_shown_means_the_same_elsewhere(graph: Graph, name: str) -> None:
    required = {p.name: p.example for p in library.question(name).parameters.values() if p.required}
    bare = list(graph.embedded().query(graph.show(name, **required)))  # type: ignore[arg-type]
    question = library.question(name)
    if question.computed:  # what is shown is what is gathered
        bound: Any = graph.engine.query(graph.bind(question, required))
        assert len(bare) == len(list(bound))
    else:
        assert len(bare) == len(graph.ask(name, **required))


def test_every_question_of_the_issue_is_there() -> None:
    wanted = "second-tier-dependencies dependency-elements dependencies partner-tiers tier-definition alliances "
    wanted += "alliance-members index-ranks partnerships carrier-platforms proximity-types city-roles diplomacy-roles "
    wanted += "obstacles tiers-against-ranks flags"
    assert set(wanted.split()) <= set(library.names())
    assert len(library.names()) >= 20


def test_a_prefix_in_a_comment_or_text_is_not_declared(graph: Graph) -> None:
    text = "SELECT ?c WHERE { ?c a eic:SecondTierPartner FILTER('prefix eic:' != '') }"
    assert len(graph.query(f"# PREFIX eic: <http://example.org/>\n{text}")) == 3


@pytest.mark.slow
def test_check_tells_of_malformed_questions_and_of_what_they_declare(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.rq").write_text("#+ tagz = 1\nSELECT ?x {}", "utf-8")
    odd = FRONT.replace('#+ type = "text"\n#+ example = "x"', '#+ class = "{}"\n#+ example = "Atlantis"', 1)
    (tmp_path / "no-class.rq").write_text(odd.replace("{}", "Cty", 1), "utf-8")
    (tmp_path / "no-city.rq").write_text(odd.replace("{}", "City", 1), "utf-8")
    monkeypatch.setattr("kg.library.files", lambda name, pattern: sorted(tmp_path.glob(pattern)))
    assert main(["check", "--on", str(store)]) == 3
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("question: ")]
    assert [line.split(".rq")[0] for line in told] == ["question: bad", "question: no-city", "question: no-class"]
    assert "example: no city is called 'Atlantis'" in told[1]
    assert "the ontology has no class 'Cty'" in told[2]


def test_the_text_shown_is_the_text_asked(graph: Graph) -> None:
    for language, tag in (("zh", "zh-hans"), ("en", "en")):
        text = graph.show("scheme-concepts", language, scheme="Tier")
        assert f'VALUES ?text_language {{ "{tag}" }}' in text
        assert {str(row[0]) for row in graph.query(text).rows} == {
            str(row[0]) for row in graph.ask("scheme-concepts", language, scheme="Tier").rows
        }


def test_deep_nesting_and_undeclared_prefixes_are_told_before_they_are_parsed(graph: Graph) -> None:
    with pytest.raises(BadQuestion, match="nested more than 200 deep"):
        graph.query("SELECT * WHERE " + "{" * 20000 + "}" * 20000)
    with pytest.raises(BadQuestion, match="prefix ex: is not declared"):
        graph.query("SELECT * WHERE { ?x ex:foo ?y }")


def test_an_empty_answer_to_given_values_does_not_say_that_nothing_is_stated(graph: Graph) -> None:
    told = graph.ask("quantities", at_least=10, at_most=5).notes()
    assert told == ["Nothing stated fits the values given (at_least, at_most), which is not to say that there is none."]
