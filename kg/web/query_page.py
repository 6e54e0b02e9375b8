"""A page on which a query is written, and its answer is read."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer
from kg.errors import KgError
from kg.values import Term, canonical
from kg.web.http import Request, Response
from kg.web.markup import Content, tag
from kg.web.pages import Reader, complaint, page, status_of
from kg.web.site import Site
from kg.web.tables import table

#: Rows that a page shows.
SHOWN = 1_000
_ROWS, _GRAPH = ("json", "xml", "csv", "tsv"), ("turtle", "ntriples", "jsonld", "rdfxml")
EXAMPLE = """# Whom do cities of the second tier depend on, as their tier implies?
SELECT ?city ?partner WHERE {
  ?city a eic:SecondTierPartner ; eic:tierImpliesDependenceOn ?partner .
} ORDER BY ?city ?partner
"""


def query_page(
    site: Site, request: Request, text: str = "", found: Any = None, error: KgError | None = None
) -> Response:
    """The form with a query, and below it what an engine `found`, or what is wrong with it."""
    reader = Reader(site, request)
    answer, cut = _answer(reader, found) if found is not None else (None, False)
    hidden = [tag("input", type="hidden", name="lang", value=given)] if (given := request.one("lang")) else []
    form = tag(
        "form",
        tag("label", reader.say("your_query"), for_="query"),
        tag("textarea", text or EXAMPLE, id="query", name="query", rows="12", spellcheck="false", lang="en"),
        tag("p", tag("button", reader.say("ask"), type="submit"), hidden),
        method="get",
        action=reader.path("/sparql").partition("?")[0],
        class_="query",
    )
    body: list[Content] = [tag("h1", reader.say("sparql")), tag("p", reader.say("sparql_what"), class_="soft")]
    body += [complaint(reader, error) if error else None, form]
    if answer is not None:
        body += [tag("h2", reader.say("answer"))]
        body += [tag("p", reader.say("first_rows", f"{SHOWN:,}"), class_="box")] if cut else []
        body += [table(reader, None, answer), _forms(reader, text, answer)]
    shown = page(reader, reader.say("sparql"), body, status=status_of(error) if error else 200)
    if not cut:
        return shown
    return shown._replace(headers=(*shown.headers, ("Partial-Answer", f"rows={SHOWN}")), lasting=False)


def _answer(reader: Reader, found: Any) -> tuple[Answer, bool]:
    """The first rows of what was found, and whether there are more."""
    rows: list[tuple[Term | None, ...]]
    if isinstance(found, ox.QueryBoolean):
        columns, rows = ["answer"], [(ox.Literal(bool(found)),)]
    elif isinstance(found, ox.QuerySolutions):
        columns = [v.value for v in found.variables]
        rows = [tuple(canonical(term) for term in row) for row in islice(found, SHOWN + 1)]
    else:
        columns, rows = ["subject", "predicate", "object"], [tuple(t) for t in islice(found, SHOWN + 1)]
    triples = not isinstance(found, ox.QueryBoolean | ox.QuerySolutions)
    boolean = bool(found) if isinstance(found, ox.QueryBoolean) else None
    shown = rows[:SHOWN]
    answer = Answer(columns, shown, reader.graph, language=reader.language, boolean=boolean, triples=triples)
    return answer, len(rows) > SHOWN


def _forms(reader: Reader, text: str, answer: Answer) -> Content:
    """The ways to the same answer in other forms."""
    links = [
        tag("a", kind.upper(), href=reader.path("/sparql", [("query", text), ("as", kind)]), rel="nofollow")
        for kind in (_GRAPH if answer.triples else _ROWS)
    ]
    return tag("p", reader.say("answer_as"), [[link, " "] for link in links], class_="forms soft")
