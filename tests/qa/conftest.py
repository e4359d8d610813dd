"""Scripts and flows as texts, played in the simulator."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from ivrkit.engine.engine import Start
from ivrkit.errors import ScriptError
from ivrkit.flow.closure import from_sources
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.reading import read_script
from ivrkit.qa.script import Dial, Script
from ivrkit.qa.simulated_line import Scene
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.registries import reader
from ivrkit.testing.clock import START, VirtualClock

Play = Callable[..., Coroutine[Any, Any, Outcome]]


def scene(flows: Mapping[str, str]) -> Scene:
    sources = {name: textwrap.dedent(text) for name, text in flows.items()}

    def directory(dial: Dial) -> Start:
        name = dial.flow or "main"
        if name not in sources:
            raise ScriptError(f"there is no flow '{name}'")
        version = from_sources(reader(), name, sources)
        return Start(version, dial.section or "main", dial.arguments)

    return Scene(lambda start: VirtualClock(start or START), TextPrompts(), directory)


def script(text: str) -> Script:
    read, found = read_script("call.yaml", textwrap.dedent(text))
    assert read is not None, [str(each) for each in found]
    return read


@pytest.fixture
def play() -> Play:
    """Play turns against a flow: ``await play(flow, turns)``."""

    async def run(
        flow: str,
        turns: str,
        *,
        given: str = "",
        flows: Mapping[str, str] | None = None,
        restart_everywhere: bool = False,
        restart_inside: int | None = None,
    ) -> Outcome:
        text = 'script: 1\ndial: "800"\nfrom: "+4930123"\n'
        if given:
            text += "given:\n" + textwrap.indent(textwrap.dedent(given), "  ") + "\n"
        text += "call:\n" + textwrap.indent(textwrap.dedent(turns).strip("\n"), "  ") + "\n"
        stage = scene({"main": flow, **(flows or {})})
        return await play_simulated(
            script(text),
            stage,
            restart_everywhere=restart_everywhere,
            restart_inside=restart_inside,
        )

    return run
