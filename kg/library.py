"""The library of questions: one SPARQL file each, with typed parameters that are bound as terms, never as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kg.content import files, folder, front_matter
from kg.errors import BadQuestion, BadTable, UnknownName

KINDS = ("class", "concept", "integer", "text", "language")
_HOLE = r"VALUES\s+\?{name}\s*\{{[^{{}}]*\}}"


class Parameter:
    """A typed parameter of a question.

    `kind` is "class" (a thing of the class `of`), "concept" (a concept of the scheme `of`), "integer" (within
    `minimum` and `maximum`), "text" or "language"; `many` allows several values, of which any may fit.
    """

    def __init__(self, name: str, spec: dict[str, Any]):
        self.name = name
        kinds = [k for k in KINDS if k in spec or spec.get("type") == k]
        if len(kinds) != 1:
            raise ValueError(f"parameter {name}: wants one of class, concept or type")
        self.kind = kinds[0]
        self.of = str(spec.get(self.kind, ""))
        self.many = bool(spec.get("many", False))
        self.required = bool(spec.get("required", False))
        self.default = spec.get("default")
        self.example = str(spec["example"])
        self.minimum, self.maximum = spec.get("minimum"), spec.get("maximum")
        self.about = {language: str(spec["about"][language]) for language in ("zh", "en")}

    def __repr__(self) -> str:
        return f"<Parameter {self.name}: {self.of or self.kind}>"


class Question:
    """A question of the library: its title in three languages, tags, parameters, columns and SPARQL text."""

    def __init__(self, path: Path):
        self.name = path.stem
        meta, self.sparql = front_matter(path)
        try:
            self._read(meta)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            what = f"front matter lacks {e}" if isinstance(e, KeyError) else str(e)
            raise BadTable(what, path.name, hint="see CONTRIBUTING.md, 'Adding a question'") from None

    def _read(self, meta: dict[str, Any]) -> None:
        self.title = {language: str(meta["question"][language]) for language in ("zh", "en", "ru")}
        self.description = {language: str(meta["description"][language]) for language in ("zh", "en")}
        self.tags = [str(tag) for tag in meta["tags"]]
        self.columns = {
            str(c): {language: str(t[language]) for language in ("zh", "en")} for c, t in meta["columns"].items()
        }
        self.parameters = {n: Parameter(n, spec) for n, spec in meta.get("parameters", {}).items()}
        for name in self.parameters:
            if not re.search(_HOLE.format(name=name), self.sparql):
                raise ValueError(f"the query has no line `VALUES ?{name} {{ UNDEF }}` for parameter {name}")

    def __repr__(self) -> str:
        return f"<Question {self.name}: {self.title['en']}>"

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name; UnknownName proposes the nearest."""
        if name not in self.parameters:
            has = ", ".join(self.parameters) or "none"
            raise UnknownName(f"parameter of {self.name}", name, self.parameters, f"it has: {has}")
        return self.parameters[name]

    def bind(self, values: dict[str, list[str]]) -> str:
        """The query with each parameter's `VALUES` line holding the given terms, in N-Triples form.

        A parameter without value loses its line, and so restricts nothing. BadQuestion where a required one is
        missing or one value is allowed and several come.
        """
        text = self.sparql
        for name, parameter in self.parameters.items():
            terms = values.get(name, [])
            if parameter.required and not terms:
                raise BadQuestion(f"{self.name} needs {name}=…, for example {name}={parameter.example}")
            if len(terms) > 1 and not parameter.many:
                raise BadQuestion(f"{self.name} takes one {name}, not {len(terms)}")
            line = f"VALUES ?{name} {{ {' '.join(terms)} }}" if terms else ""
            text = re.sub(_HOLE.format(name=name), line.replace("\\", r"\\"), text)
        return re.sub(r"(?m)^#\+.*\n", "", text).lstrip()


def names() -> list[str]:
    """The names of all questions, sorted."""
    return [path.stem for path in files("queries", "*.rq")]


def question(name: str) -> Question:
    """The question of this name; UnknownName proposes the nearest names, for a sentence the nearest titles.

    >>> question("alliances").title["en"]
    'Which city alliances does the paper name, and how does it classify them?'
    """
    path = folder("queries") / f"{name}.rq"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        alike = _alike(name) if re.search(r"\s|[^\x00-\x7f]", name) else []
        hint = f"perhaps: {', '.join(alike)}; " if alike else ""
        raise UnknownName("question", name, names(), f"{hint}`kg questions` lists all")
    return Question(path)


def _alike(sentence: str, count: int = 3) -> list[str]:
    """The names of the questions whose titles, names and tags share most words, or Chinese pairs, with a sentence."""

    def words(text: str) -> set[str]:
        found = {word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 3}
        chinese = re.findall(r"[\u4e00-\u9fff]+", text)
        return found | {run[i : i + 2] for run in chinese for i in range(len(run) - 1)}

    wanted = words(sentence)
    rated = [(len(wanted & words(" ".join([q.name, *q.tags, *q.title.values()]))), q.name) for q in questions()]
    return [name for shared, name in sorted(rated, key=lambda r: (-r[0], r[1]))[:count] if shared]


def questions(tag: str | None = None) -> list[Question]:
    """All questions of the library, or those with a tag, sorted by name."""
    every = [Question(path) for path in files("queries", "*.rq")]
    return [q for q in every if tag is None or tag in q.tags]
