"""What a request looks like on its way: URL, headers, body. The one place where secrets of a call
are opened for the service that they are meant for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from ivrkit.call.requests.http import IDEMPOTENT, Body, HttpRequest, Reply
from ivrkit.connectors.web.settings import HttpSettings
from ivrkit.expressions.json_text import to_json
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.values import spoken

_ACCEPT: Final = {
    Reply.JSON: "application/json",
    Reply.XML: "application/soap+xml, application/xml, text/xml",
    Reply.TEXT: "text/plain, */*;q=0.5",
    Reply.NONE: "*/*",
}
_TYPES: Final = {
    Body.JSON: "application/json",
    Body.FORM: "application/x-www-form-urlencoded",
    Body.XML: "application/xml; charset=utf-8",
    Body.TEXT: "text/plain; charset=utf-8",
}
_ENVELOPES: Final = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request ready to go. ``headers`` do not hold our credentials yet."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def outgoing(request: HttpRequest, settings: HttpSettings) -> Outgoing:
    """The request as it is sent to this service."""
    parameters: Any = revealed(dict(request.parameters))
    query = encoded_pairs(parameters.get("query") or {})
    url = settings.url + parameters["path"] + (f"?{query}" if query else "")
    headers = {"accept": _ACCEPT[request.reply], "accept-encoding": "gzip, deflate"}
    body = _body(request, parameters)
    if request.body is not Body.NONE:
        headers["content-type"] = content_type(request, parameters)
    if request.body is Body.SOAP and request.soap_version == "1.1":
        headers["soapaction"] = f'"{parameters.get("action") or ""}"'
    for name, text in (parameters.get("headers") or {}).items():
        if text is not None:
            headers[name.lower()] = text
    key = settings.idempotency_header.lower()
    writes = request.method not in IDEMPOTENT and not request.reads
    if writes and key != "none" and request.key:
        headers[key] = request.key
    headers |= {name.lower(): each.get_secret_value() for name, each in settings.headers.items()}
    return Outgoing(request.method, url, headers, body)


def content_type(request: HttpRequest, parameters: Mapping[str, Any]) -> str:
    """The media type of what is sent."""
    if request.body is not Body.SOAP:
        return _TYPES[request.body]
    if request.soap_version == "1.1":
        return "text/xml; charset=utf-8"
    action = parameters.get("action")
    return "application/soap+xml; charset=utf-8" + (f'; action="{action}"' if action else "")


def encoded_pairs(values: Mapping[str, Any]) -> str:
    """Names and values as a form or query has them. A list gives its name once per item; what is
    none is left out."""
    pairs = [
        f"{quote_plus(name)}={quote_plus(spoken(item))}"
        for name, value in values.items()
        for item in _items(value)
        if item is not None
    ]
    return "&".join(pairs)


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else (value,)


def _body(request: HttpRequest, parameters: Mapping[str, Any]) -> bytes | None:
    value = parameters.get(request.body.value)
    match request.body:
        case Body.NONE:
            return None if request.method in ("GET", "HEAD", "DELETE") else b""
        case Body.JSON:
            return to_json(value)
        case Body.FORM:
            return encoded_pairs(value or {}).encode()
        case Body.SOAP:
            return _envelope(request, str(value), parameters.get("header")).encode()
        case _:
            return str(value).encode()


def _envelope(request: HttpRequest, body: str, header: str | None) -> str:
    head = f"<soap:Header>{header}</soap:Header>" if header else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{_ENVELOPES[request.soap_version]}">'
        f"{head}<soap:Body>{body}</soap:Body></soap:Envelope>"
    )
