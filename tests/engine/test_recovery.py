"""Taking up the calls of an engine that died: the table of the design, row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ivrkit.call.channel import ChannelLocation, Located
from ivrkit.call.events import Entered
from ivrkit.call.prompt import Media
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.recovery import Recovered
from ivrkit.engine.saving import read_capture
from ivrkit.engine.state import ENCODER, SessionState
from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone, FlowError
from ivrkit.flow.model import FlowVersion
from ivrkit.qa import simulation
from ivrkit.qa.given import Given, QueueUse
from ivrkit.store import Sealer
from tests.engine.conftest import Bench

ASKED = """
    exits: {no_input: hangup, no_match: hangup}
    variables: {name: text, code: digits}
    on_end: [{log: "{{ call.ended }} {{ name }}"}]
    sections:
      main:
        - answer
        - set: {name: Ann}
        - collect: {into: code, digits: 2, prompt: Your code., no_match: Wrong.}
        - menu: {prompt: Please choose., keys: {1: [{log: "{{ name }} {{ code }}"}, hangup]}}
"""
QUEUED = """
    on_end: [{log: "{{ call.ended }}"}]
    exits: {else: hangup}
    sections:
      main:
        - answer
        - queue: service
        - log: "{{ handoff.agent }}"
        - wait: 10s
"""
SERVED = Given(queues={"service": QueueUse(after=10, talk=60)})


async def test_a_call_that_asks_is_asked_anew(bench: Bench) -> None:
    await bench.call(ASKED)
    await bench.quiet()
    await bench.press("8")
    await bench.die()
    recovered = await bench.recover()
    assert recovered == Recovered(resumed=1)
    assert str(recovered) == "1 resumed"
    await bench.quiet()
    assert bench.heard == ["Your code.", "Your code."]
    await bench.press("121")
    assert await bench.ended() == "flow"
    assert bench.notes == ["Ann 12", "flow Ann"]


async def test_what_still_played_is_stopped_and_no_name_is_given_twice(bench: Bench) -> None:
    """The news of the old playback's end must not end a new one that has its name."""
    await bench.call(ASKED)
    before = bench.last_heard().playback
    await bench.die()
    await bench.recover()
    first, second = bench.channel.caller.heard
    assert first.seconds is not None
    assert second.seconds is None
    assert second.playback != before


async def test_a_playback_that_no_capture_knows_is_stopped(bench: Bench) -> None:
    """A capture may be a moment old: the next names are stopped too, and not used again."""
    await bench.call(ASKED)
    await bench.quiet()
    await bench.die()
    sound = Media(Path("unknown.wav"), 30.0, "Unknown.")
    await bench.channel.play("call-1.2", [sound])
    await bench.recover()
    names = [each.playback for each in bench.channel.caller.heard]
    assert len(set(names)) == len(names)
    assert bench.channel.caller.heard[1].seconds == 0


async def test_keys_pressed_while_the_call_is_taken_up_are_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.call(ASKED)
    await bench.die()
    adopt = bench.simulation.carrier.adopt

    def adopted(channel_id: str, deliver: object) -> object:
        channel = adopt(channel_id, deliver)  # type: ignore[arg-type]
        channel.press("121")
        return channel

    monkeypatch.setattr(bench.simulation.carrier, "adopt", adopted)
    await bench.recover()
    assert bench.notes == ["Ann 12", "flow Ann"]


async def test_a_caller_who_is_gone(bench: Bench) -> None:
    await bench.call(ASKED)
    await bench.die()
    bench.channel.hang_up_by_caller()
    assert await bench.recover() == Recovered(lost=1)
    assert await bench.ended() == "lost"
    assert bench.notes == ["lost Ann"]
    assert bench.keeper.captures == {}


async def test_a_caller_whom_the_dialplan_has_taken(bench: Bench) -> None:
    await bench.call(ASKED)
    await bench.die()
    bench.channel.where = ChannelLocation.ELSEWHERE
    assert await bench.recover() == Recovered(fell_back=1)
    assert await bench.ended() == "fell_back"
    assert bench.notes == ["fell_back Ann"]


async def test_a_call_whose_first_save_was_lost_begins_anew(bench: Bench) -> None:
    await bench.call(ASKED)
    await bench.die()
    bench.keeper.captures.clear()
    assert await bench.recover() == Recovered(begun=1)
    await bench.press("121")
    assert bench.notes == ["Ann 12", "flow Ann"]


async def test_a_capture_that_cannot_be_read_begins_anew(bench: Bench) -> None:
    await bench.call(ASKED)
    await bench.die()
    bench.keeper.captures["call-1"] = b"nonsense"
    assert await bench.recover() == Recovered(begun=1, broken=1)


SAFE = """
    variables: {name: {type: text, default: nobody}}
    on_error: sorry
    on_end: [{log: "{{ call.ended }} {{ call.from }}"}]
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - set: {name: Ann}
        - menu: {prompt: Please choose., keys: {1: hangup}}
      sorry:
        - log: "{{ error.code }} {{ name }}"
        - menu: {prompt: Something went wrong., keys: {1: hangup}}
"""


def elsewhere(capture: bytes) -> bytes:
    """At a step that the flow does not have."""
    state = read_capture(capture)
    state.frames[-1].path = "no-such-section"
    return ENCODER.encode(state)


def beyond(capture: bytes) -> bytes:
    """Behind the last step."""
    state = read_capture(capture)
    state.frames[-1].index = 99
    return ENCODER.encode(state)


CORRUPTED: dict[str, Callable[[bytes], bytes]] = {
    "noise": lambda capture: bytes(reversed(capture)),
    "nothing": lambda capture: b"",
    "cut off": lambda capture: capture[: len(capture) // 2],
    "longer": lambda capture: capture + b"\0",
    "of wrong types": lambda capture: capture.replace(b"\xa4main", b"\x04\x04\x04\x04\x04"),
    "of another form": lambda capture: msgspec.msgpack.encode([2, capture]),
    "elsewhere": elsewhere,
    "beyond": beyond,
    "at no time": lambda capture: capture.replace(b"2026-", b"year-"),
}


@pytest.mark.parametrize("how", CORRUPTED)
async def test_a_call_that_cannot_be_read_takes_on_error_and_no_other_notices(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    await bench.call(SAFE)
    bench.simulation.call("800", "+4930999")
    await bench.quiet()
    await bench.die()
    captures = bench.keeper.captures
    corrupted = CORRUPTED[how](captures["call-1"])
    assert corrupted != captures["call-1"]
    captures["call-1"] = corrupted
    monkeypatch.setattr(bench, "origins", bench.keeper.origin)
    assert await bench.recover() == Recovered(resumed=2, broken=1)
    await bench.quiet()
    assert bench.notes == ["capture_lost nobody"]
    assert bench.heard == ["Please choose.", "Something went wrong."]
    # It is a call as any other now, and survives the next engine too.
    await bench.die()
    assert await bench.recover() == Recovered(resumed=2)
    await bench.quiet()
    await bench.press("1")
    assert await bench.ended() == "flow"
    assert "flow +4930123" in bench.notes


async def test_a_call_that_cannot_be_read_and_is_gone_is_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.call(SAFE)
    await bench.quiet()
    await bench.die()
    bench.keeper.captures["call-1"] = b"nonsense"
    bench.channel.hang_up_by_caller()
    monkeypatch.setattr(bench, "origins", bench.keeper.origin)
    assert await bench.recover() == Recovered(lost=1, broken=1)
    assert await bench.ended() == "lost"
    assert bench.keeper.captures == {}


async def test_a_flow_without_on_error_says_that_something_is_wrong(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.call(SAFE.replace("on_error: sorry", ""))
    await bench.quiet()
    await bench.die()
    bench.keeper.captures["call-1"] = b"nonsense"
    monkeypatch.setattr(bench, "origins", bench.keeper.origin)
    assert await bench.recover() == Recovered(resumed=1, broken=1)
    assert await bench.ended() == "error"


async def test_a_call_whose_flow_cannot_be_had_any_more_begins_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(name: str, version_hash: str) -> FlowVersion:
        raise FlowError("it is not in the store")

    await bench.call(ASKED)
    await bench.die()
    monkeypatch.setattr(bench, "_version", gone)
    assert await bench.recover() == Recovered(begun=1, broken=1)
    assert list(bench.simulation.engine.live()) == ["call-2"]


async def test_a_call_in_a_queue_is_waited_for(bench: Bench) -> None:
    await bench.call(QUEUED, given=SERVED)
    await bench.die()
    assert await bench.recover() == Recovered(waiting=1)
    await bench.after(75)
    assert bench.notes == ["PJSIP/1001"]


async def test_a_call_that_came_back_while_nobody_was_there(bench: Bench) -> None:
    await bench.call(QUEUED, given=SERVED)
    await bench.die()
    await bench.after(75)
    assert await bench.recover() == Recovered(resumed=1)
    assert bench.notes == ["PJSIP/1001"]


async def test_a_call_that_comes_back_before_it_is_taken_up_is_no_new_call(bench: Bench) -> None:
    """The dialplan asks for the engine every 2 s: it may be there before the sessions are."""
    await bench.call(QUEUED, given=SERVED)
    await bench.die()
    bench.channel.come_back(("back",))
    engine = bench.simulation.engine = bench.simulation.new_engine(bench.keeper)
    sessions = list(bench.keeper.captures.items())
    engine.expect(sessions)
    await bench.simulation.start()
    assert await bench.simulation.carrier.take(bench.channel.id)  # as if it had just arrived
    assert not engine.live()
    assert await bench.recover() == Recovered(resumed=1)
    assert list(bench.simulation.engine.live()) == ["call-1"]


async def test_with_whom_a_call_ends_outlives_the_engine(bench: Bench) -> None:
    await bench.call(QUEUED, given=SERVED)
    await bench.after(20)
    await bench.die()
    await bench.recover()
    await bench.hang_up()
    assert await bench.ended() == "agent"


async def test_the_time_with_an_agent_does_not_count_across_a_restart(bench: Bench) -> None:
    await bench.call("\n    max_call: 20s" + QUEUED, given=SERVED)
    await bench.after(30)
    await bench.die()
    await bench.after(10)
    await bench.recover()
    await bench.after(35)
    assert bench.failures == []
    assert bench.notes == ["PJSIP/1001"]
    assert await bench.ended() == "flow"


async def test_a_machine_that_was_started_anew_counts_time_from_zero(bench: Bench) -> None:
    """The clock of deadlines begins anew with the machine; the caller's hour does not."""
    bench.clock._time = 1000.0
    await bench.call("\n    max_call: 60s" + QUEUED.replace("- queue: service", "- wait: 1h"))
    await bench.after(30)
    await bench.die()
    bench.clock._time = 5.0  # the machine is up for five seconds
    await bench.recover()
    assert all(each.at >= 0 for each in bench.of(Entered))
    await bench.after(59)
    assert bench.failures == []
    await bench.after(2)
    assert bench.failures == ["call_too_long"]


async def test_another_machine_that_has_been_up_for_longer_counts_on(bench: Bench) -> None:
    await bench.call("\n    max_call: 60s" + QUEUED.replace("- queue: service", "- wait: 1h"))
    await bench.after(30)
    await bench.die()
    up = timedelta(days=50)
    bench.clock._time += up.total_seconds()
    bench.clock._start -= up  # the time of day is the same there
    await bench.recover()
    await bench.after(29)
    assert bench.failures == []
    await bench.after(2)
    assert bench.failures == ["call_too_long"]


async def test_nothing_is_decided_before_asterisk_has_answered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it cannot be asked, an absent channel is no call that is over."""
    await bench.call(ASKED)
    await bench.die()
    answers = [CarrierUnavailable("it is not there"), CarrierError("it is too busy"), {}]
    carrier = bench.simulation.carrier
    monkeypatch.setattr(carrier, "channels", partial(_one_of, answers))
    where = [Located(ChannelLocation.HERE)]
    monkeypatch.setattr(SimulatedChannel, "locate", lambda self: _one_of(where))
    assert await bench.recover() == Recovered(resumed=1)
    assert answers == where == []
    await bench.press("121")
    assert await bench.ended() == "flow"


async def _one_of(answers: list[Any]) -> Any:
    answer = answers.pop(0)
    if isinstance(answer, Exception):
        raise answer
    return answer


async def test_a_caller_who_hangs_up_while_the_call_is_taken_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asterisk has just said that the channel is there, and refuses the next command to it."""
    await bench.call(ASKED.replace("- answer", "- answer\n        - wait: 1h"))
    await bench.die()
    gone = ChannelGone("404")
    monkeypatch.setattr(SimulatedChannel, "stop_music", lambda self: _one_of([gone]))
    assert await bench.recover() == Recovered(lost=1)
    assert await bench.ended() == "lost"


async def test_a_call_that_cannot_be_taken_up_keeps_no_other_from_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.call(ASKED)
    bench.simulation.call("800", "+4930999")
    await bench.settle()
    await bench.die()
    faulty = next(iter(bench.simulation.carrier.calls.values()))
    monkeypatch.setattr(faulty, "stop_music", lambda: _one_of([ValueError("a mistake of ours")]))
    assert await bench.recover() == Recovered(resumed=1, broken=1)
    assert list(bench.simulation.engine.live()) == ["call-2"]
    assert "call-1" in bench.keeper.captures  # for an engine that can


async def test_a_call_that_cannot_be_taken_up_where_it_stood_takes_on_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.call(SAFE)
    await bench.quiet()
    await bench.die()
    monkeypatch.setattr(bench, "origins", bench.keeper.origin)
    faulty = next(iter(bench.simulation.carrier.calls.values()))
    monkeypatch.setattr(faulty, "stop_music", lambda: _one_of([ValueError("a mistake of ours")]))
    assert await bench.recover() == Recovered(broken=1)
    await bench.quiet()
    assert bench.notes == ["capture_lost nobody"]
    assert bench.heard[-1] == "Something went wrong."


async def test_a_call_is_saved_before_it_is_told_of(bench: Bench) -> None:
    """Else a record could be left open for ever by an engine that dies in that moment."""
    saved: list[list[str]] = []

    class Records:
        def opened(self, state: SessionState) -> None:
            saved.append(list(bench.keeper.captures))

        def closed(self, state: SessionState) -> None: ...

    await bench.call(ASKED)
    bench.simulation.engine.observer = Records()
    bench.simulation.call("800")
    assert saved == [["call-1", "call-2"]]
    await bench.die()
    assert await bench.recover() == Recovered(resumed=2)


KEYED = """
    variables: {pin: secret}
    on_error: failed
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - collect: {into: pin, digits: 4, prompt: Your number.}
        - menu: {prompt: Once more., keys: {1: next}}
        - if: pin == '4711'
          then:
            - log: the same
      failed:
        - log: "{{ error.code }}"
"""


@pytest.mark.parametrize(("also", "noted"), [([simulation.KEY], "the same"), ([], "secret_lost")])
async def test_a_key_is_replaced_while_a_call_has_a_secret(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, also: list[bytes], noted: str
) -> None:
    """What was sealed under the old one is opened as long as that one is behind the new one."""
    await bench.call(KEYED)
    await bench.press("4711")
    await bench.quiet()
    await bench.die()
    monkeypatch.setattr(simulation, "_SEALER", Sealer(b"n" * 32, also))
    assert await bench.recover() == Recovered(resumed=1)
    await bench.quiet()
    await bench.press("1")
    assert await bench.ended() == "flow"
    assert bench.notes == [noted]
