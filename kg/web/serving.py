"""From a target to a running server: which store is served, on what address, and when a new build is taken up."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing.forkserver
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.errors import BadQuestion, StoreProblem
from kg.generations import current
from kg.locks import hold, release
from kg.web.channel import context
from kg.web.connections import MOST, protocol
from kg.web.crew import Crew
from kg.web.exchange import Settings
from kg.web.front import Front
from kg.web.lanes import Capacity
from kg.web.pool import Pool
from kg.web.site import Limits
from kg.web.worker import Task

_LOOP = ("127.0.0.1", "::1", "localhost")
TOKEN = "EIC_SERVE_TOKEN"
_CONNECTIONS = 1_000
_SECONDS = 1.0  # between two looks whether there is a new build


class Options(NamedTuple):
    """What can be chosen: see `kg serve --help`."""

    host: str = "127.0.0.1"
    port: int = 7880
    base: str = ""
    origins: tuple[str, ...] = ()
    allow_update: bool = False
    empty: bool = False
    behind_proxy: bool = False
    limits: Limits = Limits()
    capacity: Capacity = Capacity()
    cache: int = 64 << 20
    log: TextIO = sys.stderr


def serve(target: str, options: Options, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve the graph at a target until interrupted; `ready` is told the address. A folder that `kg build` made, or
    "memory:", which is built anew in a folder that goes away at the end.

    BadQuestion for choices that do not go together, StoreProblem where the store or the port cannot be had.
    """
    _insist(target, options)
    try:
        import uvicorn
    except ImportError:
        raise StoreProblem("serving needs uvicorn: pip install 'eic-kg[serve]'") from None
    _prepare()
    os.environ.setdefault("RUST_BACKTRACE", "0")  # a worker that ends fills no log with it
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    with ExitStack() as stack:
        task = _task(target, options, stack)
        sock = stack.enter_context(_socket(options))
        host, port = options.host, sock.getsockname()[1]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        capacity = Capacity(1, 0, *options.capacity[2:]) if task.writable else options.capacity
        pool = Pool(task, capacity)
        loopback = host in _LOOP
        token = os.environ.get(TOKEN, "") if options.allow_update else ""
        names = (*_LOOP, "[::1]") if loopback else ()
        settings = Settings(urlsplit(options.base).path.rstrip("/"), options.origins, options.cache, token, names)
        front = Front(pool, settings, options.log)
        config = uvicorn.Config(
            front,
            http=protocol(_CONNECTIONS if options.behind_proxy else MOST),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=options.behind_proxy,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=3,
        )
        server = _server(
            config, lambda: ready(f"{pool.crew.version or 'a scratch store'} at {options.base or address}/")
        )
        if not task.writable and target != "memory:":
            server.besides = lambda: _follow(Path(target), pool.crew)
        server.run(sockets=[sock])
        if pool.crew.fault:
            raise StoreProblem(f"the graph cannot be served: {pool.crew.fault}")


def _prepare() -> None:
    """Start the process that workers come from, deaf to Ctrl-C and SIGTERM from its first moment: it ends with us."""
    if context().get_start_method() != "forkserver":
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _insist(target: str, options: Options) -> None:
    if "://" in target:
        raise BadQuestion(f"{target}: serve a folder that `kg build` made, or memory:; an endpoint serves itself")
    if options.allow_update and target != "memory:":
        raise BadQuestion(f"--allow-update is for scratch stores only (kg serve memory: --allow-update), not {target}")
    if options.empty and not options.allow_update:
        raise BadQuestion("--empty is for a scratch store: add --allow-update")
    if options.allow_update and options.host not in _LOOP and not os.environ.get(TOKEN):
        raise BadQuestion(f"updates from other machines need a token: set ${TOKEN}, and send it as a Bearer")
    for origin in options.origins:
        if origin != "*" and origin != "{0.scheme}://{0.netloc}".format(urlsplit(origin)):
            raise BadQuestion(f"--cors {origin}: an origin is written as https://example.org, or * for all")
    base = urlsplit(options.base)
    if options.base and (base.scheme not in ("http", "https") or not base.netloc or base.query or base.fragment):
        raise BadQuestion(
            f"--base {options.base}: the http(s) address under which the site is seen, as https://a.org/eic"
        )


def _task(target: str, options: Options, stack: ExitStack) -> Task:
    """What the workers serve."""
    if target != "memory:":
        return _of(current(Path(target)), Task("", options.base, options.limits))
    from kg import pipeline

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-serve-")))
    if not options.empty:
        pipeline.build(folder / "eic")
        built = current(folder / "eic")
    else:
        built = folder / "empty"
        ox.Store(str(built)).flush()
    return _of(built, Task("", options.base, options.limits, options.allow_update))


def _of(store: Path, task: Task) -> Task:
    """A task for another store."""
    return task._replace(store=str(store), published=store.stat().st_mtime)


def _socket(options: Options) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        return socket.create_server((options.host, options.port), family=family, backlog=512)
    except (OSError, OverflowError) as e:
        told = getattr(e, "strerror", None) or e
        raise StoreProblem(f"{options.host}:{options.port} cannot be served on: {told}; --port N") from None


async def _follow(folder: Path, crew: Crew) -> None:
    """Take up each new build, as soon as it is published; what is served is kept from those that clear up."""
    held = hold(Path(crew.task.store))
    while True:
        await asyncio.sleep(_SECONDS)
        with suppress(StoreProblem, OSError):
            store = current(folder)
            if (task := _of(store, crew.task._replace(learned=b""))) != crew.task._replace(learned=b""):
                release(held)
                held = hold(store)
                crew.renew(task)


def _server(config: Any, ready: Callable[[], None]) -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        """A server that says when it is ready, and has something to do besides."""

        besides: Any = None

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                if self.besides:
                    self._following = asyncio.ensure_future(self.besides())
                ready()

    return Server(config)
