"""Lives of calls that ask systems outside, at random: every outcome at every pace, hang-ups, and
engines that die or stop at any moment. Each call ends, nothing that may not be done twice is sent
twice, and nothing is left behind."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from typing import Any

import pytest

from ivrkit.call import Call
from ivrkit.call.connecting import Request
from ivrkit.errors import (
    ConnectionLost,
    ConnectorBusy,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.qa.connectors import ScriptedConnectors
from ivrkit.qa.given import Given
from tests.engine.conftest import Bench

EXITS = "exits: {not_found: next, timeout: back, unknown: top, error: next}"
WRITES = "exits: {timeout: back, unknown: top, error: next}"
FLOW = f"""
    max_call: 300s
    on_error: top
    on_end:
      - database: {{source: crm, execute: insert into calls values (1), timeout: 4s}}
        {WRITES.replace("back", "next").replace("top", "next")}
      - log: over
    variables: {{found: text, rows: number, wrong: date, items: {{list: text}}}}
    sections:
      main:
        - answer
        - set: {{items: "{{{{ ['a', 'b'] }}}}"}}
        - goto: top
      top:
        - menu:
            prompt: T.
            keys: {{1: read, 2: write, 3: both, 4: many, 5: inside, 6: misfit}}
            timeout: 40s
          exits: {{timeout: hangup, no_input: again, no_match: again}}
      read:
        - database:
            source: crm
            query: select name from people
            take: value
            into: found
            timeout: 5s
            keys: {{7: top, 8: [{{say: Eight.}}]}}
            meanwhile: [{{menu: {{prompt: M., keys: {{1: write, 2: next}}}}}}]
          {EXITS}
        - goto: top
      write:
        - database: {{source: crm, execute: delete from people, into: rows, timeout: 8s}}
          {WRITES}
        - http: {{service: pay, post: /pay, timeout: 8s, keys: {{7: top}}}}
          exits: {{timeout: back, unknown: top, error: next, not_found: next, refused: next}}
        - goto: top
      both:
        - run: {{section: write, timeout: 6s}}
          exits: {{timeout: top}}
        - goto: top
      many:
        - each: {{items: it in items, timeout: 9s}}
          do:
            - database: {{source: crm, execute: "update people set a = 1", repeatable: true}}
              exits: {{timeout: next, error: next}}
            - database:
                source: crm
                execute: "update people set b = 1"
                into: rows
                keys: {{7: break, 8: [{{say: Eight.}}]}}
              exits: {{timeout: next, error: next, unknown: next}}
          exits: {{timeout: top}}
        - goto: top
      inside:
        - database:
            source: crm
            execute: insert into people values (1)
            timeout: 12s
            meanwhile:
              after: 1s
              do:
                - menu: {{prompt: I., keys: {{1: read, 2: next, 3: write}}}}
                - database: {{source: crm, query: select name from people, into: found,
                              take: value}}
                  {EXITS.replace("back", "next").replace("top", "next")}
          {WRITES}
        - goto: top
      misfit:
        - database: {{source: crm, query: select name from people, into: wrong, take: value}}
          {EXITS}
        - goto: top
"""
FAILURES = (ConnectorTimeout, ConnectorBusy, ConnectionLost, RequestRefused, ConnectorError)


class World:
    """Systems that answer at random. ``sent`` is what reached them, ``busy`` what they still do."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.sent: Counter[str] = Counter()
        self.busy = 0

    async def ask(self, call: Call, request: Request) -> Any:
        if not request.again:
            self.sent[request.key] += 1
        self.busy += 1
        try:
            await call.clock.sleep(self.chance.choice([0, 0, 0.5, 1, 3, 7, 15]))
            if self.chance.random() < 0.3:
                failures = FAILURES if request.again else (*FAILURES, OutcomeUnknown)
                raise self.chance.choice(failures)("it is so")
        finally:
            self.busy -= 1
        if request.kind == "http":
            return request.given({"status": self.chance.choice([200, 404, 422])})
        return request.given(self.chance.choice([None, "Ann"]) if request.reads else None)


async def live(bench: Bench, world: World) -> None:
    """One call, to the caller's hanging up at the latest."""
    chance = world.chance
    await bench.call(FLOW, given=Given())
    for _ in range(chance.randrange(5, 80)):
        if not bench.simulation.engine.live():
            return
        bench.channel.press(chance.choice("12345678") * chance.choice([1, 1, 1, 2]))
        await bench.after(chance.choice([0, 0, 0.5, 1, 3, 8, 16]))
        if chance.random() < 0.15 and bench.simulation.engine.live():
            if chance.random() < 0.5:
                await bench.simulation.engine.finish_writes()
            await bench.die()
            assert world.busy == 0
            await bench.after(chance.choice([0, 2, 20]))
            if chance.random() < 0.1:
                bench.channel.hang_up_by_caller()
            await bench.recover()
    await bench.hang_up()
    if chance.random() < 0.3 and bench.simulation.engine.live():
        await bench.after(chance.choice([0, 1]))
        await bench.die()
        await bench.recover()


@pytest.mark.parametrize("seed", range(60))
async def test_a_life(
    bench: Bench,
    seed: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(random.Random(seed))
    monkeypatch.setattr(ScriptedConnectors, "ask", lambda port, *asked: world.ask(*asked))
    await live(bench, world)
    await bench.ended()
    assert bench.notes.count("over") == 1
    assert not [key for key, times in world.sent.items() if times > 1]
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert world.busy == 0
    assert {each for each in asyncio.all_tasks() if each is not asyncio.current_task()} == set()
