from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import Crowd, HangUp, Keys, Load, Pause, place

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


async def test_callers_press_keys(
    ari: Any, asterisk: PrivateAsterisk, prompts: dict[str, Path], tmp_path: Path
) -> None:
    since = len(asterisk.log())
    load = Load("701", calls=10, rate=10, steps=(Pause(0.5), Keys("12*"), Pause(0.5), Keys("4#")))
    result = await place(load, asterisk.sip_port, tmp_path)
    assert (result.calls, result.succeeded, result.failed) == (10, 10, 0), result.errors
    read = re.findall(r'"GLOBAL\(LAST_KEYS\)=(.*?)"', asterisk.log()[since:])
    assert read == ["12*4"] * 10


async def test_callers_hang_up(ari: Any, asterisk: PrivateAsterisk) -> None:
    load = Load("901", calls=20, rate=20, steps=(Pause(1), HangUp()))
    result = await place(load, asterisk.sip_port)
    assert (result.succeeded, result.failed) == (20, 0), result.errors
    assert (result.answered, result.bye_sent, result.bye_received) == (20, 20, 0)
    assert result.most_at_once > 1


async def test_refused_calls_are_counted_as_failed(ari: Any, asterisk: PrivateAsterisk) -> None:
    result = await place(Load("555", calls=2, rate=10), asterisk.sip_port)
    assert (result.succeeded, result.failed, result.refused) == (0, 2, 2)
    assert "404" in result.errors


async def test_a_crowd_behaves_in_different_ways(
    ari: Any, asterisk: PrivateAsterisk, prompts: dict[str, Path], tmp_path: Path
) -> None:
    since = len(asterisk.log())
    async with Crowd(asterisk.sip_port, tmp_path) as crowd:
        pressing = await crowd.call(Load("701", 3, 10, (Pause(1), Keys("123456")), audio=False))
        leaving = await crowd.call(Load("901", 3, 10, (Pause(0.2, 1), HangUp())))
        # A call that the other side ends while the caller listens is over in good order.
        await crowd.call(Load("702", 3, 10, (Pause(30), HangUp())))
        await crowd.until_answered()
        result = await crowd.result()
    assert (result.succeeded, result.failed, result.unexpected) == (9, 0, 0), result.errors
    assert (result.bye_received, result.bye_sent) == (6, 3)
    assert list(pressing.happened().values()) == [["answered", "bye"]] * 3
    assert sorted(leaving.happened()) == leaving.numbers
    assert asterisk.log()[since:].count('"GLOBAL(LAST_KEYS)=123456"') == 3
