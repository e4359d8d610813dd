"""How a value is read: one reading per name in a field's annotation, and what all share.

A reading turns a node into a value or tells what is wrong and gives up (:class:`Rejected`);
whoever reads the list or mapping around it leaves it out and goes on, so all mistakes of a file
are told at once and none twice. That something was left out is counted (``Context.failures``): a
step with a failure becomes a hole.
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
from ivrkit.flow.holes import words_in
from ivrkit.flow.source import Source
from ivrkit.flow.swallowed import PARTLY, TOLD, comment_cuts, is_empty

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

    @property
    def names(self) -> bool:
        """Whether what it reads names variables, sections or flows, rather than using them."""
        return self.name in ("name", "assignments", "target", "entries")

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
    is being read: its path, the places of its fields, and where it leads; ``failures`` counts
    what could not be read in it. ``known`` are the places of steps and fields
    that have been read; ``lost_defaults`` are the words of ``defaults`` that could not be read."""

    __slots__ = (
        "base",
        "defaults",
        "diagnostics",
        "failures",
        "known",
        "language",
        "lost_defaults",
        "marks",
        "source",
        "ways",
    )

    def __init__(self, language: Language, source: Source, diagnostics: Diagnostics) -> None:
        self.language = language
        self.source = source
        self.diagnostics = diagnostics
        self.base = ""
        self.marks: dict[str, Mark] = {}
        self.ways: dict[str, Target] = {}
        self.failures = 0
        self.known: list[tuple[int, int]] = []
        self.lost_defaults: frozenset[str] = frozenset()
        self.defaults: Mapping[str, list[tuple[ScalarNode, Node]]] = {}

    def fail(self, code: str, message: str, at: Node | Mark, *, hint: str = "") -> Rejected:
        """Tell what is wrong at a place; gives the exception to raise."""
        mark = at if isinstance(at, Mark) else self.source.mark(at)
        self.diagnostics.error(code, message, mark, hint=hint, path=self.base)
        return self.give_up(message)

    def give_up(self, why: str = "") -> Rejected:
        """Count something that cannot be read and has been told of; gives the exception."""
        self.failures += 1
        return Rejected(why)

    def refuse(self, error: ValueRejected, node: Node, code: str = codes.BAD_VALUE) -> Rejected:
        """Tell that a value was rejected, an expression at the very place inside it."""
        mark = self.source.value_mark(node)
        if isinstance(error, ExpressionSyntax):
            code = codes.BAD_EXPRESSION
            mark = within(mark, error.offset, error.length)
        return self.fail(code, error.message, mark, hint=error.hint)

    def read(self, reading: Reading, node: Node, path: str) -> Any:
        """Read a value that must be there."""
        if not reading.is_target:  # a target that was not written is a hole of its own
            self.demand(node, path)
        return reading.read(self, node, path)

    def demand(self, node: Node, path: str) -> None:
        """Refuse a value that was not written (``key:``)."""
        self.heed(node)
        if is_empty(node):
            name = path.rsplit("/", 1)[-1]
            raise self.fail(
                codes.WRONG_FORM, f"{name} has no value", node, hint="write one, or leave it out"
            )

    def heed(self, node: Node) -> None:
        """Give up what YAML would have taken for something else, of which has been told."""
        if node.tag is TOLD:
            raise self.give_up()

    def words(self, node: Node) -> frozenset[str]:
        """All words that are written here, without those of what has been read in it."""
        at, end = node.start_mark.index, node.end_mark.index
        texts = []
        for start, stop in sorted(self.known, key=lambda place: (place[0], -place[1])):
            if at <= start and stop <= end:
                texts.append(self.source.text[at:start])
                at = stop
        return words_in([*texts, self.source.text[at:end]])

    def scalar(self, node: Node, path: str, what: str) -> str:
        """The raw text of a scalar, whose place is noted under ``path``."""
        self.heed(node)
        if not isinstance(node, ScalarNode):
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
        self.heed(node)
        if isinstance(node, SequenceNode):
            items: list[Node] = node.value
            return items
        raise self.fail(codes.WRONG_FORM, f"{what} must be a list", node, hint=hint)

    def pairs(
        self, node: Node, what: str, *, hint: str = ""
    ) -> Iterator[tuple[ScalarNode, str, Node]]:
        """The keys of a mapping, their texts and values. A key that is no scalar is told of and
        left out."""
        self.heed(node)
        if not isinstance(node, MappingNode):
            hint = hint or f"write {what}: {{name: value}}"
            raise self.fail(codes.WRONG_FORM, f"{what} must be a mapping", node, hint=hint)
        if node.tag is PARTLY:
            self.give_up()
        for key, value in node.value:
            if key.tag is TOLD:
                self.give_up()
            elif isinstance(key, ScalarNode):
                yield key, key.value, value
            else:
                self.fail(codes.WRONG_FORM, "a key must be a single word or text", key)


def is_unclear(node: Node) -> bool:
    """Whether something in a mapping cannot be read because of its key."""
    return isinstance(node, MappingNode) and (
        node.tag is PARTLY
        or any(key.tag is TOLD or not isinstance(key, ScalarNode) for key, _ in node.value)
    )


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
