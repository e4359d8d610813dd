"""What a consumer answers, as values of a flow."""

from __future__ import annotations

from typing import Final

from ivrkit.call.exits import NOT_FOUND
from ivrkit.connectors.messaging.link import Incoming
from ivrkit.errors import ConnectorError, RequestRefused, ValueRejected
from ivrkit.expressions.json_text import from_json
from ivrkit.expressions.values import Value

STATUS: Final = "status"
"""The header by which a consumer says what came of it: ``ok``, ``not_found`` or ``error``."""


def answer_of(incoming: Incoming, name: str, most_bytes: int) -> Value:
    """The answer: data of JSON, a text where its content type says so. Raises RequestRefused for
    an answer that says ``not_found`` or ``error``, and ConnectorError for one that is none."""
    size = len(incoming.body)
    if size > most_bytes:
        raise RequestRefused(
            f"the answer of {name} has {size} bytes",
            hint=f"kilobytes: {most_bytes // 1024} are allowed; ask for less",
        )
    text = _text(incoming, name)
    status = str(incoming.headers.get(STATUS, "ok"))
    if status == NOT_FOUND:
        error = RequestRefused(f"{name} has answered that there is no such thing")
        error.exit = NOT_FOUND
        raise error
    if status != "ok":
        raise RequestRefused(f"{name} has answered {status}: {text}")
    if not text:
        return None
    if incoming.content_type.partition(";")[0].strip().lower().startswith("text/"):
        return text
    try:
        return from_json(text)
    except ValueRejected as error:
        raise ConnectorError(
            f"the answer of {name} cannot be read: {error.message}",
            hint="answers are JSON; a text says content type text/plain",
        ) from None


def _text(incoming: Incoming, name: str) -> str:
    try:
        return incoming.body.decode()
    except UnicodeDecodeError:
        raise ConnectorError(f"the answer of {name} is no text in UTF-8") from None
