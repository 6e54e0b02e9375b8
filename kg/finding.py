"""Finding the right question: by a sentence or words in any of the three languages, and by the class it is about."""

from __future__ import annotations

import math
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.content import files
from kg.errors import BadQuestion, UnknownName
from kg.library import Question, names, question, questions, tag_label
from kg.mentions import Mention, Mentioned, mentions
from kg.terms import EIC, LABEL, LANGUAGES

if TYPE_CHECKING:
    from kg.graph import Graph

#: How much a word counts that a question has in its name or title, in other words for it, in its tags, or elsewhere.
_WEIGHTS = (3.0, 3.0, 2.0, 1.0)
#: Questions that are tried for an answer to a sentence.
_TRIED = 6
#: How much a name counts for a question that takes such a thing.
_NAMED = 6.0
#: Words in the title, in all languages, at which what it shares with a sentence counts half: a brief one says more.
_BRIEF = 60
_STEM = 5  # letters that carry a word, whatever its ending: cities and city's, города and городов
#: Names given to the parameters of a question.
Given = dict[str, list[str]]


def words(text: str) -> set[str]:
    """The words of a text by which it is found: Latin and Cyrillic words cut to their stems, Chinese in pairs.

    >>> sorted(words("Cities in alliances")), sorted(words("城市联盟"))
    (['allia', 'city', 'in'], ['城市', '市联', '联盟'])
    """
    found = {_stem(word) for word in re.findall(r"[^\W\d_\u2e80-\u9fff]+", text.casefold()) if len(word) > 1}
    chinese = re.findall(r"[\u2e80-\u9fff]+", text)
    return found | {run[i : i + 2] for run in chinese for i in range(max(len(run) - 1, 1))}


def _stem(word: str) -> str:
    """What carries a word: ranks and rank, cities and city, городов and города are alike."""
    singular = re.sub(r"(?<=[a-z]{2})ies$|(?<=[a-rt-z]{3})s$", lambda end: "y" if len(end[0]) > 1 else "", word)
    return singular[:_STEM]


@lru_cache(maxsize=1024)
def _fields(question: Question) -> tuple[set[str], ...]:
    told = [*question.description.values()]
    for field in (*question.parameters.values(), *question.columns.values()):
        told += [
            field.name.replace("_", " "),
            *field.about.values(),
            *(re.sub(r"(?<!^)(?=[A-Z])", " ", of) for of in field.of),
        ]
    told += [heading for column in question.columns.values() for heading in column.heading.values()]
    titles = [question.name.replace("-", " "), *question.title.values()]
    tags = [*question.tags, *(tag_label(tag, language) for tag in question.tags for language in LANGUAGES)]
    return tuple(words(" ".join(texts)) for texts in (titles, question.also.values(), tags, told))


def ranked(sentence: str, found: Iterable[Question], mentioned: Mentioned | None = None) -> list[Question]:
    """The questions that share words with a sentence, best first: rare words count more, and titles most.

    Names that the sentence mentions count for the questions that take things of their class.
    """
    fields = {q.name: (q, _fields(q)) for q in found}
    known = Counter(word for _, parts in fields.values() for word in set().union(*parts))
    wanted = words(sentence)

    def mark(one: Question, parts: tuple[set[str], ...]) -> float:
        shared = sum(
            max((weight for weight, part in zip(_WEIGHTS, parts, strict=True) if word in part), default=0.0)
            * math.log(1 + len(fields) / known[word])
            for word in wanted
            if word in known
        )
        given = sum(map(len, _ways(one, mentioned or {})[0].values()))
        return shared * _BRIEF / (_BRIEF + len(parts[0])) + _NAMED * given

    marked = sorted(((mark(*both), name) for name, both in fields.items()), key=lambda m: (-m[0], m[1]))
    return [fields[name][0] for points, name in marked if points > 0]


def asked(graph: Graph, name: str, language: str = "en") -> Question:
    """The question of this name; for words or a sentence UnknownName proposes commands, with the things that it names.

    >>> import kg
    >>> asked(kg.build("memory:"), "what rank has Almaty?")
    Traceback (most recent call last):
    ...
    kg.errors.UnknownName: no question is called 'what rank has Almaty?'; perhaps: ...
    """
    with suppress(UnknownName):
        return question(name)
    told = f" --lang {language}" if language != "en" else ""
    near = [_command(*one) + told for one in islice(proposals(graph, name), 3)]
    hint = f"perhaps: {'; '.join(near)}; " if near else ""
    sentence = re.search(r"\s|[^\x00-\x7f]", name)
    raise UnknownName("question", name, [] if sentence else names(), f"{hint}`kg questions` lists all")


def proposals(graph: Graph, sentence: str) -> Iterator[tuple[Question, Given]]:
    """What a sentence may ask, best first: questions with the things that it names as their parameters.

    Of the ways to give the names to the parameters of a question, the first is proposed by which it has an answer; a
    question that has none in any way comes last, unless it fits best: that nothing is stated is an answer too.
    """
    found, rest = mentions(graph, sentence)
    idle = []
    for place, likely in enumerate(islice(ranked(rest, questions(), found), _TRIED)):
        ways = _ways(likely, found)
        way = next((way for way in ways if _answers(graph, likely, way)), None)
        if way is None and place:
            idle.append((likely, ways[0]))
        else:
            yield likely, way or ways[0]
    yield from idle


def _answers(graph: Graph, likely: Question, given: Given) -> bool:
    values: dict[str, Any] = {**likely.examples(), **given}
    try:
        return len(graph.ask(likely.name, **values)) > 0
    except BadQuestion:
        return False


def _ways(question: Question, mentioned: Mentioned) -> list[Given]:
    """The ways to give a question the names that a sentence mentions: each to a parameter of its class, first those
    that keep the order of the sentence and give different names to different parameters.

    Where the sentence has one of the words by which a parameter is known ("on", as in: on whom does Kyiv depend?), a
    name is given to it only behind that word, and behind that word only to it.
    """
    fitting = {name: _fitting(question, mention) for name, mention in mentioned.items()}
    named = [name for name, parameters in fitting.items() if parameters]
    ways = []
    for way in islice(product(*(fitting[name] for name in named)), 24):
        given: Given = {}
        for name, parameter in zip(named, way, strict=True):
            given.setdefault(parameter, []).append(name)
        if all(len(values) == 1 or question.parameters[p].many for p, values in given.items()):
            ways.append(given)
    return sorted(ways, key=lambda given: -len(given)) or [{}]


def _fitting(question: Question, mention: Mention) -> list[str]:
    """The parameters that a name may be given to."""
    fitting = [p for p in question.parameters.values() if not mention.classes.isdisjoint(p.of)]
    if any(mention.has_by_it(p) for p in fitting):
        fitting = [p for p in fitting if p.after and mention.follows(p)] or [p for p in fitting if not p.after]
    return [p.name for p in fitting]


def _command(question: Question, given: Given) -> str:
    values = [f"{parameter}={shlex.quote(name)}" for parameter, several in given.items() for name in several]
    values += [f"{name}={shlex.quote(value)}" for name, value in question.examples().items() if name not in given]
    return " ".join(["kg ask", question.name, *values])


def holding(sentence: str, among: Iterable[Question]) -> list[Question]:
    """The questions that hold every word of a sentence somewhere in their front matter, best first."""
    wanted = words(sentence)
    return ranked(sentence, [q for q in among if wanted <= set().union(*_fields(q))])


def term_called(name: str) -> str:
    """The local name of the term of the ontology that bears a label, in any language; else the name as it is given.

    >>> term_called("城市联盟"), term_called("Klingon")
    ('CityAlliance', 'Klingon')
    """
    for path in files("ontology", "*.ttl"):
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            term, label = triple.subject, triple.object
            if triple.predicate != LABEL or not isinstance(term, ox.NamedNode) or not isinstance(label, ox.Literal):
                continue
            if label.value.casefold() == name.casefold() and term.value.startswith(EIC):
                return term.value.removeprefix(EIC)
    return name


def about(class_: str, among: Iterable[Question]) -> list[Question]:
    """The questions that take or give things of a class or concepts of a scheme, or name the term in their query."""
    folded = class_.casefold()

    def fits(question: Question) -> bool:
        fields = (*question.parameters.values(), *question.columns.values())
        return folded in {of.casefold() for f in fields for of in f.of} | {term.casefold() for term in question.terms()}

    return [q for q in among if fits(q)]
