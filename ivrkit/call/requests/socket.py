"""What the step ``socket`` asks of a host on the network: one message, and how the answer is
read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Final

from ivrkit.call.asking import Columns
from ivrkit.call.connecting import Request
from ivrkit.call.exits import NEXT, NOT_FOUND, REFUSED
from ivrkit.errors import ConnectorError, ExpressionError, RequestRefused, ValueRejected
from ivrkit.expressions.expression import Template
from ivrkit.expressions.patterns import compiled, searched
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import spoken

LONGEST_SHAPE: Final = 40
"""Characters of an answer whose shape an error shows."""
_PAIRS: Final = re.compile(r"\s*(?:[0-9A-Fa-f]{2}\s*)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message: bytes as they are, or a text in the host's encoding. ``value`` is the
    expression that has given a text; it is empty for what is written in the flow. A value never
    holds anything that could end a message and begin another."""

    content: str | bytes | Secret
    value: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How an answer is read: at most one of ``pattern``, ``fields`` and ``split``.

    ``pattern`` with named groups makes a record of them, without names the (first group of the)
    part that it finds. ``fields`` are the columns of a record, ``split`` cuts at a text; with
    ``names`` into a record. Without any it is the whole text. An answer in which ``not_found`` or
    ``refused`` finds something is an outcome of its own.
    """

    pattern: str | None = None
    fields: Mapping[str, Columns] | None = None
    split: str | None = None
    names: tuple[str, ...] = ()
    not_found: str | None = None
    refused: str | None = None

    @property
    def type(self) -> Type:
        """The type of what is read."""
        text = Type("text")
        names: tuple[str, ...] = ()
        if self.pattern is not None:
            names = tuple(compiled(self.pattern).groupindex)
        elif self.fields is not None:
            names = tuple(self.fields)
        elif self.split is not None:
            if not self.names:
                return Type("list", item=text)
            names = self.names
        return Type("record", fields=dict.fromkeys(names, text)) if names else text

    def read(self, text: str) -> tuple[str, Any]:
        """The exit, and the value of the answer. Raises RequestRefused for an answer that is none
        of this form; what it holds is not told, only its shape."""
        try:
            for exit_, pattern in ((NOT_FOUND, self.not_found), (REFUSED, self.refused)):
                if pattern is not None and searched(text, pattern):
                    return exit_, None
            return NEXT, self._value(text)
        except ExpressionError as error:
            raise RequestRefused(error.message, hint=error.hint) from None

    def _value(self, text: str) -> Any:
        if self.pattern is not None:
            found = searched(text, self.pattern)
            if found is None:
                raise rubbish(text)
            return found.groupdict() or found[min(1, found.re.groups)]
        if self.fields is not None:
            return {name: _column(text, each) for name, each in self.fields.items()}
        if self.split is None:
            return text
        parts = [each.strip() for each in text.split(self.split)]
        if len(parts) < len(self.names):
            raise rubbish(text)
        return dict(zip(self.names, parts, strict=False)) if self.names else parts


def _column(text: str, columns: Columns) -> str:
    """What stands in these columns, without the blanks around it. An answer that ends before is
    none: half an amount is worse than none."""
    if len(text) < (columns.first if columns.last is None else columns.last):
        raise rubbish(text)
    return text[columns.first - 1 : columns.last].strip()


def rubbish(text: str) -> ConnectorError:
    """The error of an answer that is none of those expected."""
    return RequestRefused(
        f"the answer is none of those expected: {shape(text)}",
        hint="9 stands for a digit, x for a letter; compare it with how the step reads the answer",
    )


def shape(text: str) -> str:
    """What a text looks like, without telling what it says: ``9`` for each digit, ``x`` for each
    letter, ``?`` for what cannot be printed."""
    masked = "".join(map(_masked, text[:LONGEST_SHAPE]))
    return f"'{masked}'{'…' if len(text) > LONGEST_SHAPE else ''} ({len(text)} characters)"


def _masked(character: str) -> str:
    if character.isnumeric():
        return "9"
    if character.isalpha():
        return "x"
    return character if character.isascii() and character.isprintable() else "?"


def hex_pairs(text: str) -> bytes:
    """The bytes of ``02 4F``. Raises ValueRejected for what is no pairs of hexadecimal digits."""
    if not _PAIRS.fullmatch(text):
        raise ValueRejected(
            f"'{text.strip()[:20]}' is no pairs of hexadecimal digits",
            hint="write 02 4F; values and texts stand in {{ }}: {{ 'BAL' }}",
        )
    return bytes.fromhex(text)


def written_pairs(template: Template) -> list[bytes]:
    """What a template of pairs holds besides its values. Raises ValueRejected."""
    return [hex_pairs(each) for each in template.parts if isinstance(each, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketRequest(Request):
    """One message to a host. ``answered`` False: none is awaited. The answer is its text."""

    kind: ClassVar[str] = "socket"

    message: tuple[Piece, ...] = ()
    answered: bool = True
    form: AnswerForm = field(default_factory=AnswerForm)

    def given(self, answer: Any) -> Any:
        """A text is the answer as the host sends it; a list or a mapping what was read in it."""
        if isinstance(answer, Decimal):
            return spoken(answer)
        if answer is None or isinstance(answer, str | list | dict):
            return answer
        raise ValueRejected(
            "a host answers with a text", hint="write the answer, or a record of what it says"
        )
