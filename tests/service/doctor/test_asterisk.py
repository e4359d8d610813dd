from __future__ import annotations

import time
from typing import Any, cast

import msgspec
import pytest

from ivrkit.channels.ari.replies import Reply
from ivrkit.channels.ari.versions import Version
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.asterisk import DIALPLAN, NEEDED, QUEUES, USEFUL, Examination
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.probe import Probe

CONTEXTS = ("ivrkit-fallback", "ivrkit-back", "ivrkit-queue", "ivrkit-headers")
SITE: dict[str, Any] = {"queues": {"service": {"asterisk": "people"}}, "numbers": {"800": "bank"}}


class FakeClient:
    """What a probe's connection knows."""

    def __init__(self) -> None:
        self.version = Version((22, 10, 1))
        self.over_websocket = True
        self.modules = [*{**NEEDED, **USEFUL, **QUEUES, **DIALPLAN}]

    async def request(self, method: str, uri: str) -> Reply:
        assert (method, uri) == ("GET", "asterisk/modules")
        listed = [{"name": f"{name}.so", "status": "Running"} for name in self.modules]
        return Reply(200, "OK", msgspec.json.encode(listed))


class FakeProbe:
    """A probe whose Asterisk has everything that is needed, until a test takes it away."""

    def __init__(self) -> None:
        self.client = FakeClient()
        self.told = ""
        self.answers: dict[str, str] = {
            "IVRKIT_APP": "ivrkit",
            "AST_CONFIG(http.conf,general,enabled)": "yes",
            "AST_CONFIG(http.conf,general,sessionlimit,-1)": "1000",
            "QUEUE_EXISTS(people)": "1",
            "QUEUE_MEMBER(people,count)": "2",
            "QUEUE_MEMBER(people,logged)": "1",
            "DIALPLAN_EXISTS(ivrkit,800,1)": "1",
            "ASTSPOOLDIR": "/spool",
            **{f"DIALPLAN_EXISTS({context},s,1)": "1" for context in CONTEXTS},
        }

    async def ask(self, expression: str) -> str | None:
        return self.answers.get(expression)

    async def exists(self, context: str, extension: str = "s") -> bool:
        return await self.ask(f"DIALPLAN_EXISTS({context},{extension},1)") == "1"

    async def record(self) -> str:
        return self.told


@pytest.fixture
def probe() -> FakeProbe:
    return FakeProbe()


async def bad(probe: FakeProbe, **changes: Any) -> dict[str, Finding]:
    """The findings that are not ok."""
    site = Configuration.model_validate(SITE | changes)
    examination = Examination(site, cast("Probe", probe))
    findings = [each async for each in examination.findings()]
    assert len(findings) >= 7
    return {each.name: each for each in findings if each.state is not State.OK}


async def test_all_is_well(probe: FakeProbe) -> None:
    assert await bad(probe) == {}


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ((18, 26, 4), {"version", "headers"}),
        ((20, 5, 0), {"headers"}),
        ((22, 4, 0), {"headers"}),
        ((20, 20, 1), set()),
        ((0, 0, 0), {"version", "headers"}),
    ],
)
async def test_versions(probe: FakeProbe, version: tuple[int, int, int], names: set[str]) -> None:
    probe.client.version = Version(version)
    assert set(await bad(probe)) == names


async def test_rest_over_http_is_slower_unless_it_is_wanted(probe: FakeProbe) -> None:
    probe.client.over_websocket = False
    assert (await bad(probe))["rest"].state is State.WARNING
    assert await bad(probe, asterisk={"rest": "http"}) == {}


async def test_a_needed_module_fails_and_a_useful_one_warns(probe: FakeProbe) -> None:
    probe.client.modules.remove("res_ari_playbacks")
    assert (await bad(probe))["modules"].state is State.FAIL
    probe.client.modules.append("res_ari_playbacks")
    probe.client.modules.remove("chan_pjsip")
    assert (await bad(probe))["modules"].state is State.WARNING


async def test_the_queue_module_is_needed_by_queues_only(probe: FakeProbe) -> None:
    probe.client.modules.remove("app_queue")
    assert (await bad(probe))["modules"].state is State.FAIL
    assert await bad(probe, queues={}) == {}


@pytest.mark.parametrize(
    ("taken", "name", "state"),
    [
        ("AST_CONFIG(http.conf,general,sessionlimit,-1)", "sessionlimit", State.WARNING),
        ("AST_CONFIG(http.conf,general,enabled)", "sessionlimit", State.WARNING),
        ("IVRKIT_APP", "dialplan", State.WARNING),
        ("DIALPLAN_EXISTS(ivrkit-fallback,s,1)", "dialplan", State.FAIL),
        ("DIALPLAN_EXISTS(ivrkit-back,s,1)", "dialplan", State.FAIL),
        ("DIALPLAN_EXISTS(ivrkit-queue,s,1)", "dialplan", State.FAIL),
        ("DIALPLAN_EXISTS(ivrkit,800,1)", "dialplan", State.WARNING),
        ("QUEUE_EXISTS(people)", "queue service", State.WARNING),
    ],
)
async def test_what_is_missing_is_found(
    probe: FakeProbe, taken: str, name: str, state: State
) -> None:
    del probe.answers[taken]
    found = await bad(probe)
    assert set(found) == {name}
    assert found[name].state is state
    assert found[name].remedy


async def test_an_application_of_another_name_fails(probe: FakeProbe) -> None:
    probe.answers["IVRKIT_APP"] = "other"
    assert "IVRKIT_APP is 'other'" in (await bad(probe))["dialplan"].text


async def test_headers_by_the_dialplan_need_its_context(probe: FakeProbe) -> None:
    probe.client.version = Version((20, 5, 0))
    del probe.answers["DIALPLAN_EXISTS(ivrkit-headers,s,1)"]
    assert (await bad(probe))["dialplan"].state is State.FAIL
    probe.client.version = Version((22, 10, 1))
    assert await bad(probe) == {}
    off = {"inheritable_headers": "off"}
    assert set(await bad(probe, asterisk=off)) == {"dialplan"}


async def test_queues_without_members_or_without_being(probe: FakeProbe) -> None:
    probe.answers["QUEUE_MEMBER(people,count)"] = "0"
    assert (await bad(probe))["queue service"].state is State.WARNING
    probe.answers["QUEUE_EXISTS(people)"] = "0"
    assert (await bad(probe))["queue service"].state is State.FAIL


async def test_the_folder_of_recordings_is_named(probe: FakeProbe) -> None:
    probe.told = "Internal Server Error"
    finding = (await bad(probe))["recording"]
    assert finding.state is State.WARNING
    assert "/spool/recording" in finding.remedy


async def test_the_dialplan_needs_its_applications(probe: FakeProbe) -> None:
    probe.client.modules.remove("app_exec")
    assert await bad(probe) == {}
    probe.answers["DIALPLAN_EXISTS(ivrkit-dialplan,s,1)"] = "1"
    found = await bad(probe, dialplan={"echo": {"application": "Echo"}})
    assert found["modules"].state is State.FAIL


async def test_what_flows_run_of_the_dialplan_is_looked_for(probe: FakeProbe) -> None:
    parts = {"door": {"context": "door", "extension": "1"}, "echo": {"application": "Echo"}}
    assert (await bad(probe, dialplan={"echo": parts["echo"]}))["dialplan"].state is State.FAIL
    probe.answers["DIALPLAN_EXISTS(ivrkit-dialplan,s,1)"] = "1"
    found = await bad(probe, dialplan=parts)
    assert found["dialplan"].state is State.WARNING
    assert "'door' is the context door" in found["dialplan"].text
    probe.answers["DIALPLAN_EXISTS(door,1,1)"] = "1"
    assert await bad(probe, dialplan=parts) == {}


@pytest.mark.parametrize(("apart", "told"), [(0, False), (1, False), (30, True), (-30, True)])
async def test_a_clock_that_is_wrong(probe: FakeProbe, apart: int, told: bool) -> None:
    probe.answers["EPOCH"] = str(int(time.time()) + apart)
    found = await bad(probe)
    assert ("clock" in found) is told
