"""How long our work takes, against the least that could do the same: `python -m tests.bench`, `make bench`.

Whole cold processes are timed from start to end, side by side (A B C A B C …), after one warm-up each; shown are the
median, the range, and the highest peak of resident memory (the child's ru_maxrss, so this process stays small and
imports neither kg nor a store). Measured are

- `kg ask second-tier-dependencies` on a built store; bare: pyoxigraph opens that store read-only, runs the same bound
  query over the same dataset and prints the rows; rdflib: parses all quads and runs that query;
- `kg build` of everything into a fresh folder; bare: pyoxigraph bulk-loads the finished quads into a fresh folder;
  rdflib: parses the finished quads, and, once and within LIMIT seconds, parses the stated ones and runs the rules;
- all rules to a fixpoint over synthetic stated quads (synthetic.py, rules.py), in processes of their own that tell the
  seconds after loading; bare: pyoxigraph runs the same rules as updates until nothing is new; owlrl: once, within
  OWL_LIMIT seconds, the OWL RL closure, which is another set of rules;
- what-ifs, each with a store of its own, and explanations, on the built store, and what-ifs on a synthetic store
  against loading it and reasoning anew (what_if.py);
- all questions with their example parameters on every engine, and asking against the bare query (questions.py);
- `kg load` into other stores beside their own bulk loaders, run in this environment (loading.py);
- how building, asking and finding partners grow with the graph (growth.py), in this environment;
- `kg serve` beside other endpoints (serving.py), and a soak of it with hostile clients (soak.py), in this environment.

All of them run in one throw-away environment in which the checkout's packages lie as a wheel lays them. An editable
install would not do: its import hook loads pathlib into every process, which slows the bare question by some 40 %
and flatters the ratio. Needs rdflib and owlrl and a Unix; no network. `python -m tests.bench rules` (or ask,
build, what-if, load, growth, serving, soak) measures that alone. Exit code 0, targets met or not.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import tomllib
import venv
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
KG = ["-c", "import sys; from kg.__main__ import main; sys.exit(main())"]  # what the script `kg` does
FRESH = "FRESH"  # in a command: a folder that does not exist yet
LIMIT, OWL_LIMIT, PATIENCE = 60.0, 240.0, 600.0  # seconds
SEED = 7
#: Stated triples of the synthetic graphs, and how often each way is run on them.
SIZES = {100_000: 5, 1_000_000: 3}
#: Without PYTHON… variables: PYTHONDONTWRITEBYTECODE would make each run compile kg anew, as no installed one does.
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
ENVIRON["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where the server Oxigraph lies


class Run(NamedTuple):
    """One process: wall-clock seconds, peak resident megabytes, standard output."""

    seconds: float
    megabytes: float
    output: str


class Target(NamedTuple):
    """What is promised: at most so many times the bare script, under so many megabytes."""

    times: float
    megabytes: float = float("inf")


def run(command: list[str], limit: float = PATIENCE) -> Run:
    """One process, from start to end; TimeoutError where it is killed at the limit, SystemExit where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=tempfile.gettempdir(), env=ENVIRON)
        timer = threading.Timer(limit, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == -signal.SIGKILL and seconds >= limit:
            raise TimeoutError
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{err.read().decode()}")
        unit = 1024**2 if sys.platform == "darwin" else 1024
        return Run(seconds, usage.ru_maxrss / unit, out.read().decode())


def side_by_side(commands: dict[str, list[str]], runs: int, scratch: Path) -> dict[str, list[Run]]:
    """The runs of each command, taken in turns, after one warm-up each."""
    done: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            fresh = scratch / "fresh"
            found = run([str(fresh) if part == FRESH else part for part in command])
            shutil.rmtree(fresh, ignore_errors=True)
            if turn:
                done[name].append(found)
    return done


def environment(folder: Path) -> str:
    """The Python of a new environment in a folder: our packages as a wheel lays them, all others those of this one."""
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    site = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).output.strip())
    (site / "others.pth").write_text("\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package, source in sorted(settings["package-dir"].items()):
        shutil.copytree(CHECKOUT / source, site.joinpath(*package.split(".")), dirs_exist_ok=True)
    return python


def lines(measured: dict[str, list[Run]], target: Target) -> list[str]:
    """Lines of the table: the first command is ours and has the target, the second is the bare one."""
    medians = {name: statistics.median(r.seconds for r in runs) for name, runs in measured.items()}
    ours, bare = list(measured)[:2]
    told = []
    for name, runs in measured.items():
        times, peak = medians[name] / medians[bare], max(r.megabytes for r in runs)
        span = f"{min(r.seconds for r in runs) * 1000:,.0f}–{max(r.seconds for r in runs) * 1000:,.0f}"
        promised, verdict = "", ""
        if name == ours:
            memory = f", under {target.megabytes:g} MB" if target.megabytes < float("inf") else ""
            promised = f"at most {target.times:g}×{memory}"
            verdict = "met" if times <= target.times and peak < target.megabytes else "missed"
        told.append(
            f"| {name} | {medians[name] * 1000:,.0f} | {span} | {peak:.0f} | {times:.1f}× | {promised} | {verdict} |"
        )
    return told


def measure_ask(python: str, folder: Path, store: Path) -> list[str]:
    """Lines for the headline question."""
    generation = store / (store / "eic-current").read_text(encoding="ascii").strip()
    query = str(folder / "query.rq")
    commands = {
        "`kg ask second-tier-dependencies`": [python, *KG, "ask", "second-tier-dependencies", "--on", str(store)],
        "the same query, pyoxigraph alone": [python, str(HERE / "bare_ask.py"), str(generation), query],
        "the same query, rdflib alone": [python, str(HERE / "rdflib_ask.py"), str(folder / "finished.nq"), query],
    }
    ours, bare, other = (run(command).output for command in commands.values())
    count = len(bare.splitlines())
    if not count or count != len(other.splitlines()) or f"\n{count} rows" not in ours:
        sys.exit(f"the answers differ: {count} rows bare, {len(other.splitlines())} from rdflib; kg says\n{ours}")
    return lines(side_by_side(commands, 15, folder), Target(3, 80))


def measure_build(python: str, folder: Path) -> list[str]:
    """Lines for the build."""
    finished, stated, rules = (str(folder / name) for name in ("finished.nq", "stated.nq", "rules.json"))
    script = str(HERE / "rdflib_build.py")
    commands = {
        "`kg build`, with rules and checks": [python, *KG, "build", "--on", FRESH],
        "bulk load of the finished quads, pyoxigraph alone": [python, str(HERE / "bare_build.py"), finished, FRESH],
        "parse of the finished quads, rdflib alone": [python, script, finished],
    }
    told = lines(side_by_side(commands, 7, folder), Target(10))
    name = "parse of the stated quads and the rules, rdflib alone"
    try:
        once = run([python, script, stated, rules], LIMIT)
    except TimeoutError:
        return [*told, f"| {name} | rules not run: over {LIMIT:g} s | | | | | |"]
    return [*told, f"| {name} (one run) | {once.seconds * 1000:,.0f} | | {once.megabytes:.0f} | | | |"]


def measure_rules(python: str, folder: Path) -> list[str]:
    """Lines for the rules, on each synthetic graph, and for owlrl on the smallest."""
    told: list[str] = []
    for size, runs in SIZES.items():
        quads = str(folder / f"synthetic-{size}.nq")
        run([python, str(HERE / "synthetic.py"), str(size), "--seed", str(SEED), "--to", quads])
        name = f"{size:,} stated triples"
        commands = {
            f"all rules to a fixpoint, {name}": [python, str(HERE / "rules.py"), "materialise", quads],
            f"the same rules as updates, pyoxigraph alone, {name}": [python, str(HERE / "rules.py"), "bare", quads],
        }
        try:
            done = {name: [_inside(r) for r in rs] for name, rs in side_by_side(commands, runs, folder).items()}
        except TimeoutError:
            told.append(f"| rules, {name} | a run took over {PATIENCE:g} s | | | | | |")
            continue
        derived = {r.output.split()[1] for rs in done.values() for r in rs}
        if len(derived) != 1:
            sys.exit(f"the numbers of derived triples differ: {', '.join(sorted(derived))}")
        told += [
            row.replace("stated triples", f"stated → {int(*derived):,} derived") for row in lines(done, Target(1.5))
        ]
        if size == min(SIZES):
            told.append(_owl(python, quads, name))
    return told


def measure_what_ifs(python: str, folder: Path, store: Path) -> list[str]:
    """Lines for what-ifs and explanations on the paper's graph, and for what-ifs on 1e5 triples against a rebuild."""
    script, told = str(HERE / "what_if.py"), []
    for name, median, worst, count in _figures(run([python, script, "paper", str(store)])):
        limit = 50 if "explanation" in name else 100 if "absent" not in name else None
        verdict = ("met" if median < limit else "missed") if limit else ""
        promised = f"under {limit} ms" if limit else ""
        told.append(f"| {name} ({count} of them) | {median:.0f} | …–{worst:.0f} | | | {promised} | {verdict} |")
    quads = str(folder / "synthetic-what-if.nq")
    run([python, str(HERE / "synthetic.py"), "100000", "--seed", str(SEED), "--to", quads])
    (_, rebuild, *_), *what_ifs = _figures(run([python, script, "synthetic", quads, str(folder / "synthetic")]))
    told.append(f"| 100,000 stated triples: load and rules, no checks | {rebuild:.0f} | | | 1.0× | | |")
    for name, median, worst, _ in what_ifs:
        verdict = "met" if median <= rebuild / 10 else "missed"
        share = f"{median / rebuild:.2f}×"
        told.append(f"| … {name} | {median:.0f} | …–{worst:.0f} | | {share} | at most 0.1× | {verdict} |")
    return told


def measure_questions(python: str, store: Path) -> list[str]:
    """The table of the library: each engine with the median and the worst of all questions with their examples."""
    told = [
        "",
        "| all questions with their examples | median ms | worst ms | which | sum ms |",
        "|---|--:|--:|---|--:|",
    ]
    for line in run([python, str(HERE / "questions.py"), str(store)]).output.splitlines():
        name, *figures = line.split("\t")
        if name == "ratio":
            what, median, worst, count = figures
            told.append(f"| {what}, {count} questions | {median}× | {worst}× | | |")
        else:
            told.append(f"| {name}, {figures[-1]} questions | {' | '.join(figures[:-1])} |")
    return told


def measure_loads() -> list[str]:
    """The table of loads into other stores, measured in this environment, for it needs the servers of the tests."""
    command = [sys.executable, "-m", "tests.bench.loading"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    return ["", *(done.stdout.splitlines() or [done.stderr])]


def measure_growth() -> list[str]:
    """The tables of growth, which take more than an hour at their largest size."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.growth"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    return ["", *done.stdout.splitlines()]


def measure_serving(script: str, store: Path) -> list[str]:
    """What a script about `kg serve` prints, run in this environment, for it needs the servers of the tests."""
    command = [sys.executable, "-m", f"tests.bench.{script}", str(store)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    return done.stdout.splitlines() or [done.stderr]


def _figures(done: Run) -> list[tuple[str, float, float, int]]:
    lines_ = (line.split("\t") for line in done.output.splitlines())
    return [(name, float(median), float(worst), int(count)) for name, median, worst, count in lines_]


def _inside(whole: Run) -> Run:
    """A run with the seconds that its process tells."""
    return whole._replace(seconds=float(whole.output.split()[0]))


def _owl(python: str, quads: str, name: str) -> str:
    name = f"OWL RL closure (other rules), rdflib and owlrl, {name}"
    try:
        once = _inside(run([python, str(HERE / "rules.py"), "owlrl", quads], OWL_LIMIT))
    except TimeoutError:
        return f"| {name} | not done: over {OWL_LIMIT:g} s | | | | | |"
    return f"| {name} (one run) | {once.seconds * 1000:,.0f} | | {once.megabytes:.0f} | | | |"


def main() -> None:
    """Print the table, of all that is measured or of what is named as arguments (see the module)."""
    usual = ["ask", "build", "rules", "what-if", "questions", "load", "serving", "soak"]  # growth, by name, takes hours
    wanted = sys.argv[1:] or usual
    if not hasattr(os, "wait4"):
        sys.exit("the benchmarks need a Unix: Windows does not tell the peak memory of one child")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="eic-bench-") as name:
        folder = Path(name)
        store, python = folder / "store", environment(folder / "environment")
        run([python, *KG, "build", "--on", str(store)])
        run([python, str(HERE / "prepare.py"), str(store), str(folder)])
        with (folder / "finished.nq").open("rb") as file:
            count = sum(1 for _ in file)
        told = measure_ask(python, folder, store) if "ask" in wanted else []
        told += measure_build(python, folder) if "build" in wanted else []
        told += measure_rules(python, folder) if "rules" in wanted else []
        told += measure_what_ifs(python, folder, store) if "what-if" in wanted else []
        told += measure_questions(python, store) if "questions" in wanted else []
        told += measure_loads() if "load" in wanted else []
        told += measure_growth() if "growth" in wanted else []
        for script in ("serving", "soak"):
            told += measure_serving(script, store) if script in wanted else []
    libraries = ", ".join(f"{library} {version(library)}" for library in ("pyoxigraph", "rdflib", "owlrl"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}"
    print(f"{time.strftime('%Y-%m-%d')} · {machine}")
    print(f"· Python {platform.python_version()}, {libraries} · {count:,} quads\n")
    print("| whole process | median ms | range ms | peak MB | against bare | target | |")
    print("|---|--:|--:|--:|--:|---|---|")
    print("\n".join(told))


if __name__ == "__main__":
    main()
