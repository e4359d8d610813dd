"""What callers have recorded, played back: the only sounds that are neither the project's nor a
voice's. A reference names a file in the folder of messages and can name no other."""

from __future__ import annotations

from pathlib import Path

from ivrkit.call.messages import SCHEME, message_id
from ivrkit.call.prompt import Media
from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.ephemeral import Ephemeral

SHOWN = "[message]"
"""How a message appears in the trace, where no text stands beside it."""


def is_message(name: str) -> bool:
    """Whether a recording's name refers to a message."""
    return name.startswith(SCHEME)


def checked(name: str) -> str:
    """The id of a message. Raises PromptError for what refers to none."""
    found = message_id(name)
    if found is None:
        raise PromptError(
            "this is no message", hint='play what record has left: {audio: "{{ message.file }}"}'
        )
    return found


class MessageFiles:
    """Reads messages. Each playback gets a copy of its own, which is deleted when it is over:
    Asterisk never looks into the folder itself."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def copy(self, name: str, private: Ephemeral, shown: str) -> Media:
        """A message as a file for one playback. Blocks. Raises PromptError when it is not there
        (any more)."""
        message = checked(name)
        if self._folder is None:
            raise PromptError("no messages are kept here", hint="they are kept by ivrkit serve")
        try:
            sound = (self._folder / f"{message}.wav").read_bytes()
        except OSError as error:
            raise PromptError(
                f"the message {message} cannot be played: {error.strerror}",
                hint="it was erased, or its time is over: give a text beside it",
            ) from None
        return private.write(audio.recording(sound), shown)
