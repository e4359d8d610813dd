"""``log``: write a line into the trace."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.events import Noted
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Text
from ivrkit.errors import ExpressionError
from ivrkit.expressions.secrets import Secret


class Log(Step):
    """Writes a text into the trace and the log of the call. Secrets are refused."""

    verb: ClassVar[str] = "log"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "text"
    example: ClassVar[str] = """\
- log: "{{ call.from }} chose {{ reason }}"
"""

    text: Text
    """What is written."""

    async def run(self, call: Call) -> Exit:
        text = call.session.text(self.text)
        if isinstance(text, Secret):
            raise ExpressionError("a secret cannot be logged", hint="leave it out of the text")
        call.trace(Noted(text=text))
        return GO_ON
