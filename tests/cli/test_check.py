"""``ivrkit check``: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

FLOW = "variables: {account: digits}\nsections:\n  main:\n    - answer\n    - wait: 2s\n"


@pytest.fixture
def flow(tmp_path: Path) -> str:
    path = tmp_path / "bank.yaml"
    path.write_text(FLOW)
    return str(path)


async def test_warnings_fail_where_they_shall(run: Run, flow: str) -> None:
    assert (await run("check", flow)).status == 0
    done = await run("check", flow, "--strict")
    assert done.status == 1
    assert "warning[unused]" in done.out


async def test_the_report(run: Run, flow: str) -> None:
    assert "longest call    2s" in (await run("check", flow, "--report")).out
    assert "longest call" not in (await run("check", flow)).out


async def test_the_report_for_programs(run: Run, flow: str) -> None:
    told = json.loads((await run("check", flow, "--report", "--format", "json")).out)
    assert [each["code"] for each in told["diagnostics"]] == ["unused"]
    assert told["report"] == [
        {
            "flow": "bank",
            "file": flow,
            "longest_call": {"seconds": 2.0, "circle": None, "max_call": 3600.0},
            "person": None,
            "without_person": [],
            "dead_ends": [],
            "asks": [],
        }
    ]
    assert "report" not in json.loads((await run("check", flow, "--format", "json")).out)


async def test_annotations(run: Run, flow: str) -> None:
    lines = (await run("check", flow, "--format", "github")).out.splitlines()
    assert lines == [
        f"::warning file={flow},line=1,col=13,title=unused::the variable 'account' is never used "
        "(remove it)",
        "1 flow: 0 errors, 1 warning",
    ]
