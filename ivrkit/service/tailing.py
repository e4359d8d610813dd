"""What happens in calls, while it happens."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.call.events import Ended, TraceEvent
from ivrkit.errors import ConfigurationError
from ivrkit.service.client import ApiClient, NotFound
from ivrkit.service.configuration import Configuration
from ivrkit.service.history import full_id

Show = Callable[[str, TraceEvent], None]


async def follow(configuration: Configuration, call_id: str, show: Show) -> None:
    """Show the events of all calls until the engine stops, or of one call until it is over.

    Of one call what has happened before is shown first. Raises EngineAway, NotFound, and
    ConfigurationError when the engine stops meanwhile.
    """
    async with ApiClient(configuration) as api:
        only = await full_id(api, call_id) if call_id else ""
        async with api.tail(only) as tail:
            if only and await _catch_up(api, only, show):
                return
            async for found, event in tail:
                show(found, event)
                if only and isinstance(event, Ended):
                    return
            if tail.lost:
                raise ConfigurationError(f"{tail.lost} events were lost: this was too slow")
    raise ConfigurationError("the engine has stopped", hint="its calls stay in Asterisk")


async def _catch_up(api: ApiClient, call_id: str, show: Show) -> bool:
    """Show what has happened in a call so far; whether it is over."""
    try:
        events = await api.trace(call_id)
    except NotFound:
        return False
    for event in events:
        show(call_id, event)
    return any(isinstance(event, Ended) for event in events)
