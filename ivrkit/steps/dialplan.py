"""``dialplan``: run an application or a context of Asterisk's dialplan, and come back."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.asking import ValuesField
from ivrkit.call.dialplan import Dialplan as DialplanPort
from ivrkit.call.dialplan import DialplanRequest
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Reads, Variable
from ivrkit.errors import HandoffError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.secrets import contains_secret
from ivrkit.expressions.values import spoken
from ivrkit.steps.set import assigned_value


class Dialplan(Step):
    """Sends the call into an application or a context that `dialplan:` of ivrkit.yaml names, and
    goes on when it is back.

    Meanwhile the caller is in Asterisk's hands: keys are not ours, a restart of the engine changes
    nothing. `with` gives values, `into` receives those that come back, as a record; its declared
    type says what they mean.
    """

    verb: ClassVar[str] = "dialplan"
    kind: ClassVar[Kind] = Kind.AWAY
    main: ClassVar[str | None] = "name"
    needs: ClassVar[tuple[type, ...]] = (DialplanPort,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec(
            "failed", "There is no such application or context, or it has failed.", technical=True
        ),
    )
    example: ClassVar[str] = """\
- dialplan: {run: card-terminal, with: {amount: "{{ total }}"}, into: payment}
  exits: {failed: agent}
"""

    name: Annotated[Setting, Reads("setting", type="text", role="dialplan")] = Field(alias="run")
    """What is run: a name from `dialplan:` in ivrkit.yaml."""
    values: ValuesField = Field(default_factory=dict, alias="with")
    """Values for it, by the names that the configuration lists under `variables`."""
    into: Variable | None = None
    """The variable that receives its results, as a record."""

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),) if self.into is not None else ()

    async def run(self, call: Call) -> Exit:
        session = call.session
        request = DialplanRequest(
            name=str(session.setting(self.name)),
            ticket=f"{call.id}.{session.entry.number}",
            values=self._texts(call),
        )
        result = await call.use(DialplanPort).run(  # type: ignore[type-abstract]
            call, request, resumed=session.entry.how == "resumed"
        )
        call.keys.flush()
        if not result.done:
            return Exit("failed")
        if self.into is not None:
            record: dict[str, Any] = dict(result.values)
            session.set(self.into, record)
        return GO_ON

    def _texts(self, call: Call) -> dict[str, str]:
        """The values as a channel variable holds them; what is ``none`` is empty."""
        texts = {}
        for name, assigned in self.values.items():
            value = assigned_value(call, assigned)
            if contains_secret(value):
                raise HandoffError(
                    f"the value '{name}' holds a secret",
                    hint="channel variables are seen by every part of Asterisk: leave it out",
                )
            texts[name] = "" if value is None else spoken(value)
        return texts
