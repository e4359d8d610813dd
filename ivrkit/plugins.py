"""What plug-ins may use: functions in the ``plugins/`` folder of a project, called by the verb
``python``.

A plug-in is an ordinary module. Its functions take typed arguments and return plain data::

    from decimal import Decimal

    from ivrkit.plugins import NotFound

    def risk(account: str, amount: Decimal) -> Decimal:
        if account not in ACCOUNTS:
            raise NotFound("no such account")
        return amount / ACCOUNTS[account]

Nothing in here needs an engine: a plug-in is tested like any other function.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event

__all__ = ["Asked", "NotFound", "PluginExit", "Refused", "asked"]


class PluginExit(Exception):
    """Leaves the step by an exit. The text is for the log: no data of a caller belongs into it."""

    exit: str


class NotFound(PluginExit):
    """What was asked for is not there: the step is left by ``not_found``."""

    exit = "not_found"


class Refused(PluginExit):
    """The function works, and does not do this: the step is left by ``refused``."""

    exit = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """The call of a function as the function itself may see it.

    ``key`` is the same when a restarted engine asks again: what writes can tell by it what was
    done already (an idempotency key). ``deadline`` is on the clock of :func:`time.monotonic`;
    behind it nobody waits any more.
    """

    function: str
    key: str = ""
    deadline: float = field(default_factory=lambda: time.monotonic() + 60)
    _abandoned: Event = field(default_factory=Event)

    @property
    def seconds_left(self) -> float:
        """Seconds until nobody waits any more; 0 behind that."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits any more: the caller has hung up, or the time is over. A function
        that works in rounds looks at it in each, and ends."""
        return self._abandoned.is_set() or self.seconds_left <= 0

    def abandon(self) -> None:
        """Nobody waits any more."""
        self._abandoned.set()


_ASKED: ContextVar[Asked | None] = ContextVar("ivrkit_asked", default=None)


def asked() -> Asked:
    """The call in which this function runs; one without a key outside of calls, as in a test."""
    return _ASKED.get() or Asked("")


@contextmanager
def running(this: Asked) -> Iterator[None]:
    """What runs inside sees this call. For ivrkit, and for tests of plug-ins that look at it."""
    token = _ASKED.set(this)
    try:
        yield
    finally:
        _ASKED.reset(token)
