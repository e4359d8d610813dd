"""``ivrkit check``: find the mistakes before callers do."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.output import ERR, OUT
from ivrkit.service.checking import Report, check_paths
from ivrkit.service.configuration import load_configuration
from ivrkit.service.connecting import AnyVariable

EPILOG = """Examples:\n
    ivrkit check flows\n
    ivrkit check flows/bank.yaml\n
    ivrkit check flows --config ivrkit.yaml        # are its queues and recordings there?\n
    ivrkit check flows --format json | jq '.diagnostics[].code'\n
    ivrkit check flows --strict                    # in CI: warnings fail too\n
    ivrkit check flows/bank.yaml --report          # how long, how many keys to a person
\n\nExit status: 0 no errors (warnings are no errors, unless --strict is said), 1 errors, 2 wrong
use.
"""


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"


def check(
    paths: Annotated[list[Path], typer.Argument(help="Flow files, or folders of flows.")],
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help="Also check whether what the flows name exists at this site: the configuration, "
            "or the folder it is in.",
        ),
    ] = None,
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="How to print: for people, for programs, or as the annotations of GitHub Actions.",
        ),
    ] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    worst: Annotated[
        bool,
        typer.Option(
            "--report",
            help="Also tell the worst case of each flow: its longest call, the keys and the time "
            "to a person, sections without a way to one, dead ends, and what it asks outside.",
        ),
    ] = False,
) -> None:
    """Check flows: every mistake with its place, its code and what to do."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        ERR.print(f"there is no {missing[0]}: name a flow file or a folder of flows")
        raise typer.Exit(2)
    configuration = load_configuration(config, AnyVariable()) if config else None
    report = check_paths(paths, configuration, worst=worst)
    if form is Format.json:
        _print_json(report, worst=worst)
    elif form is Format.github:
        _print_annotations(report)
    else:
        _print_text(report)
    raise typer.Exit(1 if report.failed or (strict and report.warned) else 0)


def _print_json(report: Report, *, worst: bool) -> None:
    found = [each.as_dict() for each in report.diagnostics]
    told: dict[str, object] = {"files": report.files, "diagnostics": found}
    if worst:
        told["report"] = [each.as_dict() for each in report.worst]
    typer.echo(json.dumps(told, ensure_ascii=False))


def _print_annotations(report: Report) -> None:
    """One workflow command per finding (GitHub: "Workflow commands for GitHub Actions")."""
    for each in report.diagnostics:
        mark = each.mark
        place = f"file={_property(mark.file)},line={max(1, mark.line)},col={max(1, mark.column)}"
        text = _data(f"{each.message} ({each.hint})" if each.hint else each.message)
        typer.echo(f"::{each.severity} {place},title={each.code}::{text}")
    typer.echo(report.summary())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _print_text(report: Report) -> None:
    if len(report.diagnostics):
        OUT.print(report.render(), markup=False, soft_wrap=True)
        OUT.print()
    if report.worst:
        OUT.print(report.figures(), markup=False, soft_wrap=True)
        OUT.print()
    colour = "red" if report.failed else "green"
    OUT.print(f"[{colour}]{report.summary()}[/]")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(check)
