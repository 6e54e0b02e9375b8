"""A graph that can be asked: questions of the library, free SPARQL, names of things, export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.analyses import Analyses
from kg.answers import Answer, Surroundings
from kg.captions import around, claims_of
from kg.computed import computed
from kg.engines import Engine, all_quads, open_engine
from kg.errors import BadQuestion, StoreProblem
from kg.finding import asked
from kg.naming import meanings
from kg.outlets import Outlets
from kg.schema import Schema
from kg.sparql import DEEPEST, declared_prefixes, nesting, used_prefixes, with_dataset
from kg.terms import ID, LANGUAGES, PREFIXES, layer, sparql_prefixes, thing
from kg.values import Term, listed_iris, tabulated
from kg.words import HEADINGS

if TYPE_CHECKING:
    from kg.citations import Citations
    from kg.explanation import Explanation
    from kg.library import Question


_DATASET = thing("dataset/eic")


class Graph(Analyses, Outlets):
    """The graph in some engine. `Graph.open` and `kg.build` make one.

    >>> import kg
    >>> g = kg.build("memory:")
    >>> [row["alliance"].value.rsplit("/")[-1] for row in g.ask("alliance-members", member="Novosibirsk")]
    ['wta']
    """

    def __init__(self, engine: Engine):
        self.engine = engine
        self.names: dict[tuple[tuple[str, ...], str], str] = {}  # what names were found to mean: see kg.naming.meanings

    @classmethod
    def open(cls, target: object) -> Graph:
        """The graph at a target: a folder that `kg build` made, the http(s) address of a SPARQL endpoint, or an
        rdflib Dataset or pyoxigraph Store that holds our named graphs."""
        return cls(open_engine(str(target) if isinstance(target, Path) else target))

    def __repr__(self) -> str:
        return f"<Graph {self.version()} in {self.engine.target}>"

    def select(self, text: str) -> list[dict[str, Term | None]]:
        """The rows of a SELECT query, with our prefixes declared."""
        solutions = self.engine.query(sparql_prefixes() + text)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [v.value for v in solutions.variables]
        return [{name: row[name] for name in names} for row in solutions]

    def version(self) -> str:
        """The version of the graph: that of the package, and the head of a digest of all that it holds."""
        found = self.select(f"SELECT ?v WHERE {{ {_DATASET} owl:versionInfo ?v }}")
        if not found:
            raise StoreProblem(f"{self.engine.target} holds no graph of ours; `kg build` makes one")
        return str(getattr(found[0]["v"], "value", ""))

    def bind(self, question: Question, parameters: dict[str, Any]) -> str:
        """The SPARQL text of a question with its parameters bound to the terms that the given values mean."""
        return question.bind(meanings(self, question, parameters))

    def ask(self, name: str, language: str = "en", **parameters: Any) -> Answer:
        """The answer to a question of the library.

        A parameter takes a label in Chinese, English or Russian, a CURIE or an IRI; a list for several. `language`
        ("zh", "en", "ru") chooses labels. Raises UnknownName for an unknown question, parameter or thing, and
        BadQuestion for a value of the wrong kind.
        """
        if language not in LANGUAGES:
            raise BadQuestion(f"language {language!r}: there are {', '.join(LANGUAGES)}")
        question = asked(self, name, language)
        terms = meanings(self, question, question.spoken_in(language) | parameters)
        columns, rows = tabulated(self.engine.query(question.bind(terms)), {} if question.computed else question.held)
        if question.computed:
            columns, rows = computed(question, columns, rows, terms)
        return Answer(
            columns,
            rows,
            self,
            titles=question.headings[language] | HEADINGS[language],
            language=language,
            title=question.title[language],
            question=name,
            parameters={
                key: value
                for key, value in terms.items()
                if value and (key not in question.spoken or key in parameters)
            },
            view=question.view,
        )

    def query(self, text: str, language: str = "en") -> Answer:
        """The answer to a free SPARQL query over all our graphs; prefixes of ours need no declaration."""
        if nesting(text) > DEEPEST:
            raise BadQuestion(f"brackets are nested more than {DEEPEST} deep")
        declared = declared_prefixes(text)
        if strange := sorted({p for p in used_prefixes(text) if p.lower() not in declared} - PREFIXES.keys()):
            raise BadQuestion(
                f"the prefix {strange[0]}: is not declared; write PREFIX {strange[0]}: <…> above the query"
            )
        ours = " ".join(line for line in sparql_prefixes().splitlines() if line.split()[1][:-1] not in declared)
        try:
            result = self.engine.query(f"{ours}\n{text}")
            columns, rows = tabulated(result)
        except BadQuestion as e:  # the line that we put above the query is not the user's
            told = re.sub(r"\bline (\d+),", lambda m: f"line {int(m[1]) - 1},", str(e))
            raise BadQuestion(told) from None
        boolean = bool(result) if isinstance(result, ox.QueryBoolean) else None
        triples = not isinstance(result, ox.QueryBoolean | ox.QuerySolutions)
        return Answer(columns, rows, self, language=language, boolean=boolean, triples=triples)

    def around(self, answer: Answer) -> Surroundings:
        """What stands around the rows of an answer: see kg.captions.around."""
        return around(self, answer)

    def cite(self, answer: Answer) -> Citations:
        """The citations of the rows of an answer: see kg.citations.cite."""
        from kg.citations import cite

        cells = {
            iri for row in answer.rows for term in row for iri in (listed_iris(term) or [getattr(term, "value", "")])
        }
        return cite(self, claims_of(answer), {iri for iri in cells if iri.startswith(f"{ID}work/")})

    def mark(self, language: str) -> str:
        """What answers say of the graph before all else: nothing, unless it rests on a hypothesis."""
        return ""

    def explain(
        self, subject: str, predicate: str, object_: str, language: str = "en", every: bool = False
    ) -> Explanation:
        """Why a fact is in the graph, down to cited passages, or what is wanting: see kg.explanation.explain."""
        from kg.explanation import explain

        return explain(self, subject, predicate, object_, language, every)

    def show(self, name: str, language: str = "en", **parameters: Any) -> str:
        """The SPARQL text that `ask` asks, with its dataset: it means the same in any other store."""
        question = asked(self, name, language)
        return with_dataset(self.bind(question, question.spoken_in(language) | parameters), sorted(self.engine.graphs))

    def embedded(self) -> ox.Store:
        """The Oxigraph store that holds the graph; StoreProblem where the engine is remote."""
        store = getattr(self.engine, "store", None)
        if not isinstance(store, ox.Store):
            raise StoreProblem(f"{self.engine.target} is remote; this needs a store on disk (`kg build --on FOLDER`)")
        return store

    @cached_property
    def schema(self) -> Schema:
        """What the ontology in the graph says of classes and properties."""
        ontology = ox.Store()
        ontology.bulk_extend(self.embedded().quads_for_pattern(None, None, None, layer("ontology")))
        return Schema(ontology)

    def quads_of(self, thing: ox.NamedNode) -> list[ox.Quad]:
        """The quads in which a thing is subject or object; StoreProblem where the engine is remote."""
        store = self.embedded()
        return [*store.quads_for_pattern(thing, None, None), *store.quads_for_pattern(None, None, thing)]

    def quads(self) -> Iterator[ox.Quad]:
        """All quads of the graph: see kg.engines.all_quads."""
        return all_quads(self.engine)
