"""An answer: rows of terms; labels, evidence and caption are asked of the graph when a reader wants to see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, overload

import pyoxigraph as ox

from kg.fields import CLAIM, EVIDENCE, TABLE, View
from kg.terms import LANGUAGES, shorten
from kg.values import Term, listed_iris, python_value
from kg.words import NOTHING, TRUTH

if TYPE_CHECKING:
    import networkx
    import pandas as pd

    from kg.citations import Citations


class Evidence(NamedTuple):
    """What stands behind a row: how the claim is known, where the paper has it, and what is odd about it."""

    basis: tuple[str, ...]
    source: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]  # kind of flag, note

    def marked(self, mark: str) -> Evidence:
        """The same, with texts that stand in a fallback language marked so."""
        told = tuple((kind, note + mark) for kind, note in self.flags)
        return Evidence(tuple(basis + mark for basis in self.basis), self.source, told)


class Surroundings(NamedTuple):
    """What stands around the rows: labels of IRIs with their language, evidence a row (None without claims), the
    caption, whose view it is as of what year, and the version of the graph."""

    labels: dict[str, tuple[str, str]]
    evidence: list[Evidence] | None
    caption: str
    views: list[tuple[str, int]]
    version: str


class Describing(Protocol):
    """What an answer asks for what stands around its rows: the graph that it is from."""

    def around(self, answer: Answer) -> Surroundings:
        """Labels, evidence, caption, views and version."""
        ...

    def cite(self, answer: Answer) -> Citations:
        """The citations of the rows."""
        ...


class Answer(Sequence["dict[str, Term | None]"]):
    """The rows that a question or a query returned: a sequence of dictionaries from column to term.

    Prints as a table; `.to("csv")` and the other views give text, `.to_pandas()` a data frame. `columns` are the
    names of the variables, `titles` their headings, `evidence` one entry a row where the question names claims;
    `question` is the name of the library's question, `parameters` what it was given, `view` how it is best seen;
    `boolean` is what an ASK query found, None for all else;
    `remarks` are lines that stand below the rows.
    """

    def __init__(
        self,
        columns: list[str],
        rows: list[tuple[Term | None, ...]],
        graph: Describing,
        *,
        titles: dict[str, str] | None = None,
        language: str = "en",
        title: str = "",
        question: str = "",
        parameters: dict[str, list[str]] | None = None,
        view: View = TABLE,
        boolean: bool | None = None,
        triples: bool = False,
        remarks: Sequence[str] = (),
    ):
        self.columns, self.rows = columns, rows
        self._graph = graph
        self.cited = False
        self.titles = titles or {}
        self.language, self.title = language, title
        self.question, self.parameters, self.view = question, parameters or {}, view
        self.boolean, self.triples = boolean, triples
        self.remarks = remarks

    @cached_property
    def around(self) -> Surroundings:
        """Labels, evidence, caption, views and version, asked of the graph when first wanted."""
        return self._graph.around(self)

    @property
    def labels(self) -> dict[str, tuple[str, str]]:
        """The label of each IRI of ours in the rows, and its language."""
        return self.around.labels

    @property
    def evidence(self) -> list[Evidence] | None:
        """What stands behind each row; None where the question names no claims."""
        return self.around.evidence

    @property
    def caption(self) -> str:
        """How many rows, on what hypothesis, whose view as of when, and from which version of the graph."""
        return self.around.caption

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

    @cached_property
    def citations(self) -> Citations:
        """A citation for each row, and the bibliography that they need: see kg.citations."""
        return self._graph.cite(self)

    @property
    def bibliography(self) -> str:
        """The works that the rows rest on, and the graph itself, as BibTeX."""
        return self.citations.bibliography

    def kept(self) -> list[int]:
        """The places of the columns that a reader sees: those of the question, without the claims."""
        return [i for i, column in enumerate(self.columns) if column != CLAIM or self.evidence is None]

    def evidence_columns(self) -> tuple[str, ...]:
        """The columns that stand in place of the claims: basis, source, flags, and, where wanted, the citation."""
        return () if self.evidence is None else EVIDENCE if self.cited else EVIDENCE[:-1]

    def shown_columns(self) -> list[str]:
        """The columns that a reader sees: those of the question, with the evidence in place of the claims."""
        return [*(self.columns[i] for i in self.kept()), *self.evidence_columns()]

    def headings(self) -> list[str]:
        """The titles of the shown columns, in the answer's language."""
        return [self.titles.get(column, column) for column in self.shown_columns()]

    def texts(self, marked: bool = False) -> list[list[str]]:
        """The rows as a reader sees them: labels for IRIs (a fallback language is marked), plain text for literals.

        Flags are told by their kinds, or, `marked`, by the marks under which `notes` tells them in full.
        """
        kept = self.kept()
        lines = [[self.text(row[i]) for i in kept] for row in self.rows]
        if self.evidence is not None:
            marks = self.marks()
            for line, e in zip(lines, self.evidence, strict=True):
                kinds = "; ".join(dict.fromkeys(kind for kind, _ in e.flags))
                flags = " ".join(marks[flag] for flag in e.flags) if marked else kinds
                line += ["; ".join(e.basis), "; ".join(e.source), flags]
        if self.evidence is not None and self.cited:
            for line, citation in zip(lines, self.citations.rows, strict=True):
                line.append(citation)
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
            texts = [self.text(ox.NamedNode(iri)) for iri in named]
            joint = "、" if self.language == "zh" else "; " if any("," in text for text in texts) else ", "
            return joint.join(texts)
        if isinstance(term, ox.Literal) and term.datatype.value.endswith("#boolean"):
            return TRUTH[self.language][term.value in ("true", "1")]
        return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)

    def notes(self) -> list[str]:
        """What each flag on the rows says, each once, under its mark, and remarks on the whole; that nothing is stated,
        where there is no row."""
        if not self.rows and self.title:
            nothing = NOTHING[self.language][bool(self.parameters)].format(", ".join(self.parameters))
            return list(self.remarks) or [nothing]
        return [*(f"{mark} {kind}: {note}" for (kind, note), mark in self.marks().items()), *self.remarks]

    def to(self, view: str, cite: bool = False) -> str | bytes:
        """The answer in one of the views (`kg.views.names()`): text, or for "xlsx" the bytes of a workbook.

        `cite` adds to each row a citation of what it rests on, and the bibliography, as BibTeX.
        """
        from kg.views import render

        return render(self.citing() if cite else self, view)

    def citing(self) -> Answer:
        """The same answer with a citation in each row, and the bibliography below."""
        other = copy(self)
        other.cited = True
        return other

    def to_pandas(self) -> pd.DataFrame:
        """The answer as a pandas data frame (needs the extra `pandas`): numbers and truth values as such, labels for
        IRIs; `attrs` has the title, the caption and the graph's version."""
        from kg.conversions import to_pandas

        return to_pandas(self)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The answer to a question whose view is a network, as a network of what its rows relate (needs the extra
        `networkx`); BadQuestion for other questions."""
        from kg.conversions import answer_to_networkx

        return answer_to_networkx(self)

    def values(self, column: str) -> list[Any]:
        """One column as Python values: integers and decimals as numbers, all else as the text of the term."""
        return [python_value(row[self.columns.index(column)]) for row in self.rows]

    def __str__(self) -> str:
        return str(self.to("table"))

    def __repr__(self) -> str:
        return f"<Answer: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return str(self.to("html"))
