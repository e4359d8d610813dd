"""Every call script of the documentation runs in the simulator, against the flows of its page
and those of the project."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from docs.generator.samples import PHRASES
from ivrkit.call.calendars import CalendarSettings
from ivrkit.call.opening import Calendars
from ivrkit.engine.engine import Start
from ivrkit.errors import ScriptError
from ivrkit.flow.catalogue import SOURCE
from ivrkit.flow.closure import from_sources
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.reading import read_script
from ivrkit.qa.report import show
from ivrkit.qa.script import Dial
from ivrkit.qa.simulated_line import Scene
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.registries import reader
from ivrkit.testing.clock import START, VirtualClock

from .markdown import PAGES, ROOT, Block, blocks
from .test_pages import STORY, is_script

_FLOW = re.compile(r"^flow: (\S+)$", re.MULTILINE)
NUMBERS = {"800": "bank", "801": "clinic"}
"""Those of the demo."""
SCRIPTS = [
    block
    for page in PAGES
    for block in blocks(page)
    if block.kind == "yaml" and page != STORY and is_script(block)
]

OFFICE = {"zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}}
PORTS = {Calendars: Calendars({"office": CalendarSettings.model_validate(OFFICE)})}
"""What the site of the docs has."""


def project_flows() -> dict[str, str]:
    """The flows that are delivered."""
    root = ROOT / "flows"
    paths = root.rglob("*.yaml")
    return {p.relative_to(root).with_suffix("").as_posix(): p.read_text("utf-8") for p in paths}


def page_flows(page: Path) -> dict[str, str]:
    """The flows that a page shows."""
    whole = [
        each.text for each in blocks(page) if each.kind == "yaml" and "\nsections:" in each.text
    ]
    return {found[1]: text for text in whole if (found := _FLOW.search(text))}


async def play(text: str, flows: dict[str, str], name: str = "call.yaml") -> Outcome:
    """Play a script against flows."""
    script, found = read_script(name, text)
    assert script is not None, [str(each) for each in found]

    def directory(dial: Dial) -> Start:
        flow = NUMBERS.get(dial.number, dial.flow)
        if flow not in flows:
            raise ScriptError(f"there is no flow '{flow}' here")
        phrases = {SOURCE: PHRASES.read_text("utf-8")}
        version = from_sources(reader(), flow, phrases | flows)
        return Start(version, dial.section or "main", dial.arguments)

    scene = Scene(lambda start: VirtualClock(start or START), TextPrompts(), directory, PORTS)
    return await play_simulated(script, scene)


def told(outcome: Outcome) -> str:
    """What a person would see of it."""
    output = StringIO()
    show(outcome, Console(file=output, width=100))
    return output.getvalue()


@pytest.mark.parametrize("block", SCRIPTS, ids=str)
async def test_a_script_passes(block: Block) -> None:
    outcome = await play(block.text, project_flows() | page_flows(block.page))
    assert outcome.passed, told(outcome)
