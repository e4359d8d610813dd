"""``ivrkit graph``: a flow as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import deliver
from ivrkit.service.drawing import draw

EPILOG = """Examples:\n
    ivrkit graph bank -o bank.html          # zoom, search, click a step to see its lines\n
    ivrkit graph flows/bank.yaml --format mermaid >> README.md\n
    ivrkit graph bank --format svg -o bank.svg --unfold\n
    ivrkit graph bank --format dot | dot -Tpdf > bank.pdf\n
    ivrkit test tests/calls --coverage --format json > run.json\n
    ivrkit graph bank --coverage run.json -o bank.html
\n\nExit status: 0 drawn, 1 the flow cannot be read, 2 wrong use.
"""


def graph(
    flow: Annotated[str, typer.Argument(help="A flow, or its file.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="mermaid, dot, svg or html. [dim]Default: what the name of the file ends with, "
            "else mermaid.[/]",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write, else the terminal.")
    ] = None,
    unfold: Annotated[
        bool, typer.Option("--unfold", help="Draw the flows that it runs in the same picture.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="html: links that open a line in Visual Studio Code.")
    ] = False,
    coverage: Annotated[
        Path | None,
        typer.Option("--coverage", help="Red what no call of a run of scripts has taken."),
    ] = None,
    config: Config = None,
) -> None:
    """Draw a flow: sections as boxes with their steps, exits as arrows."""
    chosen = form or (output.suffix[1:] if output is not None and output.suffix else "mermaid")
    form = _LONG.get(chosen, chosen)
    text = draw(flow, config, form, unfold=unfold, links=links, coverage=coverage)
    deliver(text, output)


_LONG = {"mmd": "mermaid", "gv": "dot", "htm": "html"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(graph)
