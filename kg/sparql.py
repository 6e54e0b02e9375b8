"""What the text of a query tells without being asked: its holes and kept parts, its keywords, prefixes, variables and
dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import pyoxigraph as ox

#: What is no part of the query proper: comments, IRIs, strings.
_QUOTED = r"""#[^\n]*|<[^<>"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
#: As deep as brackets may be nested: the parser ends the process from some thousands on.
DEEPEST = 200
_HOLE = re.compile(rf"({_QUOTED})|VALUES\s+\?(\w+)\s*\{{\s*UNDEF\s*\}}([ \t]*\n[ \t]*)?", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(rf"{_QUOTED}|\bWHERE\b|[{{()]", re.IGNORECASE | re.DOTALL)
_KEPT = re.compile(r"\{\s*# kept\b[^\n]*\n\s*(?=SELECT\b)")
_SELECT = re.compile(rf"{_QUOTED}|\bSELECT\b", re.IGNORECASE | re.DOTALL)
_BRACE = re.compile(rf"{_QUOTED}|[{{}}]", re.DOTALL)
#: What a parser says of a fault; what it expected; of that, what SPARQL 1.1 does not have, or what says nothing.
_FAULT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|[^,"]+[^,\s"]')
_UNHEARD = frozenset(["[_]", "LATERAL", '"{|"', '"~"', '"<<"', '"<<("'])


def split(sparql: str) -> list[tuple[str, str, str]]:
    """A query in pieces, so that it is bound in one pass and no value is ever searched for holes: for each hole what
    stands before it, its parameter, and the white space after it; at the end the rest, with no parameter."""
    pieces, start = [], 0
    for found in _HOLE.finditer(sparql):
        if found[2]:
            pieces.append((sparql[start : found.start()], found[2], found[3] or ""))
            start = found.end()
    return [*pieces, (sparql[start:], "", "")]


def with_dataset(sparql: str, graphs: Iterable[str]) -> str:
    """A query with `FROM` clauses for the graphs that it is to be asked of, so that it means the same in any store.

    >>> with_dataset("SELECT ?x # WHERE {\\nWHERE { ?x ?y '{' }", ["http://example.org/g"])
    "SELECT ?x # WHERE {\\nFROM <http://example.org/g>\\nWHERE { ?x ?y '{' }"
    """
    clauses, depth = "".join(f"FROM <{graph}>\n" for graph in graphs), 0
    for token in _TOKEN.finditer(sparql):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0 and (token[0] == "{" or token[0].upper() == "WHERE"):
            before = sparql[: token.start()]
            return before + ("" if before.endswith("\n") else "\n") + clauses + sparql[token.start() :]
    return sparql


def prologue(sparql: str) -> str:
    """What stands before the first SELECT: prefixes, with comments.

    >>> prologue("# SELECT\\nPREFIX a: <x:SELECT> SELECT ?s { ?s a a:b }")
    '# SELECT\\nPREFIX a: <x:SELECT> '
    """
    found = next((token for token in _SELECT.finditer(sparql) if token[0].upper() == "SELECT"), None)
    return sparql[: found.start()] if found else ""


def kept_parts(sparql: str) -> list[tuple[int, int]]:
    """Where in a query the sub-selects stand that are kept, without their brackets.

    >>> text = "SELECT ?n { { # kept\\n SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    >>> [text[start:end].strip() for start, end in kept_parts(text)]
    ['SELECT (COUNT(*) AS ?n) { ?s ?p ?o }']
    """
    if "# kept" not in sparql:  # a question is asked far more often than it has such parts
        return []
    return [(found.end(), _closing(sparql, found.start())) for found in _KEPT.finditer(sparql)]


def _closing(sparql: str, start: int) -> int:
    """Where the bracket stands that closes the one at `start`; the end where none does.

    >>> _closing("{ '}' { } # }", 0), _closing("{ '}' { } }", 0)
    (13, 10)
    """
    depth = 0
    for token in _BRACE.finditer(sparql, start):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0 and token[0] == "}":
            return token.start()
    return len(sparql)


def keywords(sparql: str) -> set[str]:
    """The words of a query in upper case, without its comments, IRIs, texts, variables and prefixed names.

    >>> sorted(keywords("SELECT ?from FROM <http://example.org/g> { ?from a 'GRAPH' } # SERVICE"))
    ['A', 'FROM', 'SELECT']
    """
    return {word.upper() for word in re.findall(r"(?<![?$:\w])\w+(?![\w:])", _bare(sparql))}


@lru_cache(maxsize=32)
def _bare(sparql: str) -> str:
    """A query without its comments, IRIs and strings."""
    return re.sub(_QUOTED, " ", sparql, flags=re.DOTALL)


def names_dataset(sparql: str) -> bool:
    """Whether a query says itself of which graphs it asks (`FROM`).

    >>> names_dataset("SELECT ?x { ?x ?y 'from' }"), names_dataset("ASK from <http://example.org/g> {}")
    (False, True)
    """
    return "from" in sparql.lower() and "FROM" in keywords(sparql)


def declared_prefixes(sparql: str) -> set[str]:
    """The prefixes that a query declares, in lower case; one that stands in a comment or a text is not declared.

    >>> declared_prefixes("# PREFIX a: <x>\\nPREFIX b: <http://example.org/#> SELECT ?x {}")
    {'b'}
    """
    bare = re.sub(_QUOTED, " <> ", sparql, flags=re.DOTALL)
    return {name.lower() for name in re.findall(r"(?i)\bprefix\s+([\w-]*):", bare)}


def used_prefixes(sparql: str) -> set[str]:
    """The prefixes of the names in a query.

    >>> sorted(used_prefixes("SELECT ?x { ?x ex:p 'a:b' ; a eic:City } # c:d"))
    ['eic', 'ex']
    """
    bare = re.sub(r"(?i)\bprefix\s+[\w-]*:", " ", re.sub(_QUOTED, " <> ", sparql, flags=re.DOTALL))
    return set(re.findall(r"(?<![\w?$:-])([A-Za-z][\w-]*):", bare))


def nesting(sparql: str) -> int:
    """How deep the brackets of a query are nested: where they are very deep, the parser ends the whole process.

    >>> nesting("SELECT ?x { { ?x ?y '((((' } }")
    2
    """
    depth = deepest = 0
    for bracket in re.findall(r"[\[({})\]]", _bare(sparql)):
        depth += 1 if bracket in "[({" else -1
        deepest = max(deepest, depth)
    return deepest


def fault(error: SyntaxError) -> str:
    """What is wrong with a query or an update, in the parser's words: where about it stopped, what it expected there.

    >>> fault(SyntaxError('error at 1:27: expected one of ".", "}", [_]'))
    'near line 1, column 27: one of . } is expected'
    >>> fault(SyntaxError("error at 2:46: expected [_]"))
    'near line 2, column 46: what stands there cannot stand there'
    """
    found = _FAULT.match(str(error))
    if not found:
        return str(error)[:200]
    told = [token.strip(' "') for token in _EXPECTED.findall(found[3]) if token.strip() not in _UNHEARD]
    wanted = f"{'one of ' if len(told) > 1 else ''}{' '.join(told[:12])} is expected"
    sentence = next((token for token in told if " " in token), "")  # the parser has one for this fault
    wanted = sentence or (wanted if told else "what stands there cannot stand there")
    return f"near line {found[1]}, column {found[2]}: {wanted}"


def variables(sparql: str) -> set[str]:
    """The variables that a SELECT query projects; ValueError where it is not SPARQL 1.1, or no SELECT."""
    if nesting(sparql) > DEEPEST:
        raise ValueError(f"brackets are nested more than {DEEPEST} deep")
    try:
        solutions = _nothing().query(sparql)
    except SyntaxError as e:
        raise ValueError(f"the query is not SPARQL 1.1: {fault(e)}") from None
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValueError("the query is no SELECT")
    return {v.value for v in solutions.variables}


@cache
def _nothing() -> ox.Store:
    return ox.Store()
