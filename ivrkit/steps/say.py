"""``say``: speak to the caller."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.asking import PromptField
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Flag


class Say(Step):
    """Says a prompt. A key stops it and waits for the next step that takes keys.

    ``barge_in: false`` plays it to its end; keys pressed meanwhile are kept.
    """

    verb: ClassVar[str] = "say"
    kind: ClassVar[Kind] = Kind.CALLER
    main: ClassVar[str | None] = "prompt"
    example: ClassVar[str] = """\
- say: Welcome to Acme Bank.
- say:
    prompt: This call is recorded.
    barge_in: false
"""

    prompt: PromptField
    """What is said."""
    barge_in: Flag = True
    """Whether a key stops it."""

    async def run(self, call: Call) -> Exit:
        await call.say(self.prompt, barge_in=self.barge_in)
        return GO_ON
