"""Hypotheses as files and as data: read back as written, faults told with file and entry, any name taken as a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import BadTable
from kg.graph import Graph
from kg.hypotheses import Hypothesis, findings, hypothesis, read
from kg.whatif import suppose
from tests.test_whatif import anew, derived


@pytest.mark.parametrize(
    "one",
    [
        hypothesis([("Kyiv", "memberOf", "WTA")], ["Minsk", ("Baku", "hasTier", "second tier")], "join"),
        hypothesis(
            [{"class": "City", "en": 'A "quoted" \\ name\tand more', "zh": "甲"}], title={"en": "x", "zh": "乙"}
        ),
        findings("Ереван", {"market demand": "potential"}, source="own survey", date="2026-11"),
    ],
)
def test_a_hypothesis_is_read_back_as_it_was_written(tmp_path: Path, one: Hypothesis) -> None:
    path = tmp_path / "h.toml"
    path.write_text(one.to_toml(), "utf-8")
    assert read(path)[:3] == one[:3]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "adds nothing and withdraws nothing"),
        ('add = ["Kyiv"]', "add, entry 1: 'Kyiv' is no edge"),
        ('add = [["Kyiv", "memberOf"]]', "is no edge of three names"),
        ('titel = "x"', "'titel' is not known here"),
        ("add = 3", "add is no list"),
        ("add = [", "not TOML"),
        ('title = { de = "x" }\nremove = ["Kyiv"]', "title in 'de'"),
        ('add = [["Kiyv", "memberOf", "WTA"]]', "add, entry 1: .*did you mean Kyiv"),
        ('add = [["Kyiv", "membrOf", "WTA"]]', "did you mean memberOf"),
        ('add = [["Kyiv", "tierDependsOn", "Minsk"]]', "no edge that a claim states by itself"),
        ('add = [["WTA", "hasTier", "Kyiv"]]', "a tier is wanted, and this is: city, place"),
        ('add = [{ class = "Citty", en = "x" }]', "did you mean City"),
        ('add = [{ class = "City" }]', "needs a name"),
        ('add = [{ class = "City", en = "Kyiv" }]', "in the graph already"),
        ('add = [{ city = "Kyiv", element = "market demand" }]', "needs a level"),
        ('add = [{ city = "Kyiv", element = "market demand", level = "huge" }]', "no level is called 'huge'"),
        ('add = [{ city = "Kyiv", elment = "market demand", level = "some" }]', "did you mean element"),
        (
            'add = [{ class = "RankingObservation", ranked = "Kyiv", rank = "first", rankingList = "list/gawc-2018" }]',
            r"add, entry 1, column rank: 'first' is no integer",
        ),
        ('add = [{ class = "TierAssignment", tier = "first tier" }]', "needs assigned"),
        ('add = [{ class = "DerivedTierAssignment", assigned = "Kyiv", tier = "first tier" }]', "cannot be supposed"),
        ('add = [{ class = "a b" }]', "add, entry 1: Invalid IRI"),
        ('remove = [["Kyiv", "memberOf", "WTA"]]', "remove, entry 1: nothing in the graph states Kyiv memberOf WTA"),
        ('remove = ["claim:paper/no-such"]', "nothing in the graph states claim:paper/no-such"),
        ('remove = [{ city = "Kyiv" }]', "nothing in the graph states"),
    ],
)
def test_a_faulty_hypothesis_is_told_with_its_file(tmp_path: Path, graph: Graph, text: str, fault: str) -> None:
    path = tmp_path / "h.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadTable, match=rf"(?s)h\.toml.*{fault}"):
        suppose(graph, read(path))


def test_a_table_of_findings_tells_the_line_that_is_wrong(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "t.csv"
    path.write_text("city,element,level,source\nYerevan,market demand,,\nYerevan,market demand,huge,own\n", "utf-8")
    with pytest.raises(BadTable, match=r"t\.csv:3: no level is called 'huge'"):
        suppose(graph, read(path))
    path.write_text("city,element,level\nYerevan,market demand,\n", "utf-8")
    with pytest.raises(BadTable, match="no row has a level"):
        read(path)
    path.write_text("city,element\nYerevan,market demand\n", "utf-8")
    with pytest.raises(BadTable, match="no column 'level'"):
        read(path)


HOSTILE = "x\"@en . } DROP ALL ; # <http://e> \\ ' {} ?s\u202e"


def test_a_hypothesis_called_like_its_city_hides_nothing(graph: Graph) -> None:
    new = {"class": "City", "en": "Yerevan", "zh": "埃里温"}
    there = graph.suppose([new, ("Yerevan", "hasTier", "third tier")], title="Yerevan")
    assert there.explain("Yerevan", "hasTier", "third tier").derivations


def test_where_a_finding_is_from_is_told_with_it(graph: Graph) -> None:
    there = suppose(graph, findings("Yerevan", {"市场需求": "潜在"}, source="own survey", date="2026-11"))
    assert "(entry 1) [own survey, 2026-11]" in there.ask("tier-placement", city="Yerevan").to("csv")
    with pytest.raises(BadTable, match="'2026-13-45' is no date"):
        suppose(graph, findings("Yerevan", {"market demand": "potential"}, date="2026-13-45"))


def test_any_name_may_be_given_to_a_new_city(graph: Graph) -> None:
    there = suppose(graph, findings(HOSTILE, {"market demand": "potential"}, source=HOSTILE))
    assert len(there.ask("tier-placement", city=HOSTILE)) == 3
    assert derived(there) == anew(there)
