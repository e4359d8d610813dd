"""Questions that listen: what they can understand, who could answer them, how long they do."""

from __future__ import annotations

from datetime import timedelta

from ivrkit.call.hearing import END_SILENCE, LONGEST
from ivrkit.call.listening import Choices, Slot
from ivrkit.call.step import Node, Step
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import entries_of, field_read_as
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.input.conflicts import same_words
from ivrkit.input.entries import Entry
from ivrkit.input.patterns import UNTYPED

NOTHING_UNDERSTOOD = define(
    "nothing-to-understand",
    "A question listens for nothing",
    "It has no choices, no type, no variable and no words: whatever the caller says is wrong. Give "
    "it `choices`, or `into` with a type.",
)
NOBODY_CAN_ANSWER = define(
    "unanswerable-here",
    "A question that can only be answered by speaking, where nobody is understood",
    "There is no recogniser for its language, and it has no keys: it is left by `no_input` at "
    "once. Give it `keys`, or a type that can be typed.",
)
SAME_PHRASE = define(
    "same-phrase",
    "Two choices are made by the same phrase",
    "The caller who says it makes neither. Take another phrase for one of them.",
)
SHORT_ANSWER = define(
    "short-answer",
    "`longest` is not longer than `end_silence`",
    "`end_silence` is the silence that ends an answer, `longest` the time for all of it: an answer "
    "is over before its end could be heard.",
)


class Listening(Check):
    """Every question that listens."""

    name = "listening"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            if isinstance(node.step, Hole) or not node.step.asks:
                continue
            self._length(subject, node)
            if field_read_as(type(node.step), reading="choices") is not None:
                self._understood(subject, node)
                for path, choices in choices_in(node.step):
                    self._phrases(subject, node, path, choices)

    def _length(self, subject: Subject, node: Node) -> None:
        longest = _seconds(getattr(node.step, "longest", None), LONGEST)
        silence = _seconds(getattr(node.step, "end_silence", None), END_SILENCE)
        if longest is None or silence is None or longest > silence:
            return
        subject.report(
            SHORT_ANSWER,
            f"longest ({longest:g}s) is not longer than end_silence ({silence:g}s)",
            node.marks.get("longest") or node.marks.get("end_silence") or node.mark,
            hint="give `longest` the time that a whole answer takes",
            path=node.path,
        )

    def _understood(self, subject: Subject, node: Node) -> None:
        step = node.step
        entries = entries_of(step)
        if not step.assigns() and not choices_in(step) and not any(e.words for e in entries):
            subject.report(
                NOTHING_UNDERSTOOD,
                "nothing that is said here is understood",
                node.mark,
                hint="write `choices`, or `into` with a type",
                path=node.path,
            )
            return
        recognition = subject.world.recognition
        keys = (*entries, *subject.flow.keys, *subject.flow.shortcuts)
        if recognition is None or keys or typed(subject, step):
            return
        problem = recognition.problem(subject.flow.language)
        if problem:
            subject.report(
                NOBODY_CAN_ANSWER,
                f"nobody can answer this here: {problem}",
                node.mark,
                hint="give it `keys`, or see `speech` in ivrkit.yaml",
                path=node.path,
                severity="warning",
            )

    def _phrases(self, subject: Subject, node: Node, path: str, choices: Choices) -> None:
        """No phrase may make two choices in one language."""
        tags = dict.fromkeys(tag for words in choices.values() for tag in words)
        told: set[tuple[str, str]] = set()
        for tag in tags:
            entries = [
                Entry(
                    UNTYPED, label, words=(*words.get("", ()), *(words.get(tag, ()) if tag else ()))
                )
                for label, words in choices.items()
            ]
            for conflict in same_words(entries):
                label = conflict.entry.label
                other = conflict.other.label if conflict.other is not None else ""
                if (conflict.keys, other) in told:
                    continue
                told.add((conflict.keys, other))
                subject.report(
                    SAME_PHRASE,
                    f"'{conflict.keys}' makes both choices, {other} and {label}",
                    node.marks.get(f"{path}/{label}") or node.marks.get(path) or node.mark,
                    hint="take another phrase for one of them",
                    path=node.path,
                )


def choices_in(step: Step) -> list[tuple[str, Choices]]:
    """All choices of a step, with the path of each field that has some."""
    found: list[tuple[str, Choices]] = []
    field = field_read_as(type(step), reading="choices")
    choices = getattr(step, field.attribute) if field is not None else None
    if choices:
        found.append((field.name if field is not None else "", choices))
    field = field_read_as(type(step), reading="slots")
    slots: tuple[Slot, ...] = getattr(step, field.attribute, None) or () if field else ()
    for slot in slots:
        if slot.choices and field is not None:
            found.append((f"{field.name}/{slot.name}/choices", slot.choices))
    return found


def listens_for_values(step: Step) -> bool:
    """Whether a step listens for something else than phrases."""
    listens = field_read_as(type(step), reading="choices") is not None
    return listens and bool(step.assigns()) and not choices_in(step)


def typed(subject: Subject, step: Step) -> bool:
    """Whether digits can be typed."""
    declared = {**subject.flow.params, **subject.flow.variables}
    names = [each.name for each in step.assigns() if each.name in declared]
    return step.typed(declared[names[0]].type if names else None) is not None


def _seconds(setting: Setting | None, default: float) -> float | None:
    if setting is None:
        return default
    value = setting.literal
    return value.total_seconds() if isinstance(value, timedelta) else None
