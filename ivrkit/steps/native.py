"""``native``: call a function of a shared library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from ivrkit.call import Call, ExitSpec
from ivrkit.call.fields import Reads
from ivrkit.call.requests.native import NativeRequest
from ivrkit.steps.functions import FunctionStep


class Native(FunctionStep):
    """Calls a function of a shared library (C calling convention), as `connectors: native:` of
    ivrkit.yaml allows and describes it.

    It runs in a process of its own: one that crashes or hangs costs this step, not the engine.
    What comes back is one value, or a record of several by the names of the configuration.
    """

    verb: ClassVar[str] = "native"
    asks_kind: ClassVar[str] = "native"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *FunctionStep.exits,
        ExitSpec("refused", "The function returned a status that is not 0.", technical=True),
        ExitSpec(
            "not_found",
            "It returned a status that the configuration calls `not_found`.",
            technical=True,
        ),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **FunctionStep.meant,
        "reads": "ivrkit.yaml says it, beside the parameters of the function",
    }
    example: ClassVar[str] = """\
- native: {library: tariff, function: quote, with: {zone: 3}, into: price}
  exits: {refused: agent, unknown: agent}
"""

    library: Annotated[str, Reads("name", role="native")]
    """The library: a name from `connectors: native:` in ivrkit.yaml."""

    def connector(self, call: Call) -> str:
        return self.library

    def request(self, call: Call, **common: Any) -> NativeRequest:
        return NativeRequest(operation=self.function, parameters=self.arguments(call), **common)
