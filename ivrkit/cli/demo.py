"""``ivrkit demo``: see it work."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivrkit.cli.lines import print_line
from ivrkit.cli.output import OUT
from ivrkit.service.demo.running import run_demo
from ivrkit.service.demo.stage import Fact
from ivrkit.service.logs import configure_logs
from ivrkit.service.timeline import Line

EPILOG = """Examples:\n
    ivrkit demo\n
    ivrkit demo < /dev/null        # ends after the call: exit status 0 if it did what it should
"""


class Terminal:
    """Shows the demo; see :class:`~ivrkit.service.demo.stage.Stage`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(f"── {text} ──", style="bold green"), soft_wrap=True)

    def tell(self, text: str) -> None:
        self._print("", "", text, "dim")

    def line(self, line: Line, call: str) -> None:
        print_line(self._console, line, call)

    def caller(self, text: str) -> None:
        self._print("CALLER", "bold yellow", text, "yellow")

    def agent(self, text: str) -> None:
        self._print("AGENT", "bold magenta", text, "magenta")

    def fact(self, fact: Fact) -> None:
        word, style = ("ok", "bold green") if fact.true else ("FAILED", "bold red")
        self._print(word, style, fact.text, "")

    def guide(self, rows: list[tuple[str, str]]) -> None:
        table = Table.grid(padding=(0, 2))
        for name, text in rows:
            table.add_row(Text(f"  {name}", style="bold"), Text(text))
        self._console.print(table, soft_wrap=True)
        self._console.print()

    def _print(self, word: str, style: str, text: str, text_style: str) -> None:
        line = Text()
        line.append(f"{word:<8} ", style=style)
        line.append(text, style=text_style)
        self._console.print(line, soft_wrap=True)


def demo() -> None:
    """A live Asterisk, flows that answer, a real call shown step by step.

    Then it stays up for calls of your own until Ctrl-C. Nothing it starts outlives it.
    """
    configure_logs()
    stays = sys.stdin.isatty() and sys.stdout.isatty()
    raise typer.Exit(run_demo(Terminal(OUT), stays=stays, parent=Path.cwd()))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(demo)
