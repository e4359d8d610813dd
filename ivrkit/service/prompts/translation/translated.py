"""What a translator has sent back, whichever form of file it was."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivrkit.service.prompts.translation.sentences import Forms


@dataclass(frozen=True)
class Translated:
    """One text: ``source`` and ``translation`` by form, ``line`` where it stands; ``unsure``: the
    translator was not sure of it."""

    id: str
    source: Forms
    translation: Forms
    line: int
    unsure: bool = False


@dataclass
class TranslatedFile:
    """All of them. ``language`` is empty where the file does not say; ``obsolete`` counts texts
    that the translator's program has put aside."""

    language: str
    texts: list[Translated] = field(default_factory=list)
    obsolete: int = 0
