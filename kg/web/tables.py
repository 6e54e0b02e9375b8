"""An answer as a table on a page: cells that link to what they name, evidence, flags below, citations, caption."""

from __future__ import annotations

import pyoxigraph as ox

from kg.answers import Answer
from kg.captions import claims_of
from kg.library import Question
from kg.terms import BASE
from kg.values import Term, listed_iris
from kg.web.markup import Content, Markup, joined, tag, text
from kg.web.pages import Reader

#: Claims of one row that are linked.
_LINKED = 12


def table(reader: Reader, question: Question | None, answer: Answer) -> list[Markup]:
    """The table of an answer, to a question of the library or a free query; what its flags say; its bibliography."""
    if not answer.rows:
        return [*(tag("p", note, class_="box") for note in answer.notes()), tag("p", answer.caption, class_="soft")]
    columns = [name for name in answer.shown_columns() if name != "citation"]  # which stands under the source
    headings = dict(zip(answer.shown_columns(), answer.headings(), strict=True))
    head = [tag("th", headings[name], scope="col", title=_about(reader, question, name)) for name in columns]
    claims, rows = claims_of(answer), []
    for number, row in enumerate(answer.rows):
        told = [_term(reader, answer, row[at]) for at in answer.kept()]
        told += _evidence(reader, answer, number, claims[number])
        rows.append(tag("tr", [_cell(one, headings[name]) for one, name in zip(told, columns, strict=True)]))
    caption = tag("caption", answer.caption)
    body = tag("table", caption, tag("thead", tag("tr", head)), tag("tbody", rows), class_="answer")
    return [tag("div", body, class_="table"), *flags(reader, answer.marks()), *_bibliography(reader, answer)]


def _about(reader: Reader, question: Question | None, column: str) -> str | None:
    return question.columns[column].about[reader.shown] if question and column in question.columns else None


def _cell(told: Content, heading: str) -> Markup:
    """A cell with its heading, which stands beside it where the page is narrow."""
    content = text(told)
    return tag("td", tag("div", content), data_label=heading, class_=None if content else "none")


def _term(reader: Reader, answer: Answer, term: Term | None) -> Content:
    """A term as a reader sees it; what has an IRI is linked."""
    named = [term.value] if isinstance(term, ox.NamedNode) else listed_iris(term)
    if named:
        between = "、" if reader.language == "zh" else ", "
        return joined([reader.link(iri, answer.text(ox.NamedNode(iri))) for iri in named], between)
    if isinstance(term, ox.Literal) and term.value.startswith(("http://", "https://")) and " " not in term.value:
        return reader.link(term.value, term.value) if not term.value.startswith(BASE) else term.value
    return answer.text(term)


def _evidence(reader: Reader, answer: Answer, number: int, claims: list[str]) -> list[Content]:
    """Basis, which leads to the claims; place in the source, with its citation; flags, which lead to what they say."""
    if answer.evidence is None:
        return []
    evidence, marks = answer.evidence[number], answer.marks()
    basis = "; ".join(evidence.basis)
    if len(claims) == 1:
        linked: Content = reader.link(claims[0], basis)
    else:
        more = f" … {len(claims)}" if len(claims) > _LINKED else None
        linked = [basis, [[" ", reader.link(iri, str(n))] for n, iri in enumerate(claims[:_LINKED], 1)], more]
    flags = joined([flag_link(marks[flag], *flag) for flag in evidence.flags], " ")
    citation = answer.citations.rows[number] if answer.question else ""
    cited = tag("div", citation, class_="cite") if citation else None
    return [linked, ["; ".join(evidence.source), cited], flags]


def flag_link(mark: str, kind: str, note: str) -> Markup:
    """The mark of a flag, which leads to what it says below."""
    return tag("a", mark, href=f"#flag-{mark[1:]}", title=f"{kind}: {note}", class_="mark")


def flags(reader: Reader, marks: dict[tuple[str, str], str]) -> list[Markup]:
    """What each flag says, under its mark."""
    if not marks:
        return []
    told = [
        tag("li", tag("span", mark, class_="mark"), " ", tag("strong", kind), ": ", note, id=f"flag-{mark[1:]}")
        for (kind, note), mark in marks.items()
    ]
    return [tag("h2", reader.say("flags")), tag("ul", told, class_="plain about")]


def _bibliography(reader: Reader, answer: Answer) -> list[Markup]:
    if not answer.cited or answer.evidence is None:
        return []
    return [tag("details", tag("summary", reader.say("bibliography")), tag("pre", answer.bibliography))]
