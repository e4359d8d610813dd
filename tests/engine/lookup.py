"""A verb as connectors are: work outside of the call, with a result, an error and a meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from ivrkit import steps
from ivrkit.call import Assignment, Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.clock import Clock
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Flag, Variable
from ivrkit.call.lasting import LastingStep
from ivrkit.errors import CarrierError
from ivrkit.expressions.types import Type
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.prompts.part import registry as prompt_parts


class Lookup(LastingStep):
    """Looks something up, which takes its time."""

    verb: ClassVar[str] = "lookup"
    kind: ClassVar[Kind] = Kind.OUTSIDE
    main: ClassVar[str | None] = "lasts_for"
    exits: ClassVar[tuple[ExitSpec, ...]] = (ExitSpec("not_found", "There is none."),)
    example: ClassVar[str] = "- lookup: 2s\n"
    ended: ClassVar[list[str]] = []
    """How each work has ended, for the tests."""

    lasts_for: Duration = Field(alias="lasts")
    into: Variable | None = None
    found: Flag = True
    fails: Flag = False
    writes: Flag = False

    @property
    def repeatable(self) -> bool:
        return not self.writes

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into, Type("text")),) if self.into is not None else ()

    def begin(self, call: Call) -> Awaitable[Any]:
        seconds = call.session.setting(self.lasts_for)
        assert isinstance(seconds, timedelta)
        return self._work(call.clock, seconds.total_seconds())

    async def _work(self, clock: Clock, seconds: float) -> str:
        try:
            await clock.sleep(seconds)
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("done")
        if self.fails:
            raise CarrierError("it broke")
        return "Ann Lee"

    def finish(self, call: Call, result: Any) -> Exit:
        if not self.found:
            return Exit("not_found")
        if self.into is not None:
            call.session.set(self.into, result)
        return GO_ON


class Post(Step):
    """Writes something, in one go: a verb that knows nothing of what may break in."""

    verb: ClassVar[str] = "post"
    kind: ClassVar[Kind] = Kind.OUTSIDE
    main: ClassVar[str | None] = "lasts_for"
    example: ClassVar[str] = "- post: 2s\n"
    ended: ClassVar[list[str]] = []

    lasts_for: Duration = Field(alias="lasts")

    async def run(self, call: Call) -> Exit:
        seconds = call.session.setting(self.lasts_for)
        assert isinstance(seconds, timedelta)
        await call.clock.outside(self._work(call.clock, seconds.total_seconds()))
        call.session.set("posted", "yes")
        return GO_ON

    async def _work(self, clock: Clock, seconds: float) -> None:
        try:
            await clock.sleep(seconds)
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("done")


def reader_with_lookup() -> Reader:
    """All verbs there are, and these."""
    verbs = Registry.find(Step, "verb", steps)  # type: ignore[type-abstract]
    verbs.add(Lookup)
    verbs.add(Post)
    return Reader(verbs, prompt_parts())
