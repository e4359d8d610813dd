"""The API of a running engine, as the commands of the same machine use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import aiohttp
import msgspec

from ivrkit.call.events import DECODER, TraceEvent
from ivrkit.errors import ConfigurationError, IvrkitError, NotAvailable
from ivrkit.service.api.tokens import LOCAL_FILE, read_local_token
from ivrkit.service.configuration import Configuration

ANSWERS_SECONDS = 10.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - to be replaced


class EngineAway(NotAvailable):
    """No engine of this configuration answers."""

    code: ClassVar[str] = "engine_away"


class NotFound(IvrkitError):
    """The engine knows no such thing."""

    code: ClassVar[str] = "not_found"


class TailMessage(msgspec.Struct, frozen=True):
    """A message of the live tail, without what belongs to its kind of event."""

    event: str
    call: str = ""
    count: int = 0


_HEAD = msgspec.json.Decoder(TailMessage)


class ApiClient:
    """Requests to the engine of this configuration, with the token of its state folder.

    Raises EngineAway when nobody answers, ConfigurationError when somebody else does.
    """

    def __init__(self, configuration: Configuration) -> None:
        if configuration.api.port == 0:
            raise EngineAway("the engine's API has no fixed port", hint="name one under api: port")
        host = _EVERYWHERE.get(configuration.api.host, configuration.api.host)
        shown = f"[{host}]" if ":" in host else host
        self._state = configuration.state
        self.url = f"http://{shown}:{configuration.api.port}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> ApiClient:
        try:
            token = read_local_token(self._state)
        except ConfigurationError as error:
            if (self._state / LOCAL_FILE).exists():
                raise
            raise EngineAway(
                f"no engine has run here: there is no token in {self._state}",
                hint="start one with: ivrkit serve",
            ) from error
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **asked: str) -> Any:
        """The decoded answer. Raises NotFound for what does not exist."""
        assert self._session is not None, "used inside `async with`"
        limit = aiohttp.ClientTimeout(total=ANSWERS_SECONDS)
        try:
            async with self._session.get(
                f"{self.url}{path}", params=asked, timeout=limit
            ) as answer:
                return _read(self.url, answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._away(error) from None

    async def trace(self, call_id: str) -> list[TraceEvent]:
        """The events of one call. Raises NotFound."""
        answer = await self.get(f"/v1/calls/{call_id}/trace")
        return [DECODER.decode(msgspec.json.encode(event)) for event in answer["events"]]

    @asynccontextmanager
    async def tail(self, call_id: str = "") -> AsyncIterator[Tail]:
        """Trace events of all calls, or of one, from now on."""
        assert self._session is not None, "used inside `async with`"
        asked = {"call": call_id} if call_id else {}
        try:
            socket = await self._session.ws_connect(f"{self.url}/v1/tail", params=asked)
        except aiohttp.WSServerHandshakeError as error:
            raise _refused(self.url, error.status) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._away(error) from None
        try:
            yield Tail(socket)
        finally:
            await socket.close()

    def _away(self, error: BaseException) -> EngineAway:
        refused = isinstance(error, aiohttp.ClientConnectorError)
        why = "" if refused else f": {str(error) or type(error).__name__}"
        return EngineAway(
            f"no engine answers at {self.url}{why}",
            hint="start one with: ivrkit serve",
        )


class Tail:
    """Iterates over ids of calls and their events; ends when the engine stops."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.lost = 0
        """How many events have not reached us because we were too slow."""

    def __aiter__(self) -> Tail:
        return self

    async def __anext__(self) -> tuple[str, TraceEvent]:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            head = _HEAD.decode(message.data)
            if head.event == "lost":
                self.lost += head.count
                continue
            try:
                return head.call, DECODER.decode(message.data)
            except msgspec.ValidationError:
                continue  # an event of a newer engine
        raise StopAsyncIteration


def _read(url: str, status: int, body: bytes) -> Any:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise _refused(url, status) from None
    if status == 404 and isinstance(answer, dict) and str(answer.get("code")).startswith("no_"):
        raise NotFound(str(answer.get("message")))
    if status >= 400:
        raise _refused(url, status)
    return answer


def _refused(url: str, status: int) -> ConfigurationError:
    if status in (401, 403):
        return ConfigurationError(
            f"what answers at {url} does not accept this site's token",
            hint="is it another site's engine? Compare api: port and state: of both",
        )
    return ConfigurationError(
        f"what answers at {url} is no ivrkit, or one that fails: HTTP {status}",
        hint="see the engine's log, and api: port of ivrkit.yaml",
    )
