"""``python``: call a function of a plug-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from ivrkit.call import Call, Exit, ExitSpec
from ivrkit.call.exits import NOT_FOUND
from ivrkit.call.fields import Reads
from ivrkit.call.requests.python import PythonRequest
from ivrkit.errors import RequestRefused
from ivrkit.steps.functions import FunctionStep


class Python(FunctionStep):
    """Calls a Python function of the project's `plugins/` folder, as `connectors: python:` of
    ivrkit.yaml allows it.

    The arguments are converted to the types that the function declares. It runs beside the engine:
    one that takes long, or never ends, keeps no other call waiting.
    """

    verb: ClassVar[str] = "python"
    asks_kind: ClassVar[str] = "python"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *FunctionStep.exits,
        ExitSpec(
            NOT_FOUND,
            "The function raised `NotFound`, or returned None where `into` awaits a value.",
            technical=True,
        ),
        ExitSpec("refused", "The function raised `Refused`.", technical=True),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **FunctionStep.meant,
        "reads": "ivrkit.yaml says it: functions: {risk: {reads: true}}",
        "module": "ivrkit.yaml says it; write plugin:",
    }
    example: ClassVar[str] = """\
- python: {plugin: scoring, function: risk, with: {account: "{{ account }}"}, into: score}
  exits: {not_found: agent, unknown: agent}
"""

    plugin: Annotated[str, Reads("name", role="python")]
    """The plug-in: a name from `connectors: python:` in ivrkit.yaml."""

    def connector(self, call: Call) -> str:
        return self.plugin

    def request(self, call: Call, **common: Any) -> PythonRequest:
        return PythonRequest(operation=self.function, parameters=self.arguments(call), **common)

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if answer is None and self.into is not None:
            nothing = RequestRefused(f"{request.name}: {self.function} returned nothing")
            return Exit(NOT_FOUND, because=nothing)
        return super().answered_by(call, request, answer)
