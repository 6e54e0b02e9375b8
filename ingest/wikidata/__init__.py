"""Wikidata: names, positions and twin links of the settlements that the graph knows by their GeoNames numbers.

Nothing of it is shipped: `kg ingest wikidata` asks its query service, some hundred settlements at a time, so that each
query is answered from an index and no page depends on an order that the server gives; a full page is asked again in
halves. Wikidata tells since when and until when a link held, but not that it still does: only one whose end has passed
has a standing, that of a former link. Where two items claim a settlement, or one a second settlement, none is chosen.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadTable, StoreProblem
from kg.placing import Known
from kg.references import Reference
from kg.schema import Schema
from kg.searchkeys import plain_key
from kg.terms import EIC, ID, LABEL, LANGUAGES, RDF_TYPE, SKOS, XSD, eic
from kg.wikidata import ENDPOINT, Endpoint, Page, Row

SOURCE = Reference(
    name="wikidata",
    title={
        "zh": "维基数据：居民点的名称、位置与友好城市",
        "en": "Wikidata: names, positions and twin cities of settlements",
    },
    view={"zh": "维基数据", "en": "Wikidata", "ru": "Викиданные"},
    as_of="",
    licence="CC0 1.0",
    attribution="Wikidata (wikidata.org), CC0 1.0",
    origin="https://query.wikidata.org/",
    needs=("paper", "geonames"),
)
#: What may be handed to `kg ingest`, for its help.
FILES = "a TOML file with endpoint, cache and pause; or none, to ask Wikidata itself"
ITEM, SITE = "http://www.wikidata.org/entity/", "https://sws.geonames.org/"
#: So many settlements are asked for at once, and so many rows are taken for a page that may have been cut.
BATCH, FULL = 200, 10_000
_PREFIXES = """PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pqv: <http://www.wikidata.org/prop/qualifier/value/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
_ITEMS = f"""{_PREFIXES}SELECT ?item ?number ?point ?en ?zh ?ru WHERE {{
  VALUES ?number {{ {{values}} }} ?item wdt:P1566 ?number .
  OPTIONAL {{ ?item wdt:P625 ?point }} OPTIONAL {{ ?item rdfs:label ?en FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?item rdfs:label ?zh FILTER(LANG(?zh) = "zh-hans") }}
  OPTIONAL {{ ?item rdfs:label ?ru FILTER(LANG(?ru) = "ru") }} }} ORDER BY ?item LIMIT {FULL}"""
_LINKS = f"""{_PREFIXES}SELECT ?statement ?item ?twin ?number ?start ?exact_start ?end ?exact_end ?ended WHERE {{
  VALUES ?item {{ {{values}} }} ?item p:P190 ?statement . ?statement ps:P190 ?twin . ?twin wdt:P1566 ?number .
  MINUS {{ ?statement wikibase:rank wikibase:DeprecatedRank }}
  OPTIONAL {{ ?statement pqv:P580 ?a . ?a wikibase:timeValue ?start ; wikibase:timePrecision ?exact_start }}
  OPTIONAL {{ ?statement pq:P582 ?ended }}
  OPTIONAL {{ ?statement pqv:P582 ?b . ?b wikibase:timeValue ?end ; wikibase:timePrecision ?exact_end }} }}
ORDER BY ?statement LIMIT {FULL}"""
_POINT = re.compile(r"Point\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)", re.IGNORECASE)
_EXACT = {"9": 4, "10": 7, "11": 10}
_G = f"{SOURCE.graph} .\n"


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """Nothing: what Wikidata tells is asked for when it is wanted."""
    return iter(())


def lines(files: Sequence[Path], find: Known, as_of: str = "") -> Iterator[str]:
    """The same as `fetch`, as one TOML file says: `endpoint`, `cache` (a folder beside it), `pause` (seconds); all may
    be left out. BadTable for a faulty file. `as_of` is not needed: each record has the day on which it was fetched."""
    file, *others = files
    if others:
        raise BadTable("a second file of settings", others[0].name, hint="one is enough")
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise BadTable(f"cannot be read as TOML: {e}", file.name) from None
    kinds: dict[str, tuple[type, ...]] = {"endpoint": (str,), "cache": (str,), "pause": (int, float)}
    for name, value in told.items():
        if name not in kinds:
            raise BadTable(f"{name!r} is no setting", file.name, hint=f"there are {', '.join(kinds)}")
        if type(value) not in kinds[name] or (name == "pause" and not 0 <= value <= 600):
            raise BadTable(f"{name} = {value!r:.60} cannot be taken", file.name, hint="a text; for pause, 0 to 600")
    cache = file.parent / told["cache"] if told.get("cache") else None
    client = Endpoint(told.get("endpoint", ENDPOINT), cache, find.tell, pause=told.get("pause", 0.5))
    return fetch(find, client=client)


def fetch(
    known: Known, endpoint: str = ENDPOINT, cache: Path | None = None, client: Endpoint | None = None
) -> Iterator[str]:
    """What an endpoint tells of the settlements that the graph knows, as N-Quads; one page is in memory at a time.

    StoreProblem where the endpoint does not answer in the end; with a cache the next run goes on from there.
    """
    asked = client or Endpoint(endpoint, cache, known.tell)
    numbers = sorted(_numbers(known))
    counts: Counter[str] = Counter()
    taken = set[int]()  # the items of settlements so far
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        items = dict[str, str]()
        for page in _pages(asked, _ITEMS, [f'"{number}"' for number in batch], "number"):
            yield from _settlements(page, known, items, taken, counts)
        for page in _pages(asked, _LINKS, [f"wd:{item}" for item in items], "item"):
            yield from _twinnings(page, items, known, counts)
        known.tell(f"{min(start + BATCH, len(numbers)):,} of {len(numbers):,} settlements asked for")
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    known.tell(f"Wikidata: {told or 'nothing'}")


def _numbers(known: Known) -> set[int]:
    """The GeoNames numbers of all settlements that the graph knows."""
    found = set[int]()
    for class_ in ("City", "PopulatedPlace"):
        for quad in known.store.quads_for_pattern(None, RDF_TYPE, eic(class_)):
            if isinstance(quad.subject, ox.NamedNode):
                for match in known.store.quads_for_pattern(quad.subject, ox.NamedNode(SKOS + "exactMatch"), None):
                    number = getattr(match.object, "value", "").removeprefix(SITE).rstrip("/")
                    found.update([int(number)] if number.isdigit() else [])
    return found


def _pages(asked: Endpoint, query: str, values: list[str], key: str) -> Iterator[Page]:
    """The answers to a query on some values, in one page, or in more where that is full."""
    if not values:
        return
    wanted = {value.strip('"').removeprefix("wd:") for value in values}

    def fits(rows: list[Row]) -> bool:
        return all(row.get(key, "").removeprefix(ITEM) in wanted for row in rows)

    page = asked.ask(query.replace("{values}", " ".join(values)), fits)
    if len(page.rows) < FULL:
        yield page
    elif len(values) == 1:
        raise StoreProblem(f"{asked.address} has {FULL:,} rows or more on {values[0]}, which cannot be")
    else:
        for half in (values[: len(values) // 2], values[len(values) // 2 :]):
            yield from _pages(asked, query, half, key)


def _settlements(
    page: Page, known: Known, items: dict[str, str], taken: set[int], counts: Counter[str]
) -> Iterator[str]:
    """The statements on the settlements of a page; `items` takes the item of each that is known for sure."""
    claimed: dict[str, set[str]] = {}
    rows: dict[str, list[Row]] = {}
    for row in page.rows:
        item = row.get("item", "").removeprefix(ITEM)
        if re.fullmatch(r"Q[1-9]\d*", item):
            claimed.setdefault(row["number"], set()).add(item)
            rows.setdefault(item, []).append(row)
    for number in sorted(claimed, key=int):
        place, several = known(f"{SITE}{number}/"), sorted(claimed[number])
        item = several[0]
        of_item = {row["number"] for row in rows[item]}
        other = known(ITEM + item)
        if (
            len(several) > 1
            or len(of_item) > 1
            or place is None
            or other not in (None, place)
            or int(item[1:]) in taken
        ):
            counts["numbers on which items differ"] += 1
            continue
        before = known.matches_of(place, ITEM)
        if before and ITEM + item not in before:
            counts["items other than the graph has"] += 1
            continue
        items[item] = place
        taken.add(int(item[1:]))
        counts["settlements"] += 1
        yield _settlement(item, place, rows[item], page.date, known, matched=bool(before))


def _settlement(item: str, place: str, rows: list[Row], date: str, known: Known, matched: bool) -> str:
    text = "" if matched else f"<{place}> <{SKOS}exactMatch> <{ITEM}{item}> {_G}"
    labels = known.labels(place)
    names = {key: min(found) for key in LANGUAGES if (found := {row[key] for row in rows if row.get(key)})}
    for key, name in names.items():
        if LANGUAGES[key].lower() not in labels:
            text += f"<{place}> {LABEL} {ox.Literal(name, language=LANGUAGES[key])} {_G}"
    for name in sorted({plain_key(name) for name in names.values()} - {""}):
        if not known.holds(place, eic("nameKey"), ox.Literal(name)):
            text += f"<{place}> <{EIC}nameKey> {ox.Literal(name)} {_G}"
    points = {match.groups() for row in rows if (match := _POINT.fullmatch(row.get("point", "")))}
    if len(points) == 1:  # of several positions none is chosen
        longitude, latitude = points.pop()
        if abs(float(longitude)) <= 180 and abs(float(latitude)) <= 90:
            record = f"<{ID}record/wikidata/{item}>"
            text += _record(record, "PlaceRecord", item, date, f"https://www.wikidata.org/wiki/{item}")
            text += f"{record} <{EIC}recordedPlace> <{place}> {_G}"
            name = names.get("en") or next(iter(names.values()), item)
            text += f"{record} <{EIC}recordedName> {ox.Literal(name)} {_G}"
            text += f'{record} <{EIC}latitude> "{latitude}"^^<{XSD}decimal> {_G}'
            text += f'{record} <{EIC}longitude> "{longitude}"^^<{XSD}decimal> {_G}'
    return text


def _record(record: str, class_: str, key: str, date: str, page: str) -> str:
    text = f"{record} {RDF_TYPE} <{EIC}{class_}> {_G}{record} <{EIC}recordedIn> {SOURCE.iri} {_G}"
    text += f'{record} <{EIC}recordKey> "{key}" {_G}{record} <{EIC}asOf> "{date}"^^<{XSD}date> {_G}'
    return text + f"{record} <{EIC}statedAt> {ox.Literal(page)} {_G}"


def _twinnings(page: Page, items: dict[str, str], known: Known, counts: Counter[str]) -> Iterator[str]:
    """The twin links of a page of which both ends are settlements here, one record a statement of Wikidata."""
    statements: dict[str, list[Row]] = {}
    for row in page.rows:
        statements.setdefault(row.get("statement", ""), []).append(row)
    for statement, rows in sorted(statements.items()):
        key = re.sub(r"[^A-Za-z0-9-]", "-", statement.rpartition("/")[2])
        place = items[rows[0]["item"].removeprefix(ITEM)]
        twins = {found for row in rows if (found := known(f"{SITE}{row.get('number', '')}/"))} - {place}
        if len(twins) != 1 or not key:
            counts["links to places not known here"] += 1
            continue
        counts["links"] += 1
        record, since, until = f"<{ID}record/wikidata/{key}>", _time(rows, "start"), _time(rows, "end")
        text = _record(record, "TwinningRecord", key, page.date, f"https://www.wikidata.org/wiki/{key.split('-')[0]}")
        for twin in sorted({place, *twins}):
            text += f"{record} <{EIC}twin> <{twin}> {_G}"
        if until[0] and until[0][: len(since[0])] < since[0][: len(until[0])]:
            since = until = ("", "")  # a link that ended before it began: neither is to be trusted
        for name, (value, kind) in (("since", since), ("until", until)):
            text += f'{record} <{EIC}{name}> "{value}"^^<{XSD}{kind}> {_G}' if value else ""
        unknown = all(row.get("ended") and not row.get("end") for row in rows)  # it ended, no one knows when
        if unknown or (until[0] and (until[0] < page.date[: len(until[0])] or until[0] == page.date)):
            text += f"{record} <{EIC}recordStanding> <{EIC}standingFormer> {_G}"
        yield text


def _time(rows: list[Row], name: str) -> tuple[str, str]:
    """The one time that a statement gives, only as exact as it is, and its kind; "" where it gives none or several."""
    found = set[tuple[str, str]]()
    for row in rows:
        length = _EXACT.get(row.get(f"exact_{name}", ""), 0)
        if length and re.match(r"[12]\d{3}-\d\d-\d\d", row.get(name, "")):
            found.add((row[name][:length], {4: "gYear", 7: "gYearMonth", 10: "date"}[length]))
    return found.pop() if len(found) == 1 else ("", "")
