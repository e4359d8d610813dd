"""The application with its routes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any

from aiohttp import web

from ivrkit.errors import StoreError
from ivrkit.service.api.access import Access, allow
from ivrkit.service.api.answers import (
    BUSY,
    INTERNAL,
    STORE,
    TOO_LARGE,
    TOO_SLOW,
    ApiError,
    Failure,
    answer_error,
)
from ivrkit.service.api.asking import ID, read_body, read_query
from ivrkit.service.api.audit import DONE, FAILED, Audit, outcome_of
from ivrkit.service.api.live import Control, LiveCalls
from ivrkit.service.api.openapi import document
from ivrkit.service.api.requests import Backend, Question
from ivrkit.service.api.route import UPGRADED, Route
from ivrkit.service.api.routes import routes
from ivrkit.service.api.tail import Tail
from ivrkit.service.api.tokens import Token
from ivrkit.store import Store

LOG = logging.getLogger(__name__)

BACKEND = web.AppKey("backend", Backend)
"""What the application answers with."""

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(store: Store, calls: LiveCalls, access: Access, control: Control) -> web.Application:
    """The API as an aiohttp application."""
    backend = Backend(store, calls, control, Audit(store), access, Tail(calls), describe)
    largest = access.limits.kilobytes * 1024
    app = web.Application(middlewares=[_errors], client_max_size=largest)
    app[BACKEND] = backend
    for route in routes():
        app.router.add_route(route.method, route.path, _handle(route, backend))

    async def end_listening(_app: web.Application) -> None:
        backend.tail.end()

    app.on_shutdown.append(end_listening)
    app.on_response_prepare.append(_say_no_more)
    return app


@cache
def describe() -> bytes:
    """The OpenAPI document of all routes."""
    return document(routes())


def _handle(route: Route, backend: Backend) -> Handle:
    async def handle(request: web.Request) -> web.StreamResponse:
        if route.scope is None:
            return await route.handler(Question(request, backend, None))
        holder = backend.access.admit(request)
        with _audited(route, request, backend, holder) as details:
            allow(holder, route.scope, tenants=route.tenants)
            asked = read_query(request, route.query)
            seconds = backend.access.limits.time.total_seconds()
            async with _within(seconds, TOO_SLOW):
                body = await read_body(request, route.body)
            question = Question(request, backend, holder, asked, body, details)
            async with _within(None if route.status == UPGRADED else seconds, BUSY):
                return await route.handler(question)

    return handle


@contextmanager
def _audited(
    route: Route, request: web.Request, backend: Backend, holder: Token
) -> Iterator[dict[str, Any]]:
    """Note what comes of an action: it cannot be done without, and nobody has to think of it."""
    details: dict[str, Any] = {}
    outcome = FAILED
    try:
        yield details
        outcome = DONE
    except ApiError as error:
        outcome = outcome_of(error.status)
        raise
    except web.HTTPException as error:
        outcome = outcome_of(error.status)
        raise
    finally:
        if route.action:
            target = request.match_info.get("id", "")
            backend.audit.note(
                route.action,
                outcome,
                by=holder.name,
                tenant=holder.tenant,
                target=target if ID.fullmatch(target) else "",
                address=request.remote or "",
                details=details,
            )


@asynccontextmanager
async def _within(seconds: float | None, failure: Failure) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise ApiError(failure) from None


@web.middleware
async def _errors(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Whatever goes wrong is told as JSON, and never more than it should say."""
    try:
        return await handler(request)
    except ApiError as error:
        return answer_error(error)
    except web.HTTPRequestEntityTooLarge as error:
        return answer_error(ApiError(TOO_LARGE, message=error.text or ""))
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


async def _say_no_more(_request: web.Request, response: web.StreamResponse) -> None:
    """Which library answers, in which version, is nobody's business."""
    response.headers["Server"] = "ivrkit"
