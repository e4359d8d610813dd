"""``ivrkit prompts``: what is missing of the texts and recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.service.scripts import configuration_for
from ivrkit.service.wording import Wording, look_at_prompts

EPILOG = """Examples:\n
    ivrkit prompts check flows\n
    ivrkit prompts check flows/bank.yaml --config ivrkit.yaml
\n\nExit status: 0 nothing is missing, 1 something is, 2 wrong use.
"""


def check(
    paths: Annotated[list[Path], typer.Argument(help="Flow files, or folders of flows.")],
    config: Config = None,
) -> None:
    """Tell which texts and recordings are missing in which language, and which are not used."""
    found = look_at_prompts(paths, configuration_for(paths[0].absolute() / "x", config))
    _print(found)
    raise typer.Exit(0 if found.complete else 1)


def _print(found: Wording) -> None:
    for problem in found.problems:
        _line(str(problem))
    for tag, texts in found.texts.items():
        recordings = found.recordings[tag]
        _line(f"{tag}: {_many(texts, 'text')} and {_many(recordings, 'recording')} missing")
        for each in texts:
            _line(f"  text       {each}")
        for each in recordings:
            _line(f"  recording  {each}")
    if found.unsaid:
        _line(f"phrases that no flow says: {', '.join(found.unsaid)}")
    if found.unused:
        _line(f"recordings that no flow plays: {', '.join(found.unused)}")


def _line(text: str) -> None:
    OUT.print(text, markup=False, soft_wrap=True, highlight=False)


def _many(found: list[str], what: str) -> str:
    return f"{len(found) or 'no'} {what}{'' if len(found) == 1 else 's'}"


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(help="Look after texts and recordings.", no_args_is_help=True)
    group.command(epilog=EPILOG)(check)
    app.add_typer(group, name="prompts")
