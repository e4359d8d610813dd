from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from ivrkit.errors import CarrierError
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import begins, heard, heard_seconds

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


ROOT = Path(__file__).parents[2]


async def test_hears_what_is_played_and_nothing_else(
    phone: Any, ari: Any, prompts: dict[str, Path]
) -> None:
    async with phone("2001") as caller:
        await caller.dial("700")
        await caller.closed()
        recording = caller.recording()
    assert heard(recording, prompts["one"]) >= 0.8
    assert heard(recording, prompts["two"]) >= 0.8
    assert heard(recording, prompts["three"]) < 0.5
    assert begins(recording, prompts["one"]) < begins(recording, prompts["two"])


async def test_registers_and_hears_itself(phone: Any, ari: Any, prompts: dict[str, Path]) -> None:
    async with phone("2001") as caller:
        await caller.dial("901")
        await caller.say(prompts["one"])
        await asyncio.sleep(6)
        await caller.hang_up()
        await caller.closed()
    assert heard(caller.recording(), prompts["one"]) >= 0.8


async def test_a_wrong_password_is_refused(phone: Any, asterisk: PrivateAsterisk) -> None:
    with pytest.raises(CarrierError, match="cannot register: 401"):
        async with phone("1002", password="wrong"):
            pass


async def test_an_unknown_number_is_refused(phone: Any, ari: Any) -> None:
    async with phone("4930123") as caller:
        with pytest.raises(CarrierError, match="555 did not answer: 404"):
            await caller.dial("555")


@pytest.mark.parametrize(("keys", "between"), [("12*4#", 0.25), ("907321", 0.0)])
async def test_keys_arrive(
    phone: Any,
    ari: Any,
    asterisk: PrivateAsterisk,
    prompts: dict[str, Path],
    keys: str,
    between: float,
) -> None:
    async with phone("4930123") as caller:
        await caller.dial("701")
        await caller.press(keys, between)
        await caller.closed()
        recording = caller.recording()
    globals_now = await asterisk.command("dialplan show globals")
    assert f"LAST_KEYS={keys.rstrip('#')}\n" in globals_now
    assert heard_seconds(recording, prompts["one"]) < 2


async def test_keys_from_the_other_side_are_seen(phone: Any, ari: Any) -> None:
    async with phone("2001") as caller:
        await caller.dial("702")
        await caller.closed()
        assert caller.keys_received() == "19*#"


OWNER = """
import asyncio, sys
from pathlib import Path
from ivrkit.testing.phones import Baresip

async def main():
    async with Baresip("4930123", sip_port=int(sys.argv[1]), folder=Path(sys.argv[2])) as phone:
        print(phone.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_phone_dies_with_its_owner(asterisk: PrivateAsterisk, tmp_path: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OWNER,
        str(asterisk.sip_port),
        str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert owner.stdout is not None
    pid = int(await owner.stdout.readline())
    assert "baresip" in Path(f"/proc/{pid}/cmdline").read_text()
    owner.kill()
    await owner.wait()
    async with asyncio.timeout(10):
        # What has ended and waits to be fetched has no command line any more.
        while (line := Path(f"/proc/{pid}/cmdline")).is_file() and line.read_text():
            await asyncio.sleep(0.05)


async def test_an_event_that_does_not_come_is_named(phone: Any, ari: Any) -> None:
    async with phone("2001") as caller:
        with pytest.raises(TimeoutError, match=r"phone 2001 waited 0\.1 s for CALL_EST"):
            await caller.established(timeout=0.1)
