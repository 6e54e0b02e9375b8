"""The whole build on one screen: ontology → sources → rules → checks → store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.catalog import describe_dataset
from kg.checks import all_checks, insist, run_checks
from kg.content import files
from kg.discovery import Source, modules
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadTable, StoreProblem
from kg.examples import describe_questions
from kg.generations import publish
from kg.graph import Graph
from kg.kept import keep
from kg.library import faults
from kg.loading import load
from kg.reasoning import materialise, rules
from kg.releases import describe_changes
from kg.remote import Addresses, Remote, addresses
from kg.remote_reasoning import materialise_in
from kg.schema import Schema
from kg.terms import layer

Progress = Callable[[str], None]


def build(target: str | Path | Addresses = "memory:", progress: Progress | None = None) -> Graph:
    """The graph, made from its sources, checked, and published at a target: "memory:", a folder, or the http(s)
    address or Addresses of a SPARQL 1.1 store, where the rules then run too.

    Nothing is published when a table is faulty (BadTable), a check finds an error (ChecksFailed), the folder or the
    store cannot be written, or the rules give something else there than here (StoreProblem); a graph that stood there
    before goes on answering.
    """
    tell = progress or (lambda _: None)
    where = addresses(target) if isinstance(target, str) and "://" in target else target
    if isinstance(where, Addresses):
        Remote(where).holds(layer("catalog").value)  # where nobody answers, that is told before the work
        load(Graph(Oxigraph(assemble(tell), "memory:")), where, tell, derive=materialise_in)
        return Graph.open(where.query.removesuffix("-auth"))  # Virtuoso's for reading
    if where == "memory:":
        return Graph(Oxigraph(assemble(tell), "memory:"))
    publish(Path(where), lambda folder: _write(assemble(tell), folder))
    return Graph.open(str(where))


def _write(store: ox.Store, folder: Path) -> None:
    """Write a graph into a new folder; StoreProblem where the disk is full or refuses."""
    try:
        disk = ox.Store(str(folder))
        disk.bulk_extend(quad for quad in store)  # a generator: between two quads Python hears Ctrl-C
        disk.flush()
        keep(Oxigraph(store, "memory:", sealed=True).query, folder)
    except (OSError, RuntimeError) as e:
        raise StoreProblem(f"{folder} cannot be written: {e!s:.300}; make room, or name another with --on") from None


def assemble(progress: Progress) -> ox.Store:
    """A checked graph in memory."""
    store = ox.Store()
    progress("reading the ontology")
    load_ontology(store)
    schema = Schema(store)
    for module in modules():
        progress(f"reading {module.SOURCE.title['en']}")
        store.extend(module.quads(schema))
    progress("deriving")
    every = rules()
    store.extend(quad for rule in every for quad in rule.describe())
    materialise(store, every)
    for fault in faults():
        progress(f"left out: {fault}")
    store.extend(describe_questions(Graph(Oxigraph(store, "memory:"))))
    store.extend(list(describe_changes(store)))
    version = f"{__version__}+{digest(store)[:8]}"
    of_papers = [module.SOURCE for module in modules() if isinstance(module.SOURCE, Source)]
    store.extend(describe_dataset(store, version, of_papers))
    progress("checking")
    insist(run_checks(store, every=[check for check in all_checks() if check.build]))
    return store


def load_ontology(store: ox.Store) -> None:
    """Read all Turtle files of the ontology into the graph `ontology`; BadTable where one is malformed.

    Blank nodes (class expressions have no other form) get their canonical names, so that builds are reproducible.
    """
    ontology = ox.Dataset()
    for path in files("ontology", "*.ttl"):
        try:
            for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                ontology.add(ox.Quad(triple.subject, triple.predicate, triple.object, layer("ontology")))
        except SyntaxError as e:
            raise BadTable(str(e), path.name) from None
    ontology.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    store.extend(ontology)


def digest(quads: Iterable[ox.Quad]) -> str:
    """SHA-256 over quads, whatever their order."""
    lines = sorted(str(quad) for quad in quads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
