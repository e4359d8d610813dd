"""The API of a running engine, as the commands of the same machine use it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import aiohttp
import msgspec

from ivrkit.call.events import DECODER, TraceEvent
from ivrkit.errors import ConfigurationError, IvrkitError, NotAvailable
from ivrkit.service.api.tls import fingerprint
from ivrkit.service.api.tokens import read_local_token
from ivrkit.service.configuration import Configuration

ANSWERS_SECONDS = 10.0
"""How long an engine may take to say something; to do something it may take as long as its API
allows besides."""
CONFLICT = 409
UNAUTHORIZED = 401
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - to be replaced


class EngineAway(NotAvailable):
    """No engine of this configuration answers."""

    code: ClassVar[str] = "engine_away"


class EngineLate(NotAvailable):
    """There is an engine, and it has not answered in time: it may have done what it was asked for,
    and nobody else is to do it in its place."""

    code: ClassVar[str] = "engine_late"


class NotFound(IvrkitError):
    """The engine knows no such thing."""

    code: ClassVar[str] = "not_found"


class Declined(IvrkitError):
    """The engine does not do this as things are."""

    code: ClassVar[str] = "declined"


class TailMessage(msgspec.Struct, frozen=True):
    """A message of the live tail, without what belongs to its kind of event."""

    event: str
    call: str = ""
    count: int = 0


_HEAD = msgspec.json.Decoder(TailMessage)


class ApiClient:
    """Requests to the engine of this configuration, with the token of its state folder. With TLS
    the engine is known by the very certificate that the configuration names.

    Raises EngineAway when nobody is there, EngineLate when no answer comes, ConfigurationError when
    somebody else answers.
    """

    def __init__(self, configuration: Configuration) -> None:
        api = configuration.api
        if api.port == 0:
            raise EngineAway("the engine's API has no fixed port", hint="name one under api: port")
        host = _EVERYWHERE.get(api.host, api.host)
        shown = f"[{host}]" if ":" in host else host
        self._state = configuration.state
        self._patience = ANSWERS_SECONDS + api.limits.time.total_seconds()
        self._tls: bool | aiohttp.Fingerprint = True
        if api.tls is not None:
            self._tls = aiohttp.Fingerprint(fingerprint(api.tls.certificate))
        self.url = f"{api.scheme}://{shown}:{api.port}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> ApiClient:
        try:
            read_local_token(self._state)
        except ConfigurationError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            raise EngineAway(
                f"no engine has run here: there is no token in {self._state}",
                hint="start one with: ivrkit serve, or name its configuration with --config",
            ) from error
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **asked: str) -> Any:
        """The decoded answer. Raises NotFound for what does not exist."""
        return await self._ask("GET", path, asked)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Have something done; the decoded answer. Raises NotFound."""
        return await self._ask("POST", path, {}, body)

    async def delete(self, path: str) -> Any:
        """Take something back; the decoded answer. Raises NotFound."""
        return await self._ask("DELETE", path, {})

    async def _ask(
        self,
        method: str,
        path: str,
        asked: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        token = read_local_token(self._state)
        status, answer = await self._send(method, path, asked, body, token)
        if status == UNAUTHORIZED and (now := read_local_token(self._state)) != token:
            # It was replaced in this very moment.
            status, answer = await self._send(method, path, asked, body, now)
        return _read(self.url, status, answer)

    async def _send(
        self,
        method: str,
        path: str,
        asked: Mapping[str, str],
        body: Mapping[str, Any] | None,
        token: str,
    ) -> tuple[int, bytes]:
        assert self._session is not None, "used inside `async with`"
        seconds = ANSWERS_SECONDS if method == "GET" else self._patience
        try:
            async with self._session.request(
                method,
                f"{self.url}{path}",
                params=asked,
                json=body,
                headers=_bearer(token),
                ssl=self._tls,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise EngineLate(
                f"the engine at {self.url} has not answered within {seconds:g} s",
                hint="see its log whether it has done what it was asked for, and ask again",
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._away(error) from None

    async def unready(self) -> list[str]:
        """Why the engine takes no calls now, a line each; empty when it does."""
        token = read_local_token(self._state)
        _, answer = await self._send("GET", "/ready", {}, None, token)
        found: dict[str, list[str]] = msgspec.json.decode(answer)
        return found["reasons"]

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
            socket = await self._session.ws_connect(
                f"{self.url}/v1/tail",
                params=asked,
                headers=_bearer(read_local_token(self._state)),
                ssl=self._tls,
            )
        except aiohttp.WSServerHandshakeError as error:
            raise _refused(self.url, error.status) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._away(error) from None
        try:
            yield Tail(socket)
        finally:
            await socket.close()

    def _away(self, error: BaseException) -> IvrkitError:
        if isinstance(error, aiohttp.ServerFingerprintMismatch):
            return ConfigurationError(
                f"what answers at {self.url} has another certificate than the configuration names",
                hint="has the certificate been renewed? Reload the engine: send it a SIGHUP",
            )
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


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _read(url: str, status: int, body: bytes) -> Any:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise _refused(url, status) from None
    if status == 404 and isinstance(answer, dict) and str(answer.get("code")).startswith("no_"):
        raise NotFound(str(answer.get("message")))
    if status == CONFLICT and isinstance(answer, dict):
        raise Declined(str(answer.get("message")), hint=str(answer.get("hint") or ""))
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
