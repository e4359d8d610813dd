"""The commands, found by looking into this folder: each file has a ``register(app)``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from ivrkit import __version__, cli
from ivrkit.cli.output import complain
from ivrkit.errors import ConfigurationError, IvrkitError

USAGE = 2
"""Exit status for a wrong command line; 1 is for what was asked and failed."""


def application(only: str = "") -> typer.Typer:
    """The application with all its commands, or with one: what the others import takes longer than
    most of them do."""
    app = typer.Typer(
        name="ivrkit",
        help="Telephone self-service on your own Asterisk: YAML flows, one engine, nothing lost.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_main)
    for register in _registrations(only) or _registrations():
        register(app)
    return app


def _registrations(only: str = "") -> list[Callable[[typer.Typer], None]]:
    """What adds the commands: of all files in the folder, or of one, if there is such a command."""
    modules = sorted(each.name for each in pkgutil.iter_modules(cli.__path__))
    wanted = [each for each in modules if not only or each == only]
    loaded = [importlib.import_module(f"ivrkit.cli.{each}") for each in wanted]
    return [each.register for each in loaded if hasattr(each, "register")]


def _show_version(wanted: bool) -> None:
    """At once, before a command is asked for."""
    if wanted:
        typer.echo(f"ivrkit {__version__}")
        raise typer.Exit


def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and leave.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Nothing is done before the command; its own docstring tells what it is."""


def main() -> None:
    """Run a command. An error of ours is one clear line and a status that is not 0."""
    try:
        application(only=sys.argv[1] if len(sys.argv) > 1 else "")()
    except IvrkitError as error:
        complain(error)
        sys.exit(1)
    except PermissionError as error:
        # The engine's folders are for its user alone; whoever types a command may be another one.
        complain(
            ConfigurationError(
                f"{error.filename}: {error.strerror}" if error.filename else str(error),
                hint="run it as the user of the engine (docs/operations.md says how)",
            )
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
