"""After the scripted call: stays up, says how to call in, and has an agent who answers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ivrkit.errors import CarrierError
from ivrkit.service.demo.place import NUMBERS
from ivrkit.service.demo.stage import Stage
from ivrkit.service.demo.world import AGENT, World

AGENT_TALKS = 15.0
"""Seconds after which the agent hangs up, so that the survey is heard."""
FOREVER = 10.0 * 365 * 24 * 3600


async def stay(world: World, stage: Stage) -> None:
    """Until cancelled."""
    stage.heading("Call it yourself (Ctrl-C ends everything)")
    stage.guide(guide(world))
    while True:
        await _serve(world, stage)


def guide(world: World) -> list[tuple[str, str]]:
    """How to call in."""
    here = _shown(world.folder)
    passwords = world.asterisk.site.phone_passwords
    numbers = ", ".join(f"{number} ({flow})" for number, flow in NUMBERS.items())
    rows = [
        ("from a terminal", f"{program()} phone 800 --config {here}"),
        ("another look", f"{program()} calls tail --config {here}"),
        ("softphone", f"server 127.0.0.1, port {world.asterisk.sip_port}, UDP"),
    ]
    for name in world.asterisk.site.callers:
        rows.append(("  a caller's", f"user {name}, password {passwords[name]}"))
    others = [name for name in world.asterisk.site.agents if name != AGENT]
    for name in others:
        rows.append(("  an agent's", f"user {name}, password {passwords[name]}"))
    rows.append(("numbers", f"{numbers}, 901 (hear yourself)"))
    rows.append(
        ("the agent", f"{AGENT} answers by itself and hangs up after {AGENT_TALKS:.0f} seconds")
    )
    return rows


async def _serve(world: World, stage: Stage) -> None:
    """Take one call as the agent."""
    agent = world.agent
    await agent.established(timeout=FOREVER)
    for name, value in agent.received_headers("X-IVRKit-").items():
        stage.agent(f"phone {agent.name} received  {name}: {value}")
    try:
        await agent.closed(timeout=AGENT_TALKS)
    except TimeoutError:
        stage.agent("hangs up")
        try:
            await agent.hang_up()
        except CarrierError:
            return  # the caller was faster


def program() -> str:
    """How this program is called here."""
    beside = Path(sys.executable).with_name("ivrkit")
    if shutil.which("ivrkit") and Path(str(shutil.which("ivrkit"))) == beside:
        return "ivrkit"
    if beside.is_file():
        return _shown(beside)
    return f"{_shown(Path(sys.executable))} -m ivrkit"


def _shown(path: Path) -> str:
    """A path as one types it here."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
