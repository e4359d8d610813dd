"""Loops: what they repeat, and the names that hold in there."""

from __future__ import annotations

from ivrkit.call.asking import Iteration
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch
from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import MISSING_FIELD, RESERVED_NAME, define
from ivrkit.flow.holes import Hole
from ivrkit.flow.walk import found_in

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
            for iteration in found_in(node.step, Iteration):
                self._iteration(subject, placed, node, iteration)

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

    def _iteration(
        self, subject: Subject, placed: Placed, node: Node, iteration: Iteration
    ) -> None:
        checked = next(each for each in placed.live if each.use.value is iteration.items)
        mark, type_ = placed.mark_of(checked.use.path), checked.type
        if not checked.problems and type_ is not None and type_.kind not in ("list", "any"):
            message = f"{node.step.verb} goes through a list, and this is {type_.describe()}"
            subject.report(WRONG_TYPE, message, mark, path=placed.path)
        if iteration.name in subject.scope.names():
            subject.report(
                RESERVED_NAME,
                f"the item '{iteration.name}' has the name of a variable",
                mark,
                hint="give the item a name of its own",
                path=placed.path,
            )
