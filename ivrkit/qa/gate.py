"""Holds a call in front of its steps: the call stands still there, and so does its time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ivrkit.call.clock import Clock
from ivrkit.call.step import Node
from ivrkit.call.targets import Jump
from ivrkit.engine.interrupts import FlowKeyPressed
from ivrkit.engine.runner import Runner

Wants = Callable[[Runner, Node], str | None]
"""Why to stop in front of a step; None: do not."""
BY = "workbench"


def never(runner: Runner, node: Node) -> None:
    """Do not stop."""


class Gate:
    """What a call passes before every step.

    ``wants`` decides where it is held, ``held`` says why it is (None: it is not); ``count`` counts
    the steps that have come here, the one that is held included. ``stopped`` is called when one
    is.
    """

    def __init__(self, stopped: Callable[[], None]) -> None:
        self.clock: Clock | None = None
        self.wants: Wants = never
        self.held: str | None = None
        self.count = 0
        self.runner: Runner | None = None
        self._stopped = stopped
        self._opened: asyncio.Future[None] | None = None
        self._jump: Jump | None = None

    async def before_step(self, runner: Runner, node: Node) -> None:
        """Called by the engine in the call's own task."""
        self.runner = runner
        self.count += 1
        self.held = self.wants(runner, node)
        if self.held is None or self.clock is None:
            return
        self._opened = asyncio.get_running_loop().create_future()
        self._stopped()
        try:
            await self.clock.outside(self._opened)
        finally:
            self.held, self._opened = None, None
        runner.mailbox.check()
        jump, self._jump = self._jump, None
        if jump is not None:
            raise FlowKeyPressed(runner.stack.flow_depth(), jump, BY, "")

    def open(self, jump: Jump | None = None) -> None:
        """Let the call go on, elsewhere if there is a jump."""
        if self._opened is not None and not self._opened.done():
            self._jump = jump
            self._opened.set_result(None)
            self.held = None
