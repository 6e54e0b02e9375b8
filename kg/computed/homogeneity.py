"""Rows of the question homogeneity: how alike the profiles of a set of cities are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Rows, known, set_of
from kg.computed._telling import Given, coding_told, inputs, language, spread, why
from kg.measures.homogeneity import homogeneity
from kg.measures.levels import CODINGS

FIGURES = {
    "cosine": {"zh": "两两余弦均值", "en": "mean pairwise cosine"},
    "level": {"zh": "两两水平相似度均值", "en": "mean pairwise likeness in level"},
    "variance": {"zh": "各要素方差均值", "en": "mean variance of the elements"},
    "distinct": {"zh": "不同画像数与城市数之比", "en": "distinct profiles over cities"},
}


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a figure; the number in the coding asked for, else where all codings agree."""
    found, tongue = known(gathered), language(given)
    profiles = set_of(found, given)
    implied = bool(found.implied & profiles.keys())
    by_coding = {name: homogeneity(profiles, coding=name, implied=implied) for name in CODINGS}
    for name, words in FIGURES.items():
        values = {code: getattr(one, name) for code, one in by_coding.items()}
        cells = spread(values, given)
        changes = cells["value"] is None and cells["most"] is not None
        told = [key for one in values.values() for key in one.reasons]
        yield {
            "figure": words[tongue],
            **cells,
            "cities": len(profiles),
            "implied": implied,
            "coding": coding_told(given),
            **inputs(values["A"]),
            "why": why([*told, *found.reasons(*profiles), "by-coding" if changes else ""], tongue),
            "claim": found.behind(*profiles),
        }
