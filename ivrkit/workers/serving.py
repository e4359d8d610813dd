"""The inside of a worker: it is confined, told what it is for, and answers one question after the
other until the engine is gone."""

from __future__ import annotations

import os
import queue
import resource
import threading
from collections.abc import Callable

from ivrkit.workers.frames import LENGTH, Reply, framed

Answer = Callable[[bytes], Reply]
"""Answers a question."""
Prepare = Callable[[bytes], Answer]
"""Takes the settings. What it raises is told to the engine by its text."""


def serve(prepare: Prepare) -> None:
    """Speak with the engine over the standard input and output, which are nobody else's."""
    questions, answers = _pipes()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings = _frame(questions)
    if settings is None:
        return
    try:
        answer = prepare(settings)
    except Exception as error:
        _write(answers, framed(Reply(error=str(error) or type(error).__name__)))
        return
    _write(answers, framed(Reply()))
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    reading = threading.Thread(target=_read, args=(questions, asked), daemon=True)
    reading.start()
    while True:
        reply = answer(asked.get())
        try:
            frame = framed(reply)
        except ValueError as error:
            frame = framed(Reply(error=f"the answer is too large: {error}"))
        _write(answers, frame)
        if reply.leaves:
            os._exit(0)


def limit_memory(megabytes: int | None) -> None:
    """No more than so much address space from now on."""
    if megabytes is not None:
        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _pipes() -> tuple[int, int]:
    """Where questions come from and answers go to. What is called here may read and print what it
    likes: it does so on /dev/null."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return questions, answers


def _read(questions: int, asked: queue.SimpleQueue[bytes]) -> None:
    """Hand questions over. The engine that is gone waits for no answer, though one that hangs may
    be on its way."""
    while (frame := _frame(questions)) is not None:
        asked.put(frame)
    os._exit(0)


def _frame(questions: int) -> bytes | None:
    """The next frame; None when the engine is gone."""
    head = _exactly(questions, LENGTH.size)
    return None if head is None else _exactly(questions, LENGTH.unpack(head)[0])


def _exactly(descriptor: int, count: int) -> bytes | None:
    read = bytearray()
    while len(read) < count:
        some = os.read(descriptor, count - len(read))
        if not some:
            return None
        read += some
    return bytes(read)


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except BrokenPipeError:
        os._exit(0)
