"""``ivrkit memory``: what flows remember."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import OUT
from ivrkit.service.configuration import load_configuration
from ivrkit.service.remembering import erase_memories, find_memories
from ivrkit.store import KeptMemory

EPILOG = """Examples:\n
    ivrkit memory\n
    ivrkit memory --caller +49301234567\n
    ivrkit memory --key membership: --format json\n
    ivrkit memory erase --caller +49301234567
"""
ERASE_EPILOG = """Examples:\n
    ivrkit memory erase --caller +49301234567\n
    ivrkit memory erase --key membership:
"""
Caller = Annotated[str, typer.Option("--caller", help="Only what this caller's calls have left.")]
Key = Annotated[str, typer.Option("--key", help="Only keys that begin so.")]


def memory(
    context: typer.Context,
    caller: Caller = "",
    key: Key = "",
    limit: Annotated[int, typer.Option(help="How many, at most.", min=1)] = 50,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """List what flows remember, the newest first; `erase` some of it."""
    if context.invoked_subcommand is not None:
        return
    configuration = load_configuration(config)
    found = asyncio.run(find_memories(configuration, caller=caller, key=key, limit=limit))
    if form is Format.json:
        typer.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False))
    else:
        _print(found)


def erase(caller: Caller = "", key: Key = "", config: Config = None) -> None:
    """Erase what a caller's calls have left, or what is kept under keys that begin so.

    The engine may run meanwhile.
    """
    count = asyncio.run(erase_memories(load_configuration(config), caller=caller, key=key))
    OUT.print(f"{count} erased")


def _plain(memory: KeptMemory) -> dict[str, Any]:
    return {
        "key": memory.key,
        "value": json.loads(memory.value),
        "caller": memory.caller,
        "call": memory.call_id,
        "written": memory.written.isoformat(),
        "expires": memory.expires.isoformat(),
    }


def _print(found: list[KeptMemory]) -> None:
    if not found:
        OUT.print("nothing is remembered")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("key", "value", "caller", "written", "until"):
        table.add_column(title, overflow="fold")
    for each in found:
        written, until = (f"{at.astimezone():%m-%d %H:%M}" for at in (each.written, each.expires))
        value = each.value.decode("utf-8")[:200]
        table.add_row(*map(Text, (each.key, value, each.caller, written, until)))
    OUT.print(table)


def register(app: typer.Typer) -> None:
    """Add the command."""
    own = typer.Typer(invoke_without_command=True, context_settings=_HELP)
    own.callback(epilog=EPILOG)(memory)
    own.command("erase", epilog=ERASE_EPILOG)(erase)
    app.add_typer(own, name="memory")


_HELP = {"help_option_names": ["-h", "--help"]}
