"""The catalogue of phrases: YAML files beside the recordings, read as flows are.

::

    phrases:
      welcome:
        en: Welcome to Acme Bank.
        es: Bienvenido a Acme Bank.
      your-balance:
        params: {balance: money}
        voice: anna
        recorded: false
        en: ["Your balance is", {money: balance, currency: EUR}]
        es: ["Su saldo es de", {money: balance, currency: EUR}]
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yaml.nodes import Node, ScalarNode

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.call.locale import NO_PHRASES, Phrase, Phrases
from ivrkit.call.prompt import Prompt
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.flow import codes
from ivrkit.flow.declarations import read_variables
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.fields.prompt import read_prompt
from ivrkit.flow.heap import collector_at_rest
from ivrkit.flow.languages import parts_in, prompts_of
from ivrkit.flow.model import Flow
from ivrkit.flow.names import FLOW, is_language, kebab, near_language
from ivrkit.flow.phrasebook import RECORDED, VOICE, read_recorded, read_voices
from ivrkit.flow.reader import VERSION, Reader
from ivrkit.flow.reading import Context, Rejected, plain
from ivrkit.flow.source import compose, read_text
from ivrkit.flow.swallowed import is_empty

PHRASES: Final = "phrases"
"""The field of a catalogue file that holds its phrases."""
SOURCE: Final = "#phrases"
"""The name under which a version keeps what it says of the catalogue, among its sources: no flow
can have it."""
FALLBACKS: Final = "#fallback"
"""The same for the languages that stand in for others."""
KEPT: Final = frozenset({SOURCE, FALLBACKS})


@dataclass
class Catalogue:
    """The phrases of a folder, what is wrong with its files, and their texts by file."""

    phrases: Phrases = NO_PHRASES
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, str] = field(default_factory=dict)


class CatalogueFolder:
    """Reads the ``*.yaml`` files below a folder; again only if one of them has changed.

    The folder may hold thousands of recordings: as long as no folder in it has changed, only the
    catalogue's own files are looked at.
    """

    def __init__(self, reader: Reader, folder: Path, fallbacks: Fallbacks = NO_FALLBACKS) -> None:
        self._reader = reader
        self._fallbacks = fallbacks
        self.folder = folder
        self._state: dict[Path, object] = {}
        self._read = Catalogue(Phrases({}, fallbacks))

    def read(self) -> Catalogue:
        """The catalogue as it is now; empty without a folder."""
        known = self._state or {self.folder: None}
        if any(_changed(path) != state for path, state in known.items()):
            folders, files = self._walk()
            self._state = {path: _changed(path) for path in (*folders, *files)}
            self._read = read_catalogue(self._reader, files, self._fallbacks)
        return self._read

    def _walk(self) -> tuple[list[Path], list[Path]]:
        folders, files = [], []
        for folder, _, names in os.walk(self.folder, followlinks=True):
            folders.append(Path(folder))
            files += [Path(folder, name) for name in names if name.endswith(".yaml")]
        return folders, sorted(files)


def read_catalogue(
    reader: Reader, files: Iterable[Path], fallbacks: Fallbacks = NO_FALLBACKS
) -> Catalogue:
    """Read the files of a catalogue. What is wrong is told at its place; the rest is there."""
    found = Catalogue()
    phrases: dict[str, Phrase] = {}
    with collector_at_rest():
        for path in files:
            file = str(path)
            text = read_text(path, file, found.diagnostics)
            if text is not None:
                found.sources[file] = text
                _read_file(reader, file, text, phrases, found.diagnostics)
    _refuse_circles(phrases, found.diagnostics)
    found.phrases = Phrases(phrases, fallbacks)
    return found


def _read_file(
    reader: Reader, file: str, text: str, phrases: dict[str, Phrase], found: Diagnostics
) -> None:
    source = compose(file, text, found, mend=True)
    if source is None:
        return
    context = Context(reader.language, source, found)
    with suppress(Rejected):
        pairs = list(context.pairs(source.root, "a catalogue", hint="begin with `phrases:`"))
        for key, name, node in pairs:
            if name == "ivrkit" and isinstance(node, ScalarNode) and node.value == str(VERSION):
                continue
            if name != PHRASES:
                hint = did_you_mean(name, (PHRASES,)) or "write the phrases below `phrases:`"
                message = f"a catalogue has no field '{name[:40]}'"
                context.fail(codes.UNKNOWN_FIELD, message, key, hint=hint)
                continue
            with suppress(Rejected):
                _read_phrases(context, node, phrases)


def _read_phrases(context: Context, node: Node, phrases: dict[str, Phrase]) -> None:
    hint = "write `welcome: {en: Welcome.}`"
    for key, name, value in context.pairs(node, "phrases", hint=hint):
        with suppress(Rejected):
            if not FLOW.fullmatch(name):
                near = "/".join(kebab(part) for part in name.split("/"))
                message = f"'{name[:40]}' is not the name of a phrase"
                hint = f"write {near}" if FLOW.fullmatch(near) else "phrases are kebab-case"
                raise context.fail(codes.BAD_NAME, message, key, hint=hint)
            if name in phrases:
                mark = phrases[name].mark
                message = f"there is a phrase '{name}' already: {mark.file}:{mark.line}"
                raise context.fail(codes.DUPLICATE_KEY, message, key, hint="leave one out")
            phrases[name] = _read_phrase(context, name, key, value)


def _read_phrase(context: Context, name: str, key: ScalarNode, node: Node) -> Phrase:
    context.base, context.marks, context.failures = f"{PHRASES}/{name}", {}, 0
    params: dict[str, Type] = {}
    prompts: dict[str, Prompt] = {}
    voices: dict[str, str] = {}
    recorded: dict[str, bool] = {}
    hint = "write one text per language: `en: Welcome.`"
    if is_empty(node):
        raise context.fail(codes.WRONG_FORM, f"the phrase '{name}' has no text", key, hint=hint)
    for inner, field_name, value in context.pairs(node, f"the phrase '{name}'", hint=hint):
        with suppress(Rejected):
            if field_name == "params":
                variables = read_variables(context, value, "params")
                params = {each: variable.type for each, variable in variables.items()}
            elif field_name == VOICE:
                voices = read_voices(context, value)
            elif field_name == RECORDED:
                recorded = read_recorded(context, value)
            elif is_language(field_name):
                context.demand(value, field_name)
                prompts[field_name] = read_prompt(context, value, field_name)
            else:
                tag = near_language(field_name)
                known = ("params", VOICE, RECORDED)
                near = f"did you mean '{tag}'?" if tag else did_you_mean(field_name, known)
                message = (
                    f"a phrase has languages, params, voice and recorded, no '{field_name[:40]}'"
                )
                context.fail(codes.UNKNOWN_FIELD, message, inner, hint=near)
    if context.failures:
        raise Rejected
    if not prompts:
        raise context.fail(codes.WRONG_FORM, f"the phrase '{name}' has no text", key, hint=hint)
    mark = context.source.mark(key)
    return Phrase(name, prompts, params, plain(node), mark, context.marks, voices, recorded)


def _refuse_circles(phrases: dict[str, Phrase], found: Diagnostics) -> None:
    """A phrase that says itself would never end: it is told of and left out."""
    for name in list(phrases):
        if name in _said_by(phrases[name], phrases):
            mark = phrases[name].mark
            hint = "one of the phrases that it says, says it again"
            found.error(codes.BAD_VALUE, f"the phrase '{name}' says itself", mark, hint=hint)
            del phrases[name]


def _said_by(phrase: Phrase, phrases: Mapping[str, Phrase]) -> set[str]:
    """The phrases that stand in a phrase, and in these."""
    found: set[str] = set()
    waiting = [phrase]
    while waiting:
        for part in parts_in(waiting.pop().prompts):
            for name in part.phrases:
                if name not in found:
                    found.add(name)
                    waiting += [phrases[name]] if name in phrases else []
    return found


# ---- what a version of a flow says of it ---------------------------------------------------------


def used_by(flows: Iterable[Flow], phrases: Phrases, language: str = "") -> Phrases:
    """The phrases that flows say, by name or by their text. With a ``language``, of several that
    are the same text only the one which calls in it take."""
    found: dict[str, Phrase] = {}
    waiting = [name for flow in flows for name in _names_in(flow, phrases, language)]
    while waiting:
        name = waiting.pop()
        phrase = phrases.find(name)
        if phrase is not None and name not in found:
            found[name] = phrase
            waiting += [each for part in parts_in(phrase.prompts) for each in part.phrases]
    return Phrases(found, phrases.fallbacks)


def _names_in(flow: Flow, phrases: Phrases, language: str) -> Iterator[str]:
    for prompt in prompts_of(flow):
        for part in parts_in(prompt):
            yield from part.phrases
            text = part.looked_up
            if text is None:
                continue
            found = phrases.all_saying(text.source, flow.language)
            taken = phrases.saying(text.source, flow.language, language) if language else None
            yield from (each.name for each in ([taken] if taken is not None else found))


def written(phrases: Phrases) -> str:
    """Phrases as a catalogue file (JSON is YAML), for :func:`read_written`."""
    found = {name: phrases.find(name) for name in sorted(phrases)}
    sources = {name: each.source for name, each in found.items() if each is not None}
    return json.dumps({PHRASES: sources}, ensure_ascii=False, indent=1)


def kept_of(phrases: Phrases) -> dict[str, str]:
    """What a version keeps among its sources of the phrases that it says, and of the languages
    that stand in for others; nothing where there is nothing."""
    found = {SOURCE: written(phrases)} if len(phrases) else {}
    if phrases.fallbacks:
        found[FALLBACKS] = json.dumps(phrases.fallbacks.declared, sort_keys=True)
    return found


def read_written(reader: Reader, text: str, found: Diagnostics) -> Phrases:
    """The phrases of a version that :func:`written` has kept."""
    phrases: dict[str, Phrase] = {}
    _read_file(reader, f"{PHRASES}.yaml", text, phrases, found)
    return Phrases(phrases)


def read_kept(reader: Reader, sources: Mapping[str, str], found: Diagnostics) -> Phrases:
    """The phrases of a version by :func:`kept_of`."""
    phrases = read_written(reader, sources[SOURCE], found) if SOURCE in sources else NO_PHRASES
    if FALLBACKS not in sources:
        return phrases
    return phrases.with_fallbacks(Fallbacks(json.loads(sources[FALLBACKS])))


def _changed(path: Path) -> object:
    """What differs when a file or folder has changed; None if it is not there."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino
