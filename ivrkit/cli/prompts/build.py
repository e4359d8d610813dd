"""``ivrkit prompts build``: make what calls need before they come."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import ERR, OUT, from_here
from ivrkit.cli.progress import progress
from ivrkit.cli.prompts.check import Again, Languages
from ivrkit.errors import ValueRejected
from ivrkit.expressions.durations import parse_duration
from ivrkit.service.prompts.building import Built, build_prompts
from ivrkit.service.scripts import configuration_for

EPILOG = """Examples:\n
    ivrkit prompts build\n
    ivrkit prompts build --language es\n
    ivrkit prompts build --prune                   # away with what was not needed for a day\n
    ivrkit prompts build --prune --keep 0s         # at once; no call is in progress\n
    ivrkit prompts build --again                   # every recording once more
\n\nA build that was interrupted goes on where it was. The engine finds what is new when it reloads:
by itself when files change, or after a SIGHUP.
\n\nExit status: 0 all is there, 1 something could not be made, 2 wrong use.
"""
DAY = "24h"


def build(
    language: Languages = None,
    config: Config = None,
    again: Again = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Remove what no flow needs any more, and no recording."),
    ] = False,
    keep: Annotated[
        str,
        typer.Option(
            "--keep",
            metavar="DURATION",
            help="With --prune: what was needed so short a time ago stays, as calls in progress "
            "may still say it.",
        ),
    ] = DAY,
) -> None:
    """Convert and level the recordings, and speak the texts that are the same in every call.

    Only what has changed is made again: a recording, a text, a voice, its speed, the loudness.
    """
    if prune and language:
        raise typer.BadParameter("prune all languages or none", param_hint="--prune")
    kept = _duration(keep)
    configuration = configuration_for(Path("x").absolute(), config)
    with progress() as bars:
        work = build_prompts(
            configuration,
            language or (),
            again=again,
            prune=prune,
            keep=kept.total_seconds(),
            bars=bars,
        )
        built = asyncio.run(work)
    for problem in built.problems:
        ERR.print(f"error: {from_here(problem)}", markup=False, soft_wrap=True, style="red")
    OUT.print(_summary(built), markup=False, soft_wrap=True)
    raise typer.Exit(1 if built.problems else 0)


def _summary(built: Built) -> str:
    told = (
        f"{_many(built.recordings, 'recording')}, {built.converted:,} converted now; "
        f"{_many(built.lasting, 'text')}, {built.spoken:,} spoken now"
    )
    if built.removed or built.kept:
        told += f"; {_many(built.removed, 'file')} removed, {built.kept:,} kept for a while"
    return told


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueRejected as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(epilog=EPILOG)(build)
