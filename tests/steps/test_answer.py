"""``answer``: takes the call, once."""

from __future__ import annotations

from ivrkit.errors import CarrierError, ChannelGone
from tests.engine.conftest import Bench


async def test_it_takes_the_call(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - log: "{{ call.answered == none }}"
        - answer
        - log: "{{ call.answered == none }}"
        - wait: 1s
    """)
    assert bench.channel.caller.answered
    assert bench.notes == ["true", "false"]


async def test_an_answered_call_is_not_answered_again(bench: Bench) -> None:
    answered = 0

    async def answer() -> None:
        nonlocal answered
        answered += 1

    await bench.call("""
    sections:
      main:
        - wait: 1s
        - answer
        - answer
    """)
    bench.channel.answer = answer  # type: ignore[method-assign]
    await bench.ended()
    assert answered == 1


async def test_a_carrier_that_refuses_is_an_error_of_the_step(bench: Bench) -> None:
    async def refuse() -> None:
        raise CarrierError("no")

    await bench.call("""
    sections:
      main:
        - wait: 1s
        - answer:
          exits: {error: refused}
      refused:
        - log: "{{ error.code }}"
    """)
    bench.channel.answer = refuse  # type: ignore[method-assign]
    await bench.ended()
    assert bench.notes == ["carrier"]


async def test_a_caller_who_hangs_up_at_that_moment(bench: Bench) -> None:
    async def gone() -> None:
        raise ChannelGone("the caller has hung up")

    await bench.call("""
    on_end: [{log: "{{ call.ended }}"}]
    sections:
      main:
        - wait: 1s
        - answer
        - log: never
    """)
    bench.channel.answer = gone  # type: ignore[method-assign]
    assert await bench.ended() == "caller"
    assert (bench.notes, bench.failures) == (["caller"], [])
