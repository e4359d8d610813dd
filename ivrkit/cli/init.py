"""``ivrkit init``: begin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.cli.output import OUT
from ivrkit.service.making import make_project, templates

EPILOG = """Examples:\n
    ivrkit init my-service\n
    ivrkit init --list\n
    ivrkit init my-service --template bank
"""


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder that is empty or does not exist.")
    ] = None,
    template: Annotated[
        str, typer.Option("--template", "-t", help="One of those that --list shows.")
    ] = "hello",
    listed: Annotated[bool, typer.Option("--list", help="Show the templates.")] = False,
) -> None:
    """Make a project that works at once: flows, a configuration, call scripts."""
    if listed:
        _list()
        return
    if folder is None:
        raise typer.BadParameter("name the folder of the project", param_hint="FOLDER")
    for path in make_project(folder, template):
        OUT.print(Text(f"  {path}", "dim"), soft_wrap=True)
    OUT.print(Text("Next:", "bold"))
    here = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    simulate = templates()[template].simulate
    for command in ("ivrkit check flows", simulate, "ivrkit test tests/calls"):
        OUT.print(Text(f"  {here}{command}"), soft_wrap=True)
    OUT.print(Text(f"{folder}/README.md says how calls reach it."), soft_wrap=True)


def _list() -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("template", style="bold")
    table.add_column("what it is")
    for each in templates().values():
        table.add_row(each.name, each.title)
    OUT.print(table)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(init)
