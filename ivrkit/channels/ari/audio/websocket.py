"""Audio over a WebSocket that we open to Asterisk's HTTP server (``chan_websocket``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from websockets.exceptions import WebSocketException

from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.socket import Socket, open_socket
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError

ASKED: Mapping[str, str] = {
    "external_host": "INCOMING",
    "transport": "websocket",
    "encapsulation": "none",
    "connection_type": "server",
}


class WebSocketMedia:
    """One connection for one tap, on the address that commands go to: no port is opened here. The
    media channel ends with it, also when we die."""

    def __init__(
        self,
        settings: AriSettings,
        timings: Timings,
        outlet: Outlet,
        lost: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._timings = timings
        self._outlet = outlet
        self._lost = lost
        self._socket: Socket | None = None

    async def bind(self) -> None:
        """Nothing is needed before."""

    def asked(self) -> Mapping[str, str]:
        """That Asterisk waits for us."""
        return ASKED

    async def connect(self, channel: Channel) -> None:
        """Come for the audio; nobody but us knows the name of the connection."""
        name = channel.channelvars.get("MEDIA_WEBSOCKET_CONNECTION_ID")
        if not name:
            raise CarrierError("Asterisk does not tell where its audio can be had")
        try:
            self._socket = await open_socket(
                f"{self._settings.media_url}/{name}",
                {},
                self._told,
                self._lost,
                timeout=self._timings.reply,
                ping=self._timings.ping,
                subprotocol="media",
                on_binary=self._outlet.put,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise CarrierError(f"no WebSocket for audio: {error or 'no answer'}") from None

    def close(self) -> None:
        """Hang up on it."""
        if self._socket is not None:
            self._socket.hang_up()
            self._socket = None

    def _told(self, message: bytes) -> None:
        """How the stream is meant (``MEDIA_START …``); it is as we have asked."""
