"""``ivrkit doctor``: what is missing here."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import typer
from rich.text import Text

from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import OUT
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.running import examine
from ivrkit.service.logs import configure_logs

EPILOG = """Examples:\n
    ivrkit doctor\n
    ivrkit doctor --config /etc/ivrkit --format json | jq '.[] | select(.state == "fail")'
\n\nExit status: 0 nothing fails (warnings do not count), 1 something does.
"""
SHOWN = {
    State.OK: ("ok", "green"),
    State.WARNING: ("warning", "yellow"),
    State.FAIL: ("FAIL", "bold red"),
}


def doctor(
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Examine this site: Asterisk, dialplan, queues, sounds, voices, flows, store.

    It plays a tenth of a second of silence on a call to nobody, sends a second of tones through
    Asterisk and back, and changes nothing.
    """
    configure_logs()
    findings = asyncio.run(_collect(config, show=form is Format.text))
    if form is Format.json:
        typer.echo(json.dumps([each.as_dict() for each in findings], ensure_ascii=False))
    raise typer.Exit(1 if any(each.state is State.FAIL for each in findings) else 0)


async def _collect(config: Path | None, *, show: bool) -> list[Finding]:
    findings = []
    async for finding in examine(config):
        findings.append(finding)
        if show:
            _print(finding)
    return findings


def _print(finding: Finding) -> None:
    word, style = SHOWN[finding.state]
    line = Text()
    line.append(f"{word:<8} ", style=style)
    line.append(f"{finding.name:<14} ", style="bold")
    line.append(finding.text)
    if finding.remedy:
        line.append(f"\n{'':<24}→ {finding.remedy}", style="cyan")
    OUT.print(line, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(doctor)
