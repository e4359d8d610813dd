"""``ivrkit serve``: answer calls."""

from __future__ import annotations

from typing import Annotated

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import ERR, OUT
from ivrkit.service.logs import configure_logs
from ivrkit.service.logs.settings import LogFormat
from ivrkit.service.serving import serve as run_site

EPILOG = """Examples:\n
    ivrkit serve\n
    ivrkit serve --config /etc/ivrkit\n
    ivrkit serve --take-over        # a new release while calls are in progress\n
\nFlows, phrases and recordings that are written are taken for new calls by themselves, and by a
SIGHUP; those with errors change nothing. `ivrkit flows` shows the versions in service.
SIGTERM and Ctrl-C stop the engine: calls stay in Asterisk, and the next engine takes them up.
With `drain: 60s` in ivrkit.yaml they may end by themselves first; a second SIGTERM ends that.
A payment or another write that is under way is let finish, for 5 s at the most.
"""


def serve(
    config: Config = None,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Take the application from the engine that has it.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="How lines of the log look; `log:` says it else."),
    ] = None,
) -> None:
    """Connect to Asterisk and answer calls, until stopped."""
    json_log = None if log_format is None else log_format is LogFormat.JSON
    configure_logs(verbose=verbose, json=json_log)
    raise typer.Exit(
        run_site(
            config,
            take_over=take_over,
            verbose=verbose,
            json_log=json_log,
            tell=lambda text: OUT.print(text, markup=False, soft_wrap=True),
            complain=lambda text: ERR.print(text, markup=False, soft_wrap=True),
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(serve)
