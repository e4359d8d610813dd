"""``ivrkit test``: play call scripts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.options import Config, Form, Format, Real
from ivrkit.cli.output import ERR, OUT
from ivrkit.qa.coverage import Coverage
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.report import FAILED, as_json, exit_status, show, show_coverage, summary
from ivrkit.service.live.playing import play_scripts_live
from ivrkit.service.logs import configure_logs
from ivrkit.service.scripts import Run, play_scripts

EPILOG = """Examples:\n
    ivrkit test tests/calls\n
    ivrkit test tests/calls/bank/balance.yaml\n
    ivrkit test tests/calls --restart-everywhere\n
    ivrkit test tests/calls --restart-inside 7\n
    ivrkit test tests/calls --live\n
    ivrkit test tests/calls --real database.crm\n
    ivrkit test tests/calls --coverage --fail-under 90\n
    ivrkit test tests/calls --format json | jq '.failed'
\n\nExit status: 0 all passed, 1 some did not or --fail-under or --strict says so, 2 a script cannot
be used or there is none.
"""


Live = Annotated[
    bool, typer.Option("--live", help="On a private Asterisk, over real channels, in real time.")
]
Restarting = Annotated[
    bool,
    typer.Option(
        "--restart-everywhere",
        help="Throw the engine away at every step and rebuild it from its store.",
    ),
]
Inside = Annotated[
    int | None,
    typer.Option(
        "--restart-inside",
        metavar="SEED",
        help="Kill the engine at random instants inside steps, the same ones for the same seed, "
        "and rebuild it from what its store has committed.",
    ),
]
Covering = Annotated[
    bool,
    typer.Option(
        "--coverage", help="Tell which sections, and which ways out of steps, no call has taken."
    ),
]
FailUnder = Annotated[
    float | None,
    typer.Option(
        "--fail-under",
        min=0,
        max=100,
        metavar="PERCENT",
        help="Fail where a flow's sections or ways are covered less. Implies --coverage.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Answers that are given and that no call used fail too.")
]


def play(
    paths: Annotated[list[Path], typer.Argument(help="Call scripts, or folders of them.")],
    restart_everywhere: Restarting = False,
    restart_inside: Inside = None,
    live: Live = False,
    coverage: Covering = False,
    fail_under: FailUnder = None,
    strict: Strict = False,
    real: Real = None,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Play call scripts; tell what was different.

    In the simulator, in virtual time, or --live: then the agents of queues are made so that they
    do what the scripts give. Systems outside answer what the scripts give, but for those that are
    --real.
    """
    configure_logs()
    asked = real or ()
    if live and (restart_everywhere or restart_inside is not None):
        name = "--restart-everywhere" if restart_everywhere else "--restart-inside"
        raise typer.BadParameter(f"{name} is for the simulator", param_hint="--live")

    def each(outcome: Outcome) -> None:
        if form is Format.text:
            show(outcome, OUT)

    if live:
        playing = play_scripts_live(paths, config, show=each, tell=_tell, real=asked)
    else:
        playing = play_scripts(
            paths,
            config,
            restart_everywhere=restart_everywhere,
            restart_inside=restart_inside,
            show=each,
            real=asked,
        )
    run = asyncio.run(playing)
    _print(run, form, run.coverage if coverage or fail_under is not None else None)
    status = exit_status(run.outcomes, len(run.unreadable), strict=strict)
    if fail_under is not None and run.coverage.lowest < fail_under:
        ERR.print(f"a flow is covered less than {fail_under:g} %", markup=False)
        status = status or FAILED
    raise typer.Exit(status)


def _print(run: Run, form: Format, covered: Coverage | None) -> None:
    for complaint in run.unreadable:
        ERR.print(complaint, markup=False, soft_wrap=True)
    if form is Format.json:
        typer.echo(json.dumps(as_json(run.outcomes, covered), ensure_ascii=False))
    elif run.outcomes:
        if covered is not None:
            show_coverage(covered, OUT)
        summary(run.outcomes, OUT)


def _tell(text: str) -> None:
    ERR.print(text, markup=False, style="dim", soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test", epilog=EPILOG)(play)
