"""What people mean: questions by a sentence or a class, things by their names, values by their types."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from kg.__main__ import main
from kg.errors import BadQuestion, KgError, UnknownName
from kg.graph import Graph


@pytest.mark.parametrize(
    "value",
    [
        "Kyiv",
        "kyiv",
        "基辅",
        "Киев",
        "city/kyiv",
        "id:city/kyiv",
        "https://w3id.org/eic/id/city/kyiv",
        "<https://w3id.org/eic/id/city/kyiv>",
    ],
)
def test_a_city_is_known_by_label_curie_and_iri(graph: Graph, value: str) -> None:
    assert [str(r["tier"]) for r in graph.ask("partner-tiers", city=value)] == [
        "<https://w3id.org/eic/ontology#secondTier>"
    ]


def test_a_thing_of_another_class_is_refused(graph: Graph) -> None:
    for name in ("state/china", "Germany"):
        with pytest.raises(BadQuestion, match=f"city={name}: a city is wanted, and this is: place, state"):
            graph.ask("partner-tiers", city=name)


def test_names_are_proposed_for_misspelt_ones(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="did you mean Kyiv"):
        graph.ask("partner-tiers", city="Kiyv")
    with pytest.raises(UnknownName, match="did you mean partner-tiers"):
        graph.ask("partner-tier")
    with pytest.raises(UnknownName, match="did you mean city"):
        graph.ask("partner-tiers", citty="Kyiv")


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("which cities depend on Moscow", "dependencies partner=Moscow"),
        ("what rank has Almaty?", "city=Almaty"),
        ("谁依赖莫斯科", "depend.* partner='莫斯科'"),
        ("от кого зависит город Киева", "depend.* city='Киев'"),
        ("compare Kyiv and Minsk", "city-comparison city=Kyiv city=Minsk"),
        ("does Kyiv depend on Moscow?", "city=Kyiv partner=Moscow"),
        ("who depends on Kyiv?", "depend.* partner=Kyiv"),
        ("which cities depend on the city of Baku", "depend.* partner=Baku"),
        ("on whom does Kyiv depend?", "depend.* city=Kyiv"),
        ("哪些城市依赖基辅？", "depend.* partner='基辅'"),
        ("基辅依赖哪些城市？", "depend.* city='基辅'"),
        ("кто зависит от города Киева?", "depend.* partner='Киев'"),
        ("哪些城市依赖于莫斯科？", "^[^;]*depend.* partner='莫斯科'"),
        ("莫斯科被哪些城市依赖？", "^[^;]*depend.* partner='莫斯科'"),
        ("对莫斯科有依赖的城市", "^[^;]*depend.* partner='莫斯科'"),
        ("明斯克对莫斯科的依赖", "^[^;]*depend.* city='明斯克' partner='莫斯科'"),
        ("Зависит ли Киев от Санкт-Петербурга?", "^[^;]*depend.* city='Киев' partner='Санкт-Петербург'"),
        ("六种邻近性", "proximity-types"),
        ("which alliances is Kyiv a member of?", "^[^;]*alliance-rosters place=Kyiv"),  # the paper names none
        ("в каких альянсах состоит Киев?", "^[^;]*alliance-members member='Киев'"),
        ("基辅加入了哪些联盟？", "alliance-members member='基辅'"),
        ("what does Kyiv lack?", "^[^;]*city-profile city=Kyiv"),
        ("чего не хватает Киеву?", "^[^;]*city-profile city='Киев'"),
        ("基辅缺什么？", "^[^;]*city-profile city='基辅'"),
        ("what can Moscow offer Kyiv?", "^[^;]*element-match city=Moscow partner=Kyiv"),
        ("跨国城市联盟有哪些", "alliance"),
        ("Какие союзы городов?", "alliance"),
    ],
)
def test_a_sentence_in_place_of_a_name_proposes_questions(graph: Graph, sentence: str, name: str) -> None:
    with pytest.raises(UnknownName) as told:
        graph.ask(sentence)
    assert re.search(name, str(told.value).partition("perhaps: ")[2])


@pytest.mark.parametrize(
    "sentence",
    ["does Moscow depend on anyone?", "on whom does Moscow depend?", "莫斯科依赖谁？", "от кого зависит Москва?"],
)
def test_who_depends_is_not_taken_for_who_is_depended_on(graph: Graph, sentence: str) -> None:
    """Of no dependence of Moscow the graph knows: who depends on Moscow would be the answer to another question."""
    with pytest.raises(UnknownName, match="perhaps") as told:
        graph.ask(sentence)
    assert "partner=" not in str(told.value)


def test_python_values_are_taken_as_they_come(graph: Graph) -> None:
    given = (datetime.date(2017, 1, 1), datetime.datetime(2017, 1, 1, 12, 30), "2017-01-01")
    rows = [graph.ask("quantities", as_of=one).rows for one in given]
    assert rows[0] == rows[1] == rows[2] != []
    least = [graph.ask("quantities", at_least=one).rows for one in (1e-10, Decimal("0.0000000001"), "0.0000000001")]
    assert least[0] == least[1] == least[2] != []


@pytest.mark.parametrize("name", ["城市联盟", "city alliance", "CityAlliance", "eic:CityAlliance"])
def test_questions_are_found_by_a_class_and_its_labels(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "--class", name]) == 0
    assert "alliance-members" in capsys.readouterr().out


@pytest.mark.parametrize("value", [{}, b"Kyiv", object, True, ["Kyiv", None], [None], []])
def test_what_is_no_value_is_refused(graph: Graph, value: object) -> None:
    with pytest.raises(BadQuestion, match="text"):
        graph.ask("statement-search", text=value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"city": "Ukraine"}, "a city is wanted, and this is: place, state"),
        ({"city": "Kyiv, Baku"}, "for several values repeat city="),
        ({"city": ""}, "give a name of city, or leave city out"),
        ({"degree": "absolut"}, "there are: absolute dependence, relative dependence"),
        ({"lang": "ru"}, "`language` chooses that of labels"),
    ],
)
def test_an_error_says_what_would_be_right(graph: Graph, values: dict[str, str], told: str) -> None:
    with pytest.raises(KgError, match=told):
        graph.ask("dependencies", **values)


@pytest.mark.parametrize(
    "name", ["saint-petersburg", "Saint-Petersburg", "Ｓａｉｎｔ　Ｐｅｔｅｒｓｂｕｒｇ", "Санкт Петербург"]
)
def test_names_are_found_whatever_their_punctuation(graph: Graph, name: str) -> None:
    assert graph.ask("partner-tiers", city=name).values("city") == ["https://w3id.org/eic/id/city/saint-petersburg"]
