"""The functions of expressions, with their examples."""

from __future__ import annotations

import inspect
import re

from docs.generator.markdown import code, plain, table
from ivrkit.expressions.functions.registry import Function, functions

_EXAMPLE = re.compile(r"^\s*Example: .*$", re.MULTILINE)


def functions_() -> str:
    """A table per group, in the order of the alphabet."""
    return "\n\n".join(_group(name, members) for name, members in _groups().items())


def names() -> str:
    """The names alone, a line per group."""
    rows = (
        (_title(name), ", ".join(code(each.name) for each in members))
        for name, members in _groups().items()
    )
    return table(("of", "functions"), rows)


def _groups() -> dict[str, list[Function]]:
    groups: dict[str, list[Function]] = {}
    for each in functions().values():
        groups.setdefault(each.group, []).append(each)
    return dict(sorted(groups.items()))


def _title(group: str) -> str:
    return group.capitalize().replace("_", " ")


def _group(name: str, members: list[Function]) -> str:
    rows = ((code(each.signature), _text(each), _examples(each)) for each in members)
    return f"**{_title(name)}**\n\n" + table(("function", "gives", "example"), rows)


def _text(function: Function) -> str:
    return plain(_EXAMPLE.sub("", inspect.cleandoc(function.doc)))


def _examples(function: Function) -> str:
    return "; ".join(f"`{call}` is `{value}`" for call, value in function.examples)
