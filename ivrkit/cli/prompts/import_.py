"""``ivrkit prompts import``: translations that come back, and recordings of a studio."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import ERR, OUT
from ivrkit.cli.progress import progress
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.studio import Options, take_folder
from ivrkit.service.prompts.translation.taking import Taken, take
from ivrkit.service.scripts import configuration_for

EPILOG = """Examples:\n
    ivrkit prompts import fr.po --dry-run         # what would change\n
    ivrkit prompts import fr.po\n
    ivrkit prompts import fr.csv --fuzzy          # also what the translator was not sure of\n
    ivrkit prompts import studio/ --language en   # welcome.wav is the phrase welcome\n
    ivrkit prompts import studio/ -l en --manifest list.csv --trim --replace\n
\n\nOf translations only what differs is written; comments and layout of the catalogue stay. A
manifest is a table with the columns file and phrase; manifest.csv in the folder is found.
\n\nExit status: 0 all was taken, 1 something was refused, 2 wrong use.
"""


Fuzzy = Annotated[
    bool, typer.Option("--fuzzy", help="Take what the translator was not sure of, too.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Recordings: in place of those that are there.")
]
Trim = Annotated[
    bool, typer.Option("--trim", help="Recordings: take the silence at their ends off.")
]
Manifest = Annotated[
    Path | None,
    typer.Option("--manifest", metavar="FILE", help="Recordings: which file is which phrase."),
]


def import_(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|DIR", help="Translations (a .po or .csv file), or a folder of recordings."
        ),
    ],
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            "-l",
            metavar="TAG",
            help="That of the recordings; or of translations that do not say theirs.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show what changes.")
    ] = False,
    fuzzy: Fuzzy = False,
    replace: Replace = False,
    trim: Trim = False,
    manifest: Manifest = None,
    config: Config = None,
) -> None:
    """Take translations into the catalogue, or a studio's recordings into the folder of prompts.

    Recordings may be of any usual format and rate; what is no sound, too quiet, cut off at the top,
    or has much silence at its ends is refused.
    """
    configuration = configuration_for(Path("x").absolute(), config)
    if not path.is_dir():
        _translations(configuration, path, language or "", fuzzy=fuzzy, dry_run=dry_run)
        return
    if not language:
        raise typer.BadParameter("say in which language they are", param_hint="--language")
    options = Options(replace=replace, trim=trim, dry_run=dry_run)
    _recordings(configuration, path, language, options, manifest)


def _recordings(
    configuration: Configuration,
    folder: Path,
    language: str,
    options: Options,
    manifest: Path | None,
) -> None:
    with progress() as bars:
        found = take_folder(
            configuration,
            folder,
            language,
            options,
            manifest=manifest,
            progress=bars("recordings"),
        )
    for each in found.unmatched:
        ERR.print(f"left out: {each}", markup=False, soft_wrap=True, style="yellow")
    for each in found.refused:
        ERR.print(f"error: {each}", markup=False, soft_wrap=True, style="red")
    for name, path in found.written.items():
        verb = "would write" if options.dry_run else "written"
        OUT.print(f"{verb} {shown(path)} ('{name}')", markup=False, soft_wrap=True)
    counts = {
        "written": 0 if options.dry_run else len(found.written),
        "would be written": len(found.written) if options.dry_run else 0,
        "as they were": found.same,
        "left out": len(found.unmatched),
        "refused": len(found.refused),
    }
    ERR.print(f"{language}: {_told(counts)}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if found.refused or found.unmatched else 0)


def _translations(
    configuration: Configuration, path: Path, language: str, *, fuzzy: bool, dry_run: bool
) -> None:
    taken = take(configuration, path, language, unsure=fuzzy)
    for each in taken.left_out:
        ERR.print(f"left out: {each}", markup=False, soft_wrap=True, style="yellow")
    for each in taken.refused:
        ERR.print(f"error: {each}", markup=False, soft_wrap=True, style="red")
    if dry_run:
        for file in taken.files:
            sys.stdout.write(file.difference())
    else:
        taken.write()
        for file in taken.files:
            OUT.print(f"changed {shown(file.path)}", markup=False, soft_wrap=True)
    ERR.print(_summary(taken), markup=False, soft_wrap=True)
    raise typer.Exit(1 if taken.refused else 0)


def shown(path: Path) -> Path:
    """A file as people who stand in its project call it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _summary(taken: Taken) -> str:
    counts = {
        "new": taken.new,
        "changed": taken.changed,
        "as they were": taken.same,
        "not translated": taken.open,
        "left out": len(taken.left_out),
        "refused": len(taken.refused),
        "obsolete": taken.obsolete,
    }
    return f"{taken.language}: {_told(counts)}"


def _told(counts: dict[str, int]) -> str:
    told = [f"{count:,} {what}" for what, count in counts.items() if count]
    return ", ".join(told) or "nothing in it"


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("import", epilog=EPILOG)(import_)
