"""``python -m ivrkit.prompts.pyttsx3_worker``: a process that speaks one text at a time.

pyttsx3 hangs or crashes with several threads, prints on the standard output, and loses files when
two are asked for at once: so it has a process of its own, whose output is nobody's.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec

from ivrkit.workers.frames import Reply, Setup
from ivrkit.workers.serving import Answer, serve


class Pyttsx3Question(msgspec.Struct, omit_defaults=True):
    """A text, and the ``voice`` (its identifier) and ``rate`` (words a minute) to speak it with;
    without a voice: which ones there are."""

    text: str = ""
    voice: str = ""
    rate: int = 160


class Speaking:
    """The engine."""

    def __init__(self) -> None:
        import pyttsx3

        self._engine: Any = pyttsx3.init()
        # It begins as busy and keeps what it is told until the first text is begun. The `stop`
        # that it sends before a text would then meet espeak-ng at work with the rate just told,
        # and end that text as well: on a slow machine it is not heard, or at another rate.
        self._engine.proxy.setBusy(False)

    def answer(self, question: Pyttsx3Question) -> Any:
        """The sound of a text, or the voices: identifier, name and languages of each."""
        if not question.voice:
            return [
                (str(each.id), str(each.name or ""), [str(one) for one in each.languages or ()])
                for each in self._engine.getProperty("voices")
            ]
        self._engine.setProperty("voice", question.voice)
        self._engine.setProperty("rate", question.rate)
        _settle()  # else it may begin with the former ones
        # Into a file that no folder has: what a caller is told is nowhere when this is killed.
        with open(os.memfd_create("sound"), "rb") as sound:
            self._engine.save_to_file(question.text, f"/proc/self/fd/{sound.fileno()}")
            self._engine.runAndWait()
            _settle()  # else it may not be written yet
            return sound.read()


def _settle() -> None:
    """Wait for espeak-ng, which does what it is told on a thread of its own."""
    espeak = sys.modules.get("pyttsx3.drivers._espeak")
    if espeak is not None:
        espeak.Synchronize()


def prepare(settings: bytes) -> Answer:
    """Start the engine."""
    msgspec.msgpack.decode(settings, type=Setup)
    speaking = Speaking()
    questions = msgspec.msgpack.Decoder(Pyttsx3Question)

    def answer(question: bytes) -> Reply:
        try:
            return Reply(value=speaking.answer(questions.decode(question)))
        except Exception as error:  # it may be half way: another process takes over
            return Reply(error=type(error).__name__, fails=True, leaves=True)

    return answer


if __name__ == "__main__":
    serve(prepare)
