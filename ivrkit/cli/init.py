"""``ivrkit init``: begin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ivrkit.cli.output import OUT
from ivrkit.service.making import make_project, templates

EPILOG = """Examples:\n
    ivrkit init my-service\n
    ivrkit init my-service --template queue
"""


def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or does not exist.")],
    template: Annotated[
        str, typer.Option("--template", "-t", help=f"One of: {', '.join(templates())}.")
    ] = "hello",
) -> None:
    """Make a project that works at once: a flow, a configuration, a call script."""
    for path in make_project(folder, template):
        OUT.print(Text(f"  {path}", "dim"), soft_wrap=True)
    OUT.print(Text("Next:", "bold"))
    here = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    for command in ("ivrkit check flows", "ivrkit simulate hello", "ivrkit test tests/calls"):
        OUT.print(Text(f"  {here}{command}"), soft_wrap=True)
    OUT.print(Text(f"{folder}/README.md says how calls reach it."), soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(init)
