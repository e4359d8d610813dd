"""What the log is told of a connector: that it fails, that it is left alone, that it answers again.
A line each, however many calls meet it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

LOG = logging.getLogger(__name__)

QUIET_SECONDS: Final = 60.0
"""How long nothing is told of a connector that fails now and then, behind a line that tells it."""


class Report:
    """Tells the log how one connector fares.

    The first failure is told, and the moment from which on it is left alone; then nothing, until it
    answers again. A connector that fails and answers in turn is told of once a minute at the most.
    ``time`` gives seconds that only grow. The reasons are clean: without a secret, or a value of a
    call.
    """

    def __init__(self, name: str, time: Callable[[], float]) -> None:
        self._name = name
        self._time = time
        self._failed = 0
        self._told = False
        self._rests = False
        self._next = 0.0

    def failed(self, reason: str, rest: float) -> None:
        """A request has failed; from now on it is left alone for ``rest`` seconds, unless 0."""
        self._failed += 1
        if rest and not self._rests:
            self._rests = self._told = True
            text = "%s is left alone, and tried again every %g s: it has failed %s: %s"
            LOG.warning(text, self._name, rest, _times(self._failed), reason)
        elif not self._told and self._is_due():
            self._told = True
            LOG.warning("%s fails: %s", self._name, reason)

    def answered(self) -> None:
        """A request was answered."""
        if self._rests or (self._told and self._failed > 1):
            LOG.warning("%s answers again; it had failed %s", self._name, _times(self._failed))
        self._failed, self._told, self._rests = 0, False, False

    def not_done(self, reason: str) -> None:
        """A request was not done, and the system is well: it has refused it, or it has enough to
        do."""
        if self._is_due():
            LOG.warning("%s has not done a request: %s", self._name, reason)

    def _is_due(self) -> bool:
        now = self._time()
        if now < self._next:
            return False
        self._next = now + QUIET_SECONDS
        return True


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
