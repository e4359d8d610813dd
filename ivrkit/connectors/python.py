"""``python``: functions of the project's ``plugins/`` folder."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call.requests.python import PythonRequest
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.plugins.finding import FOLDER, look_for, source_of
from ivrkit.connectors.plugins.running import running
from ivrkit.connectors.plugins.settings import PythonSettings
from ivrkit.errors import RequestRefused
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.values import Value


class PythonConnector(Connector[PythonSettings]):
    """One plug-in. What is not named in its settings cannot be called."""

    kind: ClassVar[str] = "python"
    settings_model = PythonSettings
    requests = PythonRequest

    def __init__(self, name: str, settings: PythonSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        project = place.project.resolve()
        folder = project / FOLDER
        self._source = source_of(folder, settings.module)
        for each in settings.functions:
            look_for(self._source, each)
        self._runs = running(settings, folder, project)

    async def start(self) -> None:
        """Start the workers, where it runs in some: no caller waits for it."""
        self._runs.start()

    async def close(self) -> None:
        await self._runs.close()

    async def ask(self, request: PythonRequest, attempt: Attempt) -> Value:
        if request.operation not in self.settings.functions:
            raise RequestRefused(
                f"'{request.operation}' of {self.settings.module} is not allowed here",
                hint=did_you_mean(request.operation, self.settings.functions)
                or f"name it under connectors: python: {self.name}: functions:",
            )
        return await self._runs.call(request, attempt)

    async def probe(self) -> str:
        await self._runs.look()
        count = len(self.settings.functions)
        return f"{self._source.name}, {count} function{'s' if count > 1 else ''}"
