"""``ivrkit calls``: the calls of now and before."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from ivrkit.call.events import ENCODER, TraceEvent
from ivrkit.cli import callers
from ivrkit.cli.lines import print_line
from ivrkit.cli.options import Config, Form, Format
from ivrkit.cli.output import ERR, OUT
from ivrkit.service.configuration import load_configuration
from ivrkit.service.history import History, Story, list_calls, tell_call
from ivrkit.service.tailing import follow
from ivrkit.service.timeline import Tone, line_of, lines_of, shown_value
from ivrkit.store import RecordQuery

EPILOG = """Examples:\n
    ivrkit calls\n
    ivrkit calls --live\n
    ivrkit calls --caller +49301234567 --limit 5\n
    ivrkit calls show 4f1c\n
    ivrkit calls tail
"""
SHOW_EPILOG = """Examples:\n
    ivrkit calls show 4f1c2d3e4f5a6b7c\n
    ivrkit calls show 4f1c --steps         # the beginning of the id is enough\n
    ivrkit calls show 4f1c --format json | jq '.events[].event'
"""
TAIL_EPILOG = """Examples:\n
    ivrkit calls tail\n
    ivrkit calls tail 4f1c --steps\n
    ivrkit calls tail --format json | jq 'select(.event == "pressed")'
"""


Steps = Annotated[bool, typer.Option("--steps", help="Every step, exit and variable too.")]


def calls(
    context: typer.Context,
    live: Annotated[bool, typer.Option("--live", help="Only calls in progress.")] = False,
    flow: Annotated[str, typer.Option(help="Only calls of this flow.")] = "",
    caller: Annotated[str, typer.Option(help="Only calls from this number.")] = "",
    number: Annotated[str, typer.Option(help="Only calls to this number.")] = "",
    limit: Annotated[int, typer.Option(help="How many, at most.", min=1, max=1000)] = 20,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """List calls, the newest first; `show` one, or `tail` what happens now. `erase` or `export`
    what is kept of a caller.

    They come from the running engine, or from its store while none runs.
    """
    if context.invoked_subcommand is not None:
        return
    query = RecordQuery(
        limit=limit, flow=flow, caller=caller, number=number, live=True if live else None
    )
    found = asyncio.run(list_calls(load_configuration(config), query))
    if form is Format.json:
        typer.echo(msgspec.json.encode(found.calls))
    else:
        _print_list(found)


def show(
    call: Annotated[str, typer.Argument(help="The call's id, or the beginning of it.")],
    steps: Steps = False,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Show a call: its path, keys, words, variables and times, and what happened in it."""
    story = asyncio.run(tell_call(load_configuration(config), call))
    if form is Format.json:
        whole: dict[str, Any] = {"call": story.call, "events": story.events}
        typer.echo(msgspec.json.encode(whole))
    else:
        _print_story(story, steps)


def tail(
    call: Annotated[str, typer.Argument(help="One call; all if not said.")] = "",
    steps: Steps = False,
    form: Form = Format.text,
    config: Config = None,
) -> None:
    """Show what happens in calls, while it happens, until Ctrl-C."""

    def each(call_id: str, event: TraceEvent) -> None:
        if form is Format.json:
            body = ENCODER.encode(event)
            typer.echo(b'{"call":' + msgspec.json.encode(call_id) + b"," + body[1:])
            return
        line = line_of(event)
        if line is not None and (steps or line.tone is not Tone.DETAIL):
            print_line(OUT, line, "" if call else call_id)

    asyncio.run(follow(load_configuration(config), call, each))


def _print_list(found: History) -> None:
    if found.note:
        ERR.print(found.note, markup=False, style="dim", soft_wrap=True)
    if not found.calls:
        OUT.print("no calls")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("call", "when", "caller", "number", "flow", "seconds", "state"):
        table.add_column(title, overflow="fold", justify="right" if title == "seconds" else "left")
    for each in found.calls:
        seconds = "" if each.seconds is None else f"{each.seconds:.0f}"
        when = each.started.astimezone().strftime("%m-%d %H:%M:%S")
        texts = (each.id, when, each.caller, each.number, each.flow, seconds, each.state)
        table.add_row(*(Text(text) for text in texts), style="bold" if each.live else "")
    OUT.print(table)


def _print_story(story: Story, steps: bool) -> None:
    if story.note:
        ERR.print(story.note, markup=False, style="dim", soft_wrap=True)
    for name, text in _summary(story):
        line = Text()
        line.append(f"{name:<10} ", style="bold")
        line.append(text)
        OUT.print(line, soft_wrap=True)
    OUT.print()
    for each in lines_of(story.events, details=steps):
        print_line(OUT, each)


def _summary(story: Story) -> list[tuple[str, str]]:
    call = story.call
    started = call.started.astimezone().isoformat(sep=" ", timespec="seconds")
    lasted = "" if call.seconds is None else f", {call.seconds:.1f} s"
    answered = "" if call.answered else ", not answered"
    rows = [
        ("call", call.id),
        ("from", f"{call.caller or 'no number'} to {call.number}"),
        ("flow", f"{call.flow}, version {call.version[:12]}"),
        ("time", f"{started}{lasted}{answered}"),
        ("state", call.state),
        ("path", call.path),
        ("keys", "  ".join(story.keys)),
        ("said", ", ".join(story.said)),
    ]
    rows += [("variable", f"{name} = {shown_value(v)}") for name, v in story.variables.items()]
    rows += [("hand-off", f"queue {each.queue}, {each.handoff}") for each in story.handoffs]
    return [(name, text) for name, text in rows if text]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(invoke_without_command=True, context_settings=_HELP)
    group.callback(epilog=EPILOG)(calls)
    group.command(epilog=SHOW_EPILOG)(show)
    group.command(epilog=TAIL_EPILOG)(tail)
    callers.add_to(group)
    app.add_typer(group, name="calls")


_HELP = {"help_option_names": ["-h", "--help"]}
