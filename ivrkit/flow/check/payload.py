"""The payload: what is declared for the agent's screen, and what a queue is given."""

from __future__ import annotations

from collections.abc import Mapping

from ivrkit.call.asking import Assigned
from ivrkit.call.step import Node
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.flow.check.effects import is_none
from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.fitting import misfit
from ivrkit.flow.check.needs import is_known, needs
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject
from ivrkit.flow.check.unset import guarded
from ivrkit.flow.codes import define

PAYLOAD_MISSING = define(
    "payload-missing",
    "A field of the payload is missing on a path to a queue",
    "The flow's `payload` declares what an agent's screen receives. A field that is not `optional` "
    "must be given by every step that hands the call over, and must have a value on every path "
    "that leads there; the message names one on which it has none.",
)
PAYLOAD_UNKNOWN = define(
    "payload-unknown",
    "A field of the payload is not declared",
    "The flow's `payload` declares all fields with their types. Declare it there, or remove it.",
)


class Payload(Check):
    """Every step that hands the call over with a ``payload``."""

    name = "payload"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            node = placed.node
            if node is None:
                continue
            field = field_read_as(type(node.step), role="queue")
            given = getattr(node.step, "payload", None) if field else None
            if isinstance(given, Mapping):
                self._handed_over(subject, placed, node, given)

    def _handed_over(
        self, subject: Subject, placed: Placed, node: Node, given: Mapping[str, Assigned]
    ) -> None:
        declared = {name: each.type for name, each in subject.flow.payload.items()}
        checked = {each.use.path: each for each in placed.fields}
        for name in given:
            if name not in declared:
                if not subject.flow.may_have(name, "payload"):
                    self._unknown(subject, placed, name, declared)
                continue
            found = checked[f"payload/{name}"]
            if not found.problems and self._fits(subject, placed, found, declared[name]):
                self._has_value(subject, placed, found, name, declared[name])
        missing = [
            name for name, type_ in declared.items() if not type_.optional and name not in given
        ]
        if missing:
            subject.report(
                PAYLOAD_MISSING,
                f"the payload lacks {', '.join(missing)} on the way {self._way(subject, node)}",
                placed.mark_of("payload"),
                hint=f"add `{missing[0]}:` to the payload of {node.step.verb}, or declare it "
                "`optional: true`",
                path=placed.path,
            )

    def _way(self, subject: Subject, node: Node) -> str:
        return " > ".join(subject.states.way_to(subject.states.number(node), 0))

    def _unknown(
        self, subject: Subject, placed: Placed, name: str, declared: Mapping[str, Type]
    ) -> None:
        hint = did_you_mean(name, declared) if declared else "declare it in the flow's `payload`"
        subject.report(
            PAYLOAD_UNKNOWN,
            f"the payload of this flow has no field '{name}'",
            placed.mark_of(f"payload/{name}"),
            hint=hint,
            path=placed.path,
        )

    def _fits(self, subject: Subject, placed: Placed, checked: Checked, wanted: Type) -> bool:
        problem = misfit(checked, wanted)
        if problem:
            subject.report(WRONG_TYPE, problem, placed.mark_of(checked.use.path), path=placed.path)
        return not problem

    def _has_value(
        self, subject: Subject, placed: Placed, checked: Checked, name: str, wanted: Type
    ) -> None:
        """A field that is not optional must have a value on every path to the queue."""
        if wanted.optional:
            return
        assert placed.node is not None
        states, known = subject.states, guarded(placed, checked)
        number = states.number(placed.node)
        value = checked.use.value
        if isinstance(value, Setting) and is_none(value):
            self._perhaps_missing(subject, placed, checked, name, "it is none")
            return
        for expression in checked.expressions:
            for need in needs(expression):
                mask = states.bits.of_path(need.path)
                if not states.holds(number, mask) and not is_known(need.path, known):
                    way = " > ".join(states.way_to(number, mask))
                    text = f"'{'.'.join(need.path)}' has no value when the call comes by {way}"
                    self._perhaps_missing(subject, placed, checked, name, text)
                    return

    def _perhaps_missing(
        self, subject: Subject, placed: Placed, checked: Checked, name: str, why: str
    ) -> None:
        subject.report(
            PAYLOAD_MISSING,
            f"the payload field '{name}' may be missing: {why}",
            placed.mark_of(checked.use.path),
            hint=f"set it on that way, give it a default, or declare {name} `optional: true`",
            path=placed.path,
        )
