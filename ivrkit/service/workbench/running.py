"""Runs commands, typed or piped in, one after the other."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from functools import cache

from ivrkit.errors import IvrkitError, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.registry import Registry
from ivrkit.service.keypad import KEYS
from ivrkit.service.workbench import commands
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk

ENTRY_POINTS = "ivrkit.workbench"


@cache
def all_commands() -> Mapping[str, Command]:
    """All commands by name (entry point group ``ivrkit.workbench``)."""
    found = Registry.find(Command, "name", commands, ENTRY_POINTS)  # type: ignore[type-abstract]
    return {name: found[name]() for name in sorted(found)}


@cache
def names() -> Mapping[str, Command]:
    """The commands by name and by every short name."""
    known = dict(all_commands())
    for command in all_commands().values():
        for alias in command.aliases:
            known.setdefault(alias, command)
    return known


def command_of(line: str) -> tuple[Command, str]:
    """The command in a line and its arguments; keys alone are pressed, words in quotes are said.
    Raises ValueRejected for what is no command, with the nearest."""
    word, _, rest = line.strip().partition(" ")
    known = names()
    if word.startswith('"'):
        return known["say"], line.strip()
    if word in known:
        return known[word], rest.strip()
    if set(word.upper()) <= KEYS and not rest:
        return known["press"], word
    near = did_you_mean(word, known) or "help lists the commands"
    raise ValueRejected(f"there is no command '{word[:40]}'", hint=near)


async def run_workbench(desk: Desk, lines: AsyncIterator[str]) -> None:
    """Do what the lines say until there are no more or one of them leaves. What cannot be done is
    told, counted, and the next is done. An empty line repeats ``step`` and its like; behind ``#``
    and a space stands a comment."""
    last = ""
    async for line in lines:
        text = line.strip()
        if text.startswith("# "):
            continue
        text = text or last
        if not text:
            continue
        last = ""
        try:
            command, arguments = command_of(text)
            await command.run(desk, arguments)
            last = text if command.repeats else ""
        except IvrkitError as error:
            desk.failures += 1
            desk.tell(f"✗ {error.message}" + (f"\n  {error.hint}" if error.hint else ""))
        if desk.over:
            return


async def piped_lines(desk: Desk) -> AsyncIterator[str]:
    """Commands from a standard input that is no terminal; each is shown before it is done."""
    for line in sys.stdin:
        if line.strip():
            desk.tell(f"> {line.strip()}")
            yield line
