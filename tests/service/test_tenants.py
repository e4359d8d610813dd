"""Calls to the numbers of two tenants, and what the token of each reaches of them over the API,
whichever engine goes on with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ivrkit.engine.recovery import Recovered, recover
from ivrkit.flow.closure import from_sources
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.simulation import Simulation
from ivrkit.service.api.access import Access
from ivrkit.service.api.server import make_app
from ivrkit.service.api.settings import ApiLimits
from ivrkit.service.api.tokens import Tokens, TokenScope
from ivrkit.service.calls import EngineCalls, Records
from ivrkit.service.configuration import Configuration
from ivrkit.service.registries import reader
from ivrkit.service.site.ports import SitePorts
from ivrkit.store import Store
from ivrkit.testing.clock import VirtualClock
from tests.service.api.support import Engine, bearer, token

FLOW = """\
ivrkit: 1
flow: desk
language: en
exits: {no_input: hangup, no_match: hangup}
on_error: main
sections:
  main:
    - answer
    - menu: {prompt: Press one., first_digit: 60s, keys: {1: [hangup]}}
"""
NUMBERS = {
    "810": {"flow": "desk", "tenant": "acme"},
    "820": {"flow": "desk", "tenant": "other"},
    "830": "desk",
}
MOVED = {"810": "desk", "820": {"flow": "desk", "tenant": "acme"}}
ACMES, OTHERS, NOBODYS = "call-1", "call-2", "call-3"


class House:
    """A site with calls on a simulated line."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = VirtualClock()
        self.stack = ExitStack()
        self.version = from_sources(reader(), "desk", {"desk": FLOW})
        self.ports = self.numbered(NUMBERS)
        self.simulation = Simulation(
            self.clock, TextPrompts(), lambda arrival: self.ports.choose(arrival)
        )

    def numbered(self, numbers: dict[str, Any]) -> SitePorts:
        """What chooses the flows of calls to these numbers."""
        configuration = Configuration.model_validate({"numbers": numbers, "default_flow": "desk"})
        ports = SitePorts(configuration)
        flows: Any = SimpleNamespace(names=lambda: {"desk"}, version=lambda name: self.version)
        ports.flows = flows
        return ports

    async def calls_come(self) -> None:
        """One to each number."""
        self.stack.enter_context(self.clock.player())
        await self.begin()
        for number in NUMBERS:
            self.simulation.call(number, "+49301")
        await self.quiet()

    async def begin(self) -> None:
        """An engine takes calls."""
        records = Records(self.store, self.clock.now)
        self.simulation.engine = self.simulation.new_engine(self.store, observer=records)
        await self.simulation.start()

    async def quiet(self) -> None:
        """Until all calls wait for their callers, and all is written."""
        await self.clock.sleep(5)
        await self.store.flush()

    async def restart(self, change: Callable[[bytes], bytes] = bytes) -> Recovered:
        """Another engine goes on, for which the numbers are others'; ``change`` is done to what was
        saved."""
        await self.store.flush()
        await self.simulation.stop()
        self.ports = self.numbered(MOVED)
        await self.begin()
        engine = self.simulation.engine
        sessions = [(call, change(capture)) for call, capture in await self.store.sessions()]
        engine.expect(sessions)
        found = await recover(
            engine, self.simulation.carrier, sessions, self.pinned, self.store.origin
        )
        await self.quiet()
        return found

    async def pinned(self, name: str, version_hash: str) -> FlowVersion:
        return self.version

    @property
    def calls(self) -> EngineCalls:
        """What the API shows of the engine that runs now."""
        nothing: Any = None
        return EngineCalls(self.simulation.engine, nothing, nothing, nothing, list)

    def client(self, tenant: str) -> TestClient[Any, Any]:
        """Somebody with the token of a tenant (``all``: of none)."""
        tokens = [
            token("acme", *TokenScope, tenant="acme"),
            token("other", *TokenScope, tenant="other"),
            token("all", *TokenScope),
        ]
        access = Access(Tokens(tokens), ApiLimits())
        served = TestServer(make_app(self.store, self.calls, access, Engine()))
        return TestClient(served, headers=bearer(tenant))

    async def shown(self, tenant: str, path: str = "", method: str = "GET") -> tuple[int, Any]:
        """What a tenant is answered about calls."""
        async with self.client(tenant) as client:
            url = path if path.startswith("/") else f"/v1/calls{path and f'/{path}'}"
            async with client.request(method, url) as answer:
                return answer.status, await answer.json()

    async def listed(self, tenant: str) -> dict[str, tuple[str, bool]]:
        """The calls that a tenant sees: whose they are, and whether they are in progress."""
        _, told = await self.shown(tenant)
        return {each["id"]: (each["tenant"], each["live"]) for each in told["calls"]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = Store(tmp_path / "s.db")
    await store.open()
    house = House(store)
    with house.stack:
        yield house
        await house.simulation.stop()
    await store.close()


async def test_each_tenant_sees_its_own_calls_only(house: House) -> None:
    await house.calls_come()
    assert await house.listed("acme") == {ACMES: ("acme", True)}
    assert await house.listed("other") == {OTHERS: ("other", True)}
    assert await house.listed("all") == {
        ACMES: ("acme", True),
        OTHERS: ("other", True),
        NOBODYS: ("", True),
    }
    await house.store.put_payload("p1", b"{}", call_id=ACMES)
    own = (ACMES, f"{ACMES}/trace", "/v1/handoffs/p1")
    assert [(await house.shown("acme", path))[0] for path in own] == [200] * 3
    assert [(await house.shown("other", path))[0] for path in own] == [404] * 3


async def test_a_tenant_ends_no_call_of_another(house: House) -> None:
    await house.calls_come()
    for call in (OTHERS, NOBODYS):
        assert (await house.shown("acme", f"{call}/hangup", "POST"))[0] == 404
    assert (await house.shown("acme", f"{ACMES}/hangup", "POST"))[0] == 202
    await house.quiet()
    assert await house.listed("acme") == {ACMES: ("acme", False)}
    assert await house.listed("other") == {OTHERS: ("other", True)}


async def test_a_tenant_hears_its_own_calls_only(house: House) -> None:
    await house.calls_come()
    async with house.client("other") as client, client.ws_connect("/v1/tail") as tail:
        for channel in list(house.simulation.carrier.calls.values()):
            channel.press("1")
        house.simulation.call("810")
        house.simulation.call("820")
        await house.quiet()
        heard: list[tuple[str, str]] = []
        while not heard or heard[-1] != ("call-5", "said"):
            told = await tail.receive_json()
            heard.append((told["call"], told["event"]))
    assert {call for call, _ in heard} == {OTHERS, "call-5"}
    assert {(OTHERS, "pressed"), (OTHERS, "ended"), ("call-5", "arrived")} <= set(heard)


@pytest.mark.parametrize("number", ["810", "999"])
async def test_whatever_chose_the_flow_the_number_says_whose_call_it_is(
    house: House, number: str
) -> None:
    await house.calls_come()
    house.simulation.call(number, arguments=("flow=desk",))
    await house.quiet()
    assert (await house.listed("all"))["call-4"] == ("acme" if number == "810" else "", True)


async def test_a_call_stays_its_tenants_when_another_engine_goes_on_with_it(house: House) -> None:
    await house.calls_come()
    assert await house.restart() == Recovered(resumed=3)
    house.simulation.call("820")
    await house.quiet()
    assert await house.listed("acme") == {ACMES: ("acme", True), "call-4": ("acme", True)}
    assert await house.listed("other") == {OTHERS: ("other", True)}
    house.simulation.carrier.calls["simulated-2"].press("1")
    await house.quiet()
    assert await house.listed("other") == {OTHERS: ("other", False)}


async def test_a_call_that_cannot_be_read_stays_its_tenants(house: House) -> None:
    await house.calls_come()
    assert await house.restart(lambda capture: b"nonsense") == Recovered(resumed=3, broken=3)
    assert set(house.calls.live()) == {ACMES, OTHERS, NOBODYS}
    assert [each["tenant"] for each in house.calls.live().values()] == ["acme", "other", ""]
