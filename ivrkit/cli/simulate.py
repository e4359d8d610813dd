"""``ivrkit simulate``: a telephone in the terminal, without Asterisk."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from rich.text import Text

from ivrkit.call.events import TraceEvent
from ivrkit.cli.lines import print_line
from ivrkit.cli.options import Config, Real
from ivrkit.cli.output import OUT
from ivrkit.service.keypad import characters
from ivrkit.service.logs import configure_logs
from ivrkit.service.simulating import debug, written
from ivrkit.service.simulating import simulate as run
from ivrkit.service.timeline import Tone, line_of
from ivrkit.service.workbench.prompting import typed_lines
from ivrkit.service.workbench.running import piped_lines

EPILOG = """Examples:\n
    ivrkit simulate bank\n
    ivrkit simulate flows/bank.yaml --steps\n
    ivrkit simulate 800 --keys "1 123456# 1"\n
    ivrkit simulate bank --keys '"balance" 123456#'   # words in quotes are said\n
    echo "2 . ." | ivrkit simulate bank\n
    ivrkit simulate bank --workbench                  # step by step; help lists the commands\n
    ivrkit simulate bank --workbench < commands.txt\n
\n0-9 * # A-D press a key; "words" in quotes are said; a space (at the terminal) lets a second
pass, a full stop is silence until something happens, q hangs up, a colon goes on with the commands
of the workbench. Time passes only while the call is not waiting for you.
\n\nExit status: 0 the call went well, 1 it ended by an error or the flow cannot be used; with
--workbench: 0 every command could be done, 1 one could not.
"""


HINT = 'keys: 0-9 * # A-D   "words": say them   space: a second   .: silence   q: end   :: commands'


def simulate(
    target: Annotated[str, typer.Argument(help="A flow, its file, or a number.")],
    keys: Annotated[
        str | None, typer.Option("--keys", help="What to press, and to say (in quotes).")
    ] = None,
    caller: Annotated[str, typer.Option("--from", help="The number of the caller.")] = "",
    steps: Annotated[bool, typer.Option("--steps", help="Show every step too.")] = False,
    workbench: Annotated[
        bool,
        typer.Option("--workbench", "-w", help="Step by step: commands instead of keys."),
    ] = False,
    real: Real = None,
    config: Config = None,
) -> None:
    """Call a flow in the simulator: the same engine, virtual time, agents who answer."""
    configure_logs()

    def show(event: TraceEvent) -> None:
        line = line_of(event)
        if line is not None and (steps or line.tone is not Tone.DETAIL):
            print_line(OUT, line)

    if workbench:
        if keys is not None:
            raise typer.BadParameter("the workbench takes commands: press 1", param_hint="--keys")
        lines = typed_lines if sys.stdin.isatty() else piped_lines
        debugging = debug(target, config, show, caller=caller, lines=lines, real=real or ())
        raise typer.Exit(asyncio.run(debugging))
    if keys is not None:
        typed = written(keys)
    elif sys.stdin.isatty():
        OUT.print(Text(HINT, "dim"))
        typed = characters()
    else:
        typed = written(sys.stdin.read())
    running = run(target, config, typed, show, caller=caller, real=real or ())
    raise typer.Exit(asyncio.run(running))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(simulate)
