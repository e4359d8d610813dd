"""``ivrkit calls erase`` and ``ivrkit calls export``: what is kept of a caller."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import ERR, OUT
from ivrkit.service.callers.erasing import ErasedCaller
from ivrkit.service.callers.erasing import erase as erase_caller
from ivrkit.service.callers.exporting import export_caller
from ivrkit.service.configuration import load_configuration

ERASE_EPILOG = """Examples:\n
    ivrkit calls erase --caller +49301234567           # only tells what there is\n
    ivrkit calls erase --caller +49301234567 --yes\n
    ivrkit calls erase --caller 0301234567 --yes --format json | jq .numbers
"""
EXPORT_EPILOG = """Examples:\n
    ivrkit calls export --caller +49301234567 caller.zip
"""
NAMES = {
    "calls": "calls",
    "traces": "traces",
    "milestones": "milestones",
    "payloads": "hand-off documents",
    "memories": "memories",
    "messages": "messages",
    "outbox": "messages to other systems that wait to be sent",
    "recordings": "recordings in Asterisk",
}
Caller = Annotated[
    str, typer.Option("--caller", help="The number, with its country (+49…) or as it was shown.")
]


def erase(
    caller: Caller,
    yes: Annotated[bool, typer.Option("--yes", help="Really erase it.")] = False,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Erase all that is kept of a caller; without `--yes`, tell how much that is.

    The running engine does it, or it is done in its store while none runs. Calls in progress are
    left alone, and named.
    """
    found, note = asyncio.run(erase_caller(load_configuration(config), caller, really=yes))
    if form is Format.json:
        typer.echo(msgspec.json.encode(found))
        return
    if note:
        ERR.print(note, markup=False, style="dim", soft_wrap=True)
    _print(found)


def _print(found: ErasedCaller) -> None:
    if found.nothing:
        OUT.print("nothing is kept of this caller")
    else:
        OUT.print(f"{'erased' if found.done else 'there is'}, of {', '.join(found.numbers)}:")
        for name, text in NAMES.items():
            if count := found.counts()[name]:
                OUT.print(f"  {count:>6} {text}")
    for call in found.in_progress:
        OUT.print(f"left alone, in progress: call {call}")
    if not found.done and not found.nothing:
        OUT.print("nothing was erased: say --yes to erase it")


def export(
    caller: Caller,
    file: Annotated[Path, typer.Argument(help="The ZIP file to write.")],
    config: Config = None,
) -> None:
    """Write all that is kept of a caller into a ZIP file, with an index to begin with.

    Secrets stand in it as `••••`. The engine may run meanwhile.
    """
    data = asyncio.run(export_caller(load_configuration(config), caller, file))
    OUT.print(
        f"{file}: {len(data.records)} calls, {len(data.memories)} memories, "
        f"{len(data.messages)} messages",
        markup=False,
    )


def add_to(group: typer.Typer) -> None:
    """Add the commands to `ivrkit calls`."""
    group.command(epilog=ERASE_EPILOG)(erase)
    group.command(epilog=EXPORT_EPILOG)(export)
