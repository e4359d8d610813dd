"""``ivrkit reload``: have the running engine look at its files again."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import typer

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import OUT
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import Configuration, load_configuration

EPILOG = """Examples:\n
    ivrkit reload\n
    ivrkit reload --format json | jq .refused
"""
FAILED = 1


def reload(form: Form = Format.text, config: Config = None) -> None:
    """Have the running engine read flows, phrases and recordings again, and the API's tokens,
    limits and certificates.

    Calls in progress end in the versions in which they began. Flows with errors change nothing,
    and make the exit status 1. Other settings are read at the next start.
    """
    found = asyncio.run(_ask(load_configuration(config)))
    if form is Format.json:
        typer.echo(msgspec.json.encode(found))
    else:
        for name in ("taken", "kept", "gone"):
            if found[name]:
                OUT.print(f"{name:<8}{', '.join(found[name])}", markup=False, soft_wrap=True)
        for text in found["refused"].values():
            OUT.print(text, markup=False, soft_wrap=True)
        OUT.print(f"tokens  {found['tokens']}")
    if found["refused"]:
        raise typer.Exit(FAILED)


async def _ask(configuration: Configuration) -> Any:
    async with ApiClient(configuration) as client:
        return await client.post("/v1/reload")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(reload)
