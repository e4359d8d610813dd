"""Texts: which are missing in which language, and which languages stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivrkit.call.locale import Locale, has_words, is_same_language, nearest_tag
from ivrkit.call.prompt import Part, Prompt
from ivrkit.flow.check.translations import MISSING_TRANSLATION
from ivrkit.flow.languages import parts_in, prompts_of
from ivrkit.prompts.parts.text import TextPart
from ivrkit.service.checking import UNUSED_PHRASE
from ivrkit.service.prompts.findings import Finding, Level
from ivrkit.service.prompts.project import Project

OTHERS = (MISSING_TRANSLATION, UNUSED_PHRASE)
"""Codes of `ivrkit check` that are told of here in another way: by language, or by phrase."""


def mistakes(project: Project) -> Iterator[Finding]:
    """What is wrong in flows and in the catalogue: nothing can be said of what cannot be read."""
    for each in project.checked.diagnostics.errors:
        if each.code not in OTHERS:
            message = f"{each.message} [{each.code}]"
            yield Finding(Level.error, "mistake", message, each.hint, place=str(each.mark))


def missing(project: Project, language: str) -> Iterator[Finding]:
    """The texts of flows and phrases that are not there in a language."""
    for each in project.checked.diagnostics:
        if each.code == MISSING_TRANSLATION and _names(each.message, language):
            yield Finding(
                Level.error,
                "missing-text",
                "a text of the flow is not there",
                f"write {{{project.home}: …, {language}: …}}, or add it to the catalogue",
                language,
                str(each.mark),
            )
    for phrase in (*project.said, *project.unsaid):
        if not project.needs(phrase, language):
            continue
        found = nearest_tag(language, phrase.prompts, project.fallbacks)
        place = f"{phrase.mark.file}:{phrase.mark.line}"
        if found is None:
            yield Finding(
                Level.error,
                "missing-text",
                f"the phrase '{phrase.name}' has no text",
                f"add `{language}:` to it; until then it is said in another language",
                language,
                place,
            )
        elif found != language:
            message = f"the text of the phrase '{phrase.name}' falls back to {found}"
            yield Finding(Level.note, "falls-back", message, "", language, place)
    yield from _falling_back(project, language)
    if language in project.asked:
        yield from _of_new_language(project, language)


def without_rules(project: Project, language: str) -> Iterator[Finding]:
    """A language in which numbers cannot be said."""
    if not project.rules.speaks(language):
        hint = "leave it out, install the package that brings it, or let another stand in for it"
        message = "there are no say rules for this language"
        yield Finding(Level.error, "no-rules", message, hint, language)


def unsaid(project: Project) -> Iterator[Finding]:
    """The phrases that no flow says."""
    for phrase in project.unsaid:
        yield Finding(
            Level.warning,
            "unsaid-phrase",
            f"no flow says the phrase '{phrase.name}'",
            "remove it, or say it",
            place=f"{phrase.mark.file}:{phrase.mark.line}",
        )


def _names(message: str, language: str) -> bool:
    """Whether a finding is about a language: it names one of each kind at its end."""
    told = re.split(r" (?:for|in) ", message)[-1].split(", ")
    return any(is_same_language(language, each) for each in told)


def _of_new_language(project: Project, language: str) -> Iterator[Finding]:
    """The texts of flows that are not there in a language which no call gets yet."""
    for name, flow in project.flows.items():
        count = sum(
            not _has(project, part, flow.language, language)
            for prompt in prompts_of(flow)
            for part in parts_in(prompt)
        )
        if count and not is_same_language(language, flow.language):
            texts = "1 text of the flow is" if count == 1 else f"{count} texts of the flow are"
            hint = f"make phrases of them, with `{language}:` beside `{flow.language}:`"
            place = project.files[name]
            yield Finding(Level.error, "missing-text", f"{texts} not there", hint, language, place)


def _has(project: Project, part: Part, home: str, language: str) -> bool:
    if part.languages_written:
        return nearest_tag(language, part.languages_written, project.fallbacks) is not None
    text = part.looked_up
    if text is None or not has_words(text.source):
        return True
    phrase = project.phrases.saying(text.source, home, language)
    tags = phrase.prompts if phrase is not None else ()
    return nearest_tag(language, tags, project.fallbacks) is not None


def _falling_back(project: Project, language: str) -> Iterator[Finding]:
    """The texts of flows that are written for several languages and not for this one."""
    for name, flow in project.flows_in(language).items():
        counts: dict[str, int] = {}
        for part in (part for prompt in prompts_of(flow) for part in parts_in(prompt)):
            tags = part.languages_written
            found = nearest_tag(language, tags, project.fallbacks) if tags else None
            if found is not None and found != language:
                counts[found] = counts.get(found, 0) + 1
        for tag, count in counts.items():
            texts = "1 text of the flow falls" if count == 1 else f"{count} texts of the flow fall"
            place = project.files[name]
            yield Finding(Level.note, "falls-back", f"{texts} back to {tag}", "", language, place)


def unnamed(project: Project, language: str) -> Iterator[Finding]:
    """The texts of flows that cannot be recorded, where a language is to be heard from
    recordings."""
    if not project.settings.wants_recordings(language):
        return
    for flow in project.flows_in(language).values():
        found: dict[str, str] = {}
        locale = Locale(language, flow.language, project.phrases)
        for prompt in prompts_of(flow):
            for part, place, inner in _said_in(prompt, locale):
                text = _nameless(part, inner, language)
                if text:
                    found.setdefault(text, place)
        for text, place in found.items():
            yield Finding(
                Level.warning,
                "unrecordable",
                f"'{text[:60]}' has no name, so that no recording can be played for it",
                "make it a phrase of the catalogue, or write {audio: name, text: …}",
                language,
                place,
            )


def _said_in(prompt: Prompt, locale: Locale) -> Iterator[tuple[Part, str, Locale]]:
    """The parts that a prompt of a flow says in a language, with the place of each and the
    language of what is written there; what stands in phrases is left out."""
    for part in prompt.parts:
        if part.phrases:
            continue
        inside = [*part.alternatives(locale)]
        for inner, spoken in inside:
            yield from _said_in(inner, spoken)
        if not inside:
            yield part, str(prompt.mark), locale


def _nameless(part: Part, locale: Locale, language: str) -> str:
    """The text of a part if it is said in a language, and no recording can take its place."""
    if not isinstance(part, TextPart) or not part.text.static or not has_words(part.text.source):
        return ""
    text = part.text.source
    if part.language is not None:
        return text if is_same_language(part.language, language) else ""
    if not is_same_language(locale.home, language) or locale.translation(text) is not None:
        return ""
    return text
