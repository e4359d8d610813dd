"""The recipes for systems outside, live: who is cut off while paying, slow answers, failures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivrkit.qa.outcome import Outcome
from ivrkit.service.live.playing import play_scripts_live

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PAGE = Path(__file__).parents[2] / "docs" / "cookbook" / "systems.md"
SITE = """
queues: {service: {asterisk: service}}
connectors:
  database: {crm: {connection: DSN=crm}}
  http:
    billing: {url: "https://billing.example"}
    parcels: {url: "https://parcels.example"}
"""


@pytest.mark.timeout(300)
async def test_the_recipes_for_systems_outside_pass_live(tmp_path: Path) -> None:
    scripts = 0
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        name = re.search(r"^flow: (\S+)$", block, re.MULTILINE)
        assert name is not None
        is_script = block.startswith("script:")
        scripts += is_script
        file = f"calls/{scripts}.yaml" if is_script else f"flows/{name[1]}.yaml"
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(block, "utf-8")
    (tmp_path / "ivrkit.yaml").write_text(SITE)
    shown: list[Outcome] = []
    run = await play_scripts_live(
        [tmp_path / "calls"], None, show=shown.append, tell=lambda text: None
    )
    assert run.unreadable == []
    assert [(each.script.name, each.failure) for each in shown if not each.passed] == []
    assert len(shown) == scripts
