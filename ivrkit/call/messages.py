"""Messages: the port that keeps what callers record.

A message is a sound file under an id that is derived from the call and the step's entry. A flow
gets a reference to it (``media:<id>``), never a path: prompts play what is referred to, and
nothing outside the folder of messages can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from ivrkit.call.call import Call

SCHEME: Final = "media:"
_ID: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,119}")


@dataclass(frozen=True, slots=True)
class Message:
    """A recording that is kept; ``seconds`` is its length."""

    id: str
    seconds: float

    @property
    def file(self) -> str:
        """What a prompt plays: ``{audio: "{{ message.file }}"}``."""
        return f"{SCHEME}{self.id}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a message is kept: ``variable`` of ``flow`` holds it; ``keep`` is for how long (None:
    as long as the site keeps messages), ``with_call`` that it goes when the call is over."""

    flow: str
    variable: str
    keep: timedelta | None = None
    with_call: bool = False


class Messages(Protocol):
    """Keeps recordings. Implemented by the room ``store``."""

    async def prepare(self, message: str) -> Message | None:
        """Whether there is room for one more. The message itself, if it is kept already: the
        engine that recorded it has died behind it. Raises StoreError when there is no room."""

    async def keep(
        self, call: Call, message: str, sound: bytes, keeping: Keeping
    ) -> Message | None:
        """Keep a recording (a ``.wav`` file), and return when it is safe. None, and nothing is
        kept, when nothing is said in it. Raises StoreError."""

    async def erase(self, call: Call, message: str) -> None:
        """Erase a message of this call; one that is not there is no error. Raises StoreError."""


def message_id(reference: str) -> str | None:
    """The id in a reference; None for what is none. An id is a file's name and nothing else."""
    if not reference.startswith(SCHEME):
        return None
    found = reference.removeprefix(SCHEME)
    return found if _ID.fullmatch(found) else None
