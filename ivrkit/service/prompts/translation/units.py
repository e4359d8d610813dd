"""Everything that callers hear and that is to be translated, with where it is said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ivrkit.call.locale import Phrase, has_words, is_same_language, nearest_tag, normal
from ivrkit.call.prompt import Part, Prompt
from ivrkit.errors import ConfigurationError
from ivrkit.flow.languages import outermost, parts_in
from ivrkit.flow.model import Flow
from ivrkit.flow.names import KEBAB, kebab
from ivrkit.flow.walk import found_in
from ivrkit.prompts.recordings import Recordings
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.checking import known_languages
from ivrkit.service.prompts.project import Project, read_project
from ivrkit.service.prompts.translation.sentences import Forms, texts_of
from ivrkit.service.prompts.translation.sentences import Path as Inside

SHOWN: Final = 200
"""Characters of a text that stands before."""
MOST: Final = 5
"""Places at which a text is said, of those that are told with it."""
SLUG: Final = 40
"""Characters of the name that a text of a flow gets."""


@dataclass
class Unit:
    """One text: ``id`` is the phrase with the place in it, ``source`` and ``translation`` its
    forms (``""``: it has none); ``places`` are files with lines, ``contexts`` where it is said."""

    id: str
    phrase: str
    inside: Inside
    source: Forms
    translation: Forms
    mixed: bool
    places: list[tuple[str, int]] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A phrase of the catalogue, or one that is made of a text of a flow (``new``): its prompt in
    the language from which it is translated, and the one there is already."""

    name: str
    file: Path
    home: str
    source: Any
    present: Any = None
    new: bool = False


@dataclass
class Texts:
    """All there is to translate into a ``language``. ``left_out`` tells what cannot be."""

    language: str
    home: str
    units: dict[str, Unit] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    root: Path = Path()
    """The folder from which places are told."""

    def place(self, file: str, line: int) -> tuple[str, int]:
        """A line of a file of the project."""
        path = Path(file)
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path), line


@dataclass
class _Said:
    """Where phrases and texts of flows are said."""

    places: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    contexts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, place: tuple[str, int], context: str) -> None:
        if place not in self.places.setdefault(key, []):
            self.places[key].append(place)
        if context not in self.contexts.setdefault(key, []):
            self.contexts[key].append(context)


def texts_to_translate(configuration: Configuration, language: str) -> Texts:
    """The texts of the catalogue and of the flows of a site, for a language. Raises
    ConfigurationError."""
    known_languages([language])
    recordings = Recordings.of(configuration.prompts)
    project = read_project([configuration.flows], configuration, recordings, [language])
    if project.home == language:
        raise ConfigurationError(
            f"the flows are written in {language}", hint="name the language to translate into"
        )
    texts = Texts(language, project.home, root=configuration.prompts.folder.parent)
    broken = sum(1 for _ in project.checked.diagnostics.errors)
    if broken:
        files = sorted({each.mark.file for each in project.checked.diagnostics.errors})
        texts.left_out.append(f"what could not be read in {', '.join(files)}: `ivrkit check`")
    said = _Said()
    found = [each for name in project.flows for each in _of_flow(project, name, said)]
    for name in sorted(project.phrases):
        phrase = project.phrases.find(name)
        if phrase is not None:
            _add_phrase(texts, phrase, said)
    for source, flow in found:
        _add_text(texts, project, source, flow, said)
    return texts


def _add_phrase(texts: Texts, phrase: Phrase, said: _Said) -> None:
    home = nearest_tag(texts.home, [tag for tag in phrase.prompts if tag != texts.language])
    home = home or next((tag for tag in phrase.prompts if tag != texts.language), None)
    if home is None:
        return  # it is there in that language alone
    entry = Entry(
        phrase.name,
        Path(phrase.mark.file),
        home,
        phrase.source[home],
        phrase.source.get(texts.language),
    )
    place = (phrase.mark.file, phrase.mark.line)
    places = [place, *said.places.get(phrase.name, ())]
    if not _add_entry(texts, entry, places, said.contexts.get(phrase.name, [])):
        file, line = texts.place(*place)
        texts.left_out.append(
            f"{file}:{line}: the phrase '{phrase.name}' is another sort of prompt in "
            f"{texts.language} than in {home}"
        )


def _add_text(texts: Texts, project: Project, source: str, flow: Flow, said: _Said) -> None:
    name = _name(texts, flow.name, source)
    entry = Entry(
        name, project.settings.folder / f"{flow.name}.yaml", flow.language, source, new=True
    )
    _add_entry(texts, entry, said.places[source], said.contexts[source])


def _add_entry(
    texts: Texts, entry: Entry, places: list[tuple[str, int]], contexts: list[str]
) -> bool:
    """False if what is there already has other texts than what it is translated from."""
    source = texts_of(entry.source, texts.language)
    present = texts_of(entry.present, texts.language) if entry.present is not None else {}
    if entry.present is not None and source.keys() != present.keys():
        return False
    if any(("" in present[each].forms) != ("" in source[each].forms) for each in present):
        return False
    texts.entries[entry.name] = entry
    notes = comments_above(entry.file, places[0][1]) if not entry.new else []
    places = [texts.place(*each) for each in places]
    if len(contexts) > MOST:
        contexts = [*contexts[:MOST], f"and {len(contexts) - MOST} more times"]
    for inside, text in source.items():
        if not any(text.forms.values()):
            continue
        there = present.get(inside)
        unit = Unit(
            id="#".join(filter(None, (entry.name, "/".join(map(str, inside))))),
            phrase=entry.name,
            inside=inside,
            source=text.forms,
            translation=there.forms if there is not None else {},
            mixed=text.mixed or (there is not None and there.mixed),
            places=places,
            contexts=contexts,
            comments=notes,
        )
        texts.units[unit.id] = unit
    return True


def comments_above(file: Path, line: int) -> list[str]:
    """The comments that stand directly above a line (which counts from 1)."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found: list[str] = []
    for each in reversed(lines[: line - 1]):
        if not each.strip().startswith("#") or not each.startswith(" "):
            break
        found.append(each.strip().lstrip("#").strip())
    return [each for each in reversed(found) if each]


def _name(texts: Texts, flow: str, source: str) -> str:
    """What a text of a flow is called in the catalogue: by its first words, so that it is the same
    the next time."""
    mark = hashlib.sha256(normal(source).encode()).hexdigest()[:6]
    slug = kebab(source)[:SLUG].rstrip("-")
    name = f"{flow}/{slug if KEBAB.fullmatch(slug) else f'text-{mark}'}"
    return f"{name}-x{mark}" if name in texts.entries else name


# ---- where it is said ----------------------------------------------------------------------------


def _of_flow(project: Project, name: str, said: _Said) -> list[tuple[str, Flow]]:
    """The texts of a flow that are in no phrase; where they and the phrases are said."""
    flow, file = project.flows[name], project.files[name]
    found: dict[str, None] = {}
    before: dict[str, str] = {}
    for where, line, prompt in _prompts(flow):
        context = f"flow {name}, {where}"
        heard = before.get(where, "")
        told = f"{context}; before it: {heard}" if heard else context
        for part in _looked_up(prompt.parts):
            text = part.looked_up
            for phrase in part.phrases:
                said.add(phrase, (file, line), told)
            if text is None or not has_words(text.source):
                continue
            phrases = project.phrases.all_saying(text.source, flow.language)
            for each in phrases:
                said.add(each.name, (file, line), told)
            if not phrases:
                said.add(text.source, (file, line), told)
                found[text.source] = None
        before[where] = _shown(prompt, project, flow.language) or heard
    return [(source, flow) for source in found]


def _prompts(flow: Flow) -> Iterator[tuple[str, int, Prompt]]:
    for node in flow.nodes():
        for prompt in outermost(found_in(node.step, Prompt)):
            yield f"section {node.path.partition('/')[0]}", node.mark.line, prompt
    for key in (*flow.keys, *flow.shortcuts):
        if key.say is not None:
            yield "keys", key.mark.line, key.say


def _looked_up(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts that are looked up in the catalogue: not those that are written for languages."""
    for part in parts:
        if part.languages_written:
            continue
        inner = [each for each in parts_in([part]) if each is not part]
        written = {
            id(below)
            for each in inner
            if each.languages_written
            for below in (each, *parts_in([each]))
        }
        yield part
        yield from (each for each in inner if id(each) not in written)


def _shown(prompt: Prompt, project: Project, language: str) -> str:
    words = []
    for part in prompt.parts:
        text = part.looked_up
        names = [each for each in part.phrases if project.phrases.find(each) is not None]
        if text is not None:
            words.append(normal(text.source))
        elif names:
            words.append(_words_of(project, names, language))
        else:
            words.append(f"[{part.form}]")
    shown = " ".join(words)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _words_of(project: Project, names: Sequence[str], language: str) -> str:
    phrase = project.phrases.find(names[0])
    assert phrase is not None
    tag = next((each for each in phrase.prompts if is_same_language(each, language)), None)
    text = phrase.prompts[tag].only_text if tag is not None else None
    return normal(text) if text is not None else f"[{names[0]}]"
