"""Texts that are exactly the name of a section."""

from __future__ import annotations

from ivrkit.expressions.expression import Template
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

SECTION_AS_TEXT = define(
    "section-as-text",
    "A text is exactly the name of a section",
    "It would be spoken to the caller. To go to the section write `goto: name`, or use it as a "
    "target; if it is to be spoken, write it as a sentence.",
)


class SectionAsText(Check):
    """``say: balance`` where ``goto: balance`` was meant."""

    name = "texts"

    def run(self, subject: Subject) -> None:
        sections = subject.flow.sections
        for placed in subject.steps:
            for checked in placed.fields:
                use = checked.use
                if use.part is None or not isinstance(use.value, Template):
                    continue
                if use.value.literal in sections and use.path.endswith("/text"):
                    subject.report(
                        SECTION_AS_TEXT,
                        f"'{use.value.literal}' is said, and it is the name of a section",
                        placed.mark_of(use.path),
                        hint=f"write `goto: {use.value.literal}`, or end the text with a full stop",
                        path=placed.path,
                        severity="warning",
                    )
