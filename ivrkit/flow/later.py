"""What the language has and this version does not serve yet: it is refused as such, never read and
then ignored. A package that brings a verb or a part brings its words into service."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

VERBS: Final = frozenset(
    {
        *("dial", "transfer", "conference", "leg"),
        *("recording", "callback", "take", "voicemail", "mailbox", "fax"),
    }
)
"""The verbs of the language beyond those there are."""

PARTS: Final[frozenset[str]] = frozenset()
"""The parts of a prompt beyond those there are."""

_EVERYWHERE: Final = frozenset({"party"})
_FIELDS: Final = {
    "queue": frozenset({"keys", "meanwhile", "callback", "longest", "warn"}),
    "record": frozenset({"keys", "meanwhile"}),
}


class Later:
    """What of the language is not served with these verbs and parts."""

    def __init__(self, verbs: Collection[str], parts: Collection[str]) -> None:
        self.verbs = VERBS.difference(verbs)
        self.parts = PARTS.difference(parts)

    def has_field(self, what: str, name: str) -> bool:
        """Whether a verb, part or form (as messages call it) will have this field."""
        return name in _EVERYWHERE or name in _FIELDS.get(what, ())


def not_yet(name: str) -> str:
    """The message."""
    return f"`{name}` is not in this version of ivrkit yet"
