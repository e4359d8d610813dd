"""The simple values of a script: texts, times, durations, keys, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.targets import Mark
from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.expressions.durations import parse_duration
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reading import Rejected
from ivrkit.flow.source import Source
from ivrkit.flow.swallowed import comment_cuts, is_empty
from ivrkit.input.patterns import KEYS, keys_of

T = TypeVar("T")


class Values:
    """What all readings of one script share: the file, the findings, and the simple values."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics

    def fail(self, code: str, message: str, at: Node, hint: str = "") -> Rejected:
        """Tell what is wrong at a node; gives the exception to raise."""
        self.diagnostics.error(code, message, self.source.mark(at), hint=hint)
        return Rejected(message)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Go on with the next thing when this one cannot be read."""
        try:
            return read()
        except Rejected:
            return None

    def mark(self, node: Node) -> Mark:
        """The place of a node."""
        return self.source.mark(node)

    def text(self, node: Node, what: str) -> str:
        """The text of a scalar as it is written."""
        if not isinstance(node, ScalarNode) or is_empty(node):
            raise self.fail(codes.WRONG_FORM, f"{what} is wanted here", node, "write a text")
        cut = comment_cuts(self.source, node)
        if cut is not None:
            self.diagnostics.error(
                codes.CUT_BY_COMMENT,
                f"the text ends before ' #': '{node.value[-40:]}' is all that is read",
                cut,
                hint="put it in quotes; before a comment stand two spaces",
            )
        return str(node.value)

    def duration(self, node: Node, what: str) -> float:
        """Seconds."""
        text = self.text(node, what)
        try:
            return parse_duration(text).total_seconds()
        except ValueRejected as error:
            raise self.fail(codes.BAD_VALUE, error.message, node, error.hint) from None

    def share(self, node: Node) -> float:
        """A number from 0 to 1."""
        text = self.text(node, "a number from 0 to 1")
        try:
            number = float(number_from_text(text))
        except ValueRejected as error:
            raise self.fail(codes.BAD_VALUE, error.message, node, error.hint) from None
        if not 0 <= number <= 1:
            raise self.fail(codes.BAD_VALUE, f"{text} is not between 0 and 1", node, "write 0.4")
        return number

    def keys(self, node: Node) -> str:
        """Keys of the telephone, perhaps as words (``star``, ``hash``)."""
        if is_empty(node):
            raise self.fail(codes.BAD_VALUE, "no key is named", node, "write # as the word hash")
        text = self.text(node, "keys of the telephone")
        keys = "".join(keys_of(word) for word in text.split())
        if not keys or not set(keys) <= set(KEYS):
            message = f"'{text[:40]}' cannot be pressed on a telephone"
            raise self.fail(
                codes.BAD_VALUE,
                message,
                node,
                'write digits, the words star and hash, or "*9#" in quotes',
            )
        return keys

    def moment(self, node: Node) -> datetime:
        """A time of day with its zone."""
        text = self.text(node, "a time")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            message = f"'{text[:40]}' is not a time with its zone"
            raise self.fail(codes.BAD_VALUE, message, node, "write 2026-03-02T10:00:00+01:00")
        return moment

    def items(self, node: Node, what: str) -> list[Node]:
        """The items of a list."""
        if not isinstance(node, SequenceNode):
            raise self.fail(codes.WRONG_FORM, f"{what} must be a list", node, "begin with `- `")
        return list(node.value)

    def fields(self, node: Node, what: str, known: Iterable[str] = ()) -> dict[str, Node]:
        """The fields of a mapping; one that is not known is told of. Without ``known``, all are."""
        if not isinstance(node, MappingNode):
            raise self.fail(
                codes.WRONG_FORM, f"{what} must be a mapping", node, "write `name: value`"
            )
        names = tuple(known)
        found, failed = {}, False
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if names and name not in names:
                message = f"{what} has no field '{name[:40]}'"
                self.fail(codes.UNKNOWN_FIELD, message, key, did_you_mean(name, names))
                failed = True
            found[name] = value
        if failed:
            raise Rejected(what)
        return found
