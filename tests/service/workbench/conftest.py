"""A desk with a call to a small bank, and commands for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ivrkit.qa.script import Dial
from ivrkit.qa.workbench import Workbench
from ivrkit.service.workbench import Desk, run_workbench
from tests.qa.conftest import scene

FLOW = """
    data: {ann: {name: Ann, vip: true}}
    variables:
      reason: text
      pin: secret
      customer: {name: text, vip: flag}
      score: number
    keys: {0: {say: For a person, words: a person, to: agent}}
    exits: {no_input: silent, no_match: hangup}
    on_end: [{log: over}]
    sections:
      main:
        - answer
        - say: Welcome.
        - menu:
            prompt: Press 1 or 2.
            into: reason
            keys:
              1: {label: pin, say: For your pin, words: [my pin], to: ask}
              2: {label: survey, to: rate}
              3: {when: customer.vip, to: agent}
              4: [{say: Four.}, again]
      ask:
        - collect: {into: pin, digits: 4, terminator: hash, prompt: Your pin.}
        - set: {customer: "{{ ann }}"}
        - say: Thank you.
      rate:
        - run: {flow: survey, into: rating}
        - say: Goodbye.
      agent:
        - queue: {name: service, timeout: 1m}
          exits: {else: closed}
        - say: That was an agent.
      closed:
        - say: Nobody is there.
      silent:
        - say: You were silent.
"""
SURVEY = """
    returns: {score: number}
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - menu: {prompt: How was it?, into: score, keys: {"[1-5]": thanks}}
      thanks:
        - return: {score: "{{ score }}"}
"""


class Sitting:
    """Commands, and what was told. ``last`` is what the last command told. All is done in one
    task, which the clock of the call wants."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.last: list[str] = []
        self.bench = Workbench(scene({"main": FLOW, "survey": SURVEY}))
        self.desk = Desk(self.bench, Dial(flow="main"), self._tell)
        self.asked: asyncio.Queue[tuple[tuple[str, ...], asyncio.Future[None]]] = asyncio.Queue()

    def _tell(self, text: str) -> None:
        self.told.append(text)
        self.last.append(text)

    async def __call__(self, *lines: str) -> str:
        """Do these; gives what the last of them told."""
        for line in lines:
            await self.ask(line)
        return "\n".join(self.last)

    async def ask(self, *lines: str) -> None:
        """Do these in one go; none at all: put everything away."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked.put_nowait((lines, done))
        await done

    async def work(self) -> None:
        """Do what is asked, until nothing more is."""
        await self.desk.call()
        while True:
            lines, done = await self.asked.get()
            self.last = []
            try:
                if not lines:
                    await self.bench.close()
                    return
                await run_workbench(self.desk, _lines(lines))
            except Exception as error:
                done.set_exception(error)
            finally:
                if not done.done():
                    done.set_result(None)

    @property
    def path(self) -> str:
        """The step where the call is."""
        return self.desk.node.path


async def _lines(lines: tuple[str, ...]) -> AsyncIterator[str]:
    for line in lines:
        yield line


@pytest.fixture
async def sit() -> AsyncIterator[Sitting]:
    """A call that is held in front of its first step."""
    sitting = Sitting()
    work = asyncio.create_task(sitting.work())
    await sitting.ask("# ready")
    yield sitting
    await sitting.ask()
    await work
