from __future__ import annotations

import random
import textwrap
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import yaml

from ivrkit.call import Call
from ivrkit.call.connecting import Request
from ivrkit.call.queues import QueueExit
from ivrkit.engine.engine import Start
from ivrkit.errors import ConnectorError, ScriptError
from ivrkit.flow.closure import from_sources
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.connectors import Site
from ivrkit.qa.given import ConnectorUse, Given, QueueUse
from ivrkit.qa.reading import read_script
from ivrkit.qa.simulated_line import Scene
from ivrkit.qa.simulating import play_simulated
from ivrkit.qa.transcript import _Dumper, script_of
from ivrkit.qa.workbench import Workbench
from ivrkit.testing.clock import START, VirtualClock
from tests.qa.asking import desks, reader_with_ask
from tests.qa.conftest import scene

FLOW = """
    variables: {pin: secret, reason: text}
    keys: {0: {say: For a person, to: agent, words: a person}, 9: again}
    exits: {no_input: agent, no_match: hangup}
    sections:
      main:
        - answer
        - say: {prompt: Welcome., barge_in: false}
        - menu:
            prompt: Press 1, 12 or 2.
            into: reason
            keys: {1: {to: ask, words: [pin]}, 12: {to: twelve, words: [twelve]}, 2: agent}
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
        match chance.randrange(10):
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
            case 8 | 9 if not bench.held and bench.can_be_told:
                said = chance.choice(["pin", "twelve please", "pizza", "a person", "hm well"])
                await bench.say(said, chance.choice([None, 0.3, 2.5, 6]))
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


async def test_what_was_said_is_said() -> None:
    bench = Workbench(scene(FLOWS))
    await bench.start("main")
    await bench.go()
    await bench.pass_time(2)
    await bench.say("twelve please", 2.5)
    await bench.go()
    assert bench.recorded is not None
    text = script_of(bench.recorded)
    assert (
        "- silence: 2s\n- say:\n    text: twelve please\n    seconds: 2500ms\n- hear: That" in text
    )
    await bench.close()
    await passes(text)


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


DESK = """
    variables: {found: {name: text, balance: money, pin: secret}, account: digits}
    on_error: sorry
    sections:
      main:
        - answer
        - ask: {about: account, into: found}
          exits: {not_found: nobody}
        - say: ["Hello {{ found.name }}.", {money: found.balance, currency: EUR}]
        - ask: {about: account, into: found}
          exits: {not_found: nobody, timeout: sorry}
      nobody:
        - say: There is nobody.
      sorry:
        - say: Something failed.
"""


def desk_scene(given_by: object = None) -> Scene:
    version = from_sources(reader_with_ask(), "main", {"main": textwrap.dedent(DESK)})
    site = Site({}, ["all"], given_by) if given_by else Site()  # type: ignore[arg-type]
    return Scene(
        lambda start: VirtualClock(start or START),
        TextPrompts(),
        lambda _: Start(version),
        {},
        site,
    )


async def written(bench: Workbench) -> str:
    await bench.start("main")
    await bench.go()
    assert bench.recorded is not None
    text = script_of(bench.recorded)
    await bench.close()
    script, found = read_script("call.yaml", text)
    assert script is not None, [str(each) for each in found]
    outcome = await play_simulated(script, desk_scene())
    assert outcome.failure is None, f"{outcome.failure}\n{text}"
    return text


async def test_what_was_given_by_hand_stands_in_the_script_with_its_kind() -> None:
    with desks():
        bench = Workbench(desk_scene())
        desk = "{name: Ann, balance: 12.50, pin: '4711'}"
        given = ConnectorUse({"name": "Ann", "balance": Decimal("12.50"), "pin": "4711"})
        bench.give(Given(connectors={"desk.crm": given}), {"desk.crm": desk})
        text = await written(bench)
    assert "  desk.crm:\n    name: Ann\n    balance: 12.50\n    pin: '4711'\n" in text


async def test_answers_that_were_changed_stand_one_after_the_other() -> None:
    with desks():
        bench = Workbench(desk_scene())
        bench.give(
            Given(connectors={"desk.crm": ConnectorUse({"name": "A", "balance": "1"})}),
            {"desk.crm": "{name: A, balance: '1'}"},
        )
        await bench.start("main")
        await bench.pass_time(0.2)
        bench.give(
            Given(connectors={"desk.crm": ConnectorUse(exit="timeout")}),
            {"desk.crm": "{timeout: true}"},
        )
        await bench.go()
        assert bench.recorded is not None
        text = script_of(bench.recorded)
        await bench.close()
    assert "  desk.crm:\n  - name: A\n    balance: '1'\n  - timeout: true\n" in text


class Really:
    """What a desk answers, and that it then fails."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, call: Call, request: Request) -> Any:
        self.asked += 1
        if self.asked == 2:
            raise ConnectorError("the desk is away")
        return {"name": "Ann", "balance": Decimal("12.50"), "pin": "4711"}

    def only_reads(self, kind: str, name: str) -> bool:
        return False


async def test_what_was_really_asked_is_given_by_the_script() -> None:
    with desks():
        text = await written(Workbench(desk_scene(Really())))
    assert "name: Ann" in text
    assert "error: the desk is away" in text
    assert "4711" not in text
    assert "pin: '0000'" in text


ANSWERS = """
    variables:
      who: {name: text, pin: secret}
      place: text
      rows: {list: {n: number}}
    on_error: hangup
    exits: {unknown: hangup, undone: hangup, not_found: hangup}
    sections:
      main:
        - answer
        - http: {service: parcels, get: /parcel, take: {place: /events/1/place}}
        - http: {service: parcels, get: /who, take: {name: /owner/a~1b, pin: /owner/pin}, into: who}
        - database:
            source: crm
            transaction:
              - execute: delete from people
              - query: select n from people
                take: rows
                into: rows
        - say: "{{ who.name }} {{ place }} {{ rows[1].n }}"
"""


class Systems:
    """What a parcel service and a database answer."""

    async def ask(self, call: Call, request: Request) -> Any:
        if request.kind == "database":
            return [Decimal(2), [{"n": Decimal(1)}, {"n": Decimal(7)}]]
        owner = {"a/b": "Ann", "pin": "4711", "email": "ann@example.com"}
        body = {"events": [{"place": "Ulm"}, {"place": "Bonn"}], "owner": owner}
        return {"status": Decimal(200), "body": body}

    def only_reads(self, kind: str, name: str) -> bool:
        return False


async def test_what_was_taken_of_an_answer_is_given_where_it_stood() -> None:
    stage = scene({"main": ANSWERS})
    bench = Workbench(replace(stage, site=Site({}, ["all"], Systems())))
    await bench.start("main")
    await bench.go()
    assert bench.recorded is not None
    text = script_of(bench.recorded)
    await bench.close()
    assert "Ann Bonn 7" in text
    assert "a/b: Ann" in text
    assert "pin: '0000'" in text
    assert "email" not in text
    assert "Ulm" not in text
    script, found = read_script("call.yaml", text)
    assert script is not None, [str(each) for each in found]
    outcome = await play_simulated(script, stage)
    assert outcome.failure is None, f"{outcome.failure}\n{text}"


@pytest.mark.parametrize("written", ["120", "0", "-5", "12.50", "0.0000001", "9" * 30])
def test_a_number_is_written_as_a_script_has_it(written: str) -> None:
    assert yaml.dump({"a": Decimal(written)}, Dumper=_Dumper) == f"a: {written}\n"
