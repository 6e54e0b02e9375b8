"""Locks on a store that die with their process: one writer of a folder, any number of readers of a generation."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import FileIO
from pathlib import Path

from kg.errors import StoreProblem

LOCK = "lock"


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What the system refuses to do in a folder becomes a StoreProblem."""
    try:
        yield
    except StoreProblem:
        raise
    except OSError as e:
        raise StoreProblem(f"{folder} cannot be written: {e.strerror or e}; name another folder with --on") from None


@contextmanager
def one_writer(folder: Path) -> Iterator[Callable[[], bool]]:
    """The lock on a folder; gives a function that tells whether it is still ours, for the folder may be taken away.

    The folder is made where it is missing; where nothing is put into it, all is as before. Raises StoreProblem where
    another build holds the lock, or where the folder cannot be written or locked.
    """
    with told(folder):
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+b", buffering=0)
    with lock:
        _acquire(lock, folder)
        try:
            with told(folder):
                lock.truncate(0)
                lock.write(f"process {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M:%S}\n".encode())
            yield lambda: _is_at(lock, folder)
        finally:
            with suppress(OSError):
                lock.truncate(0)
                if [path.name for path in folder.iterdir()] == [LOCK]:
                    (folder / LOCK).unlink()
                    if made:
                        folder.rmdir()


def _acquire(lock: FileIO, folder: Path) -> None:
    try:
        lock.seek(0)
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is_at(lock, folder):
            raise BlockingIOError  # who had it has just broken off and removed it
    except (BlockingIOError, PermissionError):
        raise StoreProblem(f"another build is writing {folder}{_holder(lock)}; try again when it is done") from None
    except OSError as e:
        raise StoreProblem(f"{folder} cannot be locked: {e.strerror}; name one on a local disk with --on") from None


def _is_at(lock: FileIO, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock.fileno()), (folder / LOCK).stat())
    except (FileNotFoundError, NotADirectoryError):
        return False


def _holder(lock: FileIO) -> str:
    """Who holds a lock, as its file says; nothing where it says nothing that can be shown."""
    with suppress(OSError):
        who = (lock.read(100) or b"").decode("ascii", "replace").strip()
        return f" ({who})" if who.isprintable() and who else ""
    return ""


def hold(folder: Path, alone: bool = False) -> int | None:
    """A descriptor that locks a folder until it is released: shared with other readers, or alone, to remove it.

    None where the folder is gone, or where the system cannot lock one (as Windows, which does not remove what is open).
    BlockingIOError where it is to be held alone and has readers.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:
        pass
    return handle


def release(handle: int | None) -> None:
    """Give up what `hold` gave."""
    if handle is not None:
        os.close(handle)
