"""Languages that nobody here can speak."""

from __future__ import annotations

from ivrkit.call.targets import Mark
from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import BAD_NAME, define
from ivrkit.flow.names import LANGUAGE, language_hint

UNSPOKEN_LANGUAGE = define(
    "unspoken-language",
    "A flow is in a language, or changes to one, that cannot be spoken here",
    "There are no say rules for it: numbers, dates and the announcements of menus could not be "
    "said. A package may bring a language; `doctor` tells which there are and which have a voice.",
)


class SpokenLanguages(Check):
    """The language of the flow, and those that its steps change to."""

    name = "languages"

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        if subject.world.speaks(flow.language) is False:
            self._unspoken(subject, flow.language, flow.language_mark, "language")
        for node in subject.nodes:
            for each in names_used(node, "language"):
                mark = node.marks.get(each.path, node.mark)
                if not LANGUAGE.fullmatch(each.name):
                    message = f"'{each.name[:40]}' is not the name of a language"
                    hint = language_hint(each.name)
                    subject.report(BAD_NAME, message, mark, hint=hint, path=node.path)
                elif subject.world.speaks(each.name) is False:
                    self._unspoken(subject, each.name, mark, node.path)

    def _unspoken(self, subject: Subject, language: str, mark: Mark, path: str) -> None:
        subject.report(
            UNSPOKEN_LANGUAGE,
            f"the language '{language}' cannot be spoken here",
            mark,
            hint="leave it out, or install the package that brings it",
            path=path,
        )
