"""How commands print: to people with colour, to programs without."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from ivrkit.errors import IvrkitError

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def complain(error: IvrkitError) -> None:
    """One error, with what to do about it."""
    ERR.print(f"[bold red]error[/][{error.code}]: {escape(error.message)}", soft_wrap=True)
    if error.hint:
        ERR.print(f"  [cyan]hint:[/] {escape(error.hint)}", soft_wrap=True)
