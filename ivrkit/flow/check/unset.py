"""Variables that some path has not set where they are spoken."""

from __future__ import annotations

from ivrkit.flow.check.fields import CONDITION
from ivrkit.flow.check.needs import Known, facts, is_known, needs
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

PERHAPS_UNSET = define(
    "perhaps-unset",
    "A variable may have no value where it is spoken",
    "On the path that the message names nothing has set the variable, and none cannot be spoken: "
    "the step would fail. Set it before, give it a default, guard the step or part with "
    "`when: name`, or write default(name, '…').",
)


class Unset(Check):
    """What is said, logged or put together as a text must have a value.

    Of several places in one section at which the same variable has none the first is told of.
    """

    name = "unset"

    def run(self, subject: Subject) -> None:
        told: set[tuple[str, str]] = set()
        for placed in subject.steps:
            if placed.node is None or isinstance(placed.node.step, Hole):
                continue
            for checked in placed.live:
                if checked.use.spoken and not checked.problems:
                    self._field(subject, placed, checked, told)

    def _field(
        self, subject: Subject, placed: Placed, checked: Checked, told: set[tuple[str, str]]
    ) -> None:
        use, states = checked.use, subject.states
        if use.reads is CONDITION or _needed_by_payload(subject, use.path):
            return
        assert placed.node is not None
        number = states.number(placed.node)
        known = guarded(placed, checked)
        for expression in checked.expressions:
            for need in needs(expression):
                mask = states.bits.of_path(need.path)
                if states.holds(number, mask) or is_known(need.path, known):
                    continue
                place = (subject.graph.describe(number), need.path[0])
                if place in told:
                    continue
                told.add(place)
                name = ".".join(need.path)
                way = " > ".join(states.way_to(number, mask))
                subject.report(
                    PERHAPS_UNSET,
                    f"'{name}' has no value here when the call comes by {way}",
                    subject.place_of(placed, use, need.offset, need.length),
                    hint=f"set it before, or write default({name}, '…')",
                    path=placed.path,
                    severity="warning",
                )


def guarded(placed: Placed, checked: Checked) -> Known:
    """What the conditions in front of a field tell to have a value."""
    node, guards = placed.node, list(checked.use.guards)
    if node is not None and node.when is not None:
        guards.append(node.when)
    known = {path for guard in guards for path in facts(guard).true}
    if node is not None and checked.use.path.startswith("confirm/"):
        # The entry that is confirmed is there while it is.
        known |= {tuple(each.name.split(".")) for each in node.step.assigns()}
    return frozenset(known)


def _needed_by_payload(subject: Subject, path: str) -> bool:
    """Whether a field is one that the payload must have: the payload's check tells of it."""
    first, _, name = path.partition("/")
    declared = subject.flow.payload.get(name) if first == "payload" else None
    return declared is not None and not declared.type.optional
