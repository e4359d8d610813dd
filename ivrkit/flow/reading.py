"""How a value is read: one reading per name in a field's annotation, and what all share.

A reading turns a node into a value or tells what is wrong and gives up (:class:`Rejected`);
whoever reads the mapping around it goes on with the next field, so all mistakes of a file are
told at once and none twice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.fields import Reads
from ivrkit.call.targets import Mark, Target
from ivrkit.errors import ValueRejected
from ivrkit.expressions.scope import ExpressionSyntax
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics, within
from ivrkit.flow.source import Source
from ivrkit.flow.swallowed import BRACES, comment_cuts, is_empty

if TYPE_CHECKING:
    from ivrkit.flow.plans import Language
    from ivrkit.flow.schema import Schemas


class Rejected(Exception):
    """A value could not be read; the finding has been told."""


class Reading(ABC):
    """One way of reading a value. A subclass per name, found in ``flow/fields``; one instance
    per annotated field, which gives it its ``reads``.

    ``example`` is a value as it is written, for the reference and the schema.
    """

    name: ClassVar[str]
    example: ClassVar[str] = ""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        """Whether a mapping in the short form is this field's value, rather than the ``fields``
        of the verb (``set: {x: 1}``, ``say: {audio: …}``)."""
        return False

    @property
    def is_target(self) -> bool:
        """Whether it reads a target; its path is then the way of the form it is the main of."""
        return False

    @abstractmethod
    def read(self, context: Context, node: Node, path: str) -> Any:
        """The value. ``path`` is the field's place inside the verb (``prompt/0/money``).

        Raises:
            Rejected: it cannot be read; the finding has been told.
        """

    @abstractmethod
    def schema(self, schemas: Schemas) -> dict[str, Any]:
        """The JSON schema of the value as it is written."""


class Context:
    """What the readings of one file share. ``base``, ``marks`` and ``ways`` are of the step that
    is being read: its path, the places of its fields, and where it leads."""

    __slots__ = ("base", "defaults", "diagnostics", "language", "marks", "source", "ways")

    def __init__(self, language: Language, source: Source, diagnostics: Diagnostics) -> None:
        self.language = language
        self.source = source
        self.diagnostics = diagnostics
        self.base = ""
        self.marks: dict[str, Mark] = {}
        self.ways: dict[str, Target] = {}
        self.defaults: Mapping[str, list[tuple[ScalarNode, Node]]] = {}

    def fail(self, code: str, message: str, at: Node | Mark, *, hint: str = "") -> Rejected:
        """Tell what is wrong at a place; gives the exception to raise."""
        mark = at if isinstance(at, Mark) else self.source.mark(at)
        self.diagnostics.error(code, message, mark, hint=hint, path=self.base)
        return Rejected(message)

    def refuse(self, error: ValueRejected, node: Node, code: str = codes.BAD_VALUE) -> Rejected:
        """Tell that a value was rejected, an expression at the very place inside it."""
        mark = self.source.value_mark(node)
        if isinstance(error, ExpressionSyntax):
            code = codes.BAD_EXPRESSION
            mark = within(mark, error.offset, error.length)
        return self.fail(code, error.message, mark, hint=error.hint)

    def read(self, reading: Reading, node: Node, path: str) -> Any:
        """Read a value that must be there."""
        self.demand(node, path)
        return reading.read(self, node, path)

    def demand(self, node: Node, path: str) -> None:
        """Refuse a value that was not written (``key:``)."""
        self.heed_braces(node)
        if is_empty(node):
            name = path.rsplit("/", 1)[-1]
            raise self.fail(
                codes.WRONG_FORM, f"{name} has no value", node, hint="write one, or leave it out"
            )

    def heed_braces(self, node: Node) -> None:
        """Give up a ``{{ }}`` without quotes, of which has been told."""
        if node.tag is BRACES:
            raise Rejected

    def scalar(self, node: Node, path: str, what: str) -> str:
        """The raw text of a scalar, whose place is noted under ``path``."""
        if not isinstance(node, ScalarNode):
            self.heed_braces(node)
            form = "a list" if isinstance(node, SequenceNode) else "a mapping"
            raise self.fail(codes.WRONG_FORM, f"{what} is wanted here, not {form}", node)
        self.marks[path] = self.source.value_mark(node)
        return str(node.value)

    def text(self, node: Node, path: str, what: str = "a text") -> str:
        """The raw text of a scalar that people wrote as a sentence or an expression."""
        text = self.scalar(node, path, what)
        assert isinstance(node, ScalarNode)
        cut = comment_cuts(self.source, node)
        if cut is not None:
            self.diagnostics.warning(
                codes.CUT_BY_COMMENT,
                f"the text ends before ' #': '{text[-40:]}' is all that is read",
                cut,
                hint="put the text in quotes; a comment has two spaces before its #",
            )
        return text

    def items(self, node: Node, what: str, *, hint: str = "") -> list[Node]:
        """The items of a list."""
        if isinstance(node, SequenceNode):
            items: list[Node] = node.value
            return items
        self.heed_braces(node)
        raise self.fail(codes.WRONG_FORM, f"{what} must be a list", node, hint=hint)

    def pairs(
        self, node: Node, what: str, *, hint: str = ""
    ) -> Iterator[tuple[ScalarNode, str, Node]]:
        """The keys of a mapping, their texts and values. A key that is no scalar is told of and
        left out."""
        self.heed_braces(node)
        if not isinstance(node, MappingNode):
            raise self.fail(codes.WRONG_FORM, f"{what} must be a mapping", node, hint=hint)
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key, key.value, value
            elif key.tag is not BRACES:
                self.fail(codes.WRONG_FORM, "a key must be a single word or text", key)


def keys_of_mapping(node: MappingNode) -> set[str]:
    """The texts of a mapping's keys."""
    return {key.value for key, _ in node.value if isinstance(key, ScalarNode)}


def plain(node: Node) -> Any:
    """A node as plain data whose scalars are texts; what is empty is None."""
    if isinstance(node, MappingNode):
        return {key.value: plain(value) for key, value in node.value if isinstance(key, ScalarNode)}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return None if is_empty(node) else node.value
