"""Prompts that go on for long before a caller hears the first choice."""

from __future__ import annotations

from typing import Final

from ivrkit.call.step import Node
from ivrkit.flow.check.fields import entries_of
from ivrkit.flow.check.said import Listener, question
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

LONG_PROMPT = define(
    "long-prompt",
    "A menu speaks for more than 30 seconds before its first choice",
    "Callers press something, or hang up, before they know what there is. Say the choices first "
    "and the rest where it is asked for. The length is that of the recordings where these are "
    "known (`--config`), else an estimate: a voice speaks about 15 characters a second.",
)

LONGEST: Final = 30.0
"""Seconds before the first choice."""


class Lengthy(Check):
    """The question of every menu, up to the first key that it announces."""

    name = "lengthy"

    def run(self, subject: Subject) -> None:
        listener = Listener(subject.world)
        for node in subject.nodes:
            if node.step.asks and not isinstance(node.step, Hole) and entries_of(node.step):
                self._question(subject, node, listener)

    def _question(self, subject: Subject, node: Node, listener: Listener) -> None:
        seconds: dict[str, float] = {}
        over: set[str] = set()
        for part in question(node.step, subject.flow.language):
            if part.language in over:
                continue
            announced = listener.announced(part)
            upto = announced[0].offset if announced else None
            total = seconds.get(part.language, 0.0) + listener.seconds(part, upto)
            seconds[part.language] = total
            if announced:
                over.add(part.language)
            if total > LONGEST:
                subject.report(
                    LONG_PROMPT,
                    f"{node.step.verb} speaks for about {total:.0f} seconds before its first "
                    "choice",
                    part.mark(node),
                    hint="say the choices first",
                    path=node.path,
                    severity="warning",
                )
                return
