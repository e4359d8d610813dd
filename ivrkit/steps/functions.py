"""What `native` and `python` have in common: a function, its arguments, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit
from ivrkit.call.asking import SecretValuesField
from ivrkit.call.connecting import Connectors
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Reads, Variable
from ivrkit.expressions.values import Value
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.set import assigned_value


class FunctionStep(ConnectorStep):
    """A step that calls a function by its name. The configuration says which there are, and of
    each whether it only reads."""

    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("args", "arguments", "parameters"), "write with: {name: value}"),
    }

    function: Annotated[str, Reads("name", role="function")]
    """The function: one of those that the configuration names there."""
    values: SecretValuesField = Field(default_factory=dict, alias="with")
    """The arguments, by the names of the parameters. They may be secrets."""
    into: Variable | None = None
    """The variable that receives what the function returns."""

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),) if self.into is not None else ()

    def may_run_again(self, call: Call) -> bool:
        operation = f"{self.connector(call)}.{self.function}"
        return self.repeatable or call.use(Connectors).only_reads(  # type: ignore[type-abstract]
            self.asks_kind, operation
        )

    def arguments(self, call: Call) -> dict[str, Value]:
        """The arguments by name. Raises ExpressionError."""
        return {name: assigned_value(call, each) for name, each in self.values.items()}

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON
