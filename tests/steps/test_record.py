"""``record``: a message, however it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivrkit.call.events import Recorded
from tests.engine.conftest import Bench

FLOW = """
    variables: {message: {file: text, seconds: number, id: text}}
    on_end: [{log: "{{ call.ended }} {{ message.seconds }}"}]
    sections:
      main:
        - answer
        - record: {into: message, longest: 60s %s}
          exits: {empty: nothing, error: broken}
        - log: "{{ message.file }} {{ message.seconds }}"
        - hangup
      nothing:
        - log: "nothing {{ message is none }}"
      broken:
        - log: "{{ error.message }}"
""".replace("{{ message is none }}", "{{ message == none }}")
SECONDS = "{{ default(message.seconds, 0) }}"


def flow(fields: str = "") -> str:
    return (FLOW % fields).replace("{{ message.seconds }}", SECONDS)


async def speaking(bench: Bench, seconds: float, fields: str = "") -> None:
    """A call that records, and what the caller says."""
    await bench.call(flow(fields))
    bench.channel.speak(seconds)
    await bench.settle()


def by(bench: Bench) -> list[str]:
    return [each.by for each in bench.of(Recorded)]


async def test_silence_ends_it_and_is_cut_off(bench: Bench) -> None:
    await speaking(bench, 4)
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 4", "flow 4"]
    assert by(bench) == ["silence"]
    assert bench.events[-1].at == pytest.approx(7, abs=1)


async def test_the_hash_key_ends_it_and_is_nobodys_then(bench: Bench) -> None:
    await speaking(bench, 2)
    await bench.after(2)
    await bench.press("#")
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 2", "flow 2"]
    assert by(bench) == ["key"]
    assert not bench.channel.caller.keys_lost


async def test_other_keys_are_kept_for_the_next_question(bench: Bench) -> None:
    asks = """
        variables: {message: {file: text, seconds: number, id: text}}
        sections:
          main:
            - answer
            - record: {into: message, end_keys: "0#"}
              exits: {empty: hangup}
            - menu: {prompt: Press a key., keys: {5: five}}
          five:
            - log: "five after {{ message.seconds }}"
    """
    await bench.call(asks.replace("five: ", "five: "))
    bench.channel.speak(3)
    await bench.press("5")
    await bench.after(3)
    await bench.press("0")
    await bench.ended()
    assert bench.notes == ["five after 3"]


async def test_its_longest_time(bench: Bench) -> None:
    await speaking(bench, 100)
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 60", "flow 60"]
    assert by(bench) == ["longest"]


async def test_silence_does_not_end_it_where_it_is_not_to(bench: Bench) -> None:
    await speaking(bench, 2, ", end_silence: 0s, end_keys: none")
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 60", "flow 60"]


@pytest.mark.parametrize("seconds", [0, 0.1])
async def test_a_caller_who_says_nothing(bench: Bench, seconds: float) -> None:
    await speaking(bench, seconds)
    await bench.ended()
    assert bench.notes == ["nothing true", "flow 0"]
    assert not bench.simulation.messages.kept
    assert [each.kept for each in bench.of(Recorded)] == [False]


async def test_who_hangs_up_has_left_a_message_before_on_end(bench: Bench) -> None:
    await speaking(bench, 5)
    await bench.after(4)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["caller 4"]
    assert by(bench) == ["interrupted"]


async def test_who_hangs_up_at_the_tone_has_not(bench: Bench) -> None:
    await speaking(bench, 0)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["caller 0"]


async def test_the_longest_call_keeps_what_was_said(bench: Bench) -> None:
    await bench.call("    max_call: 10s\n" + flow(", end_silence: 0s"))
    bench.channel.speak(30)
    await bench.ended()
    assert bench.notes == ["limit 10"] or bench.notes == ["error 10"]


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("", (None, False)),
        (", keep: 7d", (timedelta(days=7), False)),
        (", keep: call", (None, True)),
    ],
)
async def test_how_long_it_is_kept(
    bench: Bench, keep: str, expected: tuple[timedelta | None, bool]
) -> None:
    await speaking(bench, 3, keep)
    await bench.ended()
    ((_, keeping, _),) = bench.simulation.messages.kept.values()
    assert (keeping.keep, keeping.with_call) == expected
    assert (keeping.flow, keeping.variable) == ("main", "message")


TWICE = """
    variables: {message: {file: text, seconds: number, id: text}}
    sections:
      main:
        - answer
        - record: {into: message}
          exits: {empty: hangup}
        - record: {into: message %s}
          exits: {empty: hangup}
"""


@pytest.mark.parametrize(("replace", "kept"), [("", [4]), (", replace: false", [2, 4])])
async def test_a_second_one_replaces_the_first(bench: Bench, replace: str, kept: list[int]) -> None:
    await bench.call(TWICE % replace)
    bench.channel.speak(2)
    await bench.after(5)
    bench.channel.speak(4)
    await bench.ended()
    assert [each.seconds for each, _, _ in bench.simulation.messages.kept.values()] == kept


async def test_an_engine_that_dies_meanwhile_takes_it_up(bench: Bench) -> None:
    await speaking(bench, 10)
    await bench.after(4)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 10", "flow 10"]


async def test_one_that_ended_while_no_engine_was_there_is_collected(bench: Bench) -> None:
    await speaking(bench, 3)
    await bench.die()
    await bench.after(20)
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 3", "flow 3"]
    assert by(bench) == ["gap"]


async def test_a_length_that_is_none_is_an_error(bench: Bench) -> None:
    odd = """
        variables: {length: duration}
        sections:
          main:
            - answer
            - record: {into: message, longest: "{{ length }}"}
              exits: {empty: hangup, error: broken}
          broken:
            - log: "{{ error.message }}"
    """
    await bench.call(odd)
    await bench.ended()
    assert bench.notes == ["how long to record is none (set the variable first)"]


@pytest.mark.parametrize("fields", ["longest: 2h", "longest: 0s", "keep: 0s"])
async def test_what_cannot_be(bench: Bench, fields: str) -> None:
    odd = """
        variables: {message: {file: text, seconds: number, id: text}}
        sections:
          main:
            - answer
            - record: {into: message, %s}
              exits: {empty: hangup, error: broken}
          broken:
            - log: "{{ error.code }}"
    """
    await bench.call(odd % fields)
    await bench.ended()
    assert bench.notes == ["value"]


LIMITED = """
    variables: {message: {file: text, seconds: number, id: text}}
    sections:
      main:
        - answer
        - record: {into: message, timeout: 10s}
          exits: {empty: hangup, timeout: late}
      late:
        - log: "{{ message.seconds }}"
"""


async def test_a_time_limit_keeps_what_was_said(bench: Bench) -> None:
    await bench.call(LIMITED)
    bench.channel.speak(30)
    await bench.ended()
    assert bench.notes == ["10"]
    assert by(bench) == ["interrupted"]


async def test_who_hangs_up_while_no_engine_is_there_has_left_a_message(bench: Bench) -> None:
    await speaking(bench, 10)
    await bench.after(4)
    await bench.die()
    bench.channel.hang_up_by_caller()
    await bench.recover()
    assert await bench.ended() == "lost"
    assert bench.notes == ["lost 4"]
    assert by(bench) == ["hangup"]
    assert await bench.channel.recorded("call-1.2.0") is None


async def test_a_time_limit_that_is_over_when_it_is_taken_up_keeps_what_was_said(
    bench: Bench,
) -> None:
    await bench.call(LIMITED)
    bench.channel.speak(30)
    await bench.after(4)
    await bench.die()
    await bench.after(10)
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["14"]


async def test_an_engine_that_died_behind_the_keeping_leaves_nothing_with_the_carrier(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await speaking(bench, 3)

    async def erase(recording: str) -> None:
        await bench.clock.sleep(60)

    monkeypatch.setattr(bench.channel, "erase_recording", erase)
    await bench.after(7)
    assert bench.simulation.messages.kept
    await bench.die()
    monkeypatch.undo()
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["media:call-1.2.0 3", "flow 3"]
    assert await bench.channel.recorded("call-1.2.0") is None
