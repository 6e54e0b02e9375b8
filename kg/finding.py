"""Finding the right question: by words in any of the three languages, by tag, and by the class that it is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.library import Question

#: How much a word counts that a question has in its name or title, in its tags, or elsewhere.
_WEIGHTS = (3.0, 2.0, 1.0)
_STEM = 5  # letters that carry a word, whatever its ending: cities and city's, города and городов


def words(text: str) -> set[str]:
    """The words of a text by which it is found: Latin and Cyrillic words cut to their stems, Chinese in pairs.

    >>> sorted(words("Cities in alliances")), sorted(words("城市联盟"))
    (['allia', 'citie', 'in'], ['城市', '市联', '联盟'])
    """
    found = {word[:_STEM] for word in re.findall(r"[^\W\d_\u2e80-\u9fff]+", text.casefold()) if len(word) > 1}
    chinese = re.findall(r"[\u2e80-\u9fff]+", text)
    return found | {run[i : i + 2] for run in chinese for i in range(max(len(run) - 1, 1))}


def _fields(question: Question) -> tuple[set[str], set[str], set[str]]:
    told = [*question.description.values()]
    for field in (*question.parameters.values(), *question.columns.values()):
        told += [field.name.replace("_", " "), *field.about.values(), re.sub(r"(?<!^)(?=[A-Z])", " ", field.of)]
    titles = [question.name.replace("-", " "), *question.title.values()]
    return words(" ".join(titles)), words(" ".join(question.tags)), words(" ".join(told))


def ranked(sentence: str, questions: Iterable[Question]) -> list[Question]:
    """The questions that share words with a sentence, best first: rare words count more, and titles most."""
    fields = {q.name: (q, _fields(q)) for q in questions}
    known = Counter(word for _, parts in fields.values() for word in set().union(*parts))
    wanted = words(sentence)

    def mark(parts: tuple[set[str], ...]) -> float:
        return sum(
            max((weight for weight, part in zip(_WEIGHTS, parts, strict=True) if word in part), default=0.0)
            * math.log(1 + len(fields) / known[word])
            for word in wanted
            if word in known
        )

    marked = sorted(((mark(parts), name) for name, (_, parts) in fields.items()), key=lambda m: (-m[0], m[1]))
    return [fields[name][0] for points, name in marked if points > 0]


def holding(sentence: str, questions: Iterable[Question]) -> list[Question]:
    """The questions that hold every word of a sentence somewhere in their front matter, best first."""
    wanted = words(sentence)
    return ranked(sentence, [q for q in questions if wanted <= set().union(*_fields(q))])


def about(class_: str, questions: Iterable[Question]) -> list[Question]:
    """The questions that take or give things of a class or concepts of a scheme, or name the term in their query."""
    folded = class_.casefold()

    def fits(question: Question) -> bool:
        fields = (*question.parameters.values(), *question.columns.values())
        return folded in {f.of.casefold() for f in fields} | {term.casefold() for term in question.terms()}

    return [q for q in questions if fits(q)]
