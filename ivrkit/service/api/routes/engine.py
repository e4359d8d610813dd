"""What is done to the engine itself."""

from __future__ import annotations

import msgspec
from aiohttp import web

from ivrkit.errors import ConfigurationError, IvrkitError
from ivrkit.service.api.answers import ApiError, Failure, answer
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import LOCAL_FILE, TokenScope

BAD_CONFIGURATION = Failure(409, "bad_configuration", "the configuration cannot be used as it is")
NOT_RELOADED = Failure(409, "not_reloaded", "the flows could not be read")
NOT_KEPT = Failure(409, "not_kept", "the token cannot be kept")


class Reloaded(msgspec.Struct, frozen=True):
    """What came of it: how many ``tokens`` there are, and the names of flows that new calls get in
    a new version (``taken``), that are as before (``kept``), that have errors (``refused``, with
    what they are; their last version serves on), and whose files have gone (``gone``)."""

    tokens: int
    taken: list[str]
    kept: list[str]
    refused: dict[str, str]
    gone: list[str]


class Rotated(msgspec.Struct, frozen=True):
    """``token`` is the name of the token that was replaced, ``file`` that of the new one in the
    state folder. It is not told here."""

    token: str
    file: str


async def reload(question: Question) -> web.Response:
    """Read tokens, limits and certificates of the configuration again, then flows, phrases and
    recordings, as a SIGHUP does. Tokens that have gone are refused at once. Calls go on in the
    versions that they began in."""
    control = question.backend.control
    try:
        tokens = await control.renew()
    except ConfigurationError as error:
        raise ApiError(BAD_CONFIGURATION, "`ivrkit check --config` shows what is wrong") from error
    try:
        found = await control.reload()
    except (IvrkitError, OSError) as error:
        raise ApiError(NOT_RELOADED, "see the engine's log") from error
    question.details.update(taken=found.taken, refused=list(found.refused), gone=found.gone)
    return answer(Reloaded(tokens, found.taken, found.kept, found.refused, found.gone))


async def rotate_local_token(question: Question) -> web.Response:
    """Replace the token of this machine's own tools; the one before is refused at once."""
    try:
        question.backend.control.rotate_local_token()
    except ConfigurationError as error:
        raise ApiError(NOT_KEPT, "see the engine's log") from error
    return answer(Rotated("local", LOCAL_FILE))


ROUTES = (
    Route(
        "POST",
        "/v1/reload",
        TokenScope.ENGINE_CONTROL,
        reload,
        "Read the configuration's tokens and the flows again.",
        Reloaded,
        failures=(BAD_CONFIGURATION, NOT_RELOADED),
        action="reload",
        tenants=False,
    ),
    Route(
        "POST",
        "/v1/tokens/local/rotate",
        TokenScope.ENGINE_CONTROL,
        rotate_local_token,
        "Replace the token of this machine.",
        Rotated,
        failures=(NOT_KEPT,),
        action="rotate_local_token",
        tenants=False,
    ),
)
