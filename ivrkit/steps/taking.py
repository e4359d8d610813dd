"""What is taken out of an answer: by JSON pointers (RFC 6901), or by XPath out of XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivrkit.call import Call
from ivrkit.errors import ValueRejected
from ivrkit.expressions.pointers import pointed
from ivrkit.expressions.values import Value
from ivrkit.expressions.xml_text import XmlDocument


def take(
    call: Call, found: Callable[[str], Value], taken: Mapping[str, str], into: str | None
) -> None:
    """Put what is found into the fields of ``into``, or into variables if there is no ``into``.
    A list takes what is found as a list, be it one or none. Raises ValueRejected for what does not
    fit the declared type; then nothing of it is set that stands behind."""
    session = call.session
    values = {}
    for name, place in taken.items():
        try:
            value = found(place)
        except ValueRejected as error:
            raise ValueRejected(f"{name}: {error.message}", hint=error.hint) from None
        declared = session.declared(name if into is None else f"{into}.{name}")
        if declared is not None and declared.kind == "list" and not isinstance(value, list):
            value = [] if value is None else [value]
        values[name] = value
    if into is not None:
        session.set(into, dict(values))
        return
    for name, value in values.items():
        try:
            session.set(name, value)
        except ValueRejected as error:
            raise ValueRejected(f"{name}: {error.message}", hint=error.hint) from None


def in_json(document: Value) -> Callable[[str], Value]:
    """Finds by JSON pointers."""
    return lambda pointer: pointed(document, pointer)


def in_xml(text: Value, namespaces: Mapping[str, str]) -> Callable[[str], Value]:
    """Finds by XPath. Raises ValueRejected for a text that is no XML."""
    document = XmlDocument.read(str(text))
    return lambda path: document.found(path, namespaces)
