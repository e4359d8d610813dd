"""Flows as texts, drawn; and a browser that reads what was drawn."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, sync_playwright

from ivrkit.flow.closure import from_sources
from ivrkit.flow.drawing import Atlas, Drawing, atlas_of
from ivrkit.flow.drawing.making import Missed
from ivrkit.flow.drawing.model import Source
from ivrkit.service.registries import reader

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

BANK = """
    ivrkit: 1
    flow: main
    title: The main line
    keys: {0: {say: For a person, to: agent}, 9: [{say: Nine.}]}
    shortcuts: {"*31": agent}
    exits: {no_input: agent, no_match: [{log: lost}]}
    on_error: agent
    on_end: [{log: over}]
    entry: [agent]
    sections:
      main:
        - answer
        - menu:
            prompt: Press 1 or 2.
            keys: {1: other, 2: [{say: Two.}, again], 3: return, 4: hangup}
      other:
        - if: call.from == '1'
          then: [{say: One.}, {goto: main}]
        - run: part
        - run: {flow: below}
          exits: {refused: agent}
      part:
        - say: A part.
        - return
      agent:
        - queue: service
          exits: {else: hangup}
"""
BELOW = """
    ivrkit: 1
    flow: below
    title: Below
    outcomes: [refused]
    sections:
      main: [{say: Below.}, {return: {exit: refused}}]
"""
HOSTILE = '"><script>window.broken = 1</script><img src=x onerror="window.broken = 2">'
"""What somebody may write where a text stands."""


def needed(program: str, *others: str) -> str:
    """The path of a program that the tests of drawings need."""
    found = next(filter(None, map(shutil.which, (program, *others))), None)
    if found is None:
        complaint = f"{program} is missing: sh .ci/install-system.sh installs it"
        if os.environ.get("CI"):
            pytest.fail(complaint)
        pytest.skip(complaint)
    return found


def atlas(
    flows: dict[str, str], *, unfold: bool = False, missed: Missed = MappingProxyType({})
) -> Atlas:
    texts = {name: textwrap.dedent(text) for name, text in flows.items()}
    sources = {name: Source(f"{name}.yaml", text) for name, text in texts.items()}
    version = from_sources(reader(), "main", texts)
    return atlas_of(version, sources, unfold=unfold, missed=missed)


def drawing(text: str = BANK, *, unfold: bool = False) -> Drawing:
    return atlas({"main": text, "below": BELOW}, unfold=unfold).main


def untried() -> Atlas:
    """A flow of which tests have left something out."""
    missed = {"main": {("other", ""), ("main/1", "keys/1"), ("agent/0", "exits/full")}}
    return atlas({"main": BANK, "below": BELOW}, missed=missed)


def hostile() -> Atlas:
    """A flow in which everything that is free is hostile."""
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    return atlas(
        {
            "main": f"""
            ivrkit: 1
            flow: main
            title: {quoted}
            sections:
              main:
                - say: {quoted}
                - log: {quoted}
                - say: "]] --> n1 %% end `code` **bold** </svg> </style> \\\\l \\" {{{{ 1 }}}}"
            """
        }
    )


def large(sections: int = 70) -> Atlas:
    """A flow with many sections that lead everywhere."""
    parts = []
    for number in range(sections):
        near, far = (number + 1) % sections, (number * 7 + 3) % sections
        back = number // 2
        parts.append(
            f"  part-{number}:\n    - menu:\n        prompt: This is part {number}.\n"
            f"        keys: {{1: part-{near}, 2: part-{far}, 3: part-{back}, 4: hangup}}\n"
            f"      exits: {{no_input: part-{back}, no_match: hangup}}\n"
        )
    text = "ivrkit: 1\nflow: main\nsections:\n  main: [answer, {goto: part-0}]\n"
    return atlas({"main": text + "".join(parts)})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    program = needed(*BROWSERS)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()
