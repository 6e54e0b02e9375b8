"""The tutorial: each cell runs, and shows what the file says that it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.notebook import run_cell

BOOK = json.loads((Path(__file__).parent.parent / "docs" / "tutorial.ipynb").read_text("utf-8"))
#: The version of the graph changes with each change of its sources, and is told under every answer.
VERSION = re.compile(r"\d+\.\d+\.\d+\+[0-9a-f]{8}")


def comparable(outputs: list[dict[str, Any]]) -> list[Any]:
    return json.loads(VERSION.sub("VERSION", json.dumps(outputs, ensure_ascii=False)))  # type: ignore[no-any-return]  # of json


def test_the_tutorial_shows_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("numpy", "scipy"):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    for cell in BOOK["cells"]:
        if cell["cell_type"] == "code":
            found = run_cell("".join(cell["source"]), namespace)
            assert comparable(found) == comparable(cell["outputs"]), "".join(cell["source"])


def test_the_tutorial_goes_from_install_to_a_proposal() -> None:
    told = "\n".join("".join(cell["source"]) for cell in BOOK["cells"])
    steps = ("pip install", "kg.build", ".ask(", ".explain(", ".draw(", ".partners(", ".suppose(", "design_alliance")
    for step in steps:
        assert step in told
    assert BOOK["nbformat"] == 4 and all(cell["id"] for cell in BOOK["cells"])
