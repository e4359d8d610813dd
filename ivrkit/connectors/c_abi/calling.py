"""A call of a C function: arguments of a flow in, results out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivrkit.connectors.c_abi.settings import RETURNED, FunctionSettings, NativeSettings
from ivrkit.connectors.c_abi.types import STATUS, CType
from ivrkit.connectors.workers.c_calls import CFunction, CParameter, CQuestion, CSetup
from ivrkit.errors import ConnectorError, RequestRefused, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.values import Value


class Function:
    """A function by its name in the configuration, and how it is called.

    Raises ValueRejected for a constant that does not fit its parameter.
    """

    def __init__(self, name: str, settings: FunctionSettings, encoding: str) -> None:
        self.name = name
        self.settings = settings
        self._encoding = encoding
        self._parameters = [(each, each.c_type) for each in settings.parameters]
        self._constants: dict[str, Any] = {}
        for each, c_type in self._parameters:
            if each.value is not None:
                try:
                    self._constants[each.name] = c_type.packed(each.value, encoding)
                except ValueRejected as error:
                    message = f"the value of {each.name}: {error.message}"
                    raise ValueRejected(message, hint=error.hint) from None
        self._outputs = [(each.name, c_type) for each, c_type in self._parameters if each.out]
        if settings.c_returns is not None:
            self._outputs.append((RETURNED, settings.c_returns))

    @property
    def declared(self) -> CFunction:
        """What the worker has to know of it."""
        parameters = [
            CParameter(c_type.kind, c_type.size, each.out) for each, c_type in self._parameters
        ]
        returned = self.settings.c_returns
        kind = self.settings.returns if returned is None else returned.kind
        return CFunction(self.settings.symbol or self.name, parameters, kind)

    @property
    def arguments(self) -> Mapping[str, bool]:
        """The names that flows give, and whether each is needed."""
        return {each.name: not each.optional for each, _ in self._parameters if each.asked}

    def question(self, given: Mapping[str, Value]) -> CQuestion:
        """The call with these arguments. Raises RequestRefused for those that do not fit; nothing
        was called then."""
        strange = next((name for name in given if name not in self.arguments), None)
        if strange is not None:
            raise RequestRefused(
                f"{self.name} takes no '{strange}'",
                hint=did_you_mean(strange, self.arguments) or self._takes(),
            )
        values = []
        for each, c_type in self._parameters:
            if not each.asked:
                values.append(self._constants.get(each.name))
                continue
            value = self._packed(each.name, c_type, given.get(each.name))
            if value is None and not each.optional:
                lacks = "is none" if each.name in given else "is missing"
                raise RequestRefused(f"'{each.name}' of {self.name} {lacks}", hint=self._takes())
            values.append(value)
        return CQuestion(self.name, values)

    def answer(self, raw: list[Any]) -> Any:
        """What came back: one thing, a record of several, or None. Raises ConnectorError for what
        no value can be, and RequestRefused for a status that is not 0."""
        returned, *outs = raw
        if self.settings.returns == STATUS:
            self._judge(returned)
        else:
            outs.append(returned)
        values = {
            name: self._unpacked(name, c_type, each)
            for (name, c_type), each in zip(self._outputs, outs, strict=False)
        }
        return next(iter(values.values()), None) if len(values) < 2 else values

    def _judge(self, status: int) -> None:
        if status:
            error = RequestRefused(f"{self.name} returned the status {status}")
            error.exit = "not_found" if status in self.settings.not_found else "refused"
            raise error

    def _packed(self, name: str, c_type: CType, value: Value) -> Any:
        try:
            return c_type.packed(value, self._encoding)
        except ValueRejected as error:
            raise RequestRefused(
                f"'{name}' of {self.name}: {error.message}", hint=error.hint
            ) from None

    def _unpacked(self, name: str, c_type: CType, raw: Any) -> Value:
        try:
            return c_type.unpacked(raw, self._encoding)
        except ValueRejected as error:
            what = "what it returned" if name == RETURNED else f"'{name}'"
            raise ConnectorError(
                f"{what} of {self.name}: {error.message}", hint=error.hint
            ) from None

    def _takes(self) -> str:
        return f"it takes {', '.join(self.arguments) or 'nothing'}"


def functions_of(settings: NativeSettings) -> dict[str, Function]:
    """The functions of a library by name. Raises ValueRejected, with the function's name."""
    found = {}
    for name, each in settings.functions.items():
        try:
            found[name] = Function(name, each, settings.encoding)
        except ValueRejected as error:
            raise ValueRejected(f"{name}: {error.message}", hint=error.hint) from None
    return found


def setup(library: str, functions: Mapping[str, Function], megabytes: int) -> CSetup:
    """What a worker for a library is told."""
    declared = {name: each.declared for name, each in functions.items()}
    return CSetup(megabytes=megabytes, library=library, functions=declared)
