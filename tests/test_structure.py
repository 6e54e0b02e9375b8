"""The house: modules import only what stands before them, and what is installed is what is here."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = """
    errors terms content patterns tables schema statements references passages discovery values dates memberships
    rosters words sparql literals namekeys searchkeys gazetteer measures wishes programmes pools designing fitting
    design fields library kept bearers
    computed mentions finding answers views settling resolution locks generations engines naming evidence captions
    citations reports membership_remarks alliance_words cities places partners partnering alliances
    alliance_remarks allying alliance_changes analyses outlets
    conversions serializations graph remote digests loading copying examples verification reasoning remote_reasoning
    matching revision abduction absence derivations explanation hypotheses entries supposing whatif owl relevance
    hermit checks judge releases catalog coverage pages pipeline streams clearing placing ingestion sheets mapping
    cells plans rollcall mapped bringing wikidata pictures web brief commands __main__
""".split()  # noqa: SIM905 - a list of words is easier to read and to put in order as words
FILES = [p for p in (ROOT / "kg").rglob("*.py") if p != ROOT / "kg" / "__init__.py"]


def rank(module: str) -> int:
    return ORDER.index(module.split(".")[1])


def imports(path: Path) -> list[str]:
    """The modules of kg that a file imports when it is run, not those for type checkers alone."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)]
    skipped = {id(n) for block in typing_only for n in ast.walk(block)}
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and id(node) not in skipped
            and node.module.startswith("kg")
        ):
            parts = [f"kg.{a.name}" for a in node.names] if node.module == "kg" else [node.module]
            found += [part for part in parts if "__version__" not in part]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = rank(".".join(parts))
    lazily = {
        "answers": {"views", "conversions"},
        "graph": {"explanation"},
        "analyses": {"hypotheses", "whatif", "pictures", "brief"},
        "outlets": {"conversions", "serializations", "loading", "remote", "copying"},
    }  # an answer renders, a graph explains itself and what comes of it
    for module in imports(path):
        other = module.split(".")[1]
        assert rank(module) <= own or other in lazily.get(parts[1], ()), (
            f"{parts[1]} imports {other}, which comes after it"
        )


def test_modules_are_small() -> None:
    long = {p.name: n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > 250}
    assert not long


def test_asking_imports_nothing_heavy() -> None:
    script = "import sys, kg; from kg.commands import ask; from kg.graph import Graph; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert not {"rdflib", "owlready2", "SPARQLWrapper", "pandas", "networkx", "numpy"} & set(out.split())


@pytest.mark.slow
def test_the_wheel_answers_from_another_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    content = ("kg", "ontology", "ingest", "queries")
    for name in content:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip"]
    make = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(make, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "site"
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", str(place), str(wheel)], check=True)
    ask = "import kg; print(kg.__file__); print(len(kg.build().ask('partner-tiers')))"
    script = f"import sys; sys.path.insert(0, {str(place)!r}); {ask}"
    out = subprocess.run([sys.executable, "-I", "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert out.stdout.splitlines() == [str(place / "kg" / "__init__.py"), "8"]
    assert not list(place.rglob("test_*.py"))


def test_versions_agree() -> None:
    import kg

    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert kg.__version__ == told
    assert f"/ontology/{told}>" in (ROOT / "ontology" / "eic.ttl").read_text("utf-8")
    assert f"version: {told}" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {told}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
