"""The telephone on which a script is played: simulated, or live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ivrkit.call.clock import Clock
from ivrkit.call.events import TraceEvent
from ivrkit.call.hearing import Hypothesis
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.script import Dial

Listener = Callable[[TraceEvent], None]


class Line(Protocol):
    """One line, on which the calls of a script are placed one after the other.

    ``patience`` is how many seconds the trace may be late; 0 in virtual time.
    """

    @property
    def clock(self) -> Clock: ...

    @property
    def patience(self) -> float: ...

    @property
    def lag(self) -> float:
        """How many seconds after the last key the trace shows what came of it, at the latest;
        0 in virtual time."""

    @property
    def missing(self) -> Sequence[str]:
        """What a flow needed and the script does not give."""

    @property
    def differences(self) -> Sequence[Differs]:
        """What systems outside were asked otherwise than the script says."""

    @property
    def used(self) -> Mapping[str, int]:
        """How often each name that is given (``database.crm``) was used; one of which that is not
        known is not in it."""

    def player(self) -> AbstractContextManager[None]:
        """The player runs inside one of these."""

    async def dial(self, dial: Dial, listener: Listener) -> None:
        """Place a call, and tell the listener of every event of its trace from the first on.
        Raises IvrkitError when no call can be placed (no such flow, nobody answers)."""

    async def press(self, keys: str) -> None:
        """Press keys one behind the other."""

    async def say(self, text: str, seconds: float, heard: Sequence[Hypothesis] = ()) -> None:
        """Begin to say something that takes so long. ``heard`` is what a simulated recogniser
        understands of it; a real one decides itself."""

    async def hang_up(self) -> None:
        """Hang up, if the call still is."""

    async def settle(self) -> None:
        """Wait until what was done has had its consequences."""


class LiveSite(Protocol):
    """A site in service, as far as a script needs it; implemented by the room ``service``."""

    async def place_call(self, dial: Dial, given: Given, listener: Listener) -> str:
        """Call a number (or a flow) over a real channel; the answer is the call's id, and the
        listener is told of its trace from the first event on. Raises NotAvailable for what the
        script gives and this site cannot bring about (the script is skipped), and IvrkitError
        when the call cannot be placed."""

    def missing(self, given: Given) -> Sequence[str]:
        """What the flows of a script's calls needed and it does not give."""

    def differences(self, given: Given) -> Sequence[Differs]:
        """What they asked otherwise than it says."""

    def used(self, given: Given) -> Mapping[str, int]:
        """How often they used each name that it gives, of those of which that is known."""

    async def press(self, call_id: str, keys: str) -> None:
        """Send keys as real DTMF, one behind the other."""

    async def say(self, call_id: str, text: str, seconds: float) -> None:
        """Let the caller be heard for so long. Raises NotAvailable where nobody can speak."""

    async def hang_up(self, call_id: str) -> None:
        """Hang up the caller's channel; one that is gone already is no error."""
