from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Callable, Iterator

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.service.keypad import (
    HangUp,
    Listen,
    Pause,
    Press,
    characters,
    given,
    parse_actions,
    piped,
    typed,
)


def test_what_is_written_is_done_in_its_order() -> None:
    first, pause, keys, listen, last = parse_actions("1  wait:2.5 12a*# LISTEN\nhangup")
    assert (first, pause, keys) == (Press("1"), Pause(2.5), Press("12A*#"))
    assert isinstance(listen, Listen)
    assert isinstance(last, HangUp)
    assert parse_actions(" ") == []
    assert parse_actions("wait:3s") == [Pause(3.0)]


@pytest.mark.parametrize("word", ["x", "wait", "wait:", "wait:x", "wait:-1", "wait:99999", "1-2"])
def test_what_is_no_key_is_named(word: str) -> None:
    with pytest.raises(ValueRejected, match="is nothing to press"):
        parse_actions(f"1 {word}")


async def test_given_actions() -> None:
    assert [each async for each in given("1 2")] == [Press("1"), Press("2")]


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Puts a descriptor in the place of standard input; the file object is made from it."""
    saved = os.dup(0)

    def use(descriptor: int) -> None:
        os.dup2(descriptor, 0)
        os.close(descriptor)
        monkeypatch.setattr(sys, "stdin", os.fdopen(0, closefd=False))

    yield use
    os.dup2(saved, 0)
    os.close(saved)


async def test_keys_from_a_pipe(stdin: Callable[[int], None]) -> None:
    reading, writing = os.pipe()
    stdin(reading)
    os.write(writing, b"1 wait:1\n2")
    os.close(writing)
    assert [each async for each in piped()] == [Press("1"), Pause(1.0), Press("2")]


async def test_keys_from_nowhere(stdin: Callable[[int], None]) -> None:
    stdin(os.open(os.devnull, os.O_RDONLY))
    assert [each async for each in piped()] == []


async def test_keys_from_a_terminal_one_by_one(stdin: Callable[[int], None]) -> None:
    master, slave = pty.openpty()
    stdin(slave)
    actions = typed()
    first = asyncio.ensure_future(anext(actions))
    await asyncio.sleep(0)  # what is typed before the terminal is ours is not taken
    os.write(master, b"1x*q")
    assert await first == Press("1")
    assert await anext(actions) == Press("*")
    assert isinstance(await anext(actions), HangUp)
    assert [each async for each in actions] == []
    os.close(master)


async def test_the_end_of_the_terminal_is_a_hang_up(stdin: Callable[[int], None]) -> None:
    master, slave = pty.openpty()
    stdin(slave)
    keys = characters()
    first = asyncio.ensure_future(anext(keys))
    await asyncio.sleep(0)
    os.write(master, b". \x04")
    assert [await first, *[each async for each in keys]] == [".", " ", "q"]
    os.close(master)


async def test_words_in_quotes_come_as_one(
    stdin: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    master, slave = pty.openpty()
    stdin(slave)
    keys = characters()
    first = asyncio.ensure_future(anext(keys))
    await asyncio.sleep(0)
    os.write(master, b'1"\x7fqux\x7fit"2"over\nq')
    assert [await first, *[each async for each in keys]] == ["1", '"quit', "2", '"over', "q"]
    assert capsys.readouterr().out == '"qux\b \bit"\n"over"\n'
    os.close(master)
