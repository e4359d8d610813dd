"""``ivrkit prompts check``: what is missing and wrong with texts and recordings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import OUT, from_here
from ivrkit.cli.progress import progress
from ivrkit.service.prompts.checking import check_prompts
from ivrkit.service.prompts.findings import Finding, Level, Report
from ivrkit.service.scripts import configuration_for

EPILOG = """Examples:\n
    ivrkit prompts check\n
    ivrkit prompts check --language es --language fr\n
    ivrkit prompts check flows/bank.yaml --notes\n
    ivrkit prompts check --format json | jq '.findings[] | select(.level == "error")'\n
    ivrkit prompts check --strict                  # in CI: warnings fail too
\n\nExit status: 0 no errors (warnings are no errors, unless --strict is said), 1 errors, 2 wrong
use.
"""
COLOURS = {Level.error: "red", Level.warning: "yellow", Level.note: "dim"}

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Flow files, or folders of flows. [dim]Default: those of the site.[/]"),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", metavar="TAG", help="Only this language; may be repeated."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Look at everything, and not only at what has changed.")
]


def check(
    paths: Paths = None,
    language: Languages = None,
    config: Config = None,
    form: Form = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    notes: Annotated[
        bool, typer.Option("--notes", help="Also list what is as declared, one by one.")
    ] = False,
    again: Again = False,
) -> None:
    """Tell what is missing and wrong: texts, recordings, words, files that are no good.

    What was looked at before is not looked at again until it changes.
    """
    configuration = configuration_for((paths or [Path("x")])[0].absolute() / "x", config)
    with progress() as tell:
        report = check_prompts(
            paths or [configuration.flows],
            configuration,
            language or (),
            again=again,
            progress=tell("recordings"),
        )
    if form is Format.json:
        _print_json(report)
    else:
        _print_text(report, notes=notes)
    raise typer.Exit(1 if report.failed or (strict and report.warned) else 0)


def _print_json(report: Report) -> None:
    found = {
        "languages": report.languages,
        "recordings": report.recordings,
        "counts": {str(level): report.count(level) for level in Level},
        "findings": msgspec.to_builtins(report.findings),
    }
    typer.echo(json.dumps(found, ensure_ascii=False))


def _print_text(report: Report, *, notes: bool) -> None:
    for language in ("", *report.languages):
        found = list(report.of(language))
        if not found and not language:
            continue
        OUT.print(Text(language or "all languages", style="bold"))
        if not any(each.level is not Level.note for each in found):
            OUT.print(Text("  nothing is missing", style="green"))
        _print_findings(each for each in found if notes or each.level is not Level.note)
        if not notes:
            _count_notes(each for each in found if each.level is Level.note)
    colour = "red" if report.failed else "green"
    OUT.print(f"[{colour}]{_summary(report)}[/]")


def _print_findings(found: Iterable[Finding]) -> None:
    for each in found:
        line = Text("  ")
        line.append(str(each.level), style=COLOURS[each.level])
        line.append(f"[{each.kind}] ")
        message = f"{each.place}: {each.message}" if each.place else each.message
        line.append(from_here(message))
        OUT.print(line, soft_wrap=True)
        if each.hint:
            hint = f"    hint: {from_here(each.hint)}"
            OUT.print(Text(hint, style="cyan"), soft_wrap=True)


def _count_notes(found: Iterable[Finding]) -> None:
    for kind, some in groupby(found, lambda each: each.kind):
        count = len(list(some))
        line = f"  note[{kind}] {count:,} time{'' if count == 1 else 's'}; --notes lists them"
        OUT.print(Text(line, style="dim"))


def _summary(report: Report) -> str:
    languages, files = len(report.languages), report.recordings
    counts = [(report.count(Level.error), "error"), (report.count(Level.warning), "warning")]
    told = ", ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts)
    return (
        f"{languages} language{'' if languages == 1 else 's'}, "
        f"{files:,} recording{'' if files == 1 else 's'}: {told}"
    )


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(epilog=EPILOG)(check)
