"""An answer: rows of terms, with the evidence of each row and labels in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import pyoxigraph as ox

from kg.terms import BASE, LANGUAGES, shorten

if TYPE_CHECKING:
    import pandas as pd

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
#: The column of a question that names the claims behind a row; views show their evidence in its stead.
CLAIM = "claim"
EVIDENCE = ("basis", "source", "flags")
#: What an empty answer says of itself.
NOTHING = {
    "zh": "无此陈述：未述及，不等于“没有”。",
    "en": "Nothing of the kind is stated, which is not to say that there is none.",
    "ru": "Об этом ничего не сказано; это не значит, что этого нет.",
}


class Evidence(NamedTuple):
    """What stands behind a row: how the claim is known, where the paper has it, and what is odd about it."""

    basis: tuple[str, ...]
    source: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]  # kind of flag, note


class Answer(Sequence["dict[str, Term | None]"]):
    """The rows that a question or a query returned: a sequence of dictionaries from column to term.

    Prints as a table; `.to("csv")` and the other views give text, `.to_pandas()` a data frame. `columns` are the
    names of the variables, `titles` their headings, `evidence` one entry a row where the question names claims;
    `boolean` is what an ASK query found, None for all else.
    """

    def __init__(
        self,
        columns: list[str],
        rows: list[tuple[Term | None, ...]],
        *,
        titles: dict[str, str] | None = None,
        labels: dict[str, tuple[str, str]] | None = None,
        evidence: list[Evidence] | None = None,
        language: str = "en",
        caption: str = "",
        title: str = "",
        boolean: bool | None = None,
    ):
        self.columns, self.rows = columns, rows
        self.titles = titles or {}
        self.labels = labels or {}
        self.evidence = evidence
        self.language, self.caption, self.title = language, caption, title
        self.boolean = boolean

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> dict[str, Term | None]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Term | None]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Term | None] | list[dict[str, Term | None]]:
        if isinstance(index, slice):
            return [dict(zip(self.columns, row, strict=True)) for row in self.rows[index]]
        return dict(zip(self.columns, self.rows[index], strict=True))

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def shown_columns(self) -> list[str]:
        """The columns that a reader sees: those of the question, with the evidence in place of the claims."""
        shown = [c for c in self.columns if c != CLAIM or self.evidence is None]
        return shown + list(EVIDENCE if self.evidence is not None else ())

    def heading(self, column: str) -> str:
        """The title of a column in the answer's language."""
        return self.titles.get(column, column)

    def texts(self, marked: bool = False) -> list[list[str]]:
        """The rows as a reader sees them: labels for IRIs (a fallback language is marked), plain text for literals.

        Flags are told by their kinds, or, `marked`, by the marks under which `notes` tells them in full.
        """
        kept = [i for i, c in enumerate(self.columns) if c != CLAIM or self.evidence is None]
        lines = [[self.text(row[i]) for i in kept] for row in self.rows]
        if self.evidence is not None:
            marks = self.marks()
            for line, e in zip(lines, self.evidence, strict=True):
                kinds = "; ".join(dict.fromkeys(kind for kind, _ in e.flags))
                flags = " ".join(marks[flag] for flag in e.flags) if marked else kinds
                line += ["; ".join(e.basis), "; ".join(e.source), flags]
        return lines

    def marks(self) -> dict[tuple[str, str], str]:
        """The mark of each flag on the rows, numbered in order of appearance: ⚑1, ⚑2 …"""
        flags = dict.fromkeys(flag for e in self.evidence or () for flag in e.flags)
        return {flag: f"⚑{number}" for number, flag in enumerate(flags, 1)}

    def text(self, term: Term | None) -> str:
        """One term as a reader sees it."""
        if term is None:
            return ""
        if isinstance(term, ox.NamedNode):
            label, language = self.labels.get(term.value, (shorten(term.value), ""))
            wanted = LANGUAGES[self.language].lower()
            return label if language in ("", wanted) else f"{label} [{language}]"
        named = listed_iris(term)
        if named:
            joint = "、" if self.language == "zh" else ", "
            return joint.join(self.text(ox.NamedNode(iri)) for iri in named)
        return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)

    def notes(self) -> list[str]:
        """What each flag on the rows says, each once, under its mark; that nothing is stated, where there is no row."""
        if not self.rows and self.title:
            return [NOTHING[self.language]]
        return [f"{mark} {kind}: {note}" for (kind, note), mark in self.marks().items()]

    def to(self, view: str) -> str:
        """The answer as text in one of the views: "table", "csv", "tsv", "json" or "markdown"."""
        from kg.views import render

        return render(self, view)

    def to_pandas(self) -> pd.DataFrame:
        """The answer as a pandas data frame of the texts that a reader sees (needs the extra `pandas`)."""
        import pandas

        return pandas.DataFrame(self.texts(), columns=[self.heading(c) for c in self.shown_columns()])

    def values(self, column: str) -> list[Any]:
        """One column as Python values: integers and decimals as numbers, all else as the text of the term."""
        return [python_value(row[self.columns.index(column)]) for row in self.rows]

    def __str__(self) -> str:
        return self.to("table")

    def __repr__(self) -> str:
        return f"<Answer: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return self.to("html")


def listed_iris(term: Term | None) -> list[str]:
    """The IRIs of ours that a text lists, separated by spaces; none where it holds anything else.

    >>> listed_iris(ox.Literal("https://w3id.org/eic/id/city/kyiv https://w3id.org/eic/id/city/baku"))
    ['https://w3id.org/eic/id/city/kyiv', 'https://w3id.org/eic/id/city/baku']
    """
    parts = term.value.split() if isinstance(term, ox.Literal) and term.value.startswith(BASE) else []
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
