"""What a rule's text says, pattern by pattern: the triples that it gives, looks for, may find, and must not find.

Not a SPARQL parser: it reads what our rules are written in (groups, UNION, OPTIONAL, NOT EXISTS, MINUS, VALUES, BIND,
FILTER, paths of `/` and `|`), so that a rule can be run from a single triple and asked what it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.terms import RDF_TYPE

#: A variable by its name, or a term.
Node = str | ox.NamedNode
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+)?|<[^>]*>|[{}()]|[;,.](?=\s|$|\})|[^\s{}();,"]+')


class Pattern(NamedTuple):
    """A triple pattern: `path` holds its predicates, more than one where it is a sequence or (`choice`) a choice."""

    subject: Node
    path: tuple[Node, ...]
    object: Node
    choice: bool = False

    def __str__(self) -> str:
        path = ("|" if self.choice else "/").join(map(_written, self.path))
        return f"{_written(self.subject)} {path} {_written(self.object)} ."

    def variables(self) -> set[str]:
        """The names of its variables."""
        return {node for node in (self.subject, *self.path, self.object) if isinstance(node, str)}


def _written(node: Node) -> str:
    return f"?{node}" if isinstance(node, str) else str(node)


#: Stands for any class among the names of patterns, and for any property.
ANY_CLASS, ANY_PROPERTY = "any class", "any property"


def named(patterns: Iterable[Pattern]) -> set[Node]:
    """The properties and classes that patterns name, ANY_CLASS and ANY_PROPERTY for those that they leave open."""
    found: set[Node] = set()
    for pattern in patterns:
        for step in pattern.path:
            if step == RDF_TYPE:
                found.add(ANY_CLASS if isinstance(pattern.object, str) else pattern.object)
            else:
                found.add(ANY_PROPERTY if isinstance(step, str) else step)
    return found


class Body(NamedTuple):
    """A rule's WHERE, read once for each choice of its UNIONs.

    `needed` are its patterns in order, `optional` and `barred` (NOT EXISTS, MINUS) those that may and must not hold;
    `kept` is the text of its VALUES and of its comparisons, `bound` names what it computes by BIND.
    """

    needed: tuple[Pattern, ...]
    optional: tuple[Pattern, ...] = ()
    barred: tuple[Pattern, ...] = ()
    kept: tuple[str, ...] = ()
    bound: frozenset[str] = frozenset()

    def sure(self) -> set[str]:
        """The variables that each solution binds by looking, neither perhaps nor by computing."""
        return {name for pattern in self.needed for name in pattern.variables()} - self.bound

    def __add__(self, other: Body) -> Body:  # type: ignore[override]  # a body joined to a body is a body
        return Body(
            self.needed + other.needed,
            self.optional + other.optional,
            self.barred + other.barred,
            self.kept + other.kept,
            self.bound | other.bound,
        )


class Reader:
    """Reads the template or the WHERE of a rule with the prefixes that its prologue declares."""

    def __init__(self, prologue: str):
        self.prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", prologue))

    def template(self, text: str) -> list[Pattern]:
        """The patterns of a CONSTRUCT template."""
        return list(self._triples(_TOKEN.findall(text)))

    def bodies(self, where: str) -> list[Body]:
        """The choices of a WHERE clause, braces included."""
        tokens = _TOKEN.findall(re.sub(r"(?m)(^|\s)# .*$", "", where))
        return self._group(tokens, 0)[0]

    def _group(self, tokens: list[str], at: int) -> tuple[list[Body], int]:
        """The choices of the group that opens at a token, and where it has closed."""
        found, at, run = [Body(())], at + 1, at + 1
        while True:
            token = tokens[at]
            if token not in ("{", "}", "FILTER", "BIND", "VALUES", "OPTIONAL", "MINUS"):
                at += 1
                continue
            found = _joined(found, [Body(tuple(self._triples(tokens[run:at])))])
            if token == "}":
                return found, at + 1
            if token == "{":
                choices, at = self._group(tokens, at)
                while tokens[at] == "UNION":
                    more, at = self._group(tokens, at + 1)
                    choices += more
            elif token == "OPTIONAL":
                inner, at = self._group(tokens, at + 1)
                choices = [Body((), optional=tuple(p for body in inner for p in body.needed))]
            elif token == "MINUS" or (token == "FILTER" and tokens[at + 1] == "NOT"):
                inner, at = self._group(tokens, at + (1 if token == "MINUS" else 3))
                choices = [Body((), barred=tuple(p for body in inner for p in body.needed + body.barred))]
            elif token == "VALUES":
                end = _closing(tokens, tokens.index("{", at))
                choices, at = [Body((), kept=(" ".join(tokens[at:end]),))], end
            else:
                end = _closing(tokens, at + 1)
                choices, at = [_computed(token, tokens[at:end])], end
            found, run = _joined(found, choices), at

    def _triples(self, tokens: list[str]) -> Iterator[Pattern]:
        subject = predicate = ""
        for token in tokens:
            if token == ".":
                subject = predicate = ""
            elif token == ";":
                predicate = ""
            elif token != "," and not subject:
                subject = token
            elif token != "," and not predicate:
                predicate = token
            elif token != ",":
                path = tuple(self._node(step) for step in re.split(r"(?<!\\)[/|]", predicate))
                yield Pattern(self._node(subject), path, self._node(token), "|" in predicate)

    def _node(self, text: str) -> Node:
        if text == "a":
            return RDF_TYPE
        prefix, _, name = text.partition(":")
        return text[1:] if text.startswith("?") else ox.NamedNode(self.prefixes[prefix] + name.replace("\\", ""))


def _closing(tokens: list[str], at: int) -> int:
    """The place behind the bracket that closes the one at a place."""
    opened, closed = tokens[at], {"(": ")", "{": "}"}[tokens[at]]
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place] == opened) - (tokens[place] == closed)
        if not depth:
            return place + 1
    raise ValueError(f"{opened} is never closed")


def _computed(kind: str, tokens: list[str]) -> Body:
    if kind == "BIND":
        value, name = tokens[2:-3], tokens[-2]
        constant = len(value) == 1 and not value[0].startswith("?")
        kept = (f"VALUES {name} {{ {value[0]} }}",) if constant else ()
        return Body((), kept=kept, bound=frozenset({name.removeprefix("?")}))
    comparison = not any(token.startswith(("langMatches", "lang")) for token in tokens)
    return Body((), kept=(" ".join(tokens),) if comparison else ())


def _joined(these: Iterable[Body], those: list[Body]) -> list[Body]:
    return [one + other for one in these for other in those]
