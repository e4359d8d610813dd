"""``ivrkit prompts record``: a prompt by telephone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ivrkit.call.events import TraceEvent
from ivrkit.cli.lines import print_line
from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.cli.prompts.import_ import shown
from ivrkit.service.prompts.by_phone import record_prompt, wanted_prompt
from ivrkit.service.scripts import configuration_for
from ivrkit.service.timeline import Tone, line_of

EPILOG = """Examples:\n
    ivrkit prompts record 1001 welcome                    # calls the telephone 1001\n
    ivrkit prompts record +4930123456 welcome --language de --replace\n
\n\n`prompts: record: endpoint:` in ivrkit.yaml says how numbers are called: PJSIP/{number}@trunk.
\n\nExit status: 0 recorded, 1 nothing was kept, or the call was not answered, 2 wrong use.
"""


class _Screen:
    """Shows the call; see :class:`~ivrkit.service.prompts.by_phone.Screen`."""

    def event(self, event: TraceEvent) -> None:
        line = line_of(event)
        if line is not None and line.tone is not Tone.DETAIL:
            print_line(OUT, line)

    def tell(self, text: str) -> None:
        OUT.print(Text(text, style="dim"), soft_wrap=True)


def record(
    number: Annotated[str, typer.Argument(help="The telephone to call.")],
    name: Annotated[str, typer.Argument(help="The phrase, or the name of the recording.")],
    language: Annotated[
        str, typer.Option("--language", "-l", metavar="TAG", help="In which language.")
    ] = "en",
    replace: Annotated[
        bool, typer.Option("--replace", help="In place of the recording that is there.")
    ] = False,
    config: Config = None,
) -> None:
    """Call a telephone and record a prompt by voice: hear it, keep it, or record it again.

    The keys are told in English on the telephone. The text to be read is shown here.
    """
    configuration = configuration_for(Path("x").absolute(), config)
    wanted = wanted_prompt(configuration, name, language, replace=replace)
    screen = _Screen()
    if wanted.doubt:
        screen.tell(wanted.doubt)
    if wanted.text:
        OUT.print(Text(f"\n    {wanted.text}\n", style="bold"), soft_wrap=True)
    recording = record_prompt(configuration, number, wanted, screen, replace=replace)
    path = asyncio.run(recording)
    OUT.print("nothing was kept" if path is None else f"recorded {shown(path)}", markup=False)
    raise typer.Exit(1 if path is None else 0)


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(epilog=EPILOG)(record)
