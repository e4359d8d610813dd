from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from ivrkit.channels.ari.audio.media import MODULES, Choice, chosen
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.versions import Version
from ivrkit.errors import CarrierError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.exchange import RoundTrip
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.probe import Probe
from ivrkit.service.doctor.round_trip import examine_round_trip

HEALTHY = RoundTrip(
    sent=50,
    back=50,
    other=0,
    refused=0,
    seconds=0.024,
    there="10.0.0.2:21004 to 10.0.0.1:12010",
    here="10.0.0.1:12012 to 10.0.0.2:21008",
    comes=True,
)
NONE = replace(HEALTHY, back=0, seconds=0.0)


class FakeProbe:
    """A probe of an Asterisk that sends sound back, as a test wants it."""

    def __init__(self, came: RoundTrip | CarrierError = HEALTHY, wanted: str = "auto") -> None:
        self.came = came
        self.choice = chosen(wanted, set(MODULES), Version((22, 10, 1)))
        self.told: dict[str, str] = {"rtpstart": "12000", "rtpend": "12999"}

    async def way_of_audio(self) -> Choice:
        return self.choice

    async def ask(self, expression: str) -> str | None:
        return self.told.get(expression.rstrip(")").rpartition(",")[2])

    async def round_trip(self) -> RoundTrip:
        if isinstance(self.came, CarrierError):
            raise self.came
        return self.came


async def found(probe: FakeProbe, *, words: bool = False) -> Finding:
    recognisers = {"en": {"engine": "vosk", "model": "en"}} if words else {}
    configuration = Configuration.model_validate(
        {
            "asterisk": AriSettings(media_ports="22000-22010"),
            "speech": {"recognisers": recognisers},
        }
    )
    return await examine_round_trip(configuration, cast("Probe", probe))


async def test_all_comes_back() -> None:
    finding = await found(FakeProbe())
    assert finding.state is State.OK
    assert finding.text == (
        "sound goes both ways: 50 of 50 packets, 24.0 ms (10.0.0.2:21004 to 10.0.0.1:12010, "
        "and back from 10.0.0.1:12012 to 10.0.0.2:21008)"
    )


@pytest.mark.parametrize(("back", "state"), [(49, State.OK), (48, State.WARNING)])
async def test_some_of_it_is_lost(back: int, state: State) -> None:
    finding = await found(FakeProbe(replace(HEALTHY, back=back)))
    assert finding.state is state
    assert f"{back} of 50 packets" in finding.text
    assert ("UdpRcvbufErrors" in finding.remedy) is (state is State.WARNING)


async def test_it_takes_long() -> None:
    finding = await found(FakeProbe(replace(HEALTHY, seconds=0.4)))
    assert (finding.state, "400.0 ms" in finding.text) == (State.WARNING, True)
    assert "near Asterisk" in finding.remedy


@pytest.mark.parametrize(("words", "state"), [(True, State.FAIL), (False, State.WARNING)])
@pytest.mark.parametrize(
    ("came", "text", "remedy"),
    [
        (
            replace(NONE, comes=False),
            "nothing comes back: 50 packets sent (10.0.0.2:21004 to 10.0.0.1:12010), none from "
            "10.0.0.1:12012 to 10.0.0.2:21008",
            "the ports 22000-22010 of this machine",
        ),
        (NONE, "one way only: Asterisk's sound arrives here", "the ports 12000-12999 (rtp.conf)"),
        (replace(NONE, other=48), "48 packets came back, with another sound", "rtp set debug on"),
        (
            replace(NONE, refused=7, comes=False),
            "7 packets came, but not from 10.0.0.1:12012, where",
            "translation",
        ),
        (CarrierError("no port is free", hint="widen them"), "no port is free", "widen them"),
        (CarrierError("it answers 500"), "it answers 500", "log"),
    ],
)
async def test_nothing_of_it_comes_back(
    came: RoundTrip | CarrierError, text: str, remedy: str, words: bool, state: State
) -> None:
    finding = await found(FakeProbe(came), words=words)
    assert finding.state is state
    assert text in finding.text
    assert remedy in finding.remedy


async def test_asterisk_does_not_tell_its_ports() -> None:
    probe = FakeProbe(NONE)
    probe.told = {}
    assert "the ports of rtp.conf" in (await found(probe)).remedy


async def test_audio_over_a_websocket_needs_no_port() -> None:
    finding = await found(FakeProbe(wanted="websocket"))
    assert (finding.state, finding.remedy) == (State.OK, "")
    assert finding.text.startswith("not measured: audio comes over a WebSocket")


async def test_there_is_no_way_for_audio() -> None:
    probe = FakeProbe()
    probe.choice = Choice(None, "chan_rtp does not run", "load it")
    finding = await found(probe)
    assert (finding.state, "chan_rtp does not run" in finding.text) == (State.OK, True)
