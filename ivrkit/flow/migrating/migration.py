"""Steps from one version of the language to the next, and the way through all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final

from yaml.nodes import MappingNode, ScalarNode

import ivrkit.flow.migrating
from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.migrating.document import Document
from ivrkit.flow.reader import VERSION
from ivrkit.flow.registry import Registry
from ivrkit.flow.source import compose
from ivrkit.flow.versions import version_problem

FIELD: Final = "ivrkit"
"""The field that says of which version of the language a file is."""


class Migration(ABC):
    """One step. ``since`` is the version that it takes, as the file says it."""

    since: ClassVar[str]

    @abstractmethod
    def change(self, document: Document) -> None:
        """Edit what is written otherwise in the next version; its number is written for you."""


@dataclass(frozen=True)
class Migrated:
    """What came of a file: its new text (None if it cannot be migrated, of which the findings
    tell), and the version it had."""

    text: str | None
    since: int
    diagnostics: Diagnostics


class Migrator:
    """Runs a file through the migrations that it needs; ``version`` is the last one there is."""

    def __init__(
        self, steps: Mapping[str, type[Migration]] | None = None, version: int = VERSION
    ) -> None:
        self._steps = migrations() if steps is None else steps
        self.version = version

    def migrate(self, file: str, text: str) -> Migrated:
        """Bring a file to the last version. One that has it comes back as it is."""
        found = Diagnostics()
        document = _document(file, text, found)
        since = _version(document, file, self.version, found) if document is not None else None
        if document is None or since is None:
            return Migrated(None, 0, found)
        for number in range(since, self.version):
            self._steps[str(number)]().change(document)
            _write_version(document, number + 1)
            again = _document(file, document.edited(), found)
            if again is None:
                return Migrated(None, since, found)
            document = again
        return Migrated(document.text, since, found)


def _document(file: str, text: str, found: Diagnostics) -> Document | None:
    source = compose(file, text, found)
    if source is None or found.failed:
        return None
    if not isinstance(source.root, MappingNode) or not source.root.value:
        hint = "begin with `sections:`"
        found.error(
            codes.WRONG_FORM, "a flow must be a mapping", source.mark(source.root), hint=hint
        )
        return None
    return Document(text, source.root)


def _version(document: Document, file: str, last: int, found: Diagnostics) -> int | None:
    """The version of a file; one that does not say it is of version 0."""
    field = document.field(FIELD)
    if field is None:
        return 0
    value = field[1]
    text = value.value if isinstance(value, ScalarNode) else ""
    if text.isdecimal() and int(text) <= last:
        return int(text)
    mark = Mark(file, value.start_mark.line + 1, value.start_mark.column + 1, max(1, len(text)))
    message, hint = version_problem(text, last)
    found.error(codes.UNKNOWN_VERSION, message, mark, hint=hint)
    return None


def _write_version(document: Document, version: int) -> None:
    field = document.field(FIELD)
    if field is not None:
        document.replace(field[1], str(version))
    else:
        document.insert_field(f"{FIELD}: {version}")


@cache
def migrations() -> Mapping[str, type[Migration]]:
    """The migrations in this folder, by the version that they take."""
    return Registry.find(Migration, "since", ivrkit.flow.migrating)  # type: ignore[type-abstract]
