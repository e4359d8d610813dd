"""What exists at a site, as far as a check of a flow must know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


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

    def has_audio(self, name: str) -> bool | None:
        """Whether a recording of this name exists under ``prompts/``."""
