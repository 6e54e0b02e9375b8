"""The errors that this package raises, in one tree.

KgError
├── BadTable      a source table or a file of ours is malformed (also ValueError)
├── BadQuestion   a question was asked wrongly: parameter, value, query text (also ValueError)
├── UnknownName   a name that nothing here bears, with the nearest ones (also LookupError)
├── StoreProblem  a store that is missing, foreign, busy or not writable (also OSError)
└── ChecksFailed  the graph breaks a rule that must hold (also AssertionError)
"""

from __future__ import annotations

from collections.abc import Iterable


class KgError(Exception):
    """Whatever goes wrong here and can be told to a person: what, where, what to do."""


class BadTable(KgError, ValueError):
    """A malformed file of a source, an ontology or a library, with its place.

    >>> str(BadTable("no such city 'Kiyv'", "claim_membership.csv", 7, "member", "did you mean city/kyiv?"))
    "claim_membership.csv:7, column member: no such city 'Kiyv'; did you mean city/kyiv?"
    """

    def __init__(self, what: str, file: str, line: int | None = None, column: str | None = None, hint: str = ""):
        place = file + (f":{line}" if line is not None else "") + (f", column {column}" if column else "")
        super().__init__(f"{place}: {what}" + (f"; {hint}" if hint else ""))


class BadQuestion(KgError, ValueError):
    """A question or a query that cannot be asked as it stands."""


class UnknownName(KgError, LookupError):
    """A name that nothing here bears; the message proposes the nearest names.

    >>> str(UnknownName("question", "aliances", ["alliances", "flags"]))
    "no question is called 'aliances'; did you mean alliances?"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = ""):
        near = nearest(name, known)
        asked = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no {kind} is called {name!r}{asked}" + (f"; {hint}" if hint else ""))


class StoreProblem(KgError, OSError):
    """A store that is missing, foreign, busy, or not to be written."""


class ChecksFailed(KgError, AssertionError):
    """The graph breaks a rule that must hold; the message lists the first offenders."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` of the known names that look most like `name`, best first.

    >>> nearest("Kiev", ["Kyiv", "Baku", "Minsk"])
    ['Kyiv']
    """
    import difflib

    folded: dict[str, str] = {}
    for other in known:
        folded.setdefault(other.casefold(), other)
    wanted = (name or "").casefold()
    found = difflib.get_close_matches(wanted, folded, n=count, cutoff=0.6)
    found += [f for f in folded if wanted and wanted in f and f not in found]
    return [folded[f] for f in found[:count]]
