"""Options that several commands have."""

from __future__ import annotations

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
