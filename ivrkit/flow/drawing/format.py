"""What a format of drawings is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from ivrkit.flow.drawing.model import Atlas


class Format(ABC):
    """Turns drawings into one text. ``name`` chooses it, ``suffix`` ends its files."""

    name: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def render(self, atlas: Atlas) -> str:
        """The text. Raises NotAvailable where a part of the installation is missing."""
