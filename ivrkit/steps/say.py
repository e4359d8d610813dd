"""``say``: speak to the caller."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind
from ivrkit.call.asking import PromptField
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Flag
from ivrkit.call.lasting import KeyedStep


class Say(KeyedStep):
    """Says a prompt. A key stops it and waits for the next step that takes keys.

    ``barge_in: false`` plays it to its end; keys pressed meanwhile are kept. One of its own
    `keys` is taken at once in either case; where steps in place behind it have come to their end,
    the prompt begins again.
    """

    verb: ClassVar[str] = "say"
    kind: ClassVar[Kind] = Kind.CALLER
    main: ClassVar[str | None] = "prompt"
    example: ClassVar[str] = """\
- say: Welcome to Acme Bank.
- say:
    prompt: This call is recorded.
    barge_in: false
- say:
    prompt: For directions, press 1. We are open from nine to five.
    keys:
      1: [{say: We are opposite the station.}]
"""

    prompt: PromptField
    """What is said."""
    barge_in: Flag = True
    """Whether a key stops it."""

    async def run(self, call: Call) -> Exit:
        await call.say(self.prompt, barge_in=self.barge_in)
        return GO_ON
