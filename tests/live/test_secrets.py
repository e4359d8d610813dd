"""Secrets that callers type are searched for in everything that is left of their calls: every file
of the engine, of Asterisk and of the store, all that the engine prints at its most talkative and
when it crashes, every answer of its API, every span. They are nowhere, in no encoding; and what was
sealed of a call is nowhere any more when it is over.

What the caller's own telephone keeps is his, and what the service that is given the secret sees is
what it is given it for: both are outside the search.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ivrkit.call.events import Entered, Failed, Resumed
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.answering import answering
from tests.live.harness import Exchange, LiveCall, own_flows
from tests.live.served import Served, served
from tests.searching import answers, files, sealed_under, searched, written
from tests.soak import times

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 7
PIN, CARD, AHEAD, AWAY = "860317542961", "4929127458316072", "73915826", "58264937"
PLANTED = (PIN, CARD, AHEAD, AWAY)
OPEN = "9340175286"
"""No secret: that this is found shows that the search finds what there is."""
KEY = "ab" * 32
ASKS, CARDS, TOLD, MORE, FAILS = (
    "Your secret number, please.",
    "The number of your card, please.",
    "You have said",
    "Is there anything more?",
    "That went wrong.",
)
FLOW = f"""\
ivrkit: 1
flow: vault
language: en
variables: {{day: digits, pin: secret, card: secret}}
exits: {{no_input: failed, no_match: failed}}
on_error: failed
defaults: {{collect: {{attempts: 20, first_digit: 60s}}}}
sections:
  main:
    - answer
    - collect: {{into: day, prompt: The day., digits: {len(OPEN)}}}
    - collect: {{into: pin, prompt: "{ASKS}", digits: {len(PIN)}}}
    - collect: {{into: card, prompt: "{CARDS}", digits: {len(CARD)}}}
    - say: ["{TOLD}", {{digits: card, reveal: true}}]
    - http:
        service: far
        post: /cards
        json: {{card: "{{{{ card }}}}", pin: "{{{{ pin }}}}"}}
        headers: {{X-Pin: "{{{{ pin }}}}"}}
      exits: {{else: refused}}
    - goto: more
  refused:
    - log: "{{{{ error.code }}}}: {{{{ error.message }}}}"
    - goto: more
  more:
    - menu: {{prompt: "{MORE}", keys: {{1: away, 2: hangup}}, first_digit: 10m}}
  away:
    - dialplan: slow
      exits: {{else: more}}
    - goto: more
  failed:
    - log: "{{{{ error.code }}}}: {{{{ error.message }}}}"
    - say: {FAILS}
    - goto: more
"""


class Far:
    """The service that is given the secrets. It refuses them, and says them back with that; and it
    takes spans."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.spans: list[bytes] = []
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if request.path == "/v1/traces":
            self.spans.append(body)
            return web.Response()
        self.given += [body.decode(), request.headers["X-Pin"]]
        return web.Response(status=422, reason="No", body=b"refused: " + body)


@asynccontextmanager
async def far() -> AsyncIterator[Far]:
    found = Far()
    async with answering(found.answer) as found.url:
        yield found


async def test_each_way_of_writing_is_found() -> None:
    assert all(searched("here", b"x" + form + b"x", PLANTED) for form in written(CARD))


async def tail(folder: Path, port: int, into: bytearray) -> None:
    """All that the live view tells, of one engine after the other."""
    while True:
        with suppress(OSError, aiohttp.ClientError):
            token = (folder / "state" / "api-token").read_text().strip()
            headers = {"Authorization": f"Bearer {token}"}
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                session.ws_connect(f"http://127.0.0.1:{port}/v1/tail") as socket,
            ):
                async for message in socket:
                    into += str(message.data).encode()
        await asyncio.sleep(0.1)


def port_of(engine: Served) -> int:
    return int(engine.told().rpartition("API on http://127.0.0.1:")[2].split()[0].strip("/.,"))


async def types_all(call: LiveCall) -> None:
    """The secret number is typed ahead."""
    await call.until_said("The day.")
    await call.press(OPEN + PIN)
    await call.until_said(CARDS)


async def dies_while_he_types(call: LiveCall, engine: Served) -> None:
    await call.press(AHEAD)
    await engine.kill()
    await call.press(AWAY)
    await engine.start()
    await call.until(Resumed)
    await call.until_asked(CARDS)
    await call.press(CARD)


@pytest.mark.timeout(240)
@pytest.mark.soak
@pytest.mark.parametrize("key", [KEY, ""][: times(1, 2)])
async def test_no_secret_is_left_anywhere(
    asterisk: PrivateAsterisk,
    ari: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
) -> None:
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    told = bytearray()
    seen: dict[str, bytes] = {}
    async with far() as service:
        settings = {
            "store": {"key": key} if key else {},
            "log": {"level": "debug"},
            "telemetry": {"endpoint": f"{service.url}/v1/traces"},
            **own_flows(
                tmp_path,
                {"vault": FLOW},
                {"http": {"far": {"url": service.url, "allow_private": ["127.0.0.0/8"]}}},
            ),
        }
        async with served(asterisk, tmp_path, SITE, **settings) as (exchange, engine):
            port = port_of(engine)
            tailing = asyncio.create_task(tail(tmp_path, port, told))
            try:
                await _calls(exchange, engine, key, seen, tmp_path, port)
            finally:
                tailing.cancel()
            seen["core show channels"] = (await asterisk.command("core show channels")).encode()
            engine.signal(signal.SIGABRT)
            assert await engine.ended() == -signal.SIGABRT
            assert "Fatal Python error: Aborted" in engine.told()
            # Of a dead engine now, and later of one that has ended well.
            seen |= _contents(tmp_path, asterisk)
            await engine.start()
        seen |= {f"{name}, later": body for name, body in _contents(tmp_path, asterisk).items()}
        assert any(PIN in each for each in service.given) or not key
        assert service.spans
        seen["spans"] = b"\n".join(service.spans)
    seen["the live view"] = bytes(told)
    assert len(told) > 1000
    found = [where for name, body in seen.items() for where in searched(name, body, PLANTED)]
    assert found == []
    control = [name for name, body in seen.items() if searched(name, body, [OPEN])]
    for place in ("ivrkit.db", "/trace", "the live view"):
        assert any(place in name for name in control), control


async def _calls(
    exchange: Exchange,
    engine: Served,
    key: str,
    seen: dict[str, bytes],
    folder: Path,
    port: int,
) -> None:
    async with exchange.caller() as call:
        await call.dial(f"7{SITE}00")
        await types_all(call)
        await dies_while_he_types(call, engine)
        if key:
            await call.until_said(TOLD)
        else:
            failed = await call.until(Failed)
            assert failed.code == "secret_lost"
        await call.until_asked(MORE)
        shown = await exchange.asterisk.command("core show channels concise")
        for line in shown.splitlines():
            if "!" in line:
                name = line.split("!")[0]
                text = await exchange.asterisk.command(f"core show channel {name}")
                seen[f"core show channel {name}"] = text.encode()
        seen |= await answers(folder / "state", call.id, port)
        seen |= _contents(folder, exchange.asterisk)
        assert bool(sealed_in(folder)) == bool(key)
        await call.press("1")
        await call.until(Entered, path="away/0")
        await call.press(AWAY)
        await call.until_asked(MORE)
        await call.press("2")
        await call.ends()
    async with asyncio.timeout(60):  # the engine goes on
        while sealed_in(folder):
            await asyncio.sleep(0.1)


def sealed_in(folder: Path) -> list[str]:
    """The files in which something of a call is that was sealed."""
    begins = sealed_under(bytes.fromhex(KEY))
    found = []
    for path in files(folder, but=folder / "none"):
        with suppress(OSError):
            if begins in path.read_bytes():
                found.append(path.name)
    return found


def _contents(folder: Path, asterisk: PrivateAsterisk) -> dict[str, bytes]:
    """Every file that there is now: the telephones' own, in folders of their numbers, are not the
    site's."""
    found = {}
    for path in files(folder, asterisk.folder, but=folder / "none"):
        if any(part.startswith("49301") for part in path.relative_to(path.anchor).parts):
            continue
        with suppress(OSError):
            found[str(path)] = path.read_bytes()
    return found
