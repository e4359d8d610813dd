"""What comes back from a translator: compared with what is there, written where it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ivrkit.errors import ConfigurationError, PromptError, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.plurals import forms_wanted
from ivrkit.flow.catalogue import read_written
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.prompts import files
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.translation import po, table
from ivrkit.service.prompts.translation.sentences import (
    ONLY,
    Counted,
    Text,
    parsed,
    placeholders,
    rebuilt,
)
from ivrkit.service.prompts.translation.splicing import changed
from ivrkit.service.prompts.translation.translated import Translated, TranslatedFile
from ivrkit.service.prompts.translation.units import Entry, Texts, Unit, texts_to_translate
from ivrkit.service.registries import reader
from ivrkit.service.rewriting import Rewritten

LARGEST: Final = 50_000_000
"""Bytes of a file of translations."""
READERS: Final = {".po": po.read, ".pot": po.read, ".csv": table.read}
"""How a file is read, by its ending."""


@dataclass
class Taken:
    """What comes of a file of translations: the catalogue files with their new texts, how many
    texts are ``new`` and ``changed``, how many are as they were (``same``), not translated
    (``open``), or put aside by the translator's program (``obsolete``); what was left out, with the
    reason, and what was ``refused``."""

    language: str
    files: list[Rewritten] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0
    open: int = 0
    obsolete: int = 0
    left_out: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Put the new texts in their files' places. Raises ConfigurationError, PromptError."""
        for each in self.files:
            files.make_folder(each.path.parent)
            each.write()


def read_file(path: Path, language: str = "") -> TranslatedFile:
    """A file of translations, by its ending. Raises ConfigurationError."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise ConfigurationError(
            f"{path.name} is no file of translations", hint="it ends with .po or .csv"
        )
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigurationError(f"{path} is larger than 50 MB", hint="divide it")
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    return read(raw, str(path), language)


def take(
    configuration: Configuration, path: Path, language: str = "", *, unsure: bool = False
) -> Taken:
    """Compare a file of translations with what is there; nothing is written. ``unsure``: texts of
    which the translator was not sure are taken too. Raises ConfigurationError."""
    found = read_file(path, language)
    if language and found.language and found.language != language:
        raise ConfigurationError(
            f"{path} is for {found.language}, not for {language}", hint="leave --language out"
        )
    texts = texts_to_translate(configuration, found.language)
    taking = _Taking(texts, str(path), unsure)
    for each in found.texts:
        taking.add(each)
    taking.taken.obsolete = found.obsolete
    taking.finish()
    return taking.taken


class _Taking:
    def __init__(self, texts: Texts, file: str, unsure: bool) -> None:
        self._texts = texts
        self._file = file
        self._unsure = unsure
        self._wanted = forms_wanted(texts.language)
        self._new: dict[str, dict[Any, Text]] = {}
        self._lines: dict[str, int] = {}
        self._of: dict[str, dict[Any, Unit]] = {}
        for unit in texts.units.values():
            self._of.setdefault(unit.phrase, {})[unit.inside] = unit
        self.taken = Taken(texts.language)

    def add(self, each: Translated) -> None:
        """Look at one text, and keep it if it is to be written."""
        place = f"{self._file}:{each.line}"
        unit = self._texts.units.get(each.id)
        given = {form: text for form, text in each.translation.items() if text}
        if unit is None:
            near = did_you_mean(each.id, self._texts.units)
            self._leave(place, f"there is no text '{each.id[:80]}'{f': {near}' if near else ''}")
        elif any(text != _expected(unit, form) for form, text in each.source.items()):
            self._leave(place, f"'{unit.id}' has another text by now: export it again")
        elif not given:
            self.taken.open += 1
        elif given == {form: text for form, text in unit.translation.items() if text}:
            self.taken.same += 1
        elif ONLY not in given and not given.keys() >= self._wanted:
            missing = ", ".join(sorted(self._wanted - given.keys()))
            self._leave(place, f"'{unit.id}' is not complete: {missing} is missing")
        elif each.unsure and not self._unsure:
            self._leave(place, f"'{unit.id}' is marked as not sure (fuzzy)")
        elif self._is_good(unit, given, place):
            self._new.setdefault(unit.phrase, {})[unit.inside] = Text(given, unit.mixed)
            self._lines.setdefault(unit.phrase, each.line)
            if unit.translation:
                self.taken.changed += 1
            else:
                self.taken.new += 1

    def finish(self) -> None:
        """Make the catalogue's new texts. Raises ConfigurationError."""
        changes: dict[Path, dict[str, dict[str, Any]]] = {}
        for name, texts in self._new.items():
            entry = self._texts.entries[name]
            place = f"{self._file}:{self._lines[name]}"
            if entry.present is None and not self._is_whole(name, texts, place):
                continue
            base = entry.source if entry.present is None else entry.present
            value = rebuilt(base, texts)
            if self._is_read(entry, value, place):
                home = {entry.home: entry.source} if entry.new else {}
                fields = {**home, self._texts.language: value}
                changes.setdefault(entry.file, {})[name] = fields
        for path, fields_of in sorted(changes.items()):
            self.taken.files.append(_rewritten(path, fields_of))

    def _is_whole(self, name: str, texts: Mapping[Any, Text], place: str) -> bool:
        """Whether all texts of a phrase are translated: it is said in one language."""
        every = self._of[name]
        if texts.keys() == every.keys():
            return True
        self._drop(name, texts)
        count = f"{len(texts)} of the {len(every)} texts"
        self._leave(place, f"'{name}' is not complete: {count} are translated")
        return False

    def _is_good(self, unit: Unit, given: Mapping[str, str], place: str) -> bool:
        """Whether nothing was lost or invented in the braces."""
        models = [*unit.source.values(), *unit.translation.values()]
        try:
            allowed = [placeholders(text, mixed=unit.mixed) for text in models if text]
            for form, text in given.items():
                found = placeholders(text, mixed=unit.mixed)
                if found not in allowed:
                    model = placeholders(_expected(unit, form), mixed=unit.mixed)
                    raise ValueRejected(_difference(found, model), hint="copy it as it was")
                parsed(text, mixed=unit.mixed)
        except ValueRejected as error:
            told = f"{place}: '{unit.id}': {error.message}"
            self.taken.refused.append(f"{told}; {error.hint}" if error.hint else told)
            return False
        return True

    def _is_read(self, entry: Entry, value: Any, place: str) -> bool:
        """Whether the catalogue can be read with it."""
        found = Diagnostics()
        fields = {entry.home: entry.source, self._texts.language: value}
        read_written(reader(), changed("", "", {entry.name: fields}), found)
        if not found.failed:
            return True
        first = found.errors[0]
        self._drop(entry.name, self._new[entry.name])
        self.taken.refused.append(f"{place}: '{entry.name}': {first.message}; {first.hint}")
        return False

    def _drop(self, name: str, texts: Iterable[Any]) -> None:
        """They are not written after all."""
        for inside in texts:
            if self._of[name][inside].translation:
                self.taken.changed -= 1
            else:
                self.taken.new -= 1

    def _leave(self, place: str, why: str) -> None:
        self.taken.left_out.append(f"{place}: {why}")


def _expected(unit: Unit, form: str) -> str:
    """The text from which a form is translated."""
    if ONLY in unit.source:
        return unit.source[ONLY]
    many = unit.source.get(po.OTHER) or next(iter(unit.source.values()))
    return unit.source.get(form, many)


def _difference(found: Counted, model: Counted) -> str:
    lost, invented = Counter(model), Counter(found)
    lost.subtract(found)
    invented.subtract(model)
    told = [f"{each} is missing" for each, count in lost.items() if count > 0]
    told += [f"{each} is not in the text" for each, count in invented.items() if count > 0]
    return ", ".join(told) or "its values are others"


def _rewritten(path: Path, fields: Mapping[str, Mapping[str, Any]]) -> Rewritten:
    old, line_end = "", "\n"
    try:
        if path.exists():
            raw = path.read_bytes()
            line_end = "\r\n" if b"\r\n" in raw else "\n"
            old = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path} cannot be read: {error}") from None
    return Rewritten(path, old, changed(str(path), old, fields), Diagnostics(), line_end)
