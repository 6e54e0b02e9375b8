"""Resolution of places: what names and identifiers mean, what stays open, and how a person settles it.

The places are real, with some of the names and the populations that GeoNames (CC BY 4.0) gives them.
"""

from __future__ import annotations

import csv
import io
from itertools import permutations
from pathlib import Path

import pytest

from kg.errors import BadTable, UnknownName
from kg.namekeys import graded_keys, name_key, name_keys
from kg.resolution import Place, Places, Resolution, read_settled, unsettled

ID = "https://w3id.org/eic/id/"
#: slug, GeoNames number, territory, population, label, other names
ROWS = [
    ("city/kyiv", "703448", "UA", 2952301, "Kyiv", "Kiev|Kijów|Київ|Киев|基輔"),
    ("city/moscow", "524901", "RU", 10381222, "Moscow", "Moskva|Москва|莫斯科"),
    ("place/5601538", "5601538", "US", 25060, "Moscow", "Moskva|Москва"),
    ("place/4972660", "4972660", "US", 600, "Moscow", "莫斯科"),
    ("place/4642988", "4642988", "US", 532, "Moscow", "Moskou"),
    ("city/saint-petersburg", "498817", "RU", 5351935, "Saint Petersburg", "St Petersburg|Санкт-Петербург|聖彼得堡"),
    ("place/4171563", "4171563", "US", 257083, "St. Petersburg", "Saint Petersburg"),
    ("city/hong-kong", "1819729", "HK", 7396076, "Hong Kong", "Гонконг|香港"),
    ("place/12747064", "12747064", "HK", 1195529, "Hong Kong Island", "Hong Kong|香港島"),
    ("place/3621849", "3621849", "CR", 335007, "San José", "San José de Costa Rica"),
    ("place/5392171", "5392171", "US", 997368, "San Jose", "Сан-Хосе"),
    ("place/361058", "361058", "EG", 5263542, "Alexandria", "Al Iskandariyah|الإسكندرية"),
    ("place/4314550", "4314550", "US", 47889, "Alexandria", "Александрия"),
    ("place/4744091", "4744091", "US", 159467, "Alexandria", ""),
    ("place/2210247", "2210247", "LY", 1302947, "Tripoli", "Tarabulus"),
    ("place/266826", "266826", "LB", 229398, "Tripoli", "Tarabulus"),
    ("place/1857910", "1857910", "JP", 1463723, "Kyoto", "Киото|京都市"),
    ("place/1862415", "1862415", "JP", 1200754, "Hiroshima", "広島市"),
    ("place/2934246", "2934246", "DE", 618685, "Düsseldorf", "Дюссельдорф"),
    ("city/novosibirsk", "1496747", "RU", 1612833, "Novosibirsk", ""),
    ("place/1519379", "1519379", "KZ", 850, "Sevastopol’", ""),
]
TERRITORIES = {
    **{"UA": "UA", "UKR": "UA", "Ukraine": "UA", "乌克兰": "UA", "Украина": "UA"},
    **{"RU": "RU", "RUS": "RU", "Russia": "RU", "俄罗斯": "RU", "Россия": "RU"},
    **{"US": "US", "USA": "US", "美国": "US", "FR": "FR", "CN": "CN", "CHN": "CN", "中国": "CN"},
}
HEADER = "name,territory,means,by,date,note\n"


def place(row: tuple[str, str, str, int, str, str]) -> Place:
    slug, _, territory, population, label, names = row
    return Place(ID + slug, territory, population, tuple(filter(None, names.split("|"))), label)


def filled(rows: list[tuple[str, str, str, int, str, str]]) -> Places:
    places = Places(map(place, rows), TERRITORIES)
    for slug, number, *_ in rows:
        places.identify("geonames", number, ID + slug)
    places.identify("wikidata", "Q1899", ID + "city/kyiv")
    places.identify("wikidata", "Q649", ID + "city/moscow")
    return places


@pytest.fixture
def places() -> Places:
    return filled(ROWS)


def slug(resolution: Resolution) -> str | None:
    return resolution.iri and resolution.iri.removeprefix(ID)


def slugs(resolution: Resolution) -> list[str]:
    return [place.iri.removeprefix(ID) for place in resolution.candidates]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kyiv", "kyiv"),
        ("  KYIV\t", "kyiv"),
        ("Kraków", "krakow"),
        ("Łódź", "lodz"),
        ("Großbeeren", "grossbeeren"),
        ("GROẞBEEREN", "grossbeeren"),
        ("Tromsø", "tromso"),
        ("Đà Nẵng", "danang"),
        ("Iğdır", "igdir"),
        ("IĞDIR", "igdir"),
        ("İstanbul", "istanbul"),
        ("Орёл", "орел"),
        ("Khar’kiv", "kharkiv"),
        ("Kharʼkiv", "kharkiv"),
        ("Khar'kiv", "kharkiv"),
        ("Ｌｏｎｄｏｎ", "london"),
        ("\u200fKyiv\u200e", "kyiv"),
        ("Ky\u0000i\u00adv", "kyiv"),
        ("基輔", "基辅"),
        ("聖彼得堡", "圣彼得堡"),
        ("臺北", "台北"),
        ("\uf9ff", "刺"),
        ("ガーナ", "ガーナ"),
        ("서울", "서울"),
        ("किव", "किव"),
        ("", ""),
        (" .-' ", ""),
        ("\u202e\u0301", ""),
    ],
)
def test_key_by_letters(name: str, key: str) -> None:
    assert name_key(name) == key


def test_what_differs_by_voicing_or_vowel_signs_stays_apart() -> None:
    assert name_key("ハリ") != name_key("バリ")
    assert name_key("किव") != name_key("कव")


@pytest.mark.parametrize(
    ("name", "weaker"),
    [
        ("京都市", {"京都"}),
        ("浦东新区", {"浦东"}),
        ("廣州", set()),
        ("沙市", set()),
        ("広島市", {"広岛", "广岛市", "广岛"}),
        ("Київ", {"kyiv"}),
        ("Киев", {"kiev", "kiyev"}),
        ("Новосибирск", {"novosibirsk"}),
        ("Екатеринбург", {"yekaterinburg", "ekaterinburg"}),
        ("Щёлково", {"shchelkovo"}),
        ("Згурівка", {"zghurivka"}),
        ("Кам'янець", {"kamianets"}),
        ("Запоріжжя", {"zaporizhzhia"}),
        ("Ялта", {"yalta"}),
        ("Ақтөбе", {"aktobe"}),
        ("Düsseldorf", {"duesseldorf"}),
        ("Århus", {"aarhus"}),
    ],
)
def test_weaker_keys(name: str, weaker: set[str]) -> None:
    first, *others = name_keys(name)
    assert first == name_key(name)
    assert weaker <= set(others) if weaker else not others
    grades = [grade for grade, _ in graded_keys(name)]
    assert grades == sorted(grades) and grades.count(0) == 1


@pytest.mark.parametrize("name", ["Kyiv", "Kiev", "Київ", "Киев", "基辅", "基輔", "基辅市", "KIEV", "Kijow"])
@pytest.mark.parametrize("territory", ["", "UA", "ua", "UKR", "Ukraine", "乌克兰", "烏克蘭", "УКРАИНА"])
def test_one_city_by_many_names(places: Places, name: str, territory: str) -> None:
    found = places.resolve(name, territory)
    assert (found.status, slug(found)) == ("name-and-territory" if territory else "name", "city/kyiv")


@pytest.mark.parametrize(
    ("name", "territory", "expected"),
    [
        ("Moscow", "RU", "city/moscow"),
        ("莫斯科", "俄罗斯", "city/moscow"),
        ("St Petersburg", "RUS", "city/saint-petersburg"),
        ("圣彼得堡", "", "city/saint-petersburg"),
        ("Saint Petersburg", "US", "place/4171563"),
        ("San Jose", "CR", "place/3621849"),
        ("San José", "USA", "place/5392171"),
        ("Alexandria", "EG", "place/361058"),
        ("الاسكندرية", "", "place/361058"),
        ("Tripoli", "LY", "place/2210247"),
        ("Tripoli", "LB", "place/266826"),
        ("香港", "", "city/hong-kong"),
        ("京都", "", "place/1857910"),
        ("京都市", "JP", "place/1857910"),
        ("广岛", "", "place/1862415"),
        ("廣島", "", "place/1862415"),
        ("Duesseldorf", "", "place/2934246"),
        ("Новосибирск", "", "city/novosibirsk"),
        ("Sevastopol", "KZ", "place/1519379"),
    ],
)
def test_names_that_mean_one_place(places: Places, name: str, territory: str, expected: str) -> None:
    found = places.resolve(name, territory)
    assert slug(found) == expected
    assert found.status == ("name-and-territory" if territory else "name")


def test_the_place_whose_own_name_it_is_shows_who_else_bears_it(places: Places) -> None:
    found = places.resolve("Hong Kong", "HK")
    assert (found.status, slug(found)) == ("name-and-territory", "city/hong-kong")
    assert slugs(found) == ["city/hong-kong", "place/12747064"]
    assert "own name" in found.how and "本名" in places.resolve("Hong Kong", "HK", language="zh").how
    assert places.resolve("Hong Kong").status == "ambiguous"  # in the whole world two places bear it


@pytest.mark.parametrize(
    ("name", "territory", "expected"),
    [
        ("Moscow", "", ["city/moscow", "place/5601538", "place/4972660", "place/4642988"]),
        ("Moscow", "US", ["place/5601538", "place/4972660", "place/4642988"]),
        ("莫斯科", "", ["city/moscow", "place/4972660"]),
        ("Saint Petersburg", "", ["city/saint-petersburg", "place/4171563"]),
        ("San José", "", ["place/5392171", "place/3621849"]),
        ("Alexandria", "美国", ["place/4744091", "place/4314550"]),
        ("Tripoli", "", ["place/2210247", "place/266826"]),
    ],
)
def test_the_largest_is_first_and_never_chosen(places: Places, name: str, territory: str, expected: list[str]) -> None:
    found = places.resolve(name, territory)
    assert (found.status, found.iri, slugs(found)) == ("ambiguous", None, expected)


def test_a_weaker_key_counts_only_where_no_stronger_one_finds_anything() -> None:
    other = Place(ID + "place/1", "JP", 1, ("京都",), "Miyako")
    places = Places([place(row) for row in ROWS if row[0] == "place/1857910"])
    assert slug(places.resolve("京都")) == "place/1857910"
    places.add(other)
    assert slug(places.resolve("京都")) == "place/1"
    assert slug(places.resolve("京都市")) == "place/1857910"


@pytest.mark.parametrize(
    ("name", "territory", "expected"),
    [
        ("Moscow", "FR", ["city/moscow", "place/5601538", "place/4972660", "place/4642988"]),
        ("Hong Kong", "中国", ["city/hong-kong", "place/12747064"]),
        ("Kyiv", "Atlantis", ["city/kyiv"]),
        ("Kyiv", "?", ["city/kyiv"]),
        ("Kyvi", "", ["city/kyiv"]),
        ("Novosibirks", "RU", ["city/novosibirsk"]),
        ("Xnovosibirsk", "", ["city/novosibirsk"]),
        ("Novosibirks", "FR", []),
        ("Qwertyuiop", "", []),
        ("", "", []),
        ("", "RU", []),
        ("...", "", []),
        ("\u200f\u0000\n", "", []),
        pytest.param("x" * 100_000, "", [], id="very long"),
        pytest.param("北" * 100_000, "CN", [], id="very long in Chinese"),
    ],
)
def test_what_is_not_known_is_told_so(places: Places, name: str, territory: str, expected: list[str]) -> None:
    for language in ("en", "zh"):
        found = places.resolve(name, territory, language=language)
        assert (found.status, found.iri, slugs(found)) == ("unknown", None, expected)
        how = found.how.replace(territory, "")
        assert how and any("一" <= c <= "鿿" for c in how) == (language == "zh")


@pytest.mark.parametrize(
    "identifiers",
    [
        {"geonames": "703448"},
        {"wikidata": "Q1899"},
        {"wikidata": " q1899 "},
        {"wikidata": "http://www.wikidata.org/entity/Q1899"},
        {"geonames": "https://sws.geonames.org/703448/"},
        {"geonames": "https://www.geonames.org/703448/kyiv.html"},
        {"wikidata": "Q1899", "geonames": "703448"},
        {"wikidata": "Q1899", "geonames": "", "unlocode": "UAIEV"},
    ],
)
@pytest.mark.parametrize(
    ("name", "territory"), [("", ""), ("Kiev", "UA"), ("Kyiv", "FR"), ("Kyiv", "Atlantis"), ("Kyjew-on-Dnipro", "")]
)
def test_an_identifier_wins(places: Places, identifiers: dict[str, str], name: str, territory: str) -> None:
    found = places.resolve(name, territory, identifiers)
    assert (found.status, slug(found), slugs(found)) == ("identifier", "city/kyiv", ["city/kyiv"])


@pytest.mark.parametrize(
    ("name", "territory", "identifiers", "expected"),
    [
        ("", "", {"wikidata": "Q1899", "geonames": "524901"}, ["city/moscow", "city/kyiv"]),
        ("Kyiv", "UA", {"wikidata": "Q649"}, ["city/moscow", "city/kyiv"]),
        ("Novosibirsk", "", {"wikidata": "Q649"}, ["city/moscow", "city/novosibirsk"]),
        ("Moscow", "US", {"wikidata": "Q649"}, ["city/moscow", "place/5601538", "place/4972660", "place/4642988"]),
        ("Kyiv", "UA", {"geonames": "703449"}, ["city/kyiv"]),
        ("", "", {"wikidata": "Q1899", "geonames": "703449"}, ["city/kyiv"]),
    ],
)
def test_identifiers_that_conflict_are_listed(
    places: Places, name: str, territory: str, identifiers: dict[str, str], expected: list[str]
) -> None:
    found = places.resolve(name, territory, identifiers)
    assert (found.status, found.iri, slugs(found)) == ("conflict", None, expected)


def test_an_unknown_identifier_leaves_the_name(places: Places) -> None:
    found = places.resolve("Novosibirsk", "RU", {"wikidata": "Q883"})
    assert (found.status, slug(found)) == ("name-and-territory", "city/novosibirsk")


def test_one_identifier_of_two_places_is_a_conflict(places: Places) -> None:
    places.identify("wikidata", "Q1899", ID + "city/moscow")
    assert slugs(places.resolve(identifiers={"wikidata": "Q1899"})) == ["city/moscow", "city/kyiv"]
    with pytest.raises(UnknownName):
        places.identify("wikidata", "Q1", ID + "city/atlantis")


def test_a_place_taken_in_twice_keeps_what_each_source_says(places: Places) -> None:
    before = len(places)
    places.add(Place(ID + "city/hong-kong", "CN", 1, ("Xianggang",), "HK"))
    assert len(places) == before
    for territory in ("HK", "中国"):
        found = places.resolve("Xianggang", territory)
        assert slug(found) == "city/hong-kong"
        assert (found.candidates[0].label, found.candidates[0].population) == ("Hong Kong", 7396076)


def test_a_place_filed_nowhere_and_of_unknown_size(places: Places) -> None:
    places.add(Place(ID + "place/1", "", None, (), "Nowa Moskwa"))
    assert slug(places.resolve("nowa moskwa")) == "place/1"
    assert places.resolve("nowa moskwa", "RU").status == "unknown"


def test_the_order_of_the_sources_does_not_matter() -> None:
    asked = [("Moscow", ""), ("Moscow", "US"), ("San Jose", ""), ("Kyvi", ""), ("Moskau", "")]
    kyiv, *moscows = ROWS[:5]
    few = [[kyiv, *rows, *ROWS[9:11]] for rows in permutations(moscows)]
    assert (
        len({tuple(filled(rows).resolve(*names) for names in asked) for rows in (*few, *(r[::-1] for r in few))}) == 1
    )


def settled(folder: Path, text: str, header: str = HEADER) -> Path:
    path = folder / "settled.csv"
    path.write_text(header + text, "utf-8")
    return path


@pytest.mark.parametrize(
    "means",
    ["place/5601538", ID + "place/5601538", "geonames:5601538", "https://www.geonames.org/5601538"],
)
def test_a_settled_name(places: Places, tmp_path: Path, means: str) -> None:
    places.settle(read_settled(settled(tmp_path, f"MOSCOW,USA,{means},Li,2026-01-31,of the university\n")))
    found = places.resolve("Moscow", "美国")
    assert (found.status, slug(found)) == ("settled", "place/5601538")
    assert "Li" in found.how and "2026-01-31" in found.how
    assert places.resolve("Moscow").status == "ambiguous"
    assert slug(places.resolve("Moscow", "RU")) == "city/moscow"


def test_a_settled_name_after_identifiers(places: Places, tmp_path: Path) -> None:
    lines = "Moscow,,wikidata:Q649,Li,2026-01-31,\nHong Kong,CN,city/hong-kong,Li,2026-01-31,\n"
    places.settle(read_settled(settled(tmp_path, lines + "Europe,,none,Li,2026-01-31,\n")))
    assert slug(places.resolve("Moscow")) == "city/moscow"
    assert places.resolve("Moscow", "US").status == "ambiguous"
    assert slug(places.resolve("Hong Kong", "中国")) == "city/hong-kong"
    assert places.resolve("Moscow", identifiers={"wikidata": "Q649"}).status == "identifier"
    conflict = places.resolve("Moscow", identifiers={"wikidata": "Q1899"})
    assert (conflict.status, conflict.iri, slugs(conflict)) == ("conflict", None, ["city/moscow", "city/kyiv"])
    both = {"wikidata": "Q649", "geonames": "5601538"}
    assert places.resolve("Moskva", identifiers=both).status == "conflict"
    assert slug(places.resolve("Moscow", identifiers=both)) == "city/moscow"
    known = places.resolve("Europe")
    assert (known.status, known.iri, known.candidates) == ("settled", None, ())
    assert slug(places.resolve("Europe", identifiers={"wikidata": "Q1899"})) == "city/kyiv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Moscow,,Moscow in Russia,Li,2026-01-31,\n",
            "settled.csv:2, column means: 'Moscow in Russia' means no single",
        ),
        ("Moscow,,city/moscow | city/kyiv,Li,2026-01-31,\n", "settled.csv:2, column means"),
        ("Moscow,,Moscow,Li,2026-01-31,\n", "settled.csv:2, column means"),
        ("Moscow,,city/moscow,,2026-01-31,\n", "settled.csv:2, column by"),
        ("Moscow,,city/moscow,Li,,\n", "settled.csv:2, column date"),
        ("Moscow,,city/moscow,Li,31.1.2026,\n", "settled.csv:2, column date"),
        ("Moscow,,city/moscow,Li,2026-02-30,\n", "settled.csv:2, column date"),
        (",,city/moscow,Li,2026-01-31,\n", "settled.csv:2, column name"),
        ("?!,,city/moscow,Li,2026-01-31,\n", "settled.csv:2, column name"),
        (
            "Moscow,,,,,\nMoscow,RU,,,,\n moscow,,none,Li,2026-01-31,\n",
            "settled.csv:4, column name: 'moscow' stands twice",
        ),
        ("Moscow,,city/moscow,Li\n", "settled.csv:2"),
        ('Moscow,,"city/moscow,Li,2026-01-31,\n', "settled.csv:2"),
    ],
)
def test_a_faulty_settling_table(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadTable) as told:
        read_settled(settled(tmp_path, text))
    assert str(told.value).startswith(message)


@pytest.mark.parametrize("header", ["name,territory,means,by,date\n", "name,territory,means,by,date,notes\n"])
def test_a_settling_table_with_other_columns(tmp_path: Path, header: str) -> None:
    with pytest.raises(BadTable, match="column note"):
        read_settled(settled(tmp_path, "a" + "," * header.count(","), header))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Moscow,,city/atlantis,Li,2026-01-31,\n", "settled.csv:2, column means: 'city/atlantis' is not among"),
        ("Moscow,,geonames:1,Li,2026-01-31,\n", "settled.csv:2, column means"),
        ("Moscow,,viaf:1,Li,2026-01-31,\n", "settled.csv:2, column means"),
        ("Moscow,,https://example.org/moscow,Li,2026-01-31,\n", "settled.csv:2, column means"),
        ("Kyiv,,none,Li,2026-01-31,\nMoscow,Atlantis,none,Li,2026-01-31,\n", "settled.csv:3, column territory"),
        (
            "Moscow,RU,city/moscow,Li,2026-01-31,\nMoscow,Russia,none,Li,2026-01-31,\n",
            "settled.csv:3, column means: 'Moscow' is settled otherwise in settled.csv:2",
        ),
    ],
)
def test_a_choice_that_fits_no_place(places: Places, tmp_path: Path, text: str, message: str) -> None:
    choices = read_settled(settled(tmp_path, text))
    with pytest.raises(BadTable) as told:
        places.settle(choices)
    assert str(told.value).startswith(message)


def test_what_is_open_is_written_settled_by_a_person_and_read_back(places: Places, tmp_path: Path) -> None:
    asked = [("Tripoli", ""), ("Moscow", "US"), ("moscow", "us"), ("Kyiv", ""), ("Kyvi", ""), ("=1+1", "")]
    asked += [("", ""), ("a\nb\u200f", "RU"), ("Hong Kong", "中国")]
    text = unsettled((name, territory, places.resolve(name, territory)) for name, territory in asked)
    path = settled(tmp_path, text, "")
    assert sorted(read_settled(path).open) == [
        ("'=1+1", ""),
        ("Hong Kong", "中国"),
        ("Kyvi", ""),
        ("Moscow", "US"),
        ("Tripoli", ""),
        ("a b", "RU"),
    ]
    lines = list(csv.DictReader(io.StringIO(text)))
    moscow = next(line for line in lines if line["name"] == "Moscow")
    likeliest = moscow["candidates"].split(" | ")[0]
    assert likeliest == f"{ID}place/5601538 = Moscow, US, 25060"
    moscow.update(means=likeliest.split()[0], by="Li", date="2026-01-31")
    out = io.StringIO()
    writer = csv.DictWriter(out, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    path.write_text(out.getvalue(), "utf-8-sig")
    read = read_settled(path)
    places.settle(read)
    assert (len(read.choices), len(read.open)) == (1, 5)
    assert slug(places.resolve("Moscow", "USA")) == "place/5601538"
    again = unsettled((name, territory, places.resolve(name, territory)) for name, territory in reversed(asked))
    assert {line.split(",")[0] for line in again.splitlines()} == {line.split(",")[0] for line in text.splitlines()} - {
        "Moscow"
    }


def test_nothing_open_is_a_header_alone(tmp_path: Path) -> None:
    text = unsettled([])
    assert text == "name,territory,means,by,date,note,candidates\n"
    assert read_settled(settled(tmp_path, text, "")) == ((), ())


def test_many_candidates_are_cut(tmp_path: Path) -> None:
    places = Places(Place(f"{ID}place/{n}", "MX", n, (), "Santiago") for n in range(1, 31))
    text = unsettled([("Santiago", "MX", places.resolve("Santiago", "MX"))])
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["candidates"].startswith(f"{ID}place/30 = Santiago, MX, 30 | ")
    assert line["candidates"].endswith(" | (5 more)")
    assert read_settled(settled(tmp_path, text, "")).open == (("Santiago", "MX"),)
