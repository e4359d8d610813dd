"""``ivrkit flows``: which versions of which flows are in service."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import msgspec
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import OUT
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import load_configuration

EPILOG = """Examples:\n
    ivrkit flows\n
    ivrkit flows --format json | jq '.[] | select(.state == "refused")'
"""
SHOWN = 12
"""Characters of a version's hash that tell it from others."""


def flows(form: Form = Format.text, config: Config = None) -> None:
    """Show the versions of flows in the running engine, with their calls.

    New calls get the version that is `serving`. Calls that began in an earlier one end in it
    (`ending`). A file with errors is `refused`: the version before it goes on serving.
    """
    found = asyncio.run(_ask(load_configuration(config)))
    if form is Format.json:
        typer.echo(msgspec.json.encode(found))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("flow", "version", "since", "calls", "state", "title"):
        table.add_column(title, overflow="fold", justify="right" if title == "calls" else "left")
    for each in found:
        cells = (each["name"], each["version"][:SHOWN], _when(each["since"]), _calls(each))
        style = {"refused": "red", "ending": "dim"}.get(each["state"], "")
        table.add_row(*map(Text, (*cells, each["state"], each["title"])), style=style)
    OUT.print(table)
    for each in found:
        if each["problem"]:
            OUT.print(each["problem"], markup=False, soft_wrap=True)
            OUT.print()


async def _ask(configuration: Any) -> list[dict[str, Any]]:
    async with ApiClient(configuration) as client:
        answer = await client.get("/v1/flows")
    found: list[dict[str, Any]] = answer["flows"]
    return found


def _when(since: str | None) -> str:
    return "" if since is None else f"{datetime.fromisoformat(since).astimezone():%m-%d %H:%M:%S}"


def _calls(each: dict[str, Any]) -> str:
    return "" if each["state"] == "refused" else str(each["calls"])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(flows)
