"""What is refused before a query or an update is parsed: what is too long or too deep, and what reaches elsewhere.

Whether a text says SERVICE or LOAD cannot be left to a regular expression: where a less-than sign stands, `<…>` is an
IRI to one reader and an expression to another, and a keyword could hide in it. So all readings are followed at once,
and a word counts as said if any of them takes it for one.
"""

from __future__ import annotations

import re

from kg.sparql import nesting
from kg.web.http import Refused
from kg.web.site import Limits

#: A reading: in what a reader is (a comment, an IRI, a string told by its quotes, or none of these), from where on
#: three quotes may end it, and whether a backslash came just before.
_Reading = tuple[str, int, bool]
_PLAIN: _Reading = ("", 0, False)
_NO_IRI = set('<"{}|^`') | {chr(n) for n in range(33)}
#: After these a letter begins no keyword: names, variables, paths, comments.
_NAMED = frozenset(":?$@%/#-")
#: Letters that are looked at before a word.
_LONG = 200
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
#: What a path is made of: its operators, and what it joins or alters; an IRI or a text counts as one.
_STEP = re.compile(
    r"""(?P<skipped>\s+|\#[^\r\n]*)|(?P<ended>[{};,]|\|\|)|(?P<joint>[/|])|(?P<altered>[()!^*+]|\?(?!\w))"""
    r"""|<[^<>"{}|^`\\\s]*>|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|(?:\\.|[^\s#/|()!^*+{};,<>"'\\])+|.""",
    re.VERBOSE | re.DOTALL,
)


def screen(text: str, limits: Limits) -> None:
    """Refuse a query or an update that is over a limit or reaches elsewhere, saying what to do."""
    if len(text) > limits.length:
        raise Refused(413, f"the text has {len(text):,} characters; {limits.length:,} are read")
    # what has fewer brackets, or fewer signs that join a path, need not be read for them
    if sum(map(text.count, "([{")) > limits.nesting and nesting(text) > limits.nesting:
        raise Refused(400, f"brackets are nested more than {limits.nesting} deep")
    if sum(map(text.count, "/|")) >= limits.steps and steps(text) > limits.steps:
        raise Refused(400, f"a path has more than {limits.steps} steps; p* and p+ go on by themselves")
    for word in ("SERVICE", "LOAD"):
        if says(text, word):
            raise Refused(400, f"{word} is not answered here: nothing outside of this store is read")


def steps(text: str) -> int:
    """The most steps that stand in one path (or divisions in one expression).

    >>> steps("SELECT * { ?s eic:a/eic:b|^eic:c ?o . ?o eic:d ?x }")
    3
    >>> steps("SELECT * { ?s (a )/# of what?\\n(^ a ) / ! a ?o }")
    3
    """
    most = run = 0
    joined = False
    for token in _STEP.finditer(text):
        kind = token.lastgroup
        if kind == "joint":
            run, joined = run + 1, True
            most = max(most, run)
        elif kind is None or kind == "ended":
            run, joined = run if joined and kind is None else 0, False
    return most + 1


def says(text: str, word: str) -> bool:
    """Whether, in any reading of a text, a word stands where a keyword may stand: not in a string, an IRI, a comment or
    a name. Escapes of characters (SPARQL 1.1, 19.2) are read as what they mean.

    >>> says("SELECT * { ?service rdfs:label 'service' } # service", "SERVICE")
    False
    >>> says("SELECT * { FILTER(1<2)SERVICE?x#>\\n{} }", "SERVICE")
    True
    """
    if word not in text.upper() and "\\" not in text:
        return False
    found = _ESCAPE.sub(_unescaped, text)
    return any(_says(one, word) for one in dict.fromkeys((text, found)))


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def _says(text: str, word: str) -> bool:
    places = {found.start() for found in re.finditer(word, text, re.IGNORECASE) if _may_begin(text, found.start())}
    readings = {_PLAIN}
    for at in range(max(places, default=-1) + 1):
        if at in places and _PLAIN in readings:
            return True
        readings = set().union(*(_after(text, at, reading) for reading in readings))
    return False


def _may_begin(text: str, at: int) -> bool:
    """Whether a keyword may begin at a place, by what stands before it: a number or a truth value may end there."""
    run = re.search(r"\w*\Z", text[max(0, at - _LONG) : at])[0]  # type: ignore[index]  # it matches
    if len(run) >= _LONG:
        return True
    before = text[at - len(run) - 1 : at - len(run)]
    if run[-1:].isdigit():  # a number may have a sign before its last digits: -5, 1e-5
        return before == "-" or before not in _NAMED
    return before not in _NAMED and (not run or run.lower() in ("true", "false"))


def _after(text: str, at: int, reading: _Reading) -> set[_Reading]:
    """In what a reader may be after the character at a place."""
    inside, since, escaped = reading
    c = text[at]
    if escaped:
        return {(inside, since, False)}
    if not inside:
        opened: dict[str, set[_Reading]] = {"<": {("<", 0, False)}, "\\": {("", 0, True)}}
        if c == "#":
            return {("#", 0, False)}
        if c in "\"'":
            long = text.startswith(c * 3, at) and re.compile(rf"(?<!\\){c * 3}").search(text, at + 3)
            return {(c * 3, at + 3, False)} if long else {(c, 0, False), (c * 3, at + 3, False)}
        return {_PLAIN} | opened.get(c, set())
    if inside == "#":
        return {_PLAIN if c in "\r\n" else reading}
    if inside == "<":
        return {_PLAIN} if c == ">" else set() if c in _NO_IRI else {reading}
    if c == "\\":
        return {(inside, since, True)}
    if len(inside) == 1:
        return {_PLAIN} if c == inside else set() if c in "\r\n" else {reading}
    if at - 2 < since:
        return {reading}
    return {(inside, 0, False)} | ({_PLAIN} if text.startswith(inside, at - 2) else set())
