"""The values in answers: in one form whatever the engine, and as Python values."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from kg.terms import BASE, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_BOOLEAN, _DECIMAL, _INTEGER, _STRING = (
    ox.NamedNode(XSD + name) for name in ("boolean", "decimal", "integer", "string")
)
_TRUTH = {"true": "true", "1": "true", "false": "false", "0": "false"}
#: Engines agree on a decimal to that many significant digits.
_DIGITS = Context(prec=12)


def tabulated(result: object, held: dict[str, str] | None = None) -> tuple[list[str], list[tuple[Term | None, ...]]]:
    """Columns and rows of what an engine returned, in canonical form; `held` says of which kind a column is."""
    if isinstance(result, ox.QueryBoolean):
        return ["answer"], [(ox.Literal(bool(result)),)]
    if isinstance(result, ox.QuerySolutions):
        names = [v.value for v in result.variables]
        kinds = [(held or {}).get(name, "") for name in names]
        return names, [
            tuple(
                [
                    canonical(term, kind) if type(term) is ox.Literal else term
                    for term, kind in zip(row, kinds, strict=True)
                ]
            )
            for row in result
        ]
    return ["subject", "predicate", "object"], [(t.subject, t.predicate, t.object) for t in result]  # type: ignore[attr-defined]


def canonical(term: Term | None, kind: str = "") -> Term | None:
    """A term in the form in which every engine's answer is given.

    Lists of IRIs in order, decimals without needless digits, and, where a column's `kind` says what it holds, truth
    values and numbers of that type: some engines give 1 for true, and a whole number where a decimal is due.

    >>> canonical(ox.Literal(1), "boolean") == ox.Literal(True)
    True
    >>> canonical(ox.Literal("19.666666666666666667", datatype=_DECIMAL)).value
    '19.6666666667'
    """
    if term is None or not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype
    if kind == "boolean" and term.value in _TRUTH:
        return ox.Literal(_TRUTH[term.value], datatype=_BOOLEAN)
    if kind == "integer" and datatype != _INTEGER:
        number = _number(term.value)
        if number is not None and number == number.to_integral_value():
            return ox.Literal(str(int(number)), datatype=_INTEGER)
        return term
    if (kind == "decimal" and datatype == _INTEGER) or datatype == _DECIMAL:
        return _decimal(term)
    if datatype == _STRING:
        named = listed_iris(term)
        return ox.Literal(" ".join(sorted(set(named)))) if named else term
    return term


def _decimal(term: ox.Literal) -> ox.Literal:
    number = _number(term.value)
    if number is None:
        return term
    text = format(_DIGITS.plus(number), "f")
    return ox.Literal(text.rstrip("0").rstrip(".") if "." in text else text, datatype=_DECIMAL)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def listed_iris(term: Term | None) -> list[str]:
    """The IRIs of ours that a text lists, separated by spaces; none where it holds anything else.

    >>> listed_iris(ox.Literal("https://w3id.org/eic/id/city/kyiv https://w3id.org/eic/id/city/baku"))
    ['https://w3id.org/eic/id/city/kyiv', 'https://w3id.org/eic/id/city/baku']
    """
    if not isinstance(term, ox.Literal) or not term.value.lstrip(" ").startswith(BASE):
        return []
    parts = term.value.split()
    return parts if all(part.startswith(BASE) for part in parts) else []


def python_value(term: Term | None) -> Any:
    """A term as the nearest Python value; IRIs and texts as str, None as None."""
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.rsplit("#", 1)[-1]
        if kind in ("integer", "int", "long"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
        if kind == "boolean":
            return term.value in ("true", "1")
    return None if term is None else str(getattr(term, "value", term))
