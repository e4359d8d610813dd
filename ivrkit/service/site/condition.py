"""What is wrong with a running engine, and whether it still is the one of its application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

LOG = logging.getLogger(__name__)


class Condition:
    """Troubles by what they are about, told once in the log and as long as they last to whoever
    asks. ``looks`` are asked then."""

    def __init__(self) -> None:
        self._troubles: dict[str, str] = {}
        self._looks: list[Callable[[], str]] = []
        self.wanted = asyncio.Event()
        """Set while another engine asks for this application."""
        self.lost = asyncio.Event()
        """Set when another engine has taken this application."""
        self.stands = False
        """The calls stand still: another engine takes them."""
        self.contested: float | None = None
        """When somebody else has connected to Asterisk as this engine, on the loop's clock."""
        self.heir = False
        """Another engine offers its calls to this one."""
        self.at_loss: Callable[[], None] = _nothing
        """What is done in the moment in which another engine has the application."""

    def trouble(self, what: str, text: str, over: str = "") -> None:
        """Something is wrong; without a text it works again, which ``over`` says in words of its
        own."""
        before = self._troubles.get(what)
        self._troubles[what] = text
        if text:
            LOG.error("%s", text)
        elif before:
            # A warning, so that a log which has shown the trouble shows its end.
            LOG.warning("%s", over or f"{what} works again")

    def contest(self) -> None:
        """Somebody else has connected to Asterisk under the name of this application."""
        self.contested = asyncio.get_running_loop().time()

    def is_lost(self) -> None:
        """Another engine has taken this application."""
        self.at_loss()
        self.lost.set()

    def look(self, at: Callable[[], str]) -> None:
        """Ask this, too, what is wrong whenever somebody wants to know; empty when nothing is."""
        self._looks.append(at)

    def problems(self) -> list[str]:
        """What is wrong now; empty when nothing is."""
        found = [*self._troubles.values(), *(look() for look in self._looks)]
        return [text for text in found if text]


def _nothing() -> None:
    """There is nothing to lose yet."""
