"""``ivrkit drain``: empty the running engine."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from ivrkit.cli.options import Config
from ivrkit.cli.output import OUT
from ivrkit.errors import ConfigurationError
from ivrkit.service.client import ApiClient, EngineAway, EngineLate
from ivrkit.service.configuration import load_configuration

EPILOG = """Examples:\n
    ivrkit drain --wait && systemctl stop ivrkit\n
    ivrkit drain --cancel\n
    ivrkit drain --now              # the next engine goes on with the calls
"""
LOOK_SECONDS = 1.0


def drain(
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the last call is over.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Take new calls again.")] = False,
    now: Annotated[
        bool, typer.Option("--now", help="End the engine now, with calls in progress.")
    ] = False,
    config: Config = None,
) -> None:
    """Let the running engine take no new calls.

    They go back to the dialplan at once, with IVRKIT_STATUS=DRAINING, and get what callers get when
    there is no engine. Calls in progress end by themselves. With `--now` they are not waited for:
    the engine ends, and the next one goes on with them; nobody is hung up.
    """
    if wait + cancel + now > 1:
        raise ConfigurationError("give one of --wait, --cancel and --now")
    asyncio.run(_drain(load_configuration(config), wait=wait, cancel=cancel, now=now))


async def _drain(configuration: Any, *, wait: bool, cancel: bool, now: bool) -> None:
    async with ApiClient(configuration) as client:
        if cancel:
            await client.delete("/v1/drain")
            OUT.print("new calls are taken again")
            return
        state = await client.post("/v1/drain", {"now": now})
        if now:
            OUT.print(f"the engine ends; {_calls(state)} left for the next one")
            return
        OUT.print(f"no new calls are taken; {_calls(state)} in progress")
        if wait:
            await _wait(client, state)


async def _wait(client: ApiClient, state: dict[str, Any]) -> None:
    """Tell how many are left whenever that changes, until there are none."""
    told = state["calls"]
    while state["calls"]:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            state = await client.get("/v1/drain")
        except EngineAway:
            OUT.print("the engine has ended")
            return
        except EngineLate:
            continue
        if not state["draining"]:
            OUT.print("somebody has taken it back: new calls are taken again")
            raise typer.Exit(1)
        if state["calls"] != told:
            told = state["calls"]
            OUT.print(f"{_calls(state)} in progress")
    OUT.print("the engine is empty")


def _calls(state: dict[str, Any]) -> str:
    return "1 call" if state["calls"] == 1 else f"{state['calls']} calls"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EPILOG)(drain)
