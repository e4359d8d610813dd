"""The live line, on a site that is an engine in this process: real time, the same player."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.clock import RealClock
from ivrkit.errors import NotAvailable
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.line import Listener
from ivrkit.qa.live_line import play_live
from ivrkit.qa.script import Dial
from ivrkit.qa.simulation import Simulation
from tests.qa.conftest import scene, script

FLOW = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - menu: {prompt: One or two., keys: {1: one, 2: two}}
      one:
        - say: One.
      two:
        - wait: 1h
"""


class Site:
    """A live site whose carrier happens to be the simulator, on the real clock."""

    def __init__(self) -> None:
        self.stage = scene({"main": FLOW})
        self.channel: SimulatedChannel
        self.simulation: Simulation

    async def place_call(self, dial: Dial, given: Given, listener: Listener) -> str:
        if given.clock is not None:
            raise NotAvailable("the time of day cannot be given to a live site")
        start = self.stage.directory(dial)
        clock = RealClock()
        self.simulation = Simulation(
            clock,  # type: ignore[arg-type]
            self.stage.prompts,
            lambda arrival: start,
        )
        self.simulation.listen(listener)
        await self.simulation.start()
        self.channel = self.simulation.call(dial.number, dial.caller)
        return "call-1"

    def missing(self, given: Given) -> Sequence[str]:
        return ()

    def differences(self, given: Given) -> Sequence[Differs]:
        return ()

    def used(self, given: Given) -> Mapping[str, int]:
        return {}

    async def press(self, call_id: str, keys: str) -> None:
        asyncio.get_running_loop().call_later(0.2, self.channel.press, keys)

    async def hang_up(self, call_id: str) -> None:
        self.channel.hang_up_by_caller()


@pytest.mark.parametrize(
    "turns",
    [
        "- hear: one or two\n- press: 1\n- hear: One\n- expect: {ended: flow}",
        "- press: 7\n- press: 8\n- hear: One or two\n- press: 1\n- hear: One",
        "- press: 2\n- section: two\n- hangup\n- expect: {ended: caller}",
    ],
)
async def test_a_script_in_real_time(turns: str) -> None:
    text = 'script: 1\ndial: "800"\ncall:\n' + "".join(f"  {t}\n" for t in turns.split("\n"))
    outcome = await play_live(script(text), Site())
    assert outcome.failure is None


async def test_a_difference_in_real_time() -> None:
    text = 'script: 1\ndial: "800"\ncall:\n  - hear: three\n'
    outcome = await play_live(script(text), Site())
    assert outcome.failure is not None
    assert "waits for keys" in outcome.failure.message


async def test_what_a_site_cannot_give_skips_the_script() -> None:
    text = 'script: 1\ndial: "800"\ngiven: {clock: 2026-03-02T10:00:00+01:00}\ncall:\n  - hangup\n'
    outcome = await play_live(script(text), Site())
    assert outcome.skipped == "the time of day cannot be given to a live site"
    assert outcome.failure is None


async def test_a_script_that_lets_days_pass_is_skipped() -> None:
    text = "script: 1\nflow: main\ncall:\n  - hear: One or two\n  - wait: 8d\n"
    outcome = await play_live(script(text), Site())
    assert not outcome.passed
    assert outcome.skipped == "it lets 691200 s pass, which takes as long live"
    assert outcome.traces == []
