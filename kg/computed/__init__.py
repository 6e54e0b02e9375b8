"""Questions whose rows are computed: a query gathers what is known, and a module here makes the rows of it.

`queries/NAME.rq` says `computed = true`; the module of the same name, with underscores for hyphens, has a function
`rows(gathered, given)`. It gets the rows that the query gathered, as dictionaries of Python values (IRIs as texts), and
the values given for the question's parameters likewise, those of defaults among them; it yields one dictionary a row
with a value for each column of the question, and under `claim` the IRIs that the row rests on. The measures themselves
are in kg.measures and know nothing of graphs. So a computed answer is the same on every engine too.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion
from kg.fields import CLAIM
from kg.terms import XSD
from kg.values import Term, canonical, python_value

if TYPE_CHECKING:
    from kg.library import Question

_DECIMAL = ox.NamedNode(XSD + "decimal")
#: Decimals are told to that many places: a measure over a handful of words has no more to say.
PLACES = 6


def computed(
    question: Question, columns: list[str], rows: list[tuple[Term | None, ...]], terms: dict[str, list[str]]
) -> tuple[list[str], list[tuple[Term | None, ...]]]:
    """Columns and rows that a computed question makes of what its query gathered; `terms` are the parameters' values in
    N-Triples form. BadQuestion where a library that it needs is missing."""
    module = import_module(f"kg.computed.{question.name.replace('-', '_')}")
    gathered = [dict(zip(columns, map(python_value, row), strict=True)) for row in rows]
    given = {name: [python_value(_read(text)) for text in texts] for name, texts in terms.items() if texts}
    told = [*question.columns, CLAIM]
    try:
        made = list(module.rows(gathered, given))
    except ImportError as e:
        raise BadQuestion(f"{question.name} needs {e.name}: pip install 'eic-kg[measures]'") from None
    return told, [tuple(term_of(row.get(name), question.held.get(name, "")) for name in told) for row in made]


def _read(text: str) -> Term | None:
    """The term that a text in N-Triples form is."""
    (triple,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    told: Term = triple.object
    return told


def term_of(value: Any, kind: str) -> Term | None:
    """A value as a term of the kind that its column holds."""
    if value is None:
        return None
    if isinstance(value, list | tuple | set | frozenset):
        return _listed(value)
    if kind in ("class", "concept", "iri"):
        return ox.NamedNode(value)
    if isinstance(value, bool | int) and kind != "decimal":
        return ox.Literal(value)
    if isinstance(value, int | float | Fraction | Decimal):
        return canonical(ox.Literal(f"{float(value):.{PLACES}f}", datatype=_DECIMAL), "decimal")
    return ox.Literal(str(value))


def _listed(values: Iterable[str]) -> Term | None:
    """Several IRIs, or texts, in one cell."""
    several = sorted(set(values))
    return ox.Literal(" ".join(several)) if several else None
