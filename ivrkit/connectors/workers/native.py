"""``python -m ivrkit.connectors.workers.native``: a worker for a shared library."""

from __future__ import annotations

import msgspec

from ivrkit.connectors.workers.c_calls import CQuestion, CSetup, Library
from ivrkit.workers.frames import Reply
from ivrkit.workers.serving import Answer, limit_memory, serve


def prepare(settings: bytes) -> Answer:
    """Load the library."""
    setup = msgspec.msgpack.decode(settings, type=CSetup)
    limit_memory(setup.megabytes)
    library = Library(setup)
    questions = msgspec.msgpack.Decoder(CQuestion)

    def answer(question: bytes) -> Reply:
        try:
            return library.call(questions.decode(question))
        except MemoryError:
            return Reply(error="there is not enough memory for it", fails=True, leaves=True)

    return answer


if __name__ == "__main__":
    serve(prepare)
