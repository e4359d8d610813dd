"""``wait``: so long, in silence; keys are kept."""

from __future__ import annotations

from ivrkit.call.channel import Returned
from tests.engine.conftest import Bench

FLOW = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - wait: 10s
        - say: Thank you for waiting.
        - menu: {prompt: Please choose., keys: {1: chosen}}
      chosen:
        - log: chosen
"""


async def test_time_passes(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.after(9.9)
    assert bench.heard == []
    await bench.after(0.1)
    assert bench.last_heard().text == "Thank you for waiting."


async def test_keys_pressed_meanwhile_are_kept(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("1")
    await bench.after(9)
    assert bench.notes == []
    await bench.after(1)
    assert (bench.heard, bench.notes) == ([], ["chosen"])


async def test_a_hang_up_ends_it(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.hang_up()
    assert bench.events[-1].ended == "caller"  # type: ignore[attr-defined]
    assert bench.clock.time() == 0


async def test_the_late_news_of_a_return_does_not_end_it(bench: Bench) -> None:
    """A call that was found to be back from a queue by asking has the news of it still waiting."""
    await bench.call(FLOW)
    (runner,) = bench.simulation.engine.live().values()
    runner.mailbox.put(Returned(("back",)))
    await bench.after(9)
    assert bench.heard == []


async def test_how_long_must_be_known(bench: Bench) -> None:
    await bench.call("""
    on_error: sorry
    variables: {pause: duration}
    sections:
      main:
        - wait: "{{ pause }}"
      sorry:
        - log: "{{ error.code }} at {{ error.step }}"
    """)
    await bench.ended()
    assert bench.notes == ["expression at main/0"]


async def test_waiting_for_no_time_is_no_wait(bench: Bench) -> None:
    """A circle around it would hold up every call of the engine."""
    await bench.call("""
    sections:
      main:
        - wait: 0s
        - goto: main
    """)
    assert await bench.ended() == "error"
    assert bench.failures == ["expression"]


async def test_music_fills_the_time(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - answer
        - wait: {for: 10s, music: jazz}
        - wait: 1s
    """)
    await bench.ended()
    (heard,) = bench.channel.caller.heard
    assert (heard.music, heard.seconds) == ("jazz", 10)


async def test_steps_meanwhile_and_music_for_the_rest(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - answer
        - wait: {for: 10s, meanwhile: [{say: One moment.}]}
    """)
    await bench.ended()
    assert [each.music or each.text for each in bench.channel.caller.heard] == [
        "One moment.",
        "default",
    ]
    assert bench.clock.time() >= 10
