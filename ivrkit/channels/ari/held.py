"""Events of calls that are about to be taken up: they are kept until somebody has the call.

An engine hears Asterisk before it knows its calls. What comes for them meanwhile (a key, a hang-up)
reaches them in its order as soon as they are adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ivrkit.channels.ari.audio.parts import is_part
from ivrkit.channels.ari.events import Handled

Route = Callable[[Handled], None]


class Held:
    """Keeps the events of channels that nobody has yet: of all, or of those that are awaited."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._events: list[tuple[str, Handled]] = []
        self._awaited: frozenset[str] | None = None

    def keeps(self, event: Handled, known: Collection[str]) -> bool:
        """Whether this event waits for somebody who takes up its call."""
        channel = channel_of(event)
        if not channel or channel in known or is_part(channel):
            return False
        if self._awaited is not None and channel not in self._awaited:
            return False
        self._events.append((channel, event))
        return True

    def wait_for(self, channels: Collection[str]) -> None:
        """Only these are about to be taken up: what is kept of others goes its usual way."""
        self._awaited = frozenset(channels)
        self._let(lambda channel: channel not in channels)

    def adopted(self, channel: str) -> None:
        """Somebody has this call now."""
        self._let(lambda each: each == channel)

    def release(self) -> None:
        """Nobody is waited for any more."""
        self._awaited = frozenset()
        self._let(lambda channel: True)

    def _let(self, go: Callable[[str], bool]) -> None:
        events, self._events = self._events, []
        for channel, event in events:
            if go(channel):
                self._route(event)
            else:
                self._events.append((channel, event))


def channel_of(event: Handled) -> str:
    """The channel that an event is about; empty for an event about none."""
    for name in ("channel", "caller"):
        channel = getattr(event, name, None)
        if channel is not None:
            return str(channel.id)
    for name in ("playback", "recording"):
        thing = getattr(event, name, None)
        if thing is not None:
            kind, _, channel = thing.target_uri.partition(":")
            return channel if kind == "channel" else ""
    return ""
