"""The parameters and the body of a request, as the types that its route names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from ivrkit.service.api.answers import BAD_REQUEST, ApiError

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
"""What an id of anything looks like."""
MOST = 1000
"""Things on one page."""

Limit = Annotated[int, Meta(ge=1, le=MOST, description=f"a number from 1 to {MOST}")]
_PAGE = re.compile(rf"([0-9]{{1,16}})~({ID.pattern})")
Page = Annotated[
    str, Meta(description="what `next` of the last answer said", pattern=f"^({_PAGE.pattern})?$")
]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time with its zone."""
Since = Annotated[
    Moment | None, Meta(description="an ISO time with its zone: 2026-03-02T10:00:00Z")
]
"""A limit in time; null: there is none."""

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FLAGS = {"true": True, "false": False}


def read_query(request: web.Request, wanted: type[msgspec.Struct] | None) -> Any:
    """The parameters as a route wants them. Raises ApiError where one is unknown or wrong."""
    fields = {} if wanted is None else {each.name: each for each in msgspec.structs.fields(wanted)}
    asked = request.query
    for name in asked:
        if name not in fields:
            there = ", ".join(sorted(fields))
            hint = f"there are: {there}" if there else "this route has none"
            raise _bad(name, hint, "is not known")
        if len(asked.getall(name)) > 1:
            raise _bad(name, "give it once", "is given more than once")
    if wanted is None:
        return None
    plain = {name: _plain(text, fields[name].type) for name, text in asked.items()}
    try:
        return msgspec.convert(plain, wanted)
    except msgspec.ValidationError as error:
        found = _PLACE.search(str(error))
        name = found[1] if found else ""
        raise _bad(name, _meaning(fields[name].type) if name in fields else "") from None


async def read_body(request: web.Request, wanted: type[msgspec.Struct] | None) -> Any:
    """The body as a route wants it; an empty one stands for its defaults. Raises ApiError."""
    if wanted is None:
        return None
    try:
        body = await request.read()
    except web.RequestPayloadError:
        raise ApiError(BAD_REQUEST, "it ended early, or is badly encoded") from None
    try:
        return msgspec.json.decode(body or b"{}", type=wanted)
    except msgspec.MsgspecError as error:
        raise ApiError(
            BAD_REQUEST,
            "send a JSON object as the API's document describes it",
            f"the body of the request is wrong: {str(error)[:200]}",
        ) from None


def _plain(text: str, wanted: Any) -> Any:
    """What a text of the query stands for, where it stands for anything but itself."""
    kinds = _kinds(msgspec.inspect.type_info(wanted))
    if msgspec.inspect.IntType in kinds and _WHOLE.fullmatch(text):
        return int(text)
    if msgspec.inspect.BoolType in kinds:
        return _FLAGS.get(text, text)
    if msgspec.inspect.DateTimeType in kinds:
        # In a query a plus that nobody has encoded arrives as a blank.
        return text.replace(" ", "+")
    return text


def _kinds(found: msgspec.inspect.Type) -> set[type]:
    if isinstance(found, msgspec.inspect.Metadata):
        return _kinds(found.type)
    if isinstance(found, msgspec.inspect.UnionType):
        return {kind for each in found.types for kind in _kinds(each)}
    return {type(found)}


def _meaning(wanted: Any) -> str:
    """What a parameter takes, as its own description says."""
    found = msgspec.inspect.type_info(wanted)
    extra = found.extra_json_schema if isinstance(found, msgspec.inspect.Metadata) else None
    return str((extra or {}).get("description", ""))


def page_behind(at: datetime, last: str) -> str:
    """The mark that ``page=`` takes to go on behind something that was at a time."""
    return f"{(at - _BEGINNING) // _MICROSECOND}~{last}"


def read_page(text: str) -> tuple[datetime, str] | None:
    """When and what the last one of the page before was; None: from the beginning."""
    found = _PAGE.fullmatch(text)
    return None if found is None else (_BEGINNING + int(found[1]) * _MICROSECOND, found[2])


def _bad(name: str, hint: str, what: str = "is wrong") -> ApiError:
    return ApiError(BAD_REQUEST, hint, f"the parameter {name[:40]!r} {what}")
