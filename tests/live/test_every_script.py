"""Every call script of the project, on a real Asterisk."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PROJECT = Path(__file__).parents[2]
LONGEST = 1200


@pytest.mark.timeout(LONGEST + 60)
async def test_every_script_passes_live_as_in_the_simulator() -> None:
    scripts = PROJECT / "tests" / "calls"
    playing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivrkit", "test", "--live", "--format", "json", str(scripts)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=PROJECT,
    )
    try:
        out, err = await asyncio.wait_for(playing.communicate(), LONGEST)
    finally:
        if playing.returncode is None:
            playing.kill()
            await playing.wait()
    assert out, err.decode()
    told = json.loads(out)
    failed = [each for each in told["scripts"] if not each["passed"]]
    assert [(each["file"], each["skipped"], each["failure"]) for each in failed] == []
    assert playing.returncode == 0, err.decode()
    assert len(told["scripts"]) == len(list(scripts.rglob("*.yaml")))
