"""``ivrkit backup``: the site in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.service.backup.making import make_backup
from ivrkit.service.configuration import load_configuration

EPILOG = """Examples:\n
    ivrkit backup monday.tar.gz\n
    ivrkit backup --config /etc/ivrkit /var/backups/ivrkit-$(date +%F).tar.gz\n
\nIt holds no secret of the configuration, and not the key of the store: keep that elsewhere.
What is sealed can be read with that key only.
"""


def backup(
    file: Annotated[Path, typer.Argument(help="The file to make (tar, gzip).")],
    config: Config = None,
) -> None:
    """Keep records, traces, memories, messages, flows and configuration in one file.

    Calls may be served meanwhile. The file is the same whatever database the store is in.
    """
    made = make_backup(load_configuration(config), file)
    OUT.print(
        f"{made.path}: {made.rows} rows, {made.messages} messages, {made.files} files",
        markup=False,
        soft_wrap=True,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(backup)
