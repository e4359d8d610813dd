from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import HangUp, Keys, Load, Pause, place

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
    assert result.most_at_once > 1


async def test_refused_calls_are_counted_as_failed(ari: Any, asterisk: PrivateAsterisk) -> None:
    result = await place(Load("555", calls=2, rate=10), asterisk.sip_port)
    assert (result.succeeded, result.failed) == (0, 2)
    assert "404" in result.errors
