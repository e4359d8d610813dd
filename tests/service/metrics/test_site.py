"""The figures of a running site, as Prometheus gets them; and that the board and the alerts ask for
nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ivrkit.service.configuration import Configuration
from ivrkit.service.site import Site
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import eventually

ROOT = Path(__file__).parents[3]
BOARD = ROOT / "docker/grafana/dashboards/ivrkit.json"
RULES = ROOT / "docker/prometheus/rules.yml"
PAGE = ROOT / "docs/monitoring.md"
CALLER = "+493055501234"
UNKNOWN = "4930998877665"
FLOW = """
ivrkit: 1
flow: hello
sections:
  main:
    - answer
    - log: "{{ call.from }} calls {{ call.to }}"
    - hangup
"""
NOTICE = """
ivrkit: 1
flow: notice
sections:
  main:
    - answer
    - say: {silence: 5s}
    - hangup
"""
_NAME = re.compile(r"\b(ivrkit_\w+|process_\w+)\b")
_SUFFIXES = ("", "_bucket", "_count", "_sum", "_total", "_created")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Site, FakeAsterisk]]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "hello.yaml").write_text(FLOW)
    (flows / "notice.yaml").write_text(NOTICE)
    async with FakeAsterisk() as asterisk:
        configuration = Configuration.model_validate(
            {
                "asterisk": asterisk.settings(),
                "numbers": {"800": "hello", "801": "notice"},
                "api": {"port": 0},
            }
        ).placed(tmp_path)
        async with Site(configuration, tell=lambda text: None) as site:
            yield site, asterisk


async def exposition(site: Site) -> str:
    """The figures over HTTP, with the token that a scraper has."""
    token = (site.configuration.state / "api-token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{site.api_port}/metrics", headers=headers) as answer,
    ):
        assert answer.status == 200
        return await answer.text()


def families(text: str) -> set[str]:
    """Every name by which something can be asked for."""
    found = set()
    for family in text_string_to_metric_families(text):
        found |= {f"{family.name}{suffix}" for suffix in _SUFFIXES}
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """What the board and the alerts ask, with the place."""
    for panel in json.loads(BOARD.read_text())["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for rule in rules():
        yield rule["alert"], rule["expr"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


async def test_a_running_site_tells_all_that_is_asked(
    site: tuple[Site, FakeAsterisk],
) -> None:
    running, asterisk = site
    asterisk.call("800", caller=CALLER)
    asterisk.call(UNKNOWN, caller=CALLER)
    await eventually(lambda: running.engine.admission.refused["unknown_number"])
    await eventually(lambda: not running.engine.live())
    await running.store.flush()
    text = await exposition(running)
    assert 'ivrkit_calls_total{flow="hello",result="flow"} 1.0' in text
    assert 'ivrkit_calls_refused_total{reason="unknown_number"} 1.0' in text
    assert 'ivrkit_flows{state="serving"} 2.0' in text
    assert "ivrkit_asterisk_connected 1.0" in text
    assert re.search(r'ivrkit_asterisk_requests_total\{result="ok"\} [1-9]', text)
    assert re.search(r"ivrkit_store_delay_seconds_count [1-9]", text)
    assert re.search(r"ivrkit_loop_delay_seconds_count [0-9]", text)
    for planted in (CALLER, CALLER[1:], UNKNOWN):
        assert planted not in text
    known = families(text)
    for place, expression in expressions():
        asked = set(_NAME.findall(expression))
        assert asked or expression.startswith("up{"), place
        assert asked - known == set(), place


async def test_a_prompt_that_asterisk_cannot_play_is_counted_and_told(
    site: tuple[Site, FakeAsterisk], caplog: pytest.LogCaptureFixture
) -> None:
    running, asterisk = site
    asterisk.call("801")
    await eventually(lambda: asterisk.playbacks)
    (playback,) = asterisk.playbacks
    asterisk.finish(playback, "failed")
    await eventually(lambda: not running.engine.live())
    text = await exposition(running)
    assert 'ivrkit_prompts_unplayed_total{flow="notice"} 1.0' in text
    (told,) = [each for each in caplog.records if "could not play" in each.getMessage()]
    assert told.__dict__["call"] == playback.partition(".")[0]
    assert ".wav" in told.getMessage()


async def test_a_caller_who_hangs_up_in_a_prompt_is_no_prompt_that_cannot_be_played(
    site: tuple[Site, FakeAsterisk],
) -> None:
    running, asterisk = site
    channel = asterisk.call("801")
    await eventually(lambda: asterisk.playbacks)
    asterisk.hang_up(channel)
    await eventually(lambda: not running.engine.live())
    text = await exposition(running)
    assert 'ivrkit_prompts_total{end="interrupted",flow="notice"} 1.0' in text
    assert "ivrkit_prompts_unplayed_total{flow=" not in text


def test_every_alert_says_what_to_do() -> None:
    headings = {
        line.removeprefix("### ").strip().lower()
        for line in PAGE.read_text().splitlines()
        if line.startswith("### ")
    }
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]
        place, _, advice = rule["annotations"]["runbook"].partition(": ")
        assert place == f"docs/monitoring.md#{rule['alert'].lower()}"
        assert advice
        assert rule["alert"].lower() in headings


def test_the_board_is_one_that_grafana_reads() -> None:
    board = json.loads(BOARD.read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    rows = [panel["title"] for panel in board["panels"] if panel["type"] == "row"]
    assert rows == [
        "Calls",
        "Self-service",
        "Queues and agents",
        "Systems outside",
        "The engine",
    ]
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        squares = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not squares & taken, panel["title"]
        taken |= squares
        assert panel["type"] == "row" or panel["targets"]


def test_prometheus_reads_the_rules() -> None:
    if shutil.which("promtool") is None and not os.environ.get("CI"):
        pytest.skip("promtool is not installed: make test does it")
    checked = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
