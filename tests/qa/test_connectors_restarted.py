"""Requests under way when the engine dies or the caller hangs up: as with a real system."""

from __future__ import annotations

from ivrkit.call.events import Asked, Outlasted
from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench, bench

__all__ = ["bench"]

READS = """
    on_error: hangup
    variables: {name: text}
    sections:
      main:
        - answer
        - database: {source: crm, query: select name from people, take: value, into: name}
          exits: {not_found: hangup}
        - log: "{{ name }}"
"""
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
      perhaps:
        - log: perhaps
      told:
        - log: "{{ default(rows, 0) }} rows"
"""


def given(*uses: ConnectorUse) -> Given:
    return Given(connectors={"database.crm": uses})


async def test_a_read_is_asked_again_and_is_the_same_use(bench: Bench) -> None:
    await bench.call(READS, given=given(ConnectorUse("Ann", after=4.0), ConnectorUse("Bea")))
    await bench.after(2)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["Ann"]
    assert len(bench.simulation.connectors.requests) == 1
    assert bench.simulation.missing == []


async def test_nobody_knows_of_a_write(bench: Bench) -> None:
    await bench.call(WRITES, given=given(ConnectorUse(after=4.0)))
    await bench.after(2)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["perhaps", "0 rows"]
    assert bench.of(Asked) == []


async def test_who_hangs_up_lets_a_write_finish(bench: Bench) -> None:
    await bench.call(WRITES, given=given(ConnectorUse(after=4.0)))
    await bench.after(2)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    (outlasted,) = bench.of(Outlasted)
    assert (outlasted.end, outlasted.seconds) == ("finished", 4.0)
    assert bench.notes == ["1 rows"]


async def test_who_hangs_up_waits_for_no_answer(bench: Bench) -> None:
    await bench.call(READS, given=given(ConnectorUse("Ann", after=4.0)))
    await bench.after(2)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.of(Asked) == []
    assert bench.clock.time() < 4
