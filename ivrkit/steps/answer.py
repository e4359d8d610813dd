"""``answer``: take the call."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.exits import GO_ON


class Answer(Step):
    """Answers the call. Does nothing on a call that is answered.

    ``say`` and ``wait`` before it are early media; menus and questions need it.
    """

    verb: ClassVar[str] = "answer"
    kind: ClassVar[Kind] = Kind.CALLER
    answers: ClassVar[bool] = True
    example: ClassVar[str] = "- answer\n"

    async def run(self, call: Call) -> Exit:
        await call.channel.answer()
        return GO_ON
