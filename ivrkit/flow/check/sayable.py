"""Values that the rules of a language cannot say, as far as that is known before a call."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.call.prompt import Part
from ivrkit.call.targets import Mark
from ivrkit.flow.check.fields import prompt_uses
from ivrkit.flow.check.phrases import parts_used, place_in
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.languages import languages_of, languages_written

UNSAYABLE = define(
    "unsayable",
    "A value cannot be said in a language that calls of this flow can get",
    "The rules of the language have no words for it: a currency whose code is misspelt or that has "
    "no name in the language, an amount without a currency, a number that is too large.",
)


class Sayable(Check):
    """Parts of prompts that the rules refuse, in each language in which they may be said."""

    name = "sayable"

    def run(self, subject: Subject) -> None:
        spoken = list(
            dict.fromkeys(
                [
                    *languages_of(subject.flow.name, subject.flows),
                    *languages_written(subject.flow),
                ]
            )
        )
        for placed in subject.steps:
            for part, path in parts_used(placed):
                inside = path.rpartition("/languages/")[2].partition("/")[0]
                own = [inside] if "/languages/" in path else spoken
                mark = placed.mark_of(f"{path}/{_blamed(part)}")
                self._tell(subject, placed, part, own, mark)
                for name in part.phrases:
                    self._phrase(subject, placed, name)

    def _phrase(self, subject: Subject, placed: Placed, name: str) -> None:
        phrase = subject.phrases.find(name)
        for language, prompt in phrase.prompts.items() if phrase is not None else ():
            assert phrase is not None
            for use in prompt_uses(prompt, language):
                part, (before, _, field) = use.part, use.path.rpartition("/")
                if part is not None and field == part.form:
                    mark = place_in(phrase, f"{before}/{_blamed(part)}")
                    self._tell(subject, placed, part, [language], mark)

    def _tell(
        self, subject: Subject, placed: Placed, part: Part, languages: Iterable[str], mark: Mark
    ) -> None:
        for language in [part.language] if part.language else languages:
            refusal = subject.world.unsayable(part, language)
            if refusal is not None:
                subject.report(
                    UNSAYABLE,
                    f"in '{language}': {refusal.message}",
                    mark,
                    hint=refusal.hint,
                    path=placed.path,
                )
                return  # one mistake, not as many as there are languages


def _blamed(part: Part) -> str:
    """The field at which a mistake is shown: a setting that is written, else the value."""
    return next(iter(part.settled), part.form)
