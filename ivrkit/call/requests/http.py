"""What is asked of a service over HTTP, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus
from typing import Any, ClassVar, Final

from ivrkit.call.connecting import Request
from ivrkit.call.exits import ERROR, NEXT, NOT_FOUND, REFUSED, UNKNOWN
from ivrkit.errors import ConnectorError, OutcomeUnknown, RequestRefused, ValueRejected
from ivrkit.expressions.values import Value
from ivrkit.expressions.xml_text import XmlDocument

READS: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""
IDEMPOTENT: Final = READS | {"PUT", "DELETE"}
"""Methods that may be sent twice (RFC 9110, 9.2.2)."""

_ABSENT: Final = frozenset({404, 410})
_TROUBLE: Final = frozenset({401, 407, 408, 429})
"""Statuses of the class 4xx that are no answer to what was asked: our credentials are wrong, or it
was too much or too slow."""
_GATEWAY: Final = frozenset({502, 504})
"""A gateway has lost the system behind it, which may have done what was asked."""
_LONG_FORM: Final = frozenset({"status", "body"})


class Body(StrEnum):
    """How what is sent is written; the parameter of this name holds it."""

    NONE = ""
    JSON = "json"
    FORM = "form"
    XML = "xml"
    SOAP = "soap"
    TEXT = "text"


class Reply(StrEnum):
    """How the answer is read. ``NONE``: nobody wants to know."""

    NONE = "none"
    JSON = "json"
    XML = "xml"
    TEXT = "text"


class HttpFailure(ConnectorError):
    """It has answered, and not by what was asked for; ``status`` is the status of the answer."""

    code = "http_failure"

    def __init__(self, message: str, status: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest(Request):
    """One request. ``parameters`` are ``path`` (percent-encoded, beginning with ``/``), ``query``
    and ``headers`` (records, whose values may be lists in a query), and one named like ``body``;
    of SOAP also ``action`` and ``header``.

    The answer is a record: ``status`` (a number) and ``body`` (data of JSON; a text of XML and of
    everything else; none if nobody wants it, or there is none). It is given for every status whose
    :meth:`verdict` is not an error.
    """

    kind: ClassVar[str] = "http"

    method: str
    body: Body = Body.NONE
    reply: Reply = Reply.NONE
    soap_version: str = "1.1"

    def verdict(self, answer: Mapping[str, Value]) -> str:
        """The exit that this answer means.

        2xx is the usual one. 404 and 410 are ``not_found``; another 4xx is ``refused``, except
        those that say nothing of what was asked (401, 407, 408, 429), which are errors like 5xx
        and a redirect that is not followed. 502 and 504 after a write that is sent once are
        ``unknown``. A SOAP fault is ``refused`` if it blames the sender, whatever the status.
        """
        status = int(answer["status"])  # type: ignore[arg-type]
        if self.body is Body.SOAP:
            fault = _blame(answer.get("body"))
            if fault is not None:
                return REFUSED if fault in ("Client", "Sender") else ERROR
        if 200 <= status < 300:
            return NEXT
        if status in _ABSENT:
            return NOT_FOUND
        if 400 <= status < 500 and status not in _TROUBLE:
            return REFUSED
        return UNKNOWN if status in _GATEWAY and not self.again else ERROR

    @property
    def unreadable(self) -> str:
        """The exit for a good answer that cannot be read: to say that a write has failed would be
        wrong, for the service has done something."""
        return ERROR if self.again else UNKNOWN

    def failure(self, answer: Mapping[str, Value]) -> ConnectorError | None:
        """The error that this answer is; None if it is one that a flow goes on with."""
        status, verdict = int(answer["status"]), self.verdict(answer)  # type: ignore[arg-type]
        message = f"{self.name} answered {status} {_phrase(status)}".rstrip()
        if verdict == UNKNOWN:
            return OutcomeUnknown(f"{message}: the system behind it may have done it")
        if verdict != ERROR:
            return None
        if status in (401, 407):
            refused = RequestRefused(
                message, hint="the credentials in ivrkit.yaml are not accepted"
            )
            return refused
        if 300 <= status < 400:
            return RequestRefused(
                message, hint="it leads elsewhere: correct the url, or allow `redirects`"
            )
        if status < 300:
            return HttpFailure(f"{self.name} answered with a SOAP fault", status)
        return HttpFailure(message, status)

    def given(self, answer: Any) -> Any:
        """``{status: 404}``, ``{status: 200, body: …}``, or the body by itself."""
        status: Any = Decimal(200)
        body = answer
        if isinstance(answer, dict) and answer and set(answer) <= _LONG_FORM:
            status = answer.get("status", status)
            if not _is_status(status):
                status = Decimal(200)  # a body with a field of this name
            else:
                body = answer.get("body")
        if 200 <= status < 300:
            body = self._given_body(body)
        made = {"status": status, "body": body}
        failure = self.failure(made)
        if failure is not None:
            raise failure
        return made

    def _given_body(self, body: Any) -> Any:
        if self.reply is Reply.NONE and self.body is not Body.SOAP:
            return None
        if self.reply in (Reply.XML, Reply.TEXT) and not isinstance(body, str | None):
            raise ValueRejected(
                f"the answer is read as {self.reply}, and what is given is no text",
                hint="give the body as one text",
            )
        return body


def _is_status(value: Any) -> bool:
    return isinstance(value, Decimal) and value in range(100, 600)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _blame(body: Value) -> str | None:
    """Whom a SOAP fault blames: ``Client`` or ``Server`` (1.1), ``Sender`` or ``Receiver`` (1.2);
    None if it is no fault."""
    if not isinstance(body, str) or "Fault" not in body:
        return None
    try:
        document = XmlDocument.read(body)
    except ValueRejected:
        return None
    fault = "/*[local-name()='Envelope']/*[local-name()='Body']/*[local-name()='Fault']"
    code = document.found(f"string({fault}/faultcode)", {}) or document.found(
        f"string({fault}/*[local-name()='Code']/*[local-name()='Value'])", {}
    )
    if not code and not document.found(f"boolean({fault})", {}):
        return None
    return str(code).strip().rpartition(":")[2].partition(".")[0]
