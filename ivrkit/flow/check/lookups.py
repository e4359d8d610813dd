"""Entries that are looked up, and wrong ones that are not asked for again."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.call.exits import NOT_FOUND
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Reserved, Target, Word
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.exits import leads_to
from ivrkit.flow.holes import Hole

LOOKUP_LEAVES = define(
    "lookup-leaves",
    "A look-up in `check` leads away at the first wrong entry",
    "Steps in `check` look an entry up; `exits: {not_found: wrong}` beside the look-up says that "
    "it is not good: `no_match` is said and the caller asked again, as often as `attempts` "
    "allows. Anything else leaves the question at the first slip of a finger.",
)
CHECK = "check"


class Lookups(Check):
    """What stands in the ``check`` of questions."""

    name = "lookups"
    whole = True

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        for node in _looked_up(subject):
            if not any(spec.name == NOT_FOUND for spec in node.outcomes()):
                continue
            target = leads_to(node, NOT_FOUND, flow)
            if target is not None and not _says_wrong(target):
                subject.report(
                    LOOKUP_LEAVES,
                    f"what {node.step.verb} does not find is not asked for again",
                    node.marks.get(f"exits/{NOT_FOUND}", node.mark),
                    hint="write `exits: {not_found: wrong}`",
                    path=node.path,
                    severity="warning",
                )


def _looked_up(subject: Subject) -> Iterator[Node]:
    """The steps that stand in the ``check`` of a question."""
    for asking in subject.nodes:
        branch = asking.targets.get(CHECK)
        if asking.step.asks and not isinstance(asking.step, Hole) and isinstance(branch, Branch):
            yield from branch.nodes


def _says_wrong(target: Target) -> bool:
    """Whether it is ``wrong``, or steps in place that come to it."""
    if isinstance(target, Reserved):
        return target.word is Word.WRONG
    if not isinstance(target, Branch):
        return False
    return any(
        each.step.verb == Word.WRONG.value or any(map(_says_wrong, each.targets.values()))
        for each in target.nodes
    )
