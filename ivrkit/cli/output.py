"""How commands print: to people with colour, to programs without."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from ivrkit.errors import IvrkitError

WIDE = 240
"""Columns for a program that reads what is printed: tables are not folded for it."""


class Output(Console):
    """Standard output. When nobody reads it any more (`ivrkit simulate bank | head`), that is as
    Ctrl-C is: what runs is ended in order, wherever the line was printed."""

    def on_broken_pipe(self) -> None:
        """Print nothing more, and end."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's job in the background
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)


OUT = Output(highlight=False, width=None if sys.stdout.isatty() else WIDE)
ERR = Console(stderr=True, highlight=False)


def complain(error: IvrkitError) -> None:
    """One error, with what to do about it."""
    code = escape(f"[{error.code}]")
    ERR.print(f"[bold red]error[/]{code}: {escape(error.message)}", soft_wrap=True)
    if error.hint:
        ERR.print(f"  [cyan]hint:[/] {escape(error.hint)}", soft_wrap=True)


def from_here(text: str) -> str:
    """A text with the paths of files below the folder one is in as they would be typed there."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


def deliver(text: str, file: Path | None) -> None:
    """Print what a command has made, or write it to the file of ``--output``. Raises BadParameter
    when that cannot be written."""
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise typer.BadParameter(
            f"cannot write {file}: {error.strerror}", param_hint="--output"
        ) from error
