"""The first connection to Asterisk: an engine that is started while it is away waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from ivrkit.errors import CarrierRefused, CarrierUnavailable

AGAIN_SECONDS: Final = 1.0


async def as_soon_as_it_is_there(
    connect: Callable[[], Awaitable[None]], tell: Callable[[str], None]
) -> None:
    """Connect; as long as Asterisk cannot be reached, tell why, once, and try again. Raises
    CarrierRefused, which no waiting cures."""
    told = ""
    while True:
        try:
            return await connect()
        except CarrierRefused:
            raise
        except CarrierUnavailable as error:
            if error.message != told:
                told = error.message
                tell(f"waiting for Asterisk: {told}{'; ' if error.hint else ''}{error.hint}")
        await asyncio.sleep(AGAIN_SECONDS)
