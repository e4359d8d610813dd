"""Loops: what they repeat, and the names that hold in there."""

from __future__ import annotations

from ivrkit.call.step import Node
from ivrkit.call.targets import Branch
from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.fields import Field, field_read_as
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import MISSING_FIELD, RESERVED_NAME, define
from ivrkit.flow.holes import Hole

LEAVES_AT_ONCE = define(
    "leaves-at-once",
    "A loop leads away in its first round",
    "`do` of a loop is a list of steps. A section's name is a jump, and a jump does not come back: "
    "write `do:` and below it `- run: section`, which does.",
)


class Loops(Check):
    """A loop needs steps to repeat, and the name of an item must hide nothing."""

    name = "loops"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            node = placed.node
            if node is None or isinstance(node.step, Hole):
                continue
            if node.step.loops:
                self._body(subject, node)
            field = field_read_as(type(node.step), reading="iteration")
            if field is not None:
                self._item(subject, node, field)
                self._list(subject, placed, field)

    def _body(self, subject: Subject, node: Node) -> None:
        verb = node.step.verb
        for way in node.step.beside:
            target = node.targets.get(way)
            if target is None:
                message = f"{verb} needs '{way}', the steps that it repeats"
                hint = f"write `{way}:` in the column of {verb}, and below it a list of steps"
                subject.report(MISSING_FIELD, message, node.mark, hint=hint, path=node.path)
            elif not isinstance(target, Branch):
                message = f"{verb} leads away in its first round and does not come back"
                hint = f"write steps below `{way}:`; `- run: section` comes back"
                mark = target.mark if target.mark.line else node.mark
                subject.report(LEAVES_AT_ONCE, message, mark, hint=hint, path=node.path)

    def _list(self, subject: Subject, placed: Placed, field: Field) -> None:
        for checked in placed.live:
            type_ = checked.type
            if checked.use.path != field.name or checked.problems or type_ is None:
                continue
            if type_.kind not in ("list", "any"):
                message = f"{placed.node.step.verb if placed.node else ''} goes through a list"
                mark = placed.mark_of(field.name)
                subject.report(
                    WRONG_TYPE, f"{message}, and this is {type_.describe()}", mark, path=placed.path
                )

    def _item(self, subject: Subject, node: Node, field: Field) -> None:
        name = getattr(node.step, field.attribute).name
        if name not in subject.scope.names():
            return
        subject.report(
            RESERVED_NAME,
            f"the item '{name}' has the name of a variable",
            node.marks.get(field.name, node.mark),
            hint="give the item a name of its own",
            path=node.path,
        )
