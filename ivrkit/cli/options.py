"""Options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration, or the folder it is in. [dim]Default: ivrkit.yaml here.[/]",
    ),
]


Real = Annotated[
    list[str] | None,
    typer.Option(
        "--real",
        metavar="CONNECTOR",
        help="Really ask this connector (database.crm), or all. May be given several times.",
    ),
]


class Format(StrEnum):
    """For people, or for programs."""

    text = "text"
    json = "json"


Form = Annotated[Format, typer.Option("--format", help="How to print.")]
