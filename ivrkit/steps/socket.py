"""``socket``: send a message to a host on the network, and read its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, model_validator

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.asking import ColumnsField
from ivrkit.call.connecting import Connectors, Request
from ivrkit.call.exits import GO_ON, NEXT, NOT_FOUND, REFUSED
from ivrkit.call.fields import Flag, Reads, Regex, SecretText, Variable
from ivrkit.call.requests.socket import (
    AnswerForm,
    Piece,
    SocketRequest,
    hex_pairs,
    written_pairs,
)
from ivrkit.errors import ConnectorError, ExpressionError, OutcomeUnknown, ValueRejected
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.secrets import Secret, revealed
from ivrkit.expressions.values import Value, spoken
from ivrkit.flow.names import SNAKE
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.connecting import ConnectorStep

_FORMS: Final = frozenset({"pattern", "columns", "split"})
_READ: Final = _FORMS | {"names", "not_found", "refused", "into"}
"""What says how the answer is read."""


class Socket(ConnectorStep):
    """Sends a message to a host (`connectors: socket:` in ivrkit.yaml), over TCP or TLS, and reads
    its answer.

    What stands in `{{ }}` can never end the message and begin another: a value with a control
    character, or with what ends the host's messages, is refused with an error. An answer that is
    none of those expected is an error too.
    """

    verb: ClassVar[str] = "socket"
    asks_kind: ClassVar[str] = "socket"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec(NOT_FOUND, "The pattern `not_found` is in the answer."),
        ExitSpec(REFUSED, "The pattern `refused` is in the answer."),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("message", "text", "request"), "write send:"),
        "regex": "write pattern:",
    }
    example: ClassVar[str] = r"""
- socket:
    host: legacy
    send: "BAL {{ account }}"
    reads: true
    pattern: 'OK (?P<balance>[\d.]+) (?P<currency>[A-Z]{3})'
    not_found: ERR 404
    into: answer
  exits: {not_found: hangup}
- socket:
    host: legacy
    hex: "02 {{ 'NAME' ~ account }} 03"
    reads: true
    fields: {name: 1-20, branch: 21-24}
    into: holder
- socket:
    host: legacy
    send: "BLOCK {{ account }}"
    split: ";"
    names: [word, reference]
    refused: ^ERR
    into: blocked
  exits: {refused: hangup, unknown: hangup}
""".lstrip()

    host: Annotated[Setting, Reads("setting", type="text", role="socket")]
    """The host, as `connectors: {socket: …}` in ivrkit.yaml names it."""
    among: Annotated[tuple[str, ...], Reads("names", role="socket")] = ()
    """The hosts that are possible, where the name comes from data."""
    send: SecretText | None = None
    """The message, a text; what ends it is added."""
    hex: SecretText | None = None
    """The message in pairs of hexadecimal digits instead: `02 {{ 'BAL' ~ account }} 03`. What
    stands in `{{ }}` is sent as text, in the host's encoding."""
    no_answer: Flag = False
    """The host sends no answer to this message."""
    only_reads: Flag = Field(False, alias="reads")
    """This message changes nothing: it is simply sent again when the connection is lost."""
    pattern: Regex | None = None
    """A regular expression that finds what is wanted in the answer. Its named groups make a
    record; without any, `into` gets the first group, or the part that is found."""
    columns: Mapping[str, ColumnsField] | None = Field(None, alias="fields")
    """What stands where in an answer of fixed columns: `{name: 1-20, balance: 21-30}`; blanks
    around a value are left out."""
    split: Annotated[str, Reads("name")] | None = None
    """The text at which the answer is cut into a list, `";"`; blanks around a part are left out."""
    names: Annotated[tuple[str, ...], Reads("names")] = ()
    """What the parts of `split` are called, in their order: they make a record then."""
    not_found: Regex | None = None
    """Where this is found in the answer, the step is left by `not_found`."""
    refused: Regex | None = None
    """Where this is found in the answer, the step is left by `refused`."""
    into: Variable | None = None
    """The variable that receives the answer, or what was read in it."""

    @model_validator(mode="after")
    def _agrees(self) -> Socket:
        if (self.send is None) == (self.hex is None):
            raise ValueError("it sends one message; hint: write send: or hex:")
        if self.hex is not None:
            try:
                written_pairs(self.hex)
            except ValueRejected as error:
                raise ValueError(f"hex: {error.message}; hint: {error.hint}") from None
        given = {name for name in _READ if getattr(self, name)}
        if self.no_answer and given:
            raise ValueError(
                f"there is no answer, and {', '.join(map(_key, sorted(given)))} would read it; "
                "hint: leave out no_answer, or these"
            )
        if len(given & _FORMS) > 1:
            raise ValueError("an answer is read in one way; hint: pattern, fields or split")
        if self.names and self.split is None:
            raise ValueError("names are those of the parts of split; hint: write split: too")
        for name in (*self.names, *(self.columns or ())):
            if not SNAKE.fullmatch(name):
                raise ValueError(f"'{name[:40]}' is no name of a field; hint: write snake_case")
        return self

    @property
    def reads(self) -> bool:
        return self.only_reads

    def outcomes(self) -> tuple[ExitSpec, ...]:
        unwanted = {name for name in (NOT_FOUND, REFUSED) if getattr(self, name) is None}
        return tuple(spec for spec in super().outcomes() if spec.name not in unwanted)

    def assigns(self) -> tuple[Assignment, ...]:
        if self.into is None:
            return ()
        type_ = self.form.type
        takes = dict.fromkeys(type_.fields, "pattern")
        takes |= {name: f"fields/{name}" for name in self.columns or ()}
        takes |= {name: f"names/{number}" for number, name in enumerate(self.names)}
        return (Assignment(self.into, type_, takes=takes),)

    @property
    def form(self) -> AnswerForm:
        """How the answer is read."""
        return AnswerForm(
            self.pattern, self.columns, self.split, self.names, self.not_found, self.refused
        )

    def connector(self, call: Call) -> str:
        return chosen_name(call, self.host, self.among, "host")

    def request(self, call: Call, **common: Any) -> SocketRequest:
        template = self.send or self.hex
        assert template is not None
        pieces, shown, secret = [], [], False
        for part in template.parts:
            if isinstance(part, str):
                shown.append(part)
                pieces.append(Piece(part if self.hex is None else hex_pairs(part)))
                continue
            value = _text(part, call.session.value(part))
            secret = secret or isinstance(value, Secret)
            shown.append(revealed(value))
            pieces.append(Piece(value, part.source))
        message = "".join(shown)
        return SocketRequest(
            operation=_operation(template),
            parameters={"message": Secret(message) if secret else message},
            message=tuple(pieces),
            answered=not self.no_answer,
            form=self.form,
            **common,
        )

    def answered_by(self, call: Call, request: Request, answer: Any) -> Exit:
        if self.no_answer:
            return GO_ON
        if isinstance(answer, str):
            try:
                exit_, answer = self.form.read(answer)
            except ConnectorError as error:
                return self._left_by(self._not_understood(call, request, error))
            if exit_ != NEXT:
                return Exit(exit_)
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON

    def _not_understood(
        self, call: Call, request: Request, error: ConnectorError
    ) -> ConnectorError:
        """What an answer that is none means: of something that was to be done, nobody knows."""
        connectors = call.use(Connectors)  # type: ignore[type-abstract]
        if request.again or connectors.only_reads(request.kind, request.connector):
            return error
        return OutcomeUnknown(f"{error.message}: it is not known whether it was done")


def _key(attribute: str) -> str:
    return "fields" if attribute == "columns" else attribute


def _text(part: Expression, value: Value) -> str | Secret:
    """A value as it stands in a message. Raises ExpressionError for one that has no text."""
    if value is None:
        raise ExpressionError(f"'{part.source}' is none", hint="set it before it is sent")
    if isinstance(value, Secret):
        return Secret(spoken(value.reveal()))
    return spoken(value)


def _operation(template: Template) -> str:
    """The message as the flow has it: never with a value of the call."""
    return "".join(each if isinstance(each, str) else "…" for each in template.parts)[:60].strip()
