"""``serve`` as a process: here, what a signal to reload does."""

from __future__ import annotations

import asyncio
from typing import cast

from ivrkit.errors import StoreError
from ivrkit.service.flows import Reload
from ivrkit.service.serving import Reloading
from ivrkit.service.site import Site


class Flows:
    """A site that reads its flows as slowly as a test wants it to."""

    def __init__(self) -> None:
        self.reads = 0
        self.go_on = asyncio.Event()
        self.broken = False

    async def reload(self) -> Reload:
        self.reads += 1
        await self.go_on.wait()
        if self.broken:
            raise StoreError("the disk is full")
        return Reload(kept=["desk"])


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_signal_while_the_flows_are_read_is_not_lost() -> None:
    site, told = Flows(), list[str]()
    reloading = Reloading(cast(Site, site), told.append, told.append)
    reloading.ask()
    await settled()
    reloading.ask()
    reloading.ask()
    site.go_on.set()
    await settled()
    assert site.reads == 2
    assert told == ["flows reloaded: 0 new, 1 as before, 0 refused"] * 2


async def test_what_keeps_it_from_reading_is_said() -> None:
    site, told = Flows(), list[str]()
    site.broken = True
    site.go_on.set()
    reloading = Reloading(cast(Site, site), told.append, told.append)
    reloading.ask()
    await settled()
    assert told == ["the flows could not be reloaded: the disk is full"]
