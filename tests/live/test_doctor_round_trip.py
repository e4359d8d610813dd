"""Sound there and back between the doctor and a real Asterisk, and that nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.audio.parts import Parts
from ivrkit.channels.ari.audio.rtp import RtpMedia
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor import exchange
from ivrkit.service.doctor.exchange import TONES, Exchange
from ivrkit.service.doctor.findings import State
from ivrkit.service.doctor.probe import Probe
from ivrkit.service.doctor.round_trip import examine_round_trip
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.ari_support import settings

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

ELSEWHERE = "192.0.2.1"
"""An address that nobody has (RFC 5737)."""


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def nothing_left(asterisk: PrivateAsterisk) -> AsyncIterator[None]:
    """All that was made in Asterisk is gone afterwards."""
    yield
    async with asyncio.timeout(20):
        while await shown(asterisk):
            await asyncio.sleep(0.05)


async def shown(asterisk: PrivateAsterisk) -> str:
    lines = await asterisk.command("core show channels concise")
    lines += await asterisk.command("bridge show all")
    return "\n".join(line for line in lines.splitlines() if "doctor" in line)


@contextlib.asynccontextmanager
async def probing(configuration: AriSettings) -> AsyncIterator[Probe]:
    probe = Probe(configuration)
    await probe.start()
    try:
        yield probe
    finally:
        await probe.stop()


async def test_sound_goes_both_ways(asterisk: PrivateAsterisk) -> None:
    async with probing(settings(asterisk)) as probe:
        came = await probe.round_trip()
    assert (came.sent, came.back, came.refused) == (TONES, TONES, 0), came
    assert came.there.startswith("127.0.0.1:")
    assert came.here.endswith(tuple(str(port) for port in probe.client.settings.media_port_range))
    assert "doctor" not in await shown(asterisk)


async def test_what_is_sent_does_not_arrive(
    asterisk: PrivateAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RtpMedia, "send", lambda *_: None)
    monkeypatch.setattr(exchange, "LATEST", 0.1)
    configuration = Configuration(asterisk=settings(asterisk))
    async with probing(configuration.asterisk) as probe:
        finding = await examine_round_trip(configuration, probe)
    assert finding.state is State.WARNING
    assert finding.text.startswith("one way only: Asterisk's sound arrives here")


async def test_nothing_arrives(asterisk: PrivateAsterisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LATEST", 0.1)
    configuration = Configuration(asterisk=settings(asterisk, media_address=ELSEWHERE))
    async with probing(configuration.asterisk) as probe:
        finding = await examine_round_trip(configuration, probe)
    assert finding.state is State.WARNING
    assert finding.text.startswith("nothing comes back")
    assert "media_address" in finding.remedy


@pytest.mark.parametrize("step", ["_begin", "_send", "_all_back"])
async def test_it_breaks_in_the_middle(
    step: str, asterisk: PrivateAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(_: Exchange) -> None:
        assert "doctor" in await shown(asterisk)
        raise CarrierError("Asterisk went away")

    monkeypatch.setattr(Exchange, step, breaks)
    async with probing(settings(asterisk)) as probe:
        with pytest.raises(CarrierError, match="went away"):
            await probe.round_trip()


async def test_it_is_stopped_in_the_middle(asterisk: PrivateAsterisk) -> None:
    async with probing(settings(asterisk)) as probe:
        task = asyncio.create_task(probe.round_trip())
        async with asyncio.timeout(20):
            while "round-trip" not in await shown(asterisk):
                assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_of_a_doctor_that_was_killed_no_channel_stays(asterisk: PrivateAsterisk) -> None:
    killed = Probe(settings(asterisk))
    killed.client.longest = 2.0
    await killed.start()
    async with asyncio.timeout(20):
        remaining = await killed.ask("TIMEOUT(absolute)")
    assert remaining is not None
    assert 0 < float(remaining) <= 2
    await killed.client.originate("Local/901@ivrkit-phone", channel="ivrkit-doctor-killed")
    media = Parts.of(killed.client.application, "killed").media
    outlet = RtpMedia(killed.client.settings, Outlet("killed", lambda _: None))
    await outlet.bind()
    await killed.client.external_media(media, "slin", outlet.asked())
    outlet.close()
    assert "doctor" in await shown(asterisk)
    await killed.client.stop()  # and tells Asterisk nothing more
