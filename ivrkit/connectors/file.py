"""``file``: files of a folder, and of nothing outside it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import ClassVar, Final

from ivrkit.call.requests.file import FileRequest
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.disk.disk import Disk
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.disk.turn import Turn
from ivrkit.connectors.leave import Leave
from ivrkit.errors import ConnectorError
from ivrkit.expressions.values import Value
from ivrkit.workers.threads import Threads

LOG: Final = logging.getLogger(__name__)


class FileConnector(Connector[FileSettings]):
    """A folder. All work is done on threads, so that a disk that hangs holds up the step alone."""

    kind: ClassVar[str] = "file"
    settings_model = FileSettings
    requests = FileRequest

    def __init__(self, name: str, settings: FileSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        self._disk = Disk(place.project / settings.root.expanduser(), settings)
        self._threads = Threads(self.full_name)

    async def start(self) -> None:
        """Make the folder, where that is asked for."""
        try:
            await self._threads.run(self._disk.make)
        except ConnectorError as error:
            LOG.warning("%s: %s", self.full_name, error)

    async def close(self) -> None:
        self._threads.close()

    async def ask(self, request: FileRequest, attempt: Attempt) -> Value:
        if self._threads.stuck >= self.settings.at_once:
            raise ConnectorError(
                f"{self._threads.stuck} requests still hang in this folder",
                hint="the disk or the server behind it does not answer",
            )
        leave = Leave(attempt)
        left = attempt.deadline - asyncio.get_running_loop().time()
        turn = Turn(request, time.monotonic() + left, leave.point_of_no_return)
        try:
            return await self._threads.run(lambda: self._disk.do(turn))  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            leave.stop()
            raise

    async def probe(self) -> str:
        return str(await self._threads.run(self._disk.look))
