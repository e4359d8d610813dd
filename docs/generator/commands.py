"""The commands, from what their ``--help`` is made of."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from docs.generator.markdown import block, code, plain, table
from ivrkit.cli.main import application

_MARKUP = re.compile(r"\[/?\w*\]")
_ALWAYS = frozenset({"help", "install_completion", "show_completion"})


def commands() -> str:
    """All commands, in the order of the alphabet."""
    program: Any = typer.main.get_command(application())
    return "\n\n".join(_command(name, each) for name, each in _all(program, "ivrkit"))


def _all(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, command in sorted(group.commands.items()):
        yield f"{prefix} {name}", command
        if hasattr(command, "commands"):
            yield from _all(command, f"{prefix} {name}")


def _command(name: str, command: Any) -> str:
    pieces = [f"## {name}", *(plain(each) for each in _paragraphs(command.help))]
    rows = [_parameter(each) for each in command.params if each.name not in _ALWAYS]
    if rows:
        pieces.append(table(("argument or option", "what it says"), rows))
    examples, _, notes = _epilog(command.epilog or "").partition("\n\n")
    if examples:
        pieces.append(block(examples, "sh"))
    return "\n\n".join([*pieces, *(plain(each) for each in _paragraphs(notes))])


def _parameter(parameter: Any) -> tuple[str, str]:
    is_option = parameter.param_type_name == "option"
    names = ", ".join(code(each) for each in parameter.opts) if is_option else None
    shown = names or code(parameter.name.upper())
    return shown, plain(_MARKUP.sub("", getattr(parameter, "help", None) or ""))


def _epilog(text: str) -> str:
    """The examples, one per line, an empty line, and what is said behind them."""
    lines = [each.strip() for each in inspect.cleandoc(text).splitlines()]
    lines = [each for each in lines if each and each != "Examples:"]
    is_example = [re.match(r"(ivrkit|echo) ", each) is not None for each in lines]
    last = max((n for n, found in enumerate(is_example, 1) if found), default=0)
    notes: list[str] = []
    for each in lines[last:]:
        if notes and not each.startswith("Exit status"):
            notes[-1] += f" {each}"
        else:
            notes.append(each)
    return "\n".join(lines[:last]) + "\n\n" + "\n\n".join(notes)


def _paragraphs(text: str | None) -> list[str]:
    return [each for each in re.split(r"\n\s*\n", inspect.cleandoc(text or "")) if each.strip()]
