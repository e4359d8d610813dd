"""The bench runs, its calls succeed, and its figures have their form; how fast it is is not
tested: machines are noisy."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from ivrkit.testing import processes

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

LACKING = 2
ROOT = Path(__file__).parents[2]


async def test_quick_run(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "--quick", "--results", file]
    log = tmp_path / "log"
    process = await processes.start(command, output=log, folder=ROOT)
    status = await process.wait()
    if status == LACKING and not os.environ.get("CI"):
        pytest.skip(f"NO BENCH: {log.read_text()}")
    assert status == 0, log.read_text()
    found = json.loads(file.read_text())
    assert set(found) == {"machine", "load", "milliseconds_per_call", "rows"}
    assert set(found["machine"]) == {"cores", "python", "asterisk"}
    assert found["load"] == {"calls": 20, "rounds": 1, "calls_per_second": 40.0}
    subjects = found["milliseconds_per_call"]
    assert set(subjects) == {"ivrkit", "without", "bare", "plain", "dialplan"}
    assert all(len(each["engine"]) == len(each["asterisk"]) == 1 for each in subjects.values())
    for row in found["rows"]:
        assert {"what", "beside", "measured", "reference", "ratio", "aim", "met"} == set(row)
        assert row["met"] is (None if row["aim"] is None else row["ratio"] <= row["aim"])
    assert str(ROOT) not in file.read_text()
