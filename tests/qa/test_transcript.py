from __future__ import annotations

import random

import pytest

from ivrkit.call.queues import QueueExit
from ivrkit.errors import ScriptError
from ivrkit.qa.given import Given, QueueUse
from ivrkit.qa.reading import read_script
from ivrkit.qa.simulated_line import play_simulated
from ivrkit.qa.transcript import script_of
from ivrkit.qa.workbench import Workbench
from tests.qa.conftest import scene

FLOW = """
    variables: {pin: secret, reason: text}
    keys: {0: {say: For a person, to: agent}, 9: again}
    exits: {no_input: agent, no_match: hangup}
    sections:
      main:
        - answer
        - say: {prompt: Welcome., barge_in: false}
        - menu:
            prompt: Press 1, 12 or 2.
            into: reason
            keys: {1: ask, 12: twelve, 2: agent}
            no_input: Are you there?
            no_match: That was nothing.
      ask:
        - collect:
            into: pin
            digits: 4
            prompt: Your pin.
            confirm: true
        - say: Thank you.
        - goto: main
      twelve:
        - wait: 2s
        - say: That was twelve.
      agent:
        - queue: {name: service, payload: {}, timeout: 1m}
          exits: {else: closed}
        - menu:
            prompt: Was it good?
            keys: {1: next}
          exits: {no_input: next, no_match: next}
      closed:
        - say: Nobody is there.
"""
FLOWS = {"main": FLOW}


async def passes(text: str) -> None:
    script, found = read_script("call.yaml", text)
    assert script is not None, [str(each) for each in found]
    outcome = await play_simulated(script, scene(FLOWS))
    assert outcome.failure is None, f"{outcome.failure}\n{text}"


async def by_hand(bench: Workbench, chance: random.Random) -> None:
    """Somebody who does whatever comes to mind."""
    await bench.start("main", caller="123")
    for _ in range(chance.randrange(1, 14)):
        if bench.situation.ended is not None:
            return
        match chance.randrange(8):
            case 0 | 1 | 2:
                await bench.go()
                if bench.situation.listening:
                    await bench.press(chance.choice(["1", "12", "2", "1234", "1*", "0", "9", "#"]))
            case 3 if not bench.held:
                await bench.press(chance.choice(["1", "2", "9"]))
            case 4:
                await bench.pass_time(chance.choice([0.1, 0.333, 1, 4.999, 5, 7, 60]))
            case 5:
                way = chance.choice(list(QueueExit))
                text = "answered" if way is QueueExit.ANSWERED else way.value
                bench.give(Given(queues={"service": QueueUse(way)}), {"queue.service": text})
            case 6 if bench.count > 1:
                before = bench.count - bench.held
                if before:
                    await bench.back()
                    assert (bench.held, bench.count) == (True, before)
            case 7 if chance.random() < 0.2:
                await bench.hang_up()


@pytest.mark.parametrize("seed", range(60))
async def test_whatever_was_done_passes_as_a_script(seed: int) -> None:
    bench = Workbench(scene(FLOWS))
    await by_hand(bench, random.Random(seed))
    assert bench.recorded is not None
    text = script_of(bench.recorded)
    await bench.close()
    await passes(text)


async def test_what_a_script_looks_like() -> None:
    bench = Workbench(scene(FLOWS))
    await bench.start("main", caller="+4930123")
    await bench.go()
    await bench.pass_time(2)
    await bench.press("12")
    await bench.go()
    assert bench.recorded is not None
    assert script_of(bench.recorded, "twelve") == (
        "script: '1'\n"
        "name: twelve\n"
        "flow: main\n"
        "from: '+4930123'\n"
        "call:\n"
        "- hear: Welcome.\n"
        "- hear: Press 1, 12 or 2. For a person, press 0.\n"
        "- silence: 2s\n"
        "- press: '12'\n"
        "- hear: That was twelve.\n"
        "- expect:\n"
        "    ended: flow\n"
    )
    await bench.close()


async def test_uses_of_a_queue_that_differ_stand_one_after_the_other() -> None:
    bench = Workbench(
        scene(
            {
                "main": """
        sections:
          main:
            - answer
            - queue: service
              exits: {else: next}
            - wait: 1s
            - queue: service
              exits: {else: next}
    """
            }
        )
    )
    await bench.start("main")
    await bench.pass_time(35.5)
    bench.give(Given(queues={"service": QueueUse(QueueExit.FULL)}), {"queue.service": "full"})
    await bench.go()
    assert bench.recorded is not None
    text = script_of(bench.recorded)
    assert "queue.service:\n  - answered\n  - full\n" in text
    await bench.close()


async def test_no_secret_is_written() -> None:
    bench = Workbench(scene(FLOWS))
    await bench.start("main")
    await bench.go()
    await bench.press("1")
    await bench.go()
    assert bench.recorded is not None
    assert "••••" not in script_of(bench.recorded)
    await bench.close()


async def test_what_no_script_can_say_is_told() -> None:
    bench = Workbench(scene(FLOWS))
    await bench.start("main")
    await bench.go()
    bench.set("reason", "'x'")
    assert bench.recorded is not None
    with pytest.raises(ScriptError, match="set a variable by hand"):
        script_of(bench.recorded)
    await bench.back_to(3)
    await bench.go_to("agent")
    with pytest.raises(ScriptError, match="went to a section by hand"):
        script_of(bench.recorded)
    await bench.close()
