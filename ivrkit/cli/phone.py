"""``ivrkit phone``: call a number from the terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from rich.text import Text

from ivrkit.call.events import TraceEvent
from ivrkit.cli.lines import print_line
from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.errors import ValueRejected
from ivrkit.service.configuration import load_configuration
from ivrkit.service.keypad import given, parse_actions, piped, typed
from ivrkit.service.phone import phone as call
from ivrkit.service.timeline import Tone, line_of

EPILOG = """Examples:\n
    ivrkit phone 800\n
    ivrkit phone 800 --keys "wait:4 1 wait:2 123456# listen 1"\n
    echo "listen 2 hangup" | ivrkit phone 801 --steps\n
\n0-9 * # A-D press a key, q or Ctrl-C hangs up. In --keys and on a standard input that is no
terminal, wait:2 waits 2 seconds, listen waits until the flow listens for keys, hangup hangs up.
\n\nExit status: 0 the call was answered, 1 it was not, 2 wrong use.
"""


class _Screen:
    """Shows the call; see :class:`~ivrkit.service.phone.Screen`."""

    def __init__(self, steps: bool) -> None:
        self._steps = steps

    def event(self, event: TraceEvent) -> None:
        line = line_of(event)
        if line is not None and (self._steps or line.tone is not Tone.DETAIL):
            print_line(OUT, line)

    def tell(self, text: str) -> None:
        OUT.print(Text(text, style="dim"), soft_wrap=True)


def phone(
    number: Annotated[str, typer.Argument(help="What a caller would dial.")],
    keys: Annotated[str | None, typer.Option("--keys", help="What to press, and when.")] = None,
    caller: Annotated[str, typer.Option("--from", help="The number of the caller.")] = "",
    steps: Annotated[bool, typer.Option("--steps", help="Show every step too.")] = False,
    config: Config = None,
) -> None:
    """Call a number through Asterisk: see what is said, press keys. Needs no audio device."""
    screen = _Screen(steps)
    if keys is not None:
        try:
            parse_actions(keys)
        except ValueRejected as error:
            raise typer.BadParameter(str(error), param_hint="--keys") from None
        actions = given(keys)
    elif sys.stdin.isatty():
        screen.tell("keys: 0-9 * # A-D    q or Ctrl-C: hang up")
        actions = typed()
    else:
        actions = piped()
    configuration = load_configuration(config)
    raise typer.Exit(asyncio.run(call(configuration, number, actions, screen, caller=caller)))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(phone)
