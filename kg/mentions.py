"""The things that a sentence names, in any of the three languages, and what stands around their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from kg.fields import Parameter
from kg.library import questions

if TYPE_CHECKING:
    from kg.graph import Graph

#: Names with the classes, of those that questions take, of what bears them.
Names = dict[str, frozenset[str]]
#: What has been asked of graphs: see names_known.
KNOWN: WeakKeyDictionary[Graph, Names] = WeakKeyDictionary()
#: What may stand between a word and the name that it leads to: on the city of Kyiv.
_BETWEEN = r"(?:\s*\b(?:the|city|of|город\w*)\b|\s*城?市)*\s*$"


class Mention(NamedTuple):
    """A name in a sentence: the classes of what bears it, and the text before and behind it."""

    classes: frozenset[str]
    before: str
    behind: str

    def follows(self, parameter: Parameter) -> bool:
        """Whether one of the words by which a parameter is known leads to the name, or follows it."""
        led = any(re.search(_words(told) + _BETWEEN, self.before, re.IGNORECASE) for told in parameter.after.values())
        return led or any(re.match(r"\s*" + _words(told), self.behind, re.I) for told in parameter.before.values())

    def has_by_it(self, parameter: Parameter) -> bool:
        """Whether one of the words by which a parameter is known stands somewhere in the sentence."""
        told = (*parameter.after.values(), *parameter.before.values())
        return any(re.search(_words(words), f"{self.before} {self.behind}", re.IGNORECASE) for words in told)


Mentioned = dict[str, Mention]


def _words(told: str) -> str:
    """Words, separated by `|`, as they stand in a sentence: Chinese anywhere, others whole."""
    found = (
        re.escape(word) if re.search(r"[\u2e80-\u9fff]", word) else rf"\b{re.escape(word)}\b"
        for word in told.split("|")
    )
    return f"(?:{'|'.join(found)})"


def mentions(graph: Graph, sentence: str) -> tuple[Mentioned, str]:
    """The names of things and concepts in a sentence, in its order; and the sentence without those of things. In
    Russian a name may stand in whatever case."""
    schemes = {of for q in questions() for p in q.parameters.values() if p.kind == "concept" for of in p.of}
    places, rest, folded = dict[int, tuple[str, Mention]](), sentence, sentence.casefold()
    for label, classes in sorted(names_known(graph).items(), key=lambda item: (-len(item[0]), item[0])):
        if label[:2].casefold() in folded and (there := _pattern(label).search(rest)):
            places[there.start()] = label, Mention(classes, sentence[: there.start()], sentence[there.end() :])
            if not classes <= schemes:
                rest = rest[: there.start()] + " " * len(there[0]) + rest[there.end() :]
    return dict(found for _, found in sorted(places.items())), rest


def names_known(graph: Graph) -> Names:
    """The names with the classes of parameters that they fit; not those of groups and topics, mere words mostly.

    They are asked once, for a graph does not change while it is open.
    """
    if graph not in KNOWN:
        KNOWN[graph] = _asked_labels(graph)
    return KNOWN[graph]


def _asked_labels(graph: Graph) -> Names:
    taken = {of for q in questions() for p in q.parameters.values() for of in p.of}
    classes = " ".join(f"eic:{of}" for of in sorted(taken))
    told = graph.select("SELECT ?thing WHERE { VALUES ?class { eic:AgentGroup eic:Topic } ?thing a ?class }")
    words = {row["thing"] for row in told}
    rows = graph.select(f"""SELECT ?thing ?label ?class WHERE {{ VALUES ?class {{ {classes} }} ?thing a ?class .
  ?thing rdfs:label|skos:altLabel ?label }}""")  # sorted out here, which is far quicker than there
    labels: dict[str, set[str]] = {}
    for row in rows:
        label, class_ = (str(getattr(row[name], "value", "")) for name in ("label", "class"))
        if 1 < len(label) < 80 and row["thing"] not in words:
            labels.setdefault(label, set()).add(class_.rsplit("#")[-1].rsplit("/")[-1])
    return {label: frozenset(classes) for label, classes in labels.items()}


def _pattern(label: str) -> re.Pattern[str]:
    """A name as it may stand in a sentence: Chinese anywhere, else whole words; Russian words with any ending."""
    if re.search(r"[\u2e80-\u9fff]", label):
        return re.compile(re.escape(label))
    cased = [
        re.sub(r"[аеёийоуыьэюя]$", "", word) + r"\w{0,3}" if re.fullmatch(r"[а-яё-]{4,}", word) else re.escape(word)
        for word in label.casefold().split()
    ]
    return re.compile(r"(?<!\w)" + r"\s+".join(cased) + r"(?!\w)", re.IGNORECASE)
