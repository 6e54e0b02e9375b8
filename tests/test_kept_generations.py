"""Of the generations in a folder those that are needed stay, and no others; what is damaged is told and mended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.errors import StoreProblem
from kg.generations import current, publish
from tests.builds import folder as folder
from tests.builds import lying_about, stored, told


def test_the_generation_before_is_kept(folder: Path) -> None:
    publish(folder, stored("new"))
    assert lying_about(folder) == ["generation-000002", "generation-000003"]
    assert (folder / "eic-current").read_text() == "generation-000003\n"


def test_what_only_looks_like_a_generation_is_left_alone(folder: Path) -> None:
    (folder / "generation-000001.bak").mkdir()
    (folder / "generation-notes.txt").write_text("mine")
    for word in ("new", "newer"):
        publish(folder, stored(word))
    assert told(folder) == "newer"
    assert {"generation-000001.bak", "generation-notes.txt"} < set(lying_about(folder))


@pytest.mark.parametrize("pointer", [b"", b"\xff\x00", b"generation-000009\n", b"generation-/../../etc\n"])
def test_a_damaged_pointer_is_told_and_mended_by_the_next_build(folder: Path, pointer: bytes) -> None:
    (folder / "eic-current").write_bytes(pointer)
    with pytest.raises(StoreProblem, match=r"is missing or empty|is no generation here"):
        kg.open(folder)
    publish(folder, stored("new"))
    assert told(folder) == "new"


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST", ".sst"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, path.stat().st_size // 2)])
def test_a_damaged_generation_is_told(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(next(path for path in sorted(current(folder).iterdir()) if name in path.name))
    with pytest.raises(StoreProblem, match=r"cannot be read: .*run `kg build|holds no graph of ours"):
        kg.open(folder)
    publish(folder, stored("new"))
    assert told(folder) == "new"


def test_a_folder_that_vanishes_under_a_build_is_told(folder: Path) -> None:
    with pytest.raises(StoreProblem, match="was moved or removed"):
        publish(folder, stored("new", lambda: shutil.rmtree(folder)))
    assert not folder.exists()
    publish(folder, stored("newer"))
    assert told(folder) == "newer"


def test_a_folder_that_another_build_made_anew_meanwhile_is_not_touched(folder: Path) -> None:
    def another() -> None:
        shutil.rmtree(folder)
        for word in ("first", "second", "third", "fourth"):
            publish(folder, stored(word))

    with pytest.raises(StoreProblem, match="was moved or removed"):
        publish(folder, stored("new", another))
    assert told(folder) == "fourth"
    assert lying_about(folder) == ["generation-000003", "generation-000004"]
