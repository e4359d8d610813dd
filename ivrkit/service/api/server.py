"""The application with its routes, and the server around it."""

from __future__ import annotations

import errno
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.api.answers import INTERNAL, STORE, ApiError, Failure, answer_error
from ivrkit.service.api.asking import read_body, read_query
from ivrkit.service.api.live import LiveCalls
from ivrkit.service.api.requests import Backend, Question, authenticate
from ivrkit.service.api.route import Route
from ivrkit.service.api.routes import routes
from ivrkit.service.api.tail import Tail
from ivrkit.service.api.tokens import Tokens
from ivrkit.store import Store

LOG = logging.getLogger(__name__)

_LARGEST_BODY = 64 * 1024
_CLOSING_SECONDS = 2.0

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(store: Store, calls: LiveCalls, tokens: Tokens) -> web.Application:
    """The API as an aiohttp application."""
    backend = Backend(store, calls, tokens, Tail(calls))
    app = web.Application(middlewares=[_errors], client_max_size=_LARGEST_BODY)
    for route in routes():
        app.router.add_route(route.method, route.path, _handle(route, backend))

    async def end_listening(_app: web.Application) -> None:
        backend.tail.end()

    app.on_shutdown.append(end_listening)
    return app


def _handle(route: Route, backend: Backend) -> Handle:
    async def handle(request: web.Request) -> web.StreamResponse:
        if route.scope is None:
            return await route.handler(Question(request, backend, None))
        holder = authenticate(request, backend.tokens, route.scope, tenants=route.tenants)
        asked = read_query(request, route.query)
        body = await read_body(request, route.body)
        return await route.handler(Question(request, backend, holder, asked, body))

    return handle


@web.middleware
async def _errors(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Whatever goes wrong is told as JSON, and never more than it should say."""
    try:
        return await handler(request)
    except ApiError as error:
        return answer_error(error)
    except web.HTTPException as error:
        code = error.reason.lower().replace(" ", "_")
        response = answer_error(ApiError(Failure(error.status, code, error.reason)))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except StoreError as error:
        LOG.warning("%s %s: %s", request.method, request.path, error)
        return answer_error(ApiError(STORE))
    except Exception:
        LOG.exception("%s %s failed", request.method, request.path)
        return answer_error(ApiError(INTERNAL))


class ApiServer:
    """Listens for requests."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_SECONDS)
        self._host = host
        self._port = port

    async def start(self) -> int:
        """Listen; the answer is the port (of one's own choice when 0 was asked for).

        Raises ConfigurationError when the port is in use or not allowed.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise self._refused(error) from error
        return int(self._runner.addresses[0][1])

    def _refused(self, error: OSError) -> ConfigurationError:
        place = f"{self._host}:{self._port}"
        if error.errno == errno.EADDRINUSE:
            return ConfigurationError(
                f"the API's port {place} is in use",
                hint="stop what listens there, or set another one under api: port",
            )
        return ConfigurationError(
            f"the API cannot listen on {place}: {error.strerror or error}",
            hint="check host and port under api:",
        )

    async def stop(self) -> None:
        """Stop listening; connections are closed within 2 s."""
        await self._runner.cleanup()
