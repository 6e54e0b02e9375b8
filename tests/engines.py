"""The engines on which every question must answer alike, each started for the tests with the graph beside a stranger's.

The stranger holds a copy of what our rules derive and false facts on our cities, in a graph of its own and, where the
engine has one, in the default graph: an answer that looks beyond our graphs counts twice or is wrong.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.graph import Graph
from kg.terms import LABEL, eic, layer, thing

#: Whether each engine must be there, and is asked all cases: CI says so.
ALL = bool(os.environ.get("EIC_ALL_ENGINES"))
STRANGER = ox.NamedNode("http://example.org/stranger")
VIRTUOSO_MISSING = "Virtuoso is not installed: apt-get install virtuoso-opensource (Debian), to prove parity on it"
ISQL = "isql-vt"


def strange(graph: Graph) -> list[ox.Quad]:
    """What a stranger says."""
    copied = graph.embedded().quads_for_pattern(None, None, None, layer("inferred"))
    false: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (thing("city/kyiv"), eic("hasTier"), eic("firstTier")),
        (thing("city/kyiv"), LABEL, ox.Literal("nonsense", language="en")),
        (thing("city/nowhere"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), eic("City")),
    ]
    return [
        *(ox.Quad(q.subject, q.predicate, q.object, STRANGER) for q in copied),
        *(ox.Quad(s, p, o, STRANGER) for s, p, o in false),
    ]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """A server on loopback, until it answers and until it is no longer wanted."""
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(address, timeout=1).close()
                    break
                except urllib.error.HTTPError:
                    break  # it answers
                except OSError:
                    assert process.poll() is None, (folder / "server.log").read_text()
                    time.sleep(0.1)  # a server tells nobody when it is ready
            else:
                raise AssertionError(f"{command[0]} does not answer within a minute")
            yield
        finally:
            process.kill()
            process.wait()


def written(graph: Graph, path: Path) -> Path:
    """Ours and the stranger's as N-Quads."""
    lines = [f"{quad} .\n" for quad in strange(graph)]
    path.write_text(graph.export() + "".join(lines), "utf-8")
    return path


def program(name: str) -> str:
    """A program that lies beside this Python, else on PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


@contextmanager
def empty_oxigraph(folder: Path) -> Iterator[str]:
    """Oxigraph over HTTP that may be written to, with nothing in it."""
    port = free_port()
    command = [program("oxigraph"), "serve", "--location", "store", "--bind", f"127.0.0.1:{port}"]
    with running(command, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def oxigraph_server(graph: Graph, folder: Path) -> Iterator[str]:
    """Oxigraph over HTTP, its default graph not empty but a stranger's."""
    file, port = written(graph, folder / "graph.nq"), free_port()
    store = ox.Store(str(folder / "store"))
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in strange(graph))
    store.flush()
    del store
    command = [program("oxigraph"), "serve-read-only", "--location", "store", "--bind", f"127.0.0.1:{port}"]
    with running(command, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
"""


def virtuoso_is_here() -> bool:
    return bool(shutil.which("virtuoso-t") and shutil.which(ISQL))


def insist_on_virtuoso() -> None:
    """Skip the test where Virtuoso is missing; fail it where all engines are wanted, as in CI."""
    if not virtuoso_is_here():
        (pytest.fail if ALL else pytest.skip)(VIRTUOSO_MISSING)


@contextmanager
def virtuoso_server(graph: Graph, folder: Path) -> Iterator[str]:
    """Virtuoso over HTTP, in a folder of its own: its union also holds 2,496 triples that it brings along."""
    file = written(graph, folder / "graph.nq")
    with empty_virtuoso(folder) as (address, sql):
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{file}'), '', 'urn:unused', 512); checkpoint;"
        told = subprocess.run([ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], capture_output=True, text=True)
        assert "Error" not in told.stdout + told.stderr, told.stdout + told.stderr
        yield address


@contextmanager
def empty_virtuoso(folder: Path, buffers: int = 20_000) -> Iterator[tuple[str, int]]:
    """Virtuoso over HTTP with nothing of ours: where it is asked, and the port of its SQL; a buffer has 8 kB."""
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=sql, http=http, folder=folder, buffers=buffers))
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    with running(command, folder, f"http://127.0.0.1:{http}/sparql"):
        yield f"http://127.0.0.1:{http}/sparql", sql
