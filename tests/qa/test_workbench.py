from __future__ import annotations

import pytest

from ivrkit.call.events import Saying, TraceEvent
from ivrkit.errors import IvrkitError
from ivrkit.qa.workbench import Workbench
from tests.qa.conftest import scene

FLOW = """
    variables: {pin: secret, reason: text}
    exits: {no_input: silent, no_match: hangup}
    sections:
      main:
        - answer
        - say: Welcome.
        - menu: {prompt: Press 1 or 2., into: reason, keys: {1: pin, 2: agent}}
      pin:
        - collect: {into: pin, digits: 4, prompt: Your pin.}
        - say: Thank you.
      agent:
        - queue: service
          exits: {else: hangup}
      silent:
        - say: You were silent.
"""


async def test_a_call_by_hand() -> None:
    bench = Workbench(scene({"main": FLOW}))
    seen: list[TraceEvent] = []
    bench.watch(seen.append)
    await bench.start("main")
    assert bench.situation.speaking == "Welcome."
    assert not bench.situation.listening
    await bench.pass_time(0.1)
    assert bench.situation.seconds == pytest.approx(0.1)
    assert await bench.until_listening()
    assert bench.situation.section == "main"
    await bench.press("1")
    assert bench.situation.section == "pin"
    await bench.press("1234")
    assert bench.situation.variables == {"reason": "1", "pin": "••••"}
    await bench.hang_up()
    assert bench.situation.ended == "caller"
    await bench.start("main")
    assert bench.situation.ended is None
    await bench.close()
    said = [event.text for event in seen if isinstance(event, Saying)]
    assert said == ["Welcome.", "Press 1 or 2.", "Your pin.", "Thank you.", "Welcome."]


async def test_time_stands_still_between_the_hands() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    before = bench.situation
    await bench.press("")
    assert bench.situation == before
    await bench.close()


async def test_with_an_agent() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    await bench.until_listening()
    await bench.press("2")
    assert bench.situation.away
    await bench.pass_time(300)
    assert bench.situation.ended == "flow"
    await bench.close()


async def test_a_flow_that_does_not_exist() -> None:
    bench = Workbench(scene({"main": FLOW}))
    with pytest.raises(IvrkitError, match="no flow 'nowhere'"):
        await bench.start("nowhere")
    await bench.close()


async def test_a_call_is_held_in_front_of_a_step_and_its_time_with_it() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    await bench.back_to(2)
    assert bench.held
    assert bench.node is not None
    assert bench.node.path == "main/1"
    assert bench.seconds == 0
    with pytest.raises(IvrkitError, match="held in front of a step"):
        await bench.press("1")
    assert (await bench.hang_up()).text == "caller"
    assert bench.situation.ended == "caller"
    await bench.close()


async def test_back_plays_the_same_call_again() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    await bench.go()
    await bench.pass_time(1.5)
    await bench.press("1")
    before = (bench.situation, bench.count, bench.seconds)
    await bench.press("12")
    await bench.back()
    assert (bench.count, bench.seconds) == before[1:]
    assert bench.situation.variables == before[0].variables
    await bench.close()


async def test_going_to_a_section() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    await bench.go()
    with pytest.raises(IvrkitError, match="no section 'nowhere'"):
        await bench.go_to("nowhere")
    await bench.go_to("pin")
    assert bench.situation.section == "pin"
    assert bench.situation.listening
    await bench.close()


async def test_nothing_to_see_before_somebody_has_called() -> None:
    bench = Workbench(scene({"main": FLOW}))
    assert bench.node is None
    for ask in (lambda: bench.runner, lambda: bench.now):
        with pytest.raises(IvrkitError):
            ask()
    with pytest.raises(IvrkitError, match="no step before"):
        await bench.back()
