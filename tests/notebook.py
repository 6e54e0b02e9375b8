"""Running a notebook without a notebook server: its code cells, one after the other, and what each shows."""

from __future__ import annotations

import ast
import contextlib
import io
from typing import Any


def run_cell(source: str, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    """The outputs of a code cell, as a notebook's file has them: what it prints, and the value of its last line."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    tree.body = tree.body[:-1] if isinstance(last, ast.Expr) else tree.body
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), namespace)  # the notebook is ours
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)  # as above
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines})
    if value is not None:
        outputs.append({"data": shown(value), "metadata": {}, "output_type": "display_data"})
    return outputs


def shown(value: Any) -> dict[str, list[str]]:
    """What a notebook shows of a value: its text, and its picture or table where it has one."""
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    for name, media in (("_repr_html_", "text/html"), ("_repr_svg_", "image/svg+xml")):
        if hasattr(value, name):
            data[media] = str(getattr(value, name)()).splitlines(keepends=True)
    return data
