"""``dialplan``: away and back, with what was given and what came of it."""

from __future__ import annotations

import pytest

from ivrkit.call.events import InDialplan
from ivrkit.qa.given import DialplanUse, Given
from tests.engine.conftest import Bench

FLOW = """
    variables:
      amount: {type: money, default: 12.50}
      payment: {paid: money, ok: flag, reference: text}
      pin: secret
    on_end: [{log: "{{ call.ended }}"}]
    sections:
      main:
        - answer
        - dialplan:
            run: terminal
            with: {amount: "{{ amount }}", note: "n {{ amount }}"}
            into: payment
          exits: {failed: not-there, error: broken}
        - log: "{{ payment.paid + 1 }} {{ payment.ok }} {{ default(payment.reference, '-') }}"
        - menu: {prompt: Press a key., keys: {1: hangup}, attempts: 1}
          exits: {else: hangup}
      not-there:
        - log: not there
      broken:
        - log: "{{ error.message }}"
"""
PAID = DialplanUse(after=8, values={"paid": "12.50", "ok": "true"})


def given(*uses: DialplanUse) -> Given:
    return Given(dialplan={"terminal": uses if len(uses) > 1 else uses[0]})


async def test_values_go_there_and_typed_ones_come_back(bench: Bench) -> None:
    await bench.call(FLOW, given=given(PAID))
    assert bench.channel.place == ("ivrkit-dialplan", "s", 1)
    await bench.press("1")
    await bench.after(20)
    await bench.ended()
    assert bench.notes == ["13.50 true -", "flow"]
    (request,) = bench.simulation.dialplan.requests
    assert request.values == {"amount": "12.50", "note": "n 12.50"}
    assert (request.name, request.ticket) == ("terminal", "call-1.2")
    assert [each.state for each in bench.of(InDialplan)] == ["left", "back"]
    assert bench.channel.caller.keys_lost == 1


async def test_what_is_not_there(bench: Bench) -> None:
    await bench.call(FLOW, given=given(DialplanUse(done=False)))
    await bench.ended()
    assert bench.notes == ["not there", "flow"]


async def test_a_result_of_another_type_is_an_error(bench: Bench) -> None:
    await bench.call(FLOW, given=given(DialplanUse(values={"paid": "much", "ok": "true"})))
    await bench.ended()
    assert "much" in bench.notes[0]


async def test_a_hang_up_there(bench: Bench) -> None:
    await bench.call(FLOW, given=given(PAID))
    await bench.after(3)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["caller"]


@pytest.mark.parametrize("gone", [2, 30])
async def test_an_engine_that_dies_meanwhile_takes_the_result(bench: Bench, gone: float) -> None:
    await bench.call(FLOW, given=given(PAID))
    await bench.after(1)
    await bench.die()
    await bench.after(gone)
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["13.50 true -", "flow"]
    assert len(bench.simulation.dialplan.requests) == 1


async def test_what_a_script_does_not_give_fails_it_by_name(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.ended()
    assert "what 'terminal' of the dialplan does" in bench.simulation.missing[0]


async def test_by_hand_it_comes_back_with_nothing(bench: Bench) -> None:
    await bench.call(
        FLOW.replace("payment.paid + 1", "default(payment.paid, 0)"), given=Given(open=True)
    )
    await bench.ended()
    assert not bench.simulation.missing


async def test_no_secret_leaves(bench: Bench) -> None:
    flow = """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, prompt: Your PIN., digits: 4}
              exits: {else: hangup}
            - dialplan: {run: terminal, with: {pin: "{{ pin }}"}}
              exits: {failed: hangup, error: broken}
          broken:
            - log: "{{ error.message }}"
    """
    await bench.call(flow, given=given(PAID))
    await bench.quiet()
    await bench.press("1234")
    await bench.ended()
    assert bench.notes[0].startswith("the value 'pin' holds a secret")
    assert not bench.simulation.dialplan.requests
