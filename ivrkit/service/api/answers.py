"""Answers and errors, as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
JSON = "application/json"


class Problem(msgspec.Struct, frozen=True):
    """What every request that fails is answered: a stable code, what it means, what to do."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A way in which a route can fail: HTTP status, stable code, what it means."""

    status: int
    code: str
    text: str


BAD_REQUEST = Failure(400, "bad_request", "a parameter or the body of the request is wrong")
NO_TOKEN = Failure(401, "no_token", "a token is needed")
UNKNOWN_TOKEN = Failure(401, "unknown_token", "this token is not known")
EXPIRED_TOKEN = Failure(401, "expired_token", "the time of this token is over")
NO_CERTIFICATE = Failure(401, "no_certificate", "a client's certificate is needed besides a token")
FORBIDDEN = Failure(403, "forbidden", "the token does not allow this")
TOO_SLOW = Failure(408, "too_slow", "the request has not arrived in time")
TOO_LARGE = Failure(413, "too_large", "the body of the request is too large")
TOO_MANY = Failure(429, "too_many", "there were too many requests")
INTERNAL = Failure(500, "internal", "this failed; the engine's log says why")
STORE = Failure(503, "store", "the store cannot be read now")
BUSY = Failure(503, "busy", "this could not be answered in time")


def no_such(what: str) -> Failure:
    """There is none of this id, or it is not for this token."""
    return Failure(404, f"no_such_{what}", f"there is no such {what}")


class ApiError(Exception):
    """A failure that has happened; ``message`` where it can tell more than its text does.
    ``retry_after`` are the seconds after which it is worth to try again, if that is known."""

    def __init__(
        self, failure: Failure, hint: str = "", message: str = "", retry_after: float = 0.0
    ) -> None:
        self.status = failure.status
        self.retry_after = retry_after
        self.problem = Problem(failure.code, message or failure.text, hint)
        super().__init__(self.problem.message)


def answer(data: Any, status: int = 200) -> web.Response:
    """Data as JSON; times in ISO 8601."""
    return answer_bytes(msgspec.json.encode(data), status)


def answer_bytes(body: bytes, status: int = 200) -> web.Response:
    """JSON that is encoded already."""
    return web.Response(
        body=body, status=status, content_type=JSON, charset="utf-8", headers=HEADERS
    )


def answer_error(error: ApiError) -> web.Response:
    """``{code, message, hint}``."""
    response = answer(error.problem, error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="ivrkit"'
    return response
