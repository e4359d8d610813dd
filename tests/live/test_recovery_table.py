"""What becomes of each call when its engine has died: every row of the table in docs/recovery.md.

One engine dies, with a call for each row; it is started again while Asterisk cannot be reached,
and takes the calls up when it can.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from ivrkit.call.events import Ended, Failed, HandedOff, Resumed, Saying
from ivrkit.service.configuration import load_configuration
from ivrkit.store import Store
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.wire import Wire
from tests.live.harness import LiveCall, own_flows
from tests.live.served import Served, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 9
ASKED = """\
ivrkit: 1
flow: asked
language: en
variables: {name: text}
exits: {no_input: out, no_match: out}
on_end: [{log: "{{ call.ended }} {{ name }}"}]
sections:
  main:
    - answer
    - set: {name: Ann}
    - menu:
        prompt: This question waits for its answer.
        first_digit: 2m
        keys: {1: out}
  out:
    - say: That was the answer.
    - hangup
"""
QUEUED = """\
ivrkit: 1
flow: queued
language: en
on_end: [{log: "{{ call.ended }}"}]
sections:
  main:
    - answer
    - queue: {name: killed-nobody, timeout: 20s}
      exits: {timeout: late, else: out}
    - hangup
  late:
    - say: Nobody was there.
    - hangup
  out:
    - hangup
"""
SECRET = """\
ivrkit: 1
flow: secret
language: en
variables: {pin: secret, again: secret}
exits: {no_input: out, no_match: out}
on_error: failed
sections:
  main:
    - answer
    - collect: {into: pin, digits: 4, prompt: Your secret number.}
    - collect:
        into: again
        digits: 4
        prompt: Your secret number once more.
        first_digit: 2m
        check: again == pin
    - say: They are the same.
    - hangup
  failed:
    - say: Please call again.
    - hangup
  out:
    - hangup
"""
FLOWS = {"asked": ASKED, "queued": QUEUED, "secret": SECRET}
QUESTION = "This question waits for its answer."


@dataclass
class Aftermath:
    """The calls of an engine that has died, by where each of them was, and what was seen between
    its start and the moment in which Asterisk could be reached."""

    asked: LiveCall
    unsaved: LiveCall
    queued: LiveCall
    taken: LiveCall
    gone: LiveCall
    secret: LiveCall
    kept: int = 0
    ended: int = 0
    ready: int = 0
    problems: str = ""
    told: str = ""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def aftermath(
    asterisk: PrivateAsterisk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Aftermath]:
    """It dies, and is there again."""
    folder = tmp_path_factory.mktemp("table")
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(Wire(asterisk.ari_url))
        site = {
            **own_flows(folder, FLOWS, {}),
            "queues": {"killed-nobody": {}},
            "connection": {"url": wire.url},
        }
        exchange, engine = await stack.enter_async_context(served(asterisk, folder, SITE, **site))
        calls = [await stack.enter_async_context(exchange.caller()) for _ in range(6)]
        found = Aftermath(*calls)
        await callers_come(found)
        await engine_dies(asterisk, engine, found)
        wire.refuse()
        await engine.start(tells="waiting for Asterisk")
        await look(folder, found)
        await wire.accept()
        found.told = await engine.tells("API on http")
        yield found


async def callers_come(found: Aftermath) -> None:
    """To where they are when their engine dies."""
    for call in (found.asked, found.taken, found.gone):
        await call.dial(f"7{SITE}00")
        await call.until_asked(QUESTION)
    await found.secret.dial(f"7{SITE}02")
    await found.secret.until_asked("Your secret number.")
    await found.secret.press("2468")
    await found.secret.until_said("once more")
    await found.queued.dial(f"7{SITE}01")
    await found.queued.until(HandedOff, state="queued")


async def engine_dies(asterisk: PrivateAsterisk, engine: Served, found: Aftermath) -> None:
    """One caller has just come, and nothing of it is saved; one goes while nobody is there, and
    one is taken by the dialplan."""
    engine.halt()
    await found.unsaved.phone.ring(f"7{SITE}00")
    channel = await in_stasis(asterisk, found.unsaved.phone.name)
    assert channel
    await engine.kill()
    await found.gone.hang_up()
    await found.gone.phone.closed()
    name = (await in_stasis(asterisk, found.taken.phone.name))["name"]
    await asterisk.command(f"channel redirect {name} ivrkit-check,901,1")


async def in_stasis(asterisk: PrivateAsterisk, caller: str) -> dict[str, Any]:
    """The channel of a caller, as soon as it is in an application."""
    url, key = f"{asterisk.ari_url}/channels", f"{asterisk.ari_user}:{asterisk.ari_password}"
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            async with session.get(url, params={"api_key": key}) as answer:
                for channel in await answer.json():
                    here = channel["dialplan"]["app_name"] == "Stasis"
                    if here and channel["caller"]["number"] == caller:
                        return dict(channel)
            await asyncio.sleep(0.1)


async def look(folder: Path, found: Aftermath) -> None:
    """What there is while Asterisk cannot be reached."""
    configuration = load_configuration(folder)
    store = Store(configuration.state / "ivrkit.db")
    await store.open()
    try:
        for record in await store.records():
            found.ended += any(isinstance(each, Ended) for each in await store.trace(record.id))
            found.kept += await store.session(record.id) is not None
    finally:
        await store.close()
    url = f"http://127.0.0.1:{configuration.api.port}/ready"
    token = (configuration.state / "api-token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        found.ready, found.problems = answer.status, await answer.text()


def again(call: LiveCall) -> list[str]:
    """What was said behind the moment in which the call was taken up."""
    place = next(place for place, each in enumerate(call.events) if isinstance(each, Resumed))
    return [each.text for each in call.events[place:] if isinstance(each, Saying)]


async def test_in_our_application_with_a_session(aftermath: Aftermath) -> None:
    """Resumed by the kind of its step: the question is put anew, and the variables are there."""
    call = aftermath.asked
    await call.until(Resumed, path="main/2")
    await call.until_asked(QUESTION)
    await call.press("1")
    await call.ends()
    assert again(call) == [QUESTION, "That was the answer."]
    assert call.noted() == ["flow Ann"]
    ears = call.listened()
    assert ears.hears_no_more(call.files(QUESTION)[0])


async def test_in_our_application_without_a_session(aftermath: Aftermath) -> None:
    """Its first save was lost: begun as a new call."""
    call = aftermath.unsaved
    await call.found()
    await call.until_asked(QUESTION)
    await call.press("1")
    await call.ends()
    assert not call.happened(Resumed)
    call.listened()


async def test_elsewhere_in_the_dialplan_at_an_away_step(aftermath: Aftermath) -> None:
    """It waits on in the queue, and its result arrives."""
    call = aftermath.queued
    await call.until(Resumed, path="main/1")
    await call.until(HandedOff, state="back", result="timeout")
    await call.ends()
    assert again(call) == ["Nobody was there."]


async def test_elsewhere_in_the_dialplan_at_another_step(aftermath: Aftermath) -> None:
    """The dialplan's fallback has it: the record is closed."""
    call = aftermath.taken
    await call.until(Resumed)
    assert (await call.until(Ended)).ended == "fell_back"
    assert call.noted() == ["fell_back Ann"]
    assert again(call) == []
    await call.hang_up()  # until now the dialplan has had the caller
    await call.phone.closed()


async def test_gone_with_a_session(aftermath: Aftermath) -> None:
    """`on_end` has run, and the record is closed."""
    call = aftermath.gone
    await call.until(Resumed)
    assert (await call.until(Ended)).ended == "lost"
    assert call.noted() == ["lost Ann"]
    assert again(call) == []


async def test_asterisk_that_cannot_be_reached(aftermath: Aftermath) -> None:
    """Nothing is closed until it has answered; the engine says that it is not ready."""
    assert (aftermath.kept, aftermath.ended) == (5, 0)
    assert aftermath.ready == 503
    assert "Asterisk" in aftermath.problems
    line = re.search(r"calls taken up: (.*)", aftermath.told)
    assert line is not None
    taken_up = {name: int(count) for count, name in re.findall(r"(\d+) ([a-z ]+)", line[1])}
    # The one from the queue may just have come back.
    assert taken_up["resumed"] + taken_up.get("waiting", 0) == 3
    assert (taken_up["begun"], taken_up["fell back"], taken_up["lost"]) == (1, 1, 1)


async def test_a_secret_without_a_key_of_the_store(aftermath: Aftermath) -> None:
    """Not even sealed is it stored: the step that reads it takes `on_error`."""
    call = aftermath.secret
    await call.until(Resumed, path="main/2")
    await call.until_asked("once more")
    await call.press("2468")
    await call.ends()
    assert [each.code for each in call.happened(Failed)] == ["secret_lost"]
    assert again(call) == ["Your secret number once more.", "Please call again."]
