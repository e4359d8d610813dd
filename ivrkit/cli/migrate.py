"""``ivrkit migrate``: bring flow files to this version of the language."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.output import ERR, OUT
from ivrkit.flow.reader import VERSION
from ivrkit.service.rewriting import migration, rewrite

EPILOG = """Examples:\n
    ivrkit migrate flows\n
    ivrkit migrate flows/bank.yaml --diff
\n\nExit status: 0 done, or nothing to do; 1 when a file cannot be migrated; 2 wrong use.
"""


def migrate(
    paths: Annotated[list[Path], typer.Argument(help="Flow files, or folders of flows.")],
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what changes.")] = False,
) -> None:
    """Bring flow files to this version of the language; comments and layout stay."""
    changed, failed, count = 0, 0, 0
    for each in rewrite(paths, migration()):
        count += 1
        if each.new is None:
            failed += 1
            ERR.print(each.mistakes(), markup=False, soft_wrap=True)
        elif each.differs:
            changed += 1
            if diff:
                sys.stdout.write(each.difference())
            else:
                each.write()
                OUT.print(f"migrated {each.path}", markup=False, soft_wrap=True)
    files = f"{count} file{'' if count == 1 else 's'}"
    what = "would be migrated" if diff else "migrated"
    failures = f", {failed} with mistakes" if failed else ""
    ERR.print(f"{files}: {changed} {what} to version {VERSION} of the language{failures}")
    raise typer.Exit(1 if failed else 0)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(migrate)
