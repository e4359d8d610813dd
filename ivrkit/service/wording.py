"""What is missing of the prompts of a project: texts and recordings per language, and what is
there and said by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.locale import Phrases, nearest_tag, wider
from ivrkit.call.prompt import Part
from ivrkit.flow.catalogue import used_by
from ivrkit.flow.check.translations import MISSING_TRANSLATION
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.flow.languages import languages_of, languages_written, parts_in, prompts_of
from ivrkit.flow.model import Flow
from ivrkit.prompts.parts.audio import AudioPart
from ivrkit.prompts.recordings import Recordings
from ivrkit.service.checking import check_paths, libraries
from ivrkit.service.configuration import Configuration

WORDS = ("digits/", "letters/", "vm-")
"""Recordings of single words, which numbers and dates are made of: Asterisk's own names."""


@dataclass
class Wording:
    """What is missing, by language tag: ``texts`` are places and phrases without a text,
    ``recordings`` names that are played and not there. ``unused`` are files that nobody plays,
    ``unsaid`` phrases that nobody says; ``problems`` is what is wrong with the files."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    recordings: dict[str, list[str]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing and nothing wrong. What is there too much does no harm."""
        return not (self.problems or any(self.texts.values()) or any(self.recordings.values()))


def look_at_prompts(paths: Sequence[Path], configuration: Configuration) -> Wording:
    """Look at the prompts of flows (files, folders) at a site. Raises ConfigurationError."""
    found = Wording()
    settings = configuration.prompts
    recordings = Recordings.of(settings)
    report = check_paths(paths, configuration)
    found.problems = list(report.diagnostics.errors)
    flows: dict[str, Flow] = {}
    phrases = Phrases({})
    languages: dict[str, None] = {}
    for library, name in libraries(paths, settings):
        loaded = library.load(name)
        flows.update(loaded.flows)
        phrases = loaded.phrases
        languages.update(dict.fromkeys(languages_of(name, loaded.flows)))
        for flow in loaded.flows.values():
            languages.update(dict.fromkeys(languages_written(flow)))
    for tag in languages:
        texts = [
            *_places(report.diagnostics, tag),
            *(f"phrase {name}" for name in phrases if not _speaks(phrases, name, tag)),
        ]
        found.texts[tag] = list(dict.fromkeys(texts))
        found.recordings[tag] = sorted(_unrecorded(flows.values(), recordings, tag))
    said = used_by(flows.values(), phrases)
    found.unsaid = sorted(name for name in phrases if said.find(name) is None)
    found.unused = sorted(_unused(flows.values(), phrases, recordings))
    return found


def _places(diagnostics: Iterable[Diagnostic], tag: str) -> Iterator[str]:
    for each in diagnostics:
        if each.code == MISSING_TRANSLATION and tag in each.message.replace(",", " ").split():
            yield f"{each.mark.file}:{each.mark.line}"


def _speaks(phrases: Phrases, name: str, tag: str) -> bool:
    phrase = phrases.find(name)
    return phrase is not None and nearest_tag(tag, phrase.prompts) is not None


def _audio(flows: Iterable[Flow], phrases: Phrases | None = None) -> Iterator[AudioPart]:
    prompts: list[object] = [prompt for flow in flows for prompt in prompts_of(flow)]
    for phrase in map(phrases.find, phrases) if phrases is not None else ():
        prompts += phrase.prompts.values() if phrase is not None else ()
    found: Iterator[Part] = (part for prompt in prompts for part in parts_in(prompt))
    return (part for part in found if isinstance(part, AudioPart))


def _unrecorded(flows: Iterable[Flow], recordings: Recordings, tag: str) -> set[str]:
    names = {part.audio.literal for part in _audio(flows) if part.audio.static}
    return {name for name in names if not _has(recordings, name, tag)}


def _has(recordings: Recordings, name: str, tag: str) -> bool:
    return any(each in recordings.known for each in (*(f"{t}/{name}" for t in wider(tag)), name))


def _unused(flows: Iterable[Flow], phrases: Phrases, recordings: Recordings) -> Iterator[str]:
    """Recordings that no flow names, no phrase is called like, and that are no single words. If a
    flow works a name out, any of them may be played."""
    parts = list(_audio(flows, phrases))
    if any(not part.audio.static for part in parts):
        return
    used = {part.audio.literal for part in parts} | set(phrases)
    for known in recordings.known:
        inside = known.partition("/")[2]
        if known not in used and inside not in used and not inside.startswith(WORDS):
            yield known
