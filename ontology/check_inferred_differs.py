"""What is derived is what the rules derive from what is stated: all is derived anew, and the two are compared."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.reasoning import materialise
from kg.terms import layer, shorten

#: A build has just derived what is derived, and would only do it twice.
CHECK = {
    "severity": "error",
    "build": False,
    "message": {
        "zh": "推导数据层与规则由所述内容推得的不符",
        "en": "has another derived statement than the rules give from what is stated",
    },
}
_TOLD = (("zh-Hans", "规则推不出：", "规则可推而缺："), ("en", "no rule gives: ", "missing: "))


def offenders(store: ox.Store) -> Iterator[tuple[ox.NamedNode, ox.Literal]]:
    """The subject of each derived triple that no rule gives, and of each that a rule gives and that is missing."""
    place = layer("inferred")
    again = ox.Store()
    again.extend(quad for quad in store if quad.graph_name != place)
    materialise(again)
    kept, due = (set(one.quads_for_pattern(None, None, None, place)) for one in (store, again))
    for quad in kept ^ due:
        for language, odd, missing in _TOLD:
            told = f"{odd if quad in kept else missing}{shorten(quad.predicate.value)} = {_short(quad.object)}"
            yield quad.subject, ox.Literal(told, language=language)  # type: ignore[misc]  # no blank node is derived


def _short(term: object) -> str:
    value = str(getattr(term, "value", term))
    return shorten(value) if isinstance(term, ox.NamedNode) else value
