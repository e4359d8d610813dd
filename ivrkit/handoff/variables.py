"""The channel variables of a hand-off: what the shipped dialplan reads, and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivrkit.call.queues import QueueExit, QueueRequest
from ivrkit.call.variables import encoded
from ivrkit.errors import HandoffError, ValueRejected
from ivrkit.handoff.settings import MOST_HEADERS, QueueSettings

TICKET = "IVRKIT_TICKET"
HANDOFF = "IVRKIT_HANDOFF"
STATUS = "QUEUESTATUS"
RESULT = "IVRKIT_RESULT"

EXITS: Mapping[str, QueueExit] = {
    "CONTINUE": QueueExit.ANSWERED,
    "TIMEOUT": QueueExit.TIMEOUT,
    "FULL": QueueExit.FULL,
    "JOINEMPTY": QueueExit.UNSTAFFED,
    "LEAVEEMPTY": QueueExit.UNSTAFFED,
    "JOINUNAVAIL": QueueExit.UNSTAFFED,
    "LEAVEUNAVAIL": QueueExit.UNSTAFFED,
    "WITHDRAW": QueueExit.WITHDRAWN,
}
"""What ``QUEUESTATUS`` says (app_queue.c). Any other word, ``UNKNOWN`` for a queue that does not
exist among them, is :attr:`QueueExit.FAILED`."""


def on_entering(
    request: QueueRequest,
    queue: QueueSettings,
    handoff: str,
    *,
    inheritable: bool,
    again: bool = False,
) -> dict[str, str]:
    """All variables that are set before the call is sent into the queue, in their order.

    ``__`` makes a variable travel to the agent's channel. Headers are put on the agent's call by
    Asterisk itself where they are ``inheritable``, else by the dialplan's pre-dial handler. What
    an earlier hand-off of the same call has left is emptied; ``again`` says that there was one.
    """
    fields = travelling(request.payload, queue.headers)
    timeout = request.timeout if request.timeout is not None else _seconds(queue)
    priority = request.priority if request.priority is not None else queue.priority
    return {
        TICKET: request.ticket,
        STATUS: "",
        RESULT: "",
        "IVRKIT_QUEUE": queue.asterisk,
        "IVRKIT_QUEUE_TIMEOUT": "" if timeout is None else str(max(1, round(timeout))),
        "IVRKIT_QUEUE_PRIORITY": str(max(0, priority)),
        f"__{HANDOFF}": handoff,
        **{f"__IVRKIT_{name.upper()}": value for name, value in fields.items()},
        **(_inherited(handoff, fields, again) if inheritable else _predial(fields)),
    }


def travelling(payload: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The named fields as texts; empty for one that the payload does not have.

    Raises HandoffError for a field that no header can hold.
    """
    fields = {}
    for name in names:
        try:
            fields[name] = encoded(f"the payload field '{name}'", _text(name, payload.get(name)))
        except ValueRejected as error:
            raise HandoffError(error.message, hint=error.hint) from None
    return fields


def header_name(field: str) -> str:
    """``account_no`` becomes ``Account-No``."""
    return "-".join(part.capitalize() for part in field.split("_") if part)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise HandoffError(
        f"the payload field '{name}' is a list or a record",
        hint="only single values travel as headers; the document holds all of them",
    )


def _seconds(queue: QueueSettings) -> float | None:
    return None if queue.timeout is None else queue.timeout.total_seconds()


def _inherited(handoff: str, fields: Mapping[str, str], again: bool) -> dict[str, str]:
    # Asterisk logs an error for a removal where nothing was ever added.
    remove = {"PJSIP_INHERITABLE_HEADER(remove,X-IVRKit-*)": ""} if again else {}
    headers = {"Handoff": handoff, **{header_name(name): text for name, text in fields.items()}}
    return {
        "IVRKIT_HEADERS": "",
        **remove,
        **{
            f"PJSIP_INHERITABLE_HEADER(add,X-IVRKit-{name})": text
            for name, text in headers.items()
            if text
        },
    }


def _predial(fields: Mapping[str, str]) -> dict[str, str]:
    variables = {"IVRKIT_HEADERS": "predial"}
    present = [(header_name(name), text) for name, text in fields.items() if text]
    for number, (name, text) in enumerate(present, start=1):
        variables[f"__IVRKIT_HEADER_{number}_NAME"] = name
        variables[f"__IVRKIT_HEADER_{number}_VALUE"] = text
    if len(present) < MOST_HEADERS:
        # Where the handler stops: an earlier hand-off may have had more of them.
        variables[f"__IVRKIT_HEADER_{len(present) + 1}_NAME"] = ""
    return variables
