from __future__ import annotations

from typing import cast

import pytest

from ivrkit.channels.ari.audio.media import MODULES, Choice, chosen
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.versions import Version
from ivrkit.errors import CarrierError
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.listening import examine_listening
from ivrkit.service.doctor.probe import Probe

ALL = set(MODULES)


class FakeProbe:
    """A probe of an Asterisk whose callers are heard, until a test takes it away."""

    def __init__(self, wanted: str = "auto", lacking: str = "") -> None:
        self.choice = chosen(wanted, ALL - {lacking}, Version((22, 10, 1)))
        self.has_echo = True
        self.arrives: bool | CarrierError = True

    async def way_of_audio(self) -> Choice:
        return self.choice

    async def exists(self, context: str, extension: str = "s") -> bool:
        return self.has_echo and (context, extension) == ("ivrkit-phone", "901")

    async def listen(self) -> bool:
        if isinstance(self.arrives, CarrierError):
            raise self.arrives
        return self.arrives


async def found(probe: FakeProbe) -> Finding:
    settings = AriSettings(media_ports="22000-22010")
    return await examine_listening(settings, cast("Probe", probe))


@pytest.mark.parametrize(
    ("wanted", "way"),
    [("rtp", "over RTP (UDP ports 22000-22010)"), ("websocket", "over a WebSocket")],
)
async def test_callers_are_heard(wanted: str, way: str) -> None:
    finding = await found(FakeProbe(wanted))
    assert (finding.state, finding.text) == (
        State.OK,
        f"what is said on a call arrives here {way}",
    )


@pytest.mark.parametrize("lacking", ["res_stasis_snoop", "res_ari_bridges"])
async def test_a_module_is_missing(lacking: str) -> None:
    finding = await found(FakeProbe(lacking=lacking))
    assert finding.state is State.WARNING
    assert f"{lacking} does not run" in finding.text
    assert finding.remedy == f"load {lacking}.so in modules.conf"


@pytest.mark.parametrize(("wanted", "remedy"), [("rtp", "22000-22010"), ("websocket", "log")])
async def test_nothing_arrives(wanted: str, remedy: str) -> None:
    probe = FakeProbe(wanted)
    probe.arrives = False
    finding = await found(probe)
    assert finding.state is State.WARNING
    assert remedy in finding.remedy


async def test_a_refusal_is_told_with_its_remedy() -> None:
    probe = FakeProbe()
    probe.arrives = CarrierError("none of the ports is free", hint="widen them")
    finding = await found(probe)
    assert (finding.state, finding.remedy) == (State.WARNING, "widen them")
    assert "none of the ports is free" in finding.text


async def test_it_is_not_tried_without_the_echo_number() -> None:
    probe = FakeProbe()
    probe.has_echo = False
    finding = await found(probe)
    assert finding.state is State.WARNING
    assert "not tried" in finding.text
