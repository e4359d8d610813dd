"""``ivrkit audit``: who did what."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import ERR, OUT
from ivrkit.service.auditing import Actions, list_actions
from ivrkit.service.configuration import load_configuration
from ivrkit.store import AuditQuery

EPILOG = """Examples:\n
    ivrkit audit\n
    ivrkit audit --token crm --limit 5\n
    ivrkit audit --action hangup --format json | jq '.[].target'
"""


def audit(
    token: Annotated[str, typer.Option(help="Only by this token, or this signal.")] = "",
    action: Annotated[str, typer.Option(help="Only this action: hangup, reload …")] = "",
    target: Annotated[str, typer.Option(help="Only to this: the id of a call.")] = "",
    outcome: Annotated[str, typer.Option(help="done, not_found, refused or failed.")] = "",
    limit: Annotated[int, typer.Option(help="How many, at most.", min=1, max=1000)] = 50,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """List what was done to calls and to the engine, by whom and from where, the newest first.

    What was tried and refused is listed, too. It comes from the running engine, or from its store
    while none runs.
    """
    query = AuditQuery(limit=limit, token=token, action=action, target=target, outcome=outcome)
    found = asyncio.run(list_actions(load_configuration(config), query))
    if form is Format.json:
        typer.echo(msgspec.json.encode(found.actions))
    else:
        _print(found)


def _print(found: Actions) -> None:
    if found.note:
        ERR.print(found.note, markup=False, style="dim", soft_wrap=True)
    if not found.actions:
        OUT.print("nothing was done")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("when", "action", "target", "by", "tenant", "from", "outcome"):
        table.add_column(title, overflow="fold")
    for each in found.actions:
        when = f"{each.at.astimezone():%m-%d %H:%M:%S}"
        cells = (when, each.action, each.target, each.token, each.tenant, each.address)
        style = "" if each.outcome == "done" else "red"
        table.add_row(*map(Text, (*cells, each.outcome)), style=style)
    OUT.print(table)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(audit)
