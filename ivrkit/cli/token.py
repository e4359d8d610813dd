"""``ivrkit token``: who may use the API."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import ERR, OUT
from ivrkit.errors import ValueRejected
from ivrkit.expressions.durations import parse_duration
from ivrkit.service.api.tokens import LOCAL, Token, TokenScope
from ivrkit.service.configuration import load_configuration
from ivrkit.service.making_tokens import MadeToken, make_token, rotate_local

EPILOG = """Examples:\n
    ivrkit token\n
    ivrkit token new crm --scope handoff:read --scope calls:read\n
    ivrkit token rotate-local
"""
NEW_EPILOG = """Examples:\n
    ivrkit token new wall --scope tail --tenant acme --lasts 90d\n
    ivrkit token new crm              # another one for crm: both are taken for a while\n
\nThe token is printed once and kept nowhere. `ivrkit.yaml` gets its hash only, and the running
engine takes it with `ivrkit reload` or a SIGHUP. To replace a token without a gap: make another
one of its name, put the printed lines in the place of its own, reload, hand the new token over,
and take the old hash out and reload once nobody sends the old one any more.
"""
ROTATE_EPILOG = """Examples:\n
    ivrkit token rotate-local
"""
TAKEN = "into ivrkit.yaml, in the place of its own lines"
ADDED = "into ivrkit.yaml, under api: tokens:"


def token(context: typer.Context, form: Form = Format.text, config: Config = None) -> None:
    """List the tokens of the configuration; make a `new` one, or replace that of this machine.

    What each scope allows stands in the page about the API.
    """
    if context.invoked_subcommand is not None:
        return
    found = load_configuration(config).api.configured_tokens()
    if form is Format.json:
        typer.echo(msgspec.json.encode([_plain(each) for each in found]))
    else:
        _print(found)


def new(
    name: Annotated[str, typer.Argument(help="Who has it, as the audit tells.")],
    scope: Annotated[
        list[TokenScope] | None,
        typer.Option("--scope", "-s", help="What it allows. May be given several times."),
    ] = None,
    tenant: Annotated[str, typer.Option(help="It reaches only what is this tenant's.")] = "",
    lasts: Annotated[
        str, typer.Option(metavar="DURATION", help="It is refused after so long: 90d.")
    ] = "",
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Make a token, and the lines that let the engine know it."""
    try:
        time = parse_duration(lasts) if lasts else None
    except ValueRejected as error:
        raise typer.BadParameter(str(error), param_hint="--lasts") from error
    made = make_token(load_configuration(config), name, scope or (), tenant, time)
    if form is Format.json:
        typer.echo(msgspec.json.encode(made))
    else:
        _print_made(made)


def rotate(config: Config = None) -> None:
    """Replace the token of this machine's own tools; the one before is refused at once."""
    if asyncio.run(rotate_local(load_configuration(config))):
        OUT.print("the token of this machine is another one")
    else:
        OUT.print("no engine runs; the next one takes the new token of this machine")


def _plain(token: Token) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "tenant": token.tenant,
        "expires": token.expires,
        "hashes": len(token.hashes),
    }


def _print(found: Sequence[Token]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("token", "scopes", "tenant", "expires", ""):
        table.add_column(title, overflow="fold")
    table.add_row(LOCAL, "all", "", "", "this machine's own tools")
    for each in found:
        expires = "" if each.expires is None else f"{each.expires.astimezone():%Y-%m-%d %H:%M}"
        note = "is being replaced" if len(each.hashes) > 1 else ""
        cells = (each.name, " ".join(sorted(each.scopes)), each.tenant, expires, note)
        table.add_row(*map(Text, cells))
    OUT.print(table)


def _print_made(made: MadeToken) -> None:
    OUT.print(made.token, markup=False, soft_wrap=True)
    where = TAKEN if made.replaces else ADDED
    ERR.print("It is shown this once. The engine knows it by the lines below:", style="dim")
    ERR.print(f"put them {where}, then: ivrkit reload\n", style="dim")
    OUT.print(made.lines.rstrip("\n"), markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    own = typer.Typer(invoke_without_command=True, context_settings=_HELP)
    own.callback(epilog=EPILOG)(token)
    own.command("new", epilog=NEW_EPILOG)(new)
    own.command("rotate-local", epilog=ROTATE_EPILOG)(rotate)
    app.add_typer(own, name="token")


_HELP = {"help_option_names": ["-h", "--help"]}
