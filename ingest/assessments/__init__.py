"""Assessments that users bring: what an assessor finds of a city's innovation elements, kept in the graph for good.

The table is the one that `kg assess CITY` writes: a row an element, with level, source, date and note. It may besides
have a column `assessor` (else the view is that of the table, by its file's name), and territory, geonames or wikidata
to say which city it is; "Valencia, ES" does so too. One assessor's view of one city is one assessment; rules place the
city in a tier by its findings, according to the assessor, and put nothing of it together with what the paper says of
other cities.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadTable, nearest
from kg.hypotheses import FINDING
from kg.namekeys import parted
from kg.placing import Known
from kg.references import Reference
from kg.schema import Schema
from kg.statements import dated
from kg.tables import Row, read
from kg.terms import CLAIM, EIC, ID, LABEL, LANGUAGES, OA, PROV, RDF_TYPE, XSD, eic, thing

SOURCE = Reference(
    name="assessments",
    title={"zh": "使用者的城市要素评估", "en": "Assessments of cities by users"},
    view={"zh": "使用者的评估", "en": "assessments by users", "ru": "оценки пользователей"},
    as_of="",
    licence="as their authors say",
    attribution="The assessors whom each finding names",
    origin="tables of the user's own, as `kg assess` writes them",
    needs=("paper", "geonames"),
    derives=True,
)
#: What may be handed to `kg ingest`, for its help.
FILES = "a table of findings, as `kg assess CITY` writes it, filled in"
_MORE = ("assessor", "territory", "geonames", "wikidata")
_G = f"{SOURCE.graph} .\n"
_Found = tuple[Row, str, str]  # the row, its element, its level
_Who = tuple[str, str]  # an assessor's name in en and zh


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """Nothing: assessments are the user's own."""
    return iter(())


def lines(files: Sequence[Path], find: Known, as_of: str = "") -> Iterator[str]:
    """The assessments of some tables as N-Quads; rows without a level say nothing.

    BadTable with file, line and column for a city that is not known or ambiguous, an element or a word that there is
    not, a date that is none, and an element on which an assessor says two things of one city.
    """
    found: dict[tuple[_Who, str], dict[str, _Found]] = {}
    for path in files:
        for row in read(path):
            _check_columns(row)
            if row["level"]:
                element = _term(row, "element", "InnovationElement", find)
                level = _term(row, "level", "Level", find)
                of_city = found.setdefault((_who(row, path), _city(row, find)), {})
                if element in of_city:
                    first = of_city[element][0]
                    what = f"{row['element']!r} of {row['city']} is judged already, as {first['level']!r}"
                    hint = f"see {first.file}:{first.line}; an assessment has one word for an element"
                    raise row.fault("element", what, hint)
                of_city[element] = (row, element, level)
    if not found:
        raise BadTable("no row has a level", files[0].name, hint="fill in the column level where something is known")
    for city in sorted({city for _, city in found}):
        yield from _made_city(city, find)
    for assessor in sorted({assessor for assessor, _ in found}):
        yield from _labelled(_work(assessor), "Work", _names(assessor))
    for (assessor, city), findings in sorted(found.items()):
        yield from _assessment(assessor, city, findings, find, as_of)


def standing(store: ox.Store) -> str:
    """How many assessments a graph holds by whom, in words; "" where it holds none."""
    by: Counter[str] = Counter()
    for view in store.quads_for_pattern(None, eic("assesses"), None, SOURCE.graph):
        agent: object = view.subject
        for step in ("hasFinding", "saidBy"):
            assert isinstance(agent, ox.NamedNode)
            agent = next(store.quads_for_pattern(agent, eic(step), None, SOURCE.graph)).object
        assert isinstance(agent, ox.NamedNode)
        labels = (q.object for q in store.quads_for_pattern(agent, LABEL, None, SOURCE.graph))
        by[next(t.value for t in labels if isinstance(t, ox.Literal) and t.language == "en")] += 1
    return ", ".join(f"{count} by {assessor}" for assessor, count in sorted(by.items()))


def _check_columns(row: Row) -> None:
    for column in FINDING[:3]:
        if column not in row.cells:
            raise row.fault(column, "this column is missing", "`kg assess CITY` writes the table to fill in")
    for column in row.cells:
        if column not in (*FINDING, *_MORE, "要素") and not column.startswith("allowed words"):
            near = nearest(column, (*FINDING, *_MORE))
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join((*FINDING, *_MORE))}"
            raise row.fault(column, "no such column", hint)


def _term(row: Row, column: str, class_: str, known: Known) -> str:
    """The concept that a cell names, in one language or, as `kg assess` lists the words, in two."""
    parts = [row.required(column), *re.split(r"\s+(?=[㐀-鿿])", row[column])]
    found = sorted({iri for part in parts for iri in known.named(part, eic(class_))})
    if len(found) != 1:
        near = nearest(row[column], known.names(eic(class_)))
        hint = f"did you mean {near[0]!r}?" if near else "`kg assess` lists the words"
        raise row.fault(column, f"{row[column]!r} is none of the words here", hint)
    return found[0]


def _city(row: Row, known: Known) -> str:
    """The place that a row means; it may be named by its slug, as city/kyiv, too."""
    name = row.required("city")
    if re.fullmatch(r"(city|place)/[a-z0-9-]+", name) and known(ID + name):
        return ID + name
    identifiers = {scheme: row[scheme] for scheme in ("geonames", "wikidata")}
    found = known.places.resolve(name, row["territory"], identifiers)
    bare, territory = parted(name)
    if not found.iri and territory and not row["territory"]:
        found = known.places.resolve(bare, territory, identifiers)
    if found.iri:
        return found.iri
    several = "; ".join(f"{p.iri.removeprefix(ID)} ({p.territory or '?'})" for p in found.candidates[:4])
    code = next((p.territory for p in found.candidates if p.territory), "")
    hint = f"write one of {several}, or {bare}, {code}, or give geonames or wikidata" if several else ""
    hint = hint or "read in a gazetteer that has it: kg ingest geonames cities500.txt"
    raise row.fault("city", f"which place is {name!r}? ({found.status}: {found.how})", hint)


def _made_city(city: str, known: Known) -> Iterator[str]:
    """That a settlement is a city, where no other source says so, with the names that a city must have."""
    if known.holds(city, RDF_TYPE, eic("City")):
        return
    yield f"<{city}> {RDF_TYPE} <{EIC}City> {_G}"
    labels = known.labels(city)
    own = labels.get("en") or next(iter(labels.values()), city.rpartition("/")[2])
    for tag in ("zh-Hans", "en"):
        if tag.lower() not in labels:
            yield f"<{city}> {LABEL} {ox.Literal(own, language=tag)} {_G}"


def _assessment(assessor: _Who, city: str, findings: dict[str, _Found], known: Known, as_of: str) -> Iterator[str]:
    key = f"{_slug(assessor)}/{city.removeprefix(ID).replace('/', '-')}"
    view, who, where = thing(f"assessment/{key}"), _names(assessor), _labels(city, known)
    told = {"zh": f"{who['zh']}：对{where['zh']}的评估", "en": f"assessment of {where['en']}: {who['en']}"}
    yield from _labelled(view, "Assessment", told)
    yield f"{view} <{EIC}assesses> <{city}> {_G}"
    for element, (row, _, level) in sorted(findings.items()):
        one = f"{key}-{element.removeprefix(EIC)}"
        finding, entry = ox.NamedNode(f"{CLAIM}assessments/{one}"), thing(f"assessment-entry/{one}")
        on, word = _labels(element, known), _labels(level, known)
        told = {"zh": f"{where['zh']}：{on['zh']}——{word['zh']}", "en": f"{where['en']}: {on['en']}: {word['en']}"}
        yield from _labelled(finding, "Finding", told)
        yield f"{view} <{EIC}hasFinding> {finding} {_G}"
        yield f"{finding} <{EIC}findingElement> <{element}> {_G}{finding} <{EIC}findingLevel> <{level}> {_G}"
        yield f"{finding} <{EIC}certainty> <{EIC}recorded> {_G}{finding} <{EIC}saidBy> {_work(assessor)} {_G}"
        yield f"{finding} <{PROV}wasDerivedFrom> {entry} {_G}"
        if row["note"]:
            tag = "zh-Hans" if re.search("[㐀-鿿]", row["note"]) else "en"
            yield f"{finding} <{EIC}note> {ox.Literal(row['note'], language=tag)} {_G}"
        if date := row["date"] or as_of:
            yield f"{finding} <{EIC}asOf> {_dated(row, date)} {_G}"
        yield from _entry(entry, row, who, date)


def _entry(entry: ox.NamedNode, row: Row, who: dict[str, str], date: str) -> Iterator[str]:
    """The row to which a finding is traced, with the source and the date that it gives."""
    place = ox.NamedNode(f"{entry.value}/line")
    notes = {"zh": (row["source"], date or "未注日期"), "en": (row["source"], date or "undated")}
    told = {"zh": f"{who['zh']}（第 {row.line} 行）", "en": f"{who['en']} (line {row.line})"}
    for language, parts in notes.items():
        told[language] += f" [{', '.join(filter(None, parts))}]"
    yield from _labelled(entry, "AssessmentEntry", told)
    yield f"{entry} <{OA}hasSelector> {place} {_G}{place} {RDF_TYPE} <{OA}TextPositionSelector> {_G}"
    for name, number in (("start", row.line or 0), ("end", (row.line or 0) + 1)):
        yield f'{place} <{OA}{name}> "{number}"^^<{XSD}integer> {_G}'


def _labelled(iri: ox.NamedNode, class_: str, labels: dict[str, str]) -> Iterator[str]:
    yield f"{iri} {RDF_TYPE} <{EIC}{class_}> {_G}"
    for language, text in labels.items():
        yield f"{iri} {LABEL} {ox.Literal(text, language=LANGUAGES[language])} {_G}"


def _labels(iri: str, known: Known) -> dict[str, str]:
    """The labels of a thing in zh and en, one standing in for the other."""
    labels = known.labels(iri)
    own = labels.get("en") or next(iter(labels.values()), iri)
    return {"zh": labels.get("zh-hans", own), "en": own}


def _who(row: Row, path: Path) -> _Who:
    name = row["assessor"]
    return (name, name) if name else (f"own assessment ({path.stem})", f"使用者自评（{path.stem}）")


def _names(assessor: _Who) -> dict[str, str]:
    return {"zh": assessor[1], "en": assessor[0]}


def _work(assessor: _Who) -> ox.NamedNode:
    return thing(f"work/assessor-{_slug(assessor)}")


def _slug(assessor: _Who) -> str:
    """A name for IRIs: what is Latin of an assessor's name, and the head of a digest of all of it."""
    told = hashlib.sha256(assessor[0].encode()).hexdigest()[:8]
    return "-".join([*re.findall("[a-z0-9]+", assessor[0].lower())[:6], told])


def _dated(row: Row, text: str) -> ox.Literal:
    try:
        return dated(text)
    except ValueError as e:
        raise row.fault("date", str(e), "write 2019-05-20, 2019-05 or 2019") from None
