"""Checks: what must hold of the graph: `ontology/check_*.rq`, and `check_*.py` for what no query can say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.content import files, front_matter
from kg.errors import BadTable, ChecksFailed
from kg.terms import LANGUAGES, shorten

SEVERITIES = ("error", "warning", "note")


class Finding(NamedTuple):
    """One offender: the check that found it, how grave it is, what it is, and the message in the reader's language."""

    check: str
    severity: str
    offender: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.check}: {self.offender}: {self.message}"


class Check:
    """A check: its severity, its message in zh and en, and how its offenders are found, each with or without a detail.

    A query returns them as `?offender` and `?detail`; `union = false` asks what stands in no named graph. A module has
    the front matter of a query as its `CHECK`, and a function `offenders(store)`. A detail with a language tag is for
    readers of that language. `build = false` spares the build a check of what a build cannot get wrong;
    `records = true` has one run too whenever a reference source is read anew.
    """

    def __init__(self, path: Path):
        self.name, self.file = path.stem.removeprefix("check_").replace("_", "-"), path.name
        if path.suffix == ".py":
            module = import_module(f"kg._ontology.{path.stem}")
            meta: dict[str, Any] = module.CHECK
            self.offenders: Callable[[ox.Store], Iterable[tuple[Any, Any]]] = module.offenders
        else:
            meta, self.sparql = front_matter(path)
            self.offenders = self._queried
        try:
            self.severity = str(meta["severity"])
            message = meta["message"]
            assert isinstance(message, dict)
            self.message = {language: str(message[language]) for language in ("zh", "en")}
            self.union, self.build = bool(meta.get("union", True)), bool(meta.get("build", True))
            self.records = bool(meta.get("records", False))
        except (KeyError, AssertionError) as e:
            raise BadTable(f"front matter lacks {e}", path.name, hint="severity, message.zh and message.en") from None
        if self.severity not in SEVERITIES:
            raise BadTable(f"severity {self.severity!r}", path.name, hint=f"one of {', '.join(SEVERITIES)}")

    def run(self, store: ox.Store, language: str = "en") -> list[Finding]:
        """The offenders in a store, ordered; an empty list where the check holds."""
        told: dict[str, list[Any]] = {}
        for offender, detail in self.offenders(store):
            told.setdefault(_text(offender), []).append(detail)
        found = []
        for text, details in told.items():
            for detail in _for_readers_of(language, details):
                message = self.message[language] + (f" ({_text(detail)})" if detail is not None else "")
                found.append(Finding(self.name, self.severity, text, message))
        return sorted(found)

    def _queried(self, store: ox.Store) -> Iterable[tuple[Any, Any]]:
        try:
            solutions = store.query(self.sparql, use_default_graph_as_union=self.union)
        except SyntaxError as e:
            raise BadTable(f"not SPARQL: {e!s:.160}", self.file) from None
        assert isinstance(solutions, ox.QuerySolutions)
        detailed = "detail" in {v.value for v in solutions.variables}
        return ((row["offender"], row["detail"] if detailed else None) for row in solutions)


def all_checks() -> list[Check]:
    """All checks, sorted by name."""
    paths = [*files("ontology", "check_*.rq"), *files("ontology", "check_*.py")]
    return sorted((Check(path) for path in paths), key=lambda check: check.name)


def run_checks(store: ox.Store, language: str = "en", every: list[Check] | None = None) -> list[Finding]:
    """The findings of all checks, gravest first."""
    found = [finding for check in (all_checks() if every is None else every) for finding in check.run(store, language)]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f))


def insist(findings: list[Finding]) -> None:
    """Raise ChecksFailed where one of the findings is an error."""
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        shown = "\n  ".join(map(str, errors[:10]))
        raise ChecksFailed(f"{len(errors)} errors in the graph; nothing was published:\n  {shown}")


def _for_readers_of(language: str, details: list[Any]) -> list[Any]:
    """The details in a language and those in none; all of them where that leaves none, so that no offender is lost."""
    tags = ("", LANGUAGES[language].lower())
    return [d for d in details if str(getattr(d, "language", None) or "").lower() in tags] or details


def _text(term: object) -> str:
    value = str(getattr(term, "value", term))
    return shorten(value) if isinstance(term, ox.NamedNode) else value
