"""What ivrkit.yaml says of a host: where it is, how its messages begin and end, who gets which
answer."""

from __future__ import annotations

import codecs
import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from ivrkit.call.settings import Duration, Section
from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.connectors.tls import TlsSettings
from ivrkit.errors import ExpressionError
from ivrkit.expressions.patterns import compiled

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[^\s:\[\]/]+)):(?P<port>\d{1,5})")
_PROBE = "AZaz09 .;|+~\\"


def _address(value: str) -> str:
    found = _ADDRESS.fullmatch(value)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise ValueError("an address is host:port, such as 10.0.0.5:7000 or [::1]:7000")
    return value


def place_of(address: str) -> tuple[str, int]:
    """Host and port of an address."""
    found = _ADDRESS.fullmatch(address)
    assert found is not None
    return found["six"] or found["host"], int(found["port"])


def _encoding(value: str) -> str:
    """One in which a letter is the same bytes wherever it stands, so that the end of a message is
    found in them."""
    try:
        info = codecs.lookup(value)
        letters = [each.encode(info.name) for each in _PROBE]
        whole = _PROBE.encode(info.name)
    except (LookupError, UnicodeError, TypeError, ValueError):
        raise ValueError(f"there is no encoding {value!r}: write utf-8, latin-1, cp037 …") from None
    if whole != b"".join(letters) or any(len(each) != 1 for each in letters):
        raise ValueError(f"{value} is not possible: letters have to be one byte each")
    return info.name


def _pattern(value: str) -> str:
    try:
        compiled(value)
    except ExpressionError as error:
        raise ValueError(error.message) from None
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_address)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Regex = Annotated[str, AfterValidator(_pattern)]
"""A regular expression; it is searched, so ``^`` and ``$`` say where."""


class HostTlsSettings(TlsSettings):
    """As all TLS; ``server_name`` is the name in the host's certificate, if it is not that of the
    address."""

    server_name: str | None = Field(default=None, min_length=1)


class PrefixSettings(Section):
    """The length of a message in front of it: so many ``bytes``, as a ``binary`` number (``big``
    end first or ``little``) or in ``digits`` of the host's encoding. ``includes_itself``: the
    bytes of the length are counted too."""

    bytes: int = Field(default=2, ge=1, le=8)
    order: Literal["big", "little"] = "big"
    form: Literal["binary", "digits"] = "binary"
    includes_itself: bool = False


class FramingSettings(Section):
    """How messages begin and end, both ways; where nothing is said, each is a line that ends with
    CR LF. One of: ``delimiter``, the text that ends each; ``length``, the bytes that each has (ours
    are filled up with ``pad``); ``prefix``, the length in front of each; ``idle``, an answer is
    over when nothing more has come for this time; ``close``, an answer is over when the host closes
    the connection. ``begin`` is a text in front of each message, with ``delimiter`` only (STX …
    ETX)."""

    delimiter: str | None = Field(default=None, min_length=1, max_length=16)
    begin: str = Field(default="", max_length=16)
    length: int | None = Field(default=None, ge=1, le=1_000_000)
    pad: str = Field(default=" ", min_length=1, max_length=1)
    prefix: PrefixSettings | None = None
    idle: Duration | None = None
    close: bool = False

    @model_validator(mode="after")
    def _one(self) -> FramingSettings:
        given = [self.delimiter, self.length, self.prefix, self.idle, self.close or None]
        if sum(each is not None for each in given) != 1:
            raise ValueError("say one of delimiter, length, prefix, idle and close")
        if self.begin and self.delimiter is None:
            raise ValueError("begin goes with delimiter")
        return self

    @property
    def certain(self) -> bool:
        """Whether the bytes themselves tell where an answer ends."""
        return self.idle is None and not self.close


class LoginFrame(Section):
    """A message that is sent when a connection is opened. ``expect`` is what its answer must hold;
    without it none is awaited."""

    send: SecretStr
    expect: Regex | None = None


class KeepAliveSettings(Section):
    """What is sent on a connection that was not used for the time of ``every``. ``expect`` is what
    the answer must hold; without it none is awaited. A connection on which it is not answered
    within the host's ``timeout`` is closed."""

    send: str
    every: Duration = timedelta(seconds=30)
    expect: Regex | None = None


class IdSettings(Section):
    """An id in each message, which its answer repeats. ``answer`` finds it there, as the group
    ``id``; its group ``message``, if it has one, is the answer that the flow gets.

    With ``envelope`` (``{id} {message}``) ivrkit numbers the messages itself, with so many
    ``digits``: no two have the same. Without it, ``request`` finds the id that the flow has put
    into its message, as the group ``id``.
    """

    answer: Regex
    request: Regex | None = None
    envelope: str | None = None
    digits: int = Field(default=8, ge=4, le=18)

    @model_validator(mode="after")
    def _complete(self) -> IdSettings:
        if (self.request is None) == (self.envelope is None):
            raise ValueError("say envelope, or request")
        for pattern in (self.answer, self.request):
            if pattern is not None and "id" not in compiled(pattern).groupindex:
                raise ValueError("a pattern needs the group (?P<id>…)")
        if self.envelope is not None and (
            self.envelope.count("{id}") != 1 or self.envelope.count("{message}") != 1
        ):
            raise ValueError("an envelope holds {id} and {message}, once each")
        return self


class MatchSettings(Section):
    """Who gets which answer, where it is not simply the order: by an ``id``."""

    id: IdSettings


def _tls(value: Any) -> Any:
    if value in (True, "true"):
        return {}
    return None if value in (False, "false") else value


def _match(value: Any) -> Any:
    return None if value == "order" else value


def _login(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [{"send": each} if isinstance(each, str) else each for each in value]
    return value


class SocketSettings(ConnectorSettings):
    """A host that is asked over TCP or TLS.

    ``connection`` is ``long`` (kept open, and used again; ``connections`` at most) or ``short`` (a
    new one for each message). ``in_flight`` is how many messages may be under way on one
    connection; ``close_after`` closes those not used for so long, but one. ``greeting`` is what
    the first messages of the host must hold, ``login`` is sent then. ``match`` is ``order`` (the
    host answers in the order in which it was asked) or ``{id: …}``. Answers in which ``ignore``
    finds something are no answers. ``reserved`` are characters that no value of a call may hold,
    because they mean something in the host's messages.
    """

    address: Address
    tls: Annotated[HostTlsSettings | None, BeforeValidator(_tls)] = None
    connection: Literal["long", "short"] = "long"
    connections: int = Field(default=1, ge=1, le=100)
    in_flight: int | None = Field(default=None, ge=1, le=1000)
    close_after: Duration | None = None
    framing: FramingSettings = FramingSettings(delimiter="\r\n")
    encoding: Encoding = "utf-8"
    greeting: Annotated[tuple[Regex, ...], BeforeValidator(_listed)] = ()
    login: Annotated[tuple[LoginFrame, ...], BeforeValidator(_login)] = ()
    keep_alive: KeepAliveSettings | None = None
    match: Annotated[MatchSettings | None, BeforeValidator(_match)] = None
    ignore: Regex | None = None
    reserved: str = ""

    @property
    def ids(self) -> IdSettings | None:
        """How answers are told apart by an id; None: by their order."""
        return self.match.id if self.match is not None else None

    @property
    def flights(self) -> int:
        """How many messages may be under way on one connection."""
        if self.in_flight is not None:
            return self.in_flight
        return 1 if self.ids is None else 100

    @model_validator(mode="after")
    def _agrees(self) -> SocketSettings:
        if self.framing.close and self.connection == "long":
            raise ValueError("framing: close goes with connection: short")
        if not self.framing.certain and self.flights > 1:
            raise ValueError("framing by idle or close takes one message at a time: in_flight: 1")
        if self.framing.close and (self.greeting or any(each.expect for each in self.login)):
            raise ValueError("framing: close knows one answer per connection")
        if self.connection == "short" and self.keep_alive is not None:
            raise ValueError("keep_alive goes with connection: long")
        framing = self.framing
        for text in (framing.delimiter or "", framing.begin, framing.pad, *self.reserved):
            try:
                text.encode(self.encoding)
            except UnicodeEncodeError:
                raise ValueError(f"{self.encoding} has no {text!r}") from None
        return self
