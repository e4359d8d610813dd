"""``ivrkit prompts import``: translations that come back, and recordings of a studio."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import ERR, OUT
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.translation.taking import Taken, take
from ivrkit.service.scripts import configuration_for

EPILOG = """Examples:\n
    ivrkit prompts import fr.po --dry-run         # what would change\n
    ivrkit prompts import fr.po\n
    ivrkit prompts import fr.csv --fuzzy          # also what the translator was not sure of\n
\n\nOnly what differs is written; comments and layout of the catalogue stay.
\n\nExit status: 0 all was taken, 1 something was refused, 2 wrong use.
"""


def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Translations: a .po or .csv file.")],
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="TAG", help="Where the file does not say it."),
    ] = None,
    fuzzy: Annotated[
        bool, typer.Option("--fuzzy", help="Take what the translator was not sure of, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show what changes.")
    ] = False,
    config: Config = None,
) -> None:
    """Take translations into the catalogue."""
    configuration = configuration_for(Path("x").absolute(), config)
    _translations(configuration, path, language or "", fuzzy=fuzzy, dry_run=dry_run)


def _translations(
    configuration: Configuration, path: Path, language: str, *, fuzzy: bool, dry_run: bool
) -> None:
    taken = take(configuration, path, language, unsure=fuzzy)
    for each in taken.left_out:
        ERR.print(f"left out: {each}", markup=False, soft_wrap=True, style="yellow")
    for each in taken.refused:
        ERR.print(f"error: {each}", markup=False, soft_wrap=True, style="red")
    if dry_run:
        for file in taken.files:
            sys.stdout.write(file.difference())
    else:
        taken.write()
        for file in taken.files:
            OUT.print(f"changed {file.path}", markup=False, soft_wrap=True)
    ERR.print(_summary(taken), markup=False, soft_wrap=True)
    raise typer.Exit(1 if taken.refused else 0)


def _summary(taken: Taken) -> str:
    counts = {
        "new": taken.new,
        "changed": taken.changed,
        "as they were": taken.same,
        "not translated": taken.open,
        "left out": len(taken.left_out),
        "refused": len(taken.refused),
        "obsolete": taken.obsolete,
    }
    told = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{taken.language}: {', '.join(told) or 'nothing in it'}"


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("import", epilog=EPILOG)(import_)
