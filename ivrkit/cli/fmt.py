"""``ivrkit fmt``: lay flow files out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.output import ERR, OUT
from ivrkit.errors import FlowError
from ivrkit.flow.diagnostics import render_all
from ivrkit.service.rewriting import Rewritten, formatting, rewrite

EPILOG = """Examples:\n
    ivrkit fmt flows\n
    ivrkit fmt flows --check              # for CI and pre-commit\n
    ivrkit fmt flows/bank.yaml --diff\n
    ivrkit fmt - < bank.yaml              # for editors: what comes in is printed in its form
\n\nExit status: 0 done, or nothing to do; 1 with --check when a file would change, or when a file
is no YAML; 2 wrong use.
"""


def fmt(
    paths: Annotated[
        list[Path], typer.Argument(help="Flow files, folders of flows, or - for standard input.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; tell which files would change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what changes.")] = False,
) -> None:
    """Lay flow files out: order, indentation, spaces. Texts, comments and meaning stay."""
    if paths == [Path("-")]:
        _print_formatted()
        return
    changed, failed, count = 0, 0, 0
    for each in rewrite(paths, formatting()):
        count += 1
        if each.new is None:
            failed += 1
            ERR.print(each.mistakes(), markup=False, soft_wrap=True)
        elif each.differs:
            changed += 1
            _handle(each, check=check, diff=diff)
    ERR.print(_summary(count, changed, failed, would=check or diff))
    raise typer.Exit(1 if failed or (check and changed) else 0)


def _handle(each: Rewritten, *, check: bool, diff: bool) -> None:
    if diff:
        sys.stdout.write(each.difference())
    elif check:
        OUT.print(f"would change {each.path}", markup=False, soft_wrap=True)
    else:
        each.write()
        OUT.print(f"changed {each.path}", markup=False, soft_wrap=True)


def _print_formatted() -> None:
    text = sys.stdin.read()
    new, found = formatting()("<stdin>", text)
    if new is None:
        raise FlowError(f"this cannot be laid out:\n{render_all(found, text)}")
    sys.stdout.write(new)


def _summary(count: int, changed: int, failed: int, *, would: bool) -> str:
    files = f"{count} file{'' if count == 1 else 's'}"
    text = f"{files}: {changed} {'would change' if would else 'changed'}"
    return text + (f", {failed} with mistakes" if failed else "")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(fmt)
