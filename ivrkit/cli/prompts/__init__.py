"""``ivrkit prompts``: one command per file; each has a ``register(group)``."""

from __future__ import annotations

import importlib
import pkgutil

import typer

_HELP = {"help_option_names": ["-h", "--help"]}


def register(app: typer.Typer) -> None:
    """Add the group with all its commands."""
    group = typer.Typer(
        help="Look after texts and recordings.", no_args_is_help=True, context_settings=_HELP
    )
    for module in sorted(each.name for each in pkgutil.iter_modules(__path__)):
        added = getattr(importlib.import_module(f"{__name__}.{module}"), "register", None)
        if added is not None:
            added(group)
    app.add_typer(group, name="prompts")
