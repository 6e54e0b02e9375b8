"""The library of questions: one SPARQL file each, with typed parameters that are bound as terms, never as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kg.content import files, folder, front_matter
from kg.errors import BadQuestion, BadTable, UnknownName
from kg.fields import CLAIM, Column, Parameter, languages, view
from kg.sparql import kept_parts, keywords, prologue, split, variables
from kg.terms import EIC, LANGUAGES

_KEYS = {"tags", "view", "question", "description", "parameters", "columns", "also", "computed"}
_LANG = {"lang": "; in Python `language` chooses that of labels, on the command line --lang"}
_NAME = re.compile(r"[a-z0-9-]+")
_HINT = "see CONTRIBUTING.md, 'Adding a question'"


class Question:
    """A question of the library: its title in three languages, description, tags, view, parameters and columns.

    `sparql` is the query of the file as any editor runs it. Where the question is `computed`, that gathers what the
    module of its name in kg.computed makes the rows of. BadTable, naming the file, where it is malformed.
    """

    def __init__(self, path: Path):
        self.name = path.stem
        if not _NAME.fullmatch(self.name):
            raise BadTable("the name of a question has small letters, digits and hyphens only", path.name, hint=_HINT)
        meta, text = front_matter(path)
        self.sparql = re.sub(r"(?m)^#\+.*\n", "", text).strip() + "\n"
        try:
            self._read(meta)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            what = f"front matter lacks {e}" if isinstance(e, KeyError) else str(e)
            raise BadTable(what, path.name, hint=_HINT) from None

    def _read(self, meta: dict[str, Any]) -> None:
        if strange := sorted(set(meta) - _KEYS):
            raise ValueError(f"front matter knows no {', '.join(strange)}; there are {', '.join(sorted(_KEYS))}")
        self.title = languages(meta["question"], "zh", "en", "ru")
        self.description = languages(meta["description"], "zh", "en")
        self.also = languages(meta["also"], "zh", "en", "ru") if "also" in meta else {}
        self.computed = meta.get("computed", False) is True
        self.tags = meta["tags"]
        if not isinstance(self.tags, list) or not self.tags or not all(isinstance(t, str) and t for t in self.tags):
            raise ValueError('tags are a list of words, as in tags = ["tier", "look-up"]')
        self.columns = {name: Column(name, spec) for name, spec in meta["columns"].items()}
        self.parameters = {name: Parameter(name, spec) for name, spec in meta.get("parameters", {}).items()}
        self.view = view(meta.get("view", "table"), self.columns)
        #: What `ask` needs each time: the kinds that columns hold, their headings, the parameters that are languages.
        self.held = {name: column.kind for name, column in self.columns.items()}
        self.headings = {tag: {name: c.heading[tag] for name, c in self.columns.items()} for tag in LANGUAGES}
        self.spoken = [name for name, parameter in self.parameters.items() if parameter.kind == "language"]
        self._pieces = split(self.sparql)
        holes = {name for _, name, _ in self._pieces if name}
        if not self.computed and (missing := sorted(set(self.parameters) - holes)):
            raise ValueError(f"the query has no line `VALUES ?{missing[0]} {{ UNDEF }}` for parameter {missing[0]}")
        if strange := sorted(holes - set(self.parameters)):
            raise ValueError(f"`VALUES ?{strange[0]} {{ UNDEF }}` is of no parameter")
        words = keywords(self.sparql)
        if own := sorted(words & {"FROM", "GRAPH", "SERVICE"}):
            raise ValueError(f"{own[0]} is not for a question: every engine gives it its dataset")
        self._insist_on_kept()
        if "ORDER" not in words:
            raise ValueError("the query does not order its rows (ORDER BY)")
        given = variables(self.sparql) - {CLAIM}
        if not self.computed and given != set(self.columns):
            wrong = ", ".join(sorted(given ^ set(self.columns)))
            raise ValueError(f"[columns] and what the query selects differ in {wrong}")

    def _insist_on_kept(self) -> None:
        """Parts that are kept are answered before anybody asks: by themselves, and with the same result at any time."""
        parts = [self.sparql[start:end] for start, end in kept_parts(self.sparql)]
        if len(parts) != len(re.findall(r"(?m)^\s*# kept\b", self.sparql)):
            raise ValueError("`# kept` is the first line of a sub-select: `{`, `# kept`, `SELECT …`, each on a line")
        for part in parts:
            if any(name for _, name, _ in split(part)):
                raise ValueError("a part that is kept takes no parameter")
            if moving := sorted(keywords(part) & {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}):
                raise ValueError(f"{moving[0]} is not for a part that is kept: it gives something else each time")
            variables(prologue(self.sparql) + part)

    def __repr__(self) -> str:
        return f"<Question {self.name}: {self.title['en']}>"

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name; UnknownName proposes the nearest."""
        if name not in self.parameters:
            has = ", ".join(self.parameters) or "none"
            raise UnknownName(f"parameter of {self.name}", name, self.parameters, f"it has: {has}{_LANG.get(name, '')}")
        return self.parameters[name]

    def bind(self, values: dict[str, list[str]]) -> str:
        """The query with each parameter's `VALUES` line holding the given terms, in N-Triples form, each once.

        A parameter without value loses its line, and so restricts nothing. BadQuestion where a required one is
        missing or one value is allowed and several come.

        >>> "VALUES ?city { <https://w3id.org/eic/id/city/kyiv> }" in question("partner-tiers").bind(
        ...     {"city": ["<https://w3id.org/eic/id/city/kyiv>"]})
        True
        """
        for name in values.keys() - self.parameters.keys():
            self.parameter(name)
        told = {name: list(dict.fromkeys(values.get(name, []))) for name in self.parameters}
        for name, parameter in self.parameters.items():
            if parameter.required and not told[name]:
                raise BadQuestion(f"{self.name} needs {name}=…, for example {name}={parameter.example}")
            if len(told[name]) > 1 and not parameter.many:
                raise BadQuestion(f"{self.name} takes one {name}, not {len(told[name])}")
        text = ""
        for before, name, end in self._pieces:
            text += before
            if not name:
                continue
            terms = told[name]
            text += f"VALUES ?{name} {{ {' '.join(terms)} }}{end}" if terms else ""
        return text

    def terms(self) -> set[str]:
        """The local names of the terms of our ontology that the query names."""
        return set(re.findall(r"\beic:(\w+)", self.sparql)) | set(re.findall(rf"<{EIC}(\w+)>", self.sparql))

    def spoken_in(self, language: str) -> dict[str, Any]:
        """The parameters that are languages: what is in Chinese and English only comes in the reader's, if it can."""
        return dict.fromkeys(self.spoken, language if language in ("zh", "en") else "en")

    def examples(self) -> dict[str, str]:
        """The parameters without which the question cannot be asked, with their examples."""
        return {p.name: p.example for p in self.parameters.values() if p.required}


@lru_cache(maxsize=1024)
def _question(path: Path, _written: int) -> Question:
    return Question(path)


def _read(path: Path) -> Question:
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        if path.is_symlink():
            raise BadTable("leads nowhere", path.name) from None
        raise
    return _question(path, written)


@lru_cache(maxsize=1024)
def _place(name: str) -> Path | None:
    return folder("queries") / f"{name}.rq" if _NAME.fullmatch(name) else None


def names() -> list[str]:
    """The names of all questions, sorted, also of malformed ones."""
    return [path.stem for path in files("queries", "*.rq")]


def question(name: str) -> Question:
    """The question of this name; UnknownName proposes the nearest names (for a sentence: kg.finding.asked).

    >>> question("alliances").title["en"]
    'Which city alliances does the paper name, and how does it classify them?'
    """
    if path := _place(name):
        with suppress(FileNotFoundError):
            return _read(path)
    raise UnknownName("question", name, names(), "`kg questions` lists all")


def questions(tag: str | None = None) -> list[Question]:
    """All well-formed questions of the library, or those with a tag, sorted by name; `faults` tells of the others."""
    return [q for q in _readable()[0] if tag is None or tag in q.tags]


def taking(parameter: str, classes: Iterable[str]) -> list[str]:
    """The names of the questions whose parameter of this name takes things of one of some classes.

    >>> taking("alliance", ["RecordedAlliance"])
    ['alliance-records', 'alliance-rosters']
    """
    wanted = set(classes)
    return [q.name for q in questions() if parameter in q.parameters and wanted & {*q.parameters[parameter].of}]


def faults() -> list[BadTable]:
    """What is wrong with the malformed questions of the library: one error a file, which names it."""
    return _readable()[1]


def _readable() -> tuple[list[Question], list[BadTable]]:
    good, bad = [], []
    for path in files("queries", "*.rq"):
        try:
            good.append(_read(path))
        except BadTable as e:
            bad.append(e)
    return good, bad


@cache
def _tags() -> dict[str, dict[str, dict[str, str]]]:
    import tomllib

    return tomllib.loads((folder("queries") / "tags.toml").read_text("utf-8"))


def tag_label(tag: str, language: str) -> str:
    """What a tag means to readers of a language: queries/tags.toml has it; else the tag itself."""
    return {**_tags()["subject"], **_tags()["kind"]}.get(tag, {}).get(language, tag)


def grouped(found: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """Questions by subject: each under the first of its tags that is one, in the order of queries/tags.toml."""
    subjects = _tags()["subject"]
    groups: dict[str, list[Question]] = {subject: [] for subject in subjects}
    for question in found:
        own = next((tag for tag in question.tags if tag in subjects), (question.tags or ["…"])[0])
        groups.setdefault(own, []).append(question)
    return [(subject, sorted(group, key=lambda q: q.name)) for subject, group in groups.items() if group]
