"""Fixtures: the graph built once in memory and once on disk, and the paper's text where there is a copy."""

from __future__ import annotations

import functools
import gc
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import hermit, pipeline
from kg.errors import StoreProblem
from kg.graph import Graph
from kg.remote import Addresses, addresses
from tests.engines import VIRTUOSO_MISSING, empty_oxigraph, empty_virtuoso, insist_on_virtuoso

#: What these find wrong is told like what a test finds wrong itself.
pytest.register_assert_rewrite("tests.attacked", "tests.builds", "tests.pages")
NEAR = Path(__file__).parent.parent.parent / "shared" / "paper" / "paper.md"


BUILD = pipeline.build  # which examples see patched


@functools.cache
def built() -> Graph:
    return BUILD("memory:")


@pytest.fixture(scope="session")
def graph() -> Graph:
    return built()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph on disk, built once for all processes that share in the tests: who would change it makes a copy."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "store" / "eic"
    while not (folder / "eic-current").exists():
        try:
            kg.build(folder)
        except StoreProblem as e:
            if "another build is writing" not in str(e):
                raise
            time.sleep(0.1)  # until the other process has built it
    return folder


class Examples:
    """The graph in memory is built once for all examples in docstrings and in the README."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        if not isinstance(item, pytest.DoctestItem):
            return (yield)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline, "build", lambda to, *how: built() if to == "memory:" else BUILD(to, *how))
            return (yield)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Examples())  # a hook of this file would not be asked about files elsewhere


@pytest.fixture(scope="session")
def paper() -> str:
    """The text of the paper, which is not part of the project: $EIC_PAPER names a copy."""
    path = Path(os.environ.get("EIC_PAPER") or NEAR)
    if not path.is_file():
        pytest.skip("no copy of the paper here: set EIC_PAPER to its text (paper.md) to prove the citations")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """An `oxigraph serve` of a module of tests, with nothing in it."""
    with empty_oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield addresses(address)


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """A Virtuoso of a module of tests, with nothing of ours in it; its writing addresses want a password."""
    insist_on_virtuoso()
    with empty_virtuoso(tmp_path_factory.mktemp("virtuoso")) as (address, _):
        yield addresses(f"{address}-auth")


@pytest.fixture(scope="session")
def java() -> str:
    """The Java that runs HermiT; tests that need it are skipped where there is none."""
    try:
        return hermit.java()
    except StoreProblem as e:
        pytest.skip(str(e))


def pytest_collection_finish() -> None:
    """Thousands of tests and what they hold stay to the end: the garbage collector need not look at them again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One visible line, however many tests were skipped for want of Java or Virtuoso."""
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    for reason in (hermit.JAVA_MISSING, hermit.OWLREADY_MISSING, VIRTUOSO_MISSING):
        if count := sum(reason in text for text in skipped):
            terminalreporter.write_line(f"SKIPPED {count} tests: {reason}", yellow=True)
