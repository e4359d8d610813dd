"""A model of engine, store and Asterisk: whatever happens in whatever order, no call is lost, and
nothing is done twice."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ivrkit.call.channel import ChannelLocation
from ivrkit.call.queues import QueueExit
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.flow.closure import from_sources
from ivrkit.qa.given import Given, QueueUse
from ivrkit.service.registries import reader
from tests.engine.modelled import World
from tests.engine.walking import complaints
from tests.soak import SOAK, times

STEPS: Final = 50
"""Rules in one run of the machine."""
LONGEST: Final = 1800.0
"""Seconds after which every call of this flow is over, once its caller has hung up."""
MAIN: Final = """
variables:
  account: text
  name: text
  rows: {type: number, default: 0}
  rounds: {type: number, default: 0}
max_call: 10m
on_end: told
on_error: sorry
keys: {0: agent}
exits: {no_input: sorry, no_match: sorry}
sections:
  main:
    - answer
    - say: Welcome to the house of the model.
    - menu:
        prompt: What can we do for you?
        keys: {1: looked, 2: written, 3: asked, 4: held, 5: part}
  looked:
    - database:
        source: crm
        query: select name from people
        take: value
        into: name
        meanwhile: {do: [{say: One moment please.}], after: 1s}
      exits: {not_found: main, timeout: sorry}
    - goto: asked
  asked:
    - collect: {into: account, digits: 4, prompt: "{{ default(name, '') }} your account."}
    - each: count in [1, 2, 3]
      do:
        - set: {rounds: "{{ rounds + count }}"}
    - goto: written
  written:
    - database: {source: crm, execute: delete from people, into: rows}
      exits: {unknown: perhaps}
    - if: rounds > 30
      then:
        - hangup
    - goto: main
  perhaps:
    - say: Perhaps we have done it.
    - goto: main
  held:
    - wait:
        for: 20s
        music: default
        meanwhile:
          - say: We are looking.
          - menu: {prompt: Press 5 to go on., keys: {5: asked}, attempts: 1}
            exits: {no_input: next, no_match: next}
        keys: {9: written}
    - goto: main
  part:
    - run: {flow: inner, with: {times: 2}}
    - goto: agent
  agent:
    - say: We connect you.
    - queue: {name: service, timeout: 60s}
      exits: {timeout: main, full: main, unstaffed: main, withdrawn: main, failed: sorry}
    - say: Thank you.
    - goto: main
  told:
    - database: {source: crm, execute: insert into ended}
  sorry:
    - say: We are sorry.
    - hangup
"""
INNER: Final = """
params: {times: number}
variables: {digit: text}
exits: {no_input: next, no_match: next}
sections:
  main:
    - repeat: 2
      do:
        - collect: {into: digit, digits: 1, prompt: One digit please.}
        - database: {source: crm, execute: insert into digits}
          exits: {unknown: next}
"""


VERSION: Final = from_sources(reader(), "main", {"main": MAIN, "inner": INNER})
WHO = st.integers(0, 5)
SPANS = st.sampled_from([0.01, 0.03, 0.4, 1.0, 2.5, 6.0, 21.0, 70.0])


class Site(RuleBasedStateMachine):
    """One site with its callers."""

    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory(prefix="ivrkit-")
        self.world = World(VERSION, Path(self.folder.name))
        self._still = ExitStack()
        self.loop.run_until_complete(self.world.open())
        self._still.enter_context(self.world.clock.hold())

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something, and let everything happen that is due at this instant. Between two of them
        time stands still."""

        async def playing() -> None:
            with self.world.clock.player():
                self._still.close()
                await work
                await self.world.settle()
                self._still.enter_context(self.world.clock.hold())

        self.loop.run_until_complete(playing())

    def caller(self, who: int) -> SimulatedChannel | None:
        there = self.world.there
        return there[who % len(there)] if there else None

    # ---- callers -------------------------------------------------------------------------------

    @precondition(lambda self: len(self.world.there) < 4)
    @rule()
    def arrives(self) -> None:
        self.do(self._now(self.world.call))

    @precondition(lambda self: len(self.world.there) < 4)
    @rule(keys=st.sampled_from([*"123450"]))
    def arrives_and_knows_where(self, keys: str) -> None:
        self.do(self._now(self.world.call))
        channel = self.caller(len(self.world.there) - 1)
        if channel is not None:
            self.do(self._now(lambda: channel.press(keys)))

    @rule(who=WHO, keys=st.sampled_from([*"0123459*#", "4711", "1234", "11", "5123"]))
    def presses(self, who: int, keys: str) -> None:
        channel = self.caller(who)
        if channel is not None:
            self.do(self._now(lambda: channel.press(keys)))

    @rule(who=WHO)
    def hangs_up(self, who: int) -> None:
        channel = self.caller(who)
        if channel is not None:
            self.do(self._now(channel.hang_up_by_caller))

    @rule(seconds=SPANS)
    def time_passes(self, seconds: float) -> None:
        self.do(self.world.clock.sleep(seconds))

    # ---- the world around them -----------------------------------------------------------------

    @rule(
        exit_=st.sampled_from([QueueExit.ANSWERED, *QueueExit]),
        after=st.sampled_from([0.0, 0.01, 3.0, 30.0]),
        talk=st.sampled_from([0.0, 5.0, 40.0]),
    )
    def queues_will(self, exit_: QueueExit, after: float, talk: float) -> None:
        use = QueueUse(exit_, after=after, talk=talk)
        self.world.simulation.queues.give(Given(queues={"service": use}))

    @rule(which=WHO, how=st.sampled_from(["answers", "answers", "fails", "unknown"]))
    def is_answered(self, which: int, how: str) -> None:
        self.do(self._now(lambda: self.world.far.answer(which, how)))

    @rule(count=st.none() | st.integers(1, 4))
    def commits(self, count: int | None) -> None:
        self.do(self.world.desk.commit(count))

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        self.world.desk.full = full

    @rule(there=st.booleans())
    def wire(self, there: bool) -> None:
        self.do(self._now(self.world.wire.join if there else self.world.wire.sever))

    @rule()
    def asterisk_restarts(self) -> None:
        self.do(self._now(self.world.asterisk_restarts))

    # ---- engines -------------------------------------------------------------------------------

    @rule(after=st.integers(0, 15), survivors=st.integers(0, 6))
    def is_killed(self, after: int, survivors: int) -> None:
        self.do(self._now(lambda: self.world.kill(after, survivors)))

    @rule(after=st.integers(0, 3), survivors=st.integers(0, 6))
    def is_killed_and_starts(self, after: int, survivors: int) -> None:
        self.do(self._now(lambda: self.world.kill(after, survivors)))
        self.do(self.world.restart())

    @rule()
    def starts(self) -> None:
        self.do(self.world.restart())

    @rule(comes=st.booleans())
    def is_taken_over(self, comes: bool) -> None:
        self.do(self.world.take_over(comes=comes))

    @rule(drains=st.booleans())
    def drains(self, drains: bool) -> None:
        if self.world.engine is not None:
            self.world.engine.admission.draining = drains

    # ---- what holds at any time ----------------------------------------------------------------

    @invariant()
    def every_call_is_somewhere(self) -> None:
        world, engine = self.world, self.world.engine
        if engine is None or world.life.over or world.wire.cut:
            return
        owners = Counter(runner.state.channel for runner in engine.live().values())
        assert max(owners.values(), default=0) <= 1, owners
        for channel in world.there:
            assert channel.id in owners, f"nobody has {channel.id}"

    @invariant()
    def nothing_is_done_twice(self) -> None:
        begun = self.world.far.begun
        assert all(count == 1 for count in begun.values()), begun

    @invariant()
    def one_prompt_is_heard_at_a_time(self) -> None:
        if self.world.wire.cut or self.world.engine is None or self.world.life.over:
            return
        for channel in self.world.there:
            if channel.id not in self.world.ground.unsaved:
                assert channel.playbacks <= 1, channel.id

    @invariant()
    def captures_only_grow(self) -> None:
        assert self.world.desk.shrunk == []

    # ---- what holds in the end -----------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.do(self._end())
            self._all_is_well()
        finally:
            self.loop.run_until_complete(self.world.close())
            left = [each for each in asyncio.all_tasks(self.loop) if not each.done()]
            self.folder.cleanup()
            self.loop.close()
            logging.disable(logging.NOTSET)
        assert left == []

    async def _end(self) -> None:
        """Everything works again, and everybody hangs up."""
        world = self.world
        world.desk.full = False
        world.kill(1_000_000, 0)
        world.wire.join()
        await world.settle()
        await world.restart()
        for channel in world.there:
            channel.hang_up_by_caller()
        await world.settle()
        until = world.clock.time() + LONGEST
        while world.engine is not None and world.engine.live() and world.clock.time() < until:
            await world.clock.sleep(10.0)
        await world.desk.commit()

    def _all_is_well(self) -> None:
        world, ground = self.world, self.world.ground
        assert world.engine is not None
        assert world.engine.live() == {}
        assert world.far.open == []
        assert [each.broken for each in world.found if each.broken] == []
        for call in ground.opened:
            ends = ground.closed.get(call, [])
            assert all(ends), f"{call} has ended without a reason"
            # Of a call of which nothing was committed nobody can know.
            assert ends or call not in world.desk.known, f"{call} is lost"
        for channel in world.callers:
            assert channel.where is ChannelLocation.GONE
            assert channel.playbacks == 0
        for call in world.desk.known:
            wrong = list(complaints(world.version, ground.traces[call]))
            assert wrong == [], (call, wrong, ground.traces[call][-12:])
        assert self.loop.run_until_complete(world.store.sessions()) == []

    async def _now(self, what: Callable[[], object]) -> None:
        """Do something at once; the engine that is told of it may die of that."""
        try:
            what()
        except asyncio.CancelledError:
            if not self.world.life.over:
                raise


def test_whatever_happens_no_call_is_lost() -> None:
    run_state_machine_as_test(
        Site,
        settings=settings(
            max_examples=times(60, 100_000 // STEPS),
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
