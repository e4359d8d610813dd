"""``ivrkit schema``: the JSON Schema of flow files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.output import deliver
from ivrkit.flow.schema_file import flow_schema
from ivrkit.service.registries import reader

EPILOG = """Examples:\n
    ivrkit schema > flow.schema.json\n
    ivrkit schema --output .vscode/flow.schema.json
"""


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to a file.")
    ] = None,
) -> None:
    """Print the JSON Schema of a flow file, for editors that complete and check YAML."""
    text = json.dumps(flow_schema(reader().language), indent=2, ensure_ascii=False) + "\n"
    deliver(text, output)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(schema)
