"""``native``: call a function of a shared library."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.asking import SecretValuesField
from ivrkit.call.connecting import Connectors
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Reads, Variable
from ivrkit.call.requests.native import NativeRequest
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.set import assigned_value


class Native(ConnectorStep):
    """Calls a function of a shared library (C calling convention), as `connectors: native:` of
    ivrkit.yaml allows and describes it.

    It runs in a process of its own: one that crashes or hangs costs this step, not the engine.
    What comes back is one value, or a record of several by the names of the configuration.
    """

    verb: ClassVar[str] = "native"
    asks_kind: ClassVar[str] = "native"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec("refused", "The function returned a status that is not 0.", technical=True),
        ExitSpec(
            "not_found",
            "It returned a status that the configuration calls `not_found`.",
            technical=True,
        ),
    )
    example: ClassVar[str] = """\
- native: {library: tariff, function: quote, with: {zone: 3}, into: price}
  exits: {refused: agent, unknown: agent}
"""

    library: Annotated[str, Reads("name", role="native")]
    """The library: a name from `connectors: native:` in ivrkit.yaml."""
    function: Annotated[str, Reads("name", role="function")]
    """The function: one of those that the configuration names there."""
    values: SecretValuesField = Field(default_factory=dict, alias="with")
    """The arguments, by the names of the parameters. They may be secrets."""
    into: Variable | None = None
    """The variable that receives what comes back."""

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),) if self.into is not None else ()

    def connector(self, call: Call) -> str:
        return self.library

    def may_run_again(self, call: Call) -> bool:
        operation = f"{self.connector(call)}.{self.function}"
        return self.repeatable or call.use(Connectors).only_reads(  # type: ignore[type-abstract]
            self.asks_kind, operation
        )

    def request(self, call: Call, **common: Any) -> NativeRequest:
        values = {name: assigned_value(call, each) for name, each in self.values.items()}
        return NativeRequest(operation=self.function, parameters=values, **common)

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON
