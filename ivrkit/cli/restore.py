"""``ivrkit restore``: a site from the file of a backup."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.service.backup.restoring import files_of
from ivrkit.service.backup.restoring import restore as restore_store
from ivrkit.service.configuration import load_configuration

EPILOG = """Examples:\n
    ivrkit restore monday.tar.gz --site /etc/ivrkit    # then write the secrets anew, and\n
    ivrkit restore monday.tar.gz --config /etc/ivrkit\n
\nCalls that were in progress when the backup was made are closed as `lost`.
"""


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `ivrkit backup` has made.")],
    site: Annotated[
        Path | None,
        typer.Option(help="Only put configuration, flows and recordings into this folder."),
    ] = None,
    config: Config = None,
) -> None:
    """Put the store and the messages of a backup where the configuration has them.

    No store may be there: nothing is ever overwritten. The database may be another than before.
    """
    if site is not None:
        count = files_of(file, site)
        OUT.print(f"{site}: {count} files; secrets are ••• and have to be written anew")
        return
    found = asyncio.run(restore_store(load_configuration(config), file))
    OUT.print(
        f"as of {found.made.astimezone():%Y-%m-%d %H:%M:%S}: {found.rows} rows, "
        f"{found.messages} messages; {found.lost} calls in progress are closed as lost",
        markup=False,
        soft_wrap=True,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(restore)
