"""Emptying the engine before it is stopped."""

from __future__ import annotations

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import ApiError, Failure, answer
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope

ENDS = Failure(409, "ending", "the engine has been told to end: that is not taken back")


class DrainState(msgspec.Struct, frozen=True):
    """Whether the engine is ``draining`` (it takes no new calls), how many ``calls`` are in
    progress, and whether it is ``ending`` by itself, as soon as they are over or when
    ``seconds_left`` are up."""

    draining: bool
    calls: int
    ending: bool
    seconds_left: float | None


class DrainAsked(msgspec.Struct, frozen=True):
    """With ``now`` the engine ends at once: the next one goes on with its calls."""

    now: bool = False


async def show_drain(question: Question) -> web.Response:
    """How many calls are left."""
    return _state(question)


async def drain(question: Question) -> web.Response:
    """New calls go back to the dialplan with IVRKIT_STATUS=DRAINING, and those in progress end by
    themselves. The engine stays until it is stopped."""
    draining = question.backend.control.draining
    if question.body.now:
        draining.let_go()
    else:
        draining.begin()
    question.details.update(now=question.body.now, calls=draining.calls)
    return _state(question)


async def cancel_drain(question: Question) -> web.Response:
    """New calls are taken again."""
    if not question.backend.control.draining.cancel():
        raise ApiError(ENDS)
    return _state(question)


def _state(question: Question) -> web.Response:
    draining = question.backend.control.draining
    left = draining.seconds_left
    return answer(
        DrainState(
            draining=draining.is_on,
            calls=draining.calls,
            ending=draining.ends,
            seconds_left=None if left is None else round(left, 1),
        )
    )


ROUTES = (
    Route(
        "GET",
        "/v1/drain",
        TokenScope.METRICS_READ,
        show_drain,
        "Whether the engine is being emptied.",
        DrainState,
        tenants=False,
    ),
    Route(
        "POST",
        "/v1/drain",
        TokenScope.ENGINE_CONTROL,
        drain,
        "Take no new calls.",
        DrainState,
        body=DrainAsked,
        action="drain",
        tenants=False,
    ),
    Route(
        "DELETE",
        "/v1/drain",
        TokenScope.ENGINE_CONTROL,
        cancel_drain,
        "Take new calls again.",
        DrainState,
        failures=(ENDS,),
        action="cancel_drain",
        tenants=False,
    ),
)
