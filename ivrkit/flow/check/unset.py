"""Variables that some path has not set where they are spoken or worked with."""

from __future__ import annotations

from typing import Final

from ivrkit.call.fields import Reads
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.effects import is_none
from ivrkit.flow.check.fields import CONDITION, field_read_as
from ivrkit.flow.check.needs import Known, facts, failing, is_known, needs
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

PERHAPS_UNSET = define(
    "perhaps-unset",
    "A variable may have no value where it is needed",
    "On the path that the message names nothing has set the variable, and none cannot be spoken, "
    "calculated with or compared by order: the step would fail. Paths also begin at flow-wide "
    "keys, shortcuts and `entry` sections. Set it before, give it a default, guard the step or "
    "part with `when: name`, or write default(name, '…').",
)

_WITH_THE_ENTRY: Final = frozenset({"confirm", "check"})
"""Fields of a question that are worked out when the entry is there."""


class Unset(Check):
    """What is said, logged, put together as a text or worked with must have a value.

    Of several places in one section at which the same variable has none the first is told of.
    """

    name = "unset"

    def run(self, subject: Subject) -> None:
        told: set[tuple[str, str]] = set()
        for placed in subject.steps:
            if placed.node is None or isinstance(placed.node.step, Hole):
                continue
            for checked in placed.live:
                if not checked.problems:
                    self._field(subject, placed, checked, told)

    def _field(
        self, subject: Subject, placed: Placed, checked: Checked, told: set[tuple[str, str]]
    ) -> None:
        use, states = checked.use, subject.states
        needed = needs if use.spoken and use.reads is not CONDITION else failing
        if not any(map(needed, checked.expressions)) or _needed_by_payload(subject, use.path):
            return
        assert placed.node is not None
        number = states.number(placed.node)
        known = guarded(placed, checked)
        for expression in checked.expressions:
            for need in needed(expression):
                mask = states.bits.of_path(need.path)
                if states.holds(number, mask) or is_known(need.path, known):
                    continue
                place = (subject.graph.describe(number), need.path[0])
                if place in told:
                    continue
                told.add(place)
                name = ".".join(need.path)
                way = " > ".join(states.way_to(number, mask))
                left = states.left_by(number, mask, need.path[0])
                if left is not None:
                    node, exits = left
                    way += f", and {node.step.verb} (line {node.mark.line}) was left by {exits}"
                subject.report(
                    PERHAPS_UNSET,
                    f"'{name}' has no value here when the call comes by {way}",
                    subject.place_of(placed, use, need.offset, need.length),
                    hint=_hint(use.reads, name),
                    path=placed.path,
                    severity="warning",
                )


def _hint(reads: Reads, name: str) -> str:
    if reads.reading == "statement":
        return f"set it before, or give it where it may be none: with: {{{name}: …}}"
    return f"set it before, or write default({name}, '…')"


def guarded(placed: Placed, checked: Checked) -> Known:
    """What the conditions in front of a field, and the fields before it, tell to have a value."""
    node, use = placed.node, checked.use
    guards = list(use.guards)
    if node is not None and node.when is not None and use.path != "when":
        guards.append(node.when)
    known = {path for guard in guards for path in facts(guard).true}
    if node is None:
        return frozenset(known)
    field, _, name = use.path.partition("/")
    if field in _WITH_THE_ENTRY:
        known |= {tuple(each.name.split(".")) for each in node.step.assigns()}
    written = field_read_as(type(node.step), reading="assignments")
    if written is not None and written.name == field:
        for earlier, value in getattr(node.step, written.attribute, {}).items():
            if earlier == name:
                break
            if not (isinstance(value, Setting) and is_none(value)):
                known.add(tuple(earlier.split(".")))
    return frozenset(known)


def _needed_by_payload(subject: Subject, path: str) -> bool:
    """Whether a field is one that the payload must have: the payload's check tells of it."""
    first, _, name = path.partition("/")
    declared = subject.flow.payload.get(name) if first == "payload" else None
    return declared is not None and not declared.type.optional
