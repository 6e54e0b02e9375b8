"""`kg what-if`: what would change under one hypothesis or several."""

from __future__ import annotations

import argparse
from pathlib import Path

from kg.commands import open_graph, store_option, view_options, write_answer
from kg.errors import BadQuestion

HELP = "tell what would change under a hypothesis, or under several side by side"
EXAMPLE = 'kg what-if --add Novosibirsk hasTier "second tier" --remove Kyiv hasTier "second tier"'
_ABOUT = """A hypothesis is a small file:

  title = { en = "Kyiv joins the WTA", zh = "基辅加入世界科技城市联盟" }
  add = [
    ["Kyiv", "memberOf", "WTA"],
    { class = "City", en = "Yerevan", zh = "埃里温", ru = "Ереван" },
    ["Yerevan", "hasTier", "third tier"],
    { city = "Yerevan", element = "market demand", level = "potential", source = "…", date = "2026-11" },
  ]
  remove = [ ["Baku", "hasTier", "second tier"], "claim:paper/dependence-004", "Tbilisi" ]

The graph itself is never changed. `kg ask … --suppose FILE` (explain, query, export too) answers under it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = f"{HELP}\n\n{_ABOUT}"
    parser.add_argument("files", metavar="FILE", nargs="*", help="a hypothesis: TOML, or CSV as `kg assess` writes it")
    edge = ("SUBJECT", "PROPERTY", "OBJECT")
    for name, told in (("add", "an edge that is supposed"), ("remove", "an edge that is withdrawn")):
        parser.add_argument(f"--{name}", nargs=3, metavar=edge, action="append", default=[], help=told)
    parser.add_argument("--title", default="", help="what to call the hypothesis given by --add and --remove")
    parser.add_argument("--save", metavar="FILE", help="write the hypothesis given by --add and --remove to a file")
    store_option(parser)
    view_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from kg.hypotheses import hypothesis, read
    from kg.whatif import compare, suppose

    supposed = [read(file) for file in options.files]
    if options.add or options.remove:
        supposed.append(hypothesis(options.add, options.remove, options.title))
    elif options.save:
        raise BadQuestion("--save needs --add or --remove")
    if not supposed:
        raise BadQuestion("suppose something: a FILE, --add or --remove; `kg what-if --help` shows how")
    graph = open_graph(options.on)
    changed = [suppose(graph, one) for one in supposed]
    if options.save:
        _save(Path(options.save), supposed[-1].to_toml())
    write_answer(compare(changed, options.lang), options)
    return 0


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as e:
        raise BadQuestion(f"{path} cannot be written: {e.strerror}") from None
