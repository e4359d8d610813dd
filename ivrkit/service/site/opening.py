"""The API of an engine that takes over: its port may still be the other engine's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ivrkit.errors import ConfigurationError
from ivrkit.service.site.condition import Condition

SOON_SECONDS = 5.0
"""How long the other engine may take to end before it is a trouble."""
AGAIN_SECONDS = 0.2


async def open_when_free(open_api: Callable[[], Awaitable[None]], condition: Condition) -> None:
    """Open the API as soon as its port is free: calls are served without it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SOON_SECONDS
    told = ""
    while True:
        try:
            await open_api()
            break
        except ConfigurationError as error:
            if loop.time() >= until and str(error) != told:
                told = str(error)
                condition.trouble("the API", told)
        await asyncio.sleep(AGAIN_SECONDS)
    if told:
        condition.trouble("the API", "")
