"""Parts of the dialplan, on a fake Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.call.dialplan import DialplanRequest, DialplanResult
from ivrkit.call.events import InDialplan
from ivrkit.errors import CarrierError, HandoffError
from ivrkit.handoff import AsteriskDialplan, DialplanSettings, HandoffSettings
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import eventually
from tests.handoff.support import CallOnChannel, HangUp, Site

SETTINGS = {
    "echo": DialplanSettings(application="Echo", arguments="abc"),
    "billing": DialplanSettings.model_validate(
        {
            "context": "billing-desk",
            "extension": "start",
            "variables": ["amount", "note"],
            "results": {"paid": "BILLING_PAID", "reference": "BILLING_REF"},
        }
    ),
}
DIALPLAN = AsteriskDialplan(SETTINGS)
REQUEST = DialplanRequest("billing", "c1.7", {"amount": "12.50", "note": "Zoë\u00a0"})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with FakeAsterisk() as asterisk, Site(asterisk, HandoffSettings()) as opened:
        yield opened


def start(
    call: CallOnChannel, request: DialplanRequest = REQUEST, *, resumed: bool = False
) -> asyncio.Task[DialplanResult]:
    return asyncio.ensure_future(DIALPLAN.run(call.as_call, request, resumed=resumed))


async def there(site: Site, call: CallOnChannel) -> dict[str, str]:
    fake = site.asterisk.channels[call.driver.id]
    await eventually(lambda: fake.place == ("ivrkit-dialplan", "s", 1) and not fake.here)
    return fake.variables


def end(site: Site, call: CallOnChannel, status: str = "SUCCESS", **variables: str) -> None:
    fake = site.asterisk.channels[call.driver.id]
    fake.variables.update({"IVRKIT_RAN": status, **variables})
    site.asterisk.back(fake.id)


async def test_values_go_there_encoded_and_results_come_back(site: Site) -> None:
    call = await site.call()
    task = start(call)
    variables = await there(site, call)
    assert variables == {
        "IVRKIT_RUN": "c1.7",
        "IVRKIT_RAN": "",
        "IVRKIT_APPLICATION": "",
        "IVRKIT_ARGUMENTS": "",
        "IVRKIT_CONTEXT": "billing-desk",
        "IVRKIT_EXTENSION": "start",
        "BILLING_PAID": "",
        "BILLING_REF": "",
        "IVRKIT_AMOUNT": "12.50",
        "IVRKIT_NOTE": "Zo%C3%AB%C2%A0",
    }
    end(site, call, BILLING_PAID="12.50")
    assert await task == DialplanResult(True, {"paid": "12.50", "reference": None})
    assert [(e.state, e.done) for e in call.traced if isinstance(e, InDialplan)] == [
        ("left", False),
        ("back", True),
    ]


@pytest.mark.parametrize("status", ["FAILED", "NOAPP", "NOCONTEXT", ""])
async def test_what_was_not_run(site: Site, status: str) -> None:
    call = await site.call()
    task = start(call, DialplanRequest("echo", "c1.7"))
    variables = await there(site, call)
    assert (variables["IVRKIT_APPLICATION"], variables["IVRKIT_ARGUMENTS"]) == ("Echo", "abc")
    end(site, call, status)
    assert await task == DialplanResult(False, {})


async def test_a_hang_up_there(site: Site) -> None:
    call = await site.call()
    task = start(call)
    await there(site, call)
    site.asterisk.hang_up(call.driver.id, request=False)
    with pytest.raises(HangUp):
        await task


async def test_an_engine_that_died_meanwhile(site: Site) -> None:
    call = await site.call()
    first = start(call)
    await there(site, call)
    first.cancel()
    again = await site.adopt(call.driver.id)
    task = start(again, resumed=True)
    await asyncio.sleep(0)
    end(site, again, BILLING_PAID="1")
    assert (await task).values["paid"] == "1"


async def test_it_was_back_before_the_engine_was(site: Site) -> None:
    call = await site.call()
    first = start(call)
    await there(site, call)
    first.cancel()
    end(site, call, BILLING_PAID="1")
    again = await site.adopt(call.driver.id)
    assert (await start(again, resumed=True)).done


async def test_the_result_of_an_earlier_run_is_not_taken(site: Site) -> None:
    call = await site.call()
    task = start(call)
    await there(site, call)
    end(site, call, BILLING_PAID="1")
    await task
    second = start(call, DialplanRequest("billing", "c1.9"), resumed=True)
    variables = await there(site, call)
    assert (variables["IVRKIT_RUN"], variables["BILLING_PAID"]) == ("c1.9", "")
    end(site, call, BILLING_PAID="2")
    assert (await second).values["paid"] == "2"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (DialplanRequest("biling", "t"), "did you mean 'billing'"),
        (DialplanRequest("billing", "t", {"amout": "1"}), "did you mean 'amount'"),
        (DialplanRequest("billing", "t", {"note": "a\r\nX-Evil: b"}), "control character"),
        (DialplanRequest("billing", "t", {"note": "x" * 256}), "256 characters"),
    ],
)
async def test_what_cannot_be(site: Site, request_: DialplanRequest, message: str) -> None:
    call = await site.call()
    with pytest.raises(HandoffError) as caught:
        await start(call, request_)
    assert message in str(caught.value)
    assert site.asterisk.channels[call.driver.id].here


async def test_a_call_that_is_elsewhere(site: Site) -> None:
    call = await site.call()
    site.asterisk.take(call.driver.id)
    with pytest.raises(CarrierError):
        await start(call)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"application": "Echo", "context": "c"},
        {"application": "Echo(1)"},
        {"application": "System", "arguments": "rm ${IVRKIT_NOTE}"},
        {"application": "Read", "arguments": "a\nb"},
        {"context": "c", "arguments": "x"},
        {"context": "c d"},
        {"context": "c", "variables": ["no-name"]},
        {"context": "c", "variables": ["context"]},
        {"context": "c", "variables": {"a": "IVRKIT_QUEUE"}},
        {"context": "c", "variables": {"a": "__IVRKIT_RAN"}},
        {"context": "c", "results": {"a": "SHELL(rm)"}},
    ],
)
def test_settings_that_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DialplanSettings.model_validate(settings)
