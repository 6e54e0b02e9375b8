"""The command line: `kg COMMAND …`. A command is a module of kg/commands with HELP, EXAMPLE, `arguments` and `run`.

Exit codes: 0 fine, 1 a crash, 2 asked wrongly, 3 a check or a verification found something.
Results go to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.errors import ChecksFailed, KgError, nearest


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="")
    try:
        return _run(words)
    except ChecksFailed as e:
        return _fail(str(e), 3)
    except KgError as e:
        return _fail(str(e), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _fail("interrupted", 130)


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(_overview())
        return 0 if words else 2
    if words[0] == "--version":
        from kg import __version__

        print(f"eic-kg {__version__}")
        return 0
    if words[0] not in names():
        return _fail(_unknown(words[0]), 2)
    command = _module(words[0])
    parser = argparse.ArgumentParser(
        prog=f"kg {words[0]}",
        description=command.HELP,
        epilog=f"example:\n  {command.EXAMPLE}",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=100),
        add_help=getattr(command, "OWN_HELP", None) is None,
    )
    command.arguments(parser)
    return int(command.run(parser.parse_intermixed_args(words[1:])))


def names() -> list[str]:
    """The names of all commands, by discovery."""
    return sorted(path.stem.replace("_", "-") for path in (Path(__file__).parent / "commands").glob("[a-z]*.py"))


def _module(name: str) -> Any:
    return import_module(f"kg.commands.{name.replace('-', '_')}")


def _unknown(word: str) -> str:
    from kg.library import names as question_names

    if word in question_names():
        return f"{word} is a question: `kg ask {word}`"
    near = nearest(word, names())
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"no command is called {word!r}{hint}; `kg --help` lists all"


def _overview() -> str:
    commands: dict[str, Any] = {name: _module(name) for name in names()}
    listed = "\n".join(f"  {name:10} {command.HELP}" for name, command in commands.items())
    examples = "\n".join(f"  {command.EXAMPLE}" for command in commands.values())
    about = "EIC Graph: cities, alliances and innovation partnerships, every statement traced to its page."
    usage = "usage: kg COMMAND … (`kg COMMAND --help` tells more)"
    return f"{usage}\n\n{about}\n\ncommands:\n{listed}\n\nexamples:\n{examples}"


def _fail(message: str, code: int) -> int:
    print(f"kg: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
