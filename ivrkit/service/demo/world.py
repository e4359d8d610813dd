"""Brings up what the demo needs, in order: Asterisk, the engine, an agent's phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivrkit.connectors.odbc import drivers
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.errors import NotAvailable
from ivrkit.service.configuration import load_configuration
from ivrkit.service.demo.place import (
    DRIVER,
    cache_folder,
    flows_folder,
    make_accounts,
    write_configuration,
)
from ivrkit.service.demo.stage import Stage
from ivrkit.service.demo.watching import Watch
from ivrkit.service.site import Site
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip

AGENT = "1001"
CALLER = "4930123456"


@dataclass
class World:
    """Everything that runs."""

    folder: Path
    asterisk: PrivateAsterisk
    site: Site
    agent: Baresip
    watch: Watch

    def caller(self, name: str = "caller") -> Baresip:
        """A caller's phone from the telephone network: it does not register, it just calls. What
        it hears is kept under the name."""
        folder = self.folder / "phones" / name
        return Baresip(CALLER, sip_port=self.asterisk.sip_port, folder=folder)


def require() -> None:
    """What can be known to be missing before anything is started. Raises NotAvailable."""
    checks: tuple[Callable[[], object], ...] = (
        flows_folder,
        lambda: processes.require("baresip", "baresip-core"),
        lambda: processes.require("espeak-ng", "espeak-ng"),
        lambda: drivers.required(ConnectionString(DRIVER)),
    )
    missing = []
    for check in checks:
        try:
            check()
        except NotAvailable as error:
            missing.append(error)
    if missing:
        hints = "; ".join(error.hint for error in missing if error.hint)
        raise NotAvailable("; ".join(error.message for error in missing), hint=hints)


@asynccontextmanager
async def bring_up(folder: Path, stage: Stage) -> AsyncIterator[World]:
    """All of it, ready for calls; what was started is stopped in the reverse order.

    Raises NotAvailable when a part cannot be had on this machine.
    """
    require()
    asterisk = PrivateAsterisk(shared=[cache_folder(folder)], progress=stage.tell)
    async with asterisk:
        stage.tell(f"Asterisk {asterisk.version} runs on 127.0.0.1 (SIP port {asterisk.sip_port})")
        stage.tell(f"the bank's accounts are in {make_accounts(folder)}, asked through ODBC")
        configuration = load_configuration(write_configuration(folder, asterisk))
        async with Site(configuration, tell=stage.tell) as site:
            watch = Watch(stage)
            site.engine.subscribe(watch.heard)
            served = ", ".join(version.name for version in site.flows.versions())
            stage.tell(f"the engine serves {served}; its API is on 127.0.0.1:{site.api_port}")
            agent = Baresip(
                AGENT,
                sip_port=asterisk.sip_port,
                folder=folder / "phones" / "agent",
                password=asterisk.site.phone_passwords[AGENT],
                answers=True,
            )
            async with agent:
                await asterisk.wait_for_agent(AGENT)
                stage.tell(f"the agent's phone {AGENT} is registered and free")
                yield World(folder, asterisk, site, agent, watch)
