"""Requests to systems outside, and what breaks into them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.call import Call
from ivrkit.call.channel import HungUp
from ivrkit.call.connecting import Request
from ivrkit.call.events import Asked, Left, Outlasted
from ivrkit.engine import keeping
from ivrkit.engine.engine import HAND_OVER_SECONDS
from ivrkit.qa.connectors import ScriptedConnectors
from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench, Shelf

WRITES = """
    on_error: hangup
    on_end: told
    variables: {rows: number}
    sections:
      main:
        - answer
        - database: {source: crm, execute: delete from people, into: rows}
          exits: {unknown: perhaps}
        - log: done
        - wait: 60s
      perhaps:
        - log: perhaps
      told:
        - log: "{{ default(rows, 'no') }} rows"
"""


def given(*uses: ConnectorUse, name: str = "database.crm") -> Given:
    return Given(connectors={name: uses})


async def test_a_hang_up_at_the_very_moment_of_the_answer_loses_no_write(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ScriptedConnectors.ask

    async def answered_too_late(port: ScriptedConnectors, call: Call, request: Request) -> Any:
        answer = await ask(port, call, request)
        for runner in bench.simulation.engine.live().values():
            runner.mailbox.put(HungUp(16))
        return answer

    monkeypatch.setattr(ScriptedConnectors, "ask", answered_too_late)
    await bench.call(WRITES, given=given(ConnectorUse(Decimal(3), after=4.0)))
    assert await bench.ended() == "caller"
    assert [each.exit for each in bench.of(Asked)] == ["next"]
    assert bench.notes == ["3 rows"]


async def test_what_was_asked_is_told_though_the_answer_does_not_fit(bench: Bench) -> None:
    flow = """
        on_error: odd
        variables: {rows: date}
        sections:
          main:
            - answer
            - database: {source: crm, query: select 1, take: value, into: rows}
              exits: {not_found: hangup}
          odd:
            - log: "{{ error.code }}"
            - hangup
    """
    await bench.call(flow, given=given(ConnectorUse(Decimal(7))))
    await bench.ended()
    (asked,) = bench.of(Asked)
    assert asked.exit == "error"
    assert asked.error
    assert asked.taken == {}
    assert len(bench.notes) == 1


async def test_what_runs_beside_does_not_change_who_was_asked(bench: Bench) -> None:
    flow = """
        on_error: hangup
        on_end: [{log: "{{ default(rows, 'no') }} rows"}]
        variables: {rows: number, which: text}
        sections:
          main:
            - answer
            - set: {which: crm}
            - database:
                source: "{{ which }}"
                among: [crm]
                execute: delete from people
                into: rows
                meanwhile: [{set: {which: none}}, {wait: 60s}]
              exits: {unknown: hangup}
    """
    await bench.call(flow, given=given(ConnectorUse(Decimal(3), after=4.0)))
    await bench.after(2)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert [each.end for each in bench.of(Outlasted)] == ["finished"]
    assert bench.notes == ["3 rows"]


class Slow(Shelf):
    """A keeper that is gone before it has written anything that nobody waits for."""

    def save(self, call_id: str, capture: bytes) -> None: ...


async def test_what_came_of_a_write_is_kept_before_the_next_step(bench: Bench) -> None:
    bench.keeper = Slow()
    await bench.call(WRITES, given=given(ConnectorUse(Decimal(3), after=1.0)))
    await bench.after(2)
    assert bench.notes == ["done"]
    await bench.die()
    await bench.recover()
    await bench.after(2)
    await bench.hang_up()
    await bench.ended()
    assert bench.notes == ["done", "done", "3 rows"]


async def test_a_store_that_fails_behind_a_write_stops_no_call(bench: Bench) -> None:
    await bench.call(WRITES, given=given(ConnectorUse(Decimal(3), after=1.0)))
    bench.keeper.broken = True
    await bench.after(2)
    assert bench.notes == ["done"]


@pytest.mark.parametrize("seconds", [1, 2.5, 4])
async def test_an_engine_that_is_stopped_lets_a_write_finish(bench: Bench, seconds: float) -> None:
    """SIGTERM, and an engine that takes over: another goes on behind the write."""
    await bench.call(WRITES, given=given(ConnectorUse(Decimal(3), after=4.0)))
    await bench.after(seconds)
    await bench.simulation.engine.finish_writes()
    await bench.simulation.stop()
    assert bench.notes in ([], ["done"])
    await bench.recover()
    await bench.after(1)
    await bench.hang_up()
    await bench.ended()
    assert set(bench.notes) == {"done", "3 rows"}
    assert [each.exit for each in bench.of(Asked)] == ["next"]


async def test_a_read_is_not_waited_for_when_the_engine_stops(bench: Bench) -> None:
    flow = """
        on_error: hangup
        variables: {name: text}
        sections:
          main:
            - answer
            - database: {source: crm, query: select 1, take: value, into: name}
              exits: {not_found: hangup}
            - log: "{{ name }}"
    """
    await bench.call(flow, given=given(ConnectorUse("Ann", after=4.0)))
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    await bench.simulation.stop()
    assert bench.clock.time() == 1
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["Ann"]


async def test_a_time_of_nothing_sends_nothing(bench: Bench) -> None:
    flow = """
        on_error: hangup
        variables: {time: {type: duration, default: 0s}}
        sections:
          main:
            - answer
            - database: {source: crm, execute: delete from people, timeout: "{{ time }}"}
              exits: {unknown: perhaps, timeout: late}
          perhaps: [{log: perhaps}]
          late: [{log: late}]
    """
    await bench.call(flow, given=given(ConnectorUse()))
    await bench.ended()
    assert bench.notes == ["late"]


async def test_a_write_that_a_limit_around_it_leaves_is_told(bench: Bench) -> None:
    flow = """
        on_error: hangup
        variables: {rows: number}
        sections:
          main:
            - answer
            - run: {section: work, timeout: 2s}
              exits: {timeout: late}
          work:
            - database: {source: crm, execute: delete from people, into: rows}
              exits: {unknown: hangup}
          late: [{log: "late {{ default(rows, 'no') }}"}]
    """
    await bench.call(flow, given=given(ConnectorUse(Decimal(3), after=4.0)))
    await bench.ended()
    assert bench.notes == ["late no"]
    assert [each.end for each in bench.of(Outlasted)] == ["finished"]
    assert [each.exit for each in bench.of(Left) if each.path == "work/0"] == ["interrupted"]
    assert timedelta(seconds=bench.clock.time()) >= timedelta(seconds=4)


TWO_WRITES = """
    on_error: hangup
    on_end: [{database: {source: crm, execute: insert into calls values (1), into: rows}},
             {log: "kept {{ rows }}"}]
    exits: {unknown: perhaps}
    variables: {rows: number}
    sections:
      main:
        - answer
        - database: {source: crm, execute: delete from people, into: rows}
        - database: {source: crm, execute: delete from animals, into: rows}
        - log: done
        - wait: 60s
      perhaps:
        - log: perhaps
"""


async def test_nothing_is_begun_in_an_engine_that_hands_over(bench: Bench) -> None:
    uses = [ConnectorUse(Decimal(count), after=4.0) for count in (1, 2, 3)]
    await bench.call(TWO_WRITES, given=given(*uses))
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    assert bench.clock.time() == 4
    assert len(bench.simulation.connectors.requests) == 1
    await bench.simulation.stop()
    await bench.recover()
    await bench.after(5)
    assert bench.notes == ["done"]
    await bench.hang_up()
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    await bench.simulation.stop()
    await bench.recover()
    assert await bench.ended() == "caller"
    assert bench.notes == ["done", "kept 3"]
    assert len(bench.simulation.connectors.requests) == 3


async def test_a_write_that_takes_too_long_for_handing_over_is_not_known(bench: Bench) -> None:
    uses = [ConnectorUse(Decimal(1), after=20.0), ConnectorUse(Decimal(2))]
    flow = WRITES.replace("into: rows}", "into: rows, timeout: 30s}")
    await bench.call(flow, given=given(*uses))
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    assert bench.clock.time() == 1 + HAND_OVER_SECONDS
    await bench.simulation.stop()
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["perhaps", "no rows"]


async def test_a_write_beside_which_something_runs_is_waited_for_too(bench: Bench) -> None:
    flow = """
        on_error: hangup
        variables: {rows: number, more: number}
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select 1
                take: value
                into: rows
                timeout: 60s
                meanwhile:
                  - database: {source: crm, execute: delete from people, into: more}
                    exits: {unknown: hangup}
                  - log: beside
              exits: {not_found: hangup}
            - log: "{{ rows }}"
    """
    uses = [ConnectorUse(Decimal(7), after=10.0), ConnectorUse(Decimal(1), after=4.0)]
    await bench.call(flow, given=given(*uses))
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    assert bench.clock.time() == 4
    assert bench.notes == []
    await bench.simulation.stop()


async def test_an_answer_is_judged_by_who_was_asked(bench: Bench) -> None:
    flow = """
        on_error: odd
        variables: {which: text, balance: number}
        sections:
          main:
            - answer
            - set: {which: core}
            - socket:
                host: "{{ which }}"
                among: [core]
                send: BAL
                pattern: "OK (\\\\d+)"
                into: balance
                meanwhile: [{set: {which: none}}, {wait: 60s}]
              exits: {unknown: perhaps, timeout: hangup}
          perhaps: [{log: perhaps}]
          odd: [{log: "{{ error.code }}"}]
    """
    await bench.call(flow, given=given(ConnectorUse("??", after=4.0), name="socket.core"))
    await bench.ended()
    assert bench.notes == ["perhaps"]


async def test_a_write_that_a_key_has_left_is_waited_for_too(bench: Bench) -> None:
    flow = """
        on_error: hangup
        variables: {rows: number}
        sections:
          main:
            - answer
            - database:
                source: crm
                execute: delete from people
                into: rows
                keys: {7: top}
              exits: {unknown: perhaps, timeout: hangup}
          perhaps: [{log: perhaps}, {wait: 60s}]
          top: [{log: top}, {wait: 60s}]
    """
    await bench.call(flow, given=given(ConnectorUse(after=4.0)))
    await bench.after(1)
    await bench.press("7")
    await bench.after(1)
    await bench.simulation.engine.finish_writes()
    assert bench.clock.time() == 4
    await bench.simulation.stop()
    await bench.recover()
    await bench.after(1)
    assert bench.notes == ["top"]


class Hanging(Shelf):
    """A keeper whose disk does not answer."""

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        if self.broken:
            await asyncio.get_running_loop().create_future()
        await super().save_ahead(call_id, capture)


async def test_a_store_that_hangs_stops_no_call(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SAVE_SECONDS", 0.01)
    bench.keeper = Hanging()
    await bench.call(WRITES, given=given(ConnectorUse(Decimal(3), after=1.0)))
    bench.keeper.broken = True
    await bench.after(2)
    assert bench.notes == ["done"]
    await bench.hang_up()
    await bench.ended()
    assert bench.notes == ["done", "3 rows"]


async def test_nothing_is_begun_that_a_store_that_hangs_does_not_know(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SAVE_SECONDS", 0.01)
    bench.keeper = Hanging()
    bench.keeper.broken = True
    await bench.call(WRITES, given=given(ConnectorUse()))
    await bench.ended()
    assert bench.failures == ["store"]
    assert bench.simulation.connectors.requests == []
