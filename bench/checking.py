"""Reading and checking a flow of 1,000 sections, beside ``yaml.compose`` of the same file."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import yaml

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.errors import FlowError
from ivrkit.flow.closure import FlowLibrary
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

NAME = "checking"
SECTIONS, QUICK_SECTIONS = 1000, 50

HEAD = """\
ivrkit: 1
flow: large
language: en
variables:
  amount: {type: money, default: 0}
exits: {no_input: bye, no_match: bye}
on_error: bye
sections:
  bye:
    - say: Goodbye.
    - hangup
  main:
    - answer
    - goto: section-0
"""
SECTION = """
  section-{0}:
    - say: Welcome to the department number {0}.
    - set: {{amount: "{{{{ amount + {0} }}}}"}}
    - menu:
        keys:
          1: {{label: balance, say: For balances, to: section-{1}}}
          2: {{label: cards, say: For cards, to: section-{2}}}
          3:
            say: To hear the amount
            to:
              - say:
                  - The amount is
                  - {{money: amount, currency: EUR}}
        no_match: That is not one of the choices.
    - if: amount > 100
      then: section-{2}
"""


def flow(sections: int) -> str:
    """A flow of so many sections, each with a menu, a condition, texts and values."""
    body = (SECTION.format(n, (n + 1) % sections, (n * 7 + 3) % sections) for n in range(sections))
    return HEAD + "".join(body)


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns. Raises FlowError when the check finds something."""
    sections = QUICK_SECTIONS if quick else SECTIONS
    (folder / "large.yaml").write_text(flow(sections))
    ours, theirs = [], []
    for number in range(rounds + 1):
        figures = await asyncio.to_thread(_turn, folder)
        if number:  # the first one imports, and fills what is kept
            ours.append(figures[0])
            theirs.append(figures[1])
            tell(f"{number}/{rounds} check {figures[0]:.0f} ms, yaml.compose {figures[1]:.0f} ms")
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    figures = (rounded(median(ours)), rounded(median(theirs)))
    row = Row("read and check", "yaml.compose", *figures, rounded(median(ratios)), 4.0)
    data = {
        "sections": sections,
        "check": [*map(rounded, ours)],
        "compose": [*map(rounded, theirs)],
    }
    return Benchmark(NAME, f"A flow of {sections:,} sections", "ms", (row,), data)


def _turn(folder: Path) -> tuple[float, float]:
    file = folder / "large.yaml"
    before = time.process_time()
    checked = load_checked(FlowLibrary(reader(), folder), "large", SiteWorld(flows=["large"]))
    between = time.process_time()
    if checked.version is None or len(checked.diagnostics):
        raise FlowError(f"the flow is not clean:\n{checked.render()[:2000]}")
    yaml.compose(file.read_text(), Loader=yaml.CSafeLoader)
    return 1000 * (between - before), 1000 * (time.process_time() - between)
