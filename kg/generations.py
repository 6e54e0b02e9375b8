"""A store on disk: generations side by side in a folder, and the name of the current one in a file.

A build writes a new generation and then switches by replacing one small file, so a reader sees the old graph or the
new one, never half of one; all of it is on the disk before the name is. Three things are promised to readers: the
generation before the current one is kept; one that a reader has open is kept until it is closed (where the system
locks folders: POSIX, and most network file systems not); what is opened while builds switch is one whole generation.
What a killed build leaves behind is removed by the next.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from kg.errors import StoreProblem
from kg.locks import LOCK, hold, one_writer, release, told

CURRENT = "eic-current"
PREFIX = "generation-"
_NAME = re.compile(PREFIX + "[0-9]{6,}")
_POINTER = f"{CURRENT}.new"

Opened = TypeVar("Opened")


def default_store() -> Path:
    """The folder of the graph where no other is named: $KG_STORE, else the user's data folder."""
    named = os.environ.get("KG_STORE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "eic-kg"


def current(folder: Path) -> Path:
    """The folder of the current generation; StoreProblem where the folder is missing or not a store of ours."""
    name, before = "", None
    try:
        while name != before:  # a name that changes is that of a build which switches; one that stays is wrong
            before, name = name, _named(folder)
            if _NAME.fullmatch(name) and (folder / name).is_dir():
                return folder / name
        missing = not folder.exists()
    except (OSError, ValueError) as e:
        raise StoreProblem(f"{folder} cannot be read as a store: {e}") from None
    if missing:
        raise StoreProblem(f"there is no store at {folder}; `kg build --on {folder}` makes one")
    if not name:
        raise StoreProblem(
            f"{folder} is not a store that `kg build` made and finished (its file {CURRENT} is missing or empty)"
        )
    raise StoreProblem(f"{folder / CURRENT} names {name!r}, which is no generation here; run `kg build --on {folder}`")


def opened(folder: Path, open_: Callable[[Path], Opened]) -> Opened:
    """What `open_` makes of the current generation, which no build removes as long as that object lives.

    Raises StoreProblem as `current` does, and what `open_` raises.
    """
    while True:
        generation = current(folder)
        handle = hold(generation)
        try:
            found = open_(generation)
        except BaseException as e:
            release(handle)
            if isinstance(e, Exception) and current(folder) != generation:
                continue  # it was removed under our hands: builds have switched
            raise
        weakref.finalize(found, release, handle)
        return found


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new generation and make it the current one, with the lock on the folder held from the start.

    Raises StoreProblem where the folder holds something else, cannot be written, or another build is at work, and what
    `write` raises; then the graph that was current still is, and nothing is left of the new one. So it is with Ctrl-C
    and SIGTERM.
    """
    with told(folder):
        _refuse_strangers(folder)
    with _terminable(), one_writer(folder) as ours:
        with told(folder):
            made, before = _generations(folder), _named(folder)
            _prune(folder, made[: made.index(before) + 1][-2:] if before in made else [])
            fresh = folder / f"{PREFIX}{int(made[-1].removeprefix(PREFIX)) + 1 if made else 1:06d}"
        try:
            write(fresh)
            with told(folder):
                if not ours():
                    raise StoreProblem(f"{folder} was moved or removed while it was written; build again")
                _switch(folder, fresh)
        except BaseException:
            with suppress(OSError):
                if ours() and _named(folder) != fresh.name:  # else it is somebody else's, or current already
                    shutil.rmtree(fresh, ignore_errors=True)
                    (folder / _POINTER).unlink(missing_ok=True)
            raise
        with suppress(OSError):  # the graph is published; what cannot be removed today is removed another day
            _prune(folder, (before, fresh.name))


def _named(folder: Path) -> str:
    """The name that the pointer holds; "" where there is no pointer."""
    try:
        return (folder / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def _generations(folder: Path) -> list[str]:
    """The names of all generations, oldest first."""
    return sorted((p.name for p in folder.iterdir() if _NAME.fullmatch(p.name)), key=lambda name: (len(name), name))


def _switch(folder: Path, fresh: Path) -> None:
    """Make a generation the current one: first all of it on the disk, then the name, then the name in its place."""
    for path in (*fresh.iterdir(), fresh, folder):
        _sync(path)
    pointer = folder / _POINTER
    pointer.write_text(fresh.name + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(folder / CURRENT)
    _sync(folder)


def _sync(path: Path) -> None:
    """Wait until a file is on the disk, or the list of names of a folder, where the system can do that."""
    lists = path.is_dir()
    if lists and sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY if lists else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as e:
        if not lists or e.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _prune(folder: Path, keep: Collection[str]) -> None:
    """Remove the generations that are neither named nor open to a reader."""
    for name in _generations(folder):
        if name not in keep:
            with suppress(BlockingIOError):
                handle = hold(folder / name, alone=True)
                try:
                    shutil.rmtree(folder / name, ignore_errors=True)
                finally:
                    release(handle)


def _refuse_strangers(folder: Path) -> None:
    if folder.is_dir() and not (folder / CURRENT).exists():
        ours = (_POINTER, LOCK)
        strangers = [p.name for p in folder.iterdir() if p.name not in ours and not _NAME.fullmatch(p.name)]
        if strangers:
            raise StoreProblem(f"{folder} holds other files ({min(strangers)}, …); name an empty or new folder")


class _Terminated(BaseException):
    pass


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM breaks off the block as an exception, so that it clears up, and then ends the process as it always does.

    Where somebody handles the signal, or in a thread that cannot, all stays as it is.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def stop(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # hearing it once is enough: nothing disturbs the clearing up
        raise _Terminated

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except _Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
