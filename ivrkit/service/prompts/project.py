"""The flows and phrases of a project, as the checks of its prompts look at them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ivrkit.call.fallbacks import Fallbacks
from ivrkit.call.locale import NO_PHRASES, Phrase, Phrases, nearest_tag
from ivrkit.call.prompt import Part
from ivrkit.flow.catalogue import used_by
from ivrkit.flow.languages import languages_of, languages_written, parts_in
from ivrkit.flow.model import Flow
from ivrkit.prompts.language import Languages
from ivrkit.prompts.recordings import Recordings
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.service.checking import Report, check_paths, libraries
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import spoken_prompts
from ivrkit.service.prompts.words import words_of
from ivrkit.service.world import SiteWorld


@dataclass
class Project:
    """What is said, and what there is to say it with. ``files`` are the flows' files by name,
    ``languages`` those that calls can get and those that were ``asked`` for besides."""

    settings: PromptSettings
    recordings: Recordings
    checked: Report
    flows: dict[str, Flow] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    phrases: Phrases = NO_PHRASES
    languages: tuple[str, ...] = ()
    needed: dict[str, set[str]] = field(default_factory=dict)
    """The names of the phrases that calls can hear, by language: those of the flows which can get
    it."""
    getting: dict[str, set[str]] = field(default_factory=dict)
    """The names of the flows that can get a language."""
    asked: frozenset[str] = frozenset()
    home: str = "en"

    @property
    def fallbacks(self) -> Fallbacks:
        """Which language stands in for which."""
        return self.settings.fallbacks

    @cached_property
    def rules(self) -> Languages:
        """The say rules."""
        return Languages(self.settings.currency, fallbacks=self.fallbacks)

    @cached_property
    def said(self) -> list[Phrase]:
        """The phrases that flows say, by name."""
        found = used_by(self.flows.values(), self.phrases)
        return [each for name in sorted(found) if (each := found.find(name)) is not None]

    @cached_property
    def unsaid(self) -> list[Phrase]:
        """Those that none says."""
        said = {each.name for each in self.said}
        names = sorted(name for name in self.phrases if name not in said)
        return [each for name in names if (each := self.phrases.find(name)) is not None]

    def needs(self, phrase: Phrase, language: str) -> bool:
        """Whether a phrase must have a text in a language: where calls can hear it, and in a
        language that is asked for or recorded as a whole."""
        is_whole = language in self.asked or language in self.settings.recorded
        return is_whole or phrase.name in self.needed.get(language, ())

    def flows_in(self, language: str) -> Mapping[str, Flow]:
        """The flows that can get a language; all, of one that none of them gets yet."""
        names = self.getting.get(language)
        if names is None:
            return self.flows
        return {name: flow for name, flow in self.flows.items() if name in names}

    def parts_of_flow(self, name: str, language: str) -> Iterator[Part]:
        """Every part that a flow says in a language, that of the language's own wording too; none
        in a language without rules."""
        if not self.rules.speaks(language):
            return
        wording = TextPrompts(currency=self.settings.currency, fallbacks=self.fallbacks)
        for prompt in spoken_prompts(self.flows[name], wording, language):
            yield from parts_in(prompt)

    def parts_said(self, language: str) -> Iterator[Part]:
        """Every part that is said in a language, those of phrases too."""
        for name in self.flows_in(language):
            yield from self.parts_of_flow(name, language)
        for phrase in self.said:
            if not self.needs(phrase, language):
                continue
            tag = nearest_tag(language, phrase.prompts, self.fallbacks)
            if tag is not None and self.rules.speaks(language):
                yield from parts_in(phrase.prompts[tag])

    def words_said(self, language: str) -> Iterator[tuple[str, str]]:
        """The form and the name of each word of the say rules that flows may need."""
        for part in self.parts_said(language):
            for sound in words_of(part, language, self.rules):
                yield part.form, sound

    def wants_recordings(self, phrase: Phrase | None, language: str) -> bool:
        """Whether a phrase (or else a text) is to be heard from a recording."""
        wanted = phrase.wants_recording(language) if phrase is not None else None
        return self.settings.wants_recordings(language) if wanted is None else wanted


def _world(configuration: Configuration, names: Collection[str]) -> SiteWorld:
    """What matters here: queues and connectors are for `ivrkit check`."""
    recordings = Recordings.of(configuration.prompts)
    return SiteWorld(
        flows=names,
        audio=recordings.exists,
        lengths=recordings.seconds,
        languages=Languages(fallbacks=configuration.prompts.fallbacks),
    )


def read_project(
    paths: Sequence[Path],
    configuration: Configuration,
    recordings: Recordings,
    asked: Iterable[str] = (),
) -> Project:
    """Read and check the flows of files and folders, with the catalogue beside them; ``asked``
    are languages that are looked at whether calls can get them or not. Raises
    ConfigurationError."""
    settings = configuration.prompts
    project = Project(settings, recordings, check_paths(paths, configuration, world=_world))
    languages: dict[str, None] = {}
    for library, name in libraries(paths, settings):
        loaded = library.load(name)
        project.flows.update(loaded.flows)
        project.files.update(loaded.files)
        project.phrases = loaded.phrases
        found = dict.fromkeys(languages_of(name, loaded.flows))
        for flow in loaded.flows.values():
            found.update(dict.fromkeys(languages_written(flow)))
        languages.update(found)
        for tag in found:
            project.getting.setdefault(tag, set()).update(loaded.flows)
            said = used_by(loaded.flows.values(), loaded.phrases, tag)
            project.needed.setdefault(tag, set()).update(said)
    project.home = next(iter(languages), "en")
    languages.update(dict.fromkeys(settings.recorded))
    project.asked = frozenset(asked).difference(languages)
    project.languages = (*languages, *sorted(project.asked))
    return project
