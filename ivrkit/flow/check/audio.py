"""Recordings that are missing."""

from __future__ import annotations

from ivrkit.call.targets import Mark
from ivrkit.expressions.expression import Template
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

MISSING_AUDIO = define(
    "missing-audio",
    "A recording does not exist, and no text stands for it",
    "`{audio: name}` plays a file under prompts/. Record it, or add `text:`, which is said when "
    "the recording is missing.",
)


class Audio(Check):
    """Recordings that are missing and have no text."""

    name = "audio"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            for checked in placed.fields:
                use, part = checked.use, checked.use.part
                if part is None or part.form != "audio" or not use.path.endswith("/audio"):
                    continue
                if getattr(part, "text", None) is not None:
                    continue
                if isinstance(use.value, Template) and use.value.static:
                    self._name(subject, placed.mark_of(use.path), use.value.literal, placed.path)

    def _name(self, subject: Subject, mark: Mark, name: str, path: str) -> None:
        if subject.world.has_audio(name) is False:
            subject.report(
                MISSING_AUDIO,
                f"there is no recording '{name}' under prompts/",
                mark,
                hint="record it, or add `text:` for a voice to say",
                path=path,
            )
