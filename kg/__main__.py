"""The command line: `kg build|ask|query|questions|sources|check|verify|locate|export`.

Exit codes: 0 fine, 1 a crash, 2 asked wrongly, 3 a check or a verification found something.
Results go to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__
from kg.errors import BadQuestion, ChecksFailed, KgError, StoreProblem
from kg.generations import default_store

if TYPE_CHECKING:
    from kg.graph import Graph

EXAMPLES = """examples:
  kg ask second-tier-dependencies                  which second-tier cities depend on which first-tier partners
  kg ask second-tier-dependencies city=Kyiv --lang zh
  kg ask alliance-members alliance=WTA --as csv
  kg ask alliances --help                          what a question takes and gives
  kg questions                                     all questions
  kg query 'SELECT ?city WHERE { ?city a eic:ThirdTierPartner }'
  kg verify paper.md                               does each citation stand in your copy of the paper?
"""
VIEWS = ("table", "csv", "tsv", "json", "markdown", "html")


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="kg", description="EIC Graph: cities, alliances and innovation partnerships, every statement with its page.", epilog=EXAMPLES, formatter_class=raw)
    parser.add_argument("--version", action="version", version=f"eic-kg {__version__}")
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument("--on", metavar="PATH|URL", help="the store: a folder or a SPARQL endpoint (default: $KG_STORE, else your data folder)")
    shown = argparse.ArgumentParser(add_help=False)
    shown.add_argument("--as", dest="view", choices=VIEWS, default="table", help="form of the answer (json: SPARQL 1.1 results)")
    shown.add_argument("--lang", choices=("zh", "en", "ru"), default="en", help="language of labels; a fallback is marked")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_: str, example: str, *parents: argparse.ArgumentParser, **more: bool) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=help_, epilog=f"example:\n  {example}", parents=list(parents), formatter_class=raw, **more)  # type: ignore[arg-type]

    add("build", "make the graph from its sources, check it, publish it", "kg build --on data/eic", store)
    ask = add("ask", "answer a question of the library", "kg ask second-tier-dependencies city=Kyiv --lang zh", store, shown, add_help=False)
    ask.add_argument("name", metavar="QUESTION", nargs="?", help="name of a question; `kg questions` lists all")
    ask.add_argument("values", metavar="param=value", nargs="*", help="a label in zh, en or ru, a CURIE or an IRI; repeat for several values")
    ask.add_argument("--show", action="store_true", help="print the bound SPARQL instead of asking")
    ask.add_argument("-h", "--help", action="store_true", dest="help_", help="this text, or after QUESTION what it takes and gives")
    query = add("query", "answer a free SPARQL query", "kg query 'SELECT ?city WHERE { ?city a eic:SecondTierPartner }'", store, shown)
    query.add_argument("sparql", metavar="SPARQL", help="the query; - reads it from standard input")
    listed = add("questions", "list the questions of the library", "kg questions --tag dependence --lang zh")
    listed.add_argument("--tag", help="only those with this tag")
    listed.add_argument("--lang", choices=("zh", "en", "ru"), default="en")
    add("sources", "list where the graph comes from", "kg sources")
    check = add("check", "run all checks on a store; exit 3 on errors", "kg check --lang zh", store)
    check.add_argument("--lang", choices=("zh", "en"), default="en")
    verify = add("verify", "find each citation in a copy of the paper; exit 3 unless all are found", "kg verify paper.md", store)
    verify.add_argument("paper", type=Path, metavar="PAPER", help="text of the paper (UTF-8)")
    verify.add_argument("--all", action="store_true", help="list every citation, not only those in trouble")
    locate = add("locate", "find words in a copy of the paper and print the span to cite in a table", "kg locate paper.md 三级创新伙伴")
    locate.add_argument("paper", type=Path, metavar="PAPER")
    locate.add_argument("words", metavar="WORDS")
    add("export", "print the whole graph as sorted N-Quads", "kg export > eic.nq", store)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest:  # values may stand after options: kg ask NAME --lang zh city=Kyiv
        if options.command != "ask" or any(text.startswith("-") or "=" not in text for text in rest):
            parser.error(f"unrecognized arguments: {' '.join(rest)}; `kg {options.command} --help` tells what there is")
        options.values += rest
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="")
    try:
        code: int = globals()[f"_{options.command}"](options)
        return code
    except ChecksFailed as e:
        print(f"kg: {e}", file=sys.stderr)
        return 3
    except KgError as e:
        print(f"kg: {e}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def _open(options: argparse.Namespace) -> Graph:
    from kg.graph import Graph

    if options.on is not None:
        return Graph.open(options.on)
    folder = default_store()
    try:
        return Graph.open(folder)
    except StoreProblem:
        if folder.exists() and any(folder.iterdir()):
            raise
    print(f"kg: no store yet; building one in {folder}", file=sys.stderr)
    from kg.pipeline import build

    return build(folder)


def _build(options: argparse.Namespace) -> int:
    from kg.pipeline import build

    target = options.on or str(default_store())
    if "://" in target:
        raise BadQuestion(f"--on {target}: a build goes into a folder")
    graph = build(target, lambda step: print(f"kg: {step} …", file=sys.stderr))
    count = sum(1 for _ in graph.quads())
    print(f"kg: {count} statements in {target}, version {graph.version()}", file=sys.stderr)
    return 0


def _ask(options: argparse.Namespace) -> int:
    if options.name is None or options.help_:
        return _explain_question(options)
    from kg.library import question

    question(options.name)
    given: dict[str, list[str]] = {}
    for pair in options.values:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BadQuestion(f"{pair!r}: write param=value, for example city=Kyiv")
        given.setdefault(name, []).append(value)
    graph = _open(options)
    if options.show:
        print(graph.show(options.name, **given))
    else:
        _write(graph.ask(options.name, options.lang, **given).to(options.view))
    return 0


def _explain_question(options: argparse.Namespace) -> int:
    if options.name is None:
        commands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
        print(commands.choices["ask"].format_help(), end="")
        return 0 if options.help_ else 2
    from kg.library import question

    asked, language = question(options.name), "zh" if options.lang == "zh" else "en"
    print(f"{asked.name}\n  {asked.title[options.lang]}\n  {asked.description[language]}\n  tags: {', '.join(asked.tags)}")
    for p in asked.parameters.values():
        kind = p.of if p.kind in ("class", "concept") else p.kind
        nature = ("required" if p.required else "optional") + (", several" if p.many else "")
        print(f"  {p.name}=… ({kind}, {nature}): {p.about[language]}; for example {p.name}={p.example}")
    for column, titles in asked.columns.items():
        print(f"  → {column}: {titles[language]}")
    example = " ".join(f"{p.name}={p.example!r}" if " " in p.example else f"{p.name}={p.example}" for p in asked.parameters.values())
    print(f"example:\n  kg ask {asked.name} {example}".rstrip())
    return 0


def _query(options: argparse.Namespace) -> int:
    text = sys.stdin.read() if options.sparql == "-" else options.sparql
    _write(_open(options).query(text, options.lang).to(options.view))
    return 0


def _questions(options: argparse.Namespace) -> int:
    from kg.library import questions

    found = questions(options.tag)
    if not found:
        tags = sorted({tag for q in questions() for tag in q.tags})
        raise BadQuestion(f"no question has the tag {options.tag!r}; tags: {', '.join(tags)}")
    width = max(len(q.name) for q in found)
    for q in found:
        takes = f"  [{', '.join(q.parameters)}]" if q.parameters else ""
        print(f"{q.name:{width}}  {q.title[options.lang]}{takes}")
    return 0


def _sources(options: argparse.Namespace) -> int:
    from kg.discovery import sources

    for s in sources():
        print(f"{s.name}\n  {s.title['en']}\n  {s.title['zh']}\n  view of {s.year}; {s.origin}; {s.licence}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from kg.checks import all_checks, run_checks

    graph = _open(options)
    findings = run_checks(graph.embedded(), options.lang)
    for finding in findings:
        print(finding)
    errors = sum(f.severity == "error" for f in findings)
    print(f"kg: {len(all_checks())} checks, {errors} errors, {len(findings) - errors} warnings and notes", file=sys.stderr)
    return 3 if errors else 0


def _verify(options: argparse.Namespace) -> int:
    from kg.verification import verify

    verdicts = verify(_open(options), _text(options.paper))
    for v in verdicts:
        if options.all or v.outcome != "found":
            print(f"{v.outcome}: {v.place} [{'+'.join(f'{piece.start}-{piece.end}' for piece in v.pieces)}]")
    found = sum(v.outcome == "found" for v in verdicts)
    counts = {o: sum(v.outcome == o for v in verdicts) for o in ("ambiguous", "missing")}
    print(f"{found} of {len(verdicts)} citations found, {counts['ambiguous']} ambiguous, {counts['missing']} missing")
    return 0 if found == len(verdicts) else 3


def _locate(options: argparse.Namespace) -> int:
    from kg.passages import Text

    source = Text(_text(options.paper), 116)
    start, found = source.text.find(options.words), 0
    while start >= 0:
        found += 1
        place = source.place(start)
        where = f"note {place.footnote}" if place.footnote else f"§{place.section} ¶{place.paragraph}"
        print(f"{start}-{start + len(options.words)}  p. {place.page} {where} s{place.sentence}")
        start = source.text.find(options.words, start + 1)
    if not found:
        raise BadQuestion(f"{options.words!r} does not stand in {options.paper}")
    return 0


def _export(options: argparse.Namespace) -> int:
    _write(_open(options).export(), end="")
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise BadQuestion(f"{path} cannot be read as UTF-8 text: {e}") from None


def _write(text: str, end: str = "\n") -> None:
    sys.stdout.write(text if text.endswith("\n") else text + end)


if __name__ == "__main__":
    sys.exit(main())
