"""Keys for ``ivrkit phone``: written beforehand, piped in, or typed at a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import stat
import sys
import termios
import tty
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass

from ivrkit.errors import ValueRejected

KEYS = frozenset("0123456789*#ABCD")
QUOTE = '"'
"""What words are said in."""
_PAUSE = re.compile(r"wait:(\d{1,4}(?:\.\d{1,3})?)s?")


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


class Listen:
    """Wait until the flow listens for keys."""


class HangUp:
    """Hang up."""


Action = Press | Pause | Listen | HangUp


def parse_actions(text: str) -> list[Action]:
    """What ``1 wait:2 listen 123456# hangup`` says. Raises ValueRejected."""
    return [_action(word) for word in text.split()]


def _action(word: str) -> Action:
    pause = _PAUSE.fullmatch(word.lower())
    if pause is not None:
        return Pause(float(pause[1]))
    if word.lower() == "listen":
        return Listen()
    if word.lower() in ("hangup", "q"):
        return HangUp()
    if set(word.upper()) <= KEYS:
        return Press(word.upper())
    raise ValueRejected(
        f"'{word[:40]}' is nothing to press",
        hint="keys are 0-9 * # A-D; besides there are wait:SECONDS, listen and hangup",
    )


async def given(text: str) -> AsyncIterator[Action]:
    """Actions that are known beforehand."""
    for action in parse_actions(text):
        yield action


async def piped() -> AsyncIterator[Action]:
    """Actions from a standard input that is no terminal, line by line as they come."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode) and not stat.S_ISSOCK(os.fstat(0).st_mode):
        for action in parse_actions(sys.stdin.read()):
            yield action
        return
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while line := await reader.readline():
            for action in parse_actions(line.decode(errors="replace")):
                yield action
    finally:
        transport.close()


async def typed() -> AsyncIterator[Action]:
    """Single keys as they are typed at the terminal; ``q`` hangs up, others are not taken."""
    async for key in characters():
        if key in "qQ":
            yield HangUp()
        elif key.upper() in KEYS:
            yield Press(key.upper())


async def characters() -> AsyncGenerator[str, None]:
    """What is typed at the terminal, one by one, until its end (Ctrl-D) or ``q``, which counts
    as the last. What stands in quotes comes as one, and is shown while it is typed."""
    waiting: asyncio.Queue[str] = asyncio.Queue()
    with _single_keys(waiting):
        while (key := await waiting.get()) not in ("", "q", "Q", "\x04"):
            yield await _quoted(waiting) if key == QUOTE else key
    yield "q"


async def _quoted(waiting: asyncio.Queue[str]) -> str:
    """Words up to the closing quote, or the end of the line."""
    text = ""
    _echo(QUOTE)
    while (key := await waiting.get()) not in ("", QUOTE, "\n", "\x04"):
        if key in ("\x7f", "\b"):
            _echo("\b \b" if text else "")
            text = text[:-1]
        else:
            _echo(key)
            text += key
    _echo(QUOTE + "\n")
    return f"{QUOTE}{text}"


def _echo(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


@contextlib.contextmanager
def _single_keys(waiting: asyncio.Queue[str]) -> Iterator[None]:
    """The terminal gives every key at once and does not show it; Ctrl-C works as ever."""
    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(0)

    def read() -> None:
        typed = os.read(0, 64).decode(errors="ignore")
        for key in typed or [""]:
            waiting.put_nowait(key)
        if not typed:
            loop.remove_reader(0)

    tty.setcbreak(0, termios.TCSADRAIN)  # what has been typed by now counts
    loop.add_reader(0, read)
    try:
        yield
    finally:
        loop.remove_reader(0)
        termios.tcsetattr(0, termios.TCSADRAIN, before)
