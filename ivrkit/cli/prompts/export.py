"""``ivrkit prompts export``: texts for translators."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import ERR
from ivrkit.service.prompts.translation.giving import Form, Given, give
from ivrkit.service.rewriting import put
from ivrkit.service.scripts import configuration_for

EPILOG = """Examples:\n
    ivrkit prompts export --language fr -o fr.po          # for Poedit, Weblate and others\n
    ivrkit prompts export --language fr -o fr.csv         # for a spreadsheet\n
    ivrkit prompts export --language fr --format csv      # to standard output\n
\n\n`ivrkit prompts import fr.po` takes it back.\n
\n\nExit status: 0 exported, 1 it could not be, 2 wrong use.
"""

Language = Annotated[
    str, typer.Option("--language", "-l", metavar="TAG", help="Translate into this language.")
]


def export(
    language: Language,
    form: Annotated[
        Form | None,
        typer.Option("--format", help="[dim]Default: as the file's name ends, else po.[/]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file."),
    ] = None,
    config: Config = None,
) -> None:
    """Give translators every text that callers hear: where it is said, and what is there already.

    Texts of the catalogue, and those of flows that are in no phrase yet.
    """
    if form is None:
        form = Form.csv if output is not None and output.suffix.lower() == ".csv" else Form.po
    given = give(configuration_for(Path("x").absolute(), config), language, form)
    if output is None:
        sys.stdout.buffer.write(given.file)
        sys.stdout.buffer.flush()
    else:
        put(output, given.file)
    for each in given.left_out:
        ERR.print(f"left out: {each}", markup=False, soft_wrap=True, style="yellow")
    ERR.print(_summary(given), markup=False, soft_wrap=True)


def _summary(given: Given) -> str:
    texts = f"{given.texts:,} text{'' if given.texts == 1 else 's'}"
    return f"{texts}, {given.open:,} of them not translated"


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(epilog=EPILOG)(export)
