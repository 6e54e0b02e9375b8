"""The paper of 2019 by Zhao Long and Yu Hongyuan: what it says, claim by claim, with the place of each.

Tables beside this file, written by hand from the Chinese text, one row a fact:
`thing_KIND.csv` what the statements are about; `claim_CLASS.csv` one claim a row, the column `span` giving the
offsets of its words in the text; `passages.csv` where each span stands (page, section, paragraph, sentence, footnote)
and, piece by piece, length and digest of its words; `flags.csv` editorial notes on claims; `readings.csv` which rows
were read twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.discovery import Source
from kg.passages import parse_span
from kg.references import make_known
from kg.schema import Schema
from kg.statements import Triple, compose_labels, describe, individual
from kg.tables import Row, read
from kg.terms import CLAIM, ID, LABEL, OA, PROV, RDF_TYPE, eic, layer, thing

SOURCE = Source(
    name="paper",
    title={
        "zh": "赵隆、于宏源：《创新伙伴关系的次级维度——基于跨国城市联盟的欧亚创新合作探析》，2019年第5期，第116—132页",
        "en": "Zhao Long and Yu Hongyuan: The secondary dimension of innovation partnership, 2019, no. 5, pp. 116-132",
    },
    view={
        "zh": "赵隆、于宏源（2019）",
        "en": "Zhao Long & Yu Hongyuan (2019)",
        "ru": "Чжао Лун и Юй Хунъюань (2019)",
    },
    year=2019,
    licence="facts restated in our own words, CC BY 4.0; the paper's text is not part of the project",
    origin="https://doi.org/10.13851/j.cnki.gjzw.201905006",
)
FOLDER = Path(__file__).parent
PAPER = thing("work/zhao-yu-2019-secondary-dimension")
#: The text from which the spans were taken: its code points, and the printed page on which it begins.
TEXT_LENGTH = 21765
FIRST_PAGE = 116

_DERIVED_FROM = ox.NamedNode(PROV + "wasDerivedFrom")


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """All statements of the paper, table by table; BadTable with file, line and column for a faulty row."""
    yield from _things(schema)
    passages = {row.required("span"): row for row in read(FOLDER / "passages.csv")}
    tables = {path: read(path) for path in sorted(FOLDER.glob("claim_*.csv"))}
    _register(tables, schema)
    status = _readings(schema)
    cited: set[str] = set()
    for path, rows in tables.items():
        class_ = "".join(word.capitalize() for word in path.stem.split("_")[1:])
        for row in rows:
            cited.add(_span(row, passages))
            yield from _on("paper", _claim(row, class_, schema, status))
    yield from _on("paper", (triple for span in sorted(cited) for triple in _passage(passages[span])))
    for row in read(FOLDER / "flags.csv"):
        yield from _on("flags", describe(row, thing(f"flag/{row.required('id')}"), "Flag", schema))


def _on(layer_: str, triples: Iterator[Triple]) -> Iterator[ox.Quad]:
    place = layer(layer_)
    return (ox.Quad(s, p, o, place) for s, p, o in triples)


def _things(schema: Schema) -> Iterator[ox.Quad]:
    """What the statements are about; first all are made known, so that rows may name things further down."""
    tables = [(path.stem.removeprefix("thing_"), read(path)) for path in sorted(FOLDER.glob("thing_*.csv"))]
    for kind, rows in tables:
        for row in rows:
            make_known(row, f"{ID}{kind}/", row.required("type"), schema)
    for kind, rows in tables:
        for row in rows:
            yield from _on("things", describe(row, thing(f"{kind}/{row['id']}"), "", schema))


def _register(tables: dict[Path, list[Row]], schema: Schema) -> None:
    """Make the claims known, so that claims and flags may name them; BadTable where an identifier stands twice."""
    for rows in tables.values():
        for row in rows:
            schema.claims[row["id"]] = make_known(row, f"{CLAIM}paper/", "Claim", schema)


def _readings(schema: Schema) -> dict[str, ox.NamedNode]:
    rows = read(FOLDER / "readings.csv")
    for row in rows:
        individual(row, "claim", row.required("claim"), schema, eic("Claim"))
    return {row["claim"]: individual(row, "outcome", row["outcome"], schema, eic("ReadingStatus")) for row in rows}


def _span(row: Row, passages: dict[str, Row]) -> str:
    """The span of a row, checked against the text's length and the table of passages."""
    text = row.required("span")
    try:
        span = parse_span(text)
    except ValueError as e:
        raise row.fault("span", str(e)) from None
    if span[-1][1] > TEXT_LENGTH:
        raise row.fault("span", f"{text} ends outside the text, which has {TEXT_LENGTH} characters")
    if text not in passages:
        raise row.fault("span", f"{text} is not in passages.csv", "`kg locate PAPER WORDS` prints the line to add")
    return text


def _claim(row: Row, class_: str, schema: Schema, status: dict[str, ox.NamedNode]) -> Iterator[Triple]:
    """A claim with its evidence: who says it is the cited work where the authors rest on one, else the paper."""
    subject = ox.NamedNode(f"{CLAIM}paper/{row['id']}")
    triples = list(describe(row, subject, class_, schema))
    yield from triples
    if not row["label@en"]:
        yield from compose_labels(eic(class_), triples, schema)
    rests = [o for _, p, o in triples if p == eic("citedWork")] if row["certainty"] == "cited" else []
    for work in rests or [PAPER]:
        yield subject, eic("saidBy"), work
    yield subject, _DERIVED_FROM, _passage_iri(row["span"])
    yield subject, eic("readingStatus"), status.get(row["id"], eic("readOnce"))


def _passage_iri(span: str) -> ox.NamedNode:
    return thing(f"passage/zhao-yu-2019/{span.replace('+', '_')}")


def _passage(row: Row) -> Iterator[Triple]:
    """A passage, its pieces and its footnote, where it stands in one."""
    iri = _passage_iri(row["span"])
    yield iri, RDF_TYPE, eic("Passage")
    yield iri, ox.NamedNode(OA + "hasSource"), PAPER
    for column in ("page", "paragraph", "sentence"):
        if row[column]:
            yield iri, eic(column), ox.Literal(int(row[column]))
    if row["section"]:
        yield iri, eic("section"), ox.Literal(row["section"])
    for language, label in _place(row).items():
        yield iri, LABEL, ox.Literal(label, language=language)
    lengths, digests = row["length"].split("+"), row["sha256"].split("+")
    for (start, end), length, digest in zip(parse_span(row["span"]), lengths, digests, strict=True):
        piece = thing(f"span/zhao-yu-2019/{start}-{end}")
        yield iri, ox.NamedNode(OA + "hasSelector"), piece
        yield piece, RDF_TYPE, eic("TextSpan")
        yield piece, ox.NamedNode(OA + "start"), ox.Literal(start)
        yield piece, ox.NamedNode(OA + "end"), ox.Literal(end)
        yield piece, eic("textLength"), ox.Literal(int(length))
        yield piece, eic("textDigest"), ox.Literal(digest)
    if row["footnote"]:
        yield from _footnote(iri, row["footnote"])


def _footnote(passage: ox.NamedNode, name: str) -> Iterator[Triple]:
    page, mark = name.split("n")
    note = thing(f"footnote/zhao-yu-2019/{name.replace('*', 'star')}")
    yield passage, eic("inFootnote"), note
    yield note, RDF_TYPE, eic("Footnote")
    if mark != "*":
        yield note, eic("mark"), ox.Literal(int(mark))
    yield note, LABEL, ox.Literal(f"第{page}页注{mark}", language="zh-Hans")
    yield note, LABEL, ox.Literal(f"p. {page} n{mark}", language="en")


def _place(row: Row) -> dict[str, str]:
    """Where a passage stands, for a person."""
    page, sentence = row["page"], row["sentence"]
    if row["footnote"]:
        mark = row["footnote"].split("n")[1]
        start = row["footnote"].split("n")[0]
        run = (f"（续第{page}页）", f" (on p. {page})") if start != page else ("", "")
        return {
            "zh-Hans": f"第{start}页注{mark}第{sentence}句{run[0]}",
            "en": f"p. {start} n{mark} s{sentence}{run[1]}",
        }
    if not sentence:
        return {"zh-Hans": f"第{page}页 §{row['section']} 标题", "en": f"p. {page} §{row['section']} heading"}
    place = f"§{row['section']} ¶{row['paragraph']} s{sentence}"
    return {"zh-Hans": f"第{page}页 §{row['section']} 第{row['paragraph']}段第{sentence}句", "en": f"p. {page} {place}"}
