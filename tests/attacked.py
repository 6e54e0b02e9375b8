"""What attacks on `kg serve` share: servers over loopback that can be sent anything, and how they fare.

Who wants a fixture of these imports it, and those it needs, under its own name (`site as site`): pytest looks for it
there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.engines import free_port, program

JSON, XML, CSV, TSV = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
QUERY, UPDATE, FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"
ROWS = 500


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server(NamedTuple):
    """A server that is under attack: its port, its process, its log."""

    port: int
    pid: int
    log: Path

    def raw(self, sent: bytes, wait: float = 10) -> bytes:
        """All that comes back until the connection is closed."""
        told = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection, suppress(OSError):
            connection.sendall(sent)
            while piece := connection.recv(1 << 20):
                told += piece
        return told

    def ask(self, path: str, method: str = "GET", body: str | bytes = b"", **headers: str) -> Got:
        """The answer to one request."""
        content = body.encode() if isinstance(body, str) else body
        named = {"host": f"127.0.0.1:{self.port}", "connection": "close", "content-length": str(len(content))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
        told = self.raw(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + content, 40)
        top, _, rest = told.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        return Got(int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, rest)

    def query(self, text: str, accept: str = JSON) -> Got:
        return self.ask("/sparql", "POST", text, content_type=QUERY, accept=accept)

    def update(self, text: str, **headers: str) -> Got:
        return self.ask("/sparql", "POST", text, **({"content_type": UPDATE} | headers))

    def resident(self) -> int:
        """The memory of the front, in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def of_session(self) -> list[int]:
        """The processes that the server has started and that are alive, itself among them."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                told = (place / "stat").read_text().rpartition(")")[2].split()
                if int(told[3]) == self.pid and told[0] != "Z":
                    found.append(int(place.name))
        return found


@contextmanager
def attacked(folder: Path, *arguments: str) -> Iterator[Server]:
    port = free_port()
    command = [program("kg"), "serve", *arguments, "--port", str(port), "--log", str(folder / "requests.log")]
    with (folder / "told").open("w") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, start_new_session=True)
    server = Server(port, process.pid, folder / "requests.log")
    try:
        assert within(30, lambda: "serving" in (folder / "told").read_text()), (folder / "told").read_text()
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def eic(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the graph on disk, which is built anew under the server."""
    return Path(shutil.copytree(store, tmp_path_factory.mktemp("attacked") / "eic"))


@pytest.fixture(scope="module")
def site(eic: Path) -> Iterator[Server]:
    with attacked(eic.parent, str(eic), "--seconds", "3", "--memory", "300", "--rows", str(ROWS)) as server:
        yield server


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with attacked(tmp_path_factory.mktemp("scratch"), "memory:", "--allow-update", "--empty") as server:
        assert server.update("INSERT DATA { <http://a.example/s> <http://a.example/p> -5 , 1.e5 , true }").status == 204
        yield server


def within(seconds: float, well: Callable[[], object]) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while not well():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)  # nobody tells when it does
    return True
