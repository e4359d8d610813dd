"""Prompts that Asterisk could not play: an engineer is told, callers hear nothing there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from ivrkit.call.events import Said, TraceEvent

LOG = logging.getLogger("ivrkit.prompts")

QUIET_SECONDS: Final = 300.0
"""How long nothing more is told of a sound file, however many calls meet it."""
MOST: Final = 20
"""Sound files that are told of in that time: where all cannot be played, a few say enough."""


class Unplayed:
    """Tells the log of one engine. ``time`` gives seconds that only grow.

    What is told is the name of a file: what is said in it may be of the caller, and stands in the
    trace of the call.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._told: dict[str, float] = {}

    def heard(self, call_id: str, event: TraceEvent) -> None:
        """A prompt was played, or not."""
        if not (isinstance(event, Said) and event.unplayed):
            return
        # Asterisk tells of the last file of a list only.
        name = event.media[-1] if event.media else ""
        if self._is_due(name):
            LOG.warning(
                "Asterisk could not play %s: can it read the file? `ivrkit doctor` tries one; the "
                "trace of this call has the text that the caller has not heard",
                name,
                extra={"call": call_id},
            )

    def _is_due(self, name: str) -> bool:
        now = self._time()
        for told in [each for each, at in self._told.items() if now - at >= QUIET_SECONDS]:
            del self._told[told]
        if name in self._told or len(self._told) >= MOST:
            return False
        self._told[name] = now
        return True
