"""Names that come from data: what they may be must be written (``among``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ivrkit.call.step import Node
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import field_read_as, fields_of
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

NEEDS_AMONG = define(
    "needs-among",
    "A name comes from data, and nothing says which names are possible",
    "The check must see every name that a flow may use. Write them beside it, "
    "`among: [en, de]`; a value that is none of them is an error of the step.",
)

_LIST: Final = "names"


class Name(NamedTuple):
    """A name in a field of a step, and the field's path."""

    name: str
    path: str


def names_used(node: Node, role: str) -> Iterator[Name]:
    """The names of a role that a step may use: the one that is written, or those of ``among``."""
    step = node.step
    if isinstance(step, Hole):
        return
    for field in fields_of(type(step)):
        value = getattr(step, field.attribute)
        if field.reads.role != role or value is None:
            continue
        if field.reads.reading == _LIST:
            yield from (Name(each, f"{field.name}/{at}") for at, each in enumerate(value))
        elif isinstance(value, Setting):
            if value.static:
                yield Name(str(value.literal), field.name)
        elif isinstance(value, str):
            yield Name(value, field.name)


def languages_of(nodes: Iterable[Node], home: str) -> tuple[str, ...]:
    """The languages that a call may be spoken to in: the flow's own first, then those that its
    steps change to."""
    used = (each.name for node in nodes for each in names_used(node, "language"))
    return tuple(dict.fromkeys((home, *used)))


class Among(Check):
    """Names from data without ``among``."""

    name = "among"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            node = placed.node
            if node is None or isinstance(node.step, Hole):
                continue
            written = field_read_as(type(node.step), reading=_LIST)
            if written is None or getattr(node.step, written.attribute):
                continue
            for field in fields_of(type(node.step)):
                value = getattr(node.step, field.attribute)
                if field.reads.role != written.reads.role or not isinstance(value, Setting):
                    continue
                if not value.static:
                    subject.report(
                        NEEDS_AMONG,
                        f"the {written.reads.role} comes from data: write which are possible",
                        placed.mark_of(field.name),
                        hint=f"add `{written.name}: [ … ]` to {node.step.verb}",
                        path=placed.path,
                    )
