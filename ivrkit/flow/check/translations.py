"""Texts that are missing in a language that a call may be spoken to in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ivrkit.call.locale import has_words, is_same_language, nearest_tag
from ivrkit.call.prompt import Part
from ivrkit.expressions.expression import Template
from ivrkit.flow.check.phrases import parts_used
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.languages import languages_of, languages_written

MISSING_TRANSLATION = define(
    "missing-translation",
    "A text is missing in a language that calls of this flow can get",
    "Without it the whole prompt is said in the language of the flow. Write one text per language "
    "(`{en: Welcome., es: Bienvenido.}`), or put the text into the catalogue under prompts/, with "
    "its other languages beside it. The languages are those that `language` steps can set and "
    "those that other texts of the flow are written in.",
)

_MAP: Final = "/languages/"
"""What stands in the path of a text that is one of several languages."""


class Translations(Check):
    """What is missing, for which language."""

    name = "translations"
    whole = True

    def run(self, subject: Subject) -> None:
        languages = _languages(subject)
        if len(languages) < 2:
            return
        for placed in subject.steps:
            for path, tags in _maps(placed).items():
                missing = [each for each in languages if nearest_tag(each, tags) is None]
                self._tell(subject, placed, f"{path}{_MAP.rstrip('/')}", missing)
            for part, path in parts_used(placed):
                if _MAP not in path and part.language is None:
                    found = (each for each in languages if _lacks(subject, part, each))
                    self._tell(subject, placed, f"{path}/{part.form}", found)

    def _tell(self, subject: Subject, placed: Placed, path: str, missing: Iterable[str]) -> None:
        tags = list(missing)
        if not tags:
            return
        example = f"{{{subject.flow.language}: …, {tags[0]}: …}}"
        subject.report(
            MISSING_TRANSLATION,
            f"there is no text for {', '.join(tags)} here",
            placed.mark_of(path),
            hint=f"write {example}, or add the text to the catalogue under prompts/",
            path=placed.path,
            severity="warning",
        )


def _languages(subject: Subject) -> list[str]:
    """One tag of each language that a call of the flow, or of one that runs it, can get."""
    known = languages_of(subject.flow.name, subject.flows)
    known += [tag for flow in subject.flows.values() for tag in languages_written(flow)]
    found: list[str] = []
    for tag in known:
        unspoken = subject.world.speaks(tag) is False  # of which another check tells
        if not unspoken and not any(is_same_language(tag, each) for each in found):
            found.append(tag)
    return found


def _maps(placed: Placed) -> dict[str, list[str]]:
    """The texts that are one per language, by their path, with the languages they have."""
    found: dict[str, list[str]] = {}
    for checked in placed.fields:
        before, sign, behind = checked.use.path.partition(_MAP)
        if sign:
            tags = found.setdefault(before, [])
            tag = behind.partition("/")[0]
            if tag not in tags:
                tags.append(tag)
    return found


def _lacks(subject: Subject, part: Part, language: str) -> bool:
    """Whether a part has no text, and no recording, in a language."""
    home = subject.flow.language
    for name in part.phrases:
        phrase = subject.phrases.find(name)
        if phrase is not None and not phrase.speaks(language):
            return not _recorded(subject, name, language)
    text = part.looked_up
    if text is None or is_same_language(language, home) or not has_words(text.source):
        return False
    phrase = subject.phrases.saying(text.source, home)
    if phrase is not None and phrase.speaks(language):
        return False
    return not any(_recorded(subject, name, language) for name in _recordings(part, text))


def _recordings(part: Part, text: Template) -> Iterator[str]:
    """The recording that is played instead of a text."""
    main = getattr(part, part.form)
    if isinstance(main, Template) and main is not text and main.static:
        yield main.literal


def _recorded(subject: Subject, name: str, language: str) -> bool:
    return subject.world.recorded(name, language) is not None
