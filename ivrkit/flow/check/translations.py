"""Texts that are missing in a language that a call may be spoken to in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

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
        texts = [text for placed in subject.steps for text in _texts(subject, placed, languages)]
        said = {tag for text in texts for tag in languages if tag not in text.missing}
        for tag in languages:
            if tag not in said and texts:  # one mistake, not as many as there are texts
                self._tell(subject, texts[0], [tag], "no text of this flow is there in")
        for text in texts:
            missing = [tag for tag in text.missing if tag in said]
            if missing:
                self._tell(subject, text, missing, "there is no text here for")

    def _tell(self, subject: Subject, text: Text, missing: Sequence[str], what: str) -> None:
        subject.report(
            MISSING_TRANSLATION,
            f"{what} {', '.join(missing)}",
            text.placed.mark_of(text.path),
            hint=f"write {{{subject.flow.language}: …, {missing[0]}: …}}, or add the text to the "
            "catalogue under prompts/",
            path=text.placed.path,
            severity="warning",
        )


class Text(NamedTuple):
    """Something that is said in words of a language: where it stands, and the languages in which
    it is not there."""

    placed: Placed
    path: str
    missing: tuple[str, ...]


def _texts(subject: Subject, placed: Placed, languages: Sequence[str]) -> Iterator[Text]:
    fallbacks = subject.phrases.fallbacks
    for path, tags in _maps(placed).items():
        missing = tuple(each for each in languages if nearest_tag(each, tags, fallbacks) is None)
        yield Text(placed, f"{path}{_MAP.rstrip('/')}", missing)
    for part, path in parts_used(placed):
        if _MAP in path or part.language is not None:
            continue
        if part.phrases or (part.looked_up is not None and has_words(part.looked_up.source)):
            missing = tuple(each for each in languages if _lacks(subject, part, each))
            yield Text(placed, f"{path}/{part.form}", missing)


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
    """Whether a part has no text, and no recording, in a language or one that stands in for it."""
    chain = subject.phrases.fallbacks.chain(language)
    tags = [language, *(each for each in chain if not is_same_language(each, language))]
    return all(_lacks_one(subject, part, each) for each in tags)


def _lacks_one(subject: Subject, part: Part, language: str) -> bool:
    home = subject.flow.language
    for name in part.phrases:
        phrase = subject.phrases.find(name)
        if phrase is not None and not phrase.speaks(language):
            return not _recorded(subject, name, language)
    text = part.looked_up
    if text is None or is_same_language(language, home):
        return False
    phrase = subject.phrases.saying(text.source, home, language)
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
