from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import Reload
from ivrkit.service.site import Site


class Speaking:
    """Flows whose new texts take a while to speak."""

    def __init__(self) -> None:
        self.spoken = asyncio.Event()
        self.loads = 0

    async def load(self, **_: Any) -> Reload:
        await self.spoken.wait()
        self.loads += 1
        return Reload(taken=["main"])


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(
        Configuration.model_validate(
            {"asterisk": {"url": "http://127.0.0.1:1", "user": "u", "password": "secret"}}
        ).model_copy(update={"state": tmp_path})
    )
    made.prompts = SimpleNamespace(refresh=lambda: None)  # type: ignore[assignment]
    made.flows = Speaking()  # type: ignore[assignment]
    return made


async def test_a_reload_is_finished_when_nobody_waits_for_it_any_more(site: Site) -> None:
    flows: Any = site.flows
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await site.reload()
    flows.spoken.set()
    assert (await site.reload()).taken == ["main"]
    assert flows.loads == 2
