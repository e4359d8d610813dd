"""What `publish` and `request` have in common: a message for a broker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from ivrkit.call import Call, ExitSpec
from ivrkit.call.asking import DocumentField, SecretValuesField
from ivrkit.call.fields import Reads, SecretText, Text
from ivrkit.call.requests.broker import (
    JSON,
    TEXT,
    UNROUTABLE,
    BrokerRequest,
    checked_destination,
    checked_header,
)
from ivrkit.call.step import FieldError
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.json_text import to_json
from ivrkit.expressions.secrets import Secret, contains_secret, revealed
from ivrkit.expressions.values import Value
from ivrkit.steps.addressing import document_of, header_of
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.connecting import ConnectorStep

NOBODY_RECEIVES = ExitSpec(
    UNROUTABLE,
    "Nobody would receive it: no queue is bound for where it goes, or no consumer is there. "
    "Nothing was changed. Only where the connector refuses such messages (`mandatory`).",
    True,
)


class SendingStep(ConnectorStep):
    """A step that hands a message to a broker."""

    asks_kind: ClassVar[str] = "broker"
    exits: ClassVar[tuple[ExitSpec, ...]] = (*ConnectorStep.exits, NOBODY_RECEIVES)
    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("topic", "queue", "routing_key"), "write to:"),
        **dict.fromkeys(("body", "payload", "json"), "write message:"),
    }

    broker: Annotated[Setting, Reads("setting", type="text", role="broker")]
    """The broker, as `connectors: {broker: …}` in ivrkit.yaml names it."""
    among: Annotated[tuple[str, ...], Reads("names", role="broker")] = ()
    """The brokers that are possible, where the name comes from data."""
    to: Text
    """Where it goes: a routing key (of the connector's `exchange`, or the name of a queue) with
    AMQP, a topic with MQTT. Letters, digits and `. _ : / -`; other characters out of a `{{ }}` are
    an error. A value beside other text is one level of it: it holds no `.` and no `/`."""
    message: DocumentField = None
    """What is sent as JSON: records, lists and values, as deep as needed. Numbers, `true`, `false`
    and `null` without quotes are those of JSON; the type of a whole `{{ }}` is kept."""
    text: SecretText | None = None
    """What is sent as a text, instead of `message`."""
    headers: SecretValuesField = Field(default_factory=dict)
    """Headers of the message: texts by name (user properties with MQTT)."""

    @model_validator(mode="after")
    def _agrees(self) -> SendingStep:
        if self.message is not None and self.text is not None:
            raise FieldError("text", "message and text are two messages", "keep one of them")
        for name in self.headers:
            try:
                checked_header(name, "")
            except ValueRejected as error:
                raise FieldError(f"headers/{name}", error.message, error.hint) from None
        if not self.to.expressions:
            try:
                checked_destination(self.to.source)
            except ValueRejected as error:
                raise FieldError("to", error.message, error.hint) from None
        return self

    def connector(self, call: Call) -> str:
        return chosen_name(call, self.broker, self.among, "broker")

    def sent(self, call: Call, **fields: Any) -> BrokerRequest:
        """The request with the message in it. Raises ExpressionError and ValueRejected."""
        to = self.to.text(call.session, _level if len(self.to.parts) > 1 else None)
        if isinstance(to, Secret):
            raise ExpressionError(
                "a secret cannot say where a message goes", hint="put it into the message"
            )
        content, body, kind = self._content(call)
        headers = {
            name: value
            for name, each in self.headers.items()
            if (value := header_of(call, name, each)) is not None
        }
        parameters: dict[str, Value] = {"to": to, **content}
        if headers:
            parameters["headers"] = headers
        return BrokerRequest(
            operation=self.verb,
            parameters=parameters,
            to=checked_destination(to),
            body=body,
            content_type=kind,
            headers={name: checked_header(name, revealed(each)) for name, each in headers.items()},
            secret=contains_secret([content, headers]),
            **fields,
        )

    def _content(self, call: Call) -> tuple[dict[str, Value], bytes, str]:
        """What is sent: as a parameter, as bytes, and their type."""
        if self.text is not None:
            text = call.session.text(self.text)
            try:
                return {"text": text}, str(revealed(text)).encode(), TEXT
            except UnicodeEncodeError:
                raise ExpressionError("the text holds half a character") from None
        message = {} if self.message is None else document_of(call, self.message)
        return {"message": message}, to_json(message), JSON


def _level(value: str) -> str:
    """A value as a part of a destination. Raises ValueRejected for one that would lead on."""
    if "/" in value or "." in value:
        raise ValueRejected(
            "a value in `to` would lead elsewhere: it holds a . or /",
            hint="take it out, or write the whole of `to` as one {{ }}",
        )
    return value
