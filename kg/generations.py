"""A store on disk: generations side by side in a folder, and the name of the current one in a file.

A build writes a new generation and then switches by replacing one small file, so a reader sees the old graph or the
new one, never half of one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreProblem

CURRENT = "eic-current"
PREFIX = "generation-"


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
    try:
        name = (folder / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if not folder.exists():
            raise StoreProblem(f"there is no store at {folder}; `kg build --on {folder}` makes one") from None
        raise StoreProblem(f"{folder} is not a store that `kg build` made (it has no file {CURRENT})") from None
    except (OSError, UnicodeDecodeError) as e:
        raise StoreProblem(f"{folder} cannot be read as a store: {e}") from None
    generation = folder / name
    if not name.startswith(PREFIX) or not generation.is_dir():
        raise StoreProblem(
            f"{folder / CURRENT} names {name!r}, which is no generation here; run `kg build --on {folder}`"
        )
    return generation


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new generation and make it the current one; the one before is kept for its readers.

    Raises StoreProblem where the folder holds something else, cannot be written, or another build is at work.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strangers = [
            p.name for p in folder.iterdir() if p.name not in (CURRENT, "lock") and not p.name.startswith(PREFIX)
        ]
        if strangers and not (folder / CURRENT).exists():
            raise StoreProblem(f"{folder} holds other files ({strangers[0]}, …); name an empty or new folder")
        with _locked(folder):
            _publish(folder, write)
    except (PermissionError, NotADirectoryError, FileExistsError) as e:
        raise StoreProblem(f"{folder} cannot be written: {e.strerror}; name another folder with --on") from None


def _publish(folder: Path, write: Callable[[Path], None]) -> None:
    import shutil

    numbers = [int(p.name.removeprefix(PREFIX)) for p in folder.glob(f"{PREFIX}[0-9]*")]
    fresh = folder / f"{PREFIX}{max(numbers, default=0) + 1:06d}"
    try:
        write(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    pointer = folder / f"{PREFIX}pointer"
    pointer.write_text(fresh.name + "\n", encoding="ascii")
    before = (folder / CURRENT).read_text(encoding="ascii").strip() if (folder / CURRENT).exists() else ""
    pointer.replace(folder / CURRENT)
    for old in folder.glob(f"{PREFIX}*"):
        if old.name not in (fresh.name, before):
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """A lock that dies with its process; StoreProblem where another build holds it."""
    with (folder / "lock").open("a") as handle:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreProblem(f"another build is writing {folder}; try again when it is done") from None
        yield
