"""SPARQL 1.1 Query Results JSON; basis, source and flags of a row are further variables.

The head also says which question was asked with which parameters, whose views the graph gives as of which year, and
its version; readers of the standard pass over what they do not know.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from kg.answers import Answer
    from kg.values import Term


def render(answer: Answer) -> str:
    """The result document."""
    head: dict[str, Any] = {"caption": answer.caption, "graph": answer.around.version}
    head["views"] = [{"name": name, "year": year} for name, year in answer.around.views]
    if answer.question:
        head |= {"question": answer.question, "title": answer.title, "parameters": answer.parameters}
    if answer.remarks:
        head["remarks"] = list(answer.remarks)
    if answer.cited:
        head["bibliography"] = answer.bibliography
    told: dict[str, Any]
    if answer.boolean is not None:
        told = {"head": head, "boolean": answer.boolean}
    else:
        evidence = answer.evidence_columns()
        variables = list(dict.fromkeys([*answer.columns, *evidence]))
        rows = [_binding(answer, row, number) for number, row in enumerate(answer.rows)]
        told = {"head": {"vars": variables, **head}, "results": {"bindings": rows}}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _binding(answer: Answer, row: tuple[Term | None, ...], number: int) -> dict[str, Any]:
    binding = {c: _term(t) for c, t in zip(answer.columns, row, strict=True) if t is not None}
    told: dict[str, str] = {}
    if answer.evidence is not None:
        e = answer.evidence[number]
        told = {"basis": "; ".join(e.basis), "source": "; ".join(e.source)}
        told["flags"] = "; ".join(f"{kind}: {note}" for kind, note in e.flags)
        if answer.cited:
            told["citation"] = answer.citations.rows[number]
    return binding | {c: {"type": "literal", "value": text} for c, text in told.items() if text}


def _term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    told = {"type": "literal", "value": term.value}
    if term.language:
        return told | {"xml:lang": term.language}
    if not term.datatype.value.endswith("#string"):
        told["datatype"] = term.datatype.value
    return told
