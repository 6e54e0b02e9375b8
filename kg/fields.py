"""What a question takes and gives: parameters and columns, each of a declared kind.

In the front matter both say what they hold in the same three words: `class = "City"` (a thing of a class, or of one of
`["City", "Region"]`), `concept = "Tier"` (a concept of a scheme), or `type = "integer"` (a value of a type).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kg.errors import BadQuestion
from kg.literals import literal

#: The column of a question that names the claims behind a row; views show their evidence in its stead.
CLAIM = "claim"
#: The columns that an answer shows in its stead.
EVIDENCE = ("basis", "source", "flags", "citation")
#: Names that `Graph.ask` and the addresses of `kg serve` have for themselves.
RESERVED = ("name", "language", "self", "lang", "as", "cite")
#: What a parameter may take, and what a column may hold.
TAKEN = ("integer", "decimal", "date", "text", "language")
HELD = ("integer", "decimal", "boolean", "date", "text", "iri")
#: Letters by which a text shows its language; a name that is the same in English needs none.
_LETTERS = {"zh": r"[\u2e80-\u9fff]", "en": r"[A-Za-z]", "ru": r"[\u0400-\u04ff]"}
VIEWS = {"table": (), "network": ("from", "to"), "map": ("place",), "chart": ("label", "number")}


class Field:
    """What parameters and columns share: name, `kind`, for classes or a scheme which (`of`), and whether `many`.

    `kind` is "class", "concept", or the name of a type. Of several classes any will do; a type has none.
    """

    def __init__(self, name: str, spec: dict[str, Any], types: tuple[str, ...], known: tuple[str, ...]):
        self.name = name
        try:
            self._read(spec, types, known)
        except KeyError as e:
            raise ValueError(f"{self._role()} lacks {e}") from None
        except ValueError as e:
            raise ValueError(f"{self._role()}: {e}") from None

    def _read(self, spec: dict[str, Any], types: tuple[str, ...], known: tuple[str, ...]) -> None:
        told = [word for word in ("class", "concept", "type") if word in spec]
        if len(told) != 1:
            raise ValueError("wants one of class, concept or type")
        if strange := sorted(set(spec) - {told[0], "many", "about", *known}):
            raise ValueError(f"knows no {', '.join(strange)}; there are {', '.join(('many', 'about', *known))}")
        if told[0] == "type":
            self.kind, self.of = _text(spec["type"]), tuple[str, ...]()
            if self.kind not in types:
                raise ValueError(f"no type {self.kind!r}; there are {', '.join(types)}")
        else:
            self.kind, self.of = told[0], _classes(spec[told[0]])
        self.many = _flag(spec, "many")
        self.about = languages(spec["about"], "zh", "en")

    def _role(self) -> str:
        return f"{type(self).__name__.lower()} {self.name}"

    def holds(self) -> str:
        """The classes, the scheme or the type, in few words."""
        return " / ".join(self.of) or self.kind

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.holds()}>"


class Parameter(Field):
    """A typed parameter of a question.

    A number lies within `minimum` and `maximum` where they are given; a date is bound as the text YYYY-MM-DD. `many`
    allows several values, of which any may fit; `required` refuses a question without one; `default` stands in.
    `after` are the words that lead to its value in a sentence, `before` those that follow it, where another parameter
    takes the same things; `|` separates several.
    """

    def __init__(self, name: str, spec: dict[str, Any]):
        super().__init__(name, spec, TAKEN, ("required", "default", "example", "minimum", "maximum", "after", "before"))

    def _read(self, spec: dict[str, Any], types: tuple[str, ...], known: tuple[str, ...]) -> None:
        super()._read(spec, types, known)
        if self.name in RESERVED:
            raise ValueError(f"no parameter may be called {self.name}: `ask` or `kg serve` takes it for something else")
        self.required = _flag(spec, "required")
        self.default = spec.get("default")
        self.example = str(spec["example"])
        self.after = languages(spec["after"], "zh", "en", "ru") if "after" in spec else {}
        self.before = languages(spec["before"], *spec["before"]) if "before" in spec else {}
        self.minimum, self.maximum = spec.get("minimum"), spec.get("maximum")
        if (self.minimum, self.maximum) != (None, None) and self.kind not in ("integer", "decimal"):
            raise ValueError("minimum and maximum are for numbers")
        limits = [limit for limit in (self.minimum, self.maximum) if limit is not None]
        if any(isinstance(limit, bool) or not isinstance(limit, int | float) or limit != limit for limit in limits):
            raise ValueError("minimum and maximum are numbers")
        if limits != sorted(limits):
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}")
        for word, value in (("example", self.example), ("default", self.default)):
            if value is not None and not self.of:
                try:
                    literal(self, value)
                except BadQuestion as e:
                    raise ValueError(f"{word}: {e}") from None


class Column(Field):
    """A column of a question's answer: its heading (zh, en, ru), what it holds, and what that means (`about`).

    `many` columns list several IRIs, or texts, in one cell.
    """

    def __init__(self, name: str, spec: dict[str, Any]):
        super().__init__(name, spec, HELD, ("heading",))

    def _read(self, spec: dict[str, Any], types: tuple[str, ...], known: tuple[str, ...]) -> None:
        super()._read(spec, types, known)
        if self.name in EVIDENCE:
            raise ValueError("this name is taken by the evidence that every answer shows")
        self.heading = languages(spec["heading"], "zh", "en", "ru")


class View(NamedTuple):
    """How an answer is best seen: "table", "network", "map" or "chart", and which columns play which part there."""

    kind: str
    columns: dict[str, str]


TABLE = View("table", {})


def view(spec: Any, columns: dict[str, Column]) -> View:
    """The view that a front matter declares: `"table"`, or `{ as = "network", from = "city", to = "partner" }`."""
    told = {"as": spec} if isinstance(spec, str) else dict(spec) if isinstance(spec, dict) else {}
    kind = str(told.pop("as", spec))
    if kind not in VIEWS:
        raise ValueError(f"no view {kind!r}; there are {', '.join(VIEWS)}")
    if any(not isinstance(column, str) for column in told.values()):
        raise ValueError(f"view {kind!r}: each of {', '.join(VIEWS[kind])} names one column")
    if set(told) != set(VIEWS[kind]):
        raise ValueError(f"view {kind!r} wants {', '.join(VIEWS[kind]) or 'nothing more'}")
    if strange := sorted(set(told.values()) - set(columns)):
        raise ValueError(f"view {kind!r}: no column {', '.join(strange)}")
    return View(kind, told)


def languages(spec: dict[str, Any], *wanted: str) -> dict[str, str]:
    """The texts in the wanted languages; KeyError, or ValueError for an empty one, where a language is missing."""
    if not isinstance(spec, dict):
        raise ValueError(f"a text in each language is wanted ({', '.join(wanted)}), not {spec!r:.60}")
    texts = {language: _text(spec[language]) for language in wanted}
    if empty := [language for language, text in texts.items() if not text.strip()]:
        raise ValueError(f"nothing is said in {', '.join(empty)}")
    for language, letters in _LETTERS.items():
        text = texts.get(language, "")
        if re.search(r"[^\W\d_]", text) and not re.search(letters, text) and text != texts.get("en"):
            raise ValueError(f"{text!r} is not written in {language}")
    return texts


def _classes(value: Any) -> tuple[str, ...]:
    """The class that is named, or those that are listed."""
    names = tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)
    if not names:
        raise ValueError("a class is wanted, and the list is empty")
    for name in names:
        if not re.fullmatch(r"[A-Z][A-Za-z]*", name):
            raise ValueError(f"{name!r} is no name of a class: those of the ontology are written like CityAlliance")
    return names


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted, not {value!r}")
    return value


def _flag(spec: dict[str, Any], word: str) -> bool:
    value = spec.get(word, False)
    if not isinstance(value, bool):
        raise ValueError(f"{word} is true or false, not {value!r}")
    return value
