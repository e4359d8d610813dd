"""The connector ``socket``: a host that is asked over TCP or TLS, by messages."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call.requests.socket import SocketRequest
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.wire.message import Composer
from ivrkit.connectors.wire.pool import Pool
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import ConnectorError, ExpressionError, OutcomeUnknown, RequestRefused
from ivrkit.expressions.patterns import searched


class SocketConnector(Connector[SocketSettings]):
    """One host, with its connections."""

    kind: ClassVar[str] = "socket"
    settings_model: ClassVar[type[SocketSettings]] = SocketSettings
    requests: ClassVar[type[SocketRequest]] = SocketRequest

    def __init__(self, name: str, settings: SocketSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        tls = settings.tls
        self._composer = Composer(settings)
        self._pool = Pool(
            self.full_name,
            settings,
            tls.context(place.project) if tls is not None else None,
            tls.server_name if tls is not None else None,
        )

    async def start(self) -> None:
        self._pool.start()

    async def close(self) -> None:
        await self._pool.close()

    async def ask(self, request: SocketRequest, attempt: Attempt) -> str | None:
        """Send the message, and give the text of its answer; None where none is awaited."""
        outgoing = self._composer.outgoing(request)
        frame = await self._pool.exchange(
            outgoing, attempt, lambda frame: self._fits(frame, request)
        )
        if frame is None:
            return None
        text = self._text(frame)
        if text is None:
            message = f"the answer is no {self.settings.encoding}"
            if request.again or self.settings.read_only:
                raise RequestRefused(message, hint="look at encoding: of this host")
            raise OutcomeUnknown(f"{message}, and it is not known whether it was done")
        return text

    def _fits(self, frame: bytes, request: SocketRequest) -> bool:
        text = self._text(frame)
        try:
            return text is not None and bool(request.form.read(text))
        except ConnectorError:
            return False

    def _text(self, frame: bytes) -> str | None:
        """The answer as the flow gets it: without its id, where the configuration says what is
        the message. None if it is not in the host's encoding."""
        try:
            text = frame.decode(self.settings.encoding)
            ids = self.settings.ids
            found = searched(text, ids.answer) if ids is not None else None
        except (UnicodeDecodeError, ExpressionError):
            return None
        if found is None or "message" not in found.re.groupindex:
            return text
        return found["message"] or ""

    async def probe(self) -> str:
        """Connect, with greeting and login."""
        await self._pool.opened_once()
        how = "TLS" if self.settings.tls is not None else "TCP"
        return f"{self.settings.address} answers ({how})"
