"""Plural forms: those that a language needs, and those that it does not have."""

from __future__ import annotations

from collections.abc import Collection

from ivrkit.call.targets import Mark
from ivrkit.expressions.plurals import FORMS, forms_of, forms_wanted
from ivrkit.flow.check.fields import prompt_uses
from ivrkit.flow.check.phrases import parts_used, place_in
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define

MISSING_PLURAL = define(
    "missing-plural",
    "A count lacks a plural form that its language needs",
    "English has `one` and `other`, Russian `one`, `few`, `many` and `other`, Chinese only "
    "`other` (CLDR's rules). Without the form, `other` is said; without `other`, nothing can be.",
)
UNUSED_PLURAL = define(
    "unused-plural",
    "A count has a plural form that its language does not have",
    "It would never be said. Only `zero` may be given in every language.",
)


class Plurals(Check):
    """The forms of every count, by the language in which it is written."""

    name = "plurals"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            for part, path in parts_used(placed):
                if part.plurals is not None:
                    language = part.language or _written_in(path) or subject.flow.language
                    mark = placed.mark_of(f"{path}/{part.form}")
                    self._tell(subject, placed, part.plurals, language, mark)
                for name in part.phrases:
                    self._phrase(subject, placed, name)

    def _phrase(self, subject: Subject, placed: Placed, name: str) -> None:
        phrase = subject.phrases.find(name)
        for language, prompt in phrase.prompts.items() if phrase is not None else ():
            assert phrase is not None
            for use in prompt_uses(prompt, language):
                part = use.part
                if part is not None and part.plurals is not None and use.path.endswith(part.form):
                    mark = place_in(phrase, use.path)
                    self._tell(subject, placed, part.plurals, part.language or language, mark)

    def _tell(
        self, subject: Subject, placed: Placed, given: Collection[str], language: str, mark: Mark
    ) -> None:
        wanted = forms_wanted(language)
        missing = [form for form in FORMS if form in wanted and form not in given]
        if missing:
            subject.report(
                MISSING_PLURAL,
                f"'{language}' needs the plural form {' and '.join(missing)}",
                mark,
                hint=f"add `{missing[0]}:` with the text for it",
                path=placed.path,
            )
        unused = sorted(set(given) - forms_of(language) - {"zero"})
        if unused:
            subject.report(
                UNUSED_PLURAL,
                f"'{language}' has no plural form {' or '.join(unused)}",
                mark,
                hint=f"its forms are {', '.join(each for each in FORMS if each in wanted)}",
                path=placed.path,
                severity="warning",
            )


def _written_in(path: str) -> str:
    """The language of the text per language in which a part stands."""
    return path.rpartition("/languages/")[2].partition("/")[0] if "/languages/" in path else ""
