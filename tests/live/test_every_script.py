"""Every call script of the project, on a real Asterisk."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.asyncio(loop_scope="session")]

PROJECT = Path(__file__).parents[2]
LONGEST = 1200
REASONS = (
    "takes as long live",
    # The project's site has no recogniser: models differ in the words that they know. Scripts with
    # words are played live in test_calls_words.py, and by the demo.
    "what is said is not understood here",
    "which a real one decides",
)
"""Why a script may be left out."""
SKIPPED = ("takes as long live", "is not understood here", "a real one decides")
"""Why scripts may be skipped: the site of the project has no recogniser."""


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
    failed = [each for each in told["scripts"] if each["failure"]]
    assert [(each["file"], each["failure"]) for each in failed] == []
    skipped = [each["skipped"] for each in told["scripts"] if each["skipped"]]
    assert all(any(each in reason for each in SKIPPED) for reason in skipped), skipped
    assert playing.returncode == 0, err.decode()
    assert len(told["scripts"]) == len(list(scripts.rglob("*.yaml")))
