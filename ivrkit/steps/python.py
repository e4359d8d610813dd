"""``python``: call a function of a plug-in."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.asking import SecretValuesField
from ivrkit.call.connecting import Connectors
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Reads, Variable
from ivrkit.call.requests.python import PythonRequest
from ivrkit.errors import RequestRefused
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.set import assigned_value

NOT_FOUND = "not_found"


class Python(ConnectorStep):
    """Calls a Python function of the project's `plugins/` folder, as `connectors: python:` of
    ivrkit.yaml allows it.

    The arguments are converted to the types that the function declares. It runs beside the engine:
    one that takes long, or never ends, keeps no other call waiting.
    """

    verb: ClassVar[str] = "python"
    asks_kind: ClassVar[str] = "python"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec(
            NOT_FOUND,
            "The function raised `NotFound`, or returned None where `into` awaits a value.",
            technical=True,
        ),
        ExitSpec("refused", "The function raised `Refused`.", technical=True),
    )
    example: ClassVar[str] = """\
- python: {plugin: scoring, function: risk, with: {account: "{{ account }}"}, into: score}
  exits: {not_found: agent, unknown: agent}
"""

    plugin: Annotated[str, Reads("name", role="python")]
    """The plug-in: a name from `connectors: python:` in ivrkit.yaml."""
    function: Annotated[str, Reads("name", role="function")]
    """The function: one of those that the configuration names there."""
    values: SecretValuesField = Field(default_factory=dict, alias="with")
    """The arguments by name. They may be secrets."""
    into: Variable | None = None
    """The variable that receives what the function returns."""

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),) if self.into is not None else ()

    def connector(self, call: Call) -> str:
        return self.plugin

    def may_run_again(self, call: Call) -> bool:
        operation = f"{self.connector(call)}.{self.function}"
        return self.repeatable or call.use(Connectors).only_reads(  # type: ignore[type-abstract]
            self.asks_kind, operation
        )

    def request(self, call: Call, **common: Any) -> PythonRequest:
        values = {name: assigned_value(call, each) for name, each in self.values.items()}
        return PythonRequest(operation=self.function, parameters=values, **common)

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.into is None:
            return GO_ON
        if answer is None:
            nothing = RequestRefused(f"{request.name}: {self.function} returned nothing")
            return Exit(NOT_FOUND, because=nothing)
        call.session.set(self.into, answer)
        return GO_ON
