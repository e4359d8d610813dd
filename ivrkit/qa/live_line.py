"""A line on a live Asterisk: the same script, in real time, over a real channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from ivrkit.call.clock import Clock
from ivrkit.call.hearing import Hypothesis
from ivrkit.engine.clock import RealClock
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.line import Listener, LiveSite
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.player import play
from ivrkit.qa.script import Dial, Say, Script, Silence, Wait

SETTLING = 0.05
"""Seconds in which what was done has its consequences in the trace, or mostly."""
PATIENCE = 3.0
LAG = 1.0
LONGEST_WAIT = 300.0
"""Seconds that a script may let pass at once."""


class LiveLine:
    """The :class:`~ivrkit.qa.line.Line` of a site in service. What the script gives is handed to
    the site, which may know how to bring it about."""

    patience = PATIENCE
    lag = LAG

    def __init__(self, site: LiveSite, given: Given) -> None:
        self.clock: Clock = RealClock()
        self._site = site
        self._given = given
        self._call = ""

    @property
    def missing(self) -> Sequence[str]:
        """What a flow needed and the script does not give."""
        return self._site.missing(self._given)

    @property
    def differences(self) -> Sequence[Differs]:
        """What was asked otherwise than the script says."""
        return self._site.differences(self._given)

    @property
    def used(self) -> Mapping[str, int]:
        """How often each name that is given was used."""
        return self._site.used(self._given)

    def player(self) -> AbstractContextManager[None]:
        """Nothing is held back: real time goes on."""
        return nullcontext()

    async def dial(self, dial: Dial, listener: Listener) -> None:
        """Place a call."""
        self._call = await self._site.place_call(dial, self._given, listener)

    async def press(self, keys: str) -> None:
        """Press keys one behind the other."""
        await self._site.press(self._call, keys)

    async def say(self, text: str, seconds: float, heard: Sequence[Hypothesis] = ()) -> None:
        """The caller begins to speak."""
        await self._site.say(self._call, text, seconds)

    async def hang_up(self) -> None:
        """The caller hangs up."""
        await self._site.hang_up(self._call)

    async def settle(self) -> None:
        """Let the trace catch up."""
        await asyncio.sleep(SETTLING)


async def play_live(script: Script, site: LiveSite) -> Outcome:
    """Play a script against a site in service. One that lets days pass is skipped, and one that
    says how a recogniser understands something: a real one decides that itself."""
    waits = (turn.seconds for turn in script.turns if isinstance(turn, Silence | Wait))
    longest = max(waits, default=0.0)
    if longest > LONGEST_WAIT:
        return Outcome(script, skipped=f"it lets {longest:.0f} s pass, which takes as long live")
    if any(isinstance(turn, Say) and turn.readings for turn in script.turns):
        skipped = "it gives how a recogniser understands something, which a real one decides"
        return Outcome(script, skipped=skipped)
    return await play(script, LiveLine(site, script.given))
