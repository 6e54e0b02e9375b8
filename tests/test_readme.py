"""The README is true: its commands run and print what it shows (the graph's digest apart)."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from kg.__main__ import main
from kg.graph import Graph
from kg.library import questions
from kg.pages import command, page

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
SHOWN = [(line[2:], rest) for block in BLOCKS for line, _, rest in [block.partition("\n")] if line.startswith("$ kg ")]


def normal(text: str) -> str:
    return re.sub(r"0\.1\.0\+[0-9a-f]{8}", "0.1.0+VERSION", text).strip()


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_prints_what_the_readme_shows(
    command: str, shown: str, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KG_STORE", str(store))
    assert main(shlex.split(command)[1:]) == (2 if shown.startswith("kg: ") else 0)
    out = normal("".join(capsys.readouterr()))
    for part in normal(shown).split("\n…\n"):
        assert part.strip() in out


def test_the_readme_shows_commands() -> None:
    assert len(SHOWN) >= 4


@pytest.mark.parametrize(("language", "name"), [("en", "questions.md"), ("zh", "questions.zh.md")])
def test_the_page_of_the_library_is_what_the_library_gives(graph: Graph, language: str, name: str) -> None:
    """`make docs` writes it anew."""
    written = (Path(__file__).parent.parent / "docs" / name).read_text("utf-8")
    assert page(graph, language) == written


@pytest.mark.slow
def test_the_commands_on_the_page_run(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", str(store))
    for question in questions():
        assert main([*shlex.split(command(question))[1:], "--to", os.devnull, "--as", "json"]) == 0
