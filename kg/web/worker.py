"""A worker: a process that opens the store, answers one request after the other, and can be killed at any moment.

It is started by a process that has no store open, and opens the store itself; what it may take of memory is bounded by
the operating system, so a query that wants more ends the worker and nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.engines.oxigraph import Oxigraph, of_generation
from kg.errors import StoreProblem
from kg.graph import Graph
from kg.locks import hold
from kg.web.changes import PUTTING
from kg.web.http import Refused, Request, Response
from kg.web.site import Limits, Site

#: Before each message: the length of its head and of its body.
FRAME = struct.Struct("!II")
#: A worker that has grown by so much is replaced: what one answer has taken is not always given back.
_GROWN = 256 << 20
_LOOKED = 50  # answers between two looks at the memory
_JOINED = 1 << 16  # bytes up to which it is cheaper to put two texts together than to send them apart


class Task(NamedTuple):
    """What a worker serves: the folder of a store (`writable` for a scratch store), at what address, within limits;
    since when the store is as it is, in seconds since 1970; and what another worker has learned of it."""

    store: str
    base: str = ""
    limits: Limits = Limits()
    writable: bool = False
    published: float = 0.0
    learned: bytes = b""


def work(channel: socket.socket, task: Task) -> None:
    """Open the store, say so, and answer requests until the channel is closed."""
    with suppress(ValueError, AttributeError):  # not in the main thread, or not on this platform
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        site = opened(task)
        hello = {"version": site.version}
        told = b"" if task.writable else _taught(site, task.learned)
    except Exception as e:  # whatever it is, the pool has to hear of it
        _send(channel, json.dumps({"error": f"{type(e).__name__}: {e}"}).encode(), b"")
        return
    threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
    _confine(task.limits.memory)
    gc.collect()
    gc.freeze()
    before = _resident()
    _send(channel, json.dumps(hello).encode(), told)
    count = 0
    while (message := _receive(channel)) is not None:
        count += 1
        last = False
        try:
            response = site.respond(Request(*pickle.loads(message)))
        except BaseException as e:  # a panic of the store too
            response, last = _fault(e), True
        if count % _LOOKED == 0:
            last = last or _resident() > before + _GROWN
        status, media, body, headers, lasting = response
        _send(channel, json.dumps([status, media, headers, lasting, last]).encode(), body)
        if last:
            return


def opened(task: Task) -> Site:
    """The site of a task."""
    if task.writable:
        engine = Oxigraph(ox.Store(task.store), "a scratch store")
        engine.store.remove_graph(PUTTING)
        engine.dataset = {"use_default_graph_as_union": True}  # what stands there is all the user's
    else:
        if not Path(task.store).is_dir():
            raise StoreProblem(f"there is no store at {task.store}")
        hold(Path(task.store))  # as long as this process lives, no build removes what it reads
        engine = of_generation(Path(task.store), str(Path(task.store).parent))
    return Site(Graph(engine), task.base, task.limits, task.writable)


def _end_with(channel: socket.socket) -> None:
    """End the process, whatever it does, when the other end of the channel is closed: whoever is killed has no time to
    kill his workers, and cannot where the process that has started them is no more."""
    if not hasattr(select, "poll"):
        return
    closed = select.poll()
    closed.register(channel, getattr(select, "POLLRDHUP", select.POLLHUP))
    closed.poll()
    os.kill(os.getpid(), signal.SIGKILL)


def _taught(site: Site, known: bytes) -> bytes:
    """Learn what is known; where nothing is, find it out and return it, so that others need not."""
    from kg.web.learned import learn, learned

    if known:
        learn(site, known)
    return b"" if known else learned(site)


def _fault(e: BaseException) -> Response:
    """The answer to what nobody foresaw; its details go to the log and not to the client."""
    if isinstance(e, MemoryError):
        return Refused(503, "the answer takes more memory than one request may have").response()
    print(json.dumps({"worker": os.getpid(), "fault": f"{type(e).__name__}: {e}"[:500]}), file=sys.stderr, flush=True)
    return Refused(500, "this should not happen; the log of the server has more").response()


def _confine(memory: int) -> None:
    """Bound what the process may take on top of what it has; no core is dumped."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _send(channel: socket.socket, head: bytes, body: bytes) -> None:
    first = FRAME.pack(len(head), len(body)) + head
    with suppress(OSError):  # who does not listen any more has gone
        if len(body) < _JOINED:
            channel.sendall(first + body)
        else:
            channel.sendall(first)
            channel.sendall(body)


def _receive(channel: socket.socket) -> bytes | None:
    """The next message, or None at the end."""
    content, wanted = bytearray(), FRAME.size
    while len(content) < wanted:
        try:
            piece = channel.recv(1 << 18)
        except OSError:
            return None
        if not piece:
            return None
        content += piece
        if len(content) >= FRAME.size:
            wanted = FRAME.size + sum(FRAME.unpack_from(content))
    return bytes(content[FRAME.size :])
