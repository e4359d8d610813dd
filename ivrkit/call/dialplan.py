"""The dialplan: the port that lets a call run an application or context of it and come back.

A flow knows names; the configuration says which application or context each is, which values go
there and which come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ivrkit.call.call import Call


@dataclass(frozen=True, slots=True)
class DialplanRequest:
    """What the ``dialplan`` step asks for.

    ``name`` is the name in the flow, ``values`` are texts by the names of the configuration.
    ``ticket`` names this entry of the step (``<call>.<entry>``) and is the same after a restart:
    by it a resumed step tells its own result from that of an earlier one.
    """

    name: str
    ticket: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DialplanResult:
    """What came of it. ``done`` is False when there is no such application or context, or when it
    failed; ``values`` are what it has left, None for what it has not set."""

    done: bool
    values: Mapping[str, str | None] = field(default_factory=dict)


class Dialplan(Protocol):
    """Runs parts of the dialplan. Implemented by the room ``handoff``."""

    async def run(self, call: Call, request: DialplanRequest, *, resumed: bool) -> DialplanResult:
        """Send the call there and wait until it is back.

        ``resumed`` says that another engine process may have sent it: then it is awaited, or its
        result taken. Interrupts (a hang-up) pass through. Raises HandoffError for a name or value
        that cannot be, and CarrierError when the carrier refuses.
        """
