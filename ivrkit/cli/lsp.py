"""``ivrkit lsp``: the language server, for editors."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

import ivrkit
from ivrkit.errors import NotAvailable

EPILOG = """Examples:\n
    ivrkit lsp                    # an editor starts it, and speaks to it by its standard input\n
    ivrkit lsp --tcp 2087         # for looking at it: an editor connects to that port
"""


def lsp(
    tcp: Annotated[
        int | None,
        typer.Option("--tcp", help="Wait for one editor on this port of 127.0.0.1.", min=0),
    ] = None,
    docs: Annotated[
        str, typer.Option("--docs", help="The address of the page of diagnostics, for links.")
    ] = "",
) -> None:
    """Serve an editor: mistakes as you type, completion, names, formatting. Needs the extra lsp."""
    try:
        from ivrkit.service.editing.server import make_server
    except ImportError as error:
        hint = "pip install 'ivrkit[lsp]'"
        raise NotAvailable(f"the language server needs {error.name}", hint=hint) from error
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    server = make_server(docs or _local_docs())
    if tcp is not None:
        server.start_tcp("127.0.0.1", tcp)
    else:
        server.start_io()


def _local_docs() -> str:
    """The page of diagnostics beside the package, where its sources are."""
    page = Path(ivrkit.__file__).parents[1] / "docs" / "diagnostics.md"
    return page.as_uri() if page.is_file() else ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(lsp)
