"""The bench runs, its calls succeed, and its figures have their form; how fast it is is not
tested: machines are noisy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import BENCHMARKS
from bench.results import document
from bench.rows import Benchmark, Row
from ivrkit.testing import processes

LACKING = 2
ROOT = Path(__file__).parents[2]


@pytest.mark.live
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", BENCHMARKS)
async def test_quick_run(name: str, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", name, "--quick", "--results", str(file)]
    log = tmp_path / "log"
    process = await processes.start(command, output=log, folder=ROOT)
    status = await process.wait()
    if status == LACKING and not os.environ.get("CI"):
        pytest.skip(f"NO BENCH: {log.read_text()}")
    assert status == 0, log.read_text()
    found = json.loads(file.read_text())
    assert set(found) == {"machine", "benchmarks"}
    assert set(found["benchmarks"]) == {name}
    benchmark = found["benchmarks"][name]
    assert {"title", "unit", "rows"} <= set(benchmark)
    for row in benchmark["rows"]:
        named = {"what", "beside", "measured", "reference", "ratio"}
        assert set(row) == named | {"most", "least", "at_most", "met"}
        assert row["measured"] > 0
        assert row["reference"] > 0
    if name in MORE:
        MORE[name](benchmark)
    assert str(ROOT) not in file.read_text()


def has_all_subjects(telephones: Any) -> None:
    subjects = telephones["milliseconds_per_call"]
    assert set(subjects) == {"ivrkit", "without", "bare", "plain", "dialplan"}
    assert all(len(each["engine"]) == len(each["asterisk"]) == 1 for each in subjects.values())


def has_reloaded(reload: Any) -> None:
    assert reload["reloads"] > 0


MORE: dict[str, Callable[[Any], None]] = {"telephones": has_all_subjects, "reload": has_reloaded}


def test_what_is_left_out_keeps_its_figures() -> None:
    row = Row("check", "compose", 30.0, 10.0, 3.0, most=4.0)
    first = document([Benchmark("checking", "Check", "ms", (row,), {"sections": 7})], {})
    other = Row("calls", "tasks", 900.0, 9000.0, 10.0, least=1000.0)
    both = document([Benchmark("scripts", "Scripts", "calls/s", (other,))], first)
    assert both["benchmarks"]["checking"] == first["benchmarks"]["checking"]
    assert both["benchmarks"]["checking"]["rows"][0]["met"] is True
    assert both["benchmarks"]["scripts"]["rows"][0]["met"] is False


def test_a_wrong_name_is_wrong_use() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "chekcing"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "there is no benchmark chekcing" in done.stderr
