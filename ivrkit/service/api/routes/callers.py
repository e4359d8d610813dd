"""What is kept of a caller."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from ivrkit.errors import CarrierError, ConfigurationError
from ivrkit.service.api.answers import BAD_REQUEST, ApiError, Failure, answer
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope
from ivrkit.service.callers.erasing import ErasedCaller, erase_caller
from ivrkit.service.callers.matching import shown_number

ASTERISK = Failure(503, "asterisk", "Asterisk cannot be asked for recordings; nothing was erased")

Number = Annotated[str, Meta(pattern="[!-~]", max_length=128)]


class EraseAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Whom, by his number. Without ``really`` nothing is erased, only counted."""

    caller: Number
    really: bool = False


async def erase(question: Question) -> web.Response:
    """Records, traces, milestones, hand-off documents, memories, messages with their sound, what
    waits to be sent, recordings that Asterisk still has, and the sounds made of calls' data. Calls
    in progress are named, and left alone. The audit keeps the end of the number only."""
    asked: EraseAsked = question.body
    question.details.update(caller=shown_number(asked.caller), really=asked.really)
    backend = question.backend
    try:
        found = await erase_caller(
            backend.store, asked.caller, really=asked.really, leftovers=backend.control.leftovers
        )
    except ConfigurationError as error:
        raise ApiError(BAD_REQUEST, error.hint, error.message) from None
    except CarrierError as error:
        raise ApiError(ASTERISK, error.hint) from None
    question.details.update(found.counts())
    return answer(found)


ROUTES = (
    Route(
        "POST",
        "/v1/callers/erase",
        TokenScope.ERASE,
        erase,
        "Erase a caller.",
        ErasedCaller,
        body=EraseAsked,
        failures=(ASTERISK,),
        action="erase_caller",
        tenants=False,
    ),
)
