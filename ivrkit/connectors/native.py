"""``native``: functions of a shared library with C's calling convention, in worker processes."""

from __future__ import annotations

import logging
from typing import ClassVar

from ivrkit.call.requests.native import NativeRequest
from ivrkit.connectors import workers
from ivrkit.connectors.c_abi.calling import functions_of, setup
from ivrkit.connectors.c_abi.settings import NativeSettings
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.workers.pool import Workers
from ivrkit.errors import ConfigurationError, ConnectorError, RequestRefused, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.values import Value
from ivrkit.workers.process import Program

LOG = logging.getLogger(__name__)


class NativeConnector(Connector[NativeSettings]):
    """One library. What is not named in its settings cannot be called."""

    kind: ClassVar[str] = "native"
    settings_model = NativeSettings
    requests = NativeRequest

    def __init__(self, name: str, settings: NativeSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        try:
            self._functions = functions_of(settings)
        except ValueRejected as error:
            raise ConfigurationError(error.message, hint=error.hint) from None
        self._library = (place.project / settings.library).absolute()
        program = Program(
            f"{workers.__name__}.native",
            setup(str(self._library), self._functions, settings.megabytes),
            place.project.absolute(),
            {name: each.get_secret_value() for name, each in settings.environment.items()},
        )
        self._workers = Workers(program, settings.workers)

    async def start(self) -> None:
        """Start the workers, so that no caller waits for it. A library that is not there costs
        the calls that need it, not the engine."""
        try:
            self._find()
        except ConnectorError as error:
            LOG.warning("connectors: native: %s: %s", self.name, error)
        else:
            self._workers.start()

    async def close(self) -> None:
        await self._workers.close()

    async def ask(self, request: NativeRequest, attempt: Attempt) -> Value:
        function = self._functions.get(request.operation)
        if function is None:
            raise RequestRefused(
                f"'{request.operation}' of {self._library.name} is not allowed here",
                hint=did_you_mean(request.operation, self._functions)
                or f"name it under connectors: native: {self.name}: functions:",
            )
        question = function.question(revealed(dict(request.parameters)))
        self._find()
        reply = await self._workers.ask(question, attempt)
        if reply.error:
            raise ConnectorError(reply.error, hint=reply.hint)
        answer: Value = function.answer(reply.value)
        return answer

    async def probe(self) -> str:
        self._find()
        await self._workers.look()
        count = len(self._functions)
        return f"{self._library.name}, {count} function{'s' if count > 1 else ''}"

    def _find(self) -> None:
        if not self._library.is_file():
            raise ConnectorError(
                f"there is no file {self._library}",
                hint="relative paths count from the folder of ivrkit.yaml",
            )
