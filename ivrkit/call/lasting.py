"""Steps that last: what the caller's keys do while they go on, and what runs for the caller."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Mapping
from typing import Any

from ivrkit.call.asking import Meanwhile, MenuEntry, PartyKeysField
from ivrkit.call.call import Call
from ivrkit.call.exits import Exit
from ivrkit.call.fields import Duration
from ivrkit.call.step import Step
from ivrkit.call.targets import Target

CALLER = "caller"
"""The party whose keys are meant where none is named."""


class KeyedStep(Step):
    """A step during which keys may have a meaning. A verb has nothing to do for it: the engine
    takes the keys, leaves the step, and comes back to it where the key leads to steps in place."""

    keys: PartyKeysField | None = None
    """What the caller's keys do while this goes on: pattern → target. Steps in place come back to
    this step, a jump ends it. The flow's own keys and shortcuts hold too. Other keys wait for the
    next step that takes keys."""
    settle: Duration | None = None
    """How long to wait for another key when one of `keys` matches and a longer one is possible; 3s
    if not said, and `0s` takes the shorter one at once."""

    @property
    def entries(self) -> tuple[MenuEntry, ...] | None:
        """What the caller may press; None if keys have no meaning here."""
        return None if self.keys is None else self.keys.get(CALLER, ())

    @property
    def overlaid(self) -> bool:
        return self.keys is not None

    def ways(self) -> Mapping[str, Target]:
        entries = [each for several in (self.keys or {}).values() for each in several]
        return {entry.way: entry.to for entry in entries}


class LastingStep(KeyedStep):
    """A step that takes its time, in which something may run for the caller.

    What takes the time is kept apart from what is read before and set behind, because steps of
    the flow may run between them: :meth:`begin` reads all that it needs and gives the work,
    :meth:`finish` makes an exit of its result.
    """

    meanwhile: Meanwhile | None = None
    """A section or steps that run for the caller while this goes on. They are cut off the moment
    it ends; if they end sooner, music plays for the rest of the time; a jump out of them ends
    this step. `{after: 2s, do: …}` begins them later."""

    @property
    def overlaid(self) -> bool:
        return self.keys is not None or self.meanwhile is not None

    def ways(self) -> Mapping[str, Target]:
        ways = dict(super().ways())
        if self.meanwhile is not None:
            ways["meanwhile"] = self.meanwhile.do
        return ways

    def music_class(self, call: Call) -> str | None:
        """The music on hold that fills the time in which nothing else is heard; None: silence."""
        return "default" if self.meanwhile is not None else None

    @abstractmethod
    def begin(self, call: Call) -> Awaitable[Any] | float:
        """Read what is needed of the session, and give the work; or so many seconds, after which
        it is over. The work must not look at the session: another step may be running.

        ``call.session.entry.data["lasted"]`` is how many seconds it has lasted before a key led
        away from it, for a step of the kind ``caller``.
        """

    @abstractmethod
    def finish(self, call: Call, result: Any) -> Exit:
        """What came of the work: set variables and say by which exit the step ended."""

    async def run(self, call: Call) -> Exit:
        """Without anything beside it."""
        work = self.begin(call)
        if isinstance(work, int | float):
            await call.channel.receive(until=call.clock.time() + work)
            return self.finish(call, None)
        return self.finish(call, await call.clock.outside(work))
