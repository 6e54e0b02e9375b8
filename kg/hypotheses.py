"""Hypotheses: what is supposed to be added and withdrawn, as a small file (TOML, or CSV for findings) or as data.

An entry that is added is an edge (`["Kyiv", "memberOf", "WTA"]`), a finding (`{city, element, level}`), a thing
(`{class = "City", en = …, zh = …}`), or any claim of the ontology (`{class = "DependenceStatement", …}`). An entry that
is withdrawn is an edge, a finding (`{city, element}`), the name of a claim or of a thing, or the properties of claims.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import BadTable
from kg.tables import read as read_table
from kg.terms import LANGUAGES

Entry = str | tuple[str, str, str] | dict[str, Any]
FINDING = ("city", "element", "level", "source", "date", "note")
_EXAMPLE = 'write add = [["Kyiv", "memberOf", "WTA"]], or {class = "City", en = "Yerevan"}'


class Hypothesis(NamedTuple):
    """What is supposed: its title by language ("zh", "en", "ru"), what is added, what is withdrawn, and its file."""

    title: dict[str, str]
    add: tuple[Entry, ...] = ()
    remove: tuple[Entry, ...] = ()
    file: str = "hypothesis"

    @property
    def slug(self) -> str:
        """A name for IRIs: the English title, and the head of a digest of what is supposed."""
        told = hashlib.sha256(repr((self.add, self.remove)).encode()).hexdigest()[:8]
        return "-".join([*re.findall(r"[a-z0-9]+", self.title["en"].lower())[:8], told])

    def named(self, language: str) -> str:
        """The title in a language, else in English."""
        return self.title.get(language, self.title["en"])

    def to_toml(self) -> str:
        """The hypothesis as the text of a file that `read` takes back."""
        title = ", ".join(f"{language} = {_toml(text)}" for language, text in self.title.items())
        lines = [f"title = {{ {title} }}"]
        for name, entries in (("add", self.add), ("remove", self.remove)):
            lines += [f"{name} = [", *(f"  {_toml(entry)}," for entry in entries), "]"] if entries else []
        return "\n".join(lines) + "\n"


def hypothesis(
    add: Iterable[Any] = (), remove: Iterable[Any] = (), title: str | dict[str, str] = "", file: str = "hypothesis"
) -> Hypothesis:
    """A hypothesis from data; BadTable where an entry has no form that is known.

    >>> hypothesis(add=[("Kyiv", "memberOf", "WTA")]).title["en"]
    'Kyiv memberOf WTA'
    """
    added, removed = _entries(add, "add", file), _entries(remove, "remove", file)
    if not added and not removed:
        raise BadTable("the hypothesis adds nothing and withdraws nothing", file, hint=_EXAMPLE)
    told = title if isinstance(title, dict) else {"en": title or _summary(added, removed)}
    if unknown := sorted(told.keys() - LANGUAGES.keys()):
        raise BadTable(f"title in {unknown[0]!r}", file, hint=f"there are {', '.join(LANGUAGES)}")
    if "en" not in told:
        told = {"en": next(iter(told.values()), "") or _summary(added, removed), **told}
    return Hypothesis({language: str(text) for language, text in told.items()}, added, removed, file)


def read(path: str | Path) -> Hypothesis:
    """The hypothesis in a file: TOML with `title`, `add` and `remove`, or a CSV table of findings.

    Raises BadTable, with file and line where they are known, for what it cannot read.
    """
    path = Path(path)
    if path.suffix == ".csv":
        return _findings(path)
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise BadTable(f"not TOML: {e}", path.name, hint=_EXAMPLE) from None
    if unknown := sorted(data.keys() - {"title", "add", "remove"}):
        raise BadTable(f"{unknown[0]!r} is not known here", path.name, hint="a hypothesis has title, add and remove")
    for name in ("add", "remove"):
        if not isinstance(data.get(name, []), list):
            raise BadTable(f"{name} is no list", path.name, hint=_EXAMPLE)
    return hypothesis(data.get("add", ()), data.get("remove", ()), data.get("title", ""), path.name)


def findings(city: str, words: dict[str, str], **more: str) -> Hypothesis:
    """The hypothesis that a city has these findings: element -> level word; `source` and `date` may be given."""
    entries = [{"city": city, "element": element, "level": level, **more} for element, level in words.items() if level]
    if not entries:
        raise BadTable(f"no finding on {city}", "findings", hint='give at least one, as {"market demand": "potential"}')
    return hypothesis(entries, title=_on(city), file="findings")


def _on(city: str) -> dict[str, str]:
    return {"zh": f"对{city}的认定", "en": f"findings on {city}", "ru": f"оценки: {city}"}


def _findings(path: Path) -> Hypothesis:
    rows = read_table(path)
    for column in FINDING[:3]:
        if rows and column not in rows[0].cells:
            raise BadTable(f"no column {column!r}", path.name, 1, hint="`kg assess CITY` writes the table to fill in")
    kept = [{c: row[c] for c in FINDING if row[c]} | {"line": row.line} for row in rows if row["level"]]
    if not kept:
        raise BadTable("no row has a level", path.name, hint="fill in the column `level` where something is known")
    cities = ", ".join(dict.fromkeys(str(entry.get("city", "")) for entry in kept))
    return hypothesis(kept, title=_on(cities), file=path.name)


def table_of(city: str, elements: list[tuple[str, str]], levels: list[tuple[str, str]]) -> str:
    """The CSV table of findings to fill in for a city: one row an element (en, zh), and what the words mean."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    allowed = " | ".join(f"{en} {zh}" for en, zh in levels)
    writer.writerow([*FINDING, "要素", "allowed words 可用的词"])
    writer.writerows([city, en, "", "", "", "", zh, allowed] for en, zh in elements)
    return "\ufeff" + out.getvalue()


def _entries(given: Iterable[Any], name: str, file: str) -> tuple[Entry, ...]:
    """The entries in their three forms; BadTable for any other."""
    found: list[Entry] = []
    for number, entry in enumerate([given] if isinstance(given, str | dict) else given, 1):
        if isinstance(entry, dict) and entry and all(isinstance(key, str) for key in entry):
            found.append(dict(entry))
        elif isinstance(entry, list | tuple) and len(entry) == 3 and all(isinstance(part, str) for part in entry):
            found.append((str(entry[0]), str(entry[1]), str(entry[2])))
        elif isinstance(entry, str) and entry and name == "remove":
            found.append(entry)
        else:
            raise BadTable(
                f"{name}, entry {number}: {entry!r} is no edge of three names and no table", file, hint=_EXAMPLE
            )
    return tuple(found)


def _summary(added: tuple[Entry, ...], removed: tuple[Entry, ...]) -> str:
    told = [in_words(entry) for entry in added] + [f"not {in_words(entry)}" for entry in removed]
    return "; ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")


def in_words(entry: Entry) -> str:
    """An entry in a few words."""
    if isinstance(entry, str):
        return entry
    parts = entry if isinstance(entry, tuple) else [v for k, v in entry.items() if k != "line"]
    return " ".join(str(part) for part in parts)


def _toml(value: Any) -> str:
    """A value as TOML; a basic string of TOML is one of JSON."""
    import json

    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(k)} = {_toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    return json.dumps(value, ensure_ascii=False)
