"""How commands print: to people with colour, to programs without."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape

from ivrkit.errors import IvrkitError

WIDE = 240
"""Columns for a program that reads what is printed: tables are not folded for it."""

OUT = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
ERR = Console(stderr=True, highlight=False)


def complain(error: IvrkitError) -> None:
    """One error, with what to do about it."""
    code = escape(f"[{error.code}]")
    ERR.print(f"[bold red]error[/]{code}: {escape(error.message)}", soft_wrap=True)
    if error.hint:
        ERR.print(f"  [cyan]hint:[/] {escape(error.hint)}", soft_wrap=True)
