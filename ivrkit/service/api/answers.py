"""Answers and errors, as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ApiError(Exception):
    """An error of the API: HTTP status, stable code, what it means, what to do."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint


def answer(data: Any, status: int = 200) -> web.Response:
    """Data as JSON; times in ISO 8601."""
    return answer_bytes(msgspec.json.encode(data), status)


def answer_bytes(body: bytes, status: int = 200) -> web.Response:
    """JSON that is encoded already."""
    return web.Response(
        body=body, status=status, content_type="application/json", charset="utf-8", headers=HEADERS
    )


def answer_error(error: ApiError) -> web.Response:
    """``{code, message, hint}``."""
    response = answer(
        {"code": error.code, "message": error.message, "hint": error.hint}, error.status
    )
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="ivrkit"'
    return response
