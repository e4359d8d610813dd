"""From files that do not say of which version they are to version 1."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.flow.migrating.document import Document
from ivrkit.flow.migrating.migration import Migration


class FromNone(Migration):
    """Version 1 is what files without a version are written in: nothing but its number comes."""

    since: ClassVar[str] = "0"

    def change(self, document: Document) -> None:
        """Nothing else is written otherwise."""
