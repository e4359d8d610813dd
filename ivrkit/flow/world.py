"""What exists at a site, as far as a check of a flow must know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class Announced(NamedTuple):
    """Keys that a text tells the caller to press: the keys as they are typed (``*2``), and where
    in the text they stand."""

    keys: str
    offset: int
    length: int


class World(Protocol):
    """The names that the configuration gives meaning to. ``None`` says that nothing is known
    (a check without a configuration): then names are not complained about."""

    @property
    def queues(self) -> Collection[str] | None: ...

    @property
    def flows(self) -> Collection[str]: ...

    @property
    def ports(self) -> Collection[type] | None:
        """The ports that this site serves; a verb that needs another cannot run here."""

    def speaks(self, language: str) -> bool | None:
        """Whether there are say rules for a language."""

    def has_audio(self, name: str) -> bool | None:
        """Whether a recording of this name exists under ``prompts/``."""

    def announced(self, text: str, language: str) -> Sequence[Announced]:
        """The keys that a text of a language announces ("press 1"), in their order; none in a
        language whose words for it are not known."""
