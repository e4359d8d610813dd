from __future__ import annotations

from ivrkit.call.channel import HungUp, KeyPressed
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import QUIET, Line, eventually, uri


async def test_what_comes_for_a_call_waits_until_it_is_adopted() -> None:
    async with FakeAsterisk() as asterisk:
        line = Line(asterisk)
        async with line:
            known, other = await line.call(), await line.call()
        heard: list[object] = []
        carrier = AriCarrier(asterisk.settings(), uri, timings=QUIET)
        await carrier.start(line.receive, hold=True)
        asterisk.press(known.id, "1")
        asterisk.press(other.id, "7")
        newcomer = asterisk.call()
        asterisk.press(known.id, "2")
        asterisk.hang_up(known.id)
        await eventually(lambda: len(carrier._held._events) >= 5)  # type: ignore[union-attr]
        assert newcomer not in line.events  # nobody knows yet whose it is
        await carrier.channels()
        carrier.await_adoption({known.id, other.id})
        await eventually(lambda: newcomer in line.events)
        carrier.adopt(known.id, heard.append)
        assert heard == [KeyPressed("1", 100), KeyPressed("2", 100), HungUp(16)]
        carrier.adopt(other.id, heard.append)
        assert heard[-1] == KeyPressed("7", 100)
        carrier.release()
        asterisk.press(other.id, "8")
        await eventually(lambda: heard[-1] == KeyPressed("8", 100))
        await carrier.stop()


async def test_what_nobody_adopts_goes_its_usual_way() -> None:
    async with FakeAsterisk() as asterisk:
        line = Line(asterisk)
        carrier = AriCarrier(asterisk.settings(), uri, timings=QUIET)
        await carrier.start(line.receive, hold=True)
        name = asterisk.call()
        asterisk.press(name, "5")
        await eventually(lambda: len(carrier._held._events) == 2)  # type: ignore[union-attr]
        carrier.release()
        assert line.events[name] == [KeyPressed("5", 100)]
        await carrier.stop()
