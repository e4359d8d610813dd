"""Who gets which answer, on one connection.

A matcher says so only where it is certain. Otherwise it raises :class:`Uncertain`, and the
connection is given up: whoever waits on it learns that it was lost.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Final

from ivrkit.connectors.wire.settings import IdSettings
from ivrkit.errors import ConnectorError, ExpressionError, RequestRefused
from ivrkit.expressions.patterns import searched

MOST_LATE: Final = 1000
"""Messages of one connection to which no answer came; a host that leaves out more is not well."""
MOST_STRANGE: Final = 100
"""Answers in a row that belong to nobody."""

Waiter = asyncio.Future[bytes]


class Uncertain(ConnectorError):
    """It is not certain any more whose the next answer is."""


class Matcher(ABC):
    """The messages under way on one connection."""

    @property
    @abstractmethod
    def waiting(self) -> list[Waiter]:
        """Those who wait for an answer."""

    @abstractmethod
    def free(self, id_: str) -> bool:
        """Whether a message with this id may be sent: its answer will be known as its own."""

    def late(self, id_: str) -> bool:
        """Whether nobody waits any longer for the answer to a message with this id, though it may
        still come."""
        return False

    @abstractmethod
    def expect(self, id_: str) -> Waiter:
        """Somebody who waits for the answer to the message that is sent next."""

    @abstractmethod
    def came(self, frame: bytes) -> None:
        """Give a frame to the one who waits for it. Raises Uncertain."""

    @abstractmethod
    def left(self, waiter: Waiter) -> None:
        """Who does not wait any longer, though the answer may still come. Raises Uncertain."""


class InOrder(Matcher):
    """The host answers each message, one after the other."""

    def __init__(self) -> None:
        self._waiting: deque[Waiter] = deque()

    @property
    def waiting(self) -> list[Waiter]:
        return list(self._waiting)

    def free(self, id_: str) -> bool:
        return True

    def expect(self, id_: str) -> Waiter:
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        return waiter

    def came(self, frame: bytes) -> None:
        if not self._waiting:
            raise Uncertain(
                "it has sent something that nobody had asked for",
                hint="what is no answer may be left out by ignore:",
            )
        waiter = self._waiting.popleft()
        if waiter.done():  # who waited is about to leave: the answer is nobody's
            return
        waiter.set_result(frame)

    def left(self, waiter: Waiter) -> None:
        if waiter in self._waiting:
            raise Uncertain("an answer did not come: the next one could be the one before")


class ById(Matcher):
    """Each answer repeats the id of its message."""

    def __init__(
        self,
        settings: IdSettings,
        encoding: str,
        is_for_others: Callable[[bytes], bool] = lambda frame: False,
    ) -> None:
        """``is_for_others`` is asked of a frame that answers no message: whether it is known."""
        self._settings = settings
        self._is_for_others = is_for_others
        self._encoding = encoding
        self._waiting: dict[str, Waiter] = {}
        self._late: set[str] = set()
        self._strange = 0

    @property
    def waiting(self) -> list[Waiter]:
        return list(self._waiting.values())

    def free(self, id_: str) -> bool:
        return id_ not in self._waiting and id_ not in self._late

    def late(self, id_: str) -> bool:
        return id_ in self._late

    def expect(self, id_: str) -> Waiter:
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._waiting[id_] = waiter
        return waiter

    def came(self, frame: bytes) -> None:
        try:
            id_ = id_in(self._settings.answer, frame, self._encoding)
        except ExpressionError as error:
            raise Uncertain(error.message, hint=error.hint) from None
        waiter = self._waiting.pop(id_, None)
        if waiter is not None:
            self._strange = 0
            if not waiter.done():
                waiter.set_result(frame)
        elif id_ in self._late:
            self._late.remove(id_)
        elif not self._is_for_others(frame):
            self._strange += 1
            if self._strange >= MOST_STRANGE:
                raise Uncertain("it sends answers that belong to no message")

    def left(self, waiter: Waiter) -> None:
        id_ = next((id_ for id_, each in self._waiting.items() if each is waiter), None)
        if id_ is None:
            return
        del self._waiting[id_]
        self._late.add(id_)
        if len(self._late) > MOST_LATE:
            raise Uncertain("it has left too many messages without an answer")


def id_in(pattern: str, frame: bytes, encoding: str) -> str:
    """The id in a frame; empty if there is none. Raises ExpressionError when it takes too long to
    find it."""
    found = searched(frame.decode(encoding, "replace"), pattern)
    return (found["id"] or "") if found is not None else ""


def id_of(pattern: str, message: bytes, encoding: str) -> str:
    """The id that a flow has put into its message. Raises RequestRefused if there is none."""
    try:
        id_ = id_in(pattern, message, encoding)
    except ExpressionError as error:
        raise RequestRefused(error.message, hint=error.hint) from None
    if not id_:
        raise RequestRefused("the message holds no id", hint="match: id: request says where it is")
    return id_
