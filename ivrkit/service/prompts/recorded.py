"""Recordings: which are missing, which nobody plays, and the words that the say rules need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from ivrkit.call.locale import Phrase, is_same_language, nearest_tag
from ivrkit.call.prompt import Part
from ivrkit.errors import PromptError
from ivrkit.flow.languages import parts_in, prompts_of
from ivrkit.flow.names import is_language
from ivrkit.prompts.formats import FORMATS
from ivrkit.prompts.parts.audio import AudioPart
from ivrkit.prompts.recordings import checked
from ivrkit.service.prompts.findings import Finding, Level
from ivrkit.service.prompts.project import Project

WORDS: Final = ("digits/", "letters/", "phonetic/", "vm-")
"""Recordings of single words, which numbers and dates are made of: Asterisk's own names."""
MOST_NAMED: Final = 12
"""Words that a finding names in its text; ``names`` has all."""


def missing(project: Project, language: str) -> Iterator[Finding]:
    """The recordings of phrases, and those that flows name, that are not there in a language."""
    said = [each for each in project.said if project.needs(each, language)]
    for phrase in said:
        if _can_be_recorded(phrase, project, language):
            yield from _of_phrase(project, phrase, language)
    for flow in project.flows_in(language).values():
        for prompt in prompts_of(flow):
            for part in parts_in(prompt):
                yield from _of_part(project, part, language, str(prompt.mark))
    for phrase in said:
        place = f"{phrase.mark.file}:{phrase.mark.line}"
        tag = nearest_tag(language, phrase.prompts, project.fallbacks)
        for part in parts_in(phrase.prompts[tag]) if tag is not None else ():
            yield from _of_part(project, part, language, place)


def words(project: Project, language: str) -> Iterator[Finding]:
    """The single words that values in flows need in a language, and that are not recorded."""
    found: dict[str, set[str]] = {}
    needed: dict[str, None] = {}
    for form, sound in dict.fromkeys(project.words_said(language)):
        needed[sound] = None
        if not project.recordings.has_word(language, sound):
            found.setdefault(form, set()).add(sound)
    wanted = project.settings.wants_recordings(language)
    some = any(project.recordings.has_word(language, sound) for sound in needed)
    for form, names in found.items():
        shown = ", ".join(sorted(names)[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        level = Level.error if wanted else Level.warning if some else Level.note
        yield Finding(
            level,
            "missing-words",
            f"{form}: {_many(len(names), 'word')} {_are(len(names))} not recorded: {shown}{more}",
            f"record them under prompts/{language}/; until then a voice says the whole value",
            language,
            names=tuple(sorted(names)),
        )


def unused(project: Project) -> Iterator[Finding]:
    """Recordings that no flow names, no phrase is called like, and that are no single words. If a
    flow works a name out, any of them may be played."""
    parts = list(_audio(project))
    if any(not part.audio.static for part in parts):
        return
    named = {_bare(part.audio.literal) for part in parts}
    used = named | set(project.phrases)
    vocabulary: dict[str, set[str]] = {}
    linked: dict[str, bool] = {}
    for known, file in project.recordings.known.items():
        tag, _, inside = known.partition("/")
        if known in named or inside in used or inside.startswith(WORDS):
            continue
        if tag not in linked:
            linked[tag] = (project.settings.folder / tag).is_symlink()
        if linked[tag]:  # another's, such as those of a package of Asterisk's
            continue
        if is_language(tag):
            if tag not in vocabulary:
                vocabulary[tag] = {sound for _, sound in project.words_said(tag)}
            if inside in vocabulary[tag]:
                continue
        yield Finding(
            Level.warning,
            "unused-recording",
            f"no flow plays '{known}'",
            _of_a_language(known, project) or "remove it, or name a phrase like it",
            language=tag if inside and is_language(tag) else "",
            place=f"{project.settings.folder}/{file}",
        )


def _of_a_language(known: str, project: Project) -> str:
    """What helps where a phrase is called like a recording that lies under no language."""
    if known not in project.phrases:
        return ""
    return f"put it into the folder of its language: {project.home}/{known}.wav"


def badly_named(project: Project) -> Iterator[Finding]:
    """Files that no prompt can name, and those that another one hides."""
    for file in project.recordings.files:
        name = os.path.splitext(file)[0]
        tag = name.partition("/")[0]
        place = f"{project.settings.folder}/{file}"
        language = tag if "/" in name and is_language(tag) else ""
        try:
            checked(name)
        except PromptError as error:
            yield Finding(Level.error, "bad-name", error.message, error.hint, language, place)
            continue
        if project.recordings.known[name] != file:
            other = project.recordings.known[name]
            message = f"{other} is played in its place"
            yield Finding(Level.warning, "hidden", message, "remove one", language, place)
        if "/" in name and len(tag.partition("-")[0]) == 2 and not is_language(tag):
            message = f"'{tag}' is not the tag of a language"
            hint = "call the folder as in en, de or de-AT"
            yield Finding(Level.error, "bad-name", message, hint, place=place)


def _can_be_recorded(phrase: Phrase, project: Project, language: str) -> bool:
    """Whether a phrase is the same in every call, so that one recording can be it."""
    tag = nearest_tag(language, phrase.prompts, project.fallbacks)
    if phrase.params or tag is None:
        return False
    return all(part.static is not None for part in phrase.prompts[tag].parts)


def _of_phrase(project: Project, phrase: Phrase, language: str) -> Iterator[Finding]:
    place = f"{phrase.mark.file}:{phrase.mark.line}"
    found = project.recordings.tag_of(phrase.name, language)
    if not found:
        file = f"{project.settings.folder}/{language}/{phrase.name}.wav"
        if project.wants_recordings(phrase, language):
            message = f"the phrase '{phrase.name}' is not recorded"
            yield Finding(
                Level.error, "missing-recording", message, f"record {file}", language, place
            )
        else:
            message = f"the phrase '{phrase.name}' is spoken by a voice"
            yield Finding(Level.note, "spoken", message, "", language, place)
    elif not is_same_language(found, language) or len(found) > len(language):
        message = f"the recording of the phrase '{phrase.name}' falls back to {found}"
        yield Finding(Level.note, "falls-back", message, "", language, place)


def _of_part(project: Project, part: Part, language: str, place: str) -> Iterator[Finding]:
    if not isinstance(part, AudioPart) or not part.audio.static:
        return
    name = _bare(part.audio.literal)
    if project.recordings.tag_of(name, part.language or language) is not None:
        return
    file = f"{project.settings.folder}/{part.language or language}/{name}.wav"
    if part.text is not None and not project.wants_recordings(None, language):
        message = f"there is no recording '{name}': a voice says its text"
        yield Finding(Level.warning, "spoken", message, f"record {file}", language, place)
        return
    message = f"there is no recording '{name}'"
    hint = f"record {file}"
    if part.language is None:
        hint += f", or {project.settings.folder}/{name}.wav for all languages"
    yield Finding(Level.error, "missing-recording", message, hint, language, place)


def _audio(project: Project) -> Iterator[AudioPart]:
    prompts: list[object] = [each for flow in project.flows.values() for each in prompts_of(flow)]
    for phrase in (*project.said, *project.unsaid):
        prompts += phrase.prompts.values()
    return (part for part in parts_in(prompts) if isinstance(part, AudioPart))


def _bare(name: str) -> str:
    ending = os.path.splitext(name)[1].lower()
    return name[: -len(ending)] if ending in FORMATS else name


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
