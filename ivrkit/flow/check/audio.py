"""Recordings that are missing."""

from __future__ import annotations

from ivrkit.call.targets import Mark
from ivrkit.errors import PromptError
from ivrkit.expressions.expression import Template
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import BAD_NAME, define

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
                if isinstance(use.value, Template) and use.value.static:
                    mark, name = placed.mark_of(use.path), use.value.literal
                    spoken = getattr(part, "text", None) is not None
                    self._name(subject, mark, name, placed.path, spoken)

    def _name(self, subject: Subject, mark: Mark, name: str, path: str, spoken: bool) -> None:
        try:
            found = subject.world.has_audio(name)
        except PromptError as error:
            subject.report(BAD_NAME, error.message, mark, hint=error.hint, path=path)
            return
        if found is False and not spoken:
            subject.report(
                MISSING_AUDIO,
                f"there is no recording '{name}' under prompts/",
                mark,
                hint="record it, or add `text:` for a voice to say",
                path=path,
            )
